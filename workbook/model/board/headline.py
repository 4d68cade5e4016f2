"""The headline in one sentence, and what needs attention (plan floor)."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from workbook.expr.tree import (
    BLANK,
    Expr,
    Line,
    LineKind,
    Number,
    OverTime,
    PerItem,
    Picked,
    Reduce,
    Ref,
    Section,
    Text,
    any_of,
    call,
    eq,
    if_,
    is_blank,
    largest,
    total,
)
from workbook.model.board.chart_lines import CAPACITY_CHARTS
from workbook.model.board.overview import VERDICTS
from workbook.model.demand.timing import FIRST_YEAR, SECOND_YEAR, in_year
from workbook.model.figure_text import percent_text, short_lines
from workbook.model.money.budget import month_has_none
from workbook.model.terms import setting

THIS_YEAR = Section("This fiscal year, and chart series", LineKind.WORKING)
ATTENTION_LIST = Section("Items requiring attention")

ATTENTION = ("attention",)
ACTION, NOT_ASSESSED = "ACTION", "NOT ASSESSED"
_NONE = Number(0)


def lines(tables: frozenset[str]) -> Iterator[Line]:
    """Yield this fiscal year and its budget in words, the clauses of the verdict, and what needs attention."""
    yield from _this_year(tables)
    yield from _headline()
    yield from _above_the_band()
    yield from _attention(tables)


@THIS_YEAR
def _this_year(tables: frozenset[str]) -> Iterator[Line]:
    """A fiscal year may be in the plan with a part of its months only."""
    for name, year, title in (
        ("this", FIRST_YEAR, "this fiscal year"),
        ("next", SECOND_YEAR, "the next fiscal year"),
    ):
        months = in_year(year, Ref("time.billed"))
        yield Line(f"year.{name}_months", f"Billed months, {title}", "whole months", (), months)
        counted = Ref(f"year.{name}_months")
        in_part = if_(counted < 12, Text(" (") & counted & " of 12 months)", BLANK)
        yield Line(f"year.{name}_name", f"Name of {title}", "text", (), Text("FY") & year & in_part)
    for name, title in (("this", "this fiscal year"), ("next", "the next fiscal year")):
        yield from short_lines(Ref(f"cost.{name}_year"), f"Cost, {title}", unit="currency")
    left, budget = (Picked("fiscal_year", Ref(f"budget.{name}"), Number(1)) for name in ("left", "year"))
    yield Line("budget.this_left", "Budget variance, this fiscal year", "currency", (), left)
    yield from _against(budget, ("this_left", "left_ratio", "gap", "words"), "this fiscal year")
    following = in_year(SECOND_YEAR, Ref("budget.month"))
    yield Line("budget.next_year", "Budget, next fiscal year", "currency", (), following)
    to_come = if_(Ref("budget.next_year") <= 0, BLANK, Ref("budget.next_year") - Ref("cost.next_year"))
    yield Line("budget.next_left", "Budget variance, next fiscal year", "currency", (), to_come)
    names = ("next_left", "next_ratio", "next_gap", "next_words")
    yield from _against(Ref("budget.next_year"), names, "next fiscal year")
    left_over = Ref("budget.left")
    # A budget that is met to the cent is not exceeded, whatever the last digit says.
    over = if_(is_blank(left_over), 0, if_(call("ROUND", left_over, 2) < 0, 1, 0))
    yield Line("budget.is_over", "Over budget (1/0)", "flag", ("fiscal_year",), over)
    monthly = if_(month_has_none(tables), BLANK, Ref("budget.month"))
    yield Line("limit.budget", "Monthly budget", "currency", ("month",), monthly, over_time=OverTime.NONE)


def _against(budget: Expr, names: tuple[str, str, str, str], title: str) -> Iterator[Line]:
    """Yield what is left of a year's budget as a share of it, its size, and both in words; blank without a budget."""
    left, share, size, words = (Ref(f"budget.{name}") for name in names)
    ratio = if_(is_blank(left), BLANK, if_(budget <= 0, BLANK, left / budget))
    yield Line(share.line, f"Budget variance %, {title}", "ratio", (), ratio)
    is_exceeded = call("ROUND", left, 2) < 0
    gap = if_(is_blank(share), BLANK, if_(is_exceeded, -share, largest(0, share)))
    yield Line(size.line, f"Size of budget variance, {title}", "ratio", (), gap)
    part = percent_text(size) & if_(is_exceeded, " over budget", " under budget")
    word = if_(is_exceeded, "over budget", "within budget")
    said = if_(is_blank(left), BLANK, if_(is_blank(share), word, part))
    yield Line(words.line, f"Budget variance, {title}: label text", "text", (), said)


