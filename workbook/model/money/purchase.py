"""Right-sizing and purchase: node sizes, the rate card's cheapest node, what reserving is worth (plan floor).

The formulas are in help: model, Nodes and Purchase. What happens in a single month
is told for the Review month.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workbook.expr.tree import (
    BLANK,
    AtLeast,
    AtMonth,
    Expr,
    Group,
    Input,
    Joined,
    Line,
    Lookup,
    Number,
    PerItem,
    Position,
    Reduce,
    Ref,
    Section,
    SumOfProducts,
    Text,
    all_of,
    any_of,
    call,
    ceiling,
    eq,
    if_,
    is_blank,
    largest,
    smallest,
    total,
)
from workbook.model.fleet.headroom import a_year, at_review
from workbook.model.fleet.recovery import Named, provisioning
from workbook.model.terms import setting

RIGHT_SIZING = Section("Right-sizing, Review month")
COMPARISON = Section("Purchasing options over horizon")
MIX = Section("Purchase mix, Review month")
OFFERS = Section("Components on alternative node types, Review month")

CONSTANT = ("component",)
OFFER = ("offer",)


def _sizes(unit: str, *, has_sixes: bool) -> dict[str, Expr]:
    """Return the catalogue of sizes by name: CPU grows by halves, memory doubles."""
    two, eight = Number(2, unit), Number(8, unit)
    if not has_sixes:
        sizes = (two, two * 2, eight, eight * 2, eight * 2 * 2, eight * 8, eight * 8 * 2, eight * 8 * 2 * 2)
        return dict(zip(("2", "4", "8", "16", "32", "64", "128", "256"), sizes, strict=True))
    twelve, twice = Number(12, unit), Number(24, unit)
    small, large = (two, two * 2, twelve / 2, eight), (twelve, eight * 2, twice, eight * 2 * 2, twice * 2, eight * 8)
    return dict(zip(("2", "4", "6", "8", "12", "16", "24", "32", "48", "64"), (*small, *large), strict=True))


CATALOGUES: Mapping[str, Mapping[str, Expr]] = {
    "cpu": _sizes("cores/node", has_sixes=True),
    "memory": _sizes("GB/node", has_sixes=False),
}
"""Sizes of nodes by the name of their row, ascending, built from the few literals that formulas may hold."""

_USABLE_MEMORY = Input("rates", "memory_gb") * Input("rates", "usable_memory")
_OFFERED = {
    "need_k": "Alternative nodes: k spare nodes",
    "need_zone": "Alternative nodes: failure-domain tolerance",
    "need_buffer": "Alternative nodes: DR buffer",
    "need_concurrent": "Alternative nodes: k and domain failures combined",
    "need_largest": "Alternative nodes: governing requirement",
    "provisioned": "Alternative nodes: provisioned",
}
"""What a component needs on another node type, as on its own: the lines of `nodes` with their titles."""


def lines() -> Iterator[Line]:
    """Yield recommended sizes, the cheapest node type, over-provision, the band of use, and purchase compared."""
    yield from _use()
    yield from _catalogues()
    yield from _sizing("cpu", "CPU", "cores/node", "cpu_per_node_cores")
    yield from _sizing("memory", "Memory", "GB of memory/node", "memory_per_node_gb")
    yield from _layers()
    yield from _comparison()
    yield from _reservation()
    yield from _mix()
    yield from _offers()
    yield from _cheapest()


@RIGHT_SIZING
def _catalogues() -> Iterator[Line]:
    for resource, label, unit in (("cpu", "CPU", "cores/node"), ("memory", "Memory", "GB of memory/node")):
        dimension, items = f"{resource}_size", tuple(CATALOGUES[resource].items())
        yield Line(f"catalogue.{resource}", f"{label} size catalogue", unit, (dimension,), PerItem(dimension, items))


@RIGHT_SIZING
def _sizing(resource: str, label: str, unit: str, field: str) -> Iterator[Line]:
    """The recommended size is the catalogue's smallest that holds what is asked for at the highest load allowed."""
    dimension, asked = f"{resource}_size", Input("components", field)
    need, size = Ref(f"rightsize.{resource}_need"), Ref(f"rightsize.{resource}")
    # Rounded, because 2.8 / 0.7 is a little more than 4 in a float.
    held = call("ROUND", asked / Input("components", f"{resource}_max_load"), 9)
    title = f"{label} required per node"
    yield Line(need.line, title, unit, CONSTANT, if_(is_blank(asked), BLANK, held))
    catalogue = Ref(f"catalogue.{resource}")
    is_open = any_of(is_blank(need), need > Reduce("MAX", dimension, catalogue))
    recommended = if_(is_open, BLANK, AtLeast(dimension, catalogue, need))
    yield Line(size.line, f"{label} size recommended", unit, CONSTANT, recommended)
    chosen = Ref("node.cores" if resource == "cpu" else "node.memory")
    compared = if_(eq(chosen, size), "as recommended", if_(chosen > size, "larger", "smaller"))
    unknown = if_(is_blank(need), BLANK, "outside catalogue")
    title = f"{label} of node type versus recommendation"
    yield Line(f"rightsize.{resource}_verdict", title, "text", CONSTANT, if_(is_blank(size), unknown, compared))


