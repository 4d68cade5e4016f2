"""Insights: the figures and texts behind the tiles and the titles of charts (plan floor).

An insight is a figure now, the same figure later, and the text around the two: its title is what a chart says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

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
from workbook.model.figure_text import month_text, multiple_text, percent_text, short_lines
from workbook.model.terms import setting

INSIGHTS = Section("Key insights", LineKind.WORKING)

FINDING = ("finding",)
_START, _YES = Number(0), Number(1)
_HORIZON = setting("horizon_months")
_NONE = Text("")
_WORDS = {"lead": "Prefix", "middle": "Infix", "tail": "Suffix", "note": "Note"}


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
    InsightId.AFTER_LOSS: "Utilisation after a failure",
    InsightId.LATE: "Late responses",
    InsightId.YEAR_COST: "Cost of fiscal year",
    InsightId.PLAN_COST: "Total cost over horizon",
    InsightId.USER_COST: "Cost per user",
}


class Insight(Struct, frozen=True):
    """A figure now and later, and the text around them: lead, now, middle, then, its growth, tail, note."""

    now: Expr
    then: Expr
    lead: Expr
    middle: Expr
    tail: Expr
    grows: Expr = _YES
    """1 where growth from now to then means something, else 0."""
    note: Expr = _NONE
    size: Expr = _NONE
    """The unit of a size, GB or GiB; blank for any other figure."""


@INSIGHTS
def lines() -> Iterator[Line]:
    """Yield the insights' figures and texts row by row, and the titles that they make."""
    entries = _entries()
    for name, title in (("now", "Now"), ("then", "Later"), ("grows", "Growth applies (1/0)")):
        parts = {item: getattr(entry, name) for item, entry in entries.items()}
        yield Line(f"finding.{name}", title, "flag" if name == "grows" else "mixed", FINDING, _per_finding(parts))
    for name, title in _WORDS.items():
        parts = {item: getattr(entry, name) for item, entry in entries.items()}
        yield Line(f"finding.{name}", title, "text", FINDING, _per_finding(parts))
    now, then, change = Ref("finding.now"), Ref("finding.then"), Ref("finding.change")
    size, step = Ref("finding.size"), Ref("finding.step")
    sizes = {item: entry.size for item, entry in entries.items()}
    yield Line(size.line, "Unit of size", "text", FINDING, _per_finding(sizes))
    yield Line(step.line, "Step between units of size", "whole", FINDING, if_(eq(size, "GiB"), 1024, 1000))
    for line, title in ((now, "Now"), (then, "Later")):
        yield from short_lines(line, title, FINDING, size=(size, step))
    is_missing = any_of(is_blank(now), is_blank(then), eq(Ref("finding.grows"), 0))
    # A blank is a text in a sheet, so it is asked for before anything is compared with it.
    grown = if_(is_missing, BLANK, if_(now <= 0, BLANK, call("ROUND", then / now - 1, 12)))
    yield Line("finding.change", "Change", "ratio", FINDING, grown)
    # Tenfold and more is read as a multiple.
    multiple = if_(is_blank(change), BLANK, multiple_text(change + 1))
    yield Line("finding.multiple", "Change: multiple", "text", FINDING, multiple)
    grown_by = if_(is_blank(change), BLANK, if_(change > 0, "+", BLANK) & percent_text(change))
    yield Line("finding.percent", "Change: percentage", "text", FINDING, grown_by)
    shown = if_(is_blank(change), BLANK, if_(change >= 9, Ref("finding.multiple"), Ref("finding.percent")))
    yield Line("finding.change_words", "Change: text", "text", FINDING, shown)
    yield Line("finding.title", "Insight", "text", FINDING, _title())


def _entries() -> dict[InsightId, Insight]:
    by_horizon = Text(" by ") & Ref("horizon.words")
    return {**_of_demand(by_horizon), **_of_resources(by_horizon), **_of_use(), **_of_cost()}


def _of_demand(by_horizon: Expr) -> dict[InsightId, Insight]:
    least = Ref("service.stands_least")
    where = Ref("service.stands_binding") & ", " & Ref("service.stands_month_words")
    words = Text("; sustainable load is at least ") & Ref("service.stands_least_words") & " peak (" & where & ")"
    enough = if_(is_blank(least), BLANK, words)
    requests = _grown("demand.total", "Peak requests per second", by_horizon)
    return {
        InsightId.USERS: _grown("users.all", "Users", by_horizon),
        InsightId.REQUESTS: replace(requests, note=enough),
    }


def _grown(line: str, lead: str, tail: Expr, *, unit: str = "", size: Expr = _NONE) -> Insight:
    now, then = AtMonth(Ref(line), _START), AtMonth(Ref(line), _HORIZON)
    return Insight(now, then, Text(f"{lead}: "), Text(f"{unit} now, "), tail, size=size)


