"""What each fiscal year comes to: measured so far and planned from there, against the budget (many floor).

A closed month counts as measured, a later month of the plan as planned. A year in which a month is neither has no
outlook (help: planning, Outlook).
"""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    AtMonth,
    Below,
    Expr,
    Line,
    LineKind,
    Number,
    OverTime,
    Picked,
    Reduce,
    Ref,
    Section,
    Sequence,
    SumWhere,
    Text,
    all_of,
    any_of,
    call,
    eq,
    if_,
    is_blank,
    largest,
    smallest,
)
from workbook.history.lines.compared import verdict
from workbook.history.lines.measured import EACH, is_open
from workbook.history.lines.measured import OVER as MEASURED_MONTH
from workbook.model.demand.timing import FIRST_YEAR, MONTH, MONTHS_PER_YEAR
from workbook.model.figure_text import count_text, month_text, short_lines
from workbook.model.results import Results
from workbook.model.terms import setting

COUNTED = Section("Months counted in the outlook", LineKind.WORKING)
THIS_YEAR = Section("Outlook of this fiscal year", LineKind.WORKING)
TO_DATE = Section("This fiscal year to date")
OUTLOOK = Section("Outlook by fiscal year")
BY_MONTH = Section("Outlook by month of this fiscal year")

YEARS = ("fiscal_year",)
FISCAL_MONTH = "fiscal month"
EACH_MONTH = (FISCAL_MONTH,)
_ONE = Number(1, "month")
COSTED = Ref("outlook.closed_month")
"""The last closed month that has a cost: later ones count as planned, whatever else of them is measured."""
_IN_YEAR = Ref("outlook.in_year")


def has_closed(results: Results) -> bool:
    """Return whether a month is closed with its cost: from then on a fiscal year is told by its outlook."""
    return COSTED.line in results.lines and results.value(COSTED.line) is not None


def lines(has_budget_rows: bool) -> Iterator[Line]:
    """Yield the year to date, the outlook of each fiscal year and in words, and this fiscal year by month."""
    yield from _counted()
    yield from _to_date()
    yield from _outlook(has_budget_rows)
    yield from _by_month(has_budget_rows)
    yield from _words()


@COUNTED
def _counted() -> Iterator[Line]:
    """A year's first measured month is the one before which no other of it is measured."""
    is_measured = Ref("closed.is_cost")
    month = if_(is_measured > 0, Ref("measured.month"), BLANK)
    yield Line("outlook.measured_month", "Month, if its cost is measured", "month", EACH, month)
    none = eq(Reduce("COUNT", MEASURED_MONTH, Ref("outlook.measured_month")), 0)
    last = if_(none, BLANK, Reduce("MAX", MEASURED_MONTH, Ref("outlook.measured_month")))
    yield Line(COSTED.line, "Last closed month with a cost", "month", (), last)
    year_start = Ref("measured.month") - call("MOD", _calendar(Ref("measured.month")), MONTHS_PER_YEAR)
    earlier = _measured_before(Ref("measured.month")) - _measured_before(year_start)
    first = if_(all_of(is_measured > 0, eq(earlier, 0)), Ref("measured.month"), 0)
    yield Line("outlook.first_of_year", "Month, if the first measured in its year", "month", EACH, first)
    counts = if_(all_of(is_open(MONTH, True, COSTED), Ref("time.billed") > 0), 1, 0)
    yield Line("outlook.is_planned", "Counted as planned (1/0)", "flag", ("month",), counts)
    cost = if_(Ref("outlook.is_planned") > 0, Ref("cost.total"), 0)
    yield Line(
        "outlook.planned_cost", "Cost, if counted as planned", "currency", ("month",), cost, over_time=OverTime.NONE
    )
    in_year = call("MOD", call("MONTH", setting("plan_start")) - setting("fiscal_year_start"), MONTHS_PER_YEAR)
    yield Line(_IN_YEAR.line, "Months of fiscal year before plan start", "month", (), in_year)


def _calendar(month: Expr) -> Expr:
    """Return the months of its fiscal year that are before a month, give or take whole years."""
    return _IN_YEAR + month


def _measured_before(month: Expr) -> Expr:
    return Below(MEASURED_MONTH, Ref("outlook.measured_month"), month)


