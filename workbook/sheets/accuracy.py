"""Accuracy: how good earlier versions were, what that means for the next, and the growth that fits (paper floor)."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from workbook.history.lines import accuracy, fitted, forecasts
from workbook.model.results import Results
from workbook.sheets.layout import LABEL, Band, Caption, Grid, Layout, StateRule, Style
from workbook.sheets.page import Columns, Page
from workbook.sheets.time_axis import heading

NAME = "Accuracy"
SECTIONS = (accuracy.SCORES, accuracy.LEADS, accuracy.NEXT, fitted.GROWTH, fitted.AHEAD, fitted.SEASONS)
FIRST_ROW = 6
LAST_COLUMN = LABEL + 10
WIDTHS = (38.0, *(12.0,) * 8, 27.0, 12.0)
WORDS_SPAN = 6
NOTES = (
    "WAPE is the sum of absolute errors divided by the sum of measured values. An error is forecast less measured.",
    "A tracking signal beyond ±4 over at least 5 months indicates a biased forecast.",
)
_SCORES = {
    "score.months": "Months scored",
    "score.lead": "Lead, months",
    "score.wape": "WAPE",
    "score.mape": "MAPE",
    "score.left_out": "Left out of MAPE",
    "score.bias": "Bias",
    "score.mase": "MASE",
    "score.signal": "Tracking signal",
}
_AHEAD = {
    "fit.point_date": "Month",
    "fit.planned": "Planned users",
    "fit.users": "Fitted users (median)",
    "fit.planned_share": "Planned ÷ fitted",
    "fit.low_80": "Low (80%)",
    "fit.high_80": "High (80%)",
    "fit.low_95": "Low (95%)",
    "fit.high_95": "High (95%)",
}
_SEASONS = {"season.measured": "Measured index", "season.planned": "Index in Seasonality"}


def has_accuracy(results: Results) -> bool:
    """Whether a version is scored, or growth is fitted."""
    return "accuracy.good" in results.lines


def lay_out_accuracy(results: Results) -> Layout:
    """Lay out the scores, by lead, the next range, and the growth that fits the users measured."""
    page = Page(results, FIRST_ROW, LAST_COLUMN)
    scores = page.table(accuracy.SCORES.title, forecasts.SCORE, "Metric, version", _scores())
    page.table(accuracy.LEADS.title, forecasts.METRIC, "Metric", _leads())
    page.table(accuracy.NEXT.title, forecasts.METRIC, "Metric", _next())
    bands = _growth(page)
    ahead = page.table(fitted.AHEAD.title, fitted.POINT, "After the last closed month", _plain(_AHEAD, "fit.verdict"))
    page.table(fitted.SEASONS.title, fitted.CALENDAR_MONTH, "Month", _plain(_SEASONS))
    page.words += (Caption(page.row + place, LABEL, note, Style("context")) for place, note in enumerate(NOTES))
    return replace(
        page.laid_out(NAME, WIDTHS),
        bands=bands,
        findings=(*_judged(scores, results), *_judged(ahead, results)),
        printed=(page.row + len(NOTES), LAST_COLUMN),
    )


def _plain(lines: dict[str, str], verdict: str = "") -> Columns:
    columns = {line: (title, 1) for line, title in lines.items()}
    return {**columns, verdict: ("Verdict", 1)} if verdict else columns


def _scores() -> Columns:
    return {**_plain(_SCORES, "score.verdict"), "score.ratio": ("Measured ÷ forecast", 1)}


def _leads() -> Columns:
    columns: dict[str, tuple[str, int]] = {}
    for place, band in enumerate(forecasts.BANDS, 1):
        columns |= {
            f"lead.wape_{place}": (f"WAPE, months {band}", 1),
            f"lead.months_{place}": ("Months scored", 1),
        }
    return columns


def _next() -> Columns:
    figures = {
        "next.versions": "Versions",
        "next.low": "Low (80%)",
        "next.middle": "Multiply by",
        "next.high": "High (80%)",
    }
    return {**_plain(figures), "next.words": ("In words", WORDS_SPAN)}


def _growth(page: Page) -> tuple[Band, ...]:
    lines = page.results.section(fitted.GROWTH)
    if not lines:
        return ()
    page.words += heading(page.row, (LABEL, page.last_column), fitted.GROWTH.title)
    bands = tuple(Band(row, line) for row, line in enumerate(lines, page.row + 1))
    page.row += len(lines) + 2
    return bands


def _judged(grid: Grid | None, results: Results) -> Iterator[StateRule]:
    """Mark what is accurate and what is not; too few months are neither."""
    if grid is None:
        return
    count = results.frame.length(grid.dimension)
    for line, column in grid.columns().items():
        area = (grid.row + 1, column, grid.row + count, column)
        if line == "score.verdict":
            yield StateRule(area, good=accuracy.FAIR, bad=accuracy.POOR)
            yield StateRule(area, good=accuracy.WITHIN, bad=accuracy.TOO_HIGH)
            yield StateRule(area, good=accuracy.WITHIN, bad=accuracy.TOO_LOW)
        elif line == "fit.verdict":
            yield StateRule(area, good=fitted.WITHIN)
