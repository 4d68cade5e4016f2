"""A workbook's bytes into raw tables: where they stand, and what their cells hold."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import openpyxl
import pytest

from tests.conftest import NAMES, SAMPLES, exit_code_of
from tests.edits import rewritten
from tests.inputs.cases import text_of
from tests.workbooks import read_plan, replaced, valid_markdown, valid_workbook, workbook_from_markdown
from workbook.address import Area, parse_area
from workbook.files.package.opening import open_package
from workbook.files.package.package import Package
from workbook.files.reading.reader import read_tables
from workbook.inputs.raw import RawTable
from workbook.problems import Code, Refusal


@dataclass(frozen=True)
class Place:
    sheet: str
    name: str
    area: Area
    header_rows: int = 1
    totals_rows: int = 0


def place(sheet: str, name: str, area: str, **rows: int) -> Place:
    return Place(sheet, name, parse_area(area), **rows)


def changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a workbook with one of its parts rewritten."""
    return rewritten(data, lambda name, content: change(content) if name == part else content)


def users(text: str, *places: Place) -> RawTable:
    return read_tables(Package(io.BytesIO(workbook_from_markdown(f"## Users\n{text}"))), places).tables["users"]


def test_without_a_table_headers_stand_in_row_1() -> None:
    table = users("| Segment | Current users |\n| A | 1 |\n| | |\n| B | 2 |")
    assert table.headers == {1: "Segment", 2: "Current users"}
    assert (table.header_row, table.first_row, table.last_row) == (1, 2, 4)
    assert {row: {column: cell.value for column, cell in cells.items()} for row, cells in table.rows.items()} == {
        2: {1: "A", 2: 1},
        4: {1: "B", 2: 2},
    }


def test_a_table_decides_where_it_stands() -> None:
    text = "| Help | | |\n| | Segment | Current users |\n| | A | 1 |\n| | B | 2 |\n| x | | |"
    table = users(text, place("Users", "Table7", "B2:C4"))
    assert table.headers == {2: "Segment", 3: "Current users"}
    assert (table.header_row, table.first_row, table.last_row, table.name) == (2, 3, 4, "Table7")
    assert table.below == {}


def test_the_table_named_as_the_sheet_wins() -> None:
    text = "| Segment | Current users | Segment |\n| A | 1 | C |"
    for name in ("Users", "users2"):
        table = users(text, place("Users", "Other", "A1:B2"), place("Users", name, "C1:C2"))
        assert table.headers == {3: "Segment"}


def test_else_the_table_whose_headers_match_best() -> None:
    text = "| Colour | Size | Segment | Current users |\n| red | 1 | A | 5 |"
    table = users(text, place("Users", "Colours", "A1:B2"), place("Users", "Table2", "C1:D2"))
    assert table.name == "Table2"


def test_a_table_of_the_persons_own_beside_plain_inputs() -> None:
    text = "| Segment | Current users | | Colour |\n| A | 5 | | red |"
    assert users(text, place("Users", "Colours", "D1:D2")).name == ""


def test_tables_without_headers_and_of_other_sheets_do_not_count() -> None:
    text = "| Segment | Current users |\n| A | 5 |"
    places = (place("Users", "Users", "A2:B2", header_rows=0), place("Growth", "Users", "A1:A2"))
    assert users(text, *places).name == ""


def test_rows_of_totals_are_left_out() -> None:
    text = "| Segment | Current users |\n| A | 5 |\n| Total | 5 |"
    table = users(text, place("Users", "Users", "A1:B3", totals_rows=1))
    assert table.last_row == 2
    assert list(table.rows) == [2]


def test_rows_under_a_table_that_did_not_grow() -> None:
    data = workbook_from_markdown(
        valid_markdown(Scenarios="| Scenario | Growth multiplier |\n| Base | |\n| Low | 0.5 |\n| High | 1.5 |")
    )
    _, problems = read_plan(data, [place("Scenarios", "Scenarios", "A1:B2")])
    assert [text_of(problem) for problem in problems] == [
        "info WB225 Scenarios!A3: rows 3, 4 directly under table 'Scenarios' read as part of it"
    ]


def test_excel_tables_of_a_written_workbook() -> None:
    data = workbook_from_markdown(valid_markdown(), tables=True)
    plan, problems = read_plan(data, None)
    assert plan is not None, problems
    assert {table.name for table in plan.tables.values()} == {table.title for table in plan.tables.values()}


def test_formulas_with_results() -> None:
    table = users("| Segment | Current users |\n| A | =1+1 -> 2 |\n| B | =1+1 |\n| C | #DIV/0! |")
    good, missing, wrong = (table.rows[row][2] for row in (2, 3, 4))
    assert (good.value, good.formula, good.has_result) == (2, "=1+1", True)
    assert (missing.value, missing.formula, missing.has_result) == (None, "=1+1", False)
    assert (wrong.value, wrong.is_error) == ("#DIV/0!", True)


def test_a_formula_that_gave_an_empty_text_is_blank() -> None:
    """Excel stores such a result as an empty text, and its absence as nothing."""
    data = valid_workbook(**replaced("Components", "| Large     | 2 ", '| Large | =IF(TRUE,"","") '))
    stored = changed(data, "xl/worksheets/sheet6.xml", lambda xml: xml.replace(b'<c r="E2">', b'<c r="E2" t="str">'))
    assert read_plan(data)[0] is None
    plan, problems = read_plan(stored)
    assert plan is not None, problems
    assert plan.rows("components")[0].model_dump()["minimum_nodes"] == 1