@VERDICTS
def _headline() -> Iterator[Line]:
    """The clauses of the verdict: what runs out when, and what it costs."""
    first, exhausted = Ref("exhaustion.first_date"), Ref("exhaustion.count")
    count, name = Ref("components.count"), Ref("summary.first")
    of_first = Picked("decision", Ref("decision.component"), Number(1))
    yield Line(name.line, "First component to order", "text", (), if_(is_blank(first), BLANK, of_first))
    alone = name & " needs more nodes from " & Ref("exhaustion.first_words")
    yield Line("summary.alone", "First shortfall: label text", "text", (), if_(is_blank(first), BLANK, alone))
    every = if_(eq(count, 2), "Both", Text("All ") & count)
    who = if_(exhausted >= count, every, exhausted & " of " & count)
    yield Line("summary.who", "Share of components with a shortfall: label text", "text", (), who)
    begins = Text(", starting with ") & name & " in " & Ref("exhaustion.first_words")
    many = Ref("summary.who") & " components need more nodes by " & Ref("horizon.words") & begins
    outgrows = if_(exhausted > 1, many, Ref("summary.alone"))
    yield Line("summary.outgrows", "Components with a shortfall", "text", (), if_(is_blank(first), BLANK, outgrows))
    suffices = Text("Current capacity is sufficient through ") & Ref("horizon.words")
    runs_out = if_(is_blank(first), suffices, Ref("summary.outgrows"))
    yield Line("summary.runs_out", "Capacity verdict", "text", (), runs_out)
    yield Line("summary.cost", "Cost statement", "text", (), _cost_words())


def _cost_words() -> Expr:
    this = Ref("year.this_name") & " costs " & setting("currency") & " " & Ref("cost.this_year_words")
    budget = if_(is_blank(Ref("budget.words")), BLANK, Text(" (") & Ref("budget.words") & ")")
    following = Text(", ") & Ref("year.next_name") & " " & setting("currency") & " " & Ref("cost.next_year_words")
    after = Ref("budget.next_words")
    following = following & if_(is_blank(after), BLANK, Text(" (") & after & ")")
    return this & budget & if_(eq(Ref("year.next_months"), 0), BLANK, following)


@CAPACITY_CHARTS
def _above_the_band() -> Iterator[Line]:
    above = any_of(eq(Ref("band.cpu"), "above"), eq(Ref("band.memory"), "above"))
    yield Line("band.is_above", "Above band in Review month (1/0)", "flag", ("component",), if_(above, 1, 0))


@ATTENTION_LIST
def _attention(tables: frozenset[str]) -> Iterator[Line]:
    """What a reader should look at, counted; none of it makes a check fail but the checks themselves."""
    has_claims = "claims" in tables
    differ = _missed("claim", "claim.reproduces") if has_claims else _NONE
    counts = ((watched.title, differ if watched.count is None else watched.count) for watched in WATCHED)
    yield Line("attention.count", "Count", "checks", ATTENTION, PerItem("attention", tuple(counts)))
    words = PerItem("attention", tuple((watched.title, Text(watched.word)) for watched in WATCHED))
    good = PerItem("attention", tuple((watched.title, _good(watched)) for watched in WATCHED))
    status = if_(Ref("attention.count") > 0, words, good)
    yield Line("attention.status", "Status", "text", ATTENTION, status)


def _good(watched: Watched) -> Expr:
    """Return the status of what has no count: fine, unless there was nothing to count."""
    return Text("OK") if watched.is_unknown is None else if_(watched.is_unknown, NOT_ASSESSED, "OK")


def _not_assessed() -> Expr:
    """Count the rows that are neither met nor missed."""
    return _missed("resilience", "availability.met") - total("resilience", "availability.missed")


def _missed(over: str, line: str) -> Expr:
    return Reduce("COUNT", over, Ref(line)) - Reduce("SUM", over, Ref(line))


class Watched(Struct, frozen=True):
    """Something that may need attention: its title, the line that shows it, how many, and its status if there are any.

    No count where a plan may have no such line.
    """

    title: str
    line: str
    count: Expr | None
    word: str = "REVIEW"
    is_unknown: Expr | None = None
    """Whether there is nothing to count: none is not good news then."""


def _watched() -> tuple[Watched, ...]:
    missed, at_risk = (Reduce("MAX", "month", Ref(f"service.{name}")) for name in ("missed", "at_risk"))
    over, has_no_budget = total("fiscal_year", "budget.is_over"), Reduce("COUNT", "fiscal_year", Ref("budget.left")) < 1
    targets, commitments = total("resilience", "availability.missed"), total("availability", "availability.broken")
    return (
        Watched("Failed checks", "checks.failed", Ref("checks.failed"), ACTION),
        Watched("Overdue orders", "order_by.overdue", total("component", "order.is_overdue"), ACTION),
        Watched("Availability targets missed", "availability.missed", targets, ACTION),
        Watched("Availability commitments missed", "availability.broken", commitments, ACTION),
        Watched("Latency objectives missed, worst month", "service.misses", missed, ACTION),
        Watched("Fiscal years over budget", "budget.left", over, ACTION, has_no_budget),
        Watched("Input conflicts", "contradictions.count", Ref("contradictions.count")),
        Watched("Claims that do not reconcile", "claims.count", None),
        Watched("Current node counts assumed", "nodes.is_assumed", total("component", "nodes.is_assumed")),
        Watched("Latency objectives at risk, worst month", "service.status", at_risk),
        Watched("Components above utilisation band", "band.cpu", total("component", "band.is_above")),
        Watched("Availability targets not assessed", "availability.verdict", _not_assessed(), NOT_ASSESSED),
    )


WATCHED = _watched()
