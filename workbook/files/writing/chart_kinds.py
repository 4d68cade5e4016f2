"""The kinds of native charts, with every default written (files floor).

XlsxWriter leaves out what Excel 2007 assumes. A workbook that a later Excel has saved is read by the schema instead, in
which the absence of most of these elements means true: axes are deleted, titles lie over the plot, lines are smoothed.
"""

from __future__ import annotations

from typing import Any

from xlsxwriter.chart import Chart
from xlsxwriter.chart_area import ChartArea
from xlsxwriter.chart_bar import ChartBar
from xlsxwriter.chart_column import ChartColumn
from xlsxwriter.chart_line import ChartLine

_OVER_THE_PLOT = ("text", "legend")
"""What XlsxWriter calls the layouts of titles and legends, after which the schema has `overlay`."""


class _Explicit(Chart):  # type: ignore[misc]
    """A chart that writes the elements that XlsxWriter leaves to their defaults, each in its place in the schema."""

    def _flag(self, name: str, value: int | str) -> None:
        self._xml_empty_tag(f"c:{name}", [("val", value)])

    def _write_lang(self) -> None:
        self._flag("date1904", int(bool(self.date_1904)))
        super()._write_lang()
        self._flag("roundedCorners", 0)

    def _write_plot_area(self) -> None:
        self._flag("autoTitleDeleted", 0)
        super()._write_plot_area()

    def _write_disp_blanks_as(self) -> None:
        self._flag("dispBlanksAs", self.show_blanks or "gap")
        self._flag("showDLblsOverMax", 0)

    def _write_layout(self, layout: Any, layout_type: str) -> None:  # noqa: ANN401 - as XlsxWriter has it
        super()._write_layout(layout, layout_type)
        if layout_type in _OVER_THE_PLOT:
            self._flag("overlay", 0)

    def _write_grouping(self, val: str) -> None:
        super()._write_grouping(val)
        self._flag("varyColors", 0)

    def _write_scaling(self, *bounds: Any) -> None:  # noqa: ANN401 - as XlsxWriter has it
        super()._write_scaling(*bounds)
        self._flag("delete", 0)

    def _write_show_val(self) -> None:
        self._flag("showLegendKey", 0)
        super()._write_show_val()
        for name in ("showCatName", "showSerName", "showPercent", "showBubbleSize"):
            self._flag(name, 0)

    def _write_major_tick_mark(self, val: str | None) -> None:
        super()._write_major_tick_mark(val or "out")

    def _write_minor_tick_mark(self, val: str | None) -> None:
        super()._write_minor_tick_mark(val or "none")

    def _write_c_tick_mark_skip(self, val: int | None) -> None:
        super()._write_c_tick_mark_skip(val)
        # It is the last element of an axis of names; an axis of dates has none.
        if not self.date_category:
            self._flag("noMultiLvlLbl", 0)


class LineChart(_Explicit, ChartLine):  # type: ignore[misc]
    """Lines that are drawn straight from month to month."""

    def _write_c_smooth(self, smooth: Any) -> None:  # noqa: ANN401 - as XlsxWriter has it
        self._flag("smooth", int(bool(smooth)))

    def _write_marker_value(self) -> None:
        super()._write_marker_value()
        self._flag("smooth", 0)


class AreaChart(_Explicit, ChartArea):  # type: ignore[misc]
    """Areas, one on top of the other."""


class _Filled(_Explicit):
    """Bars whose negative values keep their colour."""

    def _write_c_invert_if_negative(self, invert: Any) -> None:  # noqa: ANN401 - as XlsxWriter has it
        self._flag("invertIfNegative", int(bool(invert)))


class ColumnChart(_Filled, ChartColumn):  # type: ignore[misc]
    """Columns."""


class BarChart(_Filled, ChartBar):  # type: ignore[misc]
    """Bars that lie, one below the other."""


CHART_KINDS: dict[str, type[_Explicit]] = {
    "line": LineChart,
    "area": AreaChart,
    "column": ColumnChart,
    "bar": BarChart,
}
