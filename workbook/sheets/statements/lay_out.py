"""A statement into its layout: head, charts, then its blocks of lines (paper floor)."""

from __future__ import annotations

from dataclasses import replace

from workbook.model.results import Results
from workbook.sheets.layout import HEADER_ROW, LABEL, Chart, Layout, columns_of
from workbook.sheets.statements.charts import charts_of
from workbook.sheets.statements.records import Statement
from workbook.sheets.time_axis import Lines, lay_out_time_sheet

CHART_ROWS, CHART_GAP = 17, 20


def lay_out_statement(statement: Statement, results: Results) -> Layout:
    """Lay out a statement without the lines and blocks that the plan does not have."""
    charts = charts_of(statement.charts, results)
    first = HEADER_ROW + 2 + (CHART_ROWS if charts else 0)
    lines = Lines(first, columns_of(results.frame).first_month - 2)
    for block in statement.blocks:
        rows = [row for row in block.rows if row.line in results.lines and results.items(row.line)]
        if rows:
            lines.heading(block.title)
            for row in rows:
                lines.line(row.line, results, row.emphasis)
            lines.row += 1
    layout = lay_out_time_sheet(statement.name, statement.purpose, lines, results)
    return replace(layout, charts=tuple(_side_by_side(chart, place) for place, chart in enumerate(charts)))


def shown_lines(statements: tuple[Statement, ...]) -> frozenset[str]:
    """Return the ids of all lines that statements show, which are at home there."""
    return frozenset(row.line for statement in statements for block in statement.blocks for row in block.rows)


def _side_by_side(chart: Chart, place: int) -> Chart:
    return replace(chart, row=HEADER_ROW + 2, column=LABEL, offset=place * (chart.width + CHART_GAP))
