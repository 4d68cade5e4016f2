"""The tables of the Summary, from the decisions down to the reviews (paper floor)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workbook.expr.formula import Place
from workbook.expr.frame import Scope
from workbook.expr.tree import Ref
from workbook.model.board.headline import WATCHED
from workbook.model.board.overview import MILESTONE_LINES
from workbook.model.board.reviews import MILESTONE_GROWTH
from workbook.model.results import Results
from workbook.sheets.layout import LABEL, Band, Caption, Grid, Live, StateRule, Style
from workbook.sheets.time_axis import SUMMARY
from workbook.units import UNITS


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, the dimension that runs down, its title, and the lines across with their headings."""

    heading: str
    dimension: str
    title: str
    lines: Mapping[str, str]
    spans: Mapping[str, int] = field(default_factory=dict)
    is_home: bool = False


DECISIONS = Table(
    "Orders to place, and the cost of delay",
    "decision",
    "Component",
    {
        "decision.date": "Order by",
        "decision.when": "When",
        "decision.nodes": "Nodes to order",
        "decision.nodes_horizon": "Further nodes by horizon",
        "decision.late_cost": "Monthly cost of delay, currency",
        "decision.late_words": "Impact of one month's delay",
        "decision.why": "Why",
    },
    {"decision.late_words": 4, "decision.why": 5},
)
FIRST_TABLES = (
    Table(
        "Components: capacity today and first shortfall",
        "component",
        "Component",
        {
            "nodes.today": "Nodes today",
            "purchase.peak": "Peak nodes",
            "nodes.horizon": "Nodes at horizon",
            "exhaustion.date": "Below plan from",
            "exhaustion.hard_date": "Overloaded from",
            "order_by.date": "Order by",
            "order_by.overdue": "Months overdue",
            "nodes.binding_now": "Constraint today",
            "nodes.binding_horizon": "Constraint at horizon",
        },
        {"nodes.binding_now": 2, "nodes.binding_horizon": 2},
    ),
    Table(
        "Cost by fiscal year",
        "fiscal_year",
        "Fiscal year",
        {
            "cost.year_nodes": "Nodes",
            "cost.year_storage": "Storage",
            "cost.year_network": "Network",
            "cost.year_fixed": "Fixed",
            "cost.year": "Total",
            "budget.year": "Budget",
            "budget.left": "Budget variance",
        },
    ),
)
LAST_TABLES = (
    Table(
        "From raw demand to provisioned nodes, Review month",
        "step",
        "Step",
        {
            "headroom.step_nodes": "Nodes",
            "headroom.step_multiple": "Multiple of raw demand",
            "headroom.step_cost": "Annual cost, all on-demand",
        },
    ),
    Table("Overlapping safety margins", "component", "Component", {"headroom.note": "Note"}, {"headroom.note": 14}),
    Table(
        "Monthly review, Review month",
        "component",
        "Component",
        {
            "band.cpu_utilisation": "CPU utilisation",
            "band.cpu": "CPU versus band",
            "band.memory_utilisation": "Memory utilisation",
            "band.memory": "Memory versus band",
            "overprovision.ratio": "Spare capacity",
            "overprovision.binding": "Binding constraint",
            "headroom.provisioned": "Nodes",
            "review.next_provisioned": "Nodes, following month",
        },
        {"overprovision.binding": 2, "band.cpu": 3, "band.memory": 3},
    ),
    Table(
        "Node sizes and purchasing",
        "component",
        "Component",
        {
            "rightsize.cpu": "Recommended cores",
            "rightsize.cpu_verdict": "Cores, assessment",
            "rightsize.memory": "Recommended memory",
            "rightsize.memory_verdict": "Memory, assessment",
            "cheapest.type": "Cheapest node type",
            "cheapest.saving": "Annual saving",
            "purchase.coverage": "Reserved share",
            "purchase.saving": "Saving vs all on-demand",
        },
        {"rightsize.cpu_verdict": 2, "rightsize.memory_verdict": 2, "cheapest.type": 2},
    ),
    Table(
        "Quarterly review",
        "fiscal_quarter",
        "Fiscal quarter",
        {
            "quarter.months": "Billed months",
            "quarter.users": "Users at period end",
            "quarter.growth": "User growth",
            "quarter.cpu": "CPU required",
            "quarter.memory": "Memory required",
            "quarter.storage": "Storage required",
            "quarter.nodes": "Nodes at period end",
            "quarter.nodes_peak": "Peak nodes",
            "cost.quarter": "Cost",
            "quarter.adoption": "Feature adoption",
        },
    ),
    Table(
        "Yearly review",
        "fiscal_year",
        "Fiscal year",
        {
            "year.months": "Billed months",
            "year.users": "Users at period end",
            "year.growth": "User growth",
            "year.cpu": "CPU required",
            "year.nodes": "Nodes at period end",
            "year.nodes_peak": "Peak nodes",
            "cost.year": "Cost",
            "year.npv": "Present value",
            "year.npv_share": "Share of total NPV",
        },
    ),
)
FINDINGS = Table(
    "Key insights",
    "finding",
    "Insight",
    {
        "finding.now": "Now",
        "finding.then": "Later",
        "finding.change": "Change",
        "finding.title": "Statement",
    },
    {"finding.title": 11},
    is_home=True,
)
TEXTS = Table(
    "Label texts (helper)",
    "finding",
    "Insight",
    {
        "finding.grows": "Growth applies (1/0)",
        "finding.multiple": "Change, multiple",
        "finding.percent": "Change, %",
        "finding.now_words": "Now, text",
        "finding.then_words": "Later, text",
        "finding.change_words": "Change, text",
        "finding.lead": "Prefix",
        "finding.middle": "Infix",
        "finding.tail": "Suffix",
        "finding.note": "Note",
    },
    {"finding.lead": 3, "finding.middle": 3, "finding.tail": 4},
    is_home=True,
)
SHORTENED = Table(
    "Scaling of figures in label texts (helper)",
    "finding",
    "Insight",
    {
        "finding.size": "Unit of size",
        "finding.step": "Step of size",
        **{
            f"finding.{figure}_{part}": f"{when}: {what}"
            for figure, when in (("now", "Now"), ("then", "Later"))
            for part, what in (("level", "level"), ("scale", "scale"), ("digits", "decimals"), ("suffix", "suffix"))
        },
    },
    is_home=True,
)
ATTENTION = {"attention.count": "Count", "attention.status": "Status"}
SHOWN_ON = {
    "checks.failed": "Checks",
    "contradictions.count": "Checks",
    "claims.count": "Checks",
    "nodes.is_assumed": "Capacity workings",
    "order_by.overdue": "Capacity workings",
    "budget.left": "Cost workings",
    "availability.missed": "Recovery workings",
    "availability.verdict": "Recovery",
    "availability.broken": "Recovery workings",
    "service.misses": "Service workings",
    "service.status": "Service",
    "band.cpu": "Capacity workings",
}
CLAUSES = (
    "summary.first",
    "summary.alone",
    "summary.outgrows",
    "summary.runs_out",
    "summary.cost",
    "summary.verdict",
)
"""The clauses of the headline, which live below the findings."""

