"""A cell of a written sheet, or a line with item and month, into the one value that it means (post)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workbook.address import Cell, parse_a1
from workbook.expr import tree
from workbook.inputs.parse.names import did_you_mean
from workbook.sheets.book import Book


@dataclass(frozen=True, slots=True)
class LineValue:
    """One value of one line: its item and its month or milestone, counted from 0."""

    line: str
    item: int = 0
    position: int = 0


def find(book: Book, target: str, item: str = "", month: int = 0) -> LineValue:
    """Return the value that is at `Sheet!A1`, or that a line has for an item and a month.

    Raises LookupError, with what was probably meant, where there is none.
    """
    if "!" in target:
        return _at_cell(book, target)
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
    if not 0 <= month < max(1, results.frame.length(line.axis)):
        raise LookupError(f"month {month} is outside the plan's 0 to {results.frame.months - 1}")
    return LineValue(target, places[0] if places else 0, month if line.axis else 0)


def _at_cell(book: Book, target: str) -> LineValue:
    sheet, _, address = target.rpartition("!")
    sheet = sheet.strip("'").replace("''", "'")
    try:
        row, column = parse_a1(address)
    except ValueError as error:
        raise LookupError(str(error)) from error
    names = [layout.name for layout in book.layouts]
    known = {name.casefold(): name for name in names}
    if sheet.casefold() not in known:
        raise LookupError(f"{sheet!r} is no result sheet; there are {', '.join(names)}")
    cell = Cell(known[sheet.casefold()], row, column)
    in_row = (spot for area, spot in _areas(book) if area == (cell.sheet, cell.row))
    spot = next((spot for spot in in_row if cell.column in _columns(book, spot.line, cell)), None)
    if spot is None:
        raise LookupError(f"{cell} cannot be traced: it is no figure of the plan")
    return LineValue(spot.line, spot.item, _position(book, spot.line, cell))


def _areas(book: Book) -> Iterator[tuple[tuple[str, int], LineValue]]:
    """Yield the row of every item of every line, those shown a second time in a table included."""
    results = book.results
    for line, place in book.placement.spots.items():
        for item in range(len(results.items(line))):
            yield (place.sheet, place.row + (item if results.lines[line].item else 0)), LineValue(line, item)
    for layout in book.layouts:
        for grid in layout.grids:
            for line in grid.lines:
                for item in range(len(results.items(line))):
                    yield (layout.name, grid.row + 1 + item), LineValue(line, item)
        for live in layout.cells:
            if isinstance(live.expr, tree.Ref):
                yield (layout.name, live.row), LineValue(live.expr.line)


def _columns(book: Book, line_id: str, cell: Cell) -> range:
    """Return the columns that a line has in the row of a cell."""
    line, place = book.results.lines[line_id], book.placement.spots[line_id]
    for layout in book.layouts:
        for grid in layout.grids:
            inside = range(grid.row + 1, grid.row + 1 + len(book.results.items(line_id)))
            if layout.name == cell.sheet and line_id in grid.lines and cell.row in inside:
                column = grid.columns()[line_id]
                return range(column, column + 1)
        for live in layout.cells:
            if layout.name == cell.sheet and live.row == cell.row and live.expr == tree.Ref(line_id):
                return range(live.column, live.column + 1)
    if place.sheet != cell.sheet:
        return range(0)
    return range(place.column, place.column + book.results.frame.length(line.axis))


def _position(book: Book, line_id: str, cell: Cell) -> int:
    columns = _columns(book, line_id, cell)
    return columns.index(cell.column) if book.results.lines[line_id].axis else 0
