"""Availability that redundancy gives, and what failovers use up of it (plan floor; help: model, Availability).

Nodes are taken to fail independently of each other; a common image or zone breaks that.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    AtMonth,
    Expr,
    Group,
    Input,
    Joined,
    Line,
    Lookup,
    Number,
    Reduce,
    Ref,
    Section,
    Sequence,
    Text,
    any_of,
    call,
    ceiling,
    eq,
    if_,
    is_blank,
    largest,
)
from workbook.model.terms import setting

AVAILABILITY = Section("Availability, nodes failing independently")
BUDGETS = Section("Downtime and failover budgets")
SPARES = Section("Spare nodes for the target")
RESERVE = Section("Reserve in use")

ROW = ("resilience",)
SPARE = ("spare",)
COMPONENT = ("component",)
SERIES = ("component", "month")
MOST_SPARES = 6
"""Spare nodes that are tried when the least number for a target is asked."""
_ONE_NODE = Number(1, "node")
_MINUTES_PER_YEAR = Number(525600, "min/year")
_SECONDS_PER_YEAR = Number(31536000, "s/year")


def _row(field: str) -> Input:
    return Input("resilience", field)


def lines() -> Iterator[Line]:
    """Yield availability and its budgets of each row of Resilience, spare nodes for the target, and reserves in use."""
    yield from _nodes()
    yield from _availability()
    yield from _budgets()
    yield from _required_spares()
    yield from _reserves()


@AVAILABILITY
def _nodes() -> Iterator[Line]:
    mtbf, mttr = _row("node_mtbf_h"), _row("node_mttr_h")
    single = if_(any_of(is_blank(mtbf), is_blank(mttr)), 1, mtbf / (mtbf + mttr))
    yield Line("availability.node", "Availability of one node", "availability", ROW, single)
    for name, title, line in (
        ("availability.needed", "Nodes that must be up, month 0", "nodes.base"),
        ("availability.fleet", "Nodes provisioned, month 0", "nodes.provisioned"),
    ):
        at_start = Joined("component", AtMonth(Ref(line), Number(0)))
        yield Line(name, title, "nodes", ROW, at_start)


@AVAILABILITY
def _availability() -> Iterator[Line]:
    node, fleet, needed = Ref("availability.node"), Ref("availability.fleet"), Ref("availability.needed")
    target = _row("target_availability")
    # A dependency has no nodes here; blank is a text in a sheet, so it is asked for before anything is calculated.
    is_certain = any_of(is_blank(fleet), node >= 1)
    is_up = if_(is_certain, 1, _enough_up(fleet - needed, fleet, node))
    lost = _row("failovers_per_year") * _row("failover_time_s") / _SECONDS_PER_YEAR
    yield Line("availability.of_nodes", "Enough nodes are up", "availability", ROW, is_up)
    yield Line("availability.of_failovers", "No failover is going on", "availability", ROW, 1 - lost)
    product = Ref("availability.of_nodes") * Ref("availability.of_failovers")
    yield Line("availability.component", "Availability expected", "availability", ROW, product)
    yield Line("availability.target", "Target availability", "availability", ROW, target)
    met = if_(Ref("availability.component") >= Ref("availability.target"), 1, 0)
    yield Line("availability.met", "Target met (1/0)", "objectives", ROW, met)
    for name, title, line in (
        ("availability.system", "Availability of all rows in series, expected", "availability.component"),
        ("availability.promised", "Availability of all rows in series, at their targets", "availability.target"),
    ):
        yield Line(name, title, "availability", (), Reduce("PRODUCT", "resilience", Ref(line)))
    yield Line(
        "availability.stated", "Availability promised", "availability", ("availability",), Input("slas", "target")
    )
    kept = if_(Ref("availability.system") >= Ref("availability.stated"), 1, 0)
    yield Line("availability.kept", "Promise kept by the system (1/0)", "objectives", ("availability",), kept)


def _enough_up(spare: Expr, nodes: Expr, availability: Expr) -> Expr:
    """Return the probability that no more nodes are down than there are spares."""
    return call("BINOMDIST", spare, nodes, 1 - availability, 1)


@BUDGETS
def _budgets() -> Iterator[Line]:
    target = Ref("availability.target")
    yield Line("downtime.budget", "Downtime allowed", "min/year", ROW, (1 - target) * _MINUTES_PER_YEAR)
    # Next to 1 the last digit of an availability is 6E-11 minutes a year; what is below 0.00001 minutes is cut off.
    down = (1 - Ref("availability.component")) * _MINUTES_PER_YEAR
    expected = call("ROUND", down * Number(1000), 2) / Number(1000)
    yield Line("downtime.expected", "Downtime expected", "min/year", ROW, expected)
    yield Line("downtime.used", "Downtime budget used", "ratio", ROW, Ref("downtime.expected") / Ref("downtime.budget"))
    lost = _row("failovers_per_year") * _row("failover_time_s")
    yield Line("failover.used", "Budget used by failovers", "ratio", ROW, lost / ((1 - target) * _SECONDS_PER_YEAR))


@SPARES
def _required_spares() -> Iterator[Line]:
    """Try 0 to 6 spare nodes; as availability rises with them, those that miss the target are the least number."""
    missed, tried = Ref("spare.missed"), Reduce("COUNT", "spares", Ref("spares.k"))
    has_no_nodes = any_of(is_blank(Ref("availability.fleet")), Ref("availability.node") >= 1)
    fails_anyway = Ref("availability.of_failovers") < Ref("availability.target")
    least = if_(fails_anyway, "none helps", if_(missed >= tried, "more", Text("") & missed))
    yield Line("spare.required", "Spare nodes k for the target", "text", ROW, if_(has_no_nodes, BLANK, least))
    yield Line("spare.missed", "Tries that miss the target", "–", ROW, Group("SUM", "spare", Ref("spare.misses")))
    yield Line("spares.k", "Spare nodes tried", "nodes", ("spares",), Sequence("spares.k", Number(0, "node")))
    k, node = Joined("spares", Ref("spares.k")), Joined("resilience", Ref("availability.node"))
    needed = Joined("resilience", Ref("availability.needed"))
    is_up = if_(node >= 1, 1, _enough_up(k, needed + k, node))
    available = is_up * Joined("resilience", Ref("availability.of_failovers"))
    yield Line("spare.availability", "Availability with so many spare nodes", "availability", SPARE, available)
    target = Joined("resilience", Ref("availability.target"))
    yield Line("spare.misses", "Misses the target (1/0)", "–", SPARE, if_(Ref("spare.availability") >= target, 0, 1))


@RESERVE
def _reserves() -> Iterator[Line]:
    """What stands above the load, how full it is against the band, and what must be warm for a steep rise."""
    base, provisioned = Ref("nodes.base"), Ref("nodes.provisioned")
    yield Line("buffer.effective", "Effective buffer", "ratio", SERIES, provisioned / base - 1)
    for resource, label in (("cpu", "CPU"), ("memory", "Memory")):
        used = call("ROUND", Ref(f"utilisation.{resource}"), 9)
        word = if_(
            used < setting("utilisation_low"), "below", if_(used > setting("utilisation_high"), "above", "within")
        )
        yield Line(f"utilisation.{resource}_band", f"{label} utilisation against the band", "text", SERIES, word)
    k, place = Ref("resilience.k"), Ref("resilience.position")
    ramp = Input("components", "load_ramp") * Input("components", "provision_time_min")
    yield Line("nodes.warm", "Nodes to keep warm", "nodes", COMPONENT, largest(k, ceiling(ramp / Ref("node.cores"))))
    regions = if_(eq(place, 0), 1, Lookup("resilience", "regions", place))
    yield Line("resilience.regions", "Regions", "whole", COMPONENT, regions)
