"""The charts and sparklines of a layout with the cells and the figures that they show (paper floor)."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, isfinite, log10

from workbook.address import column_letters, quote_sheet
from workbook.sheets.book import Book
from workbook.sheets.layout import HEADER_ROW, LABEL, Chart, ItemChart, Series, Sparkline, columns_of
from workbook.sheets.printing.printed import PrintedChart, PrintedSeries, PrintedSparkline


def print_chart(chart: Chart, book: Book) -> PrintedChart:
    """Return a chart with its cells; its title is the cell of a text, the months are its categories."""
    months = _months(chart.is_billed, book)
    finding = str(book.results.value(*chart.title))
    return PrintedChart(
        kind=chart.kind,
        title=finding,
        title_cell=_cell(*chart.title, book),
        series=[_series(series, months, book) for series in chart.series],
        months_sheet=book.placement.spots["time.date"].sheet,
        months_area=(HEADER_ROW, _first(book), HEADER_ROW, _first(book) + len(months) - 1),
        months=book.results.values["time.date"][0, 0, : len(months)].tolist(),
        unit=chart.unit,
        number_format=_number_format(chart, book),
        description=f"{chart.description} As of the run: {finding}.",
        row=chart.row,
        column=chart.column,
        offset=chart.offset,
        width=chart.width,
        height=chart.height,
    )


def print_item_chart(chart: ItemChart, sheet: str, names_row: int, book: Book) -> PrintedChart:
    """Return a chart over items with its cells; its categories are the names of the items beside their figures."""
    items = book.results.frame.items[chart.dimension][: chart.most or None]
    series = [_item_series(line, name, (line == chart.limit, len(items)), book) for line, name in chart.lines.items()]
    words = str(book.results.value(chart.title_line))
    highest = max((value or 0.0 for one in series for value in one.values), default=0.0)
    lowest = _cut(series) if chart.kind == "waterfall" else None
    return PrintedChart(
        kind=chart.kind,
        title=words,
        title_cell=_cell(chart.title_line, 0, book),
        series=series,
        months_sheet=sheet,
        months_area=(names_row, LABEL, names_row + len(items) - 1, LABEL),
        months=list(items),
        unit=chart.unit if lowest is None else f"{chart.unit}, from {lowest:,.0f}",
        # A format with conditions shows a figure below zero without its sign.
        number_format="#,##0" if chart.kind == "tornado" else _shortened(highest),
        lowest=lowest,
        description=f"{chart.description} As of the run: {words}",
        row=chart.row,
        column=chart.column,
        offset=chart.offset,
        width=chart.width,
        height=chart.height,
    )


def _cut(series: Sequence[PrintedSeries]) -> float | None:
    """Return from where the axis of a waterfall runs: a round figure, if no step is a tenth of what it begins with.

    None for zero. Steps that small could not be seen on a whole axis.
    """
    hidden, totals, *effects = ([value or 0.0 for value in one.values] for one in series)
    largest = max((abs(value) for one in effects for value in one), default=0.0)
    if not totals or largest * 10 >= totals[0]:
        return None
    levels = [level for level in (*hidden, *totals) if level > 0]
    size = 10 ** floor(log10(totals[0]))
    step = size / 2
    return floor((min(levels) - largest) / step) * step or None


def _item_series(line: str, name: str, shown: tuple[bool, int], book: Book) -> PrintedSeries:
    is_limit, count = shown
    spot, values = book.placement.spots[line], _known(book.results.values[line][0, :count, 0].tolist())
    area = (spot.row, spot.column, spot.row + len(values) - 1, spot.column)
    return PrintedSeries(name, spot.sheet, area, values, is_limit=is_limit, is_lower=False)


def print_sparkline(sparkline: Sparkline, book: Book) -> PrintedSparkline:
    """Return a small line with the reference to its figures, which stand on another sheet."""
    spot = book.placement.spots[sparkline.line]
    first, last = (column_letters(_first(book) + month) for month in (0, _months(sparkline.is_billed, book)[-1]))
    source = f"{quote_sheet(spot.sheet)}!{first}{spot.row}:{last}{spot.row}"
    return PrintedSparkline(sparkline.row, sparkline.column, source)


def _series(series: Series, months: range, book: Book) -> PrintedSeries:
    spot = book.placement.spots[series.line]
    row = spot.row + (series.item if book.results.lines[series.line].item else 0)
    return PrintedSeries(
        name=series.name,
        sheet=spot.sheet,
        area=(row, _first(book), row, _first(book) + len(months) - 1),
        values=_values(series, months, book),
        is_limit=series.is_limit,
        is_lower=series.line.endswith("_low"),
        name_cell=_cell(series.name_line, series.item, book) if series.name_line else "",
    )


def _cell(line: str, item: int, book: Book) -> str:
    """Return the reference to a constant line's figure or text, as charts hold it."""
    spot = book.placement.spots[line]
    return f"={quote_sheet(spot.sheet)}!${column_letters(spot.column)}${spot.row + item}"


def _number_format(chart: Chart, book: Book) -> str:
    """Shorten large figures, so that the axis leaves room for the lines."""
    highest = max(_highest(series, book) for series in chart.series)
    if chart.is_share:
        return "0%" if highest > 0.05 else "0.0%"
    return _shortened(highest)


def _shortened(highest: float) -> str:
    return "0.0" if highest < 5 else '[>=1000000]0.0,," M";[>=10000]0.0," k";#,##0'


def _highest(series: Series, book: Book) -> float:
    return max((value for value in _values(series, range(book.results.frame.months), book) if value), default=0.0)


def _first(book: Book) -> int:
    return columns_of(book.results.frame).first_month


def _months(is_billed: bool, book: Book) -> range:
    return range(book.results.frame.months - is_billed)


def _values(series: Series, months: range, book: Book) -> list[float | None]:
    item = series.item if book.results.lines[series.line].item else 0
    return _known(book.results.values[series.line][0, item, : len(months)].tolist())


def _known(values: Sequence[float]) -> list[float | None]:
    return [value if isfinite(value) else None for value in values]
