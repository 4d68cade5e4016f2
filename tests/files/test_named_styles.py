"""Named cell styles: every cell of ours has one, a company's own look wins, and restyling one restyles our cells."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from lxml import etree

from tests.conftest import plan_sample
from tests.engines import recalculated_by_office
from tests.files.graft_checks import moved_styles
from tests.files.hosts import HAND_MADE, made_by_xlsxwriter, pack, plain_parts
from tests.files.package_lint import lint
from workbook.files.grafting.graft import graft
from workbook.files.grafting.removal import remove
from workbook.files.package.opening import open_package
from workbook.files.package.package import Package
from workbook.files.writing.formats import StyledWorkbook
from workbook.resources import parse_yaml
from workbook.sheets.prefix import RESULT_SHEETS
from workbook.sheets.theme.look import Theme, load_theme
from workbook.sheets.theme.own import read_theme

pytestmark = pytest.mark.slow

Loaded = Any
"""What openpyxl gives: its own types do not say which of several a cell is."""

ROLES = ("title", "section", "header", "calculation", "total", "input", "status", "snapshot", "unit", "link", "label")
TEXTS = (*ROLES, "own font", "own border")
HOUSE_FONT = '<font><i/><sz val="10"/><color rgb="FF7A2E00"/><name val="Georgia"/></font>'
HOUSE_FILL = '<fill><patternFill patternType="solid"><fgColor rgb="FFE2F0D9"/></patternFill></fill>'


def donor(theme: Theme | None = None, name: str = "Results") -> bytes:
    """Make a package with one cell a role, named by its text, and one with a border of its own."""
    look = theme or load_theme()
    book = StyledWorkbook({}, look)
    sheet = book.add_worksheet(name)
    for row, role in enumerate(ROLES):
        sheet.write_string(row, 0, role, book.styled(role, look.roles[role]))
    sheet.write_string(len(ROLES), 0, "own font", book.styled("input", {**look.roles["input"], "font_size": 20}))
    sheet.write_string(len(ROLES) + 1, 0, "own border", book.styled("input", {**look.roles["input"], "left": 5}))
    return book.parts().packed()


def grafted(host: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    graft(open_package(host), Package(io.BytesIO(new)), out)
    return out.getvalue()


def host_with_input(name: str = "Input", number: str = ' builtinId="20"', style: str = "") -> bytes:
    """A workbook whose company has its own look for inputs."""
    parts = plain_parts()
    text = str(parts["xl/styles.xml"])
    text = text.replace('<fonts count="2">', '<fonts count="3">').replace("</fonts>", f"{HOUSE_FONT}</fonts>")
    fills = '<fill><patternFill patternType="gray125"/></fill>' + HOUSE_FILL
    text = text.replace('<fills count="1">', '<fills count="3">').replace("</fills>", f"{fills}</fills>")
    xf = style or '<xf numFmtId="0" fontId="2" fillId="2" borderId="0" applyNumberFormat="0"/>'
    text = text.replace('<cellStyleXfs count="1"><xf/>', f'<cellStyleXfs count="2"><xf/>{xf}')
    own = f'<cellStyle name="{name}" xfId="1"{number}/>'
    text = text.replace('<cellStyles count="1">', f'<cellStyles count="2">{own}')
    parts["xl/styles.xml"] = text
    return pack(parts)


def cells(data: bytes) -> dict[str, Loaded]:
    """Return our cells by their text."""
    return {str(cell.value): cell for row in openpyxl.load_workbook(io.BytesIO(data))["Results"] for cell in row}


def styles(data: bytes) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read("xl/styles.xml"))


def xf_of(data: bytes, text: str) -> tuple[etree._Element, etree._Element]:
    """Return the records of a cell and of its named style."""
    package, root = open_package(data), styles(data)
    part = next(sheet.part for sheet in package.sheets if sheet.name == "Results")
    found = re.search(f'<c r="A{1 + TEXTS.index(text)}" s="([0-9]+)"'.encode(), package.read(part))
    assert found
    xf = root.findall("{*}cellXfs/{*}xf")[int(found[1])]
    return xf, root.findall("{*}cellStyleXfs/{*}xf")[int(xf.get("xfId", "0"))]


EXPECTED = {
    "title": "Heading 1", "section": "Heading 2", "header": "Heading 3", "calculation": "Calculation",
    "total": "Total", "input": "Input", "status": "Check Cell", "snapshot": "Note", "unit": "Explanatory Text",
    "link": "Hyperlink", "label": "Normal", "own font": "Input", "own border": "Input",
}  # fmt: skip


@pytest.mark.parametrize("host", [b"", pack(plain_parts()), made_by_xlsxwriter()], ids=["alone", "plain", "XlsxWriter"])
def test_every_cell_is_based_on_a_named_style(host: bytes) -> None:
    data = grafted(host, donor()) if host else donor()
    assert {text: cell.style for text, cell in cells(data).items()} == EXPECTED
    assert not lint(data)


def test_excel_knows_the_styles_as_its_own_ones() -> None:
    root = styles(donor())
    numbers = {item.get("name"): item.get("builtinId") for item in root.findall("{*}cellStyles/{*}cellStyle")}
    assert numbers["Input"] == "20"
    assert numbers["Calculation"] == "22"
    assert numbers["Total"] == "25"
    assert numbers["Check Cell"] == "23"
    assert numbers["Note"] == "10"
    assert numbers["Heading 1"] == "16"
    for xf in root.findall("{*}cellStyleXfs/{*}xf")[1:]:
        assert xf.get("applyNumberFormat") == xf.get("applyAlignment") == "0"


@pytest.mark.parametrize("host", [None, plain_parts()], ids=["alone", "grafted"])
def test_restyling_a_style_restyles_its_cells(host: dict[str, str | bytes] | None) -> None:
    """Excel renews what a cell does not apply itself: so a cell applies only what is its own."""
    data = donor() if host is None else grafted(pack(host), donor())
    for text in ("input", "title", "total"):
        xf, style = xf_of(data, text)
        for part in ("font", "fill", "border"):
            assert xf.get(f"{part}Id") == style.get(f"{part}Id")
            assert xf.get(f"apply{part.title()}") is None
    xf, _ = xf_of(data, "own font")
    assert xf.get("applyFont") == "1"
    assert xf.get("applyBorder") is None
    xf, _ = xf_of(data, "own border")
    assert xf.get("applyBorder") == "1"
    assert xf.get("applyFont") is None


@pytest.mark.parametrize(
    ("name", "number"),
    [("Input", ' builtinId="20"'), ("Eingabe", ' builtinId="20" customBuiltin="1"'), ("INPUT", "")],
)
def test_a_company_s_own_look_wins(name: str, number: str) -> None:
    host = host_with_input(name, number)
    data = grafted(host, donor())
    found = cells(data)
    assert found["input"].style == name
    assert (found["input"].font.name, found["input"].font.i) == ("Georgia", True)
    assert found["input"].fill.fgColor.rgb == "FFE2F0D9"
    assert found["own border"].font.name == "Georgia"
    # A font of the cell's own keeps the ground that it was made for.
    assert found["own font"].font.size == 20
    assert found["own font"].fill.fgColor.rgb[-6:] == load_theme().roles["input"]["bg_color"][1:]
    assert found["total"].font.b
    names = [item.get("name") for item in styles(data).findall("{*}cellStyles/{*}cellStyle")]
    assert len({str(text).casefold() for text in names}) == len(names)


def test_a_person_s_theme_wins_over_the_workbook_where_it_says_so() -> None:
    theme, problems = read_theme(parse_yaml("styles: {Input: {bg_color: '#DDEEFF'}}"), "house.yaml")
    assert theme is not None
    assert not problems
    data = grafted(host_with_input(), donor(theme))
    found = cells(data)
    assert found["input"].style == "Input"
    assert found["input"].fill.fgColor.rgb == "FFDDEEFF"
    assert grafted(data, donor(theme)) == data
    # Without it the workbook's look is back.
    assert cells(grafted(data, donor()))["input"].fill.fgColor.rgb == "FFE2F0D9"


def test_a_style_whose_records_are_missing_is_left_alone() -> None:
    data = grafted(host_with_input(style='<xf fontId="99" fillId="99" borderId="99"/>'), donor())
    xf, _ = xf_of(data, "input")
    assert int(xf.get("fontId", "0")) < 90


@pytest.mark.parametrize("kind", [*HAND_MADE, "own input"])
def test_nothing_of_the_host_moves_and_twice_is_once(kind: str) -> None:
    host = host_with_input() if kind == "own input" else pack(HAND_MADE[kind]())
    before = open_package(host)
    first = grafted(host, donor())
    again = grafted(first, donor())
    assert again == first
    assert not lint(first) - lint(host)
    assert moved_styles(before, open_package(first)) == []
    out = io.BytesIO()
    remove(open_package(first), out)
    assert moved_styles(before, open_package(out.getvalue())) == []


def test_a_host_with_formats_but_no_named_styles_gets_normal_too() -> None:
    parts = plain_parts()
    text = str(parts["xl/styles.xml"])
    parts["xl/styles.xml"] = re.sub(r"<cellStyles .*</cellStyles>", "", text)
    data = grafted(pack(parts), donor())
    first = styles(data).findall("{*}cellStyles/{*}cellStyle")[0]
    assert (first.get("name"), first.get("xfId")) == ("Normal", "0")
    assert grafted(data, donor()) == data


def test_an_old_package_s_hyperlink_style_still_arrives() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet("Results").write_url(0, 0, "https://example.org/", None, "there")
    book.close()
    found = cells(grafted(pack(plain_parts()), out.getvalue()))["there"]
    assert found.style == "Hyperlink"
    assert found.font.u == "single"


def test_result_sheets_are_based_on_named_styles(sample: str) -> None:
    data, _ = plan_sample(sample)
    book: Loaded = openpyxl.load_workbook(io.BytesIO(data))
    used = {cell.style for name in RESULT_SHEETS for row in book[name] for cell in row if cell.value is not None}
    assert {"Heading 1", "Heading 2", "Heading 3", "Calculation", "Total", "Check Cell", "Note"} <= used
    assert used <= {*load_theme().styles, "Normal"}
    plain = [
        cell.coordinate
        for name in RESULT_SHEETS
        for row in book[name]
        for cell in row
        if cell.style == "Normal" and isinstance(cell.value, int | float)
    ]
    assert plain == []


@pytest.mark.office
def test_libre_office_keeps_the_styles(sample: str, tmp_path: Path) -> None:
    data, _ = plan_sample(sample)
    book: Loaded = openpyxl.load_workbook(io.BytesIO(recalculated_by_office(data)))
    names = " ".join(map(str, book.named_styles))
    assert all(f"Built-in {name}" in names for name in ("Calculation", "Total", "Note", "Heading 1"))
    look = load_theme().roles["title"]
    title = book["Capacity"]["A1"]
    assert title.font.b
    assert title.font.color.rgb[-6:] == look["font_color"][1:]
