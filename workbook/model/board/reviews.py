"""What the monthly, quarterly and yearly reviews ask for, and growth at the milestones (plan floor; S060–S102).

A fiscal quarter or year ends with its last billed month, and its peak is the largest of its months. It grows from the
end of the period before, the first of the plan from month 0.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    AtMonth,
    Expr,
    Line,
    Number,
    Peak,
    Reduce,
    Ref,
    Section,
    call,
    eq,
    if_,
    is_blank,
    largest,
    total,
)
from workbook.model.board.overview import MILESTONE_LINES, MILESTONES
from workbook.model.demand.timing import MONTHS_PER_YEAR, QUARTER_MONTHS
from workbook.model.fleet.headroom import REVIEW, at_review
from workbook.model.terms import setting

MONTHLY = Section("Monthly review, Review month")
MONTHLY_COST = Section("Monthly review, Review month")
QUARTERLY = Section("Quarterly review")
YEARLY = Section("Yearly review")

MILESTONE_GROWTH = {
    "growth": ("users", "User growth"),
    "requests_growth": ("requests", "Request growth"),
    "cpu_growth": ("cpu", "CPU growth"),
    "memory_growth": ("memory", "Memory growth"),
    "storage_growth": ("storage", "Storage growth"),
    "network_growth": ("network", "Bandwidth growth"),
    "nodes_growth": ("nodes_total", "Node growth"),
}
"""Growth since month 0, and the line of the milestones that grows."""

AT_END = {
    "users": ("users.all", "Users", "users"),
    "requests": ("demand.total", "Peak requests", "1/s"),
    "cpu": ("cpu.required", "CPU required", "cores"),
    "memory": ("memory.required", "Memory required", "GB of memory"),
    "storage": ("storage.total", "Storage required", "GB"),
    "network": ("network.required", "Bandwidth required", "Gbps"),
    "nodes": ("nodes.total", "Nodes provisioned", "nodes"),
}
REVIEWED = {"users": "Users", "requests": "Requests", "nodes": "Nodes"}


def lines(tables: frozenset[str]) -> Iterator[Line]:
    """Yield growth at the milestones, then the figures of the monthly, the quarterly and the yearly review."""
    yield from _milestones()
    yield from _month()
    yield from _cost()
    before = call("MOD", AtMonth(Ref("time.calendar_month"), Number(0)) - setting("fiscal_year_start"), 12)
    in_year = Ref("year.months_before")
    in_quarter = in_year - call("INT", in_year / QUARTER_MONTHS) * QUARTER_MONTHS
    yield from QUARTERLY(_period)("quarter", "time.quarter", QUARTER_MONTHS, in_quarter)
    if "features" in tables:
        yield from _adoption()
    yield from YEARLY(_period)("year", "time.fiscal_year", MONTHS_PER_YEAR, before)


@MILESTONES
def _milestones() -> Iterator[Line]:
    for name, (line, title) in MILESTONE_GROWTH.items():
        then, now = Ref(f"milestone.{line}"), AtMonth(Ref(MILESTONE_LINES[line][0]), Number(0))
        grown = if_(is_blank(then), BLANK, _growth(then, now))
        yield Line(f"milestone.{name}", title, "ratio", ("milestone",), grown)


def _growth(then: Expr, before: Expr) -> Expr:
    """Return growth as a ratio, without float noise; nothing grows from nothing."""
    return if_(before <= 0, BLANK, call("ROUND", then / before - 1, 12))


@MONTHLY
def _month() -> Iterator[Line]:
    """The Review month, and the month that follows where it is within the horizon."""
    following = Ref("review.next_month")
    is_last = REVIEW >= setting("horizon_months")
    for name, title in REVIEWED.items():
        line, _, unit = AT_END[name]
        yield Line(f"review.{name}", f"{title}, Review month", unit, (), at_review(line))
    yield Line(following.line, "Month following Review month", "month", (), if_(is_last, BLANK, REVIEW + 1))
    for name, title in REVIEWED.items():
        line, _, unit = AT_END[name]
        ahead = if_(is_blank(following), BLANK, AtMonth(Ref(line), following))
        yield Line(f"review.next_{name}", f"{title}, following month", unit, (), ahead)
    ahead = if_(is_blank(following), BLANK, AtMonth(Ref("nodes.provisioned"), following))
    yield Line("review.next_provisioned", "Nodes, following month", "nodes", ("component",), ahead)


@MONTHLY_COST
def _cost() -> Iterator[Line]:
    yield Line("review.cost", "Cost, Review month", "currency", (), at_review("cost.total"))


def _period(period: str, key: str, length: Expr, months_before: Expr) -> Iterator[Line]:
    """Yield how many months of the first period lie before the plan, then each period's months and figures."""
    over = (f"fiscal_{period}",)
    title = f"Months of first {period} before plan start"
    yield Line(f"{period}.months_before", title, "whole months", (), months_before)
    passed = Ref(f"{period}.number") - AtMonth(Ref(key), Number(0))
    first = largest(0, passed * length - Ref(f"{period}.months_before"))
    months, opening = Ref(f"{period}.months"), Ref(f"{period}.opening_month")
    is_empty = eq(months, 0)
    yield Line(opening.line, f"First month of {period}", "month", over, if_(is_empty, BLANK, first))
    last = if_(is_empty, BLANK, opening + months - 1)
    yield Line(f"{period}.end_month", f"Last month of {period}", "month", over, last)
    yield from _figures(period, is_empty)


def _figures(period: str, is_empty: Expr) -> Iterator[Line]:
    over = (f"fiscal_{period}",)
    opening, end = Ref(f"{period}.opening_month"), Ref(f"{period}.end_month")
    for name, (line, title, unit) in AT_END.items():
        at_end = if_(is_empty, BLANK, AtMonth(Ref(line), end))
        yield Line(f"{period}.{name}", f"{title} at {period} end", unit, over, at_end)
        peak = if_(is_empty, BLANK, Peak(Ref(line), opening, end))
        yield Line(f"{period}.{name}_peak", f"{title}, {period} peak", unit, over, peak)
    before = AtMonth(Ref("users.all"), largest(0, opening - 1))
    grown = _growth(Ref(f"{period}.users"), before)
    title = f"User growth since previous {period} end"
    yield Line(f"{period}.growth", title, "ratio", over, if_(is_empty, BLANK, grown))


@QUARTERLY
def _adoption() -> Iterator[Line]:
    count = Reduce("COUNT", "feature", Ref("features.adoption"))
    mean = if_(eq(count, 0), BLANK, total("feature", "features.adoption") / count)
    yield Line("features.mean_adoption", "Mean feature adoption", "ratio", ("month",), mean)
    end = Ref("quarter.end_month")
    adopted = if_(is_blank(end), BLANK, AtMonth(Ref("features.mean_adoption"), end))
    title = "Feature adoption at quarter end"
    yield Line("quarter.adoption", title, "ratio", ("fiscal_quarter",), adopted)
