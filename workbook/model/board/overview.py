"""What a manager asks first: milestones, dates of exhaustion, this fiscal year and the next (plan floor)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    AtMonth,
    Expr,
    Line,
    Number,
    Reduce,
    Ref,
    SumWhere,
    Text,
    call,
    counted,
    eq,
    if_,
    is_blank,
)
from workbook.model.terms import setting

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
    horizon = call("EDATE", setting("plan_start"), setting("horizon_months"))
    yield Line("horizon.date", "Calendar month of the horizon", "date", (), horizon)
    yield Line("horizon.words", "Horizon, in words", "text", (), year_month(Ref("horizon.date")))
    yield from _dates()
    yield from _money()
    yield from _verdicts()


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


def _dates() -> Iterator[Line]:
    component = ("component",)
    for name, month, title in (
        ("exhaustion.date", "exhaustion.month", "Fleet no longer meets the plan from"),
        ("exhaustion.hard_date", "exhaustion.hard_month", "Fleet no longer carries the load from"),
        ("order_by.date", "order_by.month", "Order by"),
    ):
        day = call("EDATE", setting("plan_start"), Ref(month))
        yield Line(name, title, "date", component, if_(is_blank(Ref(month)), BLANK, day))
    yield Line("nodes.binding_now", "What binds now", "text", component, AtMonth(Ref("nodes.binding"), Number(0)))
    at_horizon = AtMonth(Ref("nodes.binding"), setting("horizon_months"))
    yield Line("nodes.binding_horizon", "What binds at the horizon", "text", component, at_horizon)
    nodes_at_horizon = AtMonth(Ref("nodes.provisioned"), setting("horizon_months"))
    yield Line("nodes.horizon", "Nodes at the horizon", "nodes", component, nodes_at_horizon)


def _money() -> Iterator[Line]:
    this_year = AtMonth(Ref("time.fiscal_year"), Number(0))
    for name, year, title in (
        ("cost.this_year", this_year, "Cost of this fiscal year"),
        ("cost.next_year", this_year + Number(1, "year"), "Cost of the next fiscal year"),
    ):
        cost = SumWhere("month", Ref("time.fiscal_year"), (year,), Ref("cost.total"))
        yield Line(name, title, "currency", (), cost)


def _verdicts() -> Iterator[Line]:
    """Return in one sentence which fleet runs out first."""
    exhausted, count, first = Ref("exhaustion.count"), Ref("components.count"), Ref("exhaustion.first_date")
    yield Line(count.line, "Components", "–", (), Reduce("COUNT", "component", Ref("nodes.today")))
    counted_out = counted("component", Ref("exhaustion.month"))
    yield Line(exhausted.line, "Components that outgrow today's nodes", "–", (), counted_out)
    yield Line(
        "exhaustion.first_date",
        "First fleet to run out",
        "date",
        (),
        if_(eq(exhausted, 0), BLANK, Reduce("MIN", "component", Ref("exhaustion.date"))),
    )
    words = if_(eq(exhausted, 0), BLANK, year_month(first))
    yield Line("exhaustion.first_words", "First fleet to run out, in words", "text", (), words)
    suffices = Text("Today's nodes meet the plan up to the horizon.")
    runs_out = exhausted & " of " & count & " components outgrow today's nodes; the first in "
    runs_out = runs_out & Ref("exhaustion.first_words") & "."
    yield Line("summary.verdict", "Verdict", "text", (), if_(eq(exhausted, 0), suffices, runs_out))
    order = Ref("order_by.first_date")
    earliest = if_(eq(exhausted, 0), BLANK, Reduce("MIN", "component", Ref("order_by.date")))
    yield Line(order.line, "First order due", "date", (), earliest)
    nothing = Text("Nothing needs to be ordered within the horizon.")
    yield Line(
        "summary.order_by",
        "Next order",
        "text",
        (),
        if_(eq(exhausted, 0), nothing, Text("The next order is due by ") & year_month(order) & "."),
    )


def year_month(day: Expr) -> Expr:
    """Write the month of a date as 2027-03, which no locale misreads."""
    month = call("MONTH", day)
    return call("YEAR", day) & if_(month > 9, "-", "-0") & month
