"""A printed chart or sparkline into a native one, its values stored beside the references (files floor).

Charts are read in grey print too: fills next to each other in a stack differ in lightness, lines in their dashes, and
what demand is held against is black and dashed. An item has the same colour in every chart.
"""

from __future__ import annotations

from typing import Any

from workbook.sheets.printing.printed import Area, PrintedChart, PrintedSeries, PrintedSparkline
from workbook.sheets.theme.look import Theme

_KINDS = {
    "line": {"type": "line"},
    "area": {"type": "area", "subtype": "stacked"},
    "column": {"type": "column", "subtype": "stacked"},
    "waterfall": {"type": "column", "subtype": "stacked"},
    "fan": {"type": "area", "subtype": "stacked"},
    "tornado": {"type": "bar"},
}
_EDGE = {"border": {"color": "#FFFFFF", "width": 0.5}}
"""A thin white edge keeps neighbours apart where their greys are alike."""
_BANDS = ("low_bar", "high_bar")
"""The roles of a fan's bands: the lower one is the lighter."""
_UNSEEN = {"fill": {"none": True}, "border": {"none": True}}
_TEXT, _GRID = "#404040", "#D9D9D9"
_AXIS_FONT = {"size": 9, "color": _TEXT, "bold": False}
_DASHES = ("solid", "long_dash", "round_dot", "long_dash_dot", "square_dot", "dash_dot")
_FEW_MONTHS = 8
_NARROW = 450
"""A chart of fewer pixels has no room for a legend at its side."""
_STEPS = (1, 2, 3, 6, 12, 24)


def add_chart(package: Any, sheet: Any, chart: PrintedChart, theme: Theme) -> None:  # noqa: ANN401
    """Put a native, editable chart on a sheet; its title is the cell of its finding, the months are its categories."""
    made = package.add_chart(_KINDS[chart.kind])
    is_stacked = chart.kind != "line"
    over = [one for one in chart.series if is_stacked and one.is_limit]
    parts = [one for one in chart.series if one not in over]
    for place, series in enumerate(parts):
        made.add_series(_series(chart, series, _look(chart, place, series, theme)))
    if over:
        lines = package.add_chart(_KINDS["line"])
        for series in over:
            lines.add_series(_series(chart, series, {"line": _line_over(series, theme)}))
        made.combine(lines)
    _title(made, chart)
    _axes(made, chart)
    is_beside = is_stacked and chart.width > _NARROW
    made.set_legend(_legend(chart, is_beside=is_beside))
    made.set_chartarea({"border": {"color": _GRID}})
    made.set_size({"width": chart.width, "height": chart.height})
    place_on_sheet = {"x_offset": chart.offset, "object_position": 2, "description": chart.description}
    sheet.insert_chart(chart.row - 1, chart.column - 1, made, place_on_sheet)


def _legend(chart: PrintedChart, *, is_beside: bool) -> dict[str, Any]:
    if chart.kind == "waterfall":
        return {"none": True}
    unseen = {"delete_series": [0]} if chart.kind == "fan" else {}
    return {**unseen, "position": "right" if is_beside else "bottom", "font": _AXIS_FONT}


def add_sparkline(sheet: Any, sparkline: PrintedSparkline, theme: Theme) -> None:  # noqa: ANN401
    """Put a small line into a cell; its figures stand on another sheet."""
    options = {
        "range": sparkline.source,
        "series_color": theme.palette[0],
        "last_point": True,
        "last_color": theme.limit,
        **dict.fromkeys(("negative_color", "markers_color", "first_color", "high_color", "low_color"), theme.limit),
        "weight": 1.5,
    }
    sheet.add_sparkline(sparkline.row - 1, sparkline.column - 1, options)


def _title(made: Any, chart: PrintedChart) -> None:  # noqa: ANN401
    font = {"size": 11, "bold": True, "color": "#1F3A5F"}
    made.set_title({"name": chart.title_cell, "data": [chart.title], "name_font": font, "overlay": False})


