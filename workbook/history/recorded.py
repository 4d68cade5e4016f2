"""What sheet Actuals has: its rows by month, and which of them are closed (many floor)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct

from workbook.address import Cell
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.evidence import Actual
from workbook.timeline import next_month

SHEET = "actuals"


class Recorded(Struct, frozen=True):
    """The measured months of a plan, with the cells in which they stand."""

    rows: Mapping[date, Actual]
    closed_through: date | None
    cells: Mapping[tuple[date, str], Cell]

    def is_closed(self, month: date) -> bool:
        """Whether a month is measured for good."""
        row = self.rows.get(month)
        return row is not None and _is_closed(row, self.closed_through)


def recorded(plan: Plan) -> Recorded:
    """Return what sheet Actuals of a plan has."""
    table, rows = plan.tables.get(SHEET), rows_of(plan)
    cells = {
        (_first(row.month), field): cell
        for index, row in enumerate(rows)
        for field in type(row).model_fields
        if table and (cell := table.cell(index, field))
    }
    return Recorded({_first(row.month): row for row in rows}, last_closed(plan), cells)


def rows_of(plan: Plan) -> tuple[Actual, ...]:
    """Return the measured months of a plan as its sheet has them."""
    return tuple(row for row in plan.rows(SHEET) if isinstance(row, Actual))


def closed_rows(plan: Plan, through: date | None = None) -> tuple[Actual, ...]:
    """Return the months that are closed, the earliest first; `through` takes the place of the setting."""
    last = through or last_closed(plan)
    return tuple(row for row in sorted(rows_of(plan), key=lambda one: one.month) if _is_closed(row, last))


def compared_costs(plan: Plan, start: date) -> dict[date, float]:
    """Return what the months cost that count as measured where a plan is compared with a version from `start` on.

    They are closed, have a cost, and run unbroken from the first that does; none count if the version's first months
    are not among them, because a month in between would be neither measured nor comparable.
    """
    costs: dict[date, float] = {}
    for row in closed_rows(plan):
        month = _first(row.month)
        if costs and month != next_month(max(costs)):
            break
        if row.cost is not None:
            costs[month] = row.cost
        elif costs:
            break
    return costs if costs and min(costs) <= start else {}


def last_closed(plan: Plan) -> date | None:
    """Return the last month that is closed: Closed through, otherwise as Actuals says; None without any."""
    return plan.settings.closed_through or closed_through(rows_of(plan))


def _is_closed(row: Actual, last: date | None) -> bool:
    return is_final(row) and last is not None and _first(row.month) <= last


def closed_through(rows: Iterable[Actual]) -> date | None:
    """Return the last month of the unbroken run of final months with which the rows begin; None if there is none."""
    last = None
    for row in sorted(rows, key=lambda one: one.month):
        month = _first(row.month)
        if not is_final(row) or (last is not None and month != next_month(last)):
            break
        last = month
    return last


def is_final(row: Actual) -> bool:
    """Whether a month is final: said so, and not measured in part."""
    of_month = (next_month(row.month) - _first(row.month)).days
    return row.status == "final" and (row.days is None or row.days >= of_month)


def _first(day: date) -> date:
    return date(day.year, day.month, 1)
