"""A laid-out sheet into printed rows, each made when it is its turn (paper floor)."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from itertools import chain, groupby
from operator import attrgetter, itemgetter

from workbook.sheets.book import Book
from workbook.sheets.layout import Layout, columns_of
from workbook.sheets.printing.bands import Bands
from workbook.sheets.printing.grids import Grids
from workbook.sheets.printing.names import Names
from workbook.sheets.printing.printed import PrintedCell, PrintedRow
from workbook.sheets.printing.single import SingleCells
from workbook.sheets.printing.style_numbers import StyleNumbers
from workbook.sheets.printing.widths import Widths

HEAD_HEIGHT = 31
"""Of a row with two lines of text, in points."""


class PrintedRows:
    """The rows of a layout from top to bottom, made each time they are asked for, so that none waits in memory.

    The styles of all of them are numbered at once.
    """

    def __init__(self, book: Book, layout: Layout, styles: StyleNumbers, widths: Widths) -> None:
        names = Names(book, layout.name, styles)
        self._layout, self._widths = layout, widths
        self._single = SingleCells(book, layout, styles)
        self._grids = Grids(book, layout, styles, names)
        self._bands = Bands(book, layout, styles, columns_of(book.results.frame), names)
        self._single.number_styles()
        for grid in layout.grids:
            self._grids.number_styles(grid)
        self._looks = [(band, self._bands.look(band)) for band in sorted(layout.bands, key=attrgetter("row"))]

    def __iter__(self) -> Iterator[PrintedRow]:
        """Yield each row."""
        return merge(self._of_bands(), self._of_cells(), key=attrgetter("number"))

    def _of_bands(self) -> Iterator[PrintedRow]:
        for band, look in self._looks:
            is_tall = self._layout.has_months and self._widths.takes_two_lines(band.line)
            yield from self._bands.of(band, look, HEAD_HEIGHT if is_tall else 0)

    def _of_cells(self) -> Iterator[PrintedRow]:
        two_lines = {grid.row for grid in self._layout.grids}
        grids = (self._grids.rows(grid) for grid in self._layout.grids)
        rows = merge(self._single.rows(), *grids, key=itemgetter(0))
        for row, parts in groupby(rows, key=itemgetter(0)):
            cells: list[PrintedCell] = sorted(chain.from_iterable(part for _, part in parts), key=attrgetter("column"))
            yield PrintedRow(row, cells, self._layout.heights.get(row, HEAD_HEIGHT if row in two_lines else 0))
