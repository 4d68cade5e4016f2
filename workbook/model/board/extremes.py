"""The highest figures of the whole plan, and when something first happens (plan floor)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    AtMonth,
    Expr,
    Line,
    LineKind,
    Number,
    Reduce,
    Ref,
    Section,
    all_of,
    any_of,
    call,
    counted,
    eq,
    if_,
    largest,
)
from workbook.model.demand.timing import MONTH
from workbook.model.terms import setting

EXTREMES = Section("Peaks and first dates", LineKind.WORKING)
BY_MONTH = ("month",)


@EXTREMES
def lines() -> Iterator[Line]:
    """Yield the peak of nodes and utilisation, growth of users, and the first month over budget."""
    nodes, peak, over = Ref("nodes.total"), Ref("nodes.peak"), Ref("budget.over_flag")
    yield Line(peak.line, "Peak nodes provisioned", "nodes", (), Reduce("MAX", "month", nodes))
    at_peak = if_(nodes >= peak, MONTH, BLANK)
    yield Line("nodes.peak_flag", "Peak nodes: month flag", "month", BY_MONTH, at_peak)
    yield Line("nodes.peak_date", "First month of peak nodes", "date", (), _first_date("nodes.peak_flag"))
    assumed = Reduce("MAX", "component", Ref("nodes.is_assumed"))
    yield Line("nodes.any_assumed", "Any current node count assumed (1/0)", "flag", (), assumed)
    cpu, memory = (Reduce("MAX", "month", Ref(f"utilisation.{name}_highest")) for name in ("cpu", "memory"))
    yield Line("utilisation.highest", "Highest utilisation over horizon", "ratio", (), largest(cpu, memory))
    now, then = (AtMonth(Ref("users.all"), month) for month in (Number(0), setting("horizon_months")))
    growth = if_(any_of(now <= 0, then <= 0), BLANK, then / now - 1)
    yield Line("users.growth", "User growth over horizon", "ratio", (), growth)
    budget = Ref("budget.month")
    is_over = if_(all_of(budget > 0, Ref("cost.total") > budget), MONTH, BLANK)
    yield Line(over.line, "Over budget: month flag", "month", BY_MONTH, is_over)
    yield Line("budget.first_over", "First month over budget", "date", (), _first_date(over.line))


def _first_date(flag: str) -> Expr:
    """The date of the first month that a flag line names; blank if it names none."""
    month = Reduce("MIN", "month", Ref(flag))
    return if_(eq(counted("month", Ref(flag)), 0), BLANK, call("EDATE", setting("plan_start"), month))