@TO_DATE
def _to_date() -> Iterator[Line]:
    """Measured and planned are compared over the months that have both."""
    planned, measured = Ref("planned.cost"), Ref("measured.cost")
    is_compared = all_of(Ref("closed.is_cost") > 0, call("NOT", is_blank(planned)))
    for name, title, figure in (
        ("measured", "Measured cost", measured),
        ("planned", "Planned cost", planned),
    ):
        counted = Ref(f"ytd.counted_{name}")
        kept = if_(is_compared, figure, 0)
        yield Line(counted.line, f"{title}, if closed and planned", "currency", EACH, kept, section=COUNTED)
        yield Line(f"ytd.{name}", title, "currency", (), _of_year(FIRST_YEAR, counted))
    months = Ref("ytd.counted_months")
    yield Line(months.line, "Closed and planned (1/0)", "flag", EACH, if_(is_compared, 1, 0), section=COUNTED)
    yield Line("ytd.months", "Months compared", "whole months", (), _of_year(FIRST_YEAR, months))
    change, before = Ref("ytd.change"), Ref("ytd.planned")
    yield Line(change.line, "Measured less planned", "currency", (), Ref("ytd.measured") - before)
    yield Line(
        "ytd.percent", "Measured less planned, relative", "ratio", (), if_(eq(before, 0), BLANK, change / before)
    )
    judged = if_(eq(Ref("ytd.months"), 0), BLANK, verdict(change, before))
    yield Line("ytd.verdict", "Verdict", "text", (), judged)


def _of_year(year: Expr, body: Ref) -> Expr:
    """Return the sum of a figure of measured months over those of a fiscal year."""
    return SumWhere(MEASURED_MONTH, Ref("measured.fiscal_year"), (year,), body)


@OUTLOOK
def _outlook(has_budget_rows: bool) -> Iterator[Line]:
    year = Ref("year.number")
    measured, planned = Ref("outlook.measured"), Ref("outlook.planned")
    yield Line(measured.line, "Measured cost", "currency", YEARS, _of_year(year, Ref("measured.closed_cost")))
    yield Line(planned.line, "Planned cost", "currency", YEARS, _planned_in(year, Ref("outlook.planned_cost")))
    closed, to_come = Ref("outlook.measured_months"), Ref("outlook.planned_months")
    yield Line(closed.line, "Months measured", "whole months", YEARS, _of_year(year, Ref("closed.is_cost")))
    yield Line(to_come.line, "Months planned", "whole months", YEARS, _planned_in(year, Ref("outlook.is_planned")))
    yield Line("outlook.months", "Months measured or planned", "whole months", YEARS, closed + to_come)
    yield from _gap(closed, to_come)
    cost = if_(Ref("outlook.gap") > 0, BLANK, measured + planned)
    yield Line("outlook.cost", "Outlook", "currency", YEARS, cost)
    has_none, whole_year = _budget(has_budget_rows)
    months = Ref("outlook.months") / MONTHS_PER_YEAR
    yield Line("outlook.budget", "Budget", "currency", YEARS, if_(has_none, BLANK, whole_year * months))
    left = any_of(is_blank(Ref("outlook.cost")), is_blank(Ref("outlook.budget")))
    rest = if_(left, BLANK, Ref("outlook.budget") - Ref("outlook.cost"))
    yield Line("outlook.left", "Budget variance", "currency", YEARS, rest)
    yearly = if_(eq(closed, 0), BLANK, MONTHS_PER_YEAR * measured / closed)
    yield Line("outlook.run_rate", "Annualised run rate", "currency", YEARS, yearly)
    yield from _told(closed)


@COUNTED
def _told(closed: Expr) -> Iterator[Line]:
    """A year without a measured month is told by the plan alone, as far as the plan reaches into it."""
    for name, title, planned in (
        ("cost", "Outlook, or cost planned", "cost.year"),
        ("budget", "Budget of outlook, or of plan", "budget.year"),
        ("left", "Budget variance of outlook, or of plan", "budget.left"),
    ):
        told = if_(closed > 0, Ref(f"outlook.{name}"), Ref(planned))
        yield Line(f"outlook.year_{name}", title, "currency", YEARS, told)


def _planned_in(year: Expr, body: Ref) -> Expr:
    return SumWhere("month", Ref("time.fiscal_year"), (year,), body)


def _budget(has_rows: bool) -> tuple[Expr, Expr]:
    """Return whether a fiscal year has no budget, and the budget of all its months."""
    if has_rows:
        return eq(Ref("budget.is_given"), 0), Ref("budget.whole_year")
    return is_blank(setting("budget")), setting("budget")


@COUNTED
def _gap(closed: Expr, to_come: Expr) -> Iterator[Line]:
    """Measured months of a year are before its planned ones, so the first of the year is measured if any is."""
    end, first = Ref("outlook.last_month"), Ref("outlook.first_month")
    of_first_year = (Ref("year.number") - FIRST_YEAR) * MONTHS_PER_YEAR
    yield Line(end.line, "Last month of year", "month", YEARS, of_first_year + (MONTHS_PER_YEAR - 1) - _IN_YEAR)
    opens = if_(is_blank(COSTED), Number(0), COSTED + _ONE)
    planned = largest(end - (MONTHS_PER_YEAR - 1), opens, 0)
    measured = _of_year(Ref("year.number"), Ref("outlook.first_of_year"))
    start = if_(closed > 0, measured, if_(to_come > 0, planned, end - (MONTHS_PER_YEAR - 1)))
    yield Line(first.line, "First month measured or planned", "month", YEARS, start)
    missing = end - first + _ONE - Ref("outlook.months")
    yield Line("outlook.gap", "Months neither measured nor planned", "whole months", YEARS, missing, section=OUTLOOK)


