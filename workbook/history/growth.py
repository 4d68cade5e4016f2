"""Closed months of a plan into the growth of users that fits them, and the seasons that they show (history floor)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from workbook.history.fit import Fit, fit_growth, left_out
from workbook.history.season import FEWEST, seasonal_indices
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.demand import SeasonalIndex
from workbook.inputs.sheets.evidence import Actual
from workbook.timeline import months_between


class MeasuredUsers(Struct, frozen=True):
    """Users by month, counted from plan start, and the seasonal index that Seasonality gives each month."""

    months: tuple[int, ...]
    users: tuple[float, ...]
    indices: tuple[float, ...]

    def fit(self) -> Fit | None:
        """Return the growth that fits; None for too few months."""
        return fit_growth(self.months, self.users, self.indices)

    def without_each(self) -> dict[int, float]:
        """Return the growth per month without each month in turn, by that month; nothing for too few months."""
        counted = [month for month, users in zip(self.months, self.users, strict=True) if users > 0]
        growths = left_out(self.months, self.users, self.indices)
        return dict(zip(counted, growths, strict=True)) if growths else {}


def measured_users(plan: Plan, rows: Iterable[Actual]) -> MeasuredUsers:
    """Return the users of some measured months."""
    counted = [row for row in rows if row.users is not None]
    indices = {row.month: row.index for row in plan.rows("seasonality") if isinstance(row, SeasonalIndex)}
    return MeasuredUsers(
        tuple(months_between(plan.timeline.start, row.month) for row in counted),
        tuple(row.users or 0.0 for row in counted),
        tuple(indices.get(row.month.month, 1.0) for row in counted),
    )


def measured_seasons(rows: Sequence[Actual]) -> tuple[float, ...]:
    """Return the seasonal index of January to December that closed months show; nothing for less than two years."""
    users = {12 * row.month.year + row.month.month - 1: row.users for row in rows if row.users is not None}
    return seasonal_indices(users) if len(users) >= FEWEST else ()
