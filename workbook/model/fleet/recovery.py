"""What must survive, and how many nodes that takes (plan floor; help: model, Recovery)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from workbook.expr.tree import (
    Expr,
    Label,
    Line,
    LineKind,
    Lookup,
    OverTime,
    Position,
    Ref,
    Section,
    any_of,
    ceiling,
    eq,
    if_,
    largest,
    whole,
)
from workbook.model.terms import setting

SURVIVAL = Section("Failure tolerance")
NEEDS = Section("Nodes required")
PROVISIONED = Section("Nodes provisioned")
AFTER_LOSS = Section("After a failure")
SHORTFALLS = Section("Shortfall checks (must be 0)", LineKind.WORKING)

CONSTANT = ("component",)
SERIES = ("component", "month")
NEEDED = {
    "need_k": "Nodes for k spare nodes",
    "need_zone": "Nodes for failure-domain tolerance",
    "need_buffer": "Nodes for DR buffer",
    "need_concurrent": "Nodes for k and domain failures combined",
    "need_largest": "Governing node requirement",
    "provisioned": "Nodes provisioned",
}
"""What a component needs, and what it gets: the names in ids, with their titles."""
Named: TypeAlias = Callable[[str], Expr]


def _row(field: str) -> Lookup:
    return Lookup("resilience", field, Ref("resilience.position"))


def lines() -> Iterator[Line]:
    """Yield spare nodes k, failure domains d and losses f of each component, and the three needs that follow."""
    yield from _promises()
    yield from _provisioned()
    yield from _surviving()
    yield from _shortfall()


@SURVIVAL
def _promises() -> Iterator[Line]:
    """A component without a row in Resilience has no redundancy and one failure domain."""
    has_no_row = eq(Ref("resilience.position"), 0)
    redundancy = Ref("resilience.redundancy")
    is_regional = any_of(eq(redundancy, "Active-Active"), eq(redundancy, "Multi-Region"))
    is_passive = eq(redundancy, "Active-Passive")
    spread, zones = Ref("resilience.spread"), Ref("resilience.zones")
    zonal_losses = if_(eq(redundancy, "Multi-AZ"), Ref("resilience.zone_losses"), 0)
    yield Line(
        "resilience.position",
        "Row in Resilience (0: none)",
        "row",
        CONSTANT,
        Position("resilience", Label("component"), optional=True),
    )
    for name, title, unit, without, field in (
        ("redundancy", "Redundancy", "text", "None", "redundancy"),
        ("k", "Spare nodes (k)", "nodes", 0, "k"),
        ("zones", "Zones used", "whole", 1, "zones"),
        ("spread", "Target regions", "whole", 1, "regions"),
        ("zone_losses", "Zone failures to tolerate", "whole", 0, "zone_losses_survived"),
    ):
        yield Line(f"resilience.{name}", title, unit, CONSTANT, if_(has_no_row, without, _row(field)))
    domains = if_(is_regional, spread, if_(is_passive, 2, zones))
    losses = if_(any_of(is_regional, is_passive), 1, zonal_losses)
    yield Line("resilience.domains", "Failure domains d", "whole", CONSTANT, domains)
    yield Line("resilience.losses", "Domain failures tolerated (f)", "whole", CONSTANT, losses)


def provisioning(node: Named, row: Named) -> dict[str, Expr]:
    """Return each need, and what is provisioned, by the names of `NEEDED`.

    `node` gives a need by its name, and `base`, the nodes that carry the load; `row` gives what must survive. So the
    same formulas hold for a component's own nodes and for those of another type.
    """
    base, k, domains, losses = node("base"), row("k"), row("domains"), row("losses")
    need_k, zone, buffer, concurrent = (node(f"need_{name}") for name in ("k", "zone", "buffer", "concurrent"))
    mode, more = setting("dr_combination"), 1 + Ref("scenario.dr_buffer")
    apart = need_k + (zone - base) + (buffer - base)
    balanced = domains * ceiling(node("need_largest") / domains)
    in_mode = if_(eq(mode, "sum"), apart, if_(eq(mode, "stacked"), ceiling(concurrent * more), balanced))
    return {
        "need_k": base + k,
        "need_zone": if_(eq(losses, 0), base, domains * ceiling(base / (domains - losses))),
        "need_buffer": ceiling(base * more),
        "need_concurrent": domains * ceiling((base + k) / (domains - losses)),
        "need_largest": if_(eq(mode, "concurrent"), largest(concurrent, buffer), largest(need_k, zone, buffer)),
        "provisioned": in_mode,
    }


def taking_requests(nodes: Expr) -> Expr:
    """Return how many of so many nodes take requests: under Active-Passive those of one domain only stand by."""
    domains, losses = Ref("resilience.domains"), Ref("resilience.losses")
    is_passive = eq(Ref("resilience.redundancy"), "Active-Passive")
    return if_(is_passive, whole(nodes * (domains - losses) / domains), nodes)


def nodes_taking(active: Expr) -> Expr:
    """Return how many nodes there must be for so many to take requests: the reverse of `taking_requests`."""
    domains, losses = Ref("resilience.domains"), Ref("resilience.losses")
    is_passive = eq(Ref("resilience.redundancy"), "Active-Passive")
    return if_(is_passive, ceiling(active * domains / (domains - losses)), active)


def _provisioned() -> Iterator[Line]:
    """Nodes are spread evenly over the failure domains."""
    needs = provisioning(lambda name: Ref(f"nodes.{name}"), lambda name: Ref(f"resilience.{name}"))
    for name, title in NEEDED.items():
        section = PROVISIONED if name == "provisioned" else NEEDS
        how = OverTime.PEAK if name == "provisioned" else None
        yield Line(f"nodes.{name}", title, "nodes", SERIES, needs[name], over_time=how, section=section)
    active = taking_requests(Ref("nodes.provisioned"))
    yield Line("nodes.active", "Active nodes", "nodes", SERIES, active, section=PROVISIONED)


@AFTER_LOSS
def _surviving() -> Iterator[Line]:
    domains, losses = Ref("resilience.domains"), Ref("resilience.losses")
    k, of_domains, mode = Ref("resilience.k"), losses * Ref("nodes.provisioned") / domains, setting("dr_combination")
    is_both = any_of(eq(mode, "concurrent"), eq(mode, "stacked"))
    lost = if_(is_both, k + of_domains, largest(k, of_domains))
    yield Line(
        "nodes.surviving",
        "Nodes remaining after a failure",
        "nodes",
        SERIES,
        Ref("nodes.provisioned") - lost,
    )


@SHORTFALLS
def _shortfall() -> Iterator[Line]:
    short = largest(0, Ref("nodes.base") - Ref("nodes.provisioned"))
    yield Line("nodes.shortfall", "Node shortfall against load", "nodes", SERIES, short)
