"""The cells of a laid-out sheet into printed rows, each formula printed once a row (paper floor).

A row of a line holds nothing but the line: label, item, unit, total or constant, how it adds up, id, then periods and
months.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbook.address import Cell
from workbook.expr.evaluate import evaluate
from workbook.expr.formula import Place, print_formula
from workbook.expr.frame import Scope
from workbook.expr.tree import AsOfRun, Expr, Line, OverPeriod, OverTime, Ref
from workbook.model.periods import has_periods, over_time_text, total_expr
from workbook.sheets.book import Book
from workbook.sheets.layout import (
    CONSTANT,
    ID,
    ITEM,
    LABEL,
    NAME_LINES,
    OVER_TIME,
    UNIT,
    Band,
    Caption,
    Columns,
    Grid,
    Layout,
    Live,
    Plain,
    Style,
    columns_of,
)
from workbook.sheets.printing.printed import BlankCell, FormulaCells, NumberCell, PrintedCell, PrintedRow, TextCell
from workbook.sheets.printing.style_numbers import StyleNumbers
from workbook.sheets.printing.widths import Widths
from workbook.units import UNITS

HEAD_HEIGHT = 31
"""Of a row with two lines of text, in points."""
_AXIS_ROLES = ("year", "month")
_EMPHASIS = {
    "": ("label", "unit", "id", "calculation"),
    "total": ("sum_label", "sum_unit", "sum_id", "sum"),
    "ratio": ("rate_label", "unit", "id", "rate"),
}
"""The roles of label, unit, id and figures in the rows of a statement."""


def print_rows(book: Book, layout: Layout, styles: StyleNumbers, widths: Widths) -> Iterator[PrintedRow]:
    """Yield all rows from top to bottom, each made when it is asked for."""
    fixed = _Fixed(book, layout, styles).rows()
    two_lines = {grid.row for grid in layout.grids}
    bands = {band.row: band for band in layout.bands}
    lines = _Bands(book, layout, styles, columns_of(book.results.frame))
    for row in sorted(fixed.keys() | bands.keys()):
        if row in bands:
            height = HEAD_HEIGHT if layout.has_months and widths.takes_two_lines(bands[row].line) else 0
            yield from lines.of(bands[row], height)
        else:
            cells = sorted(fixed[row], key=lambda cell: cell.column)
            yield PrintedRow(row, cells, layout.heights.get(row, HEAD_HEIGHT if row in two_lines else 0))


def _name_cell(book: Book, cell: Cell, dimension: str, item: int, styles: StyleNumbers) -> PrintedCell:
    """Return the cell that names an item: its name, the number that it is, or the line that names it."""
    if dimension not in NAME_LINES:
        name = book.results.frame.items[dimension][item]
        # A name that the user gave is a text, whatever it looks like; a size in a catalogue is a number.
        if dimension not in book.results.frame.tables and name.isdecimal():
            return NumberCell(cell.column, styles.number("unit"), float(name))
        return TextCell(cell.column, styles.number("label"), name)
    line = NAME_LINES[dimension]
    place = Place(cell.sheet, Scope(dimension, ""), item)
    template = print_formula(Ref(line), place, book.placement, book.results.frame)
    return FormulaCells(cell.column, styles.number("label"), template, book.results.values[line][0, item].tolist())


@dataclass(frozen=True, slots=True)
class _Bands:
    """Prints the bands of one sheet."""

    book: Book
    layout: Layout
    styles: StyleNumbers
    columns: Columns

    def of(self, band: Band, height: float) -> Iterator[PrintedRow]:
        """Yield each item's row of a line."""
        line = self.book.results.lines[band.line]
        make = self._with_months if self.layout.has_months else self._without_months
        for item, cells in enumerate(make(line, band)):
            yield PrintedRow(band.row + item, cells, height)

    def unit(self, unit: str) -> str:
        """Name the currency by its code; a text has no unit."""
        return UNITS[unit].shown(self.book.results.plan.settings.currency)

    def _names(self, line: Line) -> tuple[str, ...]:
        return self.book.results.items(line.id) if line.item else ("",)

    def _template(self, line: Line, item: int) -> str:
        place = Place(self.layout.name, Scope(line.item, line.axis), item)
        return print_formula(line.expr, place, self.book.placement, self.book.results.frame)

    def _without_months(self, line: Line, _: Band) -> Iterator[list[PrintedCell]]:
        label = self.styles.number("label")
        style = self.styles.number("calculation", line.unit)
        unit = f" ({self.unit(line.unit)})" if line.unit not in ("text", "date", "month") else ""
        for item, name in enumerate(self._names(line)):
            title = f"{line.title}: {name}" if name else line.title + unit
            yield [TextCell(LABEL, label, title), self._figure(line, item, LABEL + 1, style)]

    def _figure(self, line: Line, item: int, column: int, style: int) -> PrintedCell:
        """Return the formula of a line from one column on, or the value that no formula holds."""
        values = self.book.results.values[line.id][0, item].tolist()
        if isinstance(line.expr, AsOfRun):
            return as_of_run(column, self.styles.number("snapshot", line.unit), values[0])
        return FormulaCells(column, style, self._template(line, item), values)

    def _with_months(self, line: Line, band: Band) -> Iterator[list[PrintedCell]]:
        *words, figures = _EMPHASIS[band.emphasis]
        label, grey, small = (self.styles.number(role) for role in words)
        role = "word" if line.unit == "text" and line.axis else figures
        style, unit = self.styles.number(role, line.unit), self.unit(line.unit)
        for item, name in enumerate(self._names(line)):
            cells: list[PrintedCell] = [TextCell(LABEL, label, line.title)]
            if name:
                place = Cell(self.layout.name, band.row + item, ITEM)
                cells.append(_name_cell(self.book, place, line.item, item, self.styles))
            elif band.emphasis:
                cells.append(BlankCell(ITEM, label))
            if unit:
                cells.append(TextCell(UNIT, grey, unit))
            cells += self._constant(line, item, style) or ([BlankCell(CONSTANT, style)] if band.emphasis else [])
            if has_periods(line):
                cells.append(TextCell(OVER_TIME, small, over_time_text(line, self.book.results.lines)))
            cells.append(TextCell(ID, small, line.id))
            cells += self._across(line, item, style)
            yield cells

    def _constant(self, line: Line, item: int, style: int) -> list[PrintedCell]:
        """Return the one figure of a line without months, or the total of its billed months where they add up."""
        if not line.axis:
            return [self._figure(line, item, CONSTANT, style)]
        results = self.book.results
        total = total_expr(line, results.lines)
        if total is None:
            return []
        place = Place(self.layout.name, Scope(line.item, ""), item)
        values = evaluate(total, place.scope, results.lines, results.values, results.frame)[0, item].tolist()
        template = print_formula(total, place, self.book.placement, results.frame)
        return [FormulaCells(CONSTANT, self.styles.number("total", line.unit), template, values)]

    def _across(self, line: Line, item: int, style: int) -> Iterator[PrintedCell]:
        """Yield a line's figures by fiscal year and quarter, then by month."""
        if not line.axis:
            return
        values = self.book.results.values[line.id][0, item].tolist()
        if isinstance(line.expr, AsOfRun):
            snapshot, first = self.styles.number("snapshot", line.unit), self.columns.first_month
            yield from (as_of_run(column, snapshot, value) for column, value in enumerate(values, first))
            return
        template = self._template(line, item)
        for over, (first, _) in self.columns.periods.items() if has_periods(line) else ():
            totals = self.book.periods[over][line.id][0, item].tolist()
            own = template if line.over_time is OverTime.RATIO else self._over(line, item, over)
            yield FormulaCells(first, style, own, totals)
        yield FormulaCells(self.columns.first_month, style, template, values)

    def _over(self, line: Line, item: int, over: str) -> str:
        expr = OverPeriod(Ref(line.id), line.over_time or OverTime.NONE)
        place = Place(self.layout.name, Scope(line.item, over), item)
        return print_formula(expr, place, self.book.placement, self.book.results.frame)


