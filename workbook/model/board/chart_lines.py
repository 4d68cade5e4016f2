"""Monthly lines that only charts need: limits to hold demand against, and the worst of many components (plan floor)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    Expr,
    Line,
    LineKind,
    Reduce,
    Ref,
    Section,
    any_of,
    eq,
    if_,
    is_blank,
    total,
)
from workbook.model.terms import setting

CAPACITY_CHARTS = Section("Lines of charts", LineKind.WORKING)
RECOVERY_CHARTS = Section("Lines of charts", LineKind.WORKING)
SERVICE_CHARTS = Section("Lines of charts", LineKind.WORKING)

MONTH = ("month",)


def lines() -> Iterator[Line]:
    """Yield today's fleet and the band month by month, totals, and the highest use of any component."""
    yield from _capacity()
    yield from _recovery()
    yield from _service()


@CAPACITY_CHARTS
def _capacity() -> Iterator[Line]:
    yield Line("limit.nodes", "Nodes today", "nodes", MONTH, total("component", "nodes.today"))
    yield Line(
        "nodes.base_total",
        "Nodes for the load, with headroom, all components",
        "nodes",
        MONTH,
        total("component", "nodes.base"),
    )
    provisioned = total("dataset", "storage.provisioned")
    yield Line("storage.provisioned_total", "Storage provisioned, all datasets", "GB", MONTH, provisioned)
    for resource, label in (("cpu", "CPU"), ("memory", "Memory")):
        highest = Reduce("MAX", "component", Ref(f"utilisation.{resource}"))
        title = f"{label} utilisation, highest of all components"
        yield Line(f"utilisation.{resource}_highest", title, "ratio", MONTH, highest)
    for end in ("low", "high"):
        title = f"Utilisation {end}, end of the band"
        yield Line(f"limit.band_{end}", title, "ratio", MONTH, setting(f"utilisation_{end}"))


@RECOVERY_CHARTS
def _recovery() -> Iterator[Line]:
    yield Line("utilisation.loss_highest", "CPU after a loss, highest of all components", "ratio", MONTH, _after_loss())


@SERVICE_CHARTS
def _service() -> Iterator[Line]:
    demand, stable = Ref("demand.total"), Ref("service.stable_load")
    stands = if_(any_of(is_blank(stable), demand <= 0), BLANK, stable / demand)
    yield Line("service.stands", "Load that the planned nodes stand, of the peak", "–", MONTH, stands)


def _after_loss() -> Expr:
    used = Ref("utilisation.cpu_after_loss")
    return if_(eq(Reduce("COUNT", "component", used), 0), BLANK, Reduce("MAX", "component", used))
