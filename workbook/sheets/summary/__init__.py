"""The sheet that answers a manager on one page (paper floor).

From top to bottom: the verdict with the lines that support it, tiles, charts, and in two halves orders, cost and
commitments beside what needs attention and the milestones; links come last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from workbook.model.board import headline
from workbook.model.results import Results
from workbook.sheets.layout import LABEL, ROW_PIXELS, Chart, Layout
from workbook.sheets.statements import SUMMARY_CHARTS
from workbook.sheets.statements.charts import charts_of
from workbook.sheets.summary import tables, workings
from workbook.sheets.summary.tables import LEFT, RIGHT, Half
from workbook.sheets.summary.tiles import FIRST_ROW, LAST_ROW, tiles
from workbook.sheets.summary.top import MARK, STATUS_ROW, VERDICT_HEIGHT, VERDICT_ROW, links, top
from workbook.sheets.time_axis import SUMMARY

SUMMARY_SECTIONS = (*workings.SECTIONS, headline.ATTENTION_LIST)
WIDTHS = (24.0, *(13.0,) * 8, 2.0, 24.0, *(11.0,) * 6)
CHART_ROWS = 12
_GAP = 12
_GAP_HEIGHT, _ROW_HEIGHT, _HEAD_HEIGHT = 7.5, 15.0, 31.0
_PIXELS = sum(int(width * 7 + 5) for width in WIDTHS)


def lay_out_summary(results: Results, home: Mapping[str, str]) -> Layout:
    """Lay out the page. `home` names the sheet on which a line lives."""
    board, charts = tiles(results), charts_of(SUMMARY_CHARTS, results)
    first = LAST_ROW + 2
    tables_row = first + (CHART_ROWS + 1 if charts else 0)
    left, right = Half(results, LEFT, tables_row), Half(results, RIGHT, tables_row)
    tables.orders(left)
    left.row += 1
    cost_row = left.row + 1
    tables.cost(left)
    tables.attention(right, home)
    left.row = right.row = max(left.row, right.row) + 1
    header_row = left.row + 1
    tables.commitments(left)
    tables.milestones(right)
    last = max(left.row, right.row) - 1
    # A header of one line leaves the list next to it even.
    lines = {cost_row: _ROW_HEIGHT, header_row: _HEAD_HEIGHT}
    gaps = dict.fromkeys((FIRST_ROW - 1, LAST_ROW + 1, tables_row - 1), _GAP_HEIGHT)
    return Layout(
        name=SUMMARY,
        words=(*board.words, *left.words, *right.words, *links(results, last + 2)),
        cells=(*top(results), *board.cells, *left.cells, *right.cells),
        grids=(*left.grids, *right.grids),
        charts=tuple(_in_a_row(charts, first)),
        sparklines=board.sparklines,
        heights={VERDICT_ROW: VERDICT_HEIGHT, **board.heights, **gaps, **lines},
        widths=WIDTHS,
        statuses=((STATUS_ROW, LABEL, STATUS_ROW, LABEL),),
        findings=(*left.findings, *right.findings),
        mark=MARK,
        printed=(last, RIGHT[1]),
    )


def _in_a_row(charts: Sequence[Chart], row: int) -> list[Chart]:
    """Return charts side by side over the width of the tables."""
    width = (_PIXELS - _GAP * (len(charts) - 1)) // max(1, len(charts))
    return [
        replace(chart, row=row, column=LABEL, offset=place * (width + _GAP), width=width, height=_HEIGHT)
        for place, chart in enumerate(charts)
    ]


_HEIGHT = CHART_ROWS * ROW_PIXELS