@MIX
def _mix() -> Iterator[Line]:
    """What part of the nodes is reserved and spot at the Review month; the month of the horizon buys nothing."""
    month, nodes = Ref("mix.month"), AtMonth(Ref("nodes.provisioned"), Ref("mix.month"))
    billed = smallest(Ref("review.month"), setting("horizon_months") - 1)
    yield Line(month.line, "Review month within billed months", "month", (), billed)
    for layer, title, line in (("reserved", "Reserved", "reserved.nodes"), ("spot", "Spot", "nodes.spot")):
        share = AtMonth(Ref(line), month) / nodes
        yield Line(f"mix.{layer}", f"{title} share of provisioned nodes", "ratio", CONSTANT, share)
    rest = largest(0, 1 - Ref("mix.reserved") - Ref("mix.spot"))
    yield Line("mix.on_demand", "On-demand share of provisioned nodes", "ratio", CONSTANT, rest)
    price = _bought(lambda layer: Ref(f"price.{layer}"), lambda layer: Ref(f"mix.{layer}"))
    yield Line("mix.price", "Average node price in mix", "currency/h/node", CONSTANT, price)
    cost = a_year(Ref("headroom.provisioned"), Ref("mix.price"))
    yield Line("mix.cost", "Annual node cost in mix", "currency/year", CONSTANT, cost)


def _bought(price: Named, share: Named) -> Expr:
    """Return the price of a node on average over the layers; no layer is bought above the on-demand price."""
    on_demand = price("on_demand")
    reserved, spot = (share(layer) * smallest(price(layer), on_demand) for layer in ("reserved", "spot"))
    return reserved + spot + share("on_demand") * on_demand


def _listed(layer: str) -> Expr:
    """Return a price of the rate card's row, or its on-demand price."""
    price, on_demand = Input("rates", layer), Input("rates", "on_demand")
    return on_demand if layer == "on_demand" else if_(is_blank(price), on_demand, price)


@OFFERS
def _offers() -> Iterator[Line]:
    """Every component on every node type of the rate card, at the Review month."""
    cpu = ceiling(_of_component("headroom.cpu_required") / Input("rates", "cores"))
    memory = ceiling(_of_component("headroom.memory_required") / _USABLE_MEMORY)
    base = largest(cpu, memory, _of_component("nodes.minimum"))
    needs = provisioning(lambda name: Ref(f"offer.{name}"), lambda name: _of_component(f"resilience.{name}"))
    yield Line("offer.base", "Alternative nodes: load with headroom", "nodes", OFFER, base)
    for line, title in _OFFERED.items():
        yield Line(f"offer.{line}", title, "nodes", OFFER, needs[line])
    price = _bought(_listed, lambda layer: _of_component(f"mix.{layer}"))
    yield Line("offer.price", "Alternative node price, planned purchase mix", "currency/h/node", OFFER, price)
    cost = a_year(Ref("offer.provisioned"), Ref("offer.price"))
    yield Line("offer.cost", "Alternative annual cost, planned purchase mix", "currency/year", OFFER, cost)
    counted = if_(_may_be_chosen(), _cents(Ref("offer.cost")), BLANK)
    yield Line("offer.cost_counted", "Alternative annual cost if eligible", "currency/year", OFFER, counted)
    row = Position("rates", Input("rates", "item"))
    is_least = Ref("offer.cost_counted") <= _of_component("cheapest.cost")
    yield Line("offer.cheapest", "Row of alternative if cheapest", "row", OFFER, if_(is_least, row, BLANK))


def _may_be_chosen() -> Expr:
    """The type in use may stay; another one has to hold what the component asks for on a node."""
    is_in_use = eq(Input("rates", "item"), Joined("component", Input("components", "node_type")))
    cpu, memory = (_of_component(f"rightsize.{resource}_need") for resource in ("cpu", "memory"))
    holds_cpu = any_of(is_blank(cpu), Input("rates", "cores") >= cpu)
    holds_memory = any_of(is_blank(memory), _USABLE_MEMORY >= memory)
    return any_of(is_in_use, all_of(holds_cpu, holds_memory))


def _of_component(line: str) -> Joined:
    return Joined("component", Ref(line))


