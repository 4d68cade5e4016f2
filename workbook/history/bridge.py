"""A version and now into the steps that lead from one to the other (many floor).

The tool, closed months, rolling forward, drivers, months that only one of the two has: they sum to the change of every
figure. Months are calendar months, never positions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from datetime import date

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from workbook.expr.functions import Array
from workbook.history.comparable import other_currency
from workbook.history.compared import Compared, Effects, Figure, effects_of
from workbook.history.course import StoredFigures, course_of
from workbook.inputs.plan import Plan
from workbook.problems import Reason, Refusal
from workbook.timeline import months_between
from workbook.whatif.alike import Fleet, renamed, renamed_fleet, renames_of, with_fleet
from workbook.whatif.attribution import Attribution, DriverShare, attribute
from workbook.whatif.drivers import TITLES
from workbook.whatif.moved import Moved

Rolled = Callable[[Plan, int, int], Plan]
"""From a plan, months and a horizon to the plan that starts so many months later and says the same of every month."""

TOOL, CLOSED, ROLLING, UNATTRIBUTED, ADDED, GONE = (
    "tool",
    "closed",
    "rolling",
    "unattributed",
    "months_added",
    "months_gone",
)
_HIGHEST = list(Figure).index(Figure.NODES_HIGHEST)


class Step(Struct, frozen=True):
    """One step of a bridge; `together` is the part of a driver that none of its inputs changes by itself."""

    id: str
    title: str
    effects: Effects
    parts: tuple[Step, ...] = ()
    together: Effects = field(default_factory=dict)


class InputEffect(Struct, frozen=True):
    """One input that moved, the step that it is part of, and its share of it; no step for one that moves nothing.

    `mean` is what it changes alone, `effects` the same with its share of the rest.
    """

    moved: Moved
    step: str = ""
    effects: Effects = field(default_factory=dict)
    mean: Effects = field(default_factory=dict)


class Bridge(Struct, frozen=True):
    """The figures of a version and of now, the steps between them, and the inputs that moved."""

    before: Effects
    now: Effects
    steps: tuple[Step, ...]
    inputs: tuple[InputEffect, ...]
    years: tuple[str, str]
    """This fiscal year and the next, such as FY2026."""
    last_common: date | None
    """The last month of which both have nodes."""


class _Sides(Struct, frozen=True):
    """A version and now, in one naming, with the nodes that run today as facts of the version."""

    before: Plan
    now: Plan
    fleet: Fleet
    months: Compared
    calculated: StoredFigures
    """The version as this tool calculates it."""


def bridge(
    before: Plan,
    stored: StoredFigures | None,
    now: Plan,
    measured: Mapping[date, float],
    closed_through: date | None,
    rolled: Rolled,
) -> Bridge:
    """Return the steps from a version to now; without stored figures the version's are those that are calculated.

    Raises Refusal (inputs) where the version is in another currency.
    """
    if problem := other_currency(before.settings.currency, now):
        raise Refusal(problem, reason=Reason.INPUTS)
    sides = _sides(before, stored, now, _closed(measured, closed_through))
    attributed = _attributed(sides, rolled)
    if attributed is None:
        return _totals(sides.months, sides.calculated)
    rolling, attribution = attributed
    middle = (rolling, *map(_driver_step, attribution.drivers))
    return _assembled(sides.months, sides.calculated, middle, tuple(_input_effects(attribution)))


def totals_only(
    stored: StoredFigures, now: Plan, measured: Mapping[date, float], closed_through: date | None
) -> Bridge:
    """Return the steps from a version whose inputs cannot be calculated: what is between the totals is one step."""
    months = Compared(now.timeline, stored, course_of(now)[0], _closed(measured, closed_through))
    return _totals(months, stored)


def _totals(months: Compared, calculated: StoredFigures) -> Bridge:
    change = _open_figures(months, months.now) - _open_figures(months, calculated)
    return _assembled(months, calculated, (Step(UNATTRIBUTED, "Not attributed", effects_of(change)),), ())


def _closed(measured: Mapping[date, float], through: date | None) -> dict[date, float]:
    """Return what the closed months cost."""
    return {day: cost for day, cost in measured.items() if through is not None and day <= through}


def _sides(before: Plan, stored: StoredFigures | None, now: Plan, closed: Mapping[date, float]) -> _Sides:
    """Name the version's rows as now does; what runs today is the version's fact where now does not say it."""
    renames = renames_of(before, now)
    calculated, then = course_of(before)
    fleet = renamed_fleet(then, renames)
    assumed = course_of(now)[1]
    held = with_fleet(now, {**assumed, **fleet}, is_blank_only=True)
    months = Compared(now.timeline, stored or calculated, course_of(held)[0], closed)
    return _Sides(renamed(before, renames), held, fleet, months, calculated)


def _attributed(sides: _Sides, rolled: Rolled) -> tuple[Step, Attribution] | None:
    """Return the roll, and what drivers change after it; None if the version cannot be rolled to now."""
    start, horizon = sides.before.timeline.start, sides.now.timeline.horizon
    months = months_between(start, sides.now.timeline.start)
    left = sides.before.timeline.horizon - months
    if months < 0 or left < 1:
        return None
    moved = _rolled(sides, rolled, months, left)
    long = moved if left == horizon else _rolled(sides, rolled, months, horizon)
    attribution = attribute(long, sides.now, sides.months.measure)
    start_moved = _open_figures(sides.months, course_of(moved)[0])
    return _rolling(_open_figures(sides.months, sides.calculated), start_moved, attribution.before), attribution


def _rolling(before: Array, start_moved: Array, after: Array) -> Step:
    """Return the step from a version to the version rolled to now."""
    parts = (
        Step("start_moved", "Start moved", effects_of(start_moved - before)),
        Step("horizon_moved", "Horizon moved", effects_of(after - start_moved)),
    )
    return Step(ROLLING, "Rolling forward", effects_of(after - before), parts)


def _rolled(sides: _Sides, rolled: Rolled, months: int, horizon: int) -> Plan:
    """Return the version from now's Plan start, with the nodes that ran when it was made."""
    plan = rolled(sides.before, months, horizon) if months else _with_horizon(sides.before, horizon)
    return with_fleet(plan, sides.fleet, is_blank_only=False)


