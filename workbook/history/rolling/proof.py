"""A plan and the plans that a roll makes of it into the proof of what is the same, month by month (many floor).

The lines of the plan and of the plan that only starts later are compared in every month that both cover, both without
the active scenario's Growth multiplier: a scenario multiplies the growth that is still to come, and begins again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from workbook.expr.functions import Array
from workbook.figures import month_text, short_text
from workbook.history.rolling.steps import Start
from workbook.history.rolling.supply import follow_users
from workbook.history.rolling.users import Level
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.commitments import Scenario
from workbook.inputs.sheets.supply import Component
from workbook.model import calculate
from workbook.model.results import Results

PROVED: Mapping[str, tuple[str, ...]] = {
    "users": ("users.all",),
    "requests": ("demand.total",),
    "CPU": ("cpu.required",),
    "memory": ("memory.required",),
    "nodes": ("nodes.provisioned",),
    "storage": ("storage.required",),
    "traffic": ("network.egress",),
    "reserved nodes": ("reserved.nodes",),
    "cost": ("cost.nodes", "cost.storage", "cost.network", "cost.fixed"),
}
"""What is compared, by its name in a sentence."""
_OF_LAST_BLOCK = ("reserved nodes", "cost")
_OF_STORAGE = ("storage", "cost")
TOLERANCE = 1e-9


class Difference(Struct, frozen=True):
    """What is not the same: its name, the first month in which it differs, and why; no reason if none is known."""

    name: str
    day: date
    why: str


class Move(Struct, frozen=True):
    """One step of the way from the plan's cost of the months in both to the rolled plan's cost."""

    title: str
    amount: float


class ScenarioUsers(Struct, frozen=True):
    """The users that a scenario has in one month, before the roll and after it."""

    scenario: str
    day: date
    before: float
    after: float


class Proof(Struct, frozen=True):
    """What is the same in the months that both plans bill, what is not and why, and where the cost goes from there."""

    months: int
    same: tuple[str, ...]
    differences: tuple[Difference, ...]
    moves: tuple[Move, ...]
    scenarios: tuple[ScenarioUsers, ...]
    words: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Return the proof as `--json` prints it."""
        return {
            "months": self.months,
            "same": list(self.same),
            "differences": [
                {"line": one.name, "from": one.day.isoformat(), "why": one.why} for one in self.differences
            ],
            "cost": [{"step": move.title, "amount": move.amount} for move in self.moves],
            "scenarios": [
                {"scenario": one.scenario, "month": one.day.isoformat(), "before": one.before, "after": one.after}
                for one in self.scenarios
            ],
            "words": list(self.words),
        }


def prove(start: Start, plain: tuple[Plan, Plan], made: Sequence[tuple[str, Plan]], level: Level) -> Proof:
    """Return the proof: `plain` are plan and rolled plan without multiplier, `made` the plans on the way by title.

    The first plan of `made` only starts later, the last one is the rolled plan.
    """
    before, after = (calculate(plan) for plan in plain)
    months = min(start.plan.settings.horizon_months - start.months, plain[1].settings.horizon_months)
    differences = tuple(_differences(start, before, after, months))
    same = tuple(name for name in PROVED if name not in {one.name for one in differences})
    only_later = made[0][1]
    scenarios = tuple(_scenarios(start, only_later, months))
    words = (
        f"{months} {'month is' if months == 1 else 'months are'} in both plans.",
        *_same_words(same),
        *(_difference_words(one) for one in differences),
        *_bought_words(only_later),
        *([f"Then the level: users {level.words}."] if level.words else ()),
        *(_scenario_words(one) for one in scenarios),
    )
    return Proof(months, same, differences, tuple(_moves(start, made, months)), scenarios, words)


