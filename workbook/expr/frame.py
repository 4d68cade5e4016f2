"""What lines are calculated over: items, input columns and settings as plain values (languages floor)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from workbook.expr.functions import Array


class Frame(Struct, frozen=True):
    """What the lines are calculated over: items, input columns and settings, all as plain values.

    `columns` and `defaults` are keyed by (table, field); a column has one value a table row, defaults filled in, or
    (run, row) where runs differ; so has a setting one value, or one a run.
    `rows` gives for each dimension the table rows of its items, `groups` the parent item (−1: none) of each row,
    `joins` by (dimension, other dimension) the other's item (−1: none) that each item belongs to. `periods` gives the
    billed months of each fiscal year and quarter. `found` gives what no formula can hold, one value an item or
    (item, month); `stored` the figures of approved versions as (row, month).
    """

    months: int
    items: Mapping[str, tuple[str, ...]]
    tables: Mapping[str, str]
    rows: Mapping[str, tuple[int, ...]]
    keys: Mapping[str, str]
    columns: Mapping[tuple[str, str], Array]
    defaults: Mapping[tuple[str, str], Array]
    settings: Mapping[str, Array]
    groups: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    found: Mapping[str, Array] = field(default_factory=dict)
    stored: Array = field(default_factory=lambda: np.empty((0, 0)))
    joins: Mapping[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)
    periods: Mapping[str, tuple[range, ...]] = field(default_factory=dict)
    is_1904: bool = False

    def length(self, dimension: str) -> int:
        """Return the number of items, months or milestones of a dimension; 1 for none."""
        if not dimension:
            return 1
        return self.months if dimension == "month" else len(self.items.get(dimension, ()))

    def group_of(self, dimension: str) -> tuple[int, ...]:
        """Return the parent of each row of a dimension; one common parent where there are no groups."""
        return self.groups.get(dimension, (0,) * self.length(dimension))

    def is_first(self, dimension: str, row: int) -> bool:
        """Whether a row is the first of its group."""
        parents = self.group_of(dimension)
        return row == 0 or parents[row] != parents[row - 1]

    def is_last(self, dimension: str, row: int) -> bool:
        """Whether a row is the last of its group."""
        return row == self.length(dimension) - 1 or self.is_first(dimension, row + 1)


class Scope(NamedTuple):
    """Where an expression is evaluated: the dimension of its rows and that of its columns."""

    item: str
    axis: str


def side_by_side(frames: Sequence[Frame]) -> Frame:
    """Return frames of one structure as the runs of one frame; what is the same in all of them stays a single run.

    The structure is everything but the values of columns and settings. Raises ValueError where two frames differ in it.
    """
    first = frames[0]
    if any(_structure(frame) != _structure(first) for frame in frames):
        raise ValueError("frames of different structures are no runs of one evaluation")
    return replace(
        first,
        columns={key: _runs([frame.columns[key] for frame in frames], np.stack) for key in first.columns},
        settings={key: _runs([frame.settings[key] for frame in frames], np.concatenate) for key in first.settings},
    )


def _structure(frame: Frame) -> tuple[object, ...]:
    """Return what all runs share, the names of rows included."""
    keys = {table: frame.columns[table, key].tolist() for table, key in frame.keys.items()}
    shapes = {key: column.shape for key, column in frame.columns.items()}
    fixed = (frame.months, frame.items, frame.tables, frame.rows, frame.groups, frame.joins, frame.periods)
    return (*fixed, frame.found.keys(), frame.is_1904, keys, shapes)


def _runs(values: list[Array], join: Callable[[list[Array]], Array]) -> Array:
    return values[0] if all(_is_same(value, values[0]) for value in values) else join(values)


def _is_same(value: Array, other: Array) -> bool:
    return value is other or np.array_equal(value, other, equal_nan=value.dtype.kind == "f")
