"""Ranges into values of their inputs, and frames in which inputs have a value a run (many floor)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from workbook.expr.frame import Frame
from workbook.expr.functions import Array
from workbook.inputs.ranges import OF_SETTINGS, Range, RangedInput
from workbook.whatif.draws import Sampling, chances
from workbook.whatif.shapes import values_at

GROWTH = ("growth", "total_growth")
MULTIPLIER = "scenario.growth_multiplier"
_INSIDE = 1e-9
"""How far inside of a limit that must not be reached a value is put, as a part of its distance from the middle."""


class Drawn(Struct, frozen=True):
    """Values of inputs, as (input, run) in the unit of each, and how many of each range's were put on a limit."""

    inputs: tuple[RangedInput, ...]
    values: Array
    clipped: tuple[int, ...] = ()

    @property
    def runs(self) -> int:
        """Return how many runs there are."""
        return int(self.values.shape[1])

    def part(self, runs: slice) -> Drawn:
        """Return some of the runs."""
        return replace(self, values=self.values[:, runs])


def inputs_of(ranges: Sequence[Range]) -> tuple[RangedInput, ...]:
    """Return the inputs of ranges in their order; those of a curve stand together."""
    return tuple(one for each in ranges for one in each.inputs)


def draw(ranges: Sequence[Range], sampling: Sampling, growth_multiplier: float) -> Drawn:
    """Return drawn values of the inputs of some ranges, at least one; the inputs of a range have one chance a run.

    Values beyond the limits of their column are put on them. Growth that would leave no users under a scenario's
    multiplier is such a value, too. Raises ValueError as `values_at` and `chances` do.
    """
    rows: list[Array] = []
    clipped = []
    for one in ranges:
        drawn = chances(sampling, one.key, one.group)
        count = 0
        for place in one.inputs:
            values = values_at(drawn, (place.low, place.middle, place.high), one.shape, one.means)
            low, high = _limits(place, growth_multiplier)
            count += int(np.count_nonzero((values < low) | (values > high)))
            rows.append(np.clip(values, low, high))
        clipped.append(count)
    return Drawn(inputs_of(ranges), np.array(rows).reshape(len(rows), sampling.runs), tuple(clipped))


def _limits(place: RangedInput, growth_multiplier: float) -> tuple[float, float]:
    """Return the least and the greatest value of an input."""
    if (place.table, place.field) == GROWTH and growth_multiplier > 0:
        return _inside(-1 / growth_multiplier, place.middle), np.inf
    column = place.column
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    return (
        _inside(low, place.middle) if column.is_minimum_exclusive else low,
        _inside(high, place.middle) if column.is_maximum_exclusive else high,
    )


def _inside(limit: float, middle: float) -> float:
    return limit + _INSIDE * (middle - limit)


def moved(frame: Frame, drawn: Drawn) -> Frame:
    """Return a frame in which inputs have a value a run; everything else stays a single run."""
    columns, settings = dict(frame.columns), dict(frame.settings)
    own: dict[tuple[str, str], Array] = {}
    for place, values in zip(drawn.inputs, drawn.values, strict=True):
        if place.table == OF_SETTINGS:
            settings[place.field] = values
            continue
        key = (place.table, place.field)
        if key not in own:
            own[key] = np.tile(columns[key], (drawn.runs, 1))
        own[key][:, place.row] = values
    return replace(frame, columns={**columns, **own}, settings=settings)
