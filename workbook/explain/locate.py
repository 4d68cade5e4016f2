"""A cell of a written sheet, or a line with item and month, into the one figure that it shows (post)."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from workbook.address import Cell, parse_a1
from workbook.expr.formula import Place
from workbook.expr.frame import Scope
from workbook.expr.tree import Expr, Line, Ref
from workbook.inputs.parse.names import did_you_mean
from workbook.model.periods import has_periods, period_expr, total_expr
from workbook.sheets.book import Book
from workbook.sheets.layout import CONSTANT, ITEM, LABEL, NAME_LINES, Band, Layout, Live, columns_of


class LineValue(Struct, frozen=True):
    """One value of one line: its item and its month or milestone, counted from 0."""

    line: str
    item: int = 0
    position: int = 0


class ShownFormula(Struct, frozen=True):
    """A figure that only a sheet has, such as a tile or a total: its formula, and where it is evaluated."""

    cell: Cell
    title: str
    unit: str
    expr: Expr
    place: Place


Figure = LineValue | ShownFormula


def find(book: Book, target: str, item: str = "", month: int | None = None) -> Figure:
    """Return the figure at `Sheet!A1`, or that a line has for an item and a month.

    Raises LookupError, with what was probably meant, if there is none.
    """
    if "!" in target:
        return _at_cell(book, parse_cell(target))
    results = book.results
    line = results.lines.get(target)
    if line is None:
        near = did_you_mean(target, results.lines)
        raise LookupError(f"no line is called {target!r}" + (f"; {near}" if near else ""))
    names = results.items(target)
    places = [place for place, name in enumerate(names) if name.casefold() == item.casefold()]
    if not places and (item or len(names) > 1):
        fault = f"has no item {item!r}; it has" if item else "has several items: add --item and one of"
        raise LookupError(f"{target} {fault} {', '.join(names)}")
    return LineValue(target, places[0] if places else 0, 0 if month is None else _position(book, line, month))


def _position(book: Book, line: Line, month: int) -> int:
    """Return where on its axis a line has the figure of a plan month. Raises LookupError where it has none."""
    if not line.axis:
        raise LookupError(f"{line.id} has no figures by month: leave out the month")
    last = book.results.frame.length(line.axis) - 1
    if not 0 <= month <= last:
        raise LookupError(f"{line.axis} {month} is outside the plan's 0 to {last}")
    return month


def parse_cell(target: str) -> Cell:
    """Return the cell of a text such as `Capacity!H40` or `'My sheet'!B2`. Raises LookupError for another text."""
    sheet, _, address = target.rpartition("!")
    try:
        return Cell(sheet.strip("'").replace("''", "'"), *parse_a1(address))
    except ValueError as error:
        raise LookupError(str(error)) from error


def _at_cell(book: Book, target: Cell) -> Figure:
    layouts = {layout.name.casefold(): layout for layout in book.layouts}
    layout = layouts.get(target.sheet.casefold())
    if layout is None:
        sheets = (*(layout.name for layout in book.layouts), *book.results.frame.items["input"])
        raise LookupError(
            f"{target.sheet!r} is neither a result sheet nor an input sheet; there are {', '.join(sheets)}"
        )
    cell = Cell(layout.name, target.row, target.column)
    for figure in (*_in_bands(book, layout, cell), *_in_grids(book, layout, cell), *_in_cells(book, layout, cell)):
        return figure
    caption = next((one for one in layout.words if (one.row, one.column) == (cell.row, cell.column)), None)
    if caption is not None and caption.text:
        raise LookupError(f"{cell} is a label: {caption.text!r}")
    raise LookupError(f"{cell} cannot be traced: it is no figure of the plan")


def _in_bands(book: Book, layout: Layout, cell: Cell) -> Iterator[Figure]:
    """Yield the figure of the line whose rows the cell is in."""
    for band in layout.bands:
        line = book.results.lines[band.line]
        item = cell.row - band.row
        if not 0 <= item < len(book.results.items(band.line)):
            continue
        if layout.has_months and cell.column == CONSTANT:
            yield from _total(book, band, cell, item)
        if layout.has_months and has_periods(line):
            yield from _of_period(book, line, cell, item)
        if layout.has_months and line.item in NAME_LINES and cell.column == ITEM:
            yield LineValue(NAME_LINES[line.item], item)
        first = _first_column(book, layout, has_axis=bool(line.axis))
        position = cell.column - first
        if 0 <= position < max(1, book.results.frame.length(line.axis)):
            yield LineValue(band.line, item, position)


def _of_period(book: Book, line: Line, cell: Cell, item: int) -> Iterator[Figure]:
    """Yield what a line comes to in the fiscal year or quarter of a column, by its months."""
    for over, (first, last) in columns_of(book.results.frame).periods.items():
        if not first <= cell.column <= last:
            continue
        position = cell.column - first
        name = book.results.frame.items[over][position]
        title = " · ".join((line.title, *((book.results.items(line.id)[item],) if line.item else ()), name))
        place = Place(cell.sheet, Scope(line.item, over), item, position)
        yield ShownFormula(cell, title, line.unit, period_expr(line, book.results.lines), place)


def _first_column(book: Book, layout: Layout, *, has_axis: bool) -> int:
    if not layout.has_months:
        return LABEL + 1
    return columns_of(book.results.frame).first_month if has_axis else CONSTANT


def _total(book: Book, band: Band, cell: Cell, item: int) -> Iterator[Figure]:
    """Yield the total of a line's billed months, if it has one."""
    line = book.results.lines[band.line]
    total = total_expr(line, book.results.lines)
    if total is not None:
        name = f" · {book.results.items(line.id)[item]}" if line.item else ""
        place = Place(cell.sheet, Scope(line.item, ""), item)
        yield ShownFormula(cell, f"{line.title}{name}, total", line.unit, total, place)


def _in_grids(book: Book, layout: Layout, cell: Cell) -> Iterator[Figure]:
    """Yield the figure of the table that the cell is in."""
    for grid in layout.grids:
        item = cell.row - grid.row - 1
        if not 0 <= item < grid.count(book.results.frame.length(grid.dimension)):
            continue
        if grid.dimension in NAME_LINES and cell.column == grid.column:
            yield LineValue(NAME_LINES[grid.dimension], item)
        yield from (LineValue(line, item) for line, column in grid.columns().items() if column == cell.column)


def _in_cells(book: Book, layout: Layout, cell: Cell) -> Iterator[Figure]:
    """Yield the figure that is shown in a cell of its own, such as a tile."""
    for live in layout.cells:
        position = cell.column - live.column
        if live.row != cell.row or not 0 <= position < max(1, book.results.frame.length(live.place.scope.axis)):
            continue
        line = live.line or (live.expr.line if isinstance(live.expr, Ref) else "")
        if line:
            defined = book.results.lines[line]
            yield LineValue(line, live.place.item if defined.item else 0, position if defined.axis else 0)
        else:
            yield ShownFormula(cell, _title(layout, live), live.style.unit, live.expr, live.place.at(position))


def _title(layout: Layout, live: Live) -> str:
    """Return the label of a cell: the text to its left in its row, or else the nearest one above it."""
    beside = [one for one in layout.words if one.row == live.row and one.column < live.column and one.text]
    above = [one for one in layout.words if one.column == live.column and one.row < live.row and one.text]
    if above and (not beside or max(one.row for one in above) >= live.row - 2):
        return max(above, key=lambda one: one.row).text
    return max(beside, key=lambda one: one.column).text if beside else "Figure"
