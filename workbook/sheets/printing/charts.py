"""The charts and sparklines of a layout with the cells and the figures that they show (paper floor)."""

from __future__ import annotations

from math import isfinite

from workbook.address import column_letters, quote_sheet
from workbook.sheets.book import Book
from workbook.sheets.layout import HEADER_ROW, Chart, Series, Sparkline, columns_of
from workbook.sheets.printing.printed import PrintedChart, PrintedSeries, PrintedSparkline

_TITLE_LINE = "finding.title"


def print_chart(chart: Chart, book: Book) -> PrintedChart:
    """Return a chart with its cells; its title is the cell of its finding, the months are its categories."""
    months = _months(chart.is_billed, book)
    place = chart.insight.row
    finding = str(book.results.value(_TITLE_LINE, place))
    return PrintedChart(
        kind=chart.kind,
        title=finding,
        title_cell=_cell(_TITLE_LINE, place, book),
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
    return "0.0" if highest < 5 else '[>=1000000]0.0,," M";[>=10000]0.0," k";#,##0'


def _highest(series: Series, book: Book) -> float:
    return max((value for value in _values(series, range(book.results.frame.months), book) if value), default=0.0)


def _first(book: Book) -> int:
    return columns_of(book.results.frame).first_month


def _months(is_billed: bool, book: Book) -> range:
    return range(book.results.frame.months - is_billed)


def _values(series: Series, months: range, book: Book) -> list[float | None]:
    values = book.results.values[series.line][0, series.item, : len(months)].tolist()
    return [value if isfinite(value) else None for value in values]
