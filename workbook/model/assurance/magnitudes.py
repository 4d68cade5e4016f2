"""Figures too large to calculate with, as errors that name the inputs they come from (plan floor).

Products of inputs can pass the largest number of a double, where a spreadsheet shows #NUM!; and no distribution is
exact, nor any fleet real, for more nodes than `MOST_NODES`. Both are found in the lines that everything else is
calculated from, before the rest is calculated.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from workbook.address import Cell
from workbook.expr import tree
from workbook.expr.tree import Line
from workbook.inputs.sheets.registry import SETTINGS
from workbook.model.results import Results
from workbook.problems import Code, Problem
from workbook.schema import Column, show

FOUNDATIONS = (
    "demand.total",
    "memory.required",
    "storage.total",
    "network.required",
    "nodes.provisioned",
    "cost.total",
)
"""The lines of which everything large is made; what they are calculated from is examined with them."""
MOST_NODES = 1_000_000
_MOST = 1e100
_LARGEST = sys.float_info.max
_MOST_NAMED = 3
_FAR = 1.0
"""Powers of ten by which an input differs from its example before it is named."""


def too_large(results: Results, lines: Mapping[str, Line]) -> Iterator[Problem]:
    """Yield an error for each of the lines that is the first to be too large on the way from the inputs to it."""
    reported: set[str] = set()
    for line in lines.values():
        if line.reads & reported:
            reported.add(line.id)
            continue
        is_nodes = line.unit == "nodes"
        if place := _first_above(results, line, MOST_NODES if is_nodes else _MOST):
            reported.add(line.id)
            yield _problem(results, line, place, f"{MOST_NODES:,} nodes" if is_nodes else "10^100")


def infinite(results: Results) -> Iterator[Problem]:
    """Yield an error for each line that is infinite somewhere, in the order in which lines are calculated."""
    for name in results.values:
        if place := _first_above(results, results.lines[name], _LARGEST):
            yield _problem(results, results.lines[name], place, "every number")


def _first_above(results: Results, line: Line, limit: float) -> tuple[int, int] | None:
    """Return the item and the month, or other position, of a line's first figure above a limit."""
    values = results.values[line.id][0]
    if values.dtype.kind == "U":
        return None
    items, positions = (abs(values.astype(float)) > limit).nonzero()
    return (int(items[0]), int(positions[0])) if len(items) else None


def _problem(results: Results, line: Line, place: tuple[int, int], limit: str) -> Problem:
    item, position = place
    named = _inputs_behind(results, line, item)
    of_item = f" ({results.items(line.id)[item]})" if line.item else ""
    in_month = f" in month {position}" if line.axis == "month" else ""
    cells = ", ".join(str(one.cell) for one in named)
    return Problem(
        Code.FIGURE_TOO_LARGE,
        f"{line.title}{of_item} is above {limit}{in_month}, which is too large to calculate with",
        named[0].cell if named else "",
        seen=", ".join(f"{one.column.header} {show(one.value, one.column.kind)} in {one.cell}" for one in named),
        expected="inputs that give figures of a real system",
        remedy=f"correct {cells}" if named else "correct the inputs that it is calculated from",
    )


class _NamedInput(Struct, frozen=True):
    cell: Cell
    column: Column
    value: float

    @property
    def distance(self) -> float:
        """Powers of ten between the value and the column's example."""
        example = self.column.example if isinstance(self.column.example, int | float) else 1.0
        return abs(math.log10(abs(self.value) or 1e-300) - math.log10(abs(example) or 1.0))


def _inputs_behind(results: Results, line: Line, item: int) -> list[_NamedInput]:
    """Return the cells farthest from what is usual among those that a figure is calculated from, the farthest first."""
    every = sorted(_cells_behind(results, line, item), key=lambda one: -one.distance)
    far = [one for one in every if one.distance >= _FAR]
    return (far or every)[:_MOST_NAMED]


def _cells_behind(results: Results, line: Line, item: int) -> Iterator[_NamedInput]:
    plan = results.plan
    settings = {column.field: column for column in SETTINGS}
    for table_id, name in sorted(_sources(results, line)):
        column = plan.tables[table_id].sheet.column(name) if table_id in plan.tables else settings.get(name)
        if column is None or not column.is_numeric:
            continue
        if not table_id:
            value: Any = plan.setting(name)
            cells = [(plan.setting_cells.get(name), value)]
        else:
            is_own = line.item and results.frame.tables.get(line.item) == table_id
            rows = [results.frame.rows[line.item][item]] if is_own else range(len(plan.rows(table_id)))
            cells = [(plan.tables[table_id].cell(row, name), getattr(plan.rows(table_id)[row], name)) for row in rows]
        yield from (_NamedInput(cell, column, value) for cell, value in cells if cell and plan.cells.get(cell))


def _sources(results: Results, line: Line) -> set[tuple[str, str]]:
    """Return the columns (table, field) and settings ("", field) that a line is calculated from."""
    found: set[tuple[str, str]] = set()
    waiting, seen = [line.id], {line.id}
    while waiting:
        expr = results.lines[waiting.pop()].expr
        for node in tree.walk(expr):
            match node:
                case tree.Input(table, name) | tree.Lookup(table, name) | tree.Tally(_, table, name):
                    found.add((table, name))
                case tree.SumColumnWhere(_, table, _, _, name) if name:
                    found.add((table, name))
                case tree.Setting(name):
                    found.add(("", name))
                case tree.Ref(other) if other not in seen:
                    seen.add(other)
                    waiting.append(other)
    return found
