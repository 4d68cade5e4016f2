"""What a manager asks first: milestones, dates of exhaustion, this fiscal year and the next (plan floor)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    AtMonth,
    Expr,
    Line,
    Reduce,
    Ref,
    Section,
    Text,
    call,
    eq,
    if_,
)
from workbook.model.figure_text import month_text
from workbook.model.terms import setting

MILESTONES = Section("Milestones")
ORDERS = Section("Orders and cost of delay")
VERDICTS = Section("Verdicts")

MILESTONE_LINES = {
    "users": ("users.all", "Users", "users"),
    "requests": ("demand.total", "Peak requests", "1/s"),
    "cpu": ("cpu.required", "CPU required", "cores"),
    "memory": ("memory.required", "Memory required", "GB of memory"),
    "storage": ("storage.total", "Storage required", "GB"),
    "network": ("network.required", "Bandwidth required", "Gbps"),
    "nodes_total": ("nodes.total", "Nodes, all components", "nodes"),
}


def lines() -> Iterator[Line]:
    """Yield the lines of the Summary sheet that are more than a link to another sheet."""
    yield from _milestones()
    yield from _order_dates()
    yield from _verdicts()


@MILESTONES
def _milestones() -> Iterator[Line]:
    yield Line("milestone.date", "Calendar month", "date", ("milestone",), _at_milestone("time.date"))
    for name, (line, title, unit) in MILESTONE_LINES.items():
        yield Line(f"milestone.{name}", title, unit, ("milestone",), _at_milestone(line))
    nodes = _at_milestone("nodes.provisioned")
    yield Line("milestone.nodes", "Nodes provisioned", "nodes", ("component", "milestone"), nodes)


def _at_milestone(line: str) -> Expr:
    """A milestone beyond the horizon is blank."""
    month = Ref("milestone.month")
    return if_(month > setting("horizon_months"), BLANK, AtMonth(Ref(line), month))


@ORDERS
def _order_dates() -> Iterator[Line]:
    horizon = call("EDATE", setting("plan_start"), setting("horizon_months"))
    yield Line("horizon.date", "End of horizon", "date", (), horizon)
    yield Line("horizon.words", "End of horizon: label text", "text", (), month_text(Ref("horizon.date")))
    earliest = if_(eq(Ref("exhaustion.count"), 0), BLANK, Reduce("MIN", "component", Ref("order_by.date")))
    yield Line("order_by.first_date", "First order due", "date", (), earliest)


@VERDICTS
def _verdicts() -> Iterator[Line]:
    """Yield in one sentence each which capacity runs out first, and when the next order is due."""
    yield Line("summary.verdict", "Verdict", "text", (), Ref("summary.runs_out") & ".")
    nothing = Text("No orders are required within the planning horizon.")
    due = Text("The next order is due by ") & month_text(Ref("order_by.first_date")) & "."
    is_none = eq(Ref("exhaustion.count"), 0)
    yield Line("summary.order_by", "Next order", "text", (), if_(is_none, nothing, due))