def as_of_run(column: int, style: int, value: float | str) -> PrintedCell:
    """Return the cell of a value that no formula holds."""
    if isinstance(value, str):
        return TextCell(column, style, value) if value else BlankCell(column, style)
    return BlankCell(column, style) if math.isnan(value) else NumberCell(column, style, value)


@dataclass(frozen=True, slots=True)
class _Fixed:
    """Prints what is no band: captions, single cells and grids."""

    book: Book
    layout: Layout
    styles: StyleNumbers

    def rows(self) -> dict[int, list[PrintedCell]]:
        """Return the cells by row."""
        rows: dict[int, list[PrintedCell]] = defaultdict(list)
        for words in self.layout.words:
            rows[words.row].append(self.caption(words))
        for plain in self.layout.plain:
            rows[plain.row].append(self.plain(plain))
        for live in self.layout.cells:
            rows[live.row] += self.live(live)
        for grid in self.layout.grids:
            for row, cell in self.grid(grid):
                rows[row].append(cell)
        return rows

    def caption(self, words: Caption) -> PrintedCell:
        style = self.styles.of(words.style)
        return TextCell(words.column, style, words.text) if words.text else BlankCell(words.column, style)

    def plain(self, plain: Plain) -> PrintedCell:
        style = self.styles.of(plain.style)
        if isinstance(plain.value, str):
            return TextCell(plain.column, style, plain.value)
        return NumberCell(plain.column, style, plain.value)

    def live(self, cell: Live) -> Sequence[PrintedCell]:
        values = self.values(cell.expr, cell.place)
        if isinstance(cell.expr, AsOfRun):
            return [as_of_run(cell.column, self.styles.of(cell.style), values[0])]
        if cell.place.scope.axis == "milestone":
            # Each milestone has an expression of its own.
            return [
                self.one(cell.column + place, cell.style, cell.expr, cell.place.at(place), value)
                for place, value in enumerate(values)
            ]
        is_header = cell.style.role in _AXIS_ROLES and not cell.line
        placement = self.book.placement.without_headers() if is_header else self.book.placement
        template = print_formula(cell.expr, cell.place, placement, self.book.results.frame)
        return [FormulaCells(cell.column, self.styles.of(cell.style), template, values)]

    def one(self, column: int, style: Style, expr: Expr, place: Place, value: float | str) -> FormulaCells:
        template = print_formula(expr, place, self.book.placement, self.book.results.frame)
        return FormulaCells(column, self.styles.of(style), template, [value])

    def values(self, expr: Expr, place: Place) -> Sequence[float | str]:
        results = self.book.results
        array = evaluate(expr, place.scope, results.lines, results.values, results.frame)
        return list(array[0, place.item].tolist())

    def grid(self, grid: Grid) -> Iterator[tuple[int, PrintedCell]]:
        """Yield the cells of a grid with their rows: headers, item names, and each line's constant."""
        results, sheet = self.book.results, self.layout.name
        header = self.styles.number("header")
        yield grid.row, TextCell(grid.column, header, grid.title)
        for further in range(grid.column + 1, grid.column + grid.title_span):
            yield grid.row, BlankCell(further, header)
        count = grid.count(results.frame.length(grid.dimension))
        for item in range(count):
            cell = Cell(sheet, grid.row + 1 + item, grid.column)
            yield cell.row, _name_cell(self.book, cell, grid.dimension, item, self.styles)
        for line_id, column in grid.columns().items():
            heading, line = grid.lines[line_id], results.lines[line_id]
            for further in range(column + 1, column + grid.spans.get(line_id, 1)):
                yield grid.row, BlankCell(further, header)
            word = "header_run" if grid.spans.get(line_id, 1) > 1 else "header_word"
            role = word if line.unit == "text" else "header_figure"
            yield grid.row, TextCell(column, self.styles.number(role), heading)
            style = Style("calculation", line.unit)
            expr = line.expr if grid.is_home else Ref(line_id)
            values = results.values[line_id][0, :count, 0].tolist()
            if grid.is_home and isinstance(line.expr, AsOfRun):
                snapshot = self.styles.number("snapshot", line.unit)
                for item, value in enumerate(values):
                    yield grid.row + 1 + item, as_of_run(column, snapshot, value)
                continue
            for item, value in enumerate(values):
                place = Place(sheet, Scope(line.item, ""), item)
                own = Style("calculation", grid.units[item]) if grid.units and line.unit == "mixed" else style
                yield grid.row + 1 + item, self.one(column, own, expr, place, value)
