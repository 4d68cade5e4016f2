"""The single cells of a sheet into printed cells: captions, values as of the run, and formulas (paper floor)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from msgspec import Struct

from workbook.expr.evaluate import evaluate
from workbook.expr.formula import Place, print_formula
from workbook.expr.tree import AsOfRun, Expr
from workbook.sheets.book import Book
from workbook.sheets.layout import Caption, Layout, Live, Plain
from workbook.sheets.printing.printed import BlankCell, FormulaCells, NumberCell, PrintedCell, TextCell
from workbook.sheets.printing.style_numbers import StyleNumbers

_AXIS_ROLES = ("year", "month")


def as_of_run(column: int, style: int, value: float | str) -> PrintedCell:
    """Return the cell of a value that no formula holds."""
    if isinstance(value, str):
        return TextCell(column, style, value) if value else BlankCell(column, style)
    return BlankCell(column, style) if math.isnan(value) else NumberCell(column, style, value)


class SingleCells(Struct, frozen=True):
    """Prints what is neither a line over its items nor a grid."""

    book: Book
    layout: Layout
    styles: StyleNumbers

    def number_styles(self) -> None:
        """Number the styles of all cells."""
        for cell in self.cells():
            self.styles.of(cell.style)

    def cells(self) -> list[Caption | Plain | Live]:
        """Return the cells of the layout, by kind."""
        return [*self.layout.words, *self.layout.plain, *self.layout.cells]

    def rows(self) -> Iterator[tuple[int, list[PrintedCell]]]:
        """Yield the cells of each row with its number, from top to bottom."""
        by_row = attrgetter("row")
        for row, cells in groupby(sorted(self.cells(), key=by_row), key=by_row):
            yield row, [printed for cell in cells for printed in self.printed(cell)]

    def printed(self, cell: Caption | Plain | Live) -> Sequence[PrintedCell]:
        """Return a cell, or those along its axis."""
        if isinstance(cell, Live):
            return self.live(cell)
        return [self.caption(cell) if isinstance(cell, Caption) else self.plain(cell)]

    def caption(self, words: Caption) -> PrintedCell:
        """Return a text."""
        style = self.styles.of(words.style)
        return TextCell(words.column, style, words.text) if words.text else BlankCell(words.column, style)

    def plain(self, plain: Plain) -> PrintedCell:
        """Return a value as of the run."""
        style = self.styles.of(plain.style)
        if isinstance(plain.value, str):
            return TextCell(plain.column, style, plain.value)
        return NumberCell(plain.column, style, plain.value)

    def live(self, cell: Live) -> Sequence[PrintedCell]:
        """Return a formula, or one for each column of its axis."""
        values = self.values(cell.expr, cell.place)
        if isinstance(cell.expr, AsOfRun):
            return [as_of_run(cell.column, self.styles.of(cell.style), values[0])]
        style, placement, frame = self.styles.of(cell.style), self.book.placement, self.book.results.frame
        if cell.place.scope.axis == "milestone":
            # Each milestone has an expression of its own.
            return [
                FormulaCells(
                    cell.column + step, style, print_formula(cell.expr, cell.place.at(step), placement, frame), [value]
                )
                for step, value in enumerate(values)
            ]
        if cell.style.role in _AXIS_ROLES and not cell.line:
            placement = placement.without_headers()
        return [FormulaCells(cell.column, style, print_formula(cell.expr, cell.place, placement, frame), values)]

    def values(self, expr: Expr, place: Place) -> Sequence[float | str]:
        """Return the values of an expression at a place."""
        results = self.book.results
        array = evaluate(expr, place.scope, results.lines, results.values, results.frame)
        return list(array[0, place.item].tolist())