_GROWTH = {line: name for name, (line, _) in MILESTONE_GROWTH.items()}
MILESTONES = (
    "milestone.date",
    *(f"milestone.{name}" for line in MILESTONE_LINES for name in (line, _GROWTH[line])),
    "milestone.nodes",
)
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
    "commitment.total",
    "commitment.largest",
    "commitment.largest_words",
    "cheapest.saving_total",
)
LAST_COLUMN = 15
_FIRST_MILESTONE = LABEL + 1


@dataclass(slots=True)
class TableDraft:
    """Tables put below each other; `row` is the next free one."""

    results: Results
    row: int
    words: list[Caption] = field(default_factory=list)
    cells: list[Live] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)

    def leave(self, rows: int) -> int:
        """Leave rows for charts; give the first of them."""
        first = self.row
        self.row += rows
        return first

    def heading(self, text: str) -> None:
        """Put a section's heading."""
        # The line under a heading runs as far as the widest table does.
        texts = (text, *("",) * (LAST_COLUMN - LABEL))
        self.words += [Caption(self.row, column, one, Style("section")) for column, one in enumerate(texts, LABEL)]
        self.row += 1

    def table(self, table: Table) -> int:
        """Put a table under its heading, without the lines that the plan does not have; give its header's row."""
        currency = self.results.plan.settings.currency
        headings = {line: text.replace("currency", currency) for line, text in table.lines.items()}
        lines = {line: text for line, text in headings.items() if line in self.results.lines}
        self.heading(table.heading)
        first = self.row
        self.grids.append(Grid(first, LABEL, table.dimension, table.title, lines, table.is_home, table.spans))
        self.row += len(self.results.frame.items[table.dimension]) + 2
        return first

    def attention(self) -> tuple[int, int, int, int]:
        """Put what needs attention, each row with a link to where it is shown; give the area of the statuses."""
        table = Table("Items requiring attention", "attention", "Item", ATTENTION, is_home=True)
        header = self.table(table)
        first, status, link = header + 1, LABEL + len(ATTENTION), LABEL + len(ATTENTION) + 1
        self.words.append(Caption(header, link, "Shown on", Style("header")))
        for place, watched in enumerate(WATCHED):
            line, sheet = watched.line, SHOWN_ON[watched.line]
            self.words.append(Caption(first + place, link, sheet, Style("link"), target=sheet, target_line=line))
        return first, status, first + len(WATCHED) - 1, status

    def milestones(self) -> None:
        """Put the milestones, a column each."""
        self.heading("Milestones")
        self.words.append(Caption(self.row, LABEL, "", Style("header")))
        for place, name in enumerate(self.results.frame.items["milestone"]):
            self.words.append(Caption(self.row, _FIRST_MILESTONE + place, name, Style("header_figure")))
        self.words.append(Caption(self.row + 1, LABEL, "Plan month", Style("label")))
        line, place_of_row = self.results.lines["milestone.month"], Place(SUMMARY, Scope("", "milestone"))
        style = Style("calculation", "month")
        self.cells.append(Live(self.row + 1, _FIRST_MILESTONE, line.expr, place_of_row, style, line.id))
        self.row += 2
        for name in MILESTONES:
            self.band(name)
        self.row += 1

    def band(self, line: str) -> None:
        """Put a line, a row an item."""
        self.bands.append(Band(self.row, line))
        self.row += len(self.results.items(line))

    def figures(self) -> None:
        """Put the key figures that stand on other sheets."""
        self.heading("Key figures")
        for name in FIGURES:
            definition = self.results.lines[name]
            unit = UNITS[definition.unit].shown(self.results.plan.settings.currency)
            self.words.append(Caption(self.row, LABEL, f"{definition.title} ({unit})", Style("label")))
            style = Style("calculation", definition.unit)
            self.cells.append(Live(self.row, LABEL + 1, Ref(name), Place(SUMMARY, Scope("", "")), style))
            self.row += 1
        self.row += 1

    def overdue(self, header: int) -> StateRule:
        """Mark the orders that are overdue; they say so in words."""
        when = LABEL + 1 + list(DECISIONS.lines).index("decision.when")
        last = header + len(self.results.frame.items["decision"])
        return StateRule((header + 1, when, last, when), good="", bad="overdue", is_start=True)

    def texts(self) -> int:
        """Put the findings, then what their words are made of; give the row above those, the last one on paper."""
        self.table(FINDINGS)
        above = self.row - 2
        self.table(TEXTS)
        self.table(SHORTENED)
        for name in CLAUSES:
            self.band(name)
        return above
