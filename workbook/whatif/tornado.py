"""A plan and its ranges into what each of them changes by itself, at its low and at its high (many floor)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct

from workbook.expr.frame import Frame
from workbook.expr.functions import Array
from workbook.expr.tree import Line
from workbook.inputs.ranges import Range
from workbook.whatif.drawn import Drawn, inputs_of
from workbook.whatif.reached import TODAY
from workbook.whatif.runs import Runs
from workbook.whatif.simulation import COST, PROVISIONED, YEAR_COST, first_short


class Tornado(Struct, frozen=True):
    """What the plan changes by with one range at its low or its high, the others at their middle (range).

    Costs are of this fiscal year with its measured months, and of the whole plan, in the plan's currency; exhaustion is
    that of the first component, in months, where a date beyond the horizon is the month after it.
    """

    low_year: Array
    high_year: Array
    low_plan: Array
    high_plan: Array
    low_exhaustion: Array
    high_exhaustion: Array

    @property
    def swing(self) -> Array:
        """Return how far this fiscal year's cost moves between low and high, the plan included (range)."""
        return _swing(self.low_year, self.high_year)

    @property
    def swing_plan(self) -> Array:
        """Return how far the whole plan's cost moves between low and high, the plan included (range)."""
        return _swing(self.low_plan, self.high_plan)


def _swing(low: Array, high: Array) -> Array:
    return np.maximum(0, np.maximum(low, high)) - np.minimum(0, np.minimum(low, high))


def tornado(frame: Frame, lines: Mapping[str, Line], ranges: Sequence[Range]) -> Tornado:
    """Return what each of some ranges changes by itself; `frame` and `lines` as for `simulate`.

    Low and high are the points that were typed, whether they are ends or points of one case in ten.
    """
    runs = Runs(frame, lines, (COST, PROVISIONED, TODAY, *YEAR_COST), inputs_of(ranges))
    year_cost = next(name for name in YEAR_COST if name in runs.plan.lines)

    def figures(values: Mapping[str, Array]) -> list[Array]:
        first = first_short(values, runs.plan).min(axis=1, initial=frame.months)
        return [values[year_cost][:, 0, 0], np.sum(values[COST][:, 0, :], axis=1), first]

    found = np.empty((3, 2 * len(ranges)))

    def measure(part: slice, values: Mapping[str, Array]) -> None:
        for row, own in zip(found, figures(values), strict=True):
            row[part] = own

    for _ in runs.batches(one_at_a_time(ranges), measure):
        pass
    changes = found - np.array([own[0] for own in figures(runs.plan.values)])[:, None]
    year, plan, exhaustion = changes
    return Tornado(year[::2], year[1::2], plan[::2], plan[1::2], exhaustion[::2], exhaustion[1::2])


def one_at_a_time(ranges: Sequence[Range]) -> Drawn:
    """Return two runs a range: it is at its low, then at its high, and the others are at their middle."""
    inputs = inputs_of(ranges)
    values = np.repeat(np.array([[one.middle] for one in inputs]).reshape(-1, 1), 2 * len(ranges), axis=1)
    owners = [place for place, each in enumerate(ranges) for _ in each.inputs]
    for row, (one, owner) in enumerate(zip(inputs, owners, strict=True)):
        values[row, 2 * owner : 2 * owner + 2] = one.low, one.high
    return Drawn(inputs, values)
