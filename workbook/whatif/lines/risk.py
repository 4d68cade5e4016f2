"""Where a plan lies in its own ranges: what to measure first, percentiles, the budget, the fleets (many floor).

What no formula can hold, the figures of many runs, is as of the run; the ranges themselves are live (help: planning,
Ranges).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from workbook.expr.tree import (
    BLANK,
    AsOfRun,
    AtMonth,
    Expr,
    Input,
    Line,
    LineKind,
    Number,
    OverTime,
    PerItem,
    Picked,
    Ref,
    Section,
    Setting,
    Text,
    call,
    if_,
    is_blank,
    largest,
    smallest,
)
from workbook.inputs.ranges import OF_SETTINGS, RangedInput
from workbook.model.demand.timing import FIRST_YEAR
from workbook.model.figure_text import month_text, short_lines
from workbook.model.ranking import MOST_LISTED
from workbook.model.terms import setting

YEARS_AT_RISK = Section("Cost by fiscal year, within the ranges")
TORNADO = Section("What to measure first")
RANGES = Section("Ranges")
FLEETS = Section("Fleets")
SIMULATION = Section("Simulation")
FAN = Section("Percentiles by month", LineKind.WORKING)
RUNS_OUT = Section("Probability that nodes today are too few", LineKind.WORKING)
WORDS = Section("Ranges in words", LineKind.WORKING)

RANGED, RANGE = "ranged input", "range"
"""The inputs with a range; and the draws, of which one may move several inputs, by how much they change the cost."""
MONTHLY: dict[str, tuple[str, str]] = {
    "cost": ("Cost", "currency"),
    "users": ("Users", "users"),
    "nodes": ("Nodes", "nodes"),
    "cumulative": ("Cumulative cost", "currency"),
}
PERCENTILES = ("p10", "p50", "p90")
OF_YEAR: dict[str, tuple[str, str]] = {
    **{f"year_{point}": (point.upper(), "currency") for point in PERCENTILES},
    "year_mean": ("Mean", "currency"),
    "plan_place": ("Share of runs at or below the plan", "ratio"),
    "over_budget": ("Probability over budget", "ratio"),
}
ENDS = {"low": "Low", "high": "High"}
_CHANGES = {"year": "this fiscal year", "plan": "whole plan"}


class Ranged(Struct, frozen=True):
    """What the lines are about: the inputs with a range, how many ranges move the cost, and whether they are drawn."""

    inputs: Sequence[RangedCell]
    moving: int
    is_simulated: bool


class RangedCell(Struct, frozen=True):
    """One input with a range: its name, its place, and the row of Ranges that it stands in (none: Growth)."""

    name: str
    place: RangedInput
    row: int | None

    def expr(self, of: str) -> Expr:
        """Return the cell of the input (`middle`), or that of its `low` or `high`."""
        table, field, row = self.place.table, self.place.field, self.place.row
        if of != "middle":
            return Input(table, of, row) if self.row is None else Input("ranges", of, self.row)
        return Setting(field) if table == OF_SETTINGS else Input(table, field, row)


def lines(ranged: Ranged) -> Iterator[Line]:
    """Yield the lines of a plan with ranges."""
    yield from _ranges(ranged.inputs)
    yield from _tornado()
    if ranged.is_simulated:
        yield from _simulation()
        yield from _years()
        yield from _fan()
        yield from _runs_out()
    yield from _fleets(is_simulated=ranged.is_simulated)
    yield from _words(ranged)


@RANGES
def _ranges(inputs: Sequence[RangedCell]) -> Iterator[Line]:
    low, middle, high = (Ref(f"range.{name}") for name in ("low", "middle", "high"))
    for line, title, of in ((low, "Low", "low"), (middle, "Plan", "middle"), (high, "High", "high")):
        own = PerItem(RANGED, tuple((cell.name, cell.expr(of)) for cell in inputs))
        yield Line(line.line, title, "mixed", (RANGED,), own)
    place = if_(high <= low, BLANK, (middle - low) / (high - low))
    yield Line("range.place", "Place between low and high", "ratio", (RANGED,), place)


def as_of_run(line: str, title: str, unit: str, foreach: tuple[str, ...]) -> Line:
    """Return a line that holds what was found at the run; over periods it is no sum."""
    return Line(line, title, unit, foreach, AsOfRun(line), over_time=OverTime.NONE)


@TORNADO
def _tornado() -> Iterator[Line]:
    each = (RANGE,)
    name = as_of_run("tornado.name", "Range", "text", each)
    yield Line(name.id, name.title, name.unit, each, name.expr, section=WORDS)
    for period, words in _CHANGES.items():
        low, high = (Ref(f"tornado.{end}_{period}") for end in ENDS)
        for line, end in ((low, "low"), (high, "high")):
            yield as_of_run(line.line, f"Change at {end}, {words}", "currency", each)
        swing = "tornado.swing" if period == "year" else "tornado.swing_plan"
        yield Line(swing, f"Between low and high, {words}", "currency", each, _swing(low, high))
    low, high = (Ref(f"tornado.{end}_exhaustion") for end in ENDS)
    for line, end in ((low, "low"), (high, "high")):
        yield as_of_run(line.line, f"First shortfall at {end}: change", "whole months", each)
    title = "First shortfall between low and high"
    yield Line("tornado.exhaustion", title, "whole months", each, _swing(low, high))


def _swing(low: Expr, high: Expr) -> Expr:
    """Return how far a figure moves, the plan included."""
    return largest(0, low, high) - smallest(0, low, high)


@SIMULATION
def _simulation() -> Iterator[Line]:
    yield as_of_run("risk.runs", "Runs", "whole", ())
    yield as_of_run("risk.seed", "Seed", "whole", ())
    yield as_of_run("risk.correlation", "Correlation", "ratio", ())
    for point in (*PERCENTILES, "mean"):
        title = point.upper() if point in PERCENTILES else "Mean"
        yield as_of_run(f"risk.whole_{point}", f"Cost of whole plan, {title}", "currency", ())
    yield as_of_run("risk.whole_place", "Share of runs at or below the plan, whole plan", "ratio", ())
    yield as_of_run("risk.whole_over_budget", "Probability over budget, whole plan", "ratio", ())
    yield as_of_run("range.clipped", "Values capped at a limit of their column", "whole", ())


@YEARS_AT_RISK
def _years() -> Iterator[Line]:
    for name, (title, unit) in OF_YEAR.items():
        yield as_of_run(f"risk.{name}", title, unit, ("fiscal_year",))


@FAN
def _fan() -> Iterator[Line]:
    """The bands of a chart are what each percentile is above the one below."""
    for name, (title, unit) in MONTHLY.items():
        for point in PERCENTILES:
            yield as_of_run(f"risk.{name}_{point}", f"{title}, {point.upper()}", unit, ("month",))
        low, middle, high = (Ref(f"risk.{name}_{point}") for point in PERCENTILES)
        if name == "cost":
            for band, expr, words in (("low", middle - low, "P10 to P50"), ("high", high - middle, "P50 to P90")):
                line = f"risk.{name}_band_{band}"
                yield Line(line, f"{title}, {words}", unit, ("month",), expr, over_time=OverTime.NONE)


@RUNS_OUT
def _runs_out() -> Iterator[Line]:
    each, every = Ref("risk.runs_out"), Ref("risk.runs_out_any")
    yield as_of_run(each.line, "Probability of a shortfall by then", "ratio", ("component", "month"))
    yield as_of_run(every.line, "Probability of any shortfall by then", "ratio", ("month",))


@FLEETS
def _fleets(*, is_simulated: bool) -> Iterator[Line]:
    """What nodes today carry in month 0; their steps by month are on the workings."""
    each, now = ("component",), Number(0)
    yield Line("risk.today", "Nodes today", "nodes", each, Ref("nodes.today"))
    yield Line("risk.carries", "Users carried today", "users", each, AtMonth(Ref("carry.users"), now))
    if is_simulated:
        at_review = AtMonth(Ref("risk.runs_out"), setting("review_month"))
        yield Line("risk.before", "Probability of a shortfall by Review month", "ratio", each, at_review)
    for name, title, unit, line in (
        ("users", "Users today", "users", "users.all"),
        ("carries_all", "Users carried by nodes today", "users", "carry.users_all"),
        ("left", "User headroom", "ratio", "carry.left"),
        ("first", "First component to run short", "text", "carry.first"),
        ("limit", "Binding resource", "text", "carry.limit"),
        ("hard", "Users that overload nodes today", "users", "carry.hard"),
    ):
        yield Line(f"risk.{name}", title, unit, (), AtMonth(Ref(line), now))


@WORDS
def _words(ranged: Ranged) -> Iterator[Line]:
    first, said = Ref("risk.words_first"), Ref("risk.words_year")
    yield from short_lines(Ref("tornado.swing"), "Between low and high", (RANGE,), "currency")
    yield from _measure_first(min(ranged.moving, MOST_LISTED))
    if ranged.is_simulated:
        for name, title in (("p10", "P10"), ("p90", "P90")):
            figure = Ref(f"risk.this_{name}")
            first_year = Picked("fiscal_year", Ref(f"risk.year_{name}"), Number(1))
            yield Line(figure.line, f"{title} of this fiscal year", "currency", (), first_year)
            yield from short_lines(figure, f"{title} of this fiscal year", unit="currency")
        # What the runs are held against is the plan of their day; a plan that has moved since has no place in them yet.
        plan = as_of_run("risk.this_plan", "Plan of this fiscal year", "currency", ())
        yield Line(plan.id, plan.title, plan.unit, (), plan.expr)
        yield from short_lines(Ref(plan.id), plan.title, unit="currency")
    none = Text("No simulation, because Simulation runs is 0. ")
    if ranged.is_simulated:
        yield from _clauses()
    this_year = _this_year() if ranged.is_simulated else none
    yield Line(said.line, "This fiscal year in words", "text", (), this_year)
    nothing = Text("No range moves the cost of FY") & FIRST_YEAR
    most = Text("What moves the cost of FY") & FIRST_YEAR & " most: " & Picked(RANGE, Ref("tornado.name"), Number(1))
    title = "What moves the cost most"
    yield Line("risk.words_most", title, "text", (), most if ranged.moving else nothing)
    if ranged.is_simulated:
        yield Line("risk.words_fleets", "Probability of a shortfall in words", "text", (), _too_few())
    yield Line("risk.words", "Ranges in words", "text", (), said & first)


def _money(figure: str) -> Expr:
    return setting("currency") & " " & Ref(f"{figure}_words")


def _clauses() -> Iterator[Line]:
    """Yield the parts of the sentence about this fiscal year: its percentiles, the plan in them, and its budget."""
    place, over = (Picked("fiscal_year", Ref(f"risk.{name}"), Number(1)) for name in ("plan_place", "over_budget"))
    span = _money("risk.this_p10") & " to " & _money("risk.this_p90") & " in eight of ten cases"
    says = Text("; the plan says ") & _money("risk.this_plan") & " (P" & call("ROUND", 100 * place, 0) & ")"
    seldom = Text("; over budget in less than 1% of cases")
    often = Text("; over budget in ") & call("ROUND", 100 * over, 0) & "% of cases"
    budget = if_(is_blank(over), BLANK, if_(100 * over < 1, seldom, often))
    for name, title, expr in (("span", "percentiles", span), ("place", "the plan", says), ("budget", "budget", budget)):
        yield Line(f"risk.words_{name}", f"This fiscal year in words: {title}", "text", (), expr)


def _this_year() -> Expr:
    span, place, budget = (Ref(f"risk.words_{name}") for name in ("span", "place", "budget"))
    words = Text("FY") & FIRST_YEAR & ": " & span & place & budget & ". "
    return if_(is_blank(Ref("risk.this_p10")), BLANK, words)


def _too_few() -> Expr:
    review = setting("review_month")
    by = month_text(call("EDATE", setting("plan_start"), review))
    share = call("ROUND", 100 * AtMonth(Ref("risk.runs_out_any"), review), 0)
    return Text("Nodes today are too few by ") & by & " in " & share & "% of cases"


def _measure_first(count: int) -> Iterator[Line]:
    """Yield the sentence that names the ranges that move this fiscal year's cost most, with how far."""
    words: Expr = Text("Measure first: " if count else "No range moves the cost of this fiscal year.")
    for place in range(1, count + 1):
        one = Ref(f"risk.words_first_{place}")
        name, swing = (Picked(RANGE, Ref(line), Number(place)) for line in ("tornado.name", "tornado.swing_words"))
        between = " between low and high" if place == 1 else ""
        said = name & " (" & setting("currency") & " " & swing & f"{between})"
        yield Line(one.line, f"What to measure first in words: place {place}", "text", (), said)
        words = words & one & (", " if place < count else ".")
    yield Line("risk.words_first", "What to measure first in words", "text", (), words)
