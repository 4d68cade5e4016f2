"""Nodes that carry the load, and when today's fleet no longer does (plan floor; help: model, Nodes)."""

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
    Position,
    Reduce,
    Ref,
    all_of,
    any_of,
    ceiling,
    counted,
    eq,
    if_,
    is_blank,
    largest,
    total,
)
from workbook.model.demand.timing import MONTH
from workbook.model.terms import setting

CONSTANT = ("component",)
SERIES = ("component", "month")


def _component(field: str) -> Input:
    return Input("components", field)


def lines() -> Iterator[Line]:
    """Yield node counts from the load, what binds them, their use, and the month in which today's fleet runs out."""
    yield from _base()
    yield from _binding()
    yield from _provisioned_resources()
    yield from _utilisation()
    yield from _exhaustion()


def _base() -> Iterator[Line]:
    place = Ref("node.position")
    yield Line("node.position", "Row of the node type", "row", CONSTANT, Position("rates", _component("node_type")))
    yield Line("node.cores", "Cores of a node", "cores", CONSTANT, Lookup("rates", "cores", place))
    yield Line("node.memory", "Memory of a node", "GB", CONSTANT, Lookup("rates", "memory_gb", place))
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
    yield Line("nodes.base", "Nodes that carry the load", "nodes", SERIES, base)


def _binding() -> Iterator[Line]:
    cpu, memory, minimum = Ref("nodes.cpu"), Ref("nodes.memory"), Ref("nodes.minimum")
    k, zone, buffer = Ref("nodes.need_k"), Ref("nodes.need_zone"), Ref("nodes.need_buffer")
    mode = setting("dr_combination")
    resource = if_(all_of(memory >= cpu, memory >= minimum), "memory", if_(cpu >= minimum, "cpu", "minimum"))
    need = if_(all_of(zone >= k, zone >= buffer), "zone", if_(k >= buffer, "k", "buffer"))
    above_base = if_(largest(zone, k, buffer) <= Ref("nodes.base"), "none", Ref("nodes.binding_need"))
    reserve = if_(any_of(eq(mode, "sum"), eq(mode, "stacked")), "all", above_base)
    yield Line("nodes.binding_load", "What sets the load's nodes", "text", SERIES, resource)
    yield Line("nodes.binding_need", "Which need is the largest", "text", SERIES, need)
    yield Line("nodes.binding_reserve", "What sets the reserve", "text", SERIES, reserve)
    binding = Ref("nodes.binding_load") & " + " & Ref("nodes.binding_reserve")
    yield Line("nodes.binding", "What binds", "text", SERIES, binding)


def _provisioned_resources() -> Iterator[Line]:
    for resource, size, unit, label in (
        ("cpu", "node.cores", "cores", "CPU"),
        ("memory", "node.memory", "GB", "Memory"),
    ):
        own = f"nodes.{resource}_provisioned"
        yield Line(own, f"{label} of the nodes", unit, SERIES, Ref("nodes.provisioned") * Ref(size))
        yield Line(f"{resource}.provisioned", f"{label} provisioned", unit, ("month",), total("component", own))


def _utilisation() -> Iterator[Line]:
    """Demand without headroom or safety over what stands, normally and after the losses it must survive."""
    surviving = Ref("nodes.surviving")
    for resource, share, size, demand in (
        ("cpu", "cpu_share", "node.cores", "cpu.total"),
        ("memory", "memory_share", "node.memory", "memory.total"),
    ):
        label = "CPU" if resource == "cpu" else "Memory"
        used: Expr = _component(share) * Ref(demand)
        yield Line(
            f"utilisation.{resource}",
            f"{label} utilisation",
            "ratio",
            SERIES,
            used / (Ref("nodes.provisioned") * Ref(size)),
        )
        yield Line(
            f"utilisation.{resource}_after_loss",
            f"{label} utilisation after the loss it must survive",
            "ratio",
            SERIES,
            if_(surviving <= 0, BLANK, used / (surviving * Ref(size))),
        )


def _exhaustion() -> Iterator[Line]:
    today, current = Ref("nodes.today"), _component("current_nodes")
    at_start = AtMonth(Ref("nodes.provisioned"), Number(0))
    yield Line("nodes.today", "Nodes today", "nodes", CONSTANT, if_(is_blank(current), at_start, current))
    assumed = if_(is_blank(current), 1, 0)
    yield Line("nodes.is_assumed", "Nodes today are assumed (1/0)", "–", CONSTANT, assumed)
    yield Line(
        "nodes.total", "Nodes provisioned, all components", "nodes", ("month",), total("component", "nodes.provisioned")
    )
    for name, needed, title in (
        ("exhaustion.month", "nodes.provisioned", "Fleet no longer meets the plan"),
        ("exhaustion.hard_month", "nodes.base", "Fleet no longer carries the load"),
    ):
        flag = name.replace("month", "flag")
        yield Line(flag, f"{title}: month", "month", SERIES, if_(Ref(needed) > today, MONTH, BLANK))
        months = Ref(flag)
        first = if_(eq(counted("month", months), 0), BLANK, Reduce("MIN", "month", months))
        yield Line(name, title, "month", CONSTANT, first)
    exhausted = Ref("exhaustion.month")
    order_by = if_(is_blank(exhausted), BLANK, largest(0, exhausted - setting("lead_time_months")))
    yield Line("order_by.month", "Order by", "month", CONSTANT, order_by)
    late = largest(0, setting("lead_time_months") - exhausted)
    overdue = if_(is_blank(exhausted), BLANK, late)
    yield Line("order_by.overdue", "Order is overdue by", "months", CONSTANT, overdue)
