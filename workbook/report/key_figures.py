"""Results, and those of an earlier plan, into the table of key figures (post).

A figure is compared with the same calendar month or fiscal year of the earlier plan, which may have begun elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from msgspec import Struct

from workbook.figures import counted, month_text
from workbook.model.results import Results
from workbook.report.like_for_like import (
    MONTHS_PER_YEAR,
    Compared,
    billed_months,
    budget_left,
    compared,
    cost,
    every_month,
    most_nodes,
)
from workbook.report.report import KeyFigure
from workbook.report.wording import Value, change_text, value_text


class _Measure(Struct, frozen=True):
    """What is measured: its name, its unit, and how it is read from any plan's results; None where it has none."""

    label: str
    unit: str
    read: Callable[[Results], Value]


def key_figures(results: Results, before: Results | None) -> tuple[KeyFigure, ...]:
    """Return at most ten rows: users, nodes, dates to act on, money."""
    return tuple(_rows(results, before))


def _rows(results: Results, before: Results | None) -> Iterator[KeyFigure]:
    yield from (_row(measure, results, before) for measure in _levels(results))
    peak = compared(results, before, every_month(results), most_nodes)
    yield from _over_months("Peak nodes", "", peak, is_compared=before is not None)
    yield from (_row(measure, results, before) for measure in _DATES)
    currency = results.plan.settings.currency
    for place, year in enumerate(years(results)[:2]):
        months = billed_months(results, year)
        for label, measured in (("Cost", cost), *((("Budget variance", budget_left),) if place == 0 else ())):
            both = compared(results, before, months, measured)
            named = f"{label} {year}"
            yield from _over_months(named, currency, both, is_compared=before is not None, whole=MONTHS_PER_YEAR)


def number_at(results: Results, line: str, day: date) -> float | None:
    """Return a monthly line's number in a calendar month; None outside the plan."""
    month = results.plan.timeline.month_of(day)
    value = None if month is None else results.value(line, 0, month)
    return value if isinstance(value, int | float) else None


def date_of(results: Results, line: str) -> date | None:
    """Return the date that a line has for the whole plan; None if it has none."""
    value = results.value(line)
    return date.fromisoformat(value) if isinstance(value, str) else None


def fleet_today(results: Results) -> float:
    """Return the nodes that run today, all components together."""
    return as_number(results.value("limit.nodes"))


def of_year(results: Results, line: str, year: str) -> float | None:
    """Return a line's value of a fiscal year by name, such as `FY2027`; None where the plan does not reach it."""
    for item in range(len(results.items(line))):
        if results.value("year.name", item) == year:
            value = results.value(line, item)
            return value if isinstance(value, int | float) else None
    return None


def years(results: Results) -> tuple[str, ...]:
    """Return the names of the fiscal years that the plan bills."""
    names = (results.value("year.name", item) for item in range(len(results.items("year.name"))))
    return tuple(str(name) for name in names if name)


def as_number(value: float | str | None) -> float:
    """Return a value as a number, a blank as 0."""
    return value if isinstance(value, int | float) else 0.0


def _row(measure: _Measure, results: Results, before: Results | None) -> KeyFigure:
    now = measure.read(results)
    if before is None:
        return KeyFigure(measure.label, value_text(now, measure.unit))
    then = measure.read(before)
    texts = value_text(now, measure.unit), value_text(then, measure.unit)
    if _is_at_once(now, results) and _is_at_once(then, results):
        return KeyFigure(measure.label, *texts, "no change")
    return KeyFigure(measure.label, *texts, change_text(now, then, measure.unit))


def _is_at_once(value: Value, results: Results) -> bool:
    """Whether a date is the plan's first month or past: what is due now has not moved because the plan began later."""
    return isinstance(value, date) and value <= results.plan.timeline.start


def _over_months(
    label: str, unit: str, both: Compared | None, *, is_compared: bool, whole: int = 0
) -> Iterator[KeyFigure]:
    """Yield the row of a figure over several months; fewer than a `whole` period are counted in its label."""
    if both is None:
        return
    name = f"{label}, {counted(both.own_months, 'month')}" if both.own_months < whole else label
    own = value_text(both.own, unit)
    yield KeyFigure(name, own, both.before_text(unit), both.change_text(unit)) if is_compared else KeyFigure(name, own)


def is_assumed(results: Results) -> bool:
    """Whether nobody has said how many nodes of some component run today, so that month 0 stands for them."""
    return bool(results.value("nodes.any_assumed"))


def _levels(results: Results) -> Iterator[_Measure]:
    timeline = results.plan.timeline
    start, end = timeline.start, timeline.date_of(timeline.horizon)
    yield _Measure(f"Users, {month_text(start)}", "", lambda one: number_at(one, "users.all", start))
    yield _Measure(f"Users, {month_text(end)}", "", lambda one: number_at(one, "users.all", end))
    yield _Measure("Nodes today (assumed)" if is_assumed(results) else "Nodes today", "", fleet_today)
    yield _Measure(f"Nodes planned, {month_text(end)}", "", lambda one: number_at(one, "nodes.total", end))


_DATES = (
    _Measure("First shortfall", "", lambda one: date_of(one, "exhaustion.first_date")),
    _Measure("Next order by", "", lambda one: date_of(one, "order_by.first_date")),
)
