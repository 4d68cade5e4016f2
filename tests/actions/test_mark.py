"""`plan --mark`: problems in a copy beside their cells, and out of it again without a trace in the person's parts."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from tests.cli.test_commands import snapshot
from tests.conftest import SAMPLES, exit_code_of, run
from tests.edits import with_values
from tests.files.package_lint import lint
from tests.workbooks import replaced, valid_markdown, valid_workbook, workbook_from_markdown
from workbook.address import Cell
from workbook.files.grafting.changes import Changes
from workbook.files.grafting.marking import mark, unmark
from workbook.files.grafting.notes import MOST_NOTES
from workbook.files.package.opening import open_package
from workbook.files.package.package import Package
from workbook.problems import Code, Problem, Refusal, Severity
from workbook.sheets.problems_sheet import AUTHOR, PROBLEMS_SHEET, Place, is_signed, place_of, sign
from workbook.sheets.theme.look import load_theme

pytestmark = pytest.mark.slow

THEME = load_theme()
OURS = {
    "[content_types].xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "xl/sharedstrings.xml",
}
THREADED = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def problem(where: Cell | str, message: str = "wrong", severity: Severity = Severity.ERROR) -> Problem:
    return Problem(Code.OUT_OF_RANGE, message, where, "400", "1 to 120", "type a figure in that range", severity)


AT = [problem(Cell("Mine", 2, 2)), problem(Cell("Mine", 5, 1), severity=Severity.WARNING), problem("Other, row 3")]


def marked(data: bytes, problems: Iterable[Problem] = AT) -> bytes:
    return mark(open_package(data, "plan.xlsx"), list(problems), "3 problems", THEME).data


def parts(package: Package) -> dict[str, bytes]:
    return {name: package.read(name) for name in package.entries}


def notes(data: bytes) -> dict[str, str]:
    """Return the notes of a workbook by `Sheet!A1`, as openpyxl reads them."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {
        f"{sheet.title}!{cell.coordinate}": f"{cell.comment.author}|{cell.comment.text}"
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }


def rows(data: bytes) -> list[list[object]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data))[PROBLEMS_SHEET]
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]


# Hosts


def made(fill: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], None] | None = None) -> bytes:
    """Make a workbook of two sheets with XlsxWriter."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    mine, other = book.add_worksheet("Mine"), book.add_worksheet("Other")
    for sheet in (mine, other):
        for row in range(6):
            sheet.write_row(row, 0, [row, row * 2, "text"])
    if fill:
        fill(book, mine)
    book.close()
    return out.getvalue()


def with_notes(_book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    sheet.write_comment("C3", "my own", {"author": "Ann"})
    sheet.write_comment("B2", "kept", {"author": "Ann"})


def with_button(_book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    sheet.insert_button("E2", {"caption": "Press"})


def with_everything(book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Mine!$A$1:$A$5"})
    sheet.insert_chart("G2", chart)
    sheet.set_header("&L&G", {"image_left": str(_picture())})
    sheet.add_table("E1:F3")
    sheet.conditional_format("A1:A5", {"type": "data_bar", "data_bar_2010": True})
    sheet.data_validation("B1", {"validate": "list", "source": ["a", "b"]})


def _picture() -> Path:
    import struct  # noqa: PLC0415 - one host's business
    import tempfile  # noqa: PLC0415
    import zlib  # noqa: PLC0415

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    path = Path(tempfile.gettempdir()) / "workbook-test-dot.png"
    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = zlib.compress(b"\0\xff\0\0")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixel) + chunk(b"IEND", b""))
    return path


def edited(data: bytes, change: Callable[[str, bytes], bytes], added: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, change(info.filename, old.read(info)))
        for name, body in (added or {}).items():
            new.writestr(name, body)
    return out.getvalue()


def threaded() -> bytes:
    """A thread on B2, as Excel keeps it: the words in a part of their own, and a note that stands for them."""
    person = "{11111111-2222-3333-4444-555555555555}"
    words = (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        f'<threadedComment ref="B2" dT="2026-01-01T00:00:00.00" personId="{person}" id="{person}"><text>Why?</text>'
        "</threadedComment></ThreadedComments>"
    ).encode()

    def change(name: str, body: bytes) -> bytes:
        if name == "xl/comments1.xml":
            return body.replace(b"<author>Ann</author>", b"<author>tc=" + person.encode() + b"</author>")
        if name == "xl/worksheets/_rels/sheet1.xml.rels":
            arrow = (
                f'<Relationship Id="rId9" Type="{THREADED}" Target="../threadedComments/threadedComment1.xml"/></Rel'
            )
            return body.replace(b"</Rel", arrow.encode())
        if name == "[Content_Types].xml":
            kind = "application/vnd.ms-excel.threadedcomments+xml"
            override = f'<Override PartName="/xl/threadedComments/threadedComment1.xml" ContentType="{kind}"/></Types>'
            return body.replace(b"</Types>", override.encode())
        return body

    return edited(made(with_notes), change, {"xl/threadedComments/threadedComment1.xml": words})


def prefixed() -> bytes:
    """Sheets and comments with prefixes, as some producers write them."""

    def change(name: str, body: bytes) -> bytes:
        if not re.fullmatch(r"xl/(worksheets/sheet\d|comments1)\.xml", name):
            return body
        text = (
            body.decode().replace('xmlns="', 'xmlns:x="').replace("xmlns:r=", "xmlns:rel=").replace(" r:id", " rel:id")
        )
        return re.sub(r"<(/?)(?![?!])", r"<\1x:", text).encode()

    return edited(made(with_notes), change)


def with_empty_relationships() -> bytes:
    """A sheet whose relationships part is there and holds nothing, as some producers leave it."""
    root = b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
    return edited(made(), lambda _, body: body, {"xl/worksheets/_rels/sheet1.xml.rels": root})


def with_many_cells() -> bytes:
    """More cells than may be read as a tree."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Mine")
    for row in range(6_000):
        sheet.write_row(row, 0, range(20))
    book.close()
    return out.getvalue()


