"""What must survive, and how many nodes that takes (plan floor; MODEL 3.6, 3.7; INPUTS section 2, Resilience)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    Expr,
    Label,
    Line,
    Lookup,
    Position,
    Ref,
    any_of,
    ceiling,
    eq,
    if_,
    largest,
)
from workbook.model.terms import setting

CONSTANT = ("component",)
SERIES = ("component", "month")


def _row(field: str) -> Lookup:
    return Lookup("resilience", field, Ref("resilience.position"))


def lines() -> Iterator[Line]:
    """Yield spare nodes k, failure domains d and losses f of each component, and the three needs that follow."""
    yield from _promises()
    yield from _needs()
    yield from _provisioned()


def _promises() -> Iterator[Line]:
    """A component without a row in Resilience has no redundancy and one failure domain."""
    has_no_row = eq(Ref("resilience.position"), 0)
    redundancy = _row("redundancy")
    is_regional = any_of(eq(redundancy, "Active-Active"), eq(redundancy, "Multi-Region"))
    is_passive = eq(redundancy, "Active-Passive")
    domains = if_(is_regional, _row("regions"), if_(is_passive, 2, _row("zones")))
    losses = if_(any_of(is_regional, is_passive), 1, if_(eq(redundancy, "Multi-AZ"), _row("zone_losses_survived"), 0))
    yield Line(
        "resilience.position",
        "Row in Resilience, 0 for none",
        "row",
        CONSTANT,
        Position("resilience", Label("component"), optional=True),
    )
    yield Line("resilience.redundancy", "Redundancy", "text", CONSTANT, if_(has_no_row, "None", redundancy))
    yield Line("resilience.k", "Spare nodes k", "nodes", CONSTANT, if_(has_no_row, 0, _row("k")))
    yield Line("resilience.domains", "Failure domains d", "–", CONSTANT, if_(has_no_row, 1, domains))
    yield Line("resilience.losses", "Domain losses survived f", "–", CONSTANT, if_(has_no_row, 0, losses))


def _needs() -> Iterator[Line]:
    base, k = Ref("nodes.base"), Ref("resilience.k")
    domains, losses = Ref("resilience.domains"), Ref("resilience.losses")
    over_domains = domains * ceiling(base / (domains - losses))
    yield Line("nodes.need_k", "Needed for k spare nodes", "nodes", SERIES, base + k)
    yield Line("nodes.need_zone", "Needed for domain losses", "nodes", SERIES, if_(eq(losses, 0), base, over_domains))
    yield Line(
        "nodes.need_buffer",
        "Needed for the DR buffer",
        "nodes",
        SERIES,
        ceiling(base * (1 + Ref("scenario.dr_buffer"))),
    )
    yield Line(
        "nodes.need_concurrent",
        "Needed for k and domain losses at once",
        "nodes",
        SERIES,
        domains * ceiling((base + k) / (domains - losses)),
    )


def _provisioned() -> Iterator[Line]:
    domains, losses = Ref("resilience.domains"), Ref("resilience.losses")
    base, concurrent = Ref("nodes.base"), Ref("nodes.need_concurrent")
    k, zone, buffer = Ref("nodes.need_k"), Ref("nodes.need_zone"), Ref("nodes.need_buffer")
    mode = setting("dr_combination")
    apart = k + (zone - base) + (buffer - base)
    stacked = ceiling(concurrent * (1 + Ref("scenario.dr_buffer")))
    together = _balanced(if_(eq(mode, "concurrent"), largest(concurrent, buffer), largest(k, zone, buffer)))
    provisioned = if_(eq(mode, "sum"), apart, if_(eq(mode, "stacked"), stacked, together))
    yield Line("nodes.provisioned", "Nodes provisioned", "nodes", SERIES, provisioned)
    lost = largest(Ref("resilience.k"), losses * Ref("nodes.provisioned") / domains)
    yield Line(
        "nodes.surviving",
        "Nodes left after the loss it must survive",
        "nodes",
        SERIES,
        Ref("nodes.provisioned") - lost,
    )
    yield Line(
        "nodes.shortfall", "Nodes short of the load", "nodes", SERIES, largest(0, base - Ref("nodes.provisioned"))
    )


def _balanced(need: Expr) -> Expr:
    """Spread nodes evenly over the failure domains."""
    return Ref("resilience.domains") * ceiling(need / Ref("resilience.domains"))
