"""Figures of two plans over the calendar months that both have: no part of a year is compared with another (post).

Fiscal years are those of the later plan, for both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from msgspec import Struct

from workbook.figures import counted
from workbook.model.results import Results
from workbook.report.wording import change_text, value_text
from workbook.timeline import fiscal_year_of

MONTHS_PER_YEAR = 12


class Compared(Struct, frozen=True):
    """A figure of a plan over its own months, and the same figure of both plans over the months that both have."""

    own: float
    own_months: int
    now: float | None = None
    then: float | None = None
    shared_months: int = 0
    is_part: bool = False
    """Whether either plan has months that the other lacks."""

    @property
    def has_both(self) -> bool:
        """Whether there are months to compare."""
        return self.now is not None and self.then is not None and self.shared_months > 0

    def before_text(self, unit: str) -> str:
        """Return the earlier plan's figure, over the months that both have."""
        return value_text(self.then if self.has_both else None, unit)

    def change_text(self, unit: str) -> str:
        """Return how the figure has moved, and over how many months if that is not all of them."""
        if not self.has_both:
            return value_text(None)
        return f"{change_text(self.now, self.then, unit)}{self.span}"

    @property
    def span(self) -> str:
        """Return the months that are compared, blank if both plans have the same."""
        return f" in the same {counted(self.shared_months, 'month')}" if self.is_part else ""


Measure = Callable[[Results, tuple[date, ...]], float | None]
"""What a plan has in some of its months; None where it has no such figure."""


def compared(results: Results, before: Results | None, months: tuple[date, ...], measure: Measure) -> Compared | None:
    """Return a figure over the months of a plan, and over those of them that an earlier plan has as well."""
    own = measure(results, months)
    if own is None or not months:
        return None
    if before is None:
        return Compared(own, len(months))
    theirs = set(_like(before, results, months))
    shared = tuple(month for month in months if month in theirs)
    is_part = len(shared) != len(months) or len(theirs) != len(shared)
    now, then = (measure(one, shared) if shared else None for one in (results, before))
    return Compared(own, len(months), now, then, len(shared), is_part)


def billed_months(results: Results, year: str) -> tuple[date, ...]:
    """Return the first days of the months that a plan bills in a fiscal year such as `FY2027`."""
    return tuple(_of_year(results, results, year))


def every_month(results: Results) -> tuple[date, ...]:
    """Return the first days of all months of a plan."""
    return tuple(results.plan.timeline.date_of(month) for month in results.plan.timeline.months)


def cost(results: Results, months: tuple[date, ...]) -> float | None:
    """Return what some months cost."""
    return sum(_figures(results, "cost.total", months))


def budget_left(results: Results, months: tuple[date, ...]) -> float | None:
    """Return the budget of some months less their cost; None if one of them has no budget."""
    if len(list(_figures(results, "limit.budget", months))) < len(list(_figures(results, "cost.total", months))):
        return None
    return sum(_figures(results, "budget.month", months)) - sum(_figures(results, "cost.total", months))


def most_nodes(results: Results, months: tuple[date, ...]) -> float | None:
    """Return the largest number of nodes in some months."""
    return max(_figures(results, "nodes.total", months), default=None)


def _figures(results: Results, line: str, months: tuple[date, ...]) -> Iterator[float]:
    for day in months:
        month = results.plan.timeline.month_of(day)
        value = None if month is None else results.value(line, 0, month)
        if isinstance(value, int | float):
            yield value


def _like(before: Results, results: Results, months: tuple[date, ...]) -> Iterator[date]:
    """Yield the earlier plan's months of the same kind: all of them, or those it bills in the same fiscal year."""
    if months == every_month(results):
        yield from every_month(before)
        return
    month = results.plan.timeline.month_of(months[0])
    yield from _of_year(before, results, f"FY{results.plan.timeline.fiscal_year(month or 0)}")


def _of_year(plan: Results, calendar: Results, year: str) -> Iterator[date]:
    """Yield the months that a plan bills in a fiscal year of another plan's calendar."""
    for month in range(plan.plan.timeline.horizon):
        day = plan.plan.timeline.date_of(month)
        if f"FY{fiscal_year_of(day, calendar.plan.timeline.fiscal_start)}" == year:
            yield day
