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
    LineKind,
    Lookup,
    Number,
    OverTime,
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
    smallest,
    total,
)
from workbook.model.terms import setting

AVAILABILITY = Section("Availability (independent node failures)")
NODE_FAILURES = Section("Node failures by month", LineKind.WORKING)
BUDGETS = Section("Downtime and failover budgets")
SPARES = Section("Spare nodes for the target")
RESERVE = Section("Reserve")

MET, MISSED, NOT_ASSESSED = "met", "missed", "NOT ASSESSED"
"""Verdicts on a target; without data on node failures nothing is met."""
ROW = ("resilience",)
BY_MONTH = ("resilience", "month")
PROMISE = ("availability",)
SPARE = ("spare",)
COMPONENT = ("component",)
SERIES = ("component", "month")
MOST_SPARES = 6
"""Spare nodes that are tried when the least number for a target is asked."""
_ONE_NODE = Number(1, "node")
_ONE, _NONE = Number(1), Number(0)
_MINUTES_PER_YEAR = Number(525600, "min/year")
_SECONDS_PER_YEAR = Number(31536000, "s/year")


def _row(field: str) -> Input:
    return Input("resilience", field)


def lines() -> Iterator[Line]:
    """Yield availability and its budgets of each row of Resilience, spare nodes for the target, and reserves in use."""
    yield from _availability()
    yield from _system()
    yield from _nodes()
    yield from _budgets()
    yield from _required_spares()
    yield from _reserves()


@NODE_FAILURES
def _nodes() -> Iterator[Line]:
    """Yield what a row states of its nodes, and how many of them there are and have to be up."""
    mtbf, mttr = _row("node_mtbf_h"), _row("node_mttr_h")
    is_unknown = any_of(is_blank(mtbf), is_blank(mttr))
    single = if_(is_unknown, 1, mtbf / (mtbf + mttr))
    yield Line("availability.node", "Availability per node", "availability", ROW, single)
    runs_on_nodes = Joined("component", _ONE, _NONE)
    assessed = if_(is_unknown, 0, runs_on_nodes)
    yield Line("availability.assessed", "Node failures assessed (1/0)", "objectives", ROW, assessed)
    for name, title, nodes in (
        ("availability.needed", "Nodes required up", largest(_ONE_NODE, Ref("nodes.raw"))),
        ("availability.fleet", "Nodes provisioned", Ref("nodes.provisioned")),
    ):
        yield Line(name, title, "nodes", BY_MONTH, Joined("component", nodes))
    yield Line("availability.of_nodes", "P(enough nodes up)", "availability", BY_MONTH, _of_nodes())


def _of_nodes() -> Expr:
    node, fleet, needed = Ref("availability.node"), Ref("availability.fleet"), Ref("availability.needed")
    # A dependency has no nodes here; blank is a text in a sheet, so it is asked for before anything is calculated.
    is_certain = any_of(eq(Ref("availability.assessed"), 0), node >= 1)
    return if_(is_certain, 1, if_(fleet < needed, 0, _enough_up(fleet - needed, fleet, node)))


@AVAILABILITY
def _availability() -> Iterator[Line]:
    lost = _row("failovers_per_year") * _row("failover_time_s") / _SECONDS_PER_YEAR
    yield Line("availability.of_failovers", "P(no failover in progress)", "availability", ROW, largest(0, 1 - lost))
    product = Ref("availability.of_nodes") * Ref("availability.of_failovers")
    title = "Availability expected, by month"
    result, none = LineKind.RESULT, OverTime.NONE
    by_month = Line("availability.month", title, "availability", BY_MONTH, product, over_time=none, kind=result)
    yield by_month.placed_in(NODE_FAILURES)
    lowest = Reduce("MIN", "billed", Ref("availability.month"))
    yield Line("availability.component", "Availability expected, lowest month", "availability", ROW, lowest)
    yield Line("availability.target", "Target availability", "availability", ROW, _row("target_availability"))
    verdict, is_missed = Ref("availability.verdict"), Ref("availability.component") < Ref("availability.target")
    said = if_(is_missed, MISSED, if_(eq(Ref("availability.assessed"), 0), NOT_ASSESSED, MET))
    yield Line(verdict.line, "Availability versus target", "text", ROW, said)
    yield Line("availability.met", "Target met (1/0)", "objectives", ROW, if_(eq(verdict, MET), 1, 0))
    yield Line("availability.missed", "Target missed (1/0)", "objectives", ROW, if_(eq(verdict, MISSED), 1, 0))


