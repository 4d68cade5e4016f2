"""Workbooks that version 0.1 planned are planned by this one without loss, and references follow their lines.

`planned_by_0_1` holds both samples as that version planned them, their parts as they were, in archives that pack them
better.
"""

from __future__ import annotations

import io
import lzma
import zipfile
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import SAMPLES, run
from tests.edits import parts_of
from tests.files.graft_checks import lost_or_changed
from tests.files.readers import LineCells, everything, formula_rows, line_cells, sheet_xml, with_mine
from workbook import actions
from workbook.address import Area
from workbook.expr.tree import PERIODS
from workbook.files.grafting.correspondence import Correspondence
from workbook.files.grafting.landing import Lost
from workbook.files.grafting.result_lines import BookLines, read_result_lines
from workbook.files.grafting.sheet_lines import SheetLines
from workbook.files.package.names import defined_names
from workbook.files.package.opening import open_package
from workbook.files.package.parts import key, rels_name
from workbook.renames import label_today, renamed_lines
from workbook.sheets.layout import CONSTANT, ITEM, LABEL

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parent / "planned_by_0_1"
JUNE = date(2026, 6, 1)
FISCAL_TABLES = {"Cost by fiscal year", "Quarterly review", "Yearly review"}


@cache
def fiscal_lines() -> frozenset[str]:
    """Return the lines with a row per fiscal year or quarter."""
    plan = actions.read_plan(SAMPLES / "erlmcp.xlsx").plan
    assert plan is not None
    lines = actions.calculate(plan).lines.values()
    return frozenset(line.id for line in lines if line.item in PERIODS)


def planned_by_first(name: str) -> bytes:
    """Return a sample as version 0.1 planned it, as a workbook of the usual packing."""
    stored = zipfile.ZipFile(io.BytesIO(lzma.decompress((FOLDER / f"{name}.xlsx.xz").read_bytes())))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in stored.namelist():
            archive.writestr(part, stored.read(part))
    return out.getvalue()


def figures(book: LineCells, known: BookLines) -> dict[str, tuple[str, str, date | None]]:
    """Return the address of one figure of every item of every line: in June 2026, or its constant."""
    found = {}
    for (line, item), [(name, row), *_] in book.rows.items():
        sheet = known.sheets[name.casefold()]
        if is_of_no_period(sheet, row):
            continue
        month = JUNE if sheet.is_filled(row, book.column(name, JUNE)) else None
        if month or sheet.is_filled(row, CONSTANT):
            found[book.cell(line, item, month, fixed=False)] = (line, item, month)
    return found


def is_of_no_period(sheet: SheetLines, row: int) -> bool:
    """Whether a row is of a fiscal period without a billed month, which had a row without a name: it is gone.

    The first version had a row for one period more than there are where a plan might begin within one.
    """
    column = ITEM if sheet.cells.has_months else LABEL
    key = sheet.rows[row]
    is_fiscal = (key[0] == "line" and str(key[1]) in fiscal_lines()) or (key[0] == "label" and key[3] in FISCAL_TABLES)
    is_unnamed = sheet.cells.texts[row].get(column) == "" and not sheet.is_typed(row, column)
    return is_fiscal and is_unnamed


@pytest.mark.parametrize("name", ["erlmcp", "meridian"])
def test_every_line_of_the_first_version_is_followed(tmp_path: Path, name: str) -> None:
    data = planned_by_first(name)
    book = line_cells(data)
    wanted = {
        address: key
        for address, key in figures(book, known_lines(data)).items()
        if renamed_lines().get(key[0], key[0]) is not None
    }
    path = tmp_path / "plan.xlsx"
    path.write_bytes(with_mine(data, sheet_xml(formula_rows({address: address for address in wanted}))))
    done = run("plan", path)
    assert done.exit_code == 0, done.output
    now = line_cells(path.read_bytes())
    part = parts_of(path.read_bytes())["xl/worksheets/mine.xml"].decode()
    read = [text.partition("</f>")[0] for text in part.split("<f>")[1:]]
    assert len(read) == len(wanted) > 1_350
    expected = [
        (line, item, month)
        if (line, item) in now.rows
        else (line, label_today(item), month)
        if (line, label_today(item)) in now.rows
        else (renamed_lines().get(line), item, month)
        for line, item, month in wanted.values()
    ]
    wrong = [
        (address, now.at(address), key)
        for address, key in zip(read, expected, strict=True)
        if now.at(address)[:2] != key[:2]
    ]
    assert wrong == []
    months = [(address, key) for address, key in zip(read, expected, strict=True) if key[2] and now.at(address) != key]
    assert months == []


