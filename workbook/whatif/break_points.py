"""What only a search can find of the break-points of a plan: a fleet under `sum`, users within budget (many floor)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from msgspec.structs import replace

from workbook.expr.evaluate import evaluate
from workbook.expr.frame import Frame, Scope
from workbook.expr.functions import Array, numbers, texts
from workbook.expr.tree import Line, in_order
from workbook.inputs.ranges import RangedInput
from workbook.whatif.drawn import Drawn
from workbook.whatif.lines.carry import COUNTED, FACTOR, USERS
from workbook.whatif.reached import TODAY, Calculated, calculated
from workbook.whatif.runs import Runs
from workbook.whatif.simulation import PROVISIONED, YEAR_BUDGET, YEAR_COST

BASE, MODE = "nodes.base", "setting.dr_combination"
LARGEST_FACTOR = 16.0
_STEPS = 60
_STEPS_AT_ONCE = 4
"""So many halvings are looked ahead at a time: 15 runs take little longer than one."""


def break_points(frame: Frame, lines: Mapping[str, Line]) -> dict[str, Array]:
    """Return what `AsOfRun` of the lines of `lines.carry` finds; `frame` and `lines` as for `simulate`."""
    plan = calculated(frame, lines, (PROVISIONED, TODAY))
    factor = within_budget(frame, lines)
    users = float(np.sum(frame.columns["users", "current_users"]))
    return {COUNTED: counted_base(plan, "sum"), FACTOR: numbers([factor]), USERS: numbers([factor * users])}


def counted_base(plan: Calculated, mode: str) -> Array:
    """Return the most nodes for load with which no more is provisioned than runs today (component), in a DR mode.

    NaN where even none is too many. `plan` holds the lines of what is provisioned. More nodes for load are never fewer
    provisioned, so the search halves what is left.
    """
    today = np.floor(plan.values[TODAY][0, :, 0])
    low, high = np.full_like(today, -1.0), today + 1
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        fits = provisioned(plan, mode, middle) <= plan.values[TODAY][0, :, 0]
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    return np.where(low < 0, np.nan, low)


def provisioned(plan: Calculated, mode: str, base: Array) -> Array:
    """Return what is provisioned for so many nodes for load (component), by the plan's own lines, in a DR mode."""
    one_month = {
        name: value[..., :1] if plan.lines[name].axis == "month" else value for name, value in plan.values.items()
    }
    values = {**one_month, MODE: texts([mode]).reshape(1, 1, 1), BASE: base.reshape(1, -1, 1)}
    moved = {MODE, BASE}
    frame = replace(plan.frame, months=1)
    for line in in_order(tuple(plan.lines.values())):
        if line.id not in (BASE, TODAY) and line.reads & moved:
            moved.add(line.id)
            values[line.id] = evaluate(line.expr, Scope(line.item, line.axis), plan.lines, values, frame)
    return np.asarray(values[PROVISIONED][0, :, 0])


def within_budget(frame: Frame, lines: Mapping[str, Line]) -> float:
    """Return the largest factor on all current users with which this fiscal year keeps to its budget.

    NaN without a budget, and where not even 16 times the users exceed it; 0 where no users do not help.
    """
    inputs = tuple(
        RangedInput("users", row, "current_users", users, users, users)
        for row, users in enumerate(frame.columns["users", "current_users"].tolist())
    )
    runs = Runs(frame, lines, (TODAY, *YEAR_COST, *YEAR_BUDGET), inputs)
    cost, budget = (next(name for name in names if name in runs.plan.lines) for names in (YEAR_COST, YEAR_BUDGET))

    def keeps(factors: Array) -> Array:
        users = np.array([[one.middle] for one in inputs])
        values = runs.of(Drawn(inputs, users * factors))
        return np.broadcast_to(values[cost][:, 0, 0] <= values[budget][:, 0, 0], factors.shape)

    if math.isnan(runs.plan.values[budget][0, 0, 0]) or math.isnan(runs.plan.values[cost][0, 0, 0]):
        return math.nan
    if keeps(numbers([LARGEST_FACTOR]))[0]:
        return math.nan
    return _halved(keeps)


def _halved(keeps: Callable[[Array], Array]) -> float:
    """Return the lower bound that 60 halvings leave; each look asks for all points that four halvings may ask for."""
    low, width = 0.0, LARGEST_FACTOR
    count = 2**_STEPS_AT_ONCE
    for _ in range(_STEPS // _STEPS_AT_ONCE):
        points = low + width * np.arange(count + 1) / count
        fits = keeps(points[1:-1])
        first, last = 0, count
        while last - first > 1:
            middle = (first + last) // 2
            first, last = (middle, last) if fits[middle - 1] else (first, middle)
        low, width = float(points[first]), width / count
    return low
