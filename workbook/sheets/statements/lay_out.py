"""A statement into its layout: head, charts, then its blocks of lines (paper floor)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from workbook.model.board import largest
from workbook.model.results import Results
from workbook.sheets.layout import HEADER_ROW, LABEL, Chart, Layout, columns_of
from workbook.sheets.statements.charts import charts_of
from workbook.sheets.statements.records import Row, Statement
from workbook.sheets.time_axis import Lines, lay_out_time_sheet

CHART_ROWS, CHART_GAP = 17, 20
MOST_PRINTED_ROWS, MOST_PRINTED_QUARTERS = 50, 6
"""What one page holds in letters that can be read."""


def lay_out_statement(statement: Statement, results: Results) -> Layout:
    """Lay out a statement without the lines and blocks that the plan does not have."""
    charts = charts_of(statement.charts, results)
    first = HEADER_ROW + 2 + (CHART_ROWS if charts else 0)
    lines, ends = Lines(first, columns_of(results.frame).first_month - 2), []
    for block in statement.blocks:
        rows = [one for row in block.rows for one in _shown(row, results)]
        if rows:
            lines.heading(block.title)
            for row in rows:
                lines.line(row.line, results, row.emphasis)
            ends.append(lines.row - 1)
            lines.row += 1
    layout = lay_out_time_sheet(statement.name, statement.purpose, lines, results)
    printed = _printed(ends, results)
    return replace(
        layout, charts=tuple(_side_by_side(chart, place) for place, chart in enumerate(charts)), printed=printed
    )


def _printed(ends: Sequence[int], results: Results) -> tuple[int, int]:
    """Return the last row and column on paper: the blocks that fit a page, the fiscal years and the first quarters."""
    first, last = columns_of(results.frame).periods["fiscal_quarter"]
    fitting = [row for row in ends if row <= MOST_PRINTED_ROWS]
    return (fitting or ends[:1] or [0])[-1], min(last, first + MOST_PRINTED_QUARTERS - 1)


def _shown(row: Row, results: Results) -> Iterator[Row]:
    """Yield the row of a line that the plan has; of parts too many to list, those of the largest and of the others."""
    if row.line in results.lines and results.items(row.line):
        for line in largest.shown(row.line, results):
            yield replace(row, line=line)


def shown_lines(statements: tuple[Statement, ...], results: Results) -> frozenset[str]:
    """Return the ids of the lines of a plan that statements show, which are at home there."""
    rows = (row for statement in statements for block in statement.blocks for row in block.rows)
    return frozenset(one.line for row in rows for one in _shown(row, results))


def _side_by_side(chart: Chart, place: int) -> Chart:
    return replace(chart, row=HEADER_ROW + 2, column=LABEL, offset=place * (chart.width + CHART_GAP))
