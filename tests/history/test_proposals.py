"""Measured months against sheet Actuals: what is new, the same, restated or preliminary, and closed months."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.history.sources import FOCUS_COLUMNS, csv_text, focus_rows, imported
from tests.workbooks import read_plan, valid_workbook
from workbook.history.importing.records import MeasuredStatus, Measurement, Metric
from workbook.history.proposals import Proposed, propose
from workbook.history.recorded import Recorded, recorded
from workbook.problems import Code

FINAL, OPEN = MeasuredStatus.FINAL, MeasuredStatus.PRELIMINARY
HEADER = "| Month | Users | Cost | Days | Status |"


def known(*rows: str, through: str = "") -> Recorded:
    """Return what Actuals of a plan with these rows has."""
    setting = {"Settings": f"| Setting | Value |\n| Plan start | 2026-01-01 |\n| Closed through | {through} |"}
    sheets = {**({"Actuals": "\n".join((HEADER, *rows))} if rows else {}), **(setting if through else {})}
    plan, problems = read_plan(valid_workbook(**sheets))
    assert plan, problems
    return recorded(plan)


def measured(month: int, value: float, status: MeasuredStatus = FINAL, **more: object) -> Measurement:
    metric = more.pop("metric", Metric.COST)
    return Measurement(date(2026, month, 1), metric, value, status, "bill.csv", 3, **more)  # type: ignore[arg-type]


def shown(proposed: Proposed) -> list[tuple[object, ...]]:
    return [(f"{one.month:%m}", one.column, one.was, one.is_, one.kind.value) for one in proposed.cells]


def test_a_sheet_without_the_month_gets_new_cells() -> None:
    proposed = propose([measured(1, 320)], known())
    assert shown(proposed) == [("01", "Cost", None, 320, "new"), ("01", "Status", None, "final", "new")]
    assert (proposed.cells[0].source, proposed.cells[0].rows, proposed.problems) == ("bill.csv", 3, ())


def test_a_preliminary_month_says_its_days() -> None:
    assert shown(propose([measured(2, 410, OPEN, days=10.0)], known())) == [
        ("02", "Cost", None, 410, "preliminary"),
        ("02", "Days", None, 10, "preliminary"),
        ("02", "Status", None, "preliminary", "preliminary"),
    ]


def test_a_month_that_became_complete_is_restated_and_closed() -> None:
    row = "| 2026-02-01 | | 410 | 10 | preliminary |"
    proposed = propose([measured(2, 980)], known(row))
    assert shown(proposed) == [
        ("02", "Cost", 410, 980, "restated"),
        ("02", "Days", 10, None, "restated"),
        ("02", "Status", "preliminary", "final", "restated"),
    ]
    assert proposed.problems == ()


def test_a_month_with_other_preliminary_figures_stays_so() -> None:
    proposed = propose([measured(2, 980)], known("| 2026-02-01 | 5000 | 410 | 10 | preliminary |"))
    assert shown(proposed)[1:] == [
        ("02", "Days", 10, 10, "same"),
        ("02", "Status", "preliminary", "preliminary", "same"),
    ]


def test_a_closed_month_does_not_change_unless_it_is_restated() -> None:
    row = known("| 2026-01-01 | | 350 | | final |")
    refused, accepted = propose([measured(1, 320)], row), propose([measured(1, 320)], row, restates=True)
    assert (
        shown(refused)
        == shown(accepted)
        == [
            ("01", "Cost", 350, 320, "restated"),
            ("01", "Status", "final", "final", "same"),
        ]
    )
    assert [(one.code, str(one.where)) for one in refused.problems] == [(Code.CLOSED_MONTH_CHANGES, "Actuals!C2")]
    assert accepted.problems == ()


def test_a_preliminary_figure_does_not_change_a_closed_month_either() -> None:
    proposed = propose([measured(1, 320, OPEN)], known("| 2026-01-01 | | 350 | | final |"))
    assert [one.code for one in proposed.problems] == [Code.CLOSED_MONTH_CHANGES]


def test_a_blank_cell_of_a_closed_month_is_filled() -> None:
    proposed = propose([measured(1, 320)], known("| 2026-01-01 | 5000 | | | final |"))
    assert shown(proposed) == [("01", "Cost", None, 320, "new"), ("01", "Status", "final", "final", "same")]
    assert proposed.problems == ()


@pytest.mark.parametrize(
    ("rows", "through", "closed"),
    [
        (["| 2026-01-01 | | 1 | | final |", "| 2026-02-01 | | 1 | | final |"], "", "2026-02"),
        (["| 2026-01-01 | | 1 | | final |", "| 2026-03-01 | | 1 | | final |"], "", "2026-01"),
        (["| 2026-01-01 | | 1 | | final |", "| 2026-02-01 | | 1 | 20 | final |"], "", "2026-01"),
        (["| 2026-01-01 | | 1 | | preliminary |"], "", ""),
        (["| 2026-01-01 | | 1 | | final |", "| 2026-02-01 | | 1 | | final |"], "2026-01-01", "2026-01"),
    ],
)
def test_months_are_closed_without_a_break(rows: list[str], through: str, closed: str) -> None:
    found = known(*rows, through=through)
    assert (f"{found.closed_through:%Y-%m}" if found.closed_through else "") == closed
    assert [f"{month:%Y-%m}" for month in found.rows if found.is_closed(month)][-1:] == ([closed] if closed else [])


def test_a_negative_cost_is_refused() -> None:
    (problem,) = propose([measured(1, -30)], known()).problems
    assert (problem.code, problem.where) == (Code.OUT_OF_RANGE, "bill.csv")


@pytest.mark.parametrize("cost", [1e16, float("inf"), float("nan")])
def test_a_cost_that_no_cell_may_hold_is_refused(cost: float) -> None:
    (problem,) = propose([measured(1, cost)], known()).problems
    assert (problem.code, problem.where) == (Code.NOT_FINITE, "bill.csv")


def as_rows(proposed: Proposed) -> list[str]:
    """Return the rows of Actuals that proposals would make."""
    rows: dict[date, dict[str, object]] = {}
    for one in proposed.cells:
        rows.setdefault(one.month, {})[one.column] = one.is_
    columns = ("Users", "Cost", "Days", "Status")
    return [
        "| " + " | ".join(str(value) for value in (month, *(cells.get(name) or "" for name in columns))) + " |"
        for month, cells in rows.items()
    ]


def test_importing_the_same_twice_changes_nothing(tmp_path: Path) -> None:
    found = imported(tmp_path, csv_text(FOCUS_COLUMNS, focus_rows()))
    first = propose(found.months, known())
    assert {one.kind.value for one in first.cells} == {"new", "preliminary"}
    again = propose(found.months, known(*as_rows(first)))
    assert {one.kind.value for one in again.cells} == {"same"}
    assert len(again.cells) == len(first.cells)
    assert again.problems == ()
