"""The sheet that answers a manager in one screen, and the reviews below it (paper floor).

From top to bottom: the verdict in one sentence, tiles, charts, decisions by date, what needs attention; then today's
fleet, money, milestones and the reviews.
"""

from __future__ import annotations

from dataclasses import replace

from workbook.model.board import headline, insights, overview
from workbook.model.results import Results
from workbook.sheets.layout import LABEL, Chart, Layout, StateRule
from workbook.sheets.statements import SUMMARY_CHARTS
from workbook.sheets.statements.charts import charts_of
from workbook.sheets.summary.tables import (
    DECISIONS,
    FIRST_TABLES,
    LAST_TABLES,
    TableDraft,
)
from workbook.sheets.summary.tiles import LAST_ROW, links, tiles
from workbook.sheets.summary.tiles import headline as headline_cells
from workbook.sheets.time_axis import SUMMARY, head

SUMMARY_SECTIONS = (overview.MILESTONES, overview.VERDICTS, headline.ATTENTION_LIST, insights.INSIGHTS)
WIDTHS = (30.0, *(14.0,) * 14)
CHARTS_A_ROW, CHART_WIDTH, CHART_HEIGHT, CHART_ROWS = 3, 540, 254, 13
"""Three charts fill the width of the tables; sizes in pixels, of which a row has 20."""
_GAP = 12


def lay_out_summary(results: Results) -> Layout:
    """Lay out the dashboard and the tables below it."""
    made = charts_of(SUMMARY_CHARTS, results)
    upper, lower = made[:CHARTS_A_ROW], made[CHARTS_A_ROW:]
    top = headline_cells(results)
    board = tiles(results)
    draft = TableDraft(results, LAST_ROW + 2)
    charts = _in_a_row(upper, draft.leave(CHART_ROWS))
    decisions = draft.table(DECISIONS)
    charts += _in_a_row(lower, draft.leave(CHART_ROWS if lower else 0))
    attention = draft.attention()
    for table in FIRST_TABLES:
        draft.table(table)
    draft.milestones()
    draft.figures()
    for table in LAST_TABLES:
        draft.table(table)
    technical = draft.texts()
    return Layout(
        name=SUMMARY,
        words=(*board.words, *draft.words, *links(results)),
        cells=(*head(SUMMARY, results), *top, *board.cells, *draft.cells),
        bands=tuple(draft.bands),
        grids=tuple(draft.grids),
        charts=tuple(charts),
        sparklines=board.sparklines,
        heights=board.heights,
        widths=WIDTHS,
        frozen=(3, 0),
        statuses=((3, LABEL, 3, LABEL),),
        findings=(StateRule(attention, good="OK", is_status=True), draft.overdue(decisions)),
        printed=(technical, 0),
    )


def _in_a_row(charts: list[Chart], row: int) -> list[Chart]:
    return [
        replace(
            chart,
            row=row,
            column=LABEL,
            offset=place * (CHART_WIDTH + _GAP),
            width=CHART_WIDTH,
            height=CHART_HEIGHT,
        )
        for place, chart in enumerate(charts)
    ]
