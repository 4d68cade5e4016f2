"""The change of the bill by volume, mix and price, for each component and dataset (many floor; help: planning).

Quantities and cost of the version are read from its rows on Version figures. A price is what was paid on average. The
months are those of the comparison by category: open ones, so that each category's parts sum to its change of cost.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    AsOfRun,
    Expr,
    Joined,
    Line,
    LineKind,
    Number,
    Picked,
    Position,
    Ref,
    Section,
    StoredSum,
    SumWhere,
    all_of,
    any_of,
    eq,
    if_,
    is_blank,
    largest,
    smallest,
)
from workbook.history.lines.compared import cleared
from workbook.history.lines.measured import COMPARED, is_open
from workbook.model.demand.timing import FIRST_YEAR, MONTH

BILLED = Section("Price, volume, mix by billed item", LineKind.WORKING)
MIX = Section("Price, volume, mix")

ITEM, ROW = "billed item", "price, volume, mix"
EACH, EACH_ROW = (ITEM,), (ROW,)
PERIODS = {"year": "this FY", "plan": "whole plan"}
CATEGORY = "billed.category"
PARTS = {"volume": "Volume", "mix": "Mix", "price": "Price"}
_KEYS = {"quantity": "Quantity", "cost": "Cost"}
_SHOWN = {
    "quantity_before": ("Quantity of version", "quantity"),
    "quantity_now": ("Quantity now", "quantity"),
    "cost_before": ("Cost of version", "currency"),
    **{name: (title, "currency") for name, title in PARTS.items()},
    "cost_now": ("Cost now", "currency"),
    "change": ("Change", "currency"),
}
_NOTHING = Number(0)


def lines(has_measured: bool) -> Iterator[Line]:
    """Yield what each billed item was and is, and what its volume, its mix and its price change."""
    yield from _items()
    yield from _months(has_measured)
    for period, title in PERIODS.items():
        yield from _amounts(period, title)
        yield from _parts(period, title)
    yield from _rows()


@BILLED
def _items() -> Iterator[Line]:
    yield Line(CATEGORY, "Category", "text", EACH, AsOfRun(CATEGORY))
    for name, title in _KEYS.items():
        key = f"billed.{name}_key"
        yield Line(key, f"{title} of version, line and item", "text", EACH, AsOfRun(key))
        row = Position("version_figures", Ref("bridge.version") & "|" & Ref(key), optional=True)
        yield Line(f"billed.{name}_row", f"Row of figures: {title.lower()}", "row", EACH, row)


@BILLED
def _months(has_measured: bool) -> Iterator[Line]:
    is_counted = all_of(is_open(MONTH, has_measured, COMPARED), Ref("time.billed") > 0)
    in_year = if_(is_counted, Ref("time.fiscal_year"), Number(0, "year"))
    yield Line("billed.year", "Fiscal year, if open and billed", "year", ("month",), in_year)
    yield Line("billed.plan", "Open and billed (1/0)", "flag", ("month",), if_(is_counted, 1, 0))
    for period, title in PERIODS.items():
        # The categories come first in the comparison, and share their months; quantities have one month more than cost.
        first, last = (Picked("variance", Ref(f"variance.{end}_{period}"), Number(1)) for end in ("from", "to"))
        yield Line(f"billed.from_{period}", f"From month of version, {title}", "month", (), first)
        billed = smallest(last, Ref("version.horizon") - Number(1, "month"))
        yield Line(f"billed.to_{period}", f"To month of version, {title}", "month", (), billed)


def _stored(name: str, period: str) -> Expr:
    row, first, last = Ref(f"billed.{name}_row"), Ref(f"billed.from_{period}"), Ref(f"billed.to_{period}")
    return if_(any_of(eq(row, 0), first > last), 0, StoredSum(row, first, largest(last, 0)))


def _over(period: str, line: str) -> SumWhere:
    """Return a monthly line of now over the months of a period that count."""
    wanted = FIRST_YEAR if period == "year" else Number(1)
    return SumWhere("month", Ref(f"billed.{period}"), (wanted,), Ref(line))


def _quantity(period: str) -> Expr:
    nodes = _over(period, "nodes.provisioned") / Number(1, "node")
    stored, traffic = (_over(period, line) / Number(1, "GB") for line in ("storage.billed", "network.egress"))
    return Joined("component", nodes, Joined("dataset", stored, Joined("network", traffic, _NOTHING)))


def _cost(period: str) -> Expr:
    nodes, stored, traffic, fixed = (_over(period, f"cost.{name}") for name in ("nodes", "storage", "network", "fixed"))
    others = Joined("network", traffic, Joined("fixed", fixed, _NOTHING))
    return Joined("component", nodes, Joined("dataset", stored, others))


@BILLED
def _amounts(period: str, title: str) -> Iterator[Line]:
    """Yield quantity and cost of each item before and now, and the quantity of its category."""
    for name, unit, now in (("quantity", "quantity", _quantity(period)), ("cost", "currency", _cost(period))):
        heading = f"{_KEYS[name]}, {title}"
        yield Line(f"billed.{name}_before_{period}", f"{heading}, version", unit, EACH, _stored(name, period))
        yield Line(f"billed.{name}_now_{period}", f"{heading}, now", unit, EACH, now)
    for side, when in (("before", "version"), ("now", "now")):
        every = SumWhere(ITEM, Ref(CATEGORY), (Ref(CATEGORY),), Ref(f"billed.quantity_{side}_{period}"))
        yield Line(f"billed.every_{side}_{period}", f"Quantity of category, {title}, {when}", "quantity", EACH, every)


@BILLED
def _parts(period: str, title: str) -> Iterator[Line]:
    """Yield what volume, mix and price change in the cost of each item; all is volume in a category that is new.

    What has no quantity in the version counts at the price of now.
    """
    before, now = Ref(f"billed.cost_before_{period}"), Ref(f"billed.cost_now_{period}")
    quantity, quantity_now = Ref(f"billed.quantity_before_{period}"), Ref(f"billed.quantity_now_{period}")
    every, every_now = Ref(f"billed.every_before_{period}"), Ref(f"billed.every_now_{period}")
    old_price = Ref(f"billed.old_price_{period}")
    at_old_price = if_(eq(quantity, 0), now, quantity_now * before / quantity)
    yield Line(old_price.line, f"Quantity now at version's price, {title}", "currency", EACH, at_old_price)
    parts = {
        "volume": if_(eq(every, 0), now - before, (every_now - every) * before / every),
        "mix": if_(eq(every, 0), 0, old_price - every_now * before / every),
        "price": if_(eq(every, 0), 0, now - old_price),
    }
    for name, part in parts.items():
        shown = if_(is_blank(Ref("billed.quantity_key")), 0, cleared(part, before, now))
        yield Line(f"billed.{name}_{period}", f"{PARTS[name]}, {title}", "currency", EACH, shown)
    yield Line(f"billed.change_{period}", f"Change, {title}", "currency", EACH, cleared(now - before, before, now))


@MIX
def _rows() -> Iterator[Line]:
    """Yield the items under the total of their category."""
    yield Line("pvm.unit", "Unit", "text", EACH_ROW, AsOfRun("pvm.unit"))
    category = "pvm.category"
    yield Line(category, "Category", "text", EACH_ROW, AsOfRun(category), section=BILLED)
    for period, title in PERIODS.items():
        for name, (heading, unit) in _SHOWN.items():
            item = Ref(f"billed.{name}_{period}")
            of_category: Expr = SumWhere(ITEM, Ref(CATEGORY), (Ref(category),), item)
            if name in (*PARTS, "change"):
                before, now = (Ref(f"pvm.cost_{side}_{period}") for side in ("before", "now"))
                of_category = cleared(of_category, before, now)
            yield Line(f"pvm.{name}_{period}", f"{heading}, {title}", unit, EACH_ROW, Joined(ITEM, item, of_category))