def _differences(start: Start, before: Results, after: Results, months: int) -> Iterator[Difference]:
    last_block = _last_block(start)
    for name, lines in PROVED.items():
        pairs = [_pair(start, before, after, line, months) for line in lines]
        apart = [~np.isclose(now, was, rtol=TOLERANCE, atol=TOLERANCE).all(axis=0) for was, now in pairs]
        places = np.flatnonzero(np.any(apart, axis=0))
        if places.size:
            first = int(places[0])
            is_last_block = name in _OF_LAST_BLOCK and last_block is not None and first >= last_block
            why = "the last commitment, cut short by the horizon, is re-sized" if is_last_block else ""
            if name in _OF_STORAGE and first == 0 and follow_users(start.plan, "window"):
                why = f"what was ingested earlier counts with the users of {month_text(start.day)}"
            yield Difference(name, start.plan.timeline.date_of(start.months + first), why)


def _pair(start: Start, before: Results, after: Results, line: str, months: int) -> tuple[Array, Array]:
    was = before.values[line][0][:, start.months : start.months + months]
    return was, after.values[line][0][:, :months]


def _last_block(start: Start) -> int | None:
    """Return the first month, from the new start, of the earliest commitment that the horizon cuts short."""
    last = start.plan.settings.horizon_months - 1
    firsts = start.results.values["reserved.first"][0][:, last]
    return int(np.nanmin(firsts)) - start.months if firsts.size else None


def _moves(start: Start, made: Sequence[tuple[str, Plan]], months: int) -> Iterator[Move]:
    """Yield the cost of the months in both plans, what each plan on the way adds to it, and the months added."""
    cost = float(start.results.values["cost.total"][0, 0, start.months : start.months + months].sum())
    yield Move("Plan", cost)
    for title, plan in made:
        values = calculate(plan).values["cost.total"][0, 0]
        now = float(values[:months].sum())
        yield Move(title, now - cost)
        cost = now
    yield Move("Months added", float(values[months:].sum()))
    yield Move("Rolled plan", float(values.sum()))


def _scenarios(start: Start, later: Plan, months: int) -> Iterator[ScenarioUsers]:
    """Yield the users of each scenario that multiplies growth, in the Review month or the last month of both plans."""
    place = min(max(start.plan.settings.review_month - start.months, 0), months)
    for row in start.plan.rows("scenarios"):
        if isinstance(row, Scenario) and row.growth_multiplier != 1:
            before, after = (_users(plan, row.scenario) for plan in (start.plan, later))
            day = later.timeline.date_of(place)
            yield ScenarioUsers(row.scenario, day, float(before[start.months + place]), float(after[place]))


def _users(plan: Plan, scenario: str) -> Array:
    settings = plan.settings.model_copy(update={"active_scenario": scenario})
    users: Array = calculate(replace(plan, settings=settings)).values["users.all"][0, 0]
    return users


def _same_words(same: Sequence[str]) -> Iterator[str]:
    if same:
        names = ", ".join(same)
        yield f"Unchanged in these months: {names}."


def _difference_words(one: Difference) -> str:
    verb = "differ" if one.name.endswith("s") else "differs"
    return f"From {month_text(one.day)} on, {one.name} {verb}: {one.why or 'no reason known'}."


def _bought_words(plan: Plan) -> Iterator[str]:
    """Yield the nodes that stay reserved, by their last month."""
    running: dict[date, list[str]] = {}
    for row in plan.rows("components"):
        if isinstance(row, Component) and row.reserved_until and row.reserved_until >= plan.settings.plan_start:
            running.setdefault(row.reserved_until, []).append(str(row.reserved_today))
    for until, nodes in running.items():
        count = " and ".join(filter(None, (", ".join(nodes[:-1]), nodes[-1])))
        is_one = nodes == ["1"]
        verb = f"node{'' if is_one else 's'} stay{'s' if is_one else ''}"
        yield f"{count} {verb} reserved through {month_text(until)}: check against what was bought."


def _scenario_words(one: ScenarioUsers) -> str:
    before, after = (short_text(users) for users in (one.before, one.after))
    return (
        f"Scenario {one.scenario} restarts: {before} users in {month_text(one.day)} before the roll, {after} after it."
    )
