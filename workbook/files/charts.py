"""A chart of a layout into a native chart, its values stored beside the references (files floor)."""

from __future__ import annotations

from typing import Any

from workbook.sheets.book import Book
from workbook.sheets.layout import FIRST_MONTH, HEADER_ROW, Chart, Series
from workbook.sheets.theme import Theme

_KINDS = {
    "line": {"type": "line"},
    "area": {"type": "area", "subtype": "stacked"},
    "column": {"type": "column", "subtype": "stacked"},
}
_GREY = "#595959"


def add_chart(package: Any, sheet: Any, chart: Chart, book: Book, theme: Theme) -> None:  # noqa: ANN401
    """Put a native, editable chart on a sheet; the months are its categories."""
    made = package.add_chart(_KINDS[chart.kind])
    for place, series in enumerate(chart.series):
        made.add_series(_series(chart, series, theme.palette[place % len(theme.palette)], book, theme))
    made.set_title({"name": chart.title, "name_font": {"size": 12, "bold": True, "color": "#1F3A5F"}, "overlay": False})
    made.set_x_axis(
        {
            "date_axis": True,
            "num_format": "mmm yy",
            "num_font": {"color": _GREY, "rotation": -45},
            "major_unit": max(1, (len(_months(chart, book)) - 1) // 12),
            "major_unit_type": "months",
            "name": "month",
            "name_font": {"bold": False, "color": _GREY},
        }
    )
    axis = {"num_format": "#,##0", "min": 0, "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}}
    if chart.unit.startswith("share"):
        axis["num_format"] = "0%"
    made.set_y_axis({**axis, "name": chart.unit, "name_font": {"bold": False, "color": _GREY}})
    if chart.second_unit:
        second = {"num_format": "#,##0", "min": 0, "name": chart.second_unit}
        made.set_y2_axis({**second, "name_font": {"bold": False, "color": _GREY}})
    made.set_legend({"position": "bottom"})
    made.set_size({"width": chart.width, "height": chart.height})
    sheet.insert_chart(
        chart.row - 1,
        chart.column - 1,
        made,
        {"x_offset": chart.offset, "object_position": 2, "description": chart.description},
    )


def _months(chart: Chart, book: Book) -> range:
    return range(book.results.frame.months - chart.is_billed)


def _series(chart: Chart, series: Series, colour: str, book: Book, theme: Theme) -> dict[str, Any]:
    spot = book.placement.spots[series.line]
    row = spot.row + (series.item if book.results.lines[series.line].item else 0) - 1
    first, last = FIRST_MONTH - 1, FIRST_MONTH - 1 + len(_months(chart, book)) - 1
    months = book.placement.spots["time.date"].sheet
    values = book.results.values[series.line][0, series.item, : len(_months(chart, book))].tolist()
    dates = book.results.values["time.date"][0, 0, : len(_months(chart, book))].tolist()
    line = {"color": theme.limit if series.is_limit else colour, "width": 2.25}
    if series.is_limit:
        line["dash_type"] = "dash"
    look = {"line": line} if chart.kind == "line" else {"fill": {"color": colour}, "border": {"none": True}}
    return {
        "name": series.name,
        "categories": [months, HEADER_ROW - 1, first, HEADER_ROW - 1, last],
        "values": [spot.sheet, row, first, row, last],
        "categories_data": dates,
        "values_data": [None if value != value else value for value in values],  # noqa: PLR0124 - NaN, the blank
        "y2_axis": series.is_secondary,
        "gap": 40,
        **look,
    }
