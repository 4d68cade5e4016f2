"""Which measured months are closed, and what they cost (many floor; help: planning, Outlook)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workbook.expr.tree import (
    BLANK,
    Below,
    Expr,
    Input,
    Line,
    LineKind,
    Number,
    Reduce,
    Ref,
    Section,
    SumWhere,
    all_of,
    any_of,
    call,
    eq,
    if_,
    is_blank,
    smallest,
)
from workbook.model.demand.timing import FIRST_YEAR, SECOND_YEAR, months_between
from workbook.model.figure_text import month_text
from workbook.model.terms import setting

MEASURED = Section("Measured months", LineKind.WORKING)
OVER = "measured month"
EACH = (OVER,)
CLOSED = Ref("closed.month")
"""The last closed month, counted from Plan start as plan months are; blank where none is closed."""
COMPARED = Ref("compared.closed_month")
"""The last month that counts as measured where the plan is compared with a version; blank if none does."""
YEARS: Mapping[str, Expr] = {"year": FIRST_YEAR, "next": SECOND_YEAR}
"""This fiscal year and the next."""


def _measured(field: str) -> Input:
    return Input("actuals", field)


@MEASURED
def lines() -> Iterator[Line]:
    """Yield what is known of each measured month, and which is the last that is closed."""
    month = _measured("month")
    number = months_between(setting("plan_start"), month)
    yield Line("measured.month", "Month, from plan start", "month", EACH, number)
    yield Line("measured.name", "Name of month", "text", EACH, month_text(month))
    starts_later = all_of(setting("fiscal_year_start") > 1, call("MONTH", month) >= setting("fiscal_year_start"))
    year = call("YEAR", month) + if_(starts_later, Number(1, "year"), 0)
    yield Line("measured.fiscal_year", "Fiscal year", "year", EACH, year)
    length = call("EDATE", month, 1) - month
    is_whole = any_of(is_blank(_measured("days")), _measured("days") >= length)
    is_final = if_(all_of(eq(_measured("status"), "final"), is_whole), 1, 0)
    yield Line("measured.is_final", "Final, and all its days (1/0)", "flag", EACH, is_final)
    final = if_(Ref("measured.is_final") > 0, Ref("measured.month"), BLANK)
    yield Line("measured.final_month", "Month, if final", "month", EACH, final)
    yield from _closed()


def _closed() -> Iterator[Line]:
    yield Line("measured.first", "First measured month", "month", (), Reduce("MIN", OVER, Ref("measured.month")))
    later = Ref("measured.month") + Number(1, "month")
    before = Below(OVER, Ref("measured.final_month"), later)
    is_unbroken = all_of(Ref("measured.is_final") > 0, eq(before, later - Ref("measured.first")))
    run = if_(is_unbroken, Ref("measured.month"), BLANK)
    yield Line("measured.run", "Month, if all before it are final", "month", EACH, run)
    last = Reduce("MAX", OVER, Ref("measured.run"))
    found = if_(eq(Reduce("COUNT", OVER, Ref("measured.run")), 0), BLANK, last)
    asked = setting("closed_through")
    through = if_(is_blank(asked), Ref("measured.run_end"), months_between(setting("plan_start"), asked))
    yield Line("measured.run_end", "Last month of the unbroken run", "month", (), found)
    yield Line(CLOSED.line, "Last closed month, from plan start", "month", (), through)
    is_closed = all_of(Ref("measured.is_final") > 0, Ref("measured.month") <= CLOSED)
    yield Line("measured.is_closed", "Closed (1/0)", "flag", EACH, if_(is_blank(CLOSED), 0, if_(is_closed, 1, 0)))
    cost = if_(all_of(Ref("measured.is_closed") > 0, call("NOT", is_blank(_measured("cost")))), _measured("cost"), 0)
    yield Line("measured.closed_cost", "Cost, if closed", "currency", EACH, cost)


@MEASURED
def compared_lines(offset: Expr) -> Iterator[Line]:
    """Yield which measured months count where the plan is compared with a version that begins `offset` months before.

    They are closed, have a cost, and run unbroken from the first that does; none count if the version's first months
    are not among them.
    """
    has_cost = all_of(Ref("measured.is_closed") > 0, call("NOT", is_blank(_measured("cost"))))
    number, later = Ref("measured.month"), Ref("measured.month") + Number(1, "month")
    month = Ref("compared.month")
    yield Line(month.line, "Month, if closed with a cost", "month", EACH, if_(has_cost, number, BLANK))
    first = Ref("compared.first_month")
    none = eq(Reduce("COUNT", OVER, month), 0)
    yield Line(first.line, "First month closed with a cost", "month", (), if_(none, BLANK, Reduce("MIN", OVER, month)))
    is_unbroken = eq(Below(OVER, month, later), later - first)
    run = if_(is_blank(month), BLANK, if_(is_unbroken, number, BLANK))
    yield Line("compared.run", "Month, if unbroken from the first", "month", EACH, run)
    last = if_(first > 0 - offset, BLANK, Reduce("MAX", OVER, Ref("compared.run")))
    yield Line(COMPARED.line, "Last month that counts as measured", "month", (), if_(is_blank(first), BLANK, last))
    is_counted = call("NOT", any_of(is_blank(COMPARED), is_blank(Ref("compared.run"))))
    cost = if_(is_counted, _measured("cost"), 0)
    yield Line("compared.cost", "Cost, if it counts as measured", "currency", EACH, cost)
    for name, year in YEARS.items():
        which = "this FY" if name == "year" else "next FY"
        total = SumWhere(OVER, Ref("measured.fiscal_year"), (year,), Ref("compared.cost"))
        yield Line(f"compared.cost_{name}", f"Measured cost, {which}", "currency", (), total)
    # What was measured before either plan begins is part of a fiscal year, and of no plan.
    in_plan = if_(number >= smallest(0, 0 - offset), Ref("compared.cost"), 0)
    yield Line("compared.plan_cost", "Cost, if it counts and is in a plan", "currency", EACH, in_plan)
    every = Reduce("SUM", OVER, Ref("compared.plan_cost"))
    yield Line("compared.cost_plan", "Measured cost, whole plan", "currency", (), every)


def is_open(month: Expr, has_measured: bool, closed: Ref = CLOSED) -> Expr:
    """Return the condition that a plan month lies after the last that is closed."""
    return any_of(is_blank(closed), month > closed) if has_measured else eq(month, month)
