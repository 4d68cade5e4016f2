"""Findings: the figures and the words behind the tiles and the titles of charts (plan floor).

A finding is a figure now, the same figure later, and the words around the two: its title is what a chart says. Figures
are shortened as 97.3 k and 1.25 M, because a text has no number format that every locale reads alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from workbook.expr.tree import (
    BLANK,
    AtMonth,
    Expr,
    Line,
    LineKind,
    Number,
    PerItem,
    Reduce,
    Ref,
    Section,
    Text,
    all_of,
    any_of,
    call,
    eq,
    if_,
    is_blank,
    total,
)
from workbook.model.terms import setting, year_month

INSIGHTS = Section("Findings of the charts", LineKind.WORKING)

FINDING = ("finding",)
_START, _YES = Number(0), Number(1)
_HORIZON = setting("horizon_months")
_NONE = Text("")
_MANY = Number(1000) * 1000
"""A multiple that needs no more digits."""
_WORDS = {"lead": "Words before", "middle": "Words between", "tail": "Words after", "note": "Note"}


class InsightId(StrEnum):
    """Which insight; what it is called is another matter."""

    USERS = "users"
    REQUESTS = "requests"
    CPU = "cpu"
    MEMORY = "memory"
    STORAGE = "storage"
    NODES = "nodes"
    UTILISATION = "utilisation"
    AFTER_LOSS = "after_loss"
    LATE = "late"
    YEAR_COST = "year_cost"
    PLAN_COST = "plan_cost"
    USER_COST = "user_cost"

    @property
    def row(self) -> int:
        """Its place among all of them."""
        return tuple(InsightId).index(self)


TITLES: Mapping[InsightId, str] = {
    InsightId.USERS: "Users",
    InsightId.REQUESTS: "Peak requests per second",
    InsightId.CPU: "CPU required",
    InsightId.MEMORY: "Memory required",
    InsightId.STORAGE: "Storage",
    InsightId.NODES: "Nodes",
    InsightId.UTILISATION: "Utilisation",
    InsightId.AFTER_LOSS: "After a loss",
    InsightId.LATE: "Late responses",
    InsightId.YEAR_COST: "Cost of the fiscal year",
    InsightId.PLAN_COST: "Cost of the whole plan",
    InsightId.USER_COST: "Cost per user",
}


@dataclass(frozen=True, slots=True)
class Insight:
    """A figure now and later, and the words around them: lead, now, middle, then, its growth, tail, note."""

    now: Expr
    then: Expr
    lead: Expr
    middle: Expr
    tail: Expr
    grows: Expr = _YES
    """1 where growth from now to then means something, else 0."""
    note: Expr = _NONE


@INSIGHTS
def lines() -> Iterator[Line]:
    """Yield the findings' figures and words row by row, and the titles that they make."""
    entries = _entries()
    for name, title in (("now", "Now"), ("then", "Later"), ("grows", "Growth means something (1/0)")):
        parts = {item: getattr(entry, name) for item, entry in entries.items()}
        yield Line(f"finding.{name}", title, "flag" if name == "grows" else "mixed", FINDING, _per_finding(parts))
    for name, title in _WORDS.items():
        parts = {item: getattr(entry, name) for item, entry in entries.items()}
        yield Line(f"finding.{name}", title, "text", FINDING, _per_finding(parts))
    now, then, change = Ref("finding.now"), Ref("finding.then"), Ref("finding.change")
    for line, title in ((now, "Now"), (then, "Later")):
        yield from short(line, title, FINDING)
    is_missing = any_of(is_blank(now), is_blank(then), eq(Ref("finding.grows"), 0))
    # A blank is a text in a sheet, so it is asked for before anything is compared with it.
    grown = if_(is_missing, BLANK, if_(now <= 0, BLANK, call("ROUND", then / now - 1, 12)))
    yield Line("finding.change", "Change", "ratio", FINDING, grown)
    # Tenfold and more is read as a multiple.
    multiple = if_(change >= _MANY, Text("more than ×") & _MANY, Text("×") & call("ROUND", change + 1, 0))
    signed = if_(change >= 9, multiple, if_(change > 0, "+", BLANK) & percent(change))
    yield Line("finding.change_words", "Change, in words", "text", FINDING, if_(is_blank(change), BLANK, signed))
    yield Line("finding.title", "Finding", "text", FINDING, _title())