def _of_resources(by_horizon: Expr) -> dict[InsightId, Insight]:
    first = Ref("exhaustion.first_date")
    today = total("component", "nodes.today")
    nodes = if_(is_blank(first), " today, sufficient; ", Text(" today, short from ") & month_text(first) & "; ")
    at_horizon = AtMonth(Ref("nodes.total"), _HORIZON)
    memory = if_(setting("memory_unit_base") > Number(1000, "MB/GB"), "GiB", "GB")
    return {
        InsightId.CPU: _grown("cpu.required", "CPU required", by_horizon, unit=" cores"),
        InsightId.MEMORY: _grown("memory.required", "Memory required", by_horizon, size=memory),
        InsightId.STORAGE: _grown("storage.provisioned_total", "Storage", by_horizon, size=Text("GB")),
        InsightId.NODES: Insight(today, at_horizon, Text("Nodes: "), nodes, Text(" planned") & by_horizon),
    }


def _of_use() -> dict[InsightId, Insight]:
    cpu, memory, loss, cpu_loss, memory_loss = (
        Reduce("MAX", "month", Ref(f"utilisation.{name}_highest"))
        for name in ("cpu", "memory", "loss", "cpu_loss", "memory_loss")
    )
    fuller = if_(_whole_percent(memory_loss) >= _whole_percent(cpu_loss), "% (memory", "% (CPU")
    met, count = Ref("service.met"), Reduce("COUNT", "objective", Ref("objective.allowed"))
    low, high = percent_text(setting("utilisation_low")), percent_text(setting("utilisation_high"))
    return {
        InsightId.UTILISATION: Insight(
            _whole_percent(cpu),
            _whole_percent(memory),
            Text("Peak utilisation: CPU "),
            Text("%, memory "),
            Text("%; band ") & low & " to " & high,
            _START,
        ),
        InsightId.AFTER_LOSS: Insight(
            _whole_percent(AtMonth(Ref("utilisation.loss_highest"), _START)),
            _whole_percent(loss),
            Text("Utilisation after a failure: "),
            Text("% now, peak "),
            fuller & "); upper limit " & high,
            _START,
        ),
        InsightId.LATE: Insight(
            AtMonth(met, _START),
            Reduce("MIN", "month", met),
            Text("Latency objectives met: "),
            Text(" of ") & count & " now, ",
            Text(" in the worst month (estimate)"),
            _START,
        ),
    }


def _whole_percent(ratio: Expr) -> Expr:
    return call("ROUND", 100 * ratio, 0)


def _of_cost() -> dict[InsightId, Insight]:
    months, has_no_next = Ref("year.this_months"), eq(Ref("year.next_months"), 0)
    money = setting("currency") & " "
    are_whole = all_of(eq(months, 12), eq(Ref("year.next_months"), 12))
    has_none = is_blank(Ref("budget.words"))
    within = if_(has_none, ", ", Text(", ") & Ref("budget.words") & "; ")
    after = if_(is_blank(Ref("budget.next_words")), BLANK, Text(", ") & Ref("budget.next_words"))
    alone = if_(has_none, BLANK, Text(", ") & Ref("budget.words"))
    last = AtMonth(Ref("budget.cumulative"), _HORIZON)
    has_no_last = is_blank(last)
    per_user, last_billed = Ref("cost.per_user"), _HORIZON - 1
    return {
        InsightId.YEAR_COST: Insight(
            Ref("cost.this_year"),
            if_(has_no_next, BLANK, Ref("cost.next_year")),
            Text("Cost: ") & money,
            Text(" in ") & Ref("year.this_name") & if_(has_no_next, alone, within & money),
            if_(has_no_next, BLANK, Text(" in ") & Ref("year.next_name") & after),
            if_(are_whole, 1, 0),
        ),
        InsightId.PLAN_COST: Insight(
            Ref("cost.horizon"),
            if_(has_no_last, BLANK, last),
            Text("Total cost: ") & money,
            if_(has_no_last, BLANK, Text(", budget ") & money),
            _NONE,
            _START,
        ),
        InsightId.USER_COST: Insight(
            AtMonth(per_user, _START),
            AtMonth(per_user, last_billed),
            Text("Monthly cost per user: ") & money,
            Text(" now, ") & money,
            Text(" in ") & month_text(AtMonth(Ref("time.date"), last_billed)),
        ),
    }


def _per_finding(parts: Mapping[InsightId, Expr]) -> PerItem:
    return PerItem("finding", tuple((TITLES[insight], parts[insight]) for insight in InsightId))


def _title() -> Expr:
    change = Ref("finding.change_words")
    words = Ref("finding.lead") & Ref("finding.now_words") & Ref("finding.middle") & Ref("finding.then_words")
    grown = if_(is_blank(change), BLANK, Text(" (") & change & ")")
    return words & grown & Ref("finding.tail") & Ref("finding.note")
