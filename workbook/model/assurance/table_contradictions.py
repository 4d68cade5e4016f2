"""Rules about growth, retention and the rate card (plan floor)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    Input,
    Number,
    Parent,
    Reduce,
    Ref,
    all_of,
    eq,
    if_,
    is_blank,
)
from workbook.model.assurance.contradiction import Contradiction
from workbook.model.assurance.contradiction_cells import (
    beside,
    pair,
    twelve_months,
)
from workbook.problems import Code
from workbook.units import UNITS

_NONE = Number(0)
_MONTH_OF_YEAR = 12


def growth_rules() -> Iterator[Contradiction]:
    """Yield the rules that compare growth with a yearly rate."""
    month, year = Input("growth", "month"), Parent(Ref("contradiction.year_factor"))
    is_early = all_of(month < _MONTH_OF_YEAR, year > 0)
    factor = year ** (month / _MONTH_OF_YEAR)
    implied = if_(is_early, factor - 1, BLANK)
    yield Contradiction(
        "growth",
        "Growth consistent with 12-month rate",
        "anchor",
        Input("growth", "total_growth"),
        "equal to",
        implied,
        implied,
        "ratio",
        allowed=if_(is_early, factor / (Number(2) * 100), _NONE),
        code=Code.GROWTH_OFF_RATE,
        message="growth of {item}, is {found}, but at the yearly rate of the twelve-month row it is {limit}",
        expected="{fix} with the {b.shown} in {b.where}",
        remedy="keep the row if growth is uneven; delete it if one yearly rate is meant",
        cells=beside("growth", "total_growth", twelve_months),
    )
    yearly = (1 + Input("retention", "growth_per_month")) ** Number(12)
    tenfold = Number(8) + 2
    yield Contradiction(
        "retention",
        "Annual growth of dataset",
        "dataset",
        yearly,
        "at most",
        tenfold,
        tenfold ** (1 / Number(12)) - 1,
        "–",
        fix_unit="ratio",
        cells=pair("retention", "growth_per_month", "retention_days"),
    )


def purchase_rules() -> Iterator[Contradiction]:
    """Yield the rules that compare prices, node sizes and shares."""
    reserved, on_demand = Input("rates", "reserved"), Input("rates", "on_demand")
    yield Contradiction(
        "reserved",
        "Reserved price within on-demand price",
        "node rate",
        if_(is_blank(reserved), BLANK, reserved),
        "at most",
        on_demand,
        on_demand,
        "currency/h",
        code=Code.RESERVED_ABOVE_ON_DEMAND,
        message="reserved price {found} of {item!r} is above its on-demand price {limit}: nothing is reserved",
        expected="at most {fix}, the price in {b.where}",
        remedy="check both prices: one may be per month or per year instead of per hour",
        cells=pair("rates", "reserved", "on_demand"),
    )
    for name, label, noun, size, unit in (
        ("cpu", "CPU", "CPU", "node.cores", "cores"),
        ("memory", "Memory", "memory", "node.memory", "GB of memory"),
    ):
        shown = UNITS[unit].label
        offered = f"{shown} of usable memory" if name == "memory" else shown
        need, recommended = Ref(f"rightsize.{name}_need"), Ref(f"rightsize.{name}")
        yield Contradiction(
            f"{name}_size",
            f"{label} of node type sufficient",
            "component",
            Ref(size),
            "at least",
            if_(is_blank(need), BLANK, need),
            if_(is_blank(recommended), BLANK, recommended),
            unit,
            code=Code.NODE_TOO_SMALL,
            message=f"node type {{b.shown!r}} of {{item!r}} has {{found}} {offered}, and {{limit}} hold "
            f"its {noun} per node at the load limit",
            expected=f"a node of {{fix}} {offered} or more in {{b.where}}",
            remedy=f"choose a larger node type, or correct {label} per node",
            cells=pair("components", f"{name}_per_node_{shown.lower()}", "node_type"),
        )
    for name, label, noun, shown in (("cpu", "CPU", "CPU", "cores"), ("memory", "Memory", "memory", "GB")):
        own = Ref(f"contradiction.{name}_size")
        is_known = eq(Reduce("COUNT", "component", own), Reduce("COUNT", "component", Ref("nodes.today")))
        share = own / Reduce("SUM", "component", own)
        yield Contradiction(
            f"{name}_share",
            f"{label} share in proportion to node sizes",
            "component",
            Input("components", f"{name}_share"),
            "equal to",
            if_(is_known, share, BLANK),
            if_(is_known, share, BLANK),
            "ratio",
            allowed=if_(is_known, share / 2, _NONE),
            code=Code.SHARE_OFF_SIZE,
            message=f"{noun} share of {{item!r}} is {{found}}, but its {noun} per node is {{limit}} of all",
            expected=f"about {{fix}} for the {noun} per node in {{b.where}}",
            remedy="check both: a share far from the sizes leaves nodes idle or short",
            cells=pair("components", f"{name}_share", f"{name}_per_node_{shown.lower()}"),
        )