@AVAILABILITY
def _system() -> Iterator[Line]:
    """Yield all rows in series: a bound where node failures of a row are not known."""
    for name, title, line in (
        ("availability.system", "System availability (upper bound)", "availability.component"),
        ("availability.promised", "System availability at component targets", "availability.target"),
    ):
        yield Line(name, title, "availability", (), Reduce("PRODUCT", "resilience", Ref(line)))
    count, assessed = Reduce("COUNT", "resilience", Ref("availability.node")), Ref("availability.assessed_rows")
    yield Line(
        assessed.line, "Rows assessed for node failures", "rows", (), total("resilience", "availability.assessed")
    )
    covered = Text("node failures: ") & assessed & " of " & count & " rows"
    yield Line("availability.covered", "Scope of system availability", "text", (), covered)
    is_bound = any_of(eq(count, 0), assessed < count)
    yield Line("availability.is_bound", "System availability is an upper bound (1/0)", "flag", (), if_(is_bound, 1, 0))
    stated, verdict = Ref("availability.stated"), Ref("availability.stated_verdict")
    yield Line(stated.line, "Committed availability", "availability", PROMISE, Input("slas", "target"))
    is_missed = Ref("availability.system") < stated
    said = if_(is_missed, MISSED, if_(eq(Ref("availability.is_bound"), 1), NOT_ASSESSED, MET))
    yield Line(verdict.line, "System availability versus commitment", "text", PROMISE, said)
    for name, title, word in (
        ("kept", "Commitment met by system (1/0)", MET),
        ("broken", "Commitment missed by system (1/0)", MISSED),
    ):
        yield Line(f"availability.{name}", title, "objectives", PROMISE, if_(eq(verdict, word), 1, 0))


def _enough_up(spare: Expr, nodes: Expr, availability: Expr) -> Expr:
    """Return the probability that no more nodes are down than there are spares."""
    return smallest(1, call("BINOMDIST", spare, nodes, 1 - availability, 1))


@BUDGETS
def _budgets() -> Iterator[Line]:
    target = Ref("availability.target")
    yield Line("downtime.budget", "Downtime allowed", "min/year", ROW, (1 - target) * _MINUTES_PER_YEAR)
    # Next to 1 the last digit of an availability is 6E-11 minutes a year; what is below 0.00001 minutes is cut off.
    down = (1 - Ref("availability.component")) * _MINUTES_PER_YEAR
    expected = call("ROUND", down * Number(1000), 2) / Number(1000)
    yield Line("downtime.expected", "Expected downtime (assessed part)", "min/year", ROW, expected)
    yield Line(
        "downtime.used",
        "Downtime budget used (assessed part)",
        "ratio",
        ROW,
        Ref("downtime.expected") / Ref("downtime.budget"),
    )
    lost = _row("failovers_per_year") * _row("failover_time_s")
    yield Line(
        "failover.used", "Downtime budget used by failovers", "ratio", ROW, lost / ((1 - target) * _SECONDS_PER_YEAR)
    )


@SPARES
def _required_spares() -> Iterator[Line]:
    """Try 0 to 6 spare nodes; as availability rises with them, those that miss the target are the least number.

    The month that needs most nodes decides: with as many spare nodes every smaller number is more often up.
    """
    missed, tried = Ref("spare.missed"), Reduce("COUNT", "spares", Ref("spares.k"))
    has_no_nodes = any_of(eq(Ref("availability.assessed"), 0), Ref("availability.node") >= 1)
    needed = Ref("availability.needed")
    most = if_(is_blank(AtMonth(needed, _NONE)), BLANK, Reduce("MAX", "billed", needed))
    yield Line("spare.needed", "Nodes required up, peak", "nodes", ROW, most)
    fails_anyway = Ref("availability.of_failovers") < Ref("availability.target")
    least = if_(fails_anyway, "not achievable", if_(missed >= tried, "more", Text("") & missed))
    yield Line("spare.required", "Spare nodes required for target", "text", ROW, if_(has_no_nodes, BLANK, least))
    yield Line("spare.missed", "Spare counts below target", "whole", ROW, Group("SUM", "spare", Ref("spare.misses")))
    yield Line("spares.k", "Spare nodes tried", "nodes", ("spares",), Sequence("spares.k", Number(0, "node")))
    k, node = Joined("spares", Ref("spares.k")), Joined("resilience", Ref("availability.node"))
    at_most = Joined("resilience", Ref("spare.needed"))
    is_up = if_(node >= 1, 1, _enough_up(k, at_most + k, node))
    available = is_up * Joined("resilience", Ref("availability.of_failovers"))
    yield Line("spare.availability", "Availability with k spare nodes", "availability", SPARE, available)
    target = Joined("resilience", Ref("availability.target"))
    yield Line("spare.misses", "Below target (1/0)", "flag", SPARE, if_(Ref("spare.availability") >= target, 0, 1))


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
        yield Line(f"utilisation.{resource}_band", f"{label} utilisation versus band", "text", SERIES, word)
    of_base = Ref("nodes.base") / Ref("nodes.active")
    for resource, label, factor in (("cpu", "CPU", "headroom.factor"), ("memory", "Memory", "scenario.safety_factor")):
        title = f"{label} utilisation, planned maximum"
        yield Line(f"ceiling.{resource}", title, "ratio", SERIES, of_base / Ref(factor))
    k, place = Ref("resilience.k"), Ref("resilience.position")
    ramp = Input("components", "load_ramp") * Input("components", "provision_time_min")
    yield Line("nodes.warm", "Nodes to keep warm", "nodes", COMPONENT, largest(k, ceiling(ramp / Ref("node.cores"))))
    regions = if_(eq(place, 0), 1, Lookup("resilience", "regions", place))
    yield Line("resilience.regions", "Regions", "whole", COMPONENT, regions)
