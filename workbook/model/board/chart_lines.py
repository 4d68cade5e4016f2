"""Monthly lines that only charts need: limits to hold demand against, and the worst of many components (plan floor)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    Expr,
    Line,
    LineKind,
    OverTime,
    Reduce,
    Ref,
    Section,
    eq,
    if_,
    is_blank,
    largest,
    total,
)
from workbook.model.terms import setting

CAPACITY_CHARTS = Section("Chart series", LineKind.WORKING)
RECOVERY_CHARTS = Section("Chart series", LineKind.WORKING)

MONTH = ("month",)


def lines() -> Iterator[Line]:
    """Yield today's fleet and the band month by month, totals, and the highest use of any component."""
    yield from _capacity()
    yield from _recovery()


@CAPACITY_CHARTS
def _capacity() -> Iterator[Line]:
    today = total("component", "nodes.today")
    yield Line("limit.nodes", "Total nodes today", "nodes", MONTH, today, kind=LineKind.RESULT)
    yield Line(
        "nodes.base_total",
        "Total nodes for load with headroom",
        "nodes",
        MONTH,
        total("component", "nodes.base"),
    )
    provisioned = total("dataset", "storage.provisioned")
    title = "Total storage provisioned"
    yield Line("storage.provisioned_total", title, "GB", MONTH, provisioned, kind=LineKind.RESULT)
    for resource, label in (("cpu", "CPU"), ("memory", "Memory")):
        highest = Reduce("MAX", "component", Ref(f"utilisation.{resource}"))
        title = f"{label} utilisation, highest component"
        yield Line(f"utilisation.{resource}_highest", title, "ratio", MONTH, highest, over_time=OverTime.PEAK)
    for end in ("low", "high"):
        title = f"Utilisation band, {end} limit"
        yield Line(f"limit.band_{end}", title, "ratio", MONTH, setting(f"utilisation_{end}"))


@RECOVERY_CHARTS
def _recovery() -> Iterator[Line]:
    """A loss leaves CPU and memory of as many nodes, so either both have figures or none has."""
    cpu, memory = Ref("utilisation.cpu_loss_highest"), Ref("utilisation.memory_loss_highest")
    for line, resource, label in ((cpu, "cpu", "CPU"), (memory, "memory", "Memory")):
        title = f"{label} utilisation after a failure, highest component"
        yield Line(line.line, title, "ratio", MONTH, _after_loss(resource), over_time=OverTime.PEAK)
    either = if_(is_blank(cpu), BLANK, largest(cpu, memory))
    title = "Utilisation after a failure, highest component"
    yield Line("utilisation.loss_highest", title, "ratio", MONTH, either, over_time=OverTime.PEAK)


def _after_loss(resource: str) -> Expr:
    used = Ref(f"utilisation.{resource}_after_loss")
    return if_(eq(Reduce("COUNT", "component", used), 0), BLANK, Reduce("MAX", "component", used))
