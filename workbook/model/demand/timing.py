"""Months, fiscal quarters and years, and the scenario in force (plan floor)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    AtMonth,
    Expr,
    Line,
    LineKind,
    Lookup,
    MonthNumber,
    Number,
    OverTime,
    Parent,
    PerItem,
    Position,
    Ref,
    Section,
    Sequence,
    SumWhere,
    Text,
    all_of,
    call,
    eq,
    if_,
    is_blank,
    whole,
)
from workbook.inputs.sheets.demand import FIRST_DATE
from workbook.model.terms import setting

TIME_AXIS = Section("Time axis")
TIMING = Section("Timing", LineKind.WORKING)
SCENARIO = Section("Active scenario")
FISCAL_QUARTERS = Section("Fiscal quarters")
FISCAL_YEARS = Section("Fiscal years")

MONTH = Ref("time.month")
MONTHS_PER_YEAR = Number(12, "months/year")
MILESTONES = ("Now", "3 months", "6 months", "12 months", "24 months", "Horizon")
QUARTER_MONTHS = Ref("time.months_per_quarter")
FIRST_YEAR = AtMonth(Ref("time.fiscal_year"), Number(0))
"""The fiscal year of month 0: what texts call this fiscal year."""
SECOND_YEAR = FIRST_YEAR + Number(1, "year")


def lines() -> Iterator[Line]:
    """Yield the time axis: one column a month, 0 to the horizon; months before the horizon are billed."""
    yield from _axis()
    yield from _timing()
    yield from FISCAL_QUARTERS(_fiscal)("quarter")
    yield from FISCAL_YEARS(_fiscal)("year")


@TIME_AXIS
def _axis() -> Iterator[Line]:
    yield Line("time.month", "Plan month", "month", ("month",), MonthNumber())
    yield Line("time.date", "Month", "date", ("month",), call("EDATE", setting("plan_start"), MONTH))
    starts_later = all_of(setting("fiscal_year_start") > 1, Ref("time.calendar_month") >= setting("fiscal_year_start"))
    yield Line(
        "time.fiscal_year",
        "Fiscal year",
        "year",
        ("month",),
        call("YEAR", Ref("time.date")) + if_(starts_later, Number(1, "year"), 0),
    )
    number, per_year = Ref("time.quarter"), MONTHS_PER_YEAR / QUARTER_MONTHS
    yield Line("time.quarter_name", "Fiscal quarter", "text", ("month",), _quarter_name(number, per_year))
    yield Line("milestone.month", "Milestone", "month", ("milestone",), _milestone_months())


@TIMING
def _timing() -> Iterator[Line]:
    yield Line(
        "time.months_per_quarter",
        "Months per quarter",
        "months/quarter",
        (),
        MONTHS_PER_YEAR / (Number(2, "quarters/year") + Number(2, "quarters/year")),
    )
    billed = if_(MONTH < setting("horizon_months"), 1, 0)
    yield Line("time.billed", "Billing flag (1/0)", "flag", ("month",), billed, over_time=OverTime.END)
    yield Line("time.calendar_month", "Calendar month", "month", ("month",), call("MONTH", Ref("time.date")))
    months_in = call("MOD", Ref("time.calendar_month") - setting("fiscal_year_start"), 12)
    yield Line(
        "time.quarter",
        "Quarter index",
        "quarter",
        ("month",),
        Ref("time.fiscal_year") * (MONTHS_PER_YEAR / QUARTER_MONTHS) + call("INT", months_in / QUARTER_MONTHS),
    )
    as_of = setting("prices_as_of")
    age = if_(is_blank(as_of), 0, months_between(as_of, setting("plan_start")))
    yield Line("time.price_age", "Price age at plan start", "whole months", (), age)
    years = call("INT", (MONTH + Ref("time.price_age")) / MONTHS_PER_YEAR)
    yield Line("time.price_year", "Years of price escalation", "year", ("month",), years)


def in_year(year: Expr, body: Ref | Parent) -> Expr:
    """Return the sum of a monthly line over the months of a fiscal year."""
    return SumWhere("month", Ref("time.fiscal_year"), (year,), body)


def months_between(first: Expr, last: Expr) -> Expr:
    """Return the months from one date's month to another's; negative where the second is the earlier one."""
    years = call("YEAR", last) - call("YEAR", first)
    return years * MONTHS_PER_YEAR + (call("MONTH", last) - call("MONTH", first))


def _quarter_name(number: Expr, per_year: Expr) -> Expr:
    """Write the number of a quarter as FY2026 Q1."""
    return Text("FY") & whole(number / per_year) & " Q" & (call("MOD", number, per_year) + Number(1, "quarter"))


def _fiscal(period: str) -> Iterator[Line]:
    """Yield number, months, name and heading of each year or quarter that the billed months touch.

    One that another Fiscal year start no longer touches is blank until the next run.
    """
    quarters_per_year = MONTHS_PER_YEAR / QUARTER_MONTHS
    number, over, months = Ref(f"{period}.number"), (f"fiscal_{period}",), Ref(f"{period}.months")
    key, title = Ref("time.fiscal_year"), "Fiscal year"
    length: Expr = MONTHS_PER_YEAR
    name: Expr = Text("FY") & number
    head: Expr = name
    if period == "quarter":
        key, title, length = Ref("time.quarter"), "Fiscal quarter index", QUARTER_MONTHS
        name = _quarter_name(number, quarters_per_year)
        in_year = call("MOD", number, quarters_per_year) + Number(1, "quarter")
        head = Text("Q") & in_year & " FY" & whole(number / quarters_per_year)
    billed = SumWhere("month", key, (number,), Ref("time.billed"))
    is_empty = eq(months, 0)
    yield Line(number.line, title, period, over, Sequence(number.line, AtMonth(key, Number(0))))
    yield Line(months.line, f"Billed months of {period}", "whole months", over, billed)
    yield Line(f"{period}.name", f"Name of {period}", "text", over, if_(is_empty, BLANK, name))
    if period == "quarter":
        year = whole(number / quarters_per_year)
        yield Line("quarter.fiscal_year", "Fiscal year of quarter", "year", over, year)
    is_part = months / length < Number(1, period)
    part = if_(is_part, Text(" (") & months & " of " & length & " months)", BLANK)
    yield Line(f"{period}.head", f"Heading of {period}", "text", over, if_(is_empty, BLANK, head & part))


def plan_month(month: Expr) -> Expr:
    """Return the number of a month that a cell gives as a number or as a date, whose day does not matter."""
    start = setting("plan_start")
    years = call("YEAR", month) - call("YEAR", start)
    counted = years * MONTHS_PER_YEAR + call("MONTH", month) - call("MONTH", start)
    return if_(month < Number(FIRST_DATE), month, counted)


def _milestone_months() -> PerItem:
    # Milestones are three, six, twelve and twenty-four months ahead (S008, S061–S064).
    months = (
        Number(0),
        Number(12) / (Number(2) + 2),
        Number(12) / 2,
        Number(12),
        Number(24),
        setting("horizon_months"),
    )
    return PerItem("milestone", tuple(zip(MILESTONES, months, strict=True)))


@SCENARIO
def scenario_lines() -> Iterator[Line]:
    """Yield what the active scenario multiplies; it drives every live formula through a look-up."""
    place = Ref("scenario.position")
    yield Line(
        "scenario.position",
        "Row of active scenario",
        "row",
        (),
        Position("scenarios", setting("active_scenario")),
    )
    for field, title in (
        ("growth_multiplier", "Growth multiplier"),
        ("demand_multiplier", "Demand multiplier"),
        ("price_multiplier", "Price multiplier"),
    ):
        yield Line(f"scenario.{field}", f"{title} of scenario", "×", (), Lookup("scenarios", field, place))
    for field, title, unit in (
        ("dr_buffer", "DR buffer applied", "ratio"),
        ("safety_factor", "Safety factor applied", "×"),
    ):
        own = Lookup("scenarios", field, place)
        yield Line(f"scenario.{field}", title, unit, (), if_(is_blank(own), setting(field), own))
