"""Replicas and nodes that the autoscalers may run, and the minimum around events (plan floor; help: export, Replicas).

A year counts from Plan start: the plan year of the Review month holds months 0 to 11, 12 to 23 and so on.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    Expr,
    Input,
    Joined,
    Label,
    Line,
    LineKind,
    Number,
    Position,
    Reduce,
    Ref,
    Section,
    SumWhere,
    Text,
    all_of,
    any_of,
    call,
    counted,
    eq,
    if_,
    is_blank,
    largest,
    smallest,
    total,
)
from workbook.model.demand.timing import MONTH
from workbook.model.terms import setting

REPLICAS = Section("Replicas and utilisation targets")
NODE_POOLS = Section("Node pools")
SCHEDULES = Section("Scheduled minimum around events")
STEPS = Section("Replica workings", LineKind.WORKING)

COMPONENT = ("component",)
SERIES = ("component", "month")
POOL = ("node rate",)
SCHEDULED = ("scheduled event",)

_MOST, _LEAST = setting("maximum_replicas"), setting("minimum_replicas")


def lines(tables: frozenset[str]) -> Iterator[Line]:
    """Yield replicas, node pools, and where there are events their schedules."""
    yield from _in_year()
    yield from _replicas()
    yield from _ceiling()
    yield from _pools()
    if "events" in tables:
        yield from _schedules()
        yield from _months_of_events()


@STEPS
def _in_year() -> Iterator[Line]:
    """Yield the nodes of the plan year in which the Review month lies."""
    year = call("INT", Ref("review.month") / Number(12))
    is_in = eq(call("INT", MONTH / Number(12)), Ref("replicas.year"))
    yield Line("replicas.year", "Plan year of Review month, from 0", "whole", (), year)
    yield Line("replicas.in_year", "Month in that year (1/0)", "flag", ("month",), if_(is_in, 1, 0))
    nodes, in_year = Ref("nodes.provisioned"), Ref("replicas.nodes")
    own = if_(eq(Ref("replicas.in_year"), 1), nodes, BLANK)
    yield Line(in_year.line, "Nodes provisioned in that year", "nodes", SERIES, own)
    for name, function, title in (("min", "MIN", "Fewest"), ("max", "MAX", "Most")):
        found = Reduce(function, "month", in_year)
        yield Line(f"replicas.nodes_{name}", f"{title} nodes in plan year of Review month", "nodes", COMPONENT, found)
    needed = setting("pods_per_node") * Ref("replicas.nodes_max")
    yield Line("replicas.needed", "Peak replicas", "pods", COMPONENT, needed)
    # Spread over zones, a component keeps a node in each.
    least = largest(Ref("resilience.domains") * Number(1, "node"), Ref("replicas.nodes_min"))
    yield Line("replicas.nodes_least", "Fewest nodes, at least one in each domain", "nodes", COMPONENT, least)


@REPLICAS
def _replicas() -> Iterator[Line]:
    floor = largest(_LEAST, setting("pods_per_node") * Ref("replicas.nodes_min"))
    yield Line("replicas.min", "Minimum replicas", "pods", COMPONENT, held(floor))
    yield Line("replicas.max", "Maximum replicas", "pods", COMPONENT, held(largest(_LEAST, Ref("replicas.needed"))))
    for resource, title in (("cpu", "CPU target"), ("memory", "Memory target")):
        target = Input("components", f"{resource}_max_load")
        yield Line(f"replicas.target_{resource}", title, "ratio", COMPONENT, target)
    short = Text("Ceiling is below the ") & Ref("replicas.needed") & " replicas that the plan needs"
    raised = Text("Floor is above the ") & Ref("replicas.needed") & " replicas that the plan needs"
    note = if_(eq(Ref("replicas.is_short"), 1), short, if_(_LEAST > Ref("replicas.needed"), raised, "From the plan"))
    yield Line("replicas.note", "Note", "text", COMPONENT, note)


@STEPS
def _ceiling() -> Iterator[Line]:
    is_short = if_(is_blank(_MOST), 0, if_(_MOST < Ref("replicas.needed"), 1, 0))
    yield Line("replicas.is_short", "Ceiling below need (1/0)", "flag", COMPONENT, is_short)
    title = "Components with a ceiling below their need"
    yield Line("replicas.short_count", title, "whole", (), total("component", "replicas.is_short"))


def held(replicas: Expr) -> Expr:
    """Return replicas within the ceiling, where there is one."""
    return if_(is_blank(_MOST), replicas, smallest(_MOST, replicas))


@NODE_POOLS
def _pools() -> Iterator[Line]:
    """Yield the nodes of each type over all components; 0 where none runs on it."""
    place = Position("rates", Label("node rate"))
    yield Line("nodepool.row", "Row of node type", "row", POOL, place, section=STEPS)
    for name, title, line in (
        ("min", "Minimum nodes", "replicas.nodes_least"),
        ("max", "Maximum nodes", "replicas.nodes_max"),
    ):
        nodes = SumWhere("component", Ref("node.position"), (Ref("nodepool.row"),), Ref(line))
        yield Line(f"nodepool.{name}", title, "nodes", POOL, nodes)


@SCHEDULES
def _schedules() -> Iterator[Line]:
    """Yield the first and the last month of each event, and the replicas that each component needs then."""
    is_planned = Ref("schedule.is_planned")
    start = setting("plan_start")
    for name, title in (("first", "From"), ("last", "To")):
        day = call("EDATE", start, Joined("event", Ref(f"events.{name}"), Number(0)))
        line = f"schedule.{'from' if name == 'first' else 'to'}"
        yield Line(line, title, "date", SCHEDULED, if_(eq(is_planned, 1), day, BLANK))
    most = Reduce("MAX", "month", Ref("schedule.nodes"))
    floor = Joined("component", Ref("replicas.min"), Number(0, "pod"))
    needed = largest(floor, setting("pods_per_node") * most)
    yield Line("schedule.replicas", "Replicas", "pods", SCHEDULED, if_(eq(is_planned, 1), held(needed), BLANK))


@STEPS
def _months_of_events() -> Iterator[Line]:
    first, last = (Joined("event", Ref(f"events.{name}"), Number(0)) for name in ("first", "last"))
    is_on = all_of(MONTH >= first, MONTH <= last)
    nodes = Joined("component", Ref("nodes.provisioned"), Number(0, "node"))
    by_month = ("scheduled event", "month")
    yield Line("schedule.nodes", "Nodes during event", "nodes", by_month, if_(is_on, nodes, BLANK))
    is_outside = any_of(eq(counted("month", Ref("schedule.nodes")), 0), first > last)
    yield Line("schedule.is_planned", "Event within horizon (1/0)", "flag", SCHEDULED, if_(is_outside, 0, 1))
