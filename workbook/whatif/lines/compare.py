"""What each scenario comes to, and by how much it differs from Base (many floor; help: planning, Scenarios).

The figures are those of the scenario's block of cases, live: whichever scenario is active, all of them are there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from workbook.expr.tree import (
    BLANK,
    AsOfRun,
    AtMonth,
    Expr,
    Label,
    Line,
    LineKind,
    Number,
    PerItem,
    Picked,
    Position,
    Reduce,
    Ref,
    Section,
    Sequence,
    Text,
    any_of,
    eq,
    if_,
    is_blank,
)
from workbook.model.demand.timing import FIRST_YEAR, months_between
from workbook.model.figure_text import short_lines
from workbook.model.terms import setting
from workbook.whatif.lines.cases import IS_ACTIVE, ROW, case_id

COMPARE = Section("Scenarios side by side")
CHANGES = Section("Change against Base")
STEPS = Section("Comparison in words", LineKind.WORKING)

OVER = "scenario"
EACH = (OVER,)
BASE = "Base"
NAME, BASE_ROW = Ref("compare.name"), Ref("compare.base_row")

FIGURES: Mapping[str, tuple[str, str]] = {
    "cost_year": ("Cost, this fiscal year", "currency"),
    "cost_next": ("Cost, next fiscal year", "currency"),
    "cost_plan": ("Cost, whole plan", "currency"),
    "npv": ("Net present value of cost", "currency"),
    "budget_left": ("Budget variance, this fiscal year", "currency"),
    "users": ("Users at end of horizon", "users"),
    "nodes_12": ("Nodes in 12 months", "nodes"),
    "nodes_24": ("Nodes in 24 months", "nodes"),
    "nodes_horizon": ("Nodes at end of horizon", "nodes"),
    "exhaustion": ("First shortfall", "date"),
    "first": ("First component short", "text"),
    "order_by": ("First order due", "date"),
}
"""What is compared, with title and unit."""
CHANGED = tuple(name for name, (_, unit) in FIGURES.items() if unit != "text")
SAID = ("cost_year", "cost_plan", "nodes_horizon")
"""The figures whose lowest and highest scenario are told in words."""


def lines(scenarios: tuple[str, ...], years: int, *, has_outlook: bool, is_live: bool) -> Iterator[Line]:
    """Yield what is compared; not `is_live`, the figures are plain values as of the run."""
    yield Line(NAME.line, "Scenario", "text", EACH, Label(OVER) & "", section=STEPS)
    yield Line(ROW, "Row of scenario", "row", EACH, Sequence(ROW, Number(1)), section=STEPS)
    active = if_(eq(Ref(ROW), Ref("scenario.position")), 1, 0)
    yield Line(IS_ACTIVE, "Active (1/0)", "flag", EACH, active, section=STEPS)
    state = if_(eq(Ref(IS_ACTIVE), 1), "active", BLANK)
    yield Line("compare.state", "State", "text", EACH, state, section=COMPARE)
    measure = _measures(years, has_outlook=has_outlook)
    for name, (title, unit) in FIGURES.items():
        expr = (
            PerItem(OVER, tuple((one, measure[name](one)) for one in scenarios)) if is_live else AsOfRun(figure(name))
        )
        yield Line(figure(name), title, unit, EACH, expr, section=COMPARE)
    yield from _changes()
    yield from _words()


def figure(name: str) -> str:
    """Return the id of the line of a figure that is compared."""
    return f"compare.{name}"


def _measures(years: int, *, has_outlook: bool) -> Mapping[str, Callable[[str], Expr]]:
    """Return how each figure is taken from the block of a scenario."""

    def of(line: str) -> Callable[[str], Ref]:
        return lambda scenario: Ref(case_id(scenario, line))

    def in_year(line: str, place: int) -> Callable[[str], Expr]:
        body = of(line)
        return lambda scenario: Picked("fiscal_year", body(scenario), Number(place)) if place <= years else BLANK

    def at(line: str, month: Expr) -> Callable[[str], Expr]:
        body, horizon = of(line), setting("horizon_months")
        return lambda scenario: if_(month > horizon, BLANK, AtMonth(body(scenario), month))

    horizon, shortfall = setting("horizon_months"), of("exhaustion.first_date")
    first = of("decision.component")
    return {
        "cost_year": in_year("cost.year", 1),
        "cost_next": in_year("cost.year", 2),
        "cost_plan": of("cost.horizon"),
        "npv": of("cost.npv"),
        "budget_left": in_year("outlook.left" if has_outlook else "budget.left", 1),
        "users": lambda scenario: AtMonth(of("users.all")(scenario), horizon),
        "nodes_12": at("nodes.total", Number(12)),
        "nodes_24": at("nodes.total", Number(24)),
        "nodes_horizon": lambda scenario: AtMonth(of("nodes.total")(scenario), horizon),
        "exhaustion": shortfall,
        "first": lambda one: if_(is_blank(shortfall(one)), BLANK, Picked("decision", first(one), Number(1))),
        "order_by": of("order_by.first_date"),
    }


@CHANGES
def _changes() -> Iterator[Line]:
    """Yield each figure less that of Base, dates in months."""
    yield Line(BASE_ROW.line, "Row of Base", "row", (), Position("scenarios", Text(BASE)), section=STEPS)
    for name in CHANGED:
        title, unit = FIGURES[name]
        own = Ref(figure(name))
        base = Picked(OVER, own, BASE_ROW)
        change = months_between(base, own) if unit == "date" else own - base
        unit = "whole months" if unit == "date" else unit
        either = if_(any_of(is_blank(own), is_blank(base)), BLANK, change)
        yield Line(f"compare.{name}_change", f"{title}: change", unit, EACH, either)


@STEPS
def _words() -> Iterator[Line]:
    """Yield the sentences that name the lowest and the highest scenario of a figure."""
    for name in SAID:
        title, unit = FIGURES[name]
        own = Ref(figure(name))
        for end, function, word in (("low", "MIN", "lowest"), ("high", "MAX", "highest")):
            extreme, row = Ref(f"compare.{name}_{end}"), Ref(f"compare.{name}_{end}_row")
            yield Line(extreme.line, f"{title}: {word}", unit, (), Reduce(function, OVER, own))
            at_end = own <= extreme if end == "low" else own >= extreme
            yield Line(row.line, f"{title}: row of {word}", "row", EACH, if_(at_end, Ref(ROW), BLANK))
            yield from short_lines(extreme, f"{title}: {word}", unit=unit)
    year = Text("FY") & FIRST_YEAR & ", planned"
    for name, lead in (
        ("cost_year", year),
        ("cost_plan", Text("Whole plan")),
        ("nodes_horizon", Text("Nodes at end of horizon")),
    ):
        yield Line(f"compare.{name}_words", f"{FIGURES[name][0]} in words", "text", (), _said(name, lead))


def _said(name: str, lead: Expr) -> Expr:
    """Write `FY2026: USD 81.9k (Low growth) to USD 102k (High growth)`, or one figure where all are alike."""
    money = setting("currency") & " " if FIGURES[name][1] == "currency" else Text("")
    low, high = (Ref(f"compare.{name}_{end}") for end in ("low", "high"))

    def named(end: str) -> Expr:
        row = Reduce("MIN", OVER, Ref(f"compare.{name}_{end}_row"))
        return Ref(f"compare.{name}_{end}_words") & " (" & Picked(OVER, NAME, row) & ")"

    alike = lead & ": " & money & Ref(f"compare.{name}_low_words") & " in every scenario"
    return if_(high <= low, alike, lead & ": " & money & named("low") & " to " & money & named("high"))
