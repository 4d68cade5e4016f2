"""The savings that a plan itself knows, in money a year (plan floor; help: model, Purchase).

Three levers, each on its own: another node type for a component, another storage tier for a dataset, and as much
reserved as costs least instead of the coverage that is given. Within a lever each component or dataset is counted once.
Between levers savings do not add up: what is reserved for another node type is worth something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workbook.expr.tree import (
    BLANK,
    Expr,
    Input,
    Label,
    Line,
    LineKind,
    Lookup,
    Number,
    Position,
    Reduce,
    Ref,
    Section,
    Stacked,
    Text,
    call,
    if_,
    largest,
    total,
    whole,
)
from workbook.model.demand.timing import FIRST_YEAR, MONTHS_PER_YEAR, in_year
from workbook.model.money.reservations import in_month
from workbook.model.ranking import picked, places, ranked
from workbook.model.terms import setting

LEVERS = Section("Savings identified")
STEPS = Section("Savings identified: workings", LineKind.WORKING)

COMPONENT, SERIES, DATASET = ("component",), ("component", "month"), ("dataset",)
LEVER, LARGEST = ("lever",), ("largest_lever",)
KINDS: Mapping[str, tuple[str, str]] = {
    "node": ("component", "Node type"),
    "tier": ("dataset", "Storage tier"),
    "reserve": ("component", "Reservation"),
}
"""Each lever's dimension and title."""


def levers_of(items: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the names of all levers: `Node type · Core`."""
    return tuple(f"{title} · {name}" for over, title in KINDS.values() for name in items[over])


def lines() -> Iterator[Line]:
    """Yield the saving of each lever, what to do for it, and the three largest."""
    yield from _tiers()
    yield from _reserving()
    yield from _savings()


@STEPS
def _tiers() -> Iterator[Line]:
    """What is stored in this fiscal year, priced by the cheapest tier.

    Latency, durability and how a tier bills are not compared.
    """
    price, least, row = Input("rates", "on_demand"), Ref("tier.cheapest_price"), Ref("tier.cheapest_row")
    yield Line("tier.price", "Storage price of tier", "currency/GB", ("tier",), price)
    yield Line(least.line, "Cheapest storage price", "currency/GB", (), Reduce("MIN", "tier", Ref("tier.price")))
    place = if_(Ref("tier.price") <= least, Position("rates", Input("rates", "item")), BLANK)
    yield Line("tier.row", "Row of tier if cheapest", "row", ("tier",), place)
    yield Line(row.line, "Row of cheapest tier (first if tied)", "row", (), Reduce("MIN", "tier", Ref("tier.row")))
    billed = in_year(FIRST_YEAR, Ref("cost.storage"))
    cost, own = Ref("lever.storage_cost"), Ref("price.storage")
    title = "Annual storage cost, this fiscal year's average"
    yearly = billed / Ref("year.this_months") * MONTHS_PER_YEAR
    yield Line(cost.line, title, "currency/year", DATASET, yearly)
    saving = if_(own > least, call("ROUND", cost * (1 - least / own), 2), 0)
    yield Line("lever.tier", "Annual saving with cheapest storage tier", "currency/year", DATASET, saving)


@STEPS
def _reserving() -> Iterator[Line]:
    """The nodes of the whole plan with the cheapest number reserved in each term, against the coverage given.

    A plan without a Reserved coverage on the rate card reserves the cheapest number already.
    """
    reserved, above, spot = Ref("lever.reserved"), Ref("lever.above"), Ref("lever.spot")
    hours = setting("hours_per_month")
    nodes = in_month(Ref("reserved.today"), Ref("reserved.cheapest"), Number(0))
    yield Line(reserved.line, "Reserved nodes at the least cost", "nodes", SERIES, nodes)
    rest = largest(0, Ref("nodes.provisioned") - reserved)
    yield Line(above.line, "Nodes above the reserved nodes, at the least cost", "nodes", SERIES, rest)
    yield Line(spot.line, "Spot nodes, at the least cost", "nodes", SERIES, whole(Ref("spot.share") * above))
    hourly = spot * Ref("price.spot") + (above - spot) * Ref("price.on_demand")
    cost = reserved * Ref("reserved.price") * hours + Ref("price.factor") * hours * hourly
    yield Line("lever.nodes_cost", "Cost of nodes, at the least cost", "currency", SERIES, cost)
    saved = Ref("cost.component") - total("month", "lever.nodes_cost")
    yearly = call("ROUND", saved / setting("horizon_months") * MONTHS_PER_YEAR, 2)
    title = "Saving with the cheapest number of reserved nodes"
    yield Line("lever.reserve", title, "currency/year", COMPONENT, largest(0, yearly))


@LEVERS
def _savings() -> Iterator[Line]:
    """One row a component or dataset and lever; 0 if the plan already takes the cheapest."""
    name, dataset = Label("component") & "", Label("dataset") & ""
    type_, tier = Ref("cheapest.type"), Lookup("rates", "item", Ref("tier.cheapest_row"))
    levers: dict[str, tuple[Expr, Expr]] = {
        "node": (largest(0, call("ROUND", Ref("cheapest.saving"), 2)), Text("Move ") & name & " to " & type_),
        "tier": (Ref("lever.tier"), Text("Store ") & dataset & " on " & tier),
        "reserve": (Ref("lever.reserve"), Text("Reserve the cheapest number of nodes for ") & name),
    }
    savings = tuple((over, levers[kind][0]) for kind, (over, _) in KINDS.items())
    actions = tuple((over, if_(levers[kind][0] > 0, levers[kind][1], BLANK)) for kind, (over, _) in KINDS.items())
    yield Line("lever.saving", "Saving per year", "currency/year", LEVER, Stacked(savings))
    yield Line("lever.action", "Action", "text", LEVER, Stacked(actions))
    yield from ranked("lever", "lever", Ref("lever.saving"), "currency/year", "saving")
    yield from places("lever", "largest_lever", "lever", "saving")
    for line, title, of, unit in (
        ("lever.top_action", "Largest savings", "lever.action", "text"),
        ("lever.top_saving", "Saving per year", "lever.saving", "currency/year"),
    ):
        yield Line(line, title, unit, LARGEST, picked("lever", "lever", of))
