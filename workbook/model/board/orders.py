"""What to order by when, in the order of the dates, and what being late costs (plan floor).

An order has to stand when today's fleet no longer meets the plan. It covers what is short until a following order can
arrive, one lead time after it. Being late is measured in the month in which the fleet runs out: first redundancy is
missing, then load is not carried; on-demand capacity can cover the nodes that are short, at more than what the plan has
in their place.
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
from workbook.model.figure_text import count_text, month_text
from workbook.model.terms import setting

DECISIONS = Section("Orders by date")

COMPONENT = ("component",)
DECISION = ("decision",)
PICKED = {
    "component": ("order.name", "Component", "text"),
    "date": ("order_by.date", "Order by", "date"),
    "when": ("order.when", "When", "text"),
    "nodes": ("order.nodes", "Nodes to order", "nodes"),
    "monthly_cost": ("order.monthly_cost", "Monthly cost of order", "currency"),
    "nodes_horizon": ("order.nodes_horizon", "Further nodes by end of horizon", "nodes"),
    "why": ("order.why", "Reason", "text"),
    "late_cost": ("late.cost", "Cost of one month's delay", "currency"),
    "late_words": ("late.words", "Impact of one month's delay", "text"),
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
    yield Line(key.line, "Sort key: month of exhaustion and row", "row", COMPONENT, month * count + Ref("order.row"))
    yield Line("order.rank", "Rank of order", "row", COMPONENT, Below("component", key, key) + 1)
    is_overdue = if_(Ref("order_by.overdue") > 0, 1, 0)
    yield Line("order.is_overdue", "Order is overdue (1/0)", "flag", COMPONENT, _or_none(is_overdue))


def _or_none(figure: Expr) -> Expr:
    return if_(is_blank(Ref("exhaustion.month")), 0, figure)


@ORDERS
def _nodes() -> Iterator[Line]:
    exhausted, today, lead = Ref("exhaustion.month"), Ref("nodes.today"), setting("lead_time_months")
    provisioned = Ref("nodes.provisioned")
    arrives = smallest(setting("horizon_months"), largest(exhausted, lead))
    yield Line("order.arrival", "Month of delivery", "month", COMPONENT, _runs_out(arrives))
    is_covered = all_of(MONTH >= exhausted, MONTH < Ref("order.arrival") + largest(1, lead))
    short = if_(is_blank(exhausted), 0, if_(is_covered, largest(0, provisioned - today), 0))
    yield Line(
        "order.short",
        "Node shortfall until the next delivery",
        "nodes",
        ("component", "month"),
        short,
    )
    yield Line("order.nodes", "Nodes to order", "nodes", COMPONENT, Reduce("MAX", "month", Ref("order.short")))
    most = largest(0, Reduce("MAX", "month", provisioned) - today)
    yield Line("order.nodes_horizon", "Further nodes by end of horizon", "nodes", COMPONENT, most)


@ORDERS
def _late() -> Iterator[Line]:
    exhausted, today = Ref("exhaustion.month"), Ref("nodes.today")
    needed, base, carrying = Ref("late.needed"), Ref("late.base"), Ref("late.carrying")
    for line, title, source in (
        (needed, "Nodes needed, month of exhaustion", "nodes.provisioned"),
        (base, "Nodes for load with headroom, month of exhaustion", "nodes.base"),
        (carrying, "Nodes for load alone, month of exhaustion", "nodes.raw"),
    ):
        yield Line(line.line, title, "nodes", COMPONENT, _runs_out(AtMonth(Ref(source), exhausted)))
    yield Line("late.nodes", "Node shortfall, month of exhaustion", "nodes", COMPONENT, _runs_out(needed - today))
    load = if_(carrying <= 0, 0, largest(0, carrying - Ref("nodes.today_active")) / carrying)
    yield Line("late.load", "Unserved load, month of exhaustion", "ratio", COMPONENT, _runs_out(load))
    reserve = if_(base >= today, 1, Ref("late.nodes") / (needed - base))
    yield Line("late.reserve", "Redundancy shortfall, month of exhaustion", "ratio", COMPONENT, _runs_out(reserve))
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
    yield Line(factor.line, "Price index, month of exhaustion", "×", COMPONENT, _runs_out(escalated))
    short = largest(0, smallest(Ref("late.needed"), in_plan) - today)
    yield Line(reserved.line, "Reserved-node shortfall, month of exhaustion", "nodes", COMPONENT, _runs_out(short))
    present = whole(Ref("spot.share") * largest(0, today - in_plan))
    absent = AtMonth(Ref("nodes.spot"), exhausted) - present
    yield Line(spot.line, "Spot-node shortfall, month of exhaustion", "nodes", COMPONENT, _runs_out(absent))
    fee = if_(exhausted < Ref("reserved.bought_months"), 0, AtMonth(Ref("reserved.price"), exhausted))
    extra = reserved * (on_demand * factor - fee) + spot * factor * (on_demand - Ref("price.spot"))
    cost = extra * setting("hours_per_month")
    yield Line("late.cost", "Cost of one month's delay", "currency", COMPONENT, _runs_out(cost))


@ORDERS
def _words() -> Iterator[Line]:
    exhausted, overdue, due = Ref("exhaustion.month"), Ref("order_by.overdue"), Ref("order_by.month")
    months, span = if_(overdue > 0, overdue, due), Ref("order.span")
    words = _runs_out(count_text(months, "month"))
    yield Line(span.line, "Months overdue or remaining: label text", "text", COMPONENT, words)
    when = if_(overdue > 0, Text("overdue by ") & span, if_(eq(due, 0), "now", Text("in ") & span))
    yield Line("order.when", "Order timing", "text", COMPONENT, _or_words("nothing to order", when))
    for name, title, names in (("load", "Sizing driver", _LOAD), ("reserve", "Governing reserve", _RESERVE)):
        binds = AtMonth(Ref(f"nodes.binding_{name}"), exhausted)
        yield Line(f"order.{name}_binds", f"{title}, month of exhaustion", "text", COMPONENT, _runs_out(binds))
        words = _named(Ref(f"order.{name}_binds"), names)
        yield Line(f"order.{name}_words", f"{title}, month of exhaustion: label text", "text", COMPONENT, words)
    binding = Ref("order.load_words") & Ref("order.reserve_words")
    yield Line("order.binding", "Binding constraint, month of exhaustion", "text", COMPONENT, binding)
    suffices = Text("sufficient through ") & Ref("horizon.words") & " (" & Ref("nodes.today") & " today)"
    needed = Ref("late.needed") & " needed from " & month_text(Ref("exhaustion.date")) & ", " & Ref("nodes.today")
    why = needed & " today; constraint: " & Ref("order.binding")
    yield Line("order.why", "Reason", "text", COMPONENT, if_(is_blank(exhausted), suffices, why))


@ORDERS
def _late_words() -> Iterator[Line]:
    hard = Ref("exhaustion.hard_date")
    later = if_(is_blank(hard), BLANK, Text(", overloaded from ") & month_text(hard))
    yield Line("late.from_words", "Overloaded from: label text", "text", COMPONENT, later)
    yield Line("late.words", "Impact of one month's delay", "text", COMPONENT, _runs_out(_missing()))


def _missing() -> Expr:
    """Name redundancy while the load is still carried, and from when on it is not."""
    lost, load = Ref("late.reserve"), Ref("late.load")
    # Shares of at most one, which no bound is needed for.
    short, unserved = (call("ROUND", 100 * share, 0) & "%" for share in (lost, load))
    missing = if_(lost >= 1, "all redundancy lost", Text("redundancy ") & short & " short")
    return if_(load > 0, unserved & " of load unserved", missing & Ref("late.from_words"))


def _or_words(nothing: str, words: Expr) -> Expr:
    return if_(is_blank(Ref("exhaustion.month")), nothing, words)


def _named(word: Expr, names: dict[str, str]) -> Expr:
    """Return the plain name of a word, blank for any other word."""
    first, *others = (if_(eq(word, key), name, BLANK) for key, name in names.items())
    return reduce(and_, others, first)


@DECISIONS
def _decisions() -> Iterator[Line]:
    """The same figures, sorted: the first decision is the component whose place is 1."""
    place = SumWhere("component", Ref("order.rank"), (Ref("decision.rank"),), Ref("order.row"))
    yield Line("decision.rank", "Rank", "row", DECISION, Sequence("decision.rank", Number(1)))
    yield Line("decision.row", "Row of the component", "row", DECISION, place)
    for name, (line, title, unit) in PICKED.items():
        yield Line(f"decision.{name}", title, unit, DECISION, Picked("component", Ref(line), Ref("decision.row")))
