"""The sheets of a group: totals by many groups, whatever they are called, as another engine calculates them."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from msgspec.structs import replace

from tests.engines import differences, formulas, poisoned, recalculated_by_package, stored_values
from tests.portfolio.books import planned
from workbook import actions
from workbook.actions.plan_record import Task, read_task
from workbook.files.writing.writer import write_book
from workbook.portfolio.group import Group, make_group
from workbook.portfolio.records import PlanRecord
from workbook.portfolio.sheets.book import SHEETS, print_group
from workbook.sheets.theme.look import load_theme

pytestmark = pytest.mark.whole

NAMES = ("*", ">5", "A?", "=1+1", "2026", "north", "North", "Süd & <Ost>", "")


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> PlanRecord:
    path = tmp_path_factory.mktemp("sheets") / "plan.xlsx"
    path.write_bytes(planned())
    return read_task(Task(str(path)))


def group_of(record: PlanRecord, by: tuple[str, str]) -> Group:
    figures = record.figures
    assert figures is not None
    records = []
    for number, name in enumerate(NAMES, 1):
        # the cost of each plan is another multiple, so that no two totals are alike
        months = tuple(replace(one, amounts=tuple(number * x for x in one.amounts)) for one in figures.months)
        own = replace(figures, plan_name=name, settings={"plan_name": name}, months=months)
        records.append(replace(record, path=f"{record.path}-{number}", figures=own))
    return make_group(records, Path("group.xlsx"), by, None)


@pytest.mark.parametrize("by", [("plan_name", "Plan name"), ("", "")])
def test_many_groups_are_the_largest_and_others(record: PlanRecord, tmp_path: Path, by: tuple[str, str]) -> None:
    group = group_of(record, by)
    data = write_book(print_group(group), load_theme()).packed()
    theirs = stored_values(recalculated_by_package(poisoned(data)), SHEETS)
    assert differences(stored_values(data, SHEETS), theirs, formulas(data, SHEETS)) == []
    path = tmp_path / "group.xlsx"
    path.write_bytes(data)
    assert actions.lint_workbook(path) == ()
    rows = [row for row in openpyxl.load_workbook(io.BytesIO(data), data_only=True)["Summary"].values if row[0]]
    last = len(group.years) + 2
    totals = [row[last] for row in rows if row[0] == "Total"]
    whole = sum(plan.total for plan in group.counted)
    assert totals == [pytest.approx(whole)] * (3 if by[0] else 2)
    by_name = {str(row[0]): row[last] for row in rows}
    one = group.counted[0].total
    if by[0]:
        assert set(group.groups) == {"*", ">5", "A?", "=1+1", "2026", "north", "Süd & <Ost>", "(blank)"}
        assert by_name["north"] == pytest.approx((6 + 7) * one)
        assert by_name["*"] == pytest.approx(one)
        assert by_name["Others (3)"] == pytest.approx((1 + 2 + 3) * one)
    else:
        assert by_name["Other plans (4)"] == pytest.approx((1 + 2 + 3 + 4) * one)
