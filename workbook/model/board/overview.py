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
from workbook.model.terms import setting, year_month

MILESTONES = Section("Milestones")
ORDERS = Section("Orders: what to order by when, and what being late costs")
VERDICTS = Section("Verdicts")

MILESTONE_LINES = {
    "users": ("users.all", "Users", "users"),
    "requests": ("demand.total", "Requests at peak", "1/s"),
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
    yield Line("horizon.date", "Calendar month of the horizon", "date", (), horizon)
    yield Line("horizon.words", "Horizon, in words", "text", (), year_month(Ref("horizon.date")))
    earliest = if_(eq(Ref("exhaustion.count"), 0), BLANK, Reduce("MIN", "component", Ref("order_by.date")))
    yield Line("order_by.first_date", "First order due", "date", (), earliest)


@VERDICTS
def _verdicts() -> Iterator[Line]:
    """Yield in one sentence each which fleet runs out first, and when the next order is due."""
    exhausted, count = Ref("exhaustion.count"), Ref("components.count")
    suffices = Text("Today's nodes meet the plan up to the horizon.")
    components = count & if_(eq(count, 1), " component", " components")
    outgrown = exhausted & " of " & components & if_(eq(exhausted, 1), " outgrows", " outgrow")
    yield Line("summary.outgrown", "How many components run out", "text", (), outgrown)
    runs_out = Ref("summary.outgrown") & " today's nodes; the first in " & Ref("exhaustion.first_words") & "."
    yield Line("summary.verdict", "Verdict", "text", (), if_(eq(exhausted, 0), suffices, runs_out))
    nothing = Text("Nothing needs to be ordered within the horizon.")
    due = Text("The next order is due by ") & year_month(Ref("order_by.first_date")) & "."
    yield Line("summary.order_by", "Next order", "text", (), if_(eq(exhausted, 0), nothing, due))
