"""What no formula can hold of a comparison: the steps of the bridge and the inputs that moved (many floor).

Figures have nine significant digits, so that the last bit of another processor does not change a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct

from workbook.expr.functions import Array, found_numbers, numbers, texts
from workbook.history.bridge import Bridge, InputEffect, Step, bridge, totals_only
from workbook.history.bridge_words import version_words
from workbook.history.comparable import ruled_out
from workbook.history.compared import Figure
from workbook.history.course import StoredFigures
from workbook.history.recorded import compared_costs
from workbook.history.rolling.roll import rolled_plan
from workbook.history.versions import EVIDENCE, Version, default_version, plan_of
from workbook.inputs.plan import Plan
from workbook.problems import Reason, Refusal
from workbook.timeline import Timeline
from workbook.whatif.drivers import Driver
from workbook.whatif.moved import Moved

PERIODS = {"year": Figure.COST_YEAR, "next": Figure.COST_NEXT, "plan": Figure.COST_PLAN}
COUNTS = {"nodes": Figure.NODES, "exhaustion": Figure.EXHAUSTION}
NOW = "Now"
_NOTHING = 1e-9


class BridgeFacts(Struct, frozen=True):
    """The steps and the inputs of a bridge by their names, and their figures under the names of their lines."""

    steps: tuple[str, ...]
    inputs: tuple[str, ...]
    found: Mapping[str, Array]


def bridge_to(plan: Plan, version: Version) -> Bridge:
    """Return the bridge from a version to a plan; from its totals alone where its inputs cannot be calculated.

    Raises Refusal (inputs) where the version is in another currency, or has lost its figures.
    """
    if problem := ruled_out(version, plan):
        raise Refusal(problem, reason=Reason.INPUTS)
    stored, before = stored_figures(version), plan_of(version)[0]
    if before is None:
        return totals_only(stored, plan, *_measured(plan, min(stored.nodes)))
    return bridge(before, stored, plan, *_measured(plan, before.timeline.start), rolled_plan)


def bridge_between(before: Plan, plan: Plan) -> Bridge:
    """Return the bridge from the plan of another workbook, as this tool calculates it.

    Raises Refusal (inputs) where that plan is in another currency.
    """
    return bridge(before, None, plan, *_measured(plan, before.timeline.start), rolled_plan)


def _measured(plan: Plan, start: date) -> tuple[dict[date, float], date | None]:
    """Return what the measured months cost that a version from `start` on is compared with, and the last of them."""
    costs = compared_costs(plan, start)
    return costs, max(costs, default=None)


def stored_figures(version: Version) -> StoredFigures:
    """Return what a version says by calendar month."""
    start = version.about["plan_start"]
    if not isinstance(start, date):
        raise TypeError(f"{version.name} begins on {start!r}")
    timeline = Timeline(start, int(str(version.about["horizon"])))
    rows = {(str(row.get("line")), str(row.get("item"))): row for row in version.rows.figures}

    def by_month(line: str) -> dict[date, float]:
        row = rows.get((line, "total"), {})
        return {
            timeline.date_of(month): float(str(row[f"m{month}"])) for month in timeline.months if f"m{month}" in row
        }

    return StoredFigures(
        by_month("cost.total"),
        by_month("nodes.total"),
        _first_day(rows.values(), "exhaustion.date"),
        _first_day(rows.values(), "order_by.date"),
    )


def _first_day(rows: Iterable[Mapping[str, object]], line: str) -> date | None:
    days = [row["m0"] for row in rows if row.get("line") == line and "m0" in row]
    return min((date.fromisoformat(str(day)) for day in days), default=None)


def facts_of(plan: Plan, version: Version) -> BridgeFacts:
    """Return what no formula can hold of the comparison with a version."""
    made = bridge_to(plan, version)
    shown = moving_steps(made)
    ends = (Step("before", version.name, made.before), *shown, Step("now", NOW, made.now))
    moved = moved_by_size(made)
    default = default_version(plan)
    found: dict[str, Array] = {
        "version.default": texts([default.name if default else ""]),
        "bridge.words": texts([version_words(made, Figure.COST_YEAR, version, plan.settings)]),
        "bridge.is_total": numbers(float(step in (ends[0], ends[-1])) for step in ends),
        "input.sheet": texts([one.moved.sheet for one in moved]),
        "input.row": texts([one.moved.row for one in moved]),
        "input.column": texts([one.moved.column for one in moved]),
        "input.was": texts([one.moved.was for one in moved]),
        "input.is": texts([one.moved.now for one in moved]),
        "input.change": texts([one.moved.change for one in moved]),
    }
    for name, figure in {**PERIODS, **COUNTS}.items():
        line = f"bridge.step_{name}" if name in PERIODS else f"bridge.{name}"
        found[line] = found_numbers(step.effects.get(figure, float("nan")) for step in ends)
        found[f"input.effect_{name}"] = found_numbers(one.effects.get(figure, 0.0) for one in moved)
        if name in PERIODS:
            found[f"bridge.sum_{name}"] = found_numbers([sum(step.effects[figure] for step in made.steps)])
    found |= _levels(ends)
    return BridgeFacts(tuple(step.title for step in ends), tuple(input_title(one.moved) for one in moved), found)


def input_title(moved: Moved) -> str:
    """Return what names an input that moved: sheet, row and column, as far as it has them."""
    return ", ".join(filter(None, (moved.sheet, moved.row, moved.column)))


def moved_by_size(made: Bridge) -> list[InputEffect]:
    """Return the inputs that moved, those with the largest effect on this fiscal year first."""
    inputs = (one for one in made.inputs if one.moved.place.sheet not in EVIDENCE)
    return sorted(inputs, key=lambda one: -abs(one.effects.get(Figure.COST_YEAR, 0)))


def moving_steps(made: Bridge) -> list[Step]:
    """Return the steps that move something, drivers by size among themselves."""
    moving = [step for step in made.steps if any(abs(effect) > _NOTHING for effect in step.effects.values())]
    is_driver = {step.id: step.id.split("_")[0] in set(Driver) for step in moving}
    drivers = iter(
        sorted((step for step in moving if is_driver[step.id]), key=lambda one: -abs(one.effects[Figure.COST_YEAR]))
    )
    return [next(drivers) if is_driver[step.id] else step for step in moving]


def _levels(ends: Sequence[Step]) -> dict[str, Array]:
    """Return the level of this fiscal year's cost before and after each step."""
    level = 0.0
    before: list[float] = []
    after: list[float] = []
    for step in ends:
        before.append(0.0 if step.id in ("before", "now") else level)
        level = before[-1] + step.effects[Figure.COST_YEAR]
        after.append(level)
    return {"bridge.level_before": found_numbers(before), "bridge.level": found_numbers(after)}
