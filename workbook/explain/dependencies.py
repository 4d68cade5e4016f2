"""What the value of a leaf depends on: input cells, and values of other lines (post)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.address import Cell
from workbook.explain.at import At
from workbook.explain.explanation import InputCell
from workbook.explain.locate import LineValue
from workbook.expr import tree
from workbook.expr.tree import Expr, Line
from workbook.inputs.plan import KeptTable
from workbook.inputs.sheets.registry import SETTINGS
from workbook.model.assurance.claims import HALF_DIGIT
from workbook.model.results import Results
from workbook.schema import Column, show

_SETTINGS = {column.field: column for column in SETTINGS}


def inputs_of(at: At, node: Expr) -> Iterator[InputCell]:
    """Yield the input cells that a leaf reads itself."""
    match node:
        case tree.Setting(setting):
            yield setting_input(at.results, setting)
        case tree.Input(table, name, row):
            name = "stated" if (table, name) == HALF_DIGIT else name
            own = at.results.frame.rows[at.scope.item][at.item] if row is None else row
            yield column_input(at.results, table, name, own)
        case tree.Lookup(table, name, position):
            found = at.value(position)
            if isinstance(found, float) and found >= 1:
                yield column_input(at.results, table, name, int(found) - 1)
        case tree.Joined() | tree.Stacked():
            other, body = at.joined(node)
            for part in other.parts(body):
                yield from inputs_of(other, part)
        case _:
            return


def setting_input(results: Results, setting: str) -> InputCell:
    """Return the cell, name, value and source of a setting."""
    plan, column = results.plan, _SETTINGS[setting]
    value = plan.setting(setting)
    shown = "blank" if value is None else column.show(value)
    cell = plan.setting_cells.get(setting)
    return InputCell(str(cell or ""), column.header, shown, plan.setting_sources.get(setting, ""))


def column_input(results: Results, table: str, name: str, row: int) -> InputCell:
    """Return the cell, name, value and source of a column in one row of a table."""
    if kept := results.plan.kept.get(table):
        return _kept_input(kept, name, row)
    found = results.plan.tables[table]
    column: Column = found.sheet.column(name)
    model = found.rows[row]
    value = getattr(model, name)
    cell = found.cell(row, name)
    day = results.plan.dates.get(cell) if cell else None
    shown = (
        "blank" if value in (None, "") else show(value, column.kind) if day is None else f"{show(day)}, month {value}"
    )
    is_typed = cell is not None and results.plan.cells.get(cell) not in (None, "")
    if not is_typed and shown != "blank":
        shown = f"blank, so {shown}"
    return InputCell(str(cell or ""), column.header, shown, model.source if is_typed else "")


def _kept_input(table: KeptTable, name: str, place: int) -> InputCell:
    """Return a cell of a kept sheet, by its place among all rows of the table."""
    number = table.first_row + place
    row = dict(zip(table.row_numbers, table.rows, strict=True)).get(number, {})
    value = row.get(name)
    cell = Cell(table.title, number, table.column_numbers[name])
    return InputCell(str(cell), table.sheet.column(name).header, "blank" if value is None else show(value), "")


def uses_of(at: At, node: Expr) -> Iterator[LineValue]:
    """Yield the values of other lines that a leaf depends on; of a range over months only the ends."""
    if isinstance(node, tree.Joined | tree.Stacked):
        other, body = at.joined(node)
        yield from (spot for part in other.parts(body) for spot in uses_of(other, part))
        return
    if isinstance(node, tree.Cited):
        yield from _cited(at, node)
        return
    for part in tree.walk(node):
        if isinstance(part, tree.Ref):
            yield from _spots(at, node, at.results.lines[part.line])


def _cited(at: At, node: tree.Cited) -> Iterator[LineValue]:
    """Yield the cells of the line that a claim names, and the month that it names."""
    item, ref = node.figures[at.item]
    yield from (spot for part in at.parts(node.month) for spot in uses_of(at, part))
    if isinstance(ref, tree.Ref):
        line, found = at.results.lines[ref.line], at.value(node.month)
        month = int(found) if isinstance(found, float) and line.axis else 0
        items = range(at.results.frame.length(line.item)) if item < 0 else (item,)
        yield from (LineValue(line.id, one, month) for one in items)


def _spots(at: At, node: Expr, line: Line) -> Iterator[LineValue]:
    items = [at.item] if line.item in ("", at.scope.item) else _members(at, node, line)
    if isinstance(node, tree.Above):
        items = [at.item - 1]
    if any(isinstance(part, tree.Parent) and part.line == line.id for part in tree.walk(node)):
        items = [at.results.frame.group_of(at.scope.item)[at.item]]
    positions = [at.position] if line.axis == at.scope.axis else _months(at, node, line)
    for item in items:
        for position in positions:
            yield LineValue(line.id, item if line.item else 0, position if line.axis else 0)


def _members(at: At, node: Expr, line: Line) -> list[int]:
    count = at.results.frame.length(line.item)
    if isinstance(node, tree.Group):
        parents = at.results.frame.group_of(node.over)
        return [row for row in range(count) if parents[row] == at.item]
    return list(range(count))


def _months(at: At, node: Expr, line: Line) -> list[int]:
    if not line.axis:
        return [0]
    if isinstance(node, tree.AtMonth):
        month = at.value(node.month)
        return [int(month)] if isinstance(month, float) and month == month else []  # noqa: PLR0124
    if isinstance(node, tree.OverPeriod):
        months = at.results.frame.periods[at.scope.axis][at.position]
        return [months[-1]] if node.how is tree.OverTime.END else sorted({months[0], months[-1]})
    last = at.results.frame.length(line.axis) - 1
    is_range = isinstance(node, tree.Reduce | tree.SumWhere | tree.LargeWhere | tree.Peak | tree.SumBetween)
    return [0, last] if is_range else [at.position]