@pytest.mark.parametrize("name", ["erlmcp", "meridian"])
def test_a_sheet_of_the_users_loses_nothing_by_the_first_run_of_this_version(tmp_path: Path, name: str) -> None:
    data = planned_by_first(name)
    cells = cells_of(line_cells(data))
    before = with_mine(data, **everything(*cells))
    path = tmp_path / "plan.xlsx"
    path.write_bytes(before)
    done = run("plan", path)
    assert done.exit_code == 0, done.output
    after = path.read_bytes()
    new = cells_of(line_cells(after))
    expected = parts_of(with_mine(data, **everything(*new, text=cells[0])))
    own = [part for part in expected if "mine" in part]
    assert len(own) == 5
    assert {part: parts_of(after)[part] for part in own} == {part: expected[part] for part in own}
    names = {one.name: one.text for one in defined_names(open_package(after).workbook)}
    assert names["Mine_total"] == new[0]
    package = open_package(before)
    sheets = [sheet.part for sheet in package.sheets if sheet.name in package.owners]
    ours = {key(part) for sheet in sheets for part in (sheet, *package.reachable(sheet))}
    ours |= {key(rels_name(part)) for part in ours}
    lost = [part for part in lost_or_changed(package, open_package(after)) if "mine" not in part]
    assert [part for part in lost if key(part) not in ours] == []


@pytest.mark.parametrize("name", ["erlmcp", "meridian"])
def test_every_figure_of_the_first_version_is_found_again(tmp_path: Path, name: str) -> None:
    """Also tiles, tables, checks and heads, which have no id: by their labels, their headings or what they show."""
    data = planned_by_first(name)
    path = tmp_path / "plan.xlsx"
    path.write_bytes(data)
    assert run("plan", path).exit_code == 0
    old, new = (known_lines(one) for one in (data, path.read_bytes()))
    cells = Correspondence(old, new)
    areas = [
        (sheet.name, Area(row, column, row, column))
        for sheet in old.sheets.values()
        for row, texts in sheet.cells.texts.items()
        if not is_of_no_period(sheet, row)
        for column in texts
        if not sheet.is_typed(row, column) and not is_beyond(sheet, row)
    ]
    found = {place: cells.find(*place) for place in areas}
    lost = [(place, one) for place, one in found.items() if isinstance(one, Lost)]
    known_gone = {line for line, now in renamed_lines().items() if now is None and line not in cells.ids}
    assert [(place, one.what) for place, one in lost if one.what.split(" · ")[0] not in known_gone] == []
    assert len(found) > 4_000


def is_beyond(sheet: SheetLines, row: int) -> bool:
    """Whether a row is that of a fiscal period after the plan's end, which the first version kept without a name."""
    name = ITEM if sheet.cells.has_months else LABEL
    return sheet.cells.texts[row].get(name) == ""


def test_what_the_first_version_showed_in_a_head_is_found_where_its_line_is(tmp_path: Path) -> None:
    """The largest load stood in row 4 of Service, which belongs to the fiscal quarters now."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(with_mine(planned_by_first("erlmcp"), sheet_xml(formula_rows({"load": "Service!$D$4*2"}))))
    done = run("plan", path)
    assert done.exit_code == 0, done.output
    home = line_cells(path.read_bytes()).cell("service.largest_load")
    assert f"Mine!B1: Service!$D$4*2 → {home}*2" in done.output


def known_lines(data: bytes) -> BookLines:
    package = open_package(data)
    return read_result_lines(package, [sheet for sheet in package.sheets if sheet.name in package.owners])


def cells_of(book: LineCells) -> tuple[str, str, str]:
    """Return a month of the total cost, a constant of a component, and the months of 2026 of the total cost."""
    item = next(item for line, item in book.rows if line == "nodes.today")
    first, last = (book.cell("cost.total", "", date(2026, month, 1)) for month in (6, 12))
    return first, book.cell("nodes.today", item), f"{first}:{last.partition('!')[2]}"


def planned_with(tmp_path: Path, text: str, *options: str) -> tuple[Path, str]:
    """Plan a sample of the first version that has a formula of the user's, and return what was said."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(with_mine(planned_by_first("erlmcp"), sheet_xml(formula_rows({"read": text}))))
    return path, run("plan", path, *options).output


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('VLOOKUP("Users",Projection!A:Z,10,FALSE)', "lines of Projection are on Demand workings now"),
        ('MATCH("cpu.total",Capacity!$F:$F,0)', "lines of Capacity are on Capacity workings now"),
        ("SUM(Summary!B:B)", "lines of Summary are on Summary workings now"),
        ("SUM(Cost!$A$1:$AP$900)", "lines of Cost are on Cost workings now"),
        ("SUM(Cost!$A$140:$AP$140)", "columns of fiscal years and quarters would come between its ends"),
    ],
)
def test_what_would_silently_read_other_cells_stops_the_run(tmp_path: Path, text: str, why: str) -> None:
    """Whole sheets of the first version have become two, and have columns that it did not have."""
    path, said = planned_with(tmp_path, text)
    before = path.read_bytes()
    assert "error[WB542]" in said
    assert f"Mine!B1 ({why})" in " ".join(said.split())
    assert path.read_bytes() == before


def test_kept_references_name_a_renamed_sheet_as_it_is_called_now(tmp_path: Path) -> None:
    """Only the name changes: without it the formula would read a sheet that is not there."""
    path, said = planned_with(tmp_path, "Projection!$J$30+Cost!$J$30", "--keep-references")
    assert "<f>Demand!$J$30+Cost!$J$30</f>" in parts_of(path.read_bytes())["xl/worksheets/mine.xml"].decode()
    assert "warning[WB543]" in said
