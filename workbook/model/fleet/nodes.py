"""Nodes for the load, and when today's fleet no longer carries it (plan floor; help: model, Nodes)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    AtMonth,
    Expr,
    Input,
    Line,
    Lookup,
    Number,
    OverTime,
    Position,
    Reduce,
    Ref,
    Section,
    all_of,
    any_of,
    call,
    ceiling,
    counted,
    eq,
    if_,
    is_blank,
    largest,
    total,
)
from workbook.model.demand.timing import MONTH
from workbook.model.figure_text import month_text
from workbook.model.fleet.recovery import AFTER_LOSS, PROVISIONED, taking_requests
from workbook.model.terms import setting

LOAD = Section("Nodes for the load")
UTILISATION = Section("Utilisation")
EXHAUSTION = Section("Exhaustion of current capacity")

CONSTANT = ("component",)
SERIES = ("component", "month")


RESOURCES = (
    ("cpu", "CPU", "cpu_share", "node.cores", "cpu.total"),
    ("memory", "Memory", "memory_share", "node.memory", "memory.total"),
)
"""Each resource with its label, the component's share of it, a node's size and the demand without headroom."""


def _component(field: str) -> Input:
    return Input("components", field)


def lines() -> Iterator[Line]:
    """Yield node counts from the load, what binds them, their use, and the month in which today's fleet runs out."""
    yield from _base()
    yield from _provisioned()
    yield from _utilisation()
    yield from _after_loss()
    yield from _exhaustion()


@LOAD
def _base() -> Iterator[Line]:
    place = Ref("node.position")
    yield Line("node.position", "Row of node type", "row", CONSTANT, Position("rates", _component("node_type")))
    yield Line("node.cores", "Cores per node", "cores/node", CONSTANT, Lookup("rates", "cores", place))
    memory = Lookup("rates", "memory_gb", place) * Lookup("rates", "usable_memory", place)
    yield Line("node.memory", "Usable memory per node", "GB of memory/node", CONSTANT, memory)
    yield Line("nodes.minimum", "Minimum nodes", "nodes", CONSTANT, _component("minimum_nodes"))
    yield Line(
        "nodes.cpu",
        "Nodes for CPU",
        "nodes",
        SERIES,
        ceiling(_component("cpu_share") * Ref("cpu.required") / Ref("node.cores")),
    )
    yield Line(
        "nodes.memory",
        "Nodes for memory",
        "nodes",
        SERIES,
        ceiling(_component("memory_share") * Ref("memory.required") / Ref("node.memory")),
    )
    base = largest(Ref("nodes.cpu"), Ref("nodes.memory"), Ref("nodes.minimum"))
    yield Line("nodes.base", "Nodes for load with headroom", "nodes", SERIES, base)
    alone = largest(*(_component(share) * Ref(demand) / Ref(size) for _, _, share, size, demand in RESOURCES))
    yield Line("nodes.raw", "Nodes for load alone", "nodes", SERIES, ceiling(alone))


@PROVISIONED
def _provisioned() -> Iterator[Line]:
    every = total("component", "nodes.provisioned")
    yield Line("nodes.total", "Total nodes provisioned", "nodes", ("month",), every, over_time=OverTime.PEAK)
    yield from _resources()
    yield from _binding()
    yield Line("nodes.binding_now", "Constraint today", "text", CONSTANT, AtMonth(Ref("nodes.binding"), Number(0)))
    at_horizon = AtMonth(Ref("nodes.binding"), setting("horizon_months"))
    yield Line("nodes.binding_horizon", "Constraint at end of horizon", "text", CONSTANT, at_horizon)
    nodes_at_horizon = AtMonth(Ref("nodes.provisioned"), setting("horizon_months"))
    yield Line("nodes.horizon", "Nodes at end of horizon", "nodes", CONSTANT, nodes_at_horizon)


def _binding() -> Iterator[Line]:
    cpu, memory, minimum = Ref("nodes.cpu"), Ref("nodes.memory"), Ref("nodes.minimum")
    k, zone, buffer = Ref("nodes.need_k"), Ref("nodes.need_zone"), Ref("nodes.need_buffer")
    mode = setting("dr_combination")
    resource = if_(all_of(memory >= cpu, memory >= minimum), "memory", if_(cpu >= minimum, "cpu", "minimum"))
    need = if_(all_of(zone >= k, zone >= buffer), "zone", if_(k >= buffer, "k", "buffer"))
    above_base = if_(largest(zone, k, buffer) <= Ref("nodes.base"), "none", Ref("nodes.binding_need"))
    reserve = if_(any_of(eq(mode, "sum"), eq(mode, "stacked")), "all", above_base)
    yield Line("nodes.binding_load", "Sizing driver", "text", SERIES, resource)
    yield Line("nodes.binding_need", "Governing resilience requirement", "text", SERIES, need)
    yield Line("nodes.binding_reserve", "Governing reserve", "text", SERIES, reserve)
    binding = Ref("nodes.binding_load") & " + " & Ref("nodes.binding_reserve")
    yield Line("nodes.binding", "Binding constraint", "text", SERIES, binding)


