"""What to order by when, in the order of the dates, and what being late costs (plan floor).

An order has to stand when today's fleet no longer meets the plan. It covers what is short until a following order can
arrive, one lead time after it. Being late is measured in the month in which the fleet runs out: first redundancy is
missing, then load is not carried; the nodes that are short can be bridged on demand, which costs more than what the
plan has in their place.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import and_

from workbook.expr.tree import (
    BLANK,
    AtMonth,
    Below,
    Expr,
    Label,
    Line,
    Number,
    Picked,
    Reduce,
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
    largest,
    smallest,
    whole,
)
from workbook.model.board.overview import ORDERS
from workbook.model.demand.timing import MONTH
from workbook.model.terms import setting, year_month

DECISIONS = Section("Decisions in the order of their dates")

COMPONENT = ("component",)
DECISION = ("decision",)
PICKED = {
    "component": ("order.name", "Component", "text"),
    "date": ("order_by.date", "Order by", "date"),
    "when": ("order.when", "When", "text"),
    "nodes": ("order.nodes", "Nodes to order", "nodes"),
    "monthly_cost": ("order.monthly_cost", "Monthly cost of the order", "currency"),
    "nodes_horizon": ("order.nodes_horizon", "Nodes more by the horizon", "nodes"),
    "why": ("order.why", "Why", "text"),
    "late_cost": ("late.cost", "Cost of one month's delay", "currency"),
    "late_words": ("late.words", "Each month late, what is missing", "text"),
}
"""The columns of the decisions: the component's line that is shown in the order of the dates, title and unit."""
_LOAD = {"cpu": "CPU", "memory": "memory", "minimum": "minimum nodes"}
_RESERVE = {
    "k": " and spare nodes",
    "zone": " and zone loss",
    "buffer": " and DR buffer",
    "all": " and all reserves",
}


def lines() -> Iterator[Line]:
    """Yield each component's place among the orders, what to order and why, what lateness costs, and the decisions."""
    yield from _places()
    yield from _nodes()
    yield from _words()
    yield from _late()
    yield from _late_words()
    yield from _decisions()


def _runs_out(otherwise: Expr) -> Expr:
    """Return an expression where today's fleet runs out within the horizon; blank elsewhere."""
    return if_(is_blank(Ref("exhaustion.month")), BLANK, otherwise)


@ORDERS
def _places() -> Iterator[Line]:
    """The earliest fleet to run out comes first, in a tie the upper row; what needs no order comes last."""
    exhausted, count = Ref("exhaustion.month"), Reduce("COUNT", "component", Ref("nodes.today"))
    month = if_(is_blank(exhausted), setting("horizon_months") + 1, exhausted)
    key = Ref("order.key")
    yield Line("order.name", "Component", "text", COMPONENT, Label("component") & "")
    yield Line("order.row", "Row of the component", "row", COMPONENT, Sequence("order.row", Number(1)))
    yield Line(
        key.line, "Month of exhaustion and row as one number", "row", COMPONENT, month * count + Ref("order.row")
    )
    yield Line("order.rank", "Place among the orders", "row", COMPONENT, Below("component", key, key) + 1)
    is_overdue = if_(Ref("order_by.overdue") > 0, 1, 0)
    yield Line("order.is_overdue", "Order is overdue (1/0)", "flag", COMPONENT, _or_none(is_overdue))


def _or_none(figure: Expr) -> Expr:
    return if_(is_blank(Ref("exhaustion.month")), 0, figure)


@ORDERS
def _nodes() -> Iterator[Line]:
    exhausted, today, lead = Ref("exhaustion.month"), Ref("nodes.today"), setting("lead_time_months")
    provisioned = Ref("nodes.provisioned")
    arrives = smallest(setting("horizon_months"), largest(exhausted, lead))
    yield Line("order.arrival", "Month in which an order is there", "month", COMPONENT, _runs_out(arrives))
    is_covered = all_of(MONTH >= exhausted, MONTH < Ref("order.arrival") + largest(1, lead))
    short = if_(is_blank(exhausted), 0, if_(is_covered, largest(0, provisioned - today), 0))
    yield Line(
        "order.short",
        "Nodes short, until a following order can arrive",
        "nodes",
        ("component", "month"),
        short,
    )
    yield Line("order.nodes", "Nodes to order", "nodes", COMPONENT, Reduce("MAX", "month", Ref("order.short")))
    most = largest(0, Reduce("MAX", "month", provisioned) - today)
    yield Line("order.nodes_horizon", "Nodes more than today, by the horizon", "nodes", COMPONENT, most)


@ORDERS
def _late() -> Iterator[Line]:
    exhausted, today = Ref("exhaustion.month"), Ref("nodes.today")
    needed, base, carrying = Ref("late.needed"), Ref("late.base"), Ref("late.carrying")
    for line, title, source in (
        (needed, "Nodes needed in the month of exhaustion", "nodes.provisioned"),
        (base, "Nodes for the load, with headroom, in that month", "nodes.base"),
        (carrying, "Nodes for the load alone in that month", "nodes.raw"),
    ):
        yield Line(line.line, title, "nodes", COMPONENT, _runs_out(AtMonth(Ref(source), exhausted)))
    yield Line("late.nodes", "Nodes short in that month", "nodes", COMPONENT, _runs_out(needed - today))
    load = if_(carrying <= 0, 0, largest(0, carrying - Ref("nodes.today_active")) / carrying)
    yield Line("late.load", "Load not carried in that month", "ratio", COMPONENT, _runs_out(load))
    reserve = if_(base >= today, 1, Ref("late.nodes") / (needed - base))
    yield Line("late.reserve", "Redundancy missing in that month", "ratio", COMPONENT, _runs_out(reserve))
    yield from _late_cost()


