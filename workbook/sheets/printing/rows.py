"""The cells of a laid-out sheet into printed rows, each formula printed once a row (paper floor).

A row of a line holds nothing but the line: label, item, unit, total or constant, how it adds up, id, then periods and
months.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from workbook.expr.evaluate import evaluate
from workbook.expr.formula import Place, print_formula, print_formulas
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


class PrintedRows:
    """The rows of a layout from top to bottom, made each time they are asked for, so that none waits in memory.

    The styles of all of them are numbered at once.
    """

    def __init__(self, book: Book, layout: Layout, styles: StyleNumbers, widths: Widths) -> None:
        names = _Names(book, layout.name, styles)
        self._fixed = _Fixed(book, layout, styles, names)
        self._fixed.number_styles()
        self._bands = _Bands(book, layout, styles, columns_of(book.results.frame), names)
        self._in_order = sorted(layout.bands, key=attrgetter("row"))
        self._looks = {band.row: self._bands.look(band) for band in self._in_order}
        self._layout, self._widths = layout, widths

    def __iter__(self) -> Iterator[PrintedRow]:
        """Yield each row."""
        fixed, layout = self._fixed.rows(), self._layout
        two_lines = {grid.row for grid in layout.grids}
        bands = {band.row: band for band in self._in_order}
        for row in sorted(fixed.keys() | bands.keys()):
            if row in bands:
                is_tall = layout.has_months and self._widths.takes_two_lines(bands[row].line)
                yield from self._bands.of(bands[row], self._looks[row], HEAD_HEIGHT if is_tall else 0)
            else:
                cells = sorted(fixed[row], key=attrgetter("column"))
                yield PrintedRow(row, cells, layout.heights.get(row, HEAD_HEIGHT if row in two_lines else 0))


@dataclass(frozen=True, slots=True)
class _Names:
    """Prints the cells that name the items of a dimension, which are the same beside each line of a sheet."""

    book: Book
    sheet: str
    styles: StyleNumbers
    made: dict[tuple[str, int], Sequence[PrintedCell]] = field(default_factory=dict)

    def style(self, dimension: str, item: int) -> int:
        """Return the style of a name; a size in a catalogue is a number."""
        return self.styles.number("unit" if self.is_number(dimension, item) else "label")

    def is_number(self, dimension: str, item: int) -> bool:
        # A name that the user gave is a text, whatever it looks like.
        frame = self.book.results.frame
        is_named_here = dimension in NAME_LINES or dimension in frame.tables
        return not is_named_here and frame.items[dimension][item].isdecimal()

    def cells(self, dimension: str, column: int, count: int) -> Sequence[PrintedCell]:
        """Return the names of the first items: texts, the numbers that they are, or the line that names them."""
        if (dimension, column) not in self.made:
            self.made[dimension, column] = list(self._cells(dimension, column, count))
        return self.made[dimension, column]

    def _cells(self, dimension: str, column: int, count: int) -> Iterator[PrintedCell]:
        results, styles = self.book.results, [self.style(dimension, item) for item in range(count)]
        if line := NAME_LINES.get(dimension):
            place = Place(self.sheet, Scope(dimension, ""))
            templates = print_formulas(Ref(line), place, self.book.placement, results.frame, count)
            values = results.values[line][0, :count].tolist()
            yield from (FormulaCells(column, *cell) for cell in zip(styles, templates, values, strict=True))
            return
        for item, (style, name) in enumerate(zip(styles, results.frame.items[dimension][:count], strict=True)):
            is_number = self.is_number(dimension, item)
            yield NumberCell(column, style, float(name)) if is_number else TextCell(column, style, name)


class _Look(NamedTuple):
    """The styles of a band's cells; that of a total or a snapshot that it has not is 0."""

    label: int
    unit: int
    small: int
    figures: int
    total: int
    snapshot: int