def test_text_that_looks_like_an_error_is_text() -> None:
    assert not users("| Segment |\n| '#REF! |").rows[2][1].is_error


def test_number_formats() -> None:
    assert users("| Current users |\n| 20 % |").rows[2][1].number_format == "0.0%"


@pytest.mark.parametrize("date_1904", [False, True])
def test_dates_honour_the_date_system(date_1904: bool) -> None:
    plan, problems = read_plan(workbook_from_markdown(valid_markdown(), date_1904=date_1904))
    assert plan is not None, problems
    assert str(plan.settings.plan_start) == "2026-01-01"
    assert plan.date_1904 is date_1904


def test_a_wrong_dimension_loses_no_row() -> None:
    data = changed(
        workbook_from_markdown("## Users\n| Segment |\n| A |\n| B |"),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'<dimension ref="A1:A3"/>', b'<dimension ref="A1"/>'),
    )
    assert len(read_tables(Package(io.BytesIO(data)), ()).tables["users"].rows) == 2


def test_a_cell_at_the_far_end_of_the_sheet() -> None:
    stream = io.BytesIO()
    workbook = openpyxl.load_workbook(io.BytesIO(valid_workbook()))
    workbook["Users"]["XFD1048576"] = "stray"
    workbook.save(stream)
    plan, problems = read_plan(stream.getvalue())
    assert plan is not None, problems
    assert plan.tables["users"].last_row == 3


def test_number_too_large_for_a_number() -> None:
    data = changed(
        valid_workbook(), "xl/worksheets/sheet2.xml", lambda xml: xml.replace(b"<v>5000</v>", b"<v>1E400</v>")
    )
    assert [problem.code for problem in read_plan(data)[1]] == [Code.NOT_FINITE]


@pytest.mark.parametrize(
    "data",
    [
        changed(valid_workbook(), "xl/worksheets/sheet2.xml", lambda xml: xml[:300]),
        changed(valid_workbook(), "xl/sharedStrings.xml", lambda xml: xml[:300]),
    ],
    ids=["cut sheet", "cut strings"],
)
def test_unreadable_parts_are_refused(data: bytes) -> None:
    with pytest.raises(Refusal) as caught:
        read_plan(data)
    assert exit_code_of(caught.value) == 4
    assert caught.value.problem.code is Code.UNREADABLE_SHEET


def test_the_refusal_of_a_damaged_sheet_names_it() -> None:
    data = changed(valid_workbook(), "xl/worksheets/sheet2.xml", lambda xml: xml[:300])
    with pytest.raises(Refusal) as caught:
        read_plan(data)
    assert caught.value.problem.where == "Users"


def test_a_sheet_without_its_part_is_refused_by_name() -> None:
    data = changed(
        valid_workbook(), "xl/_rels/workbook.xml.rels", lambda xml: xml.replace(b"sheet2.xml", b"elsewhere.xml")
    )
    with pytest.raises(Refusal) as caught:
        read_plan(data)
    assert caught.value.problem.where == "Users"


def test_a_chart_sheet_with_the_name_of_an_input_sheet_has_no_headers() -> None:
    chart = b'<chartsheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    _, problems = read_plan(changed(valid_workbook(), "xl/worksheets/sheet9.xml", lambda _: chart))
    assert [problem.code for problem in problems] == [Code.NO_HEADERS]


def test_rows_under_a_table_are_told_apart() -> None:
    """Data that the table did not grow over, a row of totals, and a remark, blank rows between them."""
    text = (
        "| Segment | Month | Total growth |\n| Staff | 1 | 10 % |\n| Staff | 2 | 20 % |\n| | | |\n"
        "| Staff | 3 | 30 % |\n| Total | | =SUM(C2:C5) -> 0.6 |\n| | | |\n| as of May | | |"
    )
    data = valid_workbook(Growth=text)
    _, problems = read_plan(data, [place("Growth", "Growth", "A1:C2")])
    told = {problem.code: str(problem.where) for problem in problems if str(problem.where).startswith("Growth!A")}
    assert told[Code.ROWS_JOINED] == "Growth!A3"
    assert told[Code.ROWS_OUTSIDE_TABLE] == "Growth!A5"
    assert told[Code.TOTALS_ROW] == "Growth!A6"
    assert told[Code.TEXT_BELOW_TABLE] == "Growth!A8"


def test_a_million_formatted_rows_are_counted_and_not_parsed() -> None:
    rows = b"".join(b'<row r="%d" s="1"><c r="B%d" s="1"/></row>' % (row, row) for row in range(4, 20_004))
    data = changed(
        valid_workbook(), "xl/worksheets/sheet2.xml", lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>")
    )
    plan, problems = read_plan(data)
    assert plan is not None
    assert [text_of(problem) for problem in problems] == [
        "info WB217 Users: 20,000 empty rows carry a format; clear them to make the file smaller"
    ]


@pytest.mark.parametrize("name", NAMES)
def test_cells_are_those_that_openpyxl_reads(name: str) -> None:
    data = (SAMPLES / f"{name}.xlsx").read_bytes()
    values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(data))
    compared = 0
    for table in read_tables(open_package(data)).tables.values():
        for row, cells in table.rows.items():
            for number, cell in cells.items():
                stored, typed = values[table.title].cell(row, number), formulas[table.title].cell(row, number)
                assert cell.value == stored.value
                assert not isinstance(cell.value, int | float) or cell.number_format == stored.number_format
                assert cell.formula == (typed.value if typed.data_type == "f" else "")
                compared += 1
    assert compared > 500
