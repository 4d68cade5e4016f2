"""A plan into the plan from a later start (history floor)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.history.rolling.dates import (
    Frontiers,
    claim_steps,
    event_steps,
    feature_steps,
    setting_steps,
    since_steps,
)
from workbook.history.rolling.steps import Start, Step, with_steps
from workbook.history.rolling.supply import fleet_held, reserved_steps, storage_steps
from workbook.history.rolling.users import Hold, Level, growth_steps, user_steps
from workbook.inputs.plan import Plan
from workbook.model import calculate


def rolled_plan(plan: Plan, months: int, horizon: int) -> Plan:
    """Return the plan that starts so many months later and says the same of every month: nothing measured enters.

    Rates of growth are held, today's nodes stay as they are, and what is bought keeps its calendar months. `horizon`
    counts from the new start; `months` are at least 1 and below the plan's horizon.
    """
    start = Start(plan, calculate(plan), months)
    return with_steps(plan, (*_steps(start, Frontiers(horizon), Level(), Hold.RATES), *fleet_held(start)))


def _steps(start: Start, to: Frontiers, level: Level, hold: Hold) -> Iterator[Step]:
    """Yield the steps of every roll, in the order in which they are proposed."""
    yield from setting_steps(start, to)
    yield from user_steps(start, level)
    yield from growth_steps(start, level, hold)
    yield from feature_steps(start)
    yield from event_steps(start)
    yield from storage_steps(start)
    yield from since_steps(start)
    yield from reserved_steps(start)
    yield from claim_steps(start)
