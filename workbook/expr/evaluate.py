"""Trees into arrays (languages floor).

Every value is an array of three axes, (run, item, axis): one run for the plan itself, more for a simulation; one item a
row; one column a month or milestone. An axis of length 1 is broadcast. Blanks are NaN or an empty text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from functools import reduce as fold
from typing import assert_never

import numpy as np
from msgspec import Struct

from workbook.expr import tree
from workbook.expr.frame import Frame, Scope
from workbook.expr.functions import (
    FUNCTIONS,
    OPERATORS,
    Array,
    add_months,
    as_text,
    is_text,
    part_of_date,
)
from workbook.expr.tree import Expr, Line
from workbook.naming import name_key

RUN, ITEM, AXIS = 0, 1, 2
_NAN = float("nan")


Values = Mapping[str, Array]


def _of_known(figures: Array, reduce: Callable[..., Array]) -> Array:
    """Reduce the last axis to what its figures that are not blank give; blank where all are."""
    is_known = ~np.isnan(figures)
    return np.where(is_known.any(axis=-1), reduce(figures, is_known), np.nan)


_OVER_MONTHS: Mapping[tree.OverTime, Callable[[Array], Array]] = {
    tree.OverTime.SUM: lambda figures: np.nansum(figures, axis=-1),
    tree.OverTime.PEAK: lambda figures: _of_known(
        figures, lambda all_, known: np.max(np.where(known, all_, -np.inf), axis=-1)
    ),
    tree.OverTime.MEAN: lambda figures: _of_known(
        figures, lambda all_, known: np.nansum(all_, axis=-1) / known.sum(axis=-1)
    ),
}


def evaluate_lines(lines: Sequence[Line], frame: Frame, known: Values | None = None) -> dict[str, Array]:
    """Return the value of each line as an array (run, item, axis), in the order in which they are calculated.

    `known` has the values of some of them over the same frame.
    """
    ordered = tree.in_order(tuple(lines))
    by_id = {line.id: line for line in ordered}
    values: dict[str, Array] = {}
    with np.errstate(all="ignore"):
        for line in ordered:
            if known and line.id in known:
                values[line.id] = known[line.id]
                continue
            value = _Evaluation(frame, by_id, values, Scope(line.item, line.axis)).of(line.expr)
            shape = (value.shape[RUN], frame.length(line.item), frame.length(line.axis))
            values[line.id] = _wide(value, shape)
    return values


def evaluate(expr: Expr, scope: Scope, lines: Mapping[str, Line], values: Values, frame: Frame) -> Array:
    """Return the value of one more expression over lines that are evaluated already."""
    with np.errstate(all="ignore"):
        value = _Evaluation(frame, lines, values, scope).of(expr)
    return _wide(value, (value.shape[RUN], frame.length(scope.item), frame.length(scope.axis)))


@lru_cache(maxsize=1024)
def _scalar(value: float | str) -> Array:
    """Return a constant; the same one for all who ask, so nobody may change it."""
    array = np.array(value if isinstance(value, str) else float(value)).reshape(1, 1, 1)
    array.flags.writeable = False
    return array


def _wide(array: Array, shape: tuple[int, ...]) -> Array:
    """Return an array in a shape; most have it already, and NumPy would take as long over it as over a sum."""
    return array if array.shape == shape else np.broadcast_to(array, shape)


def _column(values: Array) -> Array:
    return values.reshape(1, -1, 1)


class _Evaluation(Struct):
    frame: Frame
    lines: Mapping[str, Line]
    values: Values
    scope: Scope

    def of(self, node: Expr) -> Array:  # noqa: C901, PLR0912 - one case a node, nothing else
        match node:
            case tree.Number():
                return _scalar(node.value)
            case tree.Text():
                return _scalar(node.value)
            case tree.Blank():
                return _scalar(_NAN)
            case tree.Setting():
                return self.frame.settings[node.field].reshape(-1, 1, 1)
            case tree.Input():
                return self.input(node)
            case tree.Label():
                return _column(np.array(self.frame.items[node.over], dtype=str))
            case tree.Ref():
                return self.reference(node)
            case tree.Unary():
                return np.asarray(-self.of(node.operand))
            case tree.Binary():
                return OPERATORS[node.operator].apply(self.of(node.left), self.of(node.right))
            case tree.Call():
                return self.call(node)
            case tree.Reduce():
                return self.reduce(node)
            case tree.Cumulative():
                return np.cumsum(self.reference(node.body), axis=AXIS)
            case tree.SumWhere():
                return self.sum_where(node)
            case tree.LargeWhere():
                return self.large_where(node)
            case tree.SumOfProducts():
                left, right = (self.reference(line, "month") for line in (node.left, node.right))
                return np.asarray(np.sum(left * right, axis=AXIS, keepdims=True))
            case tree.Peak():
                return self.peak(node)
            case tree.SumBetween():
                return self.sum_between(node)
            case tree.OverPeriod():
                return self.over_period(node)
            case tree.OfPeriod():
                return np.moveaxis(self.reference(node.body, self.scope.axis), ITEM, AXIS)
            case tree.AtLeast():
                return self.at_least(node)
            case tree.Below():
                return np.asarray(np.sum(self.over_last(node) < self.of(node.value), axis=AXIS, keepdims=True) * 1.0)
            case tree.Picked():
                return self.picked(node)
            case tree.Group():
                return self.group(node)
            case tree.Parent():
                return self.parent(node)
            case tree.Joined():
                return self.joined(node)
            case tree.Above():
                return self.above(node)
            case tree.LastOfGroup():
                return np.where(self.rows_that(self.frame.is_last), self.of(node.last), self.of(node.others))
            case tree.PerItem():
                return self.per_item(node)
            case tree.Stacked():
                return self.stacked(node)
            case tree.Cited():
                return self.cited(node)
            case tree.AtMonth():
                return self.at_month(node)
            case tree.Position():
                return self.position(node)
            case tree.Lookup():
                return self.lookup(node)
            case tree.Tally():
                return self.tally(node)
            case tree.SumColumnWhere():
                return self.sum_column_where(node)
            case tree.StoredFigure():
                return self.stored_figure(node)
            case tree.StoredSum():
                return self.stored_sum(node)
            case tree.MonthNumber():
                return np.arange(self.frame.months, dtype=float).reshape(1, 1, -1)
            case tree.Sequence():
                return self.of(node.first) + _column(np.arange(self.frame.length(self.scope.item), dtype=float))
            case tree.Moved():
                return _scalar(0)
            case tree.AsOfRun():
                return self.found(node.name)
            case _:
                assert_never(node)

    def found(self, name: str) -> Array:
        """Return what was found at the run: one value an item, or (item, month)."""
        found = self.frame.found.get(name)
        if found is None:
            return _scalar(_NAN)
        return _column(found) if found.ndim == 1 else found[None]

    def input(self, node: tree.Input) -> Array:
        if node.row is not None:
            return self.cell(node.table, node.field, node.row)
        if self.frame.tables[self.scope.item] != node.table:
            raise ValueError(f"{node.table}.{node.field} has no row for an item of {self.scope.item!r}")
        rows = list(self.frame.rows[self.scope.item])
        return self.column(node.table, node.field)[:, rows, None]

    def cell(self, table: str, field: str, row: int) -> Array:
        """Return one cell of an input table as (run, 1, 1)."""
        return self.column(table, field)[:, row].reshape(-1, 1, 1)

    def column(self, table: str, field: str) -> Array:
        """Return a column of an input table as (run, row)."""
        return np.atleast_2d(self.frame.columns[table, field])

    def reference(self, node: tree.Ref, *beside: str) -> Array:
        """Return a line; its dimensions must be the scope's, or `beside`, over which it will be reduced."""
        line = self.lines[node.line]
        if line.item not in ("", self.scope.item, *beside) or line.axis not in ("", self.scope.axis, *beside):
            raise ValueError(f"{node.line} over {line.foreach} does not fit {self.scope}")
        return self.values[node.line]

    def call(self, node: tree.Call) -> Array:
        arguments = [self.of(argument) for argument in node.arguments]
        if node.function == "EDATE":
            return add_months(arguments[0], arguments[1], self.frame.is_1904)
        if node.function in ("YEAR", "MONTH"):
            return part_of_date(node.function.lower(), arguments[0], self.frame.is_1904)
        apply = FUNCTIONS[node.function].apply
        if apply is None:
            raise ValueError(f"{node.function} is not defined for single values")
        return apply(*arguments)

    def reduce(self, node: tree.Reduce) -> Array:
        function = FUNCTIONS[node.function]
        if function.reduce is None:
            raise ValueError(f"{node.function} is not defined for ranges")
        along = "month" if node.over == "billed" else node.over
        body = self.reference(node.body, along)
        if self.frame.length(along) == 0:
            return _scalar(function.identity)
        arguments = [self.of(argument) for argument in node.arguments]
        if along == "month":
            return function.reduce(body[..., :-1] if node.over == "billed" else body, *arguments)
        return np.moveaxis(function.reduce(np.moveaxis(body, ITEM, -1), *arguments), -1, ITEM)

    def row(self, node: tree.Ref | tree.Parent, over: str) -> Array:
        """Return a line that is reduced over a dimension: the current item's or that of the item it belongs to."""
        return self.parent(node, over) if isinstance(node, tree.Parent) else self.reference(node, over)

    def large_where(self, node: tree.LargeWhere) -> Array:
        """Sort the months once for each value that is asked for, such as the first month of each term.

        Only months whose key is that value are sorted; all others count 0, which no figure is below.
        """
        key, body = self.reference(node.key, "month"), self.reference(node.body, "month")
        value, k = self.of(node.value), self.of(node.k)
        rows = np.broadcast_shapes(*(part.shape[:-1] for part in (key, body, value, k)))
        value = _wide(value, (*value.shape[:-1], max(value.shape[AXIS], k.shape[AXIS])))
        place = _wide(np.nan_to_num(k).astype(int) - 1, (*k.shape[:-1], value.shape[AXIS]))
        result = np.zeros((*rows, value.shape[AXIS]))
        for asked in np.unique(value[np.isfinite(value)]):
            counts, asks = (np.flatnonzero((part == asked).any(axis=(RUN, ITEM))) for part in (key, value))
            rising = np.zeros((*rows, len(counts) + 1))
            rising[..., 1:] = np.where(key[..., counts] == asked, body[..., counts], 0.0)
            rising[..., 1:].sort(axis=AXIS)
            at = _wide(len(counts) - np.clip(place[..., asks], 0, len(counts)), (*rows, len(asks)))
            found, is_asked = np.take_along_axis(rising, at, axis=AXIS), value[..., asks] == asked
            result[..., asks] = found if is_asked.all() else np.where(is_asked, found, result[..., asks])
        return result

    def sum_where(self, node: tree.SumWhere) -> Array:
        key = self.row(node.key, node.over)
        body = self.row(node.body, node.over)
        if self.frame.length(node.over) == 0:
            return _scalar(0)
        equal = OPERATORS["="].apply
        if node.over == "month":
            matches = fold(np.logical_or, (equal(self.of(value), key) for value in node.values))
            return np.asarray(np.sum(np.where(matches, body, 0.0), axis=AXIS, keepdims=True))
        over_last = np.moveaxis(key, ITEM, AXIS)
        matches = fold(np.logical_or, (equal(self.of(value), over_last) for value in node.values))
        return np.asarray(matches.astype(float) @ body)

    def peak(self, node: tree.Peak) -> Array:
        months = np.arange(self.frame.months, dtype=float)
        is_inside = (months >= self.of(node.first)) & (months <= self.of(node.last))
        body = np.nan_to_num(self.reference(node.body, "month"))
        return np.asarray(np.max(np.where(is_inside, body, 0.0), axis=AXIS, keepdims=True))

    def sum_between(self, node: tree.SumBetween) -> Array:
        """Add month by month, each to the columns whose span has it: the span may differ from column to column."""
        first, last, body = self.of(node.first), self.of(node.last), self.reference(node.body, "month")
        shape = np.broadcast_shapes(first.shape, last.shape, (*body.shape[:-1], 1))
        result = np.zeros(shape)
        for month in range(self.frame.months if body.any() else 0):
            result += np.where((first <= month) & (month <= last), body[..., month : month + 1], 0.0)
        return result

    def over_period(self, node: tree.OverPeriod) -> Array:
        body = self.reference(node.body, "month")
        periods = self.frame.periods[self.scope.axis]
        if node.how is tree.OverTime.END:
            return body[..., [months[-1] for months in periods]]
        reduce = _OVER_MONTHS[node.how]
        return np.stack([reduce(body[..., months.start : months.stop]) for months in periods], axis=AXIS)

    def group(self, node: tree.Group) -> Array:
        function = FUNCTIONS[node.function]
        body = np.moveaxis(self.reference(node.body, node.over), ITEM, -1)
        parents = np.array(self.frame.group_of(node.over))
        parts = []
        for item in range(self.frame.length(self.scope.item)):
            members = body[..., parents == item]
            empty = np.full((*body.shape[:-1], 1), function.identity)
            parts.append(function.reduce(members) if members.shape[-1] and function.reduce else empty)
        if not parts:
            return np.empty((body.shape[RUN], 0, body.shape[1]))
        return np.moveaxis(np.concatenate(parts, axis=-1), -1, ITEM)

    def joined(self, node: tree.Joined) -> Array:
        """Take the other dimension's rows; -1 finds the last one, which is then replaced."""
        joins = np.array(self.frame.joins[self.scope.item, node.over], dtype=int)
        otherwise = self.of(node.otherwise)
        if not (joins >= 0).any():
            return _wide(otherwise, (otherwise.shape[RUN], joins.size, otherwise.shape[AXIS]))
        body = _Evaluation(self.frame, self.lines, self.values, Scope(node.over, self.scope.axis)).of(node.body)
        rows = _wide(body, (body.shape[RUN], self.frame.length(node.over), body.shape[AXIS]))
        return np.where(_column(joins >= 0), rows[:, joins], otherwise)

    def over_last(self, node: tree.AtLeast | tree.Below) -> Array:
        """Return a line's figures over another dimension side by side, to be compared with the value of each row."""
        return np.moveaxis(self.reference(node.body, node.over), ITEM, AXIS)

    def picked(self, node: tree.Picked) -> Array:
        body = self.reference(node.body, node.over)
        place = self.of(node.position).astype(int) - 1
        runs = max(body.shape[RUN], place.shape[RUN])
        axis = max(body.shape[AXIS], place.shape[AXIS])
        wide = _wide(body, (runs, body.shape[ITEM], axis))
        rows = _wide(place, (runs, place.shape[ITEM], axis))
        return np.take_along_axis(wide, rows, axis=ITEM)

    def at_least(self, node: tree.AtLeast) -> Array:
        steps = self.over_last(node)
        value = self.of(node.value)
        place = np.sum(steps < value, axis=AXIS, keepdims=True)
        last = np.minimum(place, steps.shape[AXIS] - 1)
        return np.take_along_axis(_wide(steps, (*value.shape[:-1], steps.shape[AXIS])), last, axis=AXIS)

    def parent(self, node: tree.Parent, *beside: str) -> Array:
        line = self.lines[node.body.line]
        body = self.reference(node.body, line.item, *beside)
        return body[:, list(self.frame.group_of(self.scope.item))] if line.item else body

    def above(self, node: tree.Above) -> Array:
        body = self.reference(node.body)
        return np.where(self.rows_that(self.frame.is_first), self.of(node.first), np.roll(body, 1, axis=ITEM))

    def rows_that(self, question: Callable[[str, int], bool]) -> Array:
        """Ask the frame of each row, such as whether it is the first of its group."""
        item = self.scope.item
        return _column(np.array([question(item, row) for row in range(self.frame.length(item))], dtype=bool))

    def per_item(self, node: tree.PerItem) -> Array:
        along = AXIS if node.over in tree.AXES else ITEM
        scope = Scope(self.scope.item, "") if along == AXIS else Scope("", self.scope.axis)
        inner = _Evaluation(self.frame, self.lines, self.values, scope)
        blocks = _of_one_kind([inner.of(expr) for _, expr in node.items])
        return np.concatenate(np.broadcast_arrays(*blocks), axis=along)

    def stacked(self, node: tree.Stacked) -> Array:
        blocks = []
        for over, body in node.parts:
            if length := self.frame.length(over):
                scope = Scope(over, self.scope.axis)
                block = _Evaluation(self.frame, self.lines, self.values, scope).of(body)
                blocks.append(_wide(block, (block.shape[RUN], length, block.shape[AXIS])))
        blocks = _of_one_kind(blocks)
        runs = max((block.shape[RUN] for block in blocks), default=1)
        wide = [_wide(block, (runs, *block.shape[1:])) for block in blocks]
        return np.concatenate(wide, axis=ITEM) if wide else np.empty((1, 0, 1))

    def cited(self, node: tree.Cited) -> Array:
        month = self.of(node.month)
        place = np.clip(np.nan_to_num(month).astype(int), 0, self.frame.months - 1)
        rows = [self.figure(figure, place[:, row : row + 1]) for row, figure in enumerate(node.figures)]
        runs = max((row.shape[RUN] for row in rows), default=1)
        wide = [_wide(row, (runs, 1, 1)) for row in rows]
        return np.concatenate(wide, axis=ITEM) if wide else np.empty((1, 0, 1))

    def figure(self, figure: tuple[int, tree.Ref | tree.Blank], month: Array) -> Array:
        """Return one cell of a line, or the sum of its items in one month."""
        item, ref = figure
        if isinstance(ref, tree.Blank):
            return _scalar(_NAN)
        body = self.values[ref.line]
        if self.lines[ref.line].axis:
            runs = max(body.shape[RUN], month.shape[RUN])
            shape = (runs, body.shape[ITEM], body.shape[AXIS])
            place = _wide(month, (runs, body.shape[ITEM], 1))
            body = np.take_along_axis(_wide(body, shape), place, axis=AXIS)
        if item >= 0:
            return body[:, item : item + 1]
        return np.asarray(np.nansum(body, axis=ITEM, keepdims=True))

    def at_month(self, node: tree.AtMonth) -> Array:
        body = self.row(node.body, "month")
        index = np.clip(np.nan_to_num(self.of(node.month)).astype(int), 0, self.frame.months - 1)
        items = max(body.shape[ITEM], index.shape[ITEM])
        runs = max(body.shape[RUN], index.shape[RUN])
        return np.take_along_axis(
            _wide(body, (runs, items, body.shape[AXIS])),
            _wide(index, (runs, items, index.shape[AXIS])),
            axis=AXIS,
        )

    def position(self, node: tree.Position) -> Array:
        # All runs have the rows of the first: names are structure, which no run changes.
        names = [name_key(str(name)) for name in self.column(node.table, self.frame.keys[node.table])[0]]
        place = {name: number for number, name in reversed(list(enumerate(names, 1)))}
        keys = self.of(node.key)
        found = np.vectorize(lambda name: place.get(name_key(str(name)), 0), otypes=[float])(keys)
        if not node.optional and not found.all():
            raise ValueError(f"a name is not in {node.table}: {keys[found == 0][0]!r}")
        return np.asarray(found)

    def lookup(self, node: tree.Lookup) -> Array:
        column = self.column(node.table, node.field)
        place = self.of(node.position).astype(int)
        runs = np.arange(column.shape[0]).reshape(-1, 1, 1)
        default = self.frame.defaults[node.table, node.field]
        return np.where(place > 0, column[runs, np.maximum(place, 1) - 1], default)

    def tally(self, node: tree.Tally) -> Array:
        reduce = FUNCTIONS[node.function].reduce
        if reduce is None:
            raise ValueError(f"{node.function} is not defined for columns")
        return reduce(self.column(node.table, node.field)[:, None, :])

    def stored_row(self, row: Expr) -> Array:
        """Return the figures of a version's row along one more axis; of a row that is not there any other."""
        place = np.maximum(np.nan_to_num(self.of(row)).astype(int), 1) - 1
        return np.asarray(self.frame.stored[np.minimum(place, self.frame.stored.shape[0] - 1)])

    def stored_figure(self, node: tree.StoredFigure) -> Array:
        figures = self.stored_row(node.row)
        month = np.clip(np.nan_to_num(self.of(node.month)).astype(int), 0, figures.shape[-1] - 1)[..., None]
        shape = np.broadcast_shapes(figures.shape[:-1], month.shape[:-1])
        wide = _wide(figures, (*shape, figures.shape[-1]))
        return np.take_along_axis(wide, _wide(month, (*shape, 1)), axis=-1)[..., 0]

    def stored_sum(self, node: tree.StoredSum) -> Array:
        figures = self.stored_row(node.row)
        months = np.arange(figures.shape[-1])
        is_inside = (months >= self.of(node.first)[..., None]) & (months <= self.of(node.last)[..., None])
        return np.asarray(np.sum(np.where(is_inside, np.nan_to_num(figures), 0.0), axis=-1))

    def sum_column_where(self, node: tree.SumColumnWhere) -> Array:
        matches = self.of(node.value)[..., None] == self.column(node.table, node.key_field)[:, None, None, :]
        if node.function == "COUNTIF":
            return np.asarray(np.sum(matches, axis=-1, dtype=float))
        body = self.column(node.table, node.field)[:, None, None, :]
        return np.asarray(np.sum(np.where(matches, body, 0.0), axis=-1))


def _of_one_kind(blocks: list[Array]) -> list[Array]:
    """Return arrays of which some hold texts as texts all: a blank among texts is an empty one."""
    return [as_text(block) for block in blocks] if any(is_text(block) for block in blocks) else blocks