def _resources() -> Iterator[Line]:
    for resource, size, unit, label in (
        ("cpu", "node.cores", "cores", "CPU"),
        ("memory", "node.memory", "GB of memory", "Memory"),
    ):
        own = f"nodes.{resource}_provisioned"
        yield Line(own, f"{label} of provisioned nodes", unit, SERIES, Ref("nodes.provisioned") * Ref(size))
        yield Line(f"{resource}.provisioned", f"{label} provisioned", unit, ("month",), total("component", own))


@UTILISATION
def _utilisation() -> Iterator[Line]:
    """Demand without headroom or safety over the nodes that take requests."""
    for resource, label, share, size, demand in RESOURCES:
        used = _component(share) * Ref(demand) / (Ref("nodes.active") * Ref(size))
        yield Line(f"utilisation.{resource}", f"{label} utilisation", "ratio", SERIES, used, over_time=OverTime.PEAK)


@AFTER_LOSS
def _after_loss() -> Iterator[Line]:
    """The same after the losses that a component must survive."""
    surviving = Ref("nodes.surviving")
    for resource, label, share, size, demand in RESOURCES:
        used = _component(share) * Ref(demand) / (surviving * Ref(size))
        title = f"{label} utilisation after a failure"
        left = if_(surviving <= 0, BLANK, used)
        yield Line(f"utilisation.{resource}_after_loss", title, "ratio", SERIES, left, over_time=OverTime.PEAK)


@EXHAUSTION
def _exhaustion() -> Iterator[Line]:
    current = _component("current_nodes")
    at_start = AtMonth(Ref("nodes.provisioned"), Number(0))
    yield Line("nodes.today", "Nodes today", "nodes", CONSTANT, if_(is_blank(current), at_start, current))
    assumed = if_(is_blank(current), 1, 0)
    yield Line("nodes.is_assumed", "Current node count assumed (1/0)", "flag", CONSTANT, assumed)
    plan, load = "Below plan", "Overloaded"
    yield from _runs_out("exhaustion.", Ref("nodes.provisioned") > Ref("nodes.today"), plan)
    yield from _counted()
    in_use = Ref("nodes.today_active")
    yield Line(in_use.line, "Active nodes today", "nodes", CONSTANT, taking_requests(Ref("nodes.today")))
    yield from _runs_out("exhaustion.hard_", Ref("nodes.raw") > in_use, load)
    exhausted = Ref("exhaustion.month")
    order_by = if_(is_blank(exhausted), BLANK, largest(0, exhausted - setting("lead_time_months")))
    yield Line("order_by.month", "Order by", "month", CONSTANT, order_by)
    late = largest(0, setting("lead_time_months") - exhausted)
    overdue = if_(is_blank(exhausted), BLANK, late)
    yield Line("order_by.overdue", "Months overdue", "whole months", CONSTANT, overdue)
    yield Line("order_by.date", "Order by", "date", CONSTANT, _date("order_by.month"))
    spare = Ref("nodes.today") - Ref("nodes.provisioned")
    title = "Spare nodes today (shortfall if negative)"
    yield Line("nodes.spare", title, "nodes", SERIES, spare, over_time=OverTime.RATIO)


def _runs_out(name: str, is_short: Expr, title: str) -> Iterator[Line]:
    """Yield the first month in which today's nodes are too few, and its date."""
    flag, month = Ref(f"{name}flag"), Ref(f"{name}month")
    yield Line(flag.line, f"{title}: month flag", "month", SERIES, if_(is_short, MONTH, BLANK))
    first = if_(eq(counted("month", flag), 0), BLANK, Reduce("MIN", "month", flag))
    yield Line(month.line, title, "month", CONSTANT, first)
    yield Line(f"{name}date", f"{title} from", "date", CONSTANT, _date(month.line))


def _date(month: str) -> Expr:
    return if_(is_blank(Ref(month)), BLANK, call("EDATE", setting("plan_start"), Ref(month)))


def _counted() -> Iterator[Line]:
    """Yield how many components outgrow their nodes, and when the first one does."""
    exhausted, first = Ref("exhaustion.count"), Ref("exhaustion.first_date")
    yield Line("components.count", "Components", "whole", (), Reduce("COUNT", "component", Ref("nodes.today")))
    counted_out = counted("component", Ref("exhaustion.month"))
    yield Line(exhausted.line, "Components with a shortfall", "whole", (), counted_out)
    earliest = if_(eq(exhausted, 0), BLANK, Reduce("MIN", "component", Ref("exhaustion.date")))
    yield Line(first.line, "First shortfall", "date", (), earliest)
    words = if_(eq(exhausted, 0), BLANK, month_text(first))
    yield Line("exhaustion.first_words", "First shortfall: label text", "text", (), words)