@OFFERS
def _cheapest() -> Iterator[Line]:
    """Where the chosen type is as cheap as any it stays; of other equals the first of the rate card is named."""
    chosen, least, place = _cents(Ref("mix.cost")), Ref("cheapest.cost"), Ref("cheapest.position")
    yield Line(
        least.line,
        "Annual cost with cheapest node type",
        "currency/year",
        CONSTANT,
        Group("MIN", "offer", Ref("offer.cost_counted")),
    )
    first = Group("MIN", "offer", Ref("offer.cheapest"))
    yield Line(
        place.line, "Row of cheapest node type", "row", CONSTANT, if_(chosen <= least, Ref("node.position"), first)
    )
    yield Line("cheapest.type", "Cheapest node type", "text", CONSTANT, Lookup("rates", "item", place))
    yield Line("cheapest.saving", "Annual saving with cheapest node type", "currency/year", CONSTANT, chosen - least)
    saving = total("component", "cheapest.saving")
    yield Line("cheapest.saving_total", "Total annual saving with cheapest node types", "currency/year", (), saving)


def _cents(money: Expr) -> Expr:
    """Round, because the same money worked out another way differs by a little, and would be a saving."""
    return call("ROUND", money, 2)


@RIGHT_SIZING
def _use() -> Iterator[Line]:
    """Over-provision with what binds, and utilisation against its band, at the Review month (S103, S104)."""
    yield Line("overprovision.ratio", "Spare capacity", "ratio", CONSTANT, at_review("buffer.effective"))
    yield Line("overprovision.binding", "Binding constraint", "text", CONSTANT, at_review("nodes.binding"))
    for resource, label in (("cpu", "CPU"), ("memory", "Memory")):
        used, word = at_review(f"utilisation.{resource}"), at_review(f"utilisation.{resource}_band")
        allowed = Ref(f"band.{resource}_ceiling")
        yield Line(f"band.{resource}_utilisation", f"{label} utilisation", "ratio", CONSTANT, used)
        title = f"{label} utilisation, planned maximum"
        yield Line(allowed.line, title, "ratio", CONSTANT, at_review(f"ceiling.{resource}"))
        is_kept = all_of(eq(word, "below"), call("ROUND", allowed, 9) < setting("utilisation_low"))
        kept = Text("below: headroom and reserve limit it to ") & call("ROUND", 100 * allowed, 0) & "%"
        title = f"{label} utilisation versus band"
        yield Line(f"band.{resource}", title, "text", CONSTANT, if_(is_kept, kept, word))


@COMPARISON
def _layers() -> Iterator[Line]:
    """What is reserved of what runs, and from which use on reserving pays (S110)."""
    nodes, reserved = Ref("nodes.provisioned"), Lookup("rates", "reserved", Ref("node.position"))
    average = Reduce("SUM", "billed", nodes) / Reduce("COUNT", "billed", nodes)
    yield Line("purchase.average", "Average nodes provisioned", "node equivalents", CONSTANT, average)
    yield Line("purchase.peak", "Peak nodes provisioned", "nodes", CONSTANT, Reduce("MAX", "billed", nodes))
    coverage = Reduce("SUM", "billed", Ref("reserved.nodes")) / Reduce("SUM", "billed", nodes)
    yield Line("purchase.coverage", "Reserved share of average nodes", "ratio", CONSTANT, coverage)
    even = if_(is_blank(reserved), BLANK, reserved / Ref("price.on_demand"))
    yield Line("purchase.break_even", "Reservation break-even utilisation", "ratio", CONSTANT, even)


@COMPARISON
def _comparison() -> Iterator[Line]:
    """The whole plan all on demand, all reserved, and as planned (help: model, Purchase)."""
    hours, factor = setting("hours_per_month"), Ref("price.factor")
    on_demand = SumOfProducts(Ref("nodes.provisioned"), factor) * Ref("price.on_demand") * hours
    has_none = is_blank(Lookup("rates", "reserved", Ref("node.position")))
    rates = if_(has_none, total("month", "price.factor") * Ref("price.on_demand"), total("month", "reserved.price"))
    reserved = Ref("purchase.peak") * rates * hours
    saved = _cents(Ref("purchase.on_demand") - Ref("purchase.mix"))
    for name, title, all_title, expr in (
        ("on_demand", "All on-demand: cost over horizon", "All on-demand: total cost", on_demand),
        ("reserved", "Peak fleet fully reserved: cost over horizon", "Peak fleet fully reserved: total cost", reserved),
        ("mix", "As planned: cost over horizon", "As planned: total node cost", Ref("cost.component")),
        ("saving", "Saving vs all on-demand", "Total saving vs all on-demand", saved),
    ):
        line = f"purchase.{name}"
        yield Line(line, title, "currency", CONSTANT, expr)
        yield Line(f"{line}_total", all_title, "currency", (), total("component", line))


@COMPARISON
def _reservation() -> Iterator[Line]:
    """Yield the capacity to hold for what a loss takes (S116)."""
    lost = Ref("headroom.provisioned") - at_review("nodes.surviving")
    yield Line("reservation.nodes", "Idle reserve for failures", "node equivalents", CONSTANT, lost)
    cost = a_year(Ref("reservation.nodes"), Ref("price.on_demand"))
    yield Line("reservation.cost", "Idle reserve, at on-demand price", "currency/year", CONSTANT, cost)
