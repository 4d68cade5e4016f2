"""A chart or a sparkline of a layout into a native one, its values stored beside the references (files floor).

Charts are read in grey print too: fills of a stack grow lighter from its foot, lines differ in their dashes, and what
demand is held against is black and dashed.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

from workbook.address import column_letters, quote_sheet
from workbook.sheets.book import Book
from workbook.sheets.layout import FIRST_MONTH, HEADER_ROW, Chart, Series, Sparkline
from workbook.sheets.theme.colours import by_lightness
from workbook.sheets.theme.look import Theme

_KINDS = {
    "line": {"type": "line"},
    "area": {"type": "area", "subtype": "stacked"},
    "column": {"type": "column", "subtype": "stacked"},
}
_TEXT, _GRID = "#404040", "#D9D9D9"
_AXIS_FONT = {"size": 9, "color": _TEXT, "bold": False}
_DASHES = ("solid", "long_dash", "round_dot", "long_dash_dot", "square_dot", "dash_dot")
_FEW_MONTHS = 8
_STEPS = (1, 2, 3, 6, 12, 24)


def add_chart(package: Any, sheet: Any, chart: Chart, book: Book, theme: Theme) -> None:  # noqa: ANN401
    """Put a native, editable chart on a sheet; its title is the cell of its finding, the months are its categories."""
    made = package.add_chart(_KINDS[chart.kind])
    is_stacked = chart.kind != "line"
    over = [one for one in chart.series if is_stacked and (one.is_limit or one.is_total)]
    parts = [one for one in chart.series if one not in over]
    colours = by_lightness(theme.palette, len(parts)) if is_stacked else theme.palette
    for place, series in enumerate(parts):
        made.add_series(_series(chart, series, _look(chart, place, colours[place], series, theme), book))
    if over:
        lines = package.add_chart(_KINDS["line"])
        for series in over:
            lines.add_series(_series(chart, series, {"line": _line_over(series, theme)}, book))
        made.combine(lines)
    _title(made, chart, book)
    _axes(made, chart, book)
    made.set_legend({"position": "right" if is_stacked else "bottom", "font": _AXIS_FONT})
    made.set_chartarea({"border": {"color": _GRID}})
    made.set_size({"width": chart.width, "height": chart.height})
    place_on_sheet = {"x_offset": chart.offset, "object_position": 2, "description": _description(chart, book)}
    sheet.insert_chart(chart.row - 1, chart.column - 1, made, place_on_sheet)


def add_sparkline(sheet: Any, sparkline: Sparkline, book: Book, theme: Theme) -> None:  # noqa: ANN401
    """Put a small line into a cell; its figures stand on another sheet."""
    spot = book.placement.spots[sparkline.line]
    first, last = (column_letters(FIRST_MONTH + month) for month in (0, _months(sparkline.is_billed, book)[-1]))
    options = {
        "range": f"{quote_sheet(spot.sheet)}!{first}{spot.row}:{last}{spot.row}",
        "series_color": theme.palette[0],
        "last_point": True,
        "last_color": theme.limit,
        **dict.fromkeys(("negative_color", "markers_color", "first_color", "high_color", "low_color"), theme.limit),
        "weight": 1.5,
    }
    sheet.add_sparkline(sparkline.row - 1, sparkline.column - 1, options)


def _title(made: Any, chart: Chart, book: Book) -> None:  # noqa: ANN401
    spot = book.placement.spots["finding.title"]
    row = spot.row + _finding_row(chart, book)
    cell = f"={quote_sheet(spot.sheet)}!${column_letters(spot.column)}${row}"
    font = {"size": 11, "bold": True, "color": "#1F3A5F"}
    made.set_title({"name": cell, "data": [_finding(chart, book)], "name_font": font, "overlay": False})


def _finding_row(chart: Chart, book: Book) -> int:
    return book.results.items("finding.title").index(chart.finding)


def _finding(chart: Chart, book: Book) -> str:
    return str(book.results.value("finding.title", _finding_row(chart, book)))


def _description(chart: Chart, book: Book) -> str:
    return f"{chart.description} As of the run: {_finding(chart, book)}."


def _axes(made: Any, chart: Chart, book: Book) -> None:  # noqa: ANN401
    months = len(_months(chart.is_billed, book))
    step = next((step for step in _STEPS if months <= step * _FEW_MONTHS), _STEPS[-1])
    dates = {"date_axis": True, "num_format": "mmm yy", "major_unit": step, "major_unit_type": "months"}
    name = {"name_font": _AXIS_FONT, "num_font": _AXIS_FONT}
    made.set_x_axis({**dates, **name, "name": "month", "line": {"color": _TEXT}})
    grid = {"visible": True, "line": {"color": _GRID, "width": 0.5}}
    numbers = {"num_format": _number_format(chart, book), "min": 0, "major_gridlines": grid, "line": {"none": True}}
    made.set_y_axis({**numbers, **name, "name": chart.unit})


def _number_format(chart: Chart, book: Book) -> str:
    """Shorten large figures, so that the axis leaves room for the lines."""
    highest = max(_highest(series, book) for series in chart.series)
    if chart.is_share:
        return "0%" if highest > 0.05 else "0.0%"
    return "0.0" if highest < 5 else '[>=1000000]0.0,," M";[>=10000]0.0," k";#,##0'


def _highest(series: Series, book: Book) -> float:
    return max((value for value in _values(series, range(book.results.frame.months), book) if value), default=0.0)


def _months(is_billed: bool, book: Book) -> range:
    return range(book.results.frame.months - is_billed)


def _values(series: Series, months: range, book: Book) -> list[float | None]:
    values = book.results.values[series.line][0, series.item, : len(months)].tolist()
    return [value if isfinite(value) else None for value in values]


def _look(chart: Chart, place: int, colour: str, series: Series, theme: Theme) -> dict[str, Any]:
    if chart.kind == "line":
        dash = _DASHES[place % len(_DASHES)]
        own = {"color": colour, "width": 2.25, "dash_type": dash}
        return {"line": _line_over(series, theme) if series.is_limit else own}
    # A thin white edge keeps neighbours apart where their greys are alike.
    return {"fill": {"color": colour}, "border": {"color": "#FFFFFF", "width": 0.5}}


def _line_over(series: Series, theme: Theme) -> dict[str, Any]:
    """A limit is dashed; the lower one of two is dotted."""
    dash = "round_dot" if series.line.endswith("_low") else "dash"
    return {"color": theme.limit, "width": 1.75, "dash_type": dash if series.is_limit else "solid"}


def _series(chart: Chart, series: Series, look: dict[str, Any], book: Book) -> dict[str, Any]:
    spot = book.placement.spots[series.line]
    row = spot.row + (series.item if book.results.lines[series.line].item else 0) - 1
    months = _months(chart.is_billed, book)
    first, last = FIRST_MONTH - 1, FIRST_MONTH - 1 + len(months) - 1
    axis = book.placement.spots["time.date"].sheet
    dates: Sequence[float] = book.results.values["time.date"][0, 0, : len(months)].tolist()
    return {
        "name": series.name,
        "categories": [axis, HEADER_ROW - 1, first, HEADER_ROW - 1, last],
        "values": [spot.sheet, row, first, row, last],
        "categories_data": dates,
        "values_data": _values(series, months, book),
        "gap": 40,
        **look,
    }