@dataclass(frozen=True, slots=True)
class _Bands:
    """Prints the bands of one sheet."""

    book: Book
    layout: Layout
    styles: StyleNumbers
    columns: Columns
    names: _Names

    def look(self, band: Band) -> _Look:
        """Number the styles of a band."""
        line, number = self.book.results.lines[band.line], self.styles.number
        has_months = self.layout.has_months
        *words, figures = _EMPHASIS[band.emphasis] if has_months else _EMPHASIS[""]
        if has_months and line.unit == "text" and line.axis:
            figures = "word"
        label, grey, small = map(number, words) if has_months else (number("label"), 0, 0)
        style = number(figures, line.unit)
        items = range(len(self._names(line))) if line.item and has_months else range(0)
        for item in items[:1]:
            self.names.style(line.item, item)
        total = number("total", line.unit) if has_months and self._total(line) is not None else 0
        snapshot = number("snapshot", line.unit) if isinstance(line.expr, AsOfRun) else 0
        for item in items[1:]:
            self.names.style(line.item, item)
        return _Look(label, grey, small, style, total, snapshot)

    def of(self, band: Band, look: _Look, height: float) -> Iterator[PrintedRow]:
        """Yield each item's row of a line."""
        line = self.book.results.lines[band.line]
        make = self._with_months if self.layout.has_months else self._without_months
        for item, cells in enumerate(make(line, band, look)):
            yield PrintedRow(band.row + item, cells, height)

    def unit(self, unit: str) -> str:
        """Name the currency by its code; a text has no unit."""
        return UNITS[unit].shown(self.book.results.plan.settings.currency)

    def _names(self, line: Line) -> tuple[str, ...]:
        return self.book.results.items(line.id) if line.item else ("",)

    def _total(self, line: Line) -> Expr | None:
        """Return the total of a line's billed months where they add up."""
        return total_expr(line, self.book.results.lines) if line.axis else None

    def _templates(self, line: Line) -> Sequence[str]:
        """Return the formula of each item; none where the run gives the values."""
        if isinstance(line.expr, AsOfRun):
            return [""] * len(self._names(line))
        return self._printed(line, line.expr, line.axis)

    def _printed(self, line: Line, expr: Expr, axis: str) -> Sequence[str]:
        place = Place(self.layout.name, Scope(line.item, axis))
        return print_formulas(expr, place, self.book.placement, self.book.results.frame, len(self._names(line)))

    def _values(self, line: Line) -> list[list[float | str]]:
        return self.book.results.values[line.id][0].tolist()  # type: ignore[no-any-return]

    def _without_months(self, line: Line, _: Band, look: _Look) -> Iterator[list[PrintedCell]]:
        unit = f" ({self.unit(line.unit)})" if line.unit not in ("text", "date", "month") else ""
        figures_of_items = self._figures(line, self._templates(line), LABEL + 1, look)
        for name, figures in zip(self._names(line), figures_of_items, strict=True):
            title = f"{line.title}: {name}" if name else line.title + unit
            yield [TextCell(LABEL, look.label, title), *figures]

    def _figures(
        self, line: Line, templates: Sequence[str], column: int, look: _Look
    ) -> Iterator[Sequence[PrintedCell]]:
        """Yield each item's formula from one column on, or the values that no formula holds."""
        for template, values in zip(templates, self._values(line), strict=True):
            if isinstance(line.expr, AsOfRun):
                yield [as_of_run(place, look.snapshot, value) for place, value in enumerate(values, column)]
            else:
                yield [FormulaCells(column, look.figures, template, values)]

    def _with_months(self, line: Line, band: Band, look: _Look) -> Iterator[list[PrintedCell]]:
        before: list[PrintedCell] = [TextCell(LABEL, look.label, line.title)]
        unit, count = self.unit(line.unit), len(self._names(line))
        units: list[PrintedCell] = [TextCell(UNIT, look.unit, unit)] if unit else []
        after: list[PrintedCell] = [TextCell(ID, look.small, line.id)]
        if has_periods(line):
            after.insert(0, TextCell(OVER_TIME, look.small, over_time_text(line, self.book.results.lines)))
        names: Sequence[Sequence[PrintedCell]] = [[BlankCell(ITEM, look.label)] if band.emphasis else []]
        if line.item:
            names = [[cell] for cell in self.names.cells(line.item, ITEM, count)]
        for name, (constant, across) in zip(names, self._columns(line, look), strict=True):
            blank = [BlankCell(CONSTANT, look.figures)] if band.emphasis and not constant else []
            yield [*before, *name, *units, *constant, *blank, *after, *across]

    def _columns(self, line: Line, look: _Look) -> Iterator[tuple[Sequence[PrintedCell], Sequence[PrintedCell]]]:
        """Yield each item's constant or total, and its figures by period and month."""
        templates = self._templates(line)
        if line.axis:
            return zip(self._totals(line, look), self._across(line, templates, look), strict=True)
        return ((constant, ()) for constant in self._figures(line, templates, CONSTANT, look))

    def _totals(self, line: Line, look: _Look) -> Sequence[Sequence[PrintedCell]]:
        """Return the total of each item's billed months where they add up."""
        total, results = self._total(line), self.book.results
        if total is None:
            return [()] * len(self._names(line))
        values = evaluate(total, Scope(line.item, ""), results.lines, results.values, results.frame)[0].tolist()
        templates = self._printed(line, total, "")
        return [[FormulaCells(CONSTANT, look.total, *pair)] for pair in zip(templates, values, strict=True)]

    def _across(self, line: Line, templates: Sequence[str], look: _Look) -> Iterator[Sequence[PrintedCell]]:
        """Yield each item's figures by fiscal year and quarter, then by month."""
        months = self._figures(line, templates, self.columns.first_month, look)
        if isinstance(line.expr, AsOfRun) or not has_periods(line):
            return months
        periods = []
        for over, (first, _) in self.columns.periods.items():
            own = templates if line.over_time is OverTime.RATIO else self._over(line, over)
            totals = self.book.periods[over][line.id][0].tolist()
            periods.append([FormulaCells(first, look.figures, *pair) for pair in zip(own, totals, strict=True)])
        return ((*by_period, *by_month) for *by_period, by_month in zip(*periods, months, strict=True))

    def _over(self, line: Line, over: str) -> Sequence[str]:
        return self._printed(line, OverPeriod(Ref(line.id), line.over_time or OverTime.NONE), over)


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
    names: _Names

    def number_styles(self) -> None:
        """Number the styles of all cells, in the order of `rows`."""
        cells: list[Caption | Plain | Live] = [*self.layout.words, *self.layout.plain, *self.layout.cells]
        for cell in cells:
            self.styles.of(cell.style)
        for grid in self.layout.grids:
            self.number_grid(grid)

    def number_grid(self, grid: Grid) -> None:
        self.styles.number("header")
        items = range(grid.count(self.book.results.frame.length(grid.dimension)))
        for item in items:
            self.names.style(grid.dimension, item)
        for line_id in grid.lines:
            line = self.book.results.lines[line_id]
            self.styles.number(self.heading_role(grid, line))
            for item in items:
                self.styles.of(self.figure_style(grid, line, item))

    @staticmethod
    def heading_role(grid: Grid, line: Line) -> str:
        """Return the role of a column's heading."""
        if line.unit != "text":
            return "header_figure"
        return "header_run" if grid.spans.get(line.id, 1) > 1 else "header_word"

    @staticmethod
    def figure_style(grid: Grid, line: Line, item: int) -> Style:
        """Return the style of a line's figure in a grid."""
        if grid.is_home and isinstance(line.expr, AsOfRun):
            return Style("snapshot", line.unit)
        is_mixed = bool(grid.units) and line.unit == "mixed"
        return Style("calculation", grid.units[item] if is_mixed else line.unit)

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
        results, header = self.book.results, self.styles.number("header")
        yield grid.row, TextCell(grid.column, header, grid.title)
        for further in range(grid.column + 1, grid.column + grid.title_span):
            yield grid.row, BlankCell(further, header)
        count = grid.count(results.frame.length(grid.dimension))
        yield from enumerate(self.names.cells(grid.dimension, grid.column, count), grid.row + 1)
        for line_id, column in grid.columns().items():
            heading, line = grid.lines[line_id], results.lines[line_id]
            for further in range(column + 1, column + grid.spans.get(line_id, 1)):
                yield grid.row, BlankCell(further, header)
            yield grid.row, TextCell(column, self.styles.number(self.heading_role(grid, line)), heading)
            yield from enumerate(self.figures(grid, line, count, column), grid.row + 1)

    def figures(self, grid: Grid, line: Line, count: int, column: int) -> Iterator[PrintedCell]:
        """Yield the figures of a line in a grid."""
        values = self.book.results.values[line.id][0, :count, 0].tolist()
        styles = [self.styles.of(self.figure_style(grid, line, item)) for item in range(count)]
        if grid.is_home and isinstance(line.expr, AsOfRun):
            yield from (as_of_run(column, *pair) for pair in zip(styles, values, strict=True))
            return
        place = Place(self.layout.name, Scope(line.item, ""))
        expr = line.expr if grid.is_home else Ref(line.id)
        templates = print_formulas(expr, place, self.book.placement, self.book.results.frame, count)
        for style, template, value in zip(styles, templates, values, strict=True):
            yield FormulaCells(column, style, template, [value])