def _with_horizon(plan: Plan, horizon: int) -> Plan:
    settings = plan.settings.model_copy(update={"horizon_months": horizon})
    return replace(plan, settings=settings, timeline=replace(plan.timeline, horizon=horizon))


def _open_figures(months: Compared, course: StoredFigures) -> Array:
    return months.figures(course, months.open, months.common)


def _assembled(
    months: Compared, calculated: StoredFigures, middle: tuple[Step, ...], inputs: tuple[InputEffect, ...]
) -> Bridge:
    """Return a bridge around the steps over the months that both plans have."""
    stored, now = months.before, months.now
    every, own = calculated.cost.keys(), now.cost.keys() | months.closed
    before = months.figures(stored, stored.cost.keys(), stored.nodes.keys())
    tool = months.figures(calculated, every, calculated.nodes.keys()) - before
    covered = months.closed & every
    closed = _money(months.money(months.measured, covered) - months.money(calculated.cost, covered))
    added = _only(months, now, {**now.cost, **months.measured}, own - every)
    gone = 0 - _only(months, calculated, calculated.cost, every - own)
    last = max(months.common, default=None)
    return Bridge(
        effects_of(before),
        effects_of(_now(months)),
        (
            Step(TOOL, "Tool update", effects_of(tool)),
            Step(CLOSED, "Closed months", effects_of(closed)),
            *middle,
            Step(ADDED, "Months added", effects_of(added)),
            Step(GONE, "Months gone", effects_of(gone)),
        ),
        inputs,
        (f"FY{months.years[0]}", f"FY{months.years[1]}"),
        last,
    )


def _now(months: Compared) -> Array:
    """Return the figures of now; closed months count as measured, whether or not its plan still has them."""
    cost = {**months.now.cost, **months.measured}
    figures = months.figures(months.now, months.now.cost.keys(), months.now.nodes.keys())
    return figures + _money(months.money(cost, cost.keys()) - months.money(months.now.cost, months.now.cost.keys()))


def _only(months: Compared, course: StoredFigures, cost: Mapping[date, float], billed: Set[date]) -> Array:
    """Return what the months that one side alone has add to its figures: their cost, and nodes that no other needs."""
    every, common = (
        months.figures(course, months.open, days)[_HIGHEST] for days in (course.nodes.keys(), months.common)
    )
    found = _money(months.money(cost, billed))
    found[_HIGHEST] = every - common
    return found


def _money(amounts: Array) -> Array:
    """Return figures that are costs alone: this fiscal year, the next, the plan."""
    return np.concatenate((amounts, np.zeros(len(Figure) - len(amounts))))


def _driver_step(share: DriverShare) -> Step:
    titles = [TITLES[driver] for driver in share.drivers]
    title = ", ".join((titles[0], *(one.lower() for one in titles[1:])))
    together = {figure: value for figure, value in effects_of(share.together).items() if value}
    return Step(_step_id(share), title, effects_of(share.effect), together=together)


def _step_id(share: DriverShare) -> str:
    return "_".join(share.drivers)


def _input_effects(attribution: Attribution) -> Iterator[InputEffect]:
    """Yield the inputs of each step, then those that move nothing."""
    for share in attribution.drivers:
        for one in share.inputs:
            yield InputEffect(one.moved, _step_id(share), effects_of(one.effect), effects_of(one.mean))
    yield from map(InputEffect, attribution.without_effect)