def short(figure: Ref, title: str, foreach: tuple[str, ...] = (), unit: str = "") -> Iterator[Line]:
    """Yield a figure in few digits, `…_words`, and the lines it is made of: 0.00213, 0.213, 13, 97.3 k, 1.25 M.

    What would need an exponent is written as a bound: programs write exponents in different ways. A blank is nothing.
    """
    one, thousand, tiny = Number(1, unit), Number(1000, unit), Number(1, unit) / 100 / 100
    scale, digits, suffix = (Ref(f"{figure.line}_{part}") for part in ("scale", "digits", "suffix"))

    def line(of: Ref, words: str, kind: str, expr: Expr) -> Line:
        return Line(of.line, f"{title}, {words}", kind, foreach, if_(is_blank(figure), BLANK, expr))

    # A figure that rounds to a thousand thousands is a million.
    in_millions = call("ROUND", figure / 1000, 1) >= thousand
    yield line(scale, "scale", "whole", if_(in_millions, Number(1000) * 1000, if_(figure >= thousand, 1000, 1)))
    # Two digits; one of thousands, three below 1, five below a hundredth.
    fewer = if_(scale > 1000, 0, if_(scale > 1, 1, 0))
    yield line(digits, "decimals", "whole", 2 - fewer + if_(figure >= one, 0, 1) + if_(figure * 100 >= one, 0, 2))
    yield line(suffix, "suffix", "text", if_(scale > 1000, " M", if_(scale > 1, " k", BLANK)))
    written = call("ROUND", figure / scale, digits) & suffix
    bounded = if_(figure >= thousand * 1000 * 1000 * 1000 * 1000, "over 1000000000 M", written)
    small = if_(all_of(figure > 0, figure < tiny), "below 0.0001", bounded)
    yield line(Ref(f"{figure.line}_words"), "in words", "text", small)


def percent(ratio: Expr) -> Expr:
    """Write a ratio as a whole percentage."""
    return if_(ratio >= _MANY, Text("over ") & 100 * _MANY & " %", call("ROUND", 100 * ratio, 0) & " %")


def _entries() -> dict[InsightId, Insight]:
    by_horizon = Text(" by ") & Ref("horizon.words")
    return {**_of_demand(by_horizon), **_of_resources(by_horizon), **_of_use(), **_of_cost()}


def _of_demand(by_horizon: Expr) -> dict[InsightId, Insight]:
    least = Ref("service.stands_least")
    where = Ref("service.stands_binding") & ", " & Ref("service.stands_month_words")
    times = if_(least >= _MANY, Text("over ") & _MANY, Text("at least ") & call("ROUND", least, 1))
    words = Text("; the planned nodes carry ") & times & " times the peak of the month (" & where & ")"
    enough = if_(is_blank(least), BLANK, words)
    requests = _grown("demand.total", "Requests a second at peak", by_horizon)
    return {
        InsightId.USERS: _grown("users.all", "Users", by_horizon),
        InsightId.REQUESTS: replace(requests, note=enough),
    }


def _grown(line: str, lead: str, tail: Expr, unit: Expr = _NONE) -> Insight:
    now, then = AtMonth(Ref(line), _START), AtMonth(Ref(line), _HORIZON)
    return Insight(now, then, Text(f"{lead}: "), Text(" now, ") if unit == _NONE else unit & " now, ", tail)


def _of_resources(by_horizon: Expr) -> dict[InsightId, Insight]:
    first = Ref("exhaustion.first_date")
    fall_short = Text(" fall short from ") & year_month(first) & ", the plan has "
    today = total("component", "nodes.today")
    nodes = if_(is_blank(first), " suffice, the plan has ", fall_short)
    at_horizon = AtMonth(Ref("nodes.total"), _HORIZON)
    memory = if_(setting("memory_unit_base") > Number(1000, "MB/GB"), " GiB", " GB")
    return {
        InsightId.CPU: _grown("cpu.required", "CPU required", by_horizon, Text(" cores")),
        InsightId.MEMORY: _grown("memory.required", "Memory required", by_horizon, memory),
        InsightId.STORAGE: _grown("storage.provisioned_total", "Storage", by_horizon, Text(" GB")),
        InsightId.NODES: Insight(today, at_horizon, Text("Nodes: today's "), nodes, by_horizon),
    }


