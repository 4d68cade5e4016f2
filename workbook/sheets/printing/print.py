"""A laid-out book into printed sheets (paper floor).

Layouts and results in; rows of cells with formulas as text, charts with their figures, widths and pages out. Whoever
stores them needs to know nothing of lines, results or trees.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbook.sheets.book import Book
from workbook.sheets.layout import CONSTANT, Caption, Chart, ItemChart, Layout, Live, Plain, columns_of, rows_behind
from workbook.sheets.printing.charts import print_chart, print_item_chart, print_sparkline
from workbook.sheets.printing.printed import Link, PrintedBook, PrintedChart, PrintedSheet
from workbook.sheets.printing.rows import HEAD_HEIGHT, PrintedRows
from workbook.sheets.printing.style_numbers import StyleNumbers
from workbook.sheets.printing.widths import Widths
from workbook.sheets.theme.look import Theme

USUAL_HEIGHT = 15.0
"""Of a row without a height of its own, in points."""
PRESENTATION = "presentation_tab"
"""The tab of sheets that are printed on one page each."""


def print_book(book: Book, theme: Theme) -> PrintedBook:
    """Return the printed sheets of a book; sheets and rows are made when they are asked for."""
    styles, frame = StyleNumbers(), book.results.frame
    columns = columns_of(book.results.frame)
    return PrintedBook(_sheets(book, theme, styles), styles.styles, columns, frame.is_1904, book.run_id)


def _sheets(book: Book, theme: Theme, styles: StyleNumbers) -> Iterator[PrintedSheet]:
    widths = Widths(book, theme)
    for layout in book.layouts:
        yield _sheet(book, layout, styles, widths)


def _sheet(book: Book, layout: Layout, styles: StyleNumbers, widths: Widths) -> PrintedSheet:
    last_row, last_column = extent(book, layout)
    chart_row, chart_column = widths.far_corner(layout)
    bottom = layout.printed[0] or max(last_row, chart_row)
    right = layout.printed[1] or max(last_column, chart_column)
    return PrintedSheet(
        name=layout.name,
        tab=layout.tab,
        rows=PrintedRows(book, layout, styles, widths),
        last_row=last_row,
        last_column=last_column,
        widths=widths.of(layout),
        links=_links(book, layout),
        charts=[_chart(chart, layout, book) for chart in layout.charts],
        sparklines=[print_sparkline(sparkline, book) for sparkline in layout.sparklines],
        has_months=layout.has_months,
        levels=_levels(book) if layout.has_months else (),
        frozen=layout.frozen,
        printed=(bottom, right),
        page_height=_height(layout, bottom) if layout.tab == PRESENTATION and not layout.runs_on else 0,
        sections=_sections(layout, bottom),
        statuses=layout.statuses,
        findings=layout.findings,
        names=layout.names,
    )


def _chart(chart: Chart | ItemChart, layout: Layout, book: Book) -> PrintedChart:
    if isinstance(chart, Chart):
        return print_chart(chart, book)
    names = next(grid.row + 1 for grid in layout.grids if grid.dimension == chart.dimension)
    return print_item_chart(chart, layout.name, names, book)


def _links(book: Book, layout: Layout) -> list[Link]:
    spots = book.placement.spots
    return [
        Link(words.row, words.column, words.target, spots[words.target_line].row if words.target_line in spots else 1)
        for words in layout.words
        if words.target
    ]


def extent(book: Book, layout: Layout) -> tuple[int, int]:
    """Return the last row and the last column that may hold something."""
    results = book.results
    rows = [band.row + len(results.items(band.line)) for band in layout.bands]
    rows += [grid.row + grid.count(results.frame.length(grid.dimension)) for grid in layout.grids]
    cells: list[Caption | Live | Plain] = [*layout.words, *layout.cells, *layout.plain]
    months = columns_of(results.frame).last
    columns = [len(layout.widths), *(cell.column for cell in cells), *([months] if layout.has_months else [])]
    columns += [grid.last_column for grid in layout.grids]
    return max(rows + [cell.row for cell in cells]), max(columns)


def _levels(book: Book) -> list[int]:
    """Return the outline levels of the columns of a time axis: quarters fold into years, months into quarters."""
    columns = columns_of(book.results.frame)
    return [0] * CONSTANT + [1, 1] + [0] * columns.years + [1] * (columns.quarters + 1) + [2] * columns.months


def _sections(layout: Layout, bottom: int) -> list[int]:
    """Return the rows of headings at which a page may end early: those that no chart stands beside."""
    rows = {words.row for words in layout.words if words.style.role == "section" and words.row < bottom}
    return sorted(row for row in rows if not any(row in rows_behind(chart) for chart in layout.charts))


def _height(layout: Layout, bottom: int) -> float:
    """Return the height of the rows down to the last printed one, in points."""
    heads = {grid.row: HEAD_HEIGHT for grid in layout.grids}
    heights: dict[int, float] = {**heads, **layout.heights}
    return sum(heights.get(row, USUAL_HEIGHT) for row in range(1, bottom + 1))
