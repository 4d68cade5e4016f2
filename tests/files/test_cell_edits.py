"""Other values in cells of a person's sheets, and tables that grow: every other byte stays."""

from __future__ import annotations

import io
import re
from datetime import date

import openpyxl
import pytest

from tests.edits import parts_of, rewritten
from tests.files.hosts import pack, plain_parts, prefixed
from tests.workbooks import valid_markdown, valid_workbook, workbook_from_markdown
from workbook.address import Cell
from workbook.files.grafting.cell_edits import CellEdit, Edits, add_columns, append_rows, edit_cells
from workbook.files.package.opening import open_package
from workbook.files.package.package import Package
from workbook.files.reading.reader import read_plan
from workbook.inputs.plan import Plan
from workbook.problems import Code, Refusal


def edited(data: bytes, edits: Edits) -> bytes:
    out = io.BytesIO()
    edit_cells(open_package(data), out, edits)
    return out.getvalue()


def planned(data: bytes) -> tuple[Package, Plan]:
    package = open_package(data)
    plan = read_plan(package)[0]
    assert plan is not None
    return package, plan


def with_tables() -> bytes:
    return workbook_from_markdown(valid_markdown(), tables=True)


def differing(before: bytes, after: bytes) -> set[str]:
    old, new = parts_of(before), parts_of(after)
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4711, "4711"),
        (0.1, "0.1"),
        ("a < b & c", "a < b & c"),
        (date(2026, 4, 1), "2026-04-01 00:00:00"),
        (None, "None"),
    ],
    ids=["whole", "float", "text", "date", "blank"],
)
def test_a_cell_holds_another_value_and_keeps_its_look(value: object, text: str) -> None:
    host = valid_workbook()
    made = edited(host, Edits((CellEdit(Cell("Users", 2, 2), value),)))
    before, after = (openpyxl.load_workbook(io.BytesIO(data))["Users"] for data in (host, made))
    shown = after["B2"].value
    assert (str(date.fromordinal(693594 + shown)) + " 00:00:00" if isinstance(value, date) else str(shown)) == text
    assert after["B2"].number_format == before["B2"].number_format
    assert [cell.value for row in after for cell in row if cell.coordinate != "B2"] == [
        cell.value for row in before for cell in row if cell.coordinate != "B2"
    ]


def test_only_the_cell_its_row_and_what_counts_texts_change() -> None:
    host = valid_workbook()
    made = edited(host, Edits((CellEdit(Cell("Users", 2, 2), 4711),)))
    part = next(sheet.part for sheet in open_package(host).sheets if sheet.name == "Users")
    assert differing(host, made) <= {part, "xl/workbook.xml"}
    old, new = parts_of(host)[part], parts_of(made)[part]
    assert without_row(old, 2) == without_row(new, 2)
    cells = re.compile(rb'<c r="(?!B2)[^>]*?(?:/>|>.*?</c>)')
    assert cells.findall(old) == cells.findall(new)


def without_row(part: bytes, row: int) -> bytes:
    return re.sub(rb'<row r="%d"[^>]*>.*?</row>' % row, b"", part)


def test_rows_grow_an_excel_table_and_look_like_the_last_one() -> None:
    package, plan = planned(with_tables())
    table = plan.tables["growth"]
    row = {"segment": table.rows[-1].segment, "month": 99, "total_growth": 3.5}  # type: ignore[attr-defined]
    made = edited(package.data(), append_rows(package, table, [row]))
    after = openpyxl.load_workbook(io.BytesIO(made))["Growth"]
    last = table.row_numbers[-1] + 1
    assert [after.cell(last, column).value for column in (2, 3)] == [99, 3.5]
    assert after.cell(last, 3).number_format == after.cell(last - 1, 3).number_format
    assert next(iter(after.tables.values())).ref.endswith(str(last))
    again = planned(made)[1]
    assert len(again.rows("growth")) == len(table.rows) + 1


def test_columns_come_at_the_right_end_of_a_table() -> None:
    package, plan = planned(with_tables())
    edits, (number,) = add_columns(package, plan.tables["users"], ["Peak ratio of mine"])
    row = plan.tables["users"].row_numbers[0]
    made = edited(package.data(), edits + Edits((CellEdit(Cell("Users", row, number), 2.5),)))
    after = openpyxl.load_workbook(io.BytesIO(made))["Users"]
    assert (after.cell(1, number).value, after.cell(row, number).value) == ("Peak ratio of mine", 2.5)
    found = next(iter(after.tables.values()))
    assert found.tableColumns[-1].name == "Peak ratio of mine"


def test_what_is_in_the_way_is_named_and_nothing_is_written() -> None:
    package, plan = planned(with_tables())
    table = plan.tables["growth"]
    below = Cell("Growth", table.row_numbers[-1] + 1, 2)
    host = edited(package.data(), Edits((CellEdit(below, "my remark"),)))
    edits = append_rows(package, table, [{"month": 99}])
    with pytest.raises(Refusal) as caught:
        edited(host, edits)
    assert caught.value.problem.code is Code.NO_ROOM
    assert str(below) in caught.value.problem.seen


def test_never_over_a_formula() -> None:
    host = valid_workbook()
    part = next(sheet.part for sheet in open_package(host).sheets if sheet.name == "Users")
    formula = re.compile(rb'(<c r="B2"[^>]*>)<v>')
    data = rewritten(host, lambda name, body: formula.sub(rb"\1<f>1+1</f><v>", body) if name == part else body)
    with pytest.raises(Refusal, match="Users"):
        edited(data, Edits((CellEdit(Cell("Users", 2, 2), 1),)))


@pytest.mark.parametrize("make", [plain_parts, prefixed])
def test_hosts_of_any_spelling_take_cells(make: object) -> None:
    """Prefixed names, rows without cells, sheets without rows."""
    host = pack(make())  # type: ignore[operator]
    name = open_package(host).sheets[0].name
    edits = tuple(CellEdit(Cell(name, row, column), row * column) for row in (1, 3, 9) for column in (1, 4, 30))
    after = openpyxl.load_workbook(io.BytesIO(edited(host, Edits(edits))))[name]
    assert [after.cell(edit.cell.row, edit.cell.column).value for edit in edits] == [edit.value for edit in edits]
