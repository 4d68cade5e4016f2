"""The sheet that answers a manager in one screen (paper floor)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from workbook.expr.formula import Place
from workbook.expr.frame import Scope
from workbook.expr.tree import Expr, Ref
from workbook.model.overview import MILESTONE_LINES
from workbook.model.results import Results
from workbook.model.reviews import MILESTONE_GROWTH
from workbook.sheets.contents import SERIES_SHEETS, SUMMARY_CHARTS
from workbook.sheets.layout import LABEL, Band, Chart, Grid, Layout, Live, Style, Words
from workbook.sheets.series import chart_of, head

Table: TypeAlias = tuple[str, str, str, Mapping[str, str]]

NAME = "Summary"
FIRST_MILESTONE = 2
VERDICT_ROW, ORDER_ROW, EVIDENCE_ROW, LINKS_ROW, TABLE_ROW = 5, 6, 7, 8, 10
WIDTHS = (34.0, *(13.0,) * 7, 17.0, 17.0)
_GROWTH = {line: name for name, (line, _) in MILESTONE_GROWTH.items()}
MILESTONES = (
    "milestone.date",
    *(f"milestone.{name}" for line in MILESTONE_LINES for name in (line, _GROWTH[line])),
    "milestone.nodes",
)
COMPONENT_LINES = {
    "nodes.today": "Nodes today",
    "purchase.peak": "Peak nodes",
    "nodes.horizon": "Nodes at horizon",
    "exhaustion.date": "Plan outgrows fleet",
    "order_by.date": "Order by",
    "order_by.overdue": "Months overdue",
    "exhaustion.hard_date": "Load outgrows fleet",
    "nodes.binding_now": "Binding now",
    "nodes.binding_horizon": "Binding at horizon",
}
YEAR_LINES = {
    "cost.year_nodes": "Nodes",
    "cost.year_storage": "Storage",
    "cost.year_network": "Network",
    "cost.year_fixed": "Fixed",
    "cost.year": "Total",
    "budget.year": "Budget",
    "budget.left": "Budget left",
}
STEP_LINES = {
    "headroom.step_nodes": "Nodes",
    "headroom.step_multiple": "Multiple of the raw need",
    "headroom.step_cost": "A year on demand",
}
MONTH_LINES = {
    "band.cpu_utilisation": "CPU utilisation",
    "band.cpu": "CPU against the band",
    "band.memory_utilisation": "Memory utilisation",
    "band.memory": "Memory against the band",
    "overprovision.ratio": "Nodes above the load",
    "overprovision.binding": "What binds",
    "headroom.provisioned": "Nodes",
    "review.next_provisioned": "Nodes, month after",
}
PURCHASE_LINES = {
    "rightsize.cpu": "Cores recommended",
    "rightsize.cpu_verdict": "Node type's cores",
    "rightsize.memory": "Memory recommended",
    "rightsize.memory_verdict": "Node type's memory",
    "cheapest.type": "Cheapest node type",
    "cheapest.saving": "Saving a year",
    "purchase.coverage": "Reserved, of the average",
    "purchase.saving": "Saving over all on demand",
}
QUARTER_LINES = {
    "quarter.users": "Users at the end",
    "quarter.growth": "Growth of users",
    "quarter.cpu": "CPU required",
    "quarter.memory": "Memory required",
    "quarter.storage": "Storage required",
    "quarter.nodes": "Nodes",
    "cost.quarter": "Cost",
    "quarter.adoption": "Adoption of features",
}
REVIEWED_YEAR_LINES = {
    "year.users": "Users at the end",
    "year.growth": "Growth of users",
    "year.cpu": "CPU required",
    "year.nodes": "Nodes at the end",
    "cost.year": "Cost",
    "year.npv": "Present value",
    "year.npv_share": "Share of present value",
}
FIRST_TABLES = (
    ("Components: today's fleet, and when it runs out", "component", "Component", COMPONENT_LINES),
    ("Cost by fiscal year", "fiscal_year", "Fiscal year", YEAR_LINES),
)
LAST_TABLES = (
    ("Headroom, step by step, at the Review month", "step", "Step", STEP_LINES),
    ("What is insured twice", "component", "Component", {"headroom.note": "Note"}),
    ("Monthly review, at the Review month", "component", "Component", MONTH_LINES),
    ("Node sizes and purchase", "component", "Component", PURCHASE_LINES),
    ("Quarterly review", "fiscal_quarter", "Fiscal quarter", QUARTER_LINES),
    ("Yearly review", "fiscal_year", "Fiscal year", REVIEWED_YEAR_LINES),
)
"""Each table's heading, dimension, title and lines; the key figures stand between the first and the last ones."""

FIGURES = (
    "cost.this_year",
    "cost.next_year",
    "cost.horizon",
    "cost.npv",
    "throughput.static",
    "review.users",
    "review.next_users",
    "review.requests",
    "review.next_requests",
    "review.nodes",
    "review.next_nodes",
    "review.cost",
    "purchase.on_demand_total",
    "purchase.reserved_total",
    "purchase.mix_total",
    "cheapest.saving_total",
)


def lay_out_summary(results: Results) -> Layout:
    """Lay out verdict, links, milestones, tables, key figures and charts, from top to bottom."""
    words, bands, row = _milestones(results)
    first, headings, row = _tables(FIRST_TABLES, row, results)
    words += [*headings, Words(row, LABEL, "Key figures", Style("section"))]
    figures, labels = _figures(row + 1, results)
    last, headings, _ = _tables(LAST_TABLES, row + len(FIGURES) + 2, results)
    words += headings
    return Layout(
        name=NAME,
        words=(*words, *labels, *_links()),
        cells=(*head(NAME, results), *_verdicts(results), _evidence(results), *_milestone_head(results), *figures),
        bands=tuple(bands),
        grids=(*first, *last),
        charts=tuple(_charts(results)),
        widths=WIDTHS,
        frozen=(3, 0),
        statuses=((3, LABEL, 3, LABEL),),
    )


def _tables(tables: Sequence[Table], row: int, results: Results) -> tuple[list[Grid], list[Words], int]:
    """Give tables below each other from a row on, their headings, and the first row below; lines may be absent."""
    grids, words = [], []
    for heading, dimension, title, lines in tables:
        present = {line: text for line, text in lines.items() if line in results.lines}
        words.append(Words(row, LABEL, heading, Style("section")))
        grids.append(Grid(row + 1, LABEL, dimension, title, present))
        row += len(results.frame.items[dimension]) + 3
    return grids, words, row


def _verdicts(results: Results) -> Iterator[Live]:
    for row, line in ((VERDICT_ROW, "summary.verdict"), (ORDER_ROW, "summary.order_by")):
        yield Live(row, LABEL, results.lines[line].expr, Place(NAME, Scope("", "")), Style("verdict"), line)


def _evidence(results: Results) -> Live:
    """Say in one line how far the inputs can be believed: contradictions, and stated figures that reproduce."""
    words: Expr = Ref("contradictions.summary")
    if "claims.summary" in results.lines:
        words = words & "; " & Ref("claims.summary")
    return Live(EVIDENCE_ROW, LABEL, words & ": see Checks", Place(NAME, Scope("", "")), Style("context"))


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
        unit = definition.unit.replace("currency", results.plan.settings.currency)
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
            chart, row=TABLE_ROW + down * 15, column=len(WIDTHS) + 1, offset=16 + across * 440, width=430, height=290
        )
