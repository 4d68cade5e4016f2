"""Accuracy workings: a table a dimension with all lines of a section side by side (paper floor).

A version of three years has some hundred forecasts of closed months: each is one row, whatever is calculated of it.
"""

from __future__ import annotations

from collections import defaultdict

from workbook.expr.tree import Section
from workbook.history.lines import accuracy, fitted, forecasts, measured
from workbook.model.results import Results
from workbook.sheets.layout import CONTEXT_ROW, LABEL, Band, Caption, Layout, Style
from workbook.sheets.page import Page
from workbook.sheets.time_axis import back_to_summary, head, heading

NAME = "Accuracy workings"
PURPOSE = "Limits, forecasts of closed months one by one, and the line of growth through the measured users."
SECTIONS = (
    forecasts.LIMITS,
    accuracy.STEPS,
    forecasts.VERSIONS,
    fitted.POINTS_OF_LINE,
    fitted.WITHOUT,
    forecasts.NEIGHBOURS,
    forecasts.FORECASTS,
)
FIRST_ROW = 6
TALL = 46.0
"""Of the row with the titles of lines, which take up to three lines of text; in points."""
_NAMES = {
    measured.OVER: "Month",
    forecasts.METRIC: "Metric",
    forecasts.SCORE: "Metric, version",
    forecasts.FORECAST: "Metric, version, month",
    fitted.POINT: "After the last closed month",
    fitted.CALENDAR_MONTH: "Month",
}


def lay_out_accuracy_workings(results: Results) -> Layout:
    """Lay out each section: what is constant first, then a table a dimension."""
    tables = [(section, _by_dimension(section, results)) for section in SECTIONS]
    widest = max((len(lines) for _, found in tables for lines in found.values()), default=1)
    page, bands = Page(results, FIRST_ROW, LABEL + widest), []
    for section, found in tables:
        bands += _constants(section, found.pop("", []), page)
        for dimension, lines in found.items():
            columns = {line: (results.lines[line].title, 1) for line in lines}
            page.table(section.title, dimension, _NAMES[dimension], columns)
    return Layout(
        name=NAME,
        words=(back_to_summary(LABEL + 8), Caption(CONTEXT_ROW, LABEL + 8, PURPOSE, Style("context")), *page.words),
        cells=head(NAME, results),
        bands=tuple(bands),
        grids=tuple(page.grids),
        widths=(44.0, *(14.0,) * widest),
        heights={grid.row: TALL for grid in page.grids},
        frozen=(FIRST_ROW - 1, LABEL),
        statuses=((3, LABEL, 3, LABEL),),
        tab="workings_tab",
    )


def _by_dimension(section: Section, results: Results) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for line in results.section(section):
        found[results.lines[line].item].append(line)
    return dict(found)


def _constants(section: Section, lines: list[str], page: Page) -> list[Band]:
    if not lines:
        return []
    page.words += heading(page.row, (LABEL, page.last_column), section.title)
    bands = [Band(row, line) for row, line in enumerate(lines, page.row + 1)]
    page.row += len(lines) + 2
    return bands