HOSTS = {
    "plain": made,
    "own notes": lambda: made(with_notes),
    "a button": lambda: made(with_button),
    "everything": lambda: made(with_everything),
    "threaded": threaded,
    "prefixed": prefixed,
    "empty relationships": with_empty_relationships,
    "many cells": with_many_cells,
    "inputs": valid_workbook,
}


@pytest.mark.parametrize("host", HOSTS)
def test_marked_and_cleared_is_what_it_was(host: str) -> None:
    data = HOSTS[host]()
    package = open_package(data, "plan.xlsx")
    found = AT if "Mine" in [sheet.name for sheet in package.sheets] else [problem(Cell("Users", 2, 2))]
    again = parts(unmark(open_package(marked(data, found), "plan.xlsx")))
    before = parts(package)
    assert set(again) == set(before)
    assert {name for name in before if before[name] != again[name]} <= OURS


@pytest.mark.parametrize("host", HOSTS)
def test_marked_twice_is_marked_once(host: str) -> None:
    first = marked(HOSTS[host]())
    once, twice = open_package(first), open_package(marked(first))
    assert twice.content_types == once.content_types
    listed = "[content_types].xml"
    assert {**parts(twice), listed: b""} == {**parts(once), listed: b""}


@pytest.mark.parametrize("host", HOSTS)
def test_a_marked_workbook_is_sound(host: str) -> None:
    data = HOSTS[host]()
    assert set(lint(marked(data))) <= set(lint(data))


