"""Constant lines side by side, a row an item, into printed cells (paper floor)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from workbook.expr.formula import Place, print_formulas
from workbook.expr.frame import Scope
from workbook.expr.tree import AsOfRun, Line, Ref
from workbook.sheets.book import Book
from workbook.sheets.layout import Grid, Layout, Style
from workbook.sheets.printing.names import Names
from workbook.sheets.printing.printed import BlankCell, FormulaCells, PrintedCell, TextCell
from workbook.sheets.printing.single import as_of_run
from workbook.sheets.printing.style_numbers import StyleNumbers


class Grids(Struct, frozen=True):
    """Prints the grids of one sheet."""

    book: Book
    layout: Layout
    styles: StyleNumbers
    names: Names

    def number_styles(self, grid: Grid) -> None:
        """Number the styles of all cells of a grid."""
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

    def rows(self, grid: Grid) -> Iterator[tuple[int, list[PrintedCell]]]:
        """Yield the cells of each row with its number: the headers, then each item's name and its figures."""
        yield grid.row, list(self.headers(grid))
        count = grid.count(self.book.results.frame.length(grid.dimension))
        columns: list[Iterable[PrintedCell]] = [self.names.cells(grid.dimension, grid.column, count)]
        columns += [self.figures(grid, line, count, column) for line, column in grid.columns().items()]
        for row, cells in enumerate(zip(*columns, strict=True), grid.row + 1):
            yield row, list(cells)

    def headers(self, grid: Grid) -> Iterator[PrintedCell]:
        """Yield the headings, each with the cells that it runs over."""
        header = self.styles.number("header")
        yield TextCell(grid.column, header, grid.title)
        for further in range(grid.column + 1, grid.column + grid.title_span):
            yield BlankCell(further, header)
        for line_id, column in grid.columns().items():
            line = self.book.results.lines[line_id]
            yield TextCell(column, self.styles.number(self.heading_role(grid, line)), grid.lines[line_id])
            for further in range(column + 1, column + grid.spans.get(line_id, 1)):
                yield BlankCell(further, header)

    def figures(self, grid: Grid, line_id: str, count: int, column: int) -> Iterator[PrintedCell]:
        """Yield the figures of a line in a grid."""
        line = self.book.results.lines[line_id]
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
