"""The sheet that answers a manager in one screen (paper floor)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from workbook.expr.formula import Place
from workbook.expr.frame import Scope
from workbook.expr.tree import Ref
from workbook.model.overview import MILESTONE_LINES
from workbook.model.results import Results
from workbook.sheets.contents import SERIES_SHEETS, SUMMARY_CHARTS
from workbook.sheets.layout import LABEL, Band, Chart, Grid, Layout, Live, Style, Words
from workbook.sheets.series import chart_of, head

NAME = "Summary"
FIRST_MILESTONE = 2
VERDICT_ROW, ORDER_ROW, LINKS_ROW, TABLE_ROW = 5, 6, 7, 9
WIDTHS = (34.0, *(15.0,) * 8)
MILESTONES = ("milestone.date", *(f"milestone.{name}" for name in MILESTONE_LINES), "milestone.nodes")
COMPONENT_LINES = {
    "nodes.today": "Nodes today",
    "nodes.horizon": "Nodes at horizon",
    "exhaustion.date": "Plan outgrows fleet",
    "order_by.date": "Order by",
    "exhaustion.hard_date": "Load outgrows fleet",
    "nodes.binding_now": "Binding now",
    "nodes.binding_horizon": "Binding at horizon",
}
YEAR_LINES = {
    "year.months": "Billed months",
    "cost.year_nodes": "Nodes",
    "cost.year_storage": "Storage",
    "cost.year_network": "Network",
    "cost.year_fixed": "Fixed",
    "cost.year": "Total",
    "budget.year": "Budget",
    "budget.left": "Budget left",
}
FIGURES = ("cost.this_year", "cost.next_year", "cost.horizon", "cost.npv", "throughput.static")


def lay_out_summary(results: Results) -> Layout:
    """Lay out verdict, links, milestones, components, fiscal years and charts, from top to bottom."""
    words, bands, row = _milestones(results)
    tables = [Grid(row + 1, LABEL, "component", "Component", COMPONENT_LINES)]
    words.append(Words(row, LABEL, "Components: today's fleet, and when it runs out", Style("section")))
    row += len(results.frame.items["component"]) + 3
    words.append(Words(row, LABEL, "Cost by fiscal year", Style("section")))
    tables.append(Grid(row + 1, LABEL, "fiscal_year", "Fiscal year", YEAR_LINES))
    row += len(results.frame.items["fiscal_year"]) + 3
    words.append(Words(row, LABEL, "Key figures", Style("section")))
    figures, labels = _figures(row + 1, results)
    return Layout(
        name=NAME,
        words=(*words, *labels, *_links()),
        cells=(*head(NAME, results), *_verdicts(results), *_milestone_head(results), *figures),
        bands=tuple(bands),
        grids=tuple(tables),
        charts=tuple(_charts(results)),
        widths=WIDTHS,
        frozen=(3, 0),
        statuses=((3, LABEL, 3, LABEL),),
    )


def _verdicts(results: Results) -> Iterator[Live]:
    for row, line in ((VERDICT_ROW, "summary.verdict"), (ORDER_ROW, "summary.order_by")):
        yield Live(row, LABEL, results.lines[line].expr, Place(NAME, Scope("", "")), Style("verdict"), line)


def _links() -> Iterator[Words]:
    for place, name in enumerate((*(content.name for content in SERIES_SHEETS), "Checks")):
        yield Words(LINKS_ROW, LABEL + 1 + place, name, Style("link"), target=name)
    yield Words(LINKS_ROW, LABEL, "More on", Style("context"))


def _milestone_head(results: Results) -> Iterator[Live]:
    line, place = results.lines["milestone.month"], Place(NAME, Scope("", "milestone"))
    yield Live(TABLE_ROW + 2, FIRST_MILESTONE, line.expr, place, Style("calculation", "month"), line.id)


def _milestones(results: Results) -> tuple[list[Words], list[Band], int]:
    words = [
        Words(TABLE_ROW, LABEL, "Milestones", Style("section")),
        Words(TABLE_ROW + 1, LABEL, "", Style("header")),
        Words(TABLE_ROW + 2, LABEL, "Plan month", Style("label")),
    ]
    for place, name in enumerate(results.frame.items["milestone"]):
        words.append(Words(TABLE_ROW + 1, FIRST_MILESTONE + place, name, Style("header_figure")))
    row, bands = TABLE_ROW + 3, []
    for line in MILESTONES:
        bands.append(Band(row, line))
        row += len(results.items(line))
    return words, bands, row + 1


def _figures(row: int, results: Results) -> tuple[list[Live], list[Words]]:
    cells, words = [], []
    for place, line in enumerate(FIGURES):
        definition = results.lines[line]
        unit = results.plan.settings.currency if definition.unit == "currency" else definition.unit
        words.append(Words(row + place, LABEL, f"{definition.title} ({unit})", Style("label")))
        style = Style("calculation", definition.unit)
        cells.append(Live(row + place, LABEL + 1, Ref(line), Place(NAME, Scope("", "")), style))
    return cells, words


def _charts(results: Results) -> Iterator[Chart]:
    """Two by two to the right of the tables, where a screen still shows them."""
    charts = [chart for plan in SUMMARY_CHARTS if (chart := chart_of(plan, results))]
    for place, chart in enumerate(charts):
        down, across = divmod(place, 2)
        yield replace(
            chart, row=TABLE_ROW + down * 15, column=len(WIDTHS) + 1, offset=across * 440, width=430, height=290
        )