def _late_cost() -> Iterator[Line]:
    """A month late costs what on-demand nodes cost more than the nodes of the plan that are not there yet.

    Nodes that the plan buys on demand cost no more; what is bought already is paid whether they are there or not.
    """
    exhausted, today, on_demand = Ref("exhaustion.month"), Ref("nodes.today"), Ref("price.on_demand")
    reserved, spot, factor = Ref("late.reserved"), Ref("late.spot"), Ref("late.price_factor")
    in_plan = AtMonth(Ref("reserved.nodes"), exhausted)
    years = AtMonth(Ref("time.price_year"), exhausted)
    escalated = Ref("scenario.price_multiplier") * (1 + setting("price_escalation")) ** years
    yield Line(factor.line, "Price factor of that month", "–", COMPONENT, _runs_out(escalated))
    short = largest(0, smallest(Ref("late.needed"), in_plan) - today)
    yield Line(reserved.line, "Reserved nodes short in that month", "nodes", COMPONENT, _runs_out(short))
    present = whole(Ref("spot.share") * largest(0, today - in_plan))
    absent = AtMonth(Ref("nodes.spot"), exhausted) - present
    yield Line(spot.line, "Spot nodes short in that month", "nodes", COMPONENT, _runs_out(absent))
    fee = if_(exhausted < Ref("reserved.bought_months"), 0, AtMonth(Ref("reserved.price"), exhausted))
    extra = reserved * (on_demand * factor - fee) + spot * factor * (on_demand - Ref("price.spot"))
    cost = extra * setting("hours_per_month")
    yield Line("late.cost", "Cost of one month's delay", "currency", COMPONENT, _runs_out(cost))


@ORDERS
def _words() -> Iterator[Line]:
    exhausted, overdue, due = Ref("exhaustion.month"), Ref("order_by.overdue"), Ref("order_by.month")
    months, span = if_(overdue > 0, overdue, due), Ref("order.span")
    yield Line(span.line, "Months overdue, or months to go", "text", COMPONENT, _runs_out(_months(months)))
    when = if_(overdue > 0, Text("overdue by ") & span, if_(eq(due, 0), "now", Text("in ") & span))
    yield Line("order.when", "When to order", "text", COMPONENT, _or_words("nothing to order", when))
    for name, title, names in (("load", "the load's nodes", _LOAD), ("reserve", "the reserve", _RESERVE)):
        binds = AtMonth(Ref(f"nodes.binding_{name}"), exhausted)
        yield Line(f"order.{name}_binds", f"What sets {title} then", "text", COMPONENT, _runs_out(binds))
        words = _named(Ref(f"order.{name}_binds"), names)
        yield Line(f"order.{name}_words", f"What sets {title} then, in words", "text", COMPONENT, words)
    binding = Ref("order.load_words") & Ref("order.reserve_words")
    yield Line("order.binding", "What binds in the month of exhaustion", "text", COMPONENT, binding)
    suffices = Text("today's ") & Ref("nodes.today") & " suffice to " & Ref("horizon.words")
    needed = Ref("late.needed") & " needed from " & year_month(Ref("exhaustion.date")) & ", " & Ref("nodes.today")
    why = needed & " today: " & Ref("order.binding")
    yield Line("order.why", "Why", "text", COMPONENT, if_(is_blank(exhausted), suffices, why))


@ORDERS
def _late_words() -> Iterator[Line]:
    hard = Ref("exhaustion.hard_date")
    later = if_(is_blank(hard), BLANK, Text(", load not carried from ") & year_month(hard))
    yield Line("late.from_words", "From when the load is not carried", "text", COMPONENT, later)
    yield Line("late.words", "What is missing", "text", COMPONENT, _runs_out(_missing()))


def _missing() -> Expr:
    """Name redundancy where the load is still carried, and from when on it is not."""
    redundancy = _percent(Ref("late.reserve")) & " of the redundancy missing" & Ref("late.from_words")
    return if_(Ref("late.load") > 0, _percent(Ref("late.load")) & " of the load not carried", redundancy)


def _or_words(nothing: str, words: Expr) -> Expr:
    return if_(is_blank(Ref("exhaustion.month")), nothing, words)


def _named(word: Expr, names: dict[str, str]) -> Expr:
    """Return the plain name of a word, blank for any other word."""
    first, *others = (if_(eq(word, key), name, BLANK) for key, name in names.items())
    return reduce(and_, others, first)


def _months(count: Expr) -> Expr:
    return if_(eq(count, 1), "1 month", count & " months")


def _percent(ratio: Expr) -> Expr:
    return call("ROUND", 100 * ratio, 0) & " %"


@DECISIONS
def _decisions() -> Iterator[Line]:
    """The same figures, sorted: the first decision is the component whose place is 1."""
    place = SumWhere("component", Ref("order.rank"), (Ref("decision.rank"),), Ref("order.row"))
    yield Line("decision.rank", "Place", "row", DECISION, Sequence("decision.rank", Number(1)))
    yield Line("decision.row", "Row of the component", "row", DECISION, place)
    for name, (line, title, unit) in PICKED.items():
        yield Line(f"decision.{name}", title, unit, DECISION, Picked("component", Ref(line), Ref("decision.row")))