def _of_use() -> dict[InsightId, Insight]:
    cpu, memory, loss, cpu_loss, memory_loss = (
        Reduce("MAX", "month", Ref(f"utilisation.{name}_highest"))
        for name in ("cpu", "memory", "loss", "cpu_loss", "memory_loss")
    )
    fuller = if_(_whole_percent(memory_loss) >= _whole_percent(cpu_loss), " % (memory", " % (CPU")
    met, count = Ref("service.met"), Reduce("COUNT", "objective", Ref("objective.allowed"))
    band = Text(" %; the band is ") & percent(setting("utilisation_low")) & " to "
    ends = fuller & "); the band ends at " & percent(setting("utilisation_high"))
    return {
        InsightId.UTILISATION: Insight(
            _whole_percent(cpu),
            _whole_percent(memory),
            Text("Utilisation: CPU at most "),
            Text(" %, memory "),
            band & percent(setting("utilisation_high")),
            _START,
        ),
        InsightId.AFTER_LOSS: Insight(
            _whole_percent(AtMonth(Ref("utilisation.loss_highest"), _START)),
            _whole_percent(loss),
            Text("Utilisation after the loss to survive: "),
            Text(" % now, at most "),
            ends,
            _START,
        ),
        InsightId.LATE: Insight(
            AtMonth(met, _START),
            Reduce("MIN", "month", met),
            Text("Latency objectives met: "),
            Text(" of ") & count & " now, ",
            Text(" in the worst month, by an estimate"),
            _START,
        ),
    }


def _whole_percent(ratio: Expr) -> Expr:
    return call("ROUND", 100 * ratio, 0)


def _of_cost() -> dict[InsightId, Insight]:
    currency = setting("currency")
    months, has_no_next = Ref("year.this_months"), eq(Ref("year.next_months"), 0)
    year = if_(
        months < 12,
        Text(" in ") & months & if_(eq(months, 1), " month", " months") & " of this fiscal year",
        " this fiscal year",
    )
    are_whole = all_of(eq(months, 12), eq(Ref("year.next_months"), 12))
    has_none = is_blank(Ref("budget.words"))
    last = AtMonth(Ref("budget.cumulative"), _HORIZON)
    has_no_last = is_blank(last)
    per_user, last_billed = Ref("cost.per_user"), _HORIZON - 1
    unit = Text(" ") & currency
    return {
        InsightId.YEAR_COST: Insight(
            Ref("cost.this_year"),
            if_(has_no_next, BLANK, Ref("cost.next_year")),
            Text("Cost: "),
            unit & year & if_(has_no_next, BLANK, ", "),
            if_(has_no_next, BLANK, " the next") & if_(has_none, BLANK, Text("; ") & Ref("budget.words")),
            if_(are_whole, 1, 0),
        ),
        InsightId.PLAN_COST: Insight(
            Ref("cost.horizon"),
            if_(has_no_last, BLANK, last),
            Text("Cost of the whole plan: "),
            unit & if_(has_no_last, BLANK, ", its budget "),
            _NONE,
            _START,
        ),
        InsightId.USER_COST: Insight(
            AtMonth(per_user, _START),
            AtMonth(per_user, last_billed),
            Text("Cost per user: "),
            unit & " a month now, ",
            Text(" in ") & year_month(AtMonth(Ref("time.date"), last_billed)),
        ),
    }


def _per_finding(parts: Mapping[InsightId, Expr]) -> PerItem:
    return PerItem("finding", tuple((TITLES[insight], parts[insight]) for insight in InsightId))


def _title() -> Expr:
    change = Ref("finding.change_words")
    words = Ref("finding.lead") & Ref("finding.now_words") & Ref("finding.middle") & Ref("finding.then_words")
    grown = if_(is_blank(change), BLANK, Text(" (") & change & ")")
    return words & grown & Ref("finding.tail") & Ref("finding.note")