@BY_MONTH
def _by_month(has_budget_rows: bool) -> Iterator[Line]:
    month = Ref("outlook.month")
    number = Sequence(month.line, 0 - _IN_YEAR)
    yield Line(month.line, "Month, from plan start", "month", EACH_MONTH, number, section=COUNTED)
    date = call("EDATE", setting("plan_start"), month)
    yield Line("outlook.month_name", "Month", "text", EACH_MONTH, month_text(date), section=COUNTED)
    is_measured = SumWhere(MEASURED_MONTH, Ref("measured.month"), (month,), Ref("closed.is_cost"))
    cost = SumWhere(MEASURED_MONTH, Ref("measured.month"), (month,), Ref("measured.closed_cost"))
    yield Line("outlook.month_measured", "Measured", "currency", EACH_MONTH, if_(is_measured > 0, cost, BLANK))
    is_outside = any_of(month < 0, month > setting("horizon_months") - _ONE)
    planned = if_(is_outside, BLANK, if_(eq(AtMonth(Ref("outlook.is_planned"), month), 0), BLANK, _cost_at(month)))
    yield Line("outlook.month_planned", "Planned", "currency", EACH_MONTH, planned)
    has_none, whole_year = _budget(has_budget_rows)
    if has_budget_rows:
        has_none, whole_year = eq(_first("budget.is_given"), 0), _first("budget.whole_year")
    budget = if_(has_none, BLANK, whole_year / MONTHS_PER_YEAR)
    yield Line("outlook.month_budget", "Budget", "currency", EACH_MONTH, budget)


def _first(line: str) -> Picked:
    """Return a figure of this fiscal year."""
    return Picked("fiscal_year", Ref(line), Number(1))


def _cost_at(month: Expr) -> Expr:
    return AtMonth(Ref("cost.total"), month)


@THIS_YEAR
def _words() -> Iterator[Line]:
    left = _first("outlook.left")
    size = if_(is_blank(left), BLANK, call("ABS", left))
    for name, title, expr in (
        ("measured", "Measured cost", _first("outlook.measured")),
        ("planned", "Planned cost", _first("outlook.planned")),
        ("cost", "Outlook", _first("outlook.cost")),
        ("left", "Size of budget variance", size),
    ):
        figure = Ref(f"outlook.this_{name}")
        yield Line(figure.line, f"{title}, this fiscal year", "currency", (), expr)
        yield from short_lines(figure, f"{title}, this fiscal year", unit="currency")
    yield from _clauses(_first("outlook.gap"), _first("outlook.measured_months"), left)
    year, missing, sums, budget = (Ref(f"outlook.words_{part}") for part in ("year", "missing", "sums", "budget"))
    words = year & ": " & if_(is_blank(missing), sums & budget, missing)
    yield Line("outlook.words", "Outlook in words", "text", (), words, section=OUTLOOK)


def _clauses(gap: Expr, closed: Expr, left: Expr) -> Iterator[Line]:
    months = _first("outlook.months")
    part = if_(all_of(eq(gap, 0), months < 12), Text(" (") & months & " of 12 months)", BLANK)
    missing = count_text(gap, "month") & if_(eq(gap, 1), " is", " are") & " neither measured nor planned"
    through = month_text(call("EDATE", setting("plan_start"), smallest(COSTED, _first("outlook.last_month"))))
    rest = Text(" to ") & Ref("outlook.words_through") & " + " & _money("planned") & " planned = " & _money("cost")
    so_far = _money("measured") & " measured" & if_(_first("outlook.planned_months") > 0, rest, BLANK)
    none = Text("no month is closed; ") & _money("planned") & " planned"
    for name, title, expr in (
        ("year", "name of year", Text("FY") & FIRST_YEAR & part),
        ("missing", "what is missing", if_(gap > 0, Text("no outlook, because ") & missing, BLANK)),
        ("through", "last month measured", if_(closed > 0, through, BLANK)),
        ("sums", "what it comes to", if_(closed > 0, so_far, none)),
        ("budget", "against the budget", _against_budget(left)),
    ):
        yield Line(f"outlook.words_{name}", f"Outlook in words: {title}", "text", (), expr)


def _money(name: str) -> Expr:
    return setting("currency") & " " & Ref(f"outlook.this_{name}_words")


def _against_budget(left: Expr) -> Expr:
    """Return what is left of the budget in words; to the cent, because a budget that is met is not exceeded."""
    off = if_(call("ROUND", left, 2) < 0, Text(" over budget"), " under budget")
    words = if_(eq(call("ROUND", left, 2), 0), Text(", on budget"), Text(", ") & _money("left") & off)
    return if_(is_blank(left), BLANK, words)