def _axes(made: Any, chart: PrintedChart) -> None:  # noqa: ANN401
    months = len(chart.months)
    step = next((step for step in _STEPS if months <= step * _FEW_MONTHS), _STEPS[-1])
    dates = {"date_axis": True, "num_format": "mmm yy", "major_unit": step, "major_unit_type": "months"}
    name = {"name_font": _AXIS_FONT, "num_font": _AXIS_FONT}
    categories = {**({} if isinstance(chart.months[0], str) else dates), **name, "line": {"color": _TEXT}}
    grid = {"visible": True, "line": {"color": _GRID, "width": 0.5}}
    lowest = {} if chart.lowest is None else {"min": chart.lowest}
    numbers = {"num_format": chart.number_format, **lowest, "major_gridlines": grid, "line": {"none": True}}
    values = {**numbers, **name, **({"name": chart.unit} if chart.unit else {})}
    if chart.kind == "tornado":
        # Bars lie: names run down from the top, and stand beside the bars on either side of zero.
        made.set_y_axis({**categories, "reverse": True, "label_position": "low"})
        made.set_x_axis(values)
    else:
        made.set_x_axis(categories)
        made.set_y_axis(values)


def _look(chart: PrintedChart, place: int, series: PrintedSeries, theme: Theme) -> dict[str, Any]:
    colour = theme.palette[place % len(theme.palette)]
    if chart.kind == "waterfall":
        return _waterfall_look(place, theme)
    if chart.kind == "fan":
        return _UNSEEN if place == 0 else {"fill": {"color": theme.roles[_BANDS[place - 1]]["bg_color"]}, **_EDGE}
    if chart.kind == "line":
        dash = _DASHES[place % len(_DASHES)]
        own = {"color": colour, "width": 2.25, "dash_type": dash}
        return {"line": _line_over(series, theme) if series.is_limit else own}
    return {"fill": {"color": colour}, **_EDGE}


def _waterfall_look(place: int, theme: Theme) -> dict[str, Any]:
    """Return the look of a waterfall's series: unseen, totals, rises and falls of cost, and the last two below zero."""
    if place == 0:
        return _UNSEEN
    level, rise, fall = (theme.roles[role]["bg_color"] for role in ("level_bar", "rise_bar", "fall_bar"))
    colour = (level, rise, fall, rise, fall)[place - 1]
    return {"fill": {"color": colour}, **_EDGE}


def _line_over(series: PrintedSeries, theme: Theme) -> dict[str, Any]:
    """A limit is dashed; the lower one of two is dotted."""
    dash = "round_dot" if series.is_lower else "dash"
    return {"color": theme.limit, "width": 1.75, "dash_type": dash if series.is_limit else "solid"}


def _series(chart: PrintedChart, series: PrintedSeries, look: dict[str, Any]) -> dict[str, Any]:
    is_line = chart.kind == "line" or series.is_limit
    return {
        "name": series.name_cell or series.name,
        **({"name_data": [series.name]} if series.name_cell else {}),
        "categories": [chart.months_sheet, *_from_zero(chart.months_area)],
        "values": [series.sheet, *_from_zero(series.area)],
        "categories_data": chart.months,
        "values_data": series.values,
        "gap": 40,
        **({"overlap": 100} if chart.kind == "tornado" else {}),
        **({"data_labels": _last_value(chart, series)} if is_line else {}),
        **look,
    }


def _last_value(chart: PrintedChart, series: PrintedSeries) -> dict[str, Any]:
    """Return the labels of a line's points: its last value only."""
    last = max((place for place, value in enumerate(series.values) if value is not None), default=-1)
    labels = [None if place == last else {"delete": True} for place in range(len(series.values))]
    return {"value": True, "position": "above", "num_format": chart.number_format, "font": _AXIS_FONT, "custom": labels}


def _from_zero(area: Area) -> list[int]:
    """Count rows and columns from 0, as XlsxWriter does."""
    return [number - 1 for number in area]