def test_everything_else_stays_byte_for_byte() -> None:
    data = made(with_everything)
    before, after = open_package(data), open_package(marked(data))
    changed = {name for name in before.entries if before.read(name) != after.read(name)}
    sheets = {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/worksheets/_rels/sheet1.xml.rels"}
    assert changed == OURS | sheets


def test_notes_stand_on_their_cells() -> None:
    found = notes(marked(made()))
    assert set(found) == {"Mine!B2", "Mine!A5", "Other!A3"}
    author, _, text = found["Mine!B2"].partition("|")
    assert author == AUTHOR
    assert text.startswith("error WB308: wrong\nseen: 400\nexpected: 1 to 120\nhelp: type a figure in that range\n\n")
    assert is_signed(text)


def test_a_note_of_the_persons_own_is_kept_and_said_to_be() -> None:
    data = marked(made(with_notes))
    found = notes(data)
    assert found["Mine!B2"] == "Ann|kept"
    assert found["Mine!C3"] == "Ann|my own"
    assert "error WB308" in found["Mine!A5"] or "warning WB308" in found["Mine!A5"]
    assert [row[8] for row in rows(data)] == ["none: the cell has a note of its own", "on the cell", "on the cell"]


def test_a_thread_is_kept() -> None:
    data = threaded()
    before, after = open_package(data), open_package(marked(data))
    part = "xl/threadedComments/threadedComment1.xml"
    assert before.read(part) == after.read(part)
    assert rows(marked(threaded()))[0][8] == "none: the cell has a note of its own"


def test_a_button_stays_beside_the_notes() -> None:
    data = marked(made(with_button))
    drawing = open_package(data).read("xl/drawings/vmlDrawing1.vml")
    assert drawing.count(b"<v:shapetype") == 2
    assert drawing.count(b'ObjectType="Button"') == 1
    assert drawing.count(b'ObjectType="Note"') == 2
    numbers = re.findall(rb'<v:shape id="_x0000_s(\d+)"', drawing)
    assert len(set(numbers)) == len(numbers) == 3


def test_drawings_share_no_block_of_ids() -> None:
    package = open_package(marked(made(with_notes)))
    blocks = [
        block
        for name in package.entries
        if name.endswith(".vml")
        for block in re.findall(rb'data="(\d+)"', package.read(name))
    ]
    assert len(blocks) == len(set(blocks)) == 2


def test_several_problems_of_a_cell_are_one_note() -> None:
    found = notes(marked(made(), [problem(Cell("Mine", 1, 1), f"wrong {number}") for number in range(8)]))
    assert list(found) == ["Mine!A1"]
    assert "wrong 4" in found["Mine!A1"]
    assert "wrong 5" not in found["Mine!A1"]
    assert "… and 3 more: see the first sheet" in found["Mine!A1"]


def test_a_sheet_takes_so_many_notes_and_no_more() -> None:
    data = marked(made(), [problem(Cell("Mine", row, 1)) for row in range(1, MOST_NOTES + 11)])
    assert len(notes(data)) == MOST_NOTES
    assert rows(data)[-1][8] == f"none: only the first {MOST_NOTES} of a sheet"


def test_what_a_person_adds_to_a_note_is_not_taken_out() -> None:
    data = edited(
        marked(made()),
        lambda name, body: body.replace(b"wrong", b"wrong, I asked Ben", 1) if name == "xl/comments1.xml" else body,
    )
    cleared = unmark(open_package(data))
    text = b"".join(cleared.read(name) for name in cleared.entries if "comments" in name)
    assert text.count(b"<comment ") == 1
    assert b"I asked Ben" in text


def test_the_sheet_lists_all_with_links_and_no_formula() -> None:
    found = [
        problem(Cell("Mine", 2, 2), "=cmd|'/c calc'!A1"),
        problem("Mine", "+1 \u202ehidden\x1b[31m", Severity.INFO),
        Problem(Code.MISSING_SHEET, "no sheet 'Rates'", "Rates", remedy="@add it"),
    ]
    data = marked(made(), found)
    sheet = openpyxl.load_workbook(io.BytesIO(data))[PROBLEMS_SHEET]
    assert [cell.value for cell in sheet[4]] == [
        "Severity", "Code", "Sheet", "Cell", "Problem", "Seen", "Expected", "How to fix", "Note",
    ]  # fmt: skip
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert [row[4] for row in rows(data)] == ["=cmd|'/c calc'!A1", "+1 \\u202ehidden·[31m", "no sheet 'Rates'"]
    links = {cell.coordinate: cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert links == {"C5": "Mine!B2", "D5": "Mine!B2", "C6": "Mine!A1"}
    assert all(cell.hyperlink.target is None for row in sheet.iter_rows() for cell in row if cell.hyperlink)
    assert sheet.freeze_panes == "A5"
    assert sheet.auto_filter.ref == "A4:I7"


def test_links_lead_to_sheets_with_odd_names() -> None:
    name = "It's #1 & <b> 100 %"
    data = marked(workbook_from_markdown(f"## {name}\n| a |\n| 1 |"), [problem(Cell(name, 2, 1))])
    sheet = openpyxl.load_workbook(io.BytesIO(data))[PROBLEMS_SHEET]
    assert sheet["D5"].hyperlink.location == "'It''s #1 & <b> 100 %'!A2"
    assert sheet["C5"].value == name
    assert set(notes(data)) == {f"{name}!A2"}


@pytest.mark.parametrize(
    ("where", "place"),
    [
        (Cell("My sheet's", 3, 2), Place("My sheet's", 3, 2)),
        ("my SHEET's!b3", Place("My sheet's", 3, 2)),
        ("My sheet's, row 7", Place("My sheet's", 7, 1)),
        ("My sheet's", Place("My sheet's")),
        ("My sheet's!nonsense", Place("My sheet's")),
        ("Rates", None),
        ("plan.xlsx", None),
        ("", None),
    ],
)
def test_a_place_is_found_among_the_sheets(where: Cell | str, place: Place | None) -> None:
    assert place_of(problem(where), ["Other", "My sheet's"]) == place


def test_a_signature_holds_through_other_programs_and_no_edit() -> None:
    text = sign("error WB308: wrong\nhelp: mend it")
    assert is_signed(text)
    assert is_signed(text.replace("\n", "\r\n") + "\n")
    assert not is_signed(text.replace("mend", "leave"))
    assert not is_signed(text + " I asked Ben")


def test_a_sheet_of_the_persons_own_is_never_replaced() -> None:
    data = workbook_from_markdown("## Mine\n| a |\n## problems\n| mine |")
    with pytest.raises(Refusal) as caught:
        marked(data)
    assert caught.value.problem.code is Code.SHEET_NAME_TAKEN
    assert exit_code_of(caught.value) == 1


# The command


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook(**replaced("Users", "| 5000 ", "| many ")))
    return path


def test_plan_mark_writes_a_copy_and_leaves_the_file(wrong: Path, tmp_path: Path) -> None:
    before = wrong.read_bytes()
    result = run("plan", wrong, "--mark")
    assert result.exit_code == 1, result.output
    assert "error[WB302]" in result.stderr
    assert "plan.problems.xlsx: a sheet Problems; cell notes: 1." in result.stdout
    assert wrong.read_bytes() == before
    assert sorted(snapshot(tmp_path)) == ["plan.problems.xlsx", "plan.xlsx"]
    assert set(notes((tmp_path / "plan.problems.xlsx").read_bytes())) == {"Users!B2"}


def test_plan_mark_writes_where_it_is_told(wrong: Path, tmp_path: Path) -> None:
    assert run("plan", wrong, "--mark", "-o", tmp_path / "out.xlsx").exit_code == 1
    assert sorted(snapshot(tmp_path)) == ["out.xlsx", "plan.xlsx"]


def test_a_copy_that_was_mended_is_planned_and_cleared(wrong: Path, tmp_path: Path) -> None:
    run("plan", wrong, "--mark")
    copy = tmp_path / "plan.problems.xlsx"
    assert run("check", copy).exit_code == 1
    copy.write_bytes(with_values(copy.read_bytes(), {Cell("Users", 2, 2): 5000}))
    result = run("plan", copy)
    assert result.exit_code == 0, result.output
    names = [sheet.name for sheet in open_package(copy.read_bytes()).sheets]
    assert PROBLEMS_SHEET not in names
    assert "Summary" in names
    assert notes(copy.read_bytes()) == {}
    assert (tmp_path / "plan.problems.backup.xlsx").exists()


def test_a_marked_copy_is_marked_anew_where_it_stands(wrong: Path, tmp_path: Path) -> None:
    run("plan", wrong, "--mark")
    copy = tmp_path / "plan.problems.xlsx"
    first = copy.read_bytes()
    result = run("plan", copy, "--mark")
    assert result.exit_code == 1
    assert notes(copy.read_bytes()) == notes(first)
    assert "plan.problems.problems.xlsx" not in snapshot(tmp_path)


def test_without_problems_mark_changes_nothing_of_a_run(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook())
    result = run("plan", path, "--mark")
    assert result.exit_code == 0, result.output
    assert sorted(snapshot(tmp_path)) == ["plan.backup.xlsx", "plan.xlsx"]
    assert PROBLEMS_SHEET not in [sheet.name for sheet in open_package(path.read_bytes()).sheets]


@pytest.mark.parametrize("output", [False, True])
def test_warnings_are_marked_beside_the_results(tmp_path: Path, output: bool) -> None:
    path, out = tmp_path / "plan.xlsx", tmp_path / "out.xlsx"
    path.write_bytes(valid_workbook(**replaced("Retention", "| 5 %  ", "| 30 % ")))
    result = run("plan", path, "--mark", *(["-o", out] if output else []))
    assert result.exit_code == 0, result.output
    copy = out if output else tmp_path / "plan.problems.xlsx"
    names = [sheet.name for sheet in open_package(copy.read_bytes()).sheets]
    assert PROBLEMS_SHEET in names
    assert ("Summary" in names) == output
    assert "Retention!C2" in notes(copy.read_bytes())
    assert ("Summary" in [sheet.name for sheet in open_package(path.read_bytes()).sheets]) != output


def test_a_sheet_of_ones_own_called_problems_is_told_with_the_problems(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    text = valid_markdown(**replaced("Users", "| 5000 ", "| many ")) + "\n## Problems\n| mine |\n"
    path.write_bytes(workbook_from_markdown(text))
    result = run("plan", path, "--mark")
    assert result.exit_code == 1
    assert "error[WB302]" in result.stderr
    assert "error[WB501]" in result.stderr
    assert sorted(snapshot(tmp_path)) == ["plan.xlsx"]


def test_remove_takes_the_marks_out_too(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    shutil.copy(SAMPLES / "erlmcp.xlsx", path)
    before = parts(open_package(path.read_bytes()))
    copy = tmp_path / "plan.problems.xlsx"
    copy.write_bytes(marked(path.read_bytes(), [problem(Cell("Users", 2, 2))]))
    assert run("remove", copy).exit_code == 0
    after = parts(open_package(copy.read_bytes()))
    assert set(after) == set(before)
    assert {name for name in before if before[name] != after[name]} <= OURS


@pytest.mark.office
def test_libreoffice_shows_the_notes_and_what_it_saves_is_cleared(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    source = tmp_path / "in" / "plan.xlsx"
    source.write_bytes(marked(made(with_notes)))
    for kind in ("xlsx", "fods"):
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", kind,
             "--outdir", str(tmp_path), str(source)],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
    shown = (tmp_path / "plan.fods").read_text(encoding="utf-8")
    assert shown.count("<office:annotation ") == 4
    assert "error WB308: wrong" not in notes((tmp_path / "plan.xlsx").read_bytes()).get("Mine!B2", "")
    cleared = unmark(open_package((tmp_path / "plan.xlsx").read_bytes(), "plan.xlsx"))
    assert [sheet.name for sheet in cleared.sheets] == ["Mine", "Other"]
    left = b"".join(cleared.read(name) for name in cleared.entries if "omments" in name)
    assert left.count(b"<comment ") == 2
    assert b"(workbook " not in left


# The sheet Problems comes first


def view_of(data: bytes) -> tuple[list[str], int, list[str]]:
    """Return the sheets of a workbook, the active one's position, and which are selected."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    selected = [sheet.title for sheet in book.worksheets if sheet.sheet_view.tabSelected]
    assert book.active is not None
    return book.sheetnames, book.sheetnames.index(book.active.title), selected


def second_shown(workbook: xlsxwriter.Workbook, _sheet: xlsxwriter.worksheet.Worksheet) -> None:
    workbook.worksheets()[1].activate()
    workbook.define_name("Mine!Local", "=Mine!$A$1")


def test_problems_comes_first_and_is_the_only_sheet_selected() -> None:
    before = made(second_shown)
    after = marked(before)
    names, active, selected = view_of(after)
    assert (names[0], active, selected) == (PROBLEMS_SHEET, 0, [PROBLEMS_SHEET])
    assert names[1:] == view_of(before)[0]
    book = openpyxl.load_workbook(io.BytesIO(after))
    assert list(book["Mine"].defined_names) == ["Local"]
    assert not set(lint(after)) - set(lint(before))


def test_the_view_is_as_it_was_when_the_marks_are_gone() -> None:
    before = made(second_shown)
    cleared = unmark(open_package(marked(before), "plan.xlsx"))
    host = open_package(before, "plan.xlsx")
    assert cleared.read("xl/workbook.xml") == host.read("xl/workbook.xml")
    for name in host.entries:
        if name.startswith("xl/worksheets/sheet"):
            assert cleared.read(name) == host.read(name), name


def test_a_view_that_the_user_chose_since_then_stays() -> None:
    package = open_package(marked(made(second_shown)), "plan.xlsx")
    book = package.splices(package.workbook_part, 2)
    book.set_attribute(book.root.under("bookViews")[0], "activeTab", "1")
    changes = Changes(package, [])
    changes.edited[package.workbook_part] = book.result()
    out = io.BytesIO()
    changes.write(out)
    cleared = unmark(Package(out, "plan.xlsx"))
    assert cleared.root(cleared.workbook_part, 2).under("bookViews")[0].attributes["activeTab"] == "0"
    assert all(b'tabSelected="1"' not in cleared.read(sheet.part) for sheet in cleared.sheets)
