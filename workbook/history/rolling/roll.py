"""A plan into the plan from a later start: what would change, cell by cell, and what comes of it (many floor)."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from workbook.history.importing.records import Metric
from workbook.history.rolling.calibration import fit_steps, use_steps
from workbook.history.rolling.dates import (
    Frontiers,
    claim_steps,
    event_steps,
    feature_steps,
    setting_steps,
    since_steps,
)
from workbook.history.rolling.measured import (
    Measured,
    Ratio,
    closing_month,
    measured_before,
    without_multiplier,
)
from workbook.history.rolling.proof import Proof, prove
from workbook.history.rolling.proposals import RollProposal, by_hand_problems, list_proposals
from workbook.history.rolling.ranges import range_steps
from workbook.history.rolling.remarks import (
    fleet_problem,
    growth_problems,
    last_block_problems,
    measured_problems,
    over_problem,
)
from workbook.history.rolling.steps import Start, Step, with_steps
from workbook.history.rolling.supply import fleet_held, fleet_steps, reserved_steps, storage_steps
from workbook.history.rolling.users import Hold, Level, growth_steps, user_steps
from workbook.inputs.plan import Plan
from workbook.model import calculate
from workbook.problems import Problem, in_order
from workbook.timeline import Timeline


class RollOptions(Struct, frozen=True):
    """How a plan is rolled: what stays if users are off the plan, where it ends, what is calibrated, what is left out.

    `version` is the name of the version that was approved with this run.
    """

    hold: Hold = Hold.RATES
    keep_end: bool = False
    calibrate: tuple[Metric, ...] = ()
    fit: bool = False
    skip: tuple[str, ...] = ()
    version: str = ""


class Rolled(Struct, frozen=True):
    """A rolled plan with its proposals, what was measured, the proof of what is the same, and problems."""

    plan: Plan
    proposals: tuple[RollProposal, ...]
    measured: Measured
    proof: Proof
    problems: tuple[Problem, ...]

    @property
    def ratios(self) -> tuple[Ratio, ...]:
        """Measured against planned figures of the last closed month."""
        return tuple(self.measured.ratios.values())


def rolled(plan: Plan, months: int, options: RollOptions | None = None) -> Rolled:
    """Return the plan that starts so many months later, from the level that was measured, and each change to it.

    `months` are at least 1 and below the horizon. Raises Refusal (inputs) where the rolled plan cannot be calculated.
    """
    asked = options or RollOptions()
    start = Start(plan, calculate(plan), months)
    measured = measured_before(plan, months)
    to = _frontiers(start, asked)
    timeline = Timeline(start.day, to.horizon, plan.settings.fiscal_year_start)
    level, moved = measured.level, tuple(_all_steps(start, to, measured, asked))
    steps = (*moved, *range_steps(start, [step for step in moved if step.id not in asked.skip]))
    found = list_proposals(plan, timeline, steps, asked.skip)
    made = with_steps(plan, found.steps)
    alone = rolled_plan(plan, months, to.horizon)
    neutral = without_multiplier(plan)
    on_the_way = (
        ("Later start", alone),
        ("Level", with_steps(plan, _steps(start, to, level, asked.hold))),
        *([("Calibration", with_steps(plan, steps))] if asked.calibrate or asked.fit else ()),
        *([("Left out", made)] if asked.skip or found.by_hand else ()),
    )
    problems = (
        *measured_problems(start, measured, is_fitted=asked.fit),
        *growth_problems(start),
        *fleet_problem(start),
        *last_block_problems(start, calculate(alone)),
        *over_problem(found.proposals),
        *by_hand_problems(plan, found),
    )
    proof = prove(start, (neutral, rolled_plan(neutral, months, to.horizon)), on_the_way, level)
    return Rolled(made, found.proposals, measured, proof, in_order(problems))


def rolled_plan(plan: Plan, months: int, horizon: int) -> Plan:
    """Return the plan that starts so many months later and says the same of every month: nothing measured enters.

    Rates of growth are held, today's nodes stay as they are, and what is bought keeps its calendar months. `horizon`
    counts from the new start; `months` are at least 1 and below the plan's horizon.
    """
    start = Start(plan, calculate(plan), months)
    return with_steps(plan, (*_steps(start, Frontiers(horizon), Level(), Hold.RATES), *fleet_held(start)))


def _frontiers(start: Start, asked: RollOptions) -> Frontiers:
    horizon = start.plan.settings.horizon_months - (start.months if asked.keep_end else 0)
    return Frontiers(horizon, closing_month(start.plan, start.months), asked.version)


def _all_steps(start: Start, to: Frontiers, measured: Measured, asked: RollOptions) -> Iterator[Step]:
    """Yield the steps of a roll with all that was asked for."""
    stored = measured.ratios.get(Metric.STORAGE) if Metric.STORAGE in asked.calibrate else None
    fit = measured.fit if asked.fit else None
    steps = _steps(start, to, measured.level, asked.hold, stored)
    yield from (step for step in steps if not (fit and step.id == "growth"))
    yield from fleet_steps(start, measured.nodes)
    if fit:
        yield from fit_steps(start, fit)
    for metric in asked.calibrate:
        yield from use_steps(start, measured, metric)


def _steps(start: Start, to: Frontiers, level: Level, hold: Hold, stored: Ratio | None = None) -> Iterator[Step]:
    """Yield the steps of every roll, in the order in which they are proposed."""
    yield from setting_steps(start, to)
    yield from user_steps(start, level)
    yield from growth_steps(start, level, hold)
    yield from feature_steps(start)
    yield from event_steps(start)
    yield from storage_steps(start, level, stored)
    yield from since_steps(start)
    yield from reserved_steps(start)
    yield from claim_steps(start)
