"""Rows of Ranges and the ends of Growth become draws, whose keys do not depend on how a row was typed."""

from __future__ import annotations

import pytest

from tests.workbooks import read_plan, valid_workbook
from workbook.address import Cell
from workbook.inputs.named_inputs import NamedInput, named_input
from workbook.inputs.plan import Plan
from workbook.inputs.ranges import OF_SETTINGS, Means, Range, RangedInput, Shape, ranges_of
from workbook.inputs.sheets.registry import SETTINGS_OF, SHEETS
from workbook.inputs.sheets.uncertainty import TAKE_RANGES, RangeRow

HEAD = "| Sheet | Row | Column | Low | High | Means | Shape | Moves with |\n"
GROWTH = """
| Segment | Month | Total growth (%) | Low (%) | High (%) |
| Staff | 6 | 20 % | 10 % | 30 % |
| Staff | 12 | 50 % | 30 % | 80 % |
| Staff | 24 | 60 % | | |
| Guests | 12 | 10 % | 0 % | 20 % |
"""


def plan_with(ranges: str = "", **sheets: str) -> Plan:
    """Return the valid plan with rows of Ranges."""
    overrides = {"Ranges": HEAD + ranges} if ranges else {}
    plan, problems = read_plan(valid_workbook(**overrides, **sheets))
    assert plan is not None, problems
    return plan


def one(ranges: str, **sheets: str) -> Range:
    (found,) = ranges_of(plan_with(ranges, **sheets))
    return found


def test_a_plan_without_ranges_has_none() -> None:
    assert ranges_of(plan_with()) == ()


def test_a_row_names_an_input() -> None:
    found = one("| Users | Staff | Current users | 4500 | 5600 | | | |")
    assert (found.key, found.name) == ("Users · Staff · Current users", "Current users of Staff")
    assert (found.means, found.shape, found.group) == (Means.ENDS, Shape.PERT, "")
    cells = (Cell("Ranges", 2, 4), Cell("Ranges", 2, 5), Cell("Users", 2, 2))
    assert found.inputs == (RangedInput("users", 0, "current_users", 4500, 5000, 5600, *cells),)


def test_choices_are_spelled_in_any_case() -> None:
    found = one("| USERS | Staff | Current users | 4500 | 5600 | P10-p90 | TRIANGULAR | |")
    assert (found.key, found.means, found.shape) == ("Users · Staff · Current users", Means.P10_P90, Shape.TRIANGULAR)


@pytest.mark.parametrize(
    "row",
    [
        "| users | STAFF | current  users | 4500 | 5600 |",
        "| USERS |  staff  | Current users (users) | 4500 | 5600 |",
    ],
)
def test_a_key_does_not_depend_on_how_the_row_is_typed(row: str) -> None:
    assert one(row).key == "Users · Staff · Current users"


def test_a_setting_has_no_column() -> None:
    found = one("| Settings | safety factor | | 1.2 | 2 |")
    assert (found.key, found.name) == ("Settings · Safety factor", "Safety factor")
    cells = (Cell("Ranges", 2, 4), Cell("Ranges", 2, 5), None)
    assert found.inputs == (RangedInput(OF_SETTINGS, 0, "safety_factor", 1.2, 1.5, 2, *cells),)


def test_a_blank_cell_with_a_default_has_the_default_as_its_middle() -> None:
    (found,) = one("| Users | Guests | Peak ratio | 1 | 1.4 |").inputs
    assert (found.middle, found.middle_cell) == (1, None)


def test_means_shape_and_group() -> None:
    first, second, third = ranges_of(
        plan_with(
            "| Users | Staff | Requests per user | 0.4 | 0.7 | p10-p90 | | load |\n"
            "| Growth | Staff, month 12 | Total growth | 90% | 1.5 | Ends | Uniform | load |\n"
            "| Settings | Price escalation | | -0.1 | 5 % | P10-P90 | triangular | |\n"
        )
    )
    assert (first.means, first.shape, first.group) == (Means.P10_P90, Shape.TRIANGULAR, "load")
    assert (second.means, second.shape, second.group) == (Means.ENDS, Shape.UNIFORM, "load")
    assert (second.key, second.name) == (
        "Growth · Staff, month 12 · Total growth",
        "Total growth of Staff, month 12",
    )
    assert (third.inputs[0].low, third.inputs[0].high) == (-0.1, 0.05)


def test_the_milestones_of_a_segment_are_one_curve_after_the_rows() -> None:
    row, staff, guests = ranges_of(plan_with("| Users | Staff | Current users | 4500 | 5600 |", Growth=GROWTH))
    assert row.key == "Users · Staff · Current users"
    assert (staff.key, staff.name, staff.shape) == ("Growth · Staff", "Growth of Staff", Shape.PERT)
    assert [(item.row, item.field, item.low, item.middle, item.high) for item in staff.inputs] == [
        (0, "total_growth", 0.1, 0.2, 0.3),
        (1, "total_growth", 0.3, 0.5, 0.8),
    ]
    assert staff.inputs[1].low_cell == Cell("Growth", 3, 4)
    assert [item.row for item in guests.inputs] == [3]


def test_the_real_name_of_a_sheet_is_understood() -> None:
    plan = plan_with()
    entry = RangeRow(sheet="Plan Users", row="Staff", column="Linger", low=0, high=5)
    found = named_input(plan.tables, {"users": "Plan Users"}, entry)
    assert isinstance(found, NamedInput)
    assert found.key == "Users · Staff · Linger"


@pytest.mark.parametrize(("sheet", "field"), [(sheet, name) for sheet, names in TAKE_RANGES.items() for name in names])
def test_an_input_that_takes_a_range_is_a_number_and_no_key(sheet: str, field: str) -> None:
    columns = SETTINGS_OF.get(sheet) or SHEETS[sheet].columns
    column = next(column for column in columns if column.field == field)
    assert column.kind in ("number", "percent", "money")
    assert not column.choices
    assert not column.is_structural
