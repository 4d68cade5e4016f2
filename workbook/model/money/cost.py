"""What the plan costs: purchase layers, categories, fiscal years, present value (plan floor; help: model, Cost)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from workbook.expr.tree import (
    BLANK,
    AtMonth,
    Cumulative,
    Expr,
    Input,
    Line,
    Lookup,
    Number,
    OverTime,
    PerItem,
    Position,
    Ref,
    Section,
    SumWhere,
    all_of,
    any_of,
    call,
    eq,
    if_,
    is_blank,
    smallest,
    total,
)
from workbook.model.demand.timing import (
    FIRST_YEAR,
    FISCAL_QUARTERS,
    FISCAL_YEARS,
    MONTH,
    MONTHS_PER_YEAR,
    SECOND_YEAR,
    in_year,
)
from workbook.model.money import reservations
from workbook.model.terms import setting

PRICES = Section("Prices applied")
NODES = Section("Nodes")
STORAGE = Section("Storage")
NETWORK = Section("Network")
FIXED = Section("Fixed")
COST = Section("Cost")

CONSTANT = ("component",)
SERIES = ("component", "month")
BY_MONTH = ("month",)
YEARS = ("fiscal_year",)


class Category(StrEnum):
    """What money is spent on; the value is part of line ids."""

    NODES = "nodes"
    STORAGE = "storage"
    NETWORK = "network"
    FIXED = "fixed"


CATEGORIES: Mapping[Category, tuple[str, str]] = {
    Category.NODES: ("Nodes", "cost.nodes_total"),
    Category.STORAGE: ("Storage", "cost.storage_total"),
    Category.NETWORK: ("Network", "cost.network"),
    Category.FIXED: ("Fixed", "cost.fixed_total"),
}
"""Each category's title, and the line that is its monthly cost."""


def lines() -> Iterator[Line]:
    """Yield prices in force, the purchase layers of nodes, and cost by category, month, quarter and year."""
    yield from _prices()
    yield from reservations.lines()
    yield from _nodes()
    yield from _storage()
    yield from _network()
    yield from _fixed()
    yield from _totals()
    yield from FISCAL_QUARTERS(_quarters)()
    yield from FISCAL_YEARS(_years)()


@PRICES
def _prices() -> Iterator[Line]:
    escalated = (1 + setting("price_escalation")) ** Ref("time.price_year")
    factor = Ref("time.billed") * Ref("scenario.price_multiplier") * escalated
    yield Line("price.factor", "Price index", "×", BY_MONTH, factor)
    yield from _node_prices()
    row = Position("rates", Input("retention", "storage_tier"))
    yield Line("tier.position", "Row of storage tier", "row", ("dataset",), row)
    tier = Lookup("rates", "on_demand", Ref("tier.position"))
    yield Line("price.storage", "Storage price", "currency/GB", ("dataset",), tier)
    carried = Input("rates", "on_demand") * Input("rates", "share_of_traffic")
    yield Line("price.network", "Network price per GB of API traffic", "currency/GB", ("network",), carried)


def _node_prices() -> Iterator[Line]:
    place = Ref("node.position")
    on_demand = Ref("price.on_demand")
    yield Line("price.on_demand", "On-demand price", "currency/h/node", CONSTANT, Lookup("rates", "on_demand", place))
    for field, title in (("reserved", "Reserved price"), ("spot", "Spot price")):
        offered = Lookup("rates", field, place)
        yield Line(
            f"price.{field}",
            f"{title} (on-demand if none)",
            "currency/h/node",
            CONSTANT,
            if_(is_blank(offered), on_demand, offered),
        )
    offers_spot = all_of(
        eq(Input("components", "fault_tolerant"), "yes"), call("NOT", is_blank(Lookup("rates", "spot", place)))
    )
    yield Line(
        "spot.share", "Spot share applied", "ratio", CONSTANT, if_(offers_spot, Input("components", "spot_share"), 0)
    )


@NODES
def _nodes() -> Iterator[Line]:
    above, spot = Ref("nodes.above_baseline"), Ref("nodes.spot")
    hourly = spot * Ref("price.spot") + (above - spot) * Ref("price.on_demand")
    cost = Ref("reserved.cost") + Ref("price.factor") * setting("hours_per_month") * hourly
    yield Line("cost.nodes", "Node cost", "currency", SERIES, cost)
    yield _whole_plan("component", "cost.component", "cost.nodes")
    every = total("component", "cost.nodes")
    yield Line("cost.nodes_total", "Total node cost", "currency", BY_MONTH, every)


def _whole_plan(over: str, line: str, monthly: str) -> Line:
    return Line(line, f"Cost of {over} over horizon", "currency", (over,), total("month", monthly))


@STORAGE
def _storage() -> Iterator[Line]:
    """A month bills the average of its stock at its start and at its end: the last one reads month H."""
    is_used = eq(Lookup("rates", "billing", Ref("tier.position")), "used")
    used = Ref("storage.required") * Input("retention", "copies")
    stock = if_(is_used, used, Ref("storage.provisioned"))
    yield Line("storage.stock", "Billable storage stock", "GB", ("dataset", "month"), stock)
    end = AtMonth(Ref("storage.stock"), smallest(MONTH + 1, setting("horizon_months")))
    billed = (Ref("storage.stock") + end) / 2
    yield Line("storage.billed", "Billed storage, monthly average", "GB", ("dataset", "month"), billed)
    cost = Ref("price.factor") * Ref("storage.billed") * Ref("price.storage")
    yield Line("cost.storage", "Storage cost", "currency", ("dataset", "month"), cost)
    yield _whole_plan("dataset", "cost.dataset", "cost.storage")
    every = total("dataset", "cost.storage")
    yield Line("cost.storage_total", "Total storage cost", "currency", BY_MONTH, every)


@NETWORK
def _network() -> Iterator[Line]:
    """The day's average of API traffic is billed, never the peak all month and never the redundancy."""
    level = Ref("users.total") * Input("users", "api_bandwidth_mbps") / Number(1000, "Mbps/Gbps")
    average = level * Input("users", "load_factor")
    yield Line("network.average", "Average API bandwidth", "Gbps", ("segment", "month"), average)
    seconds = Number(3600, "s/h") * setting("hours_per_month")
    traffic = total("segment", "network.average") * seconds / Number(8, "Gbit/GB")
    yield Line("network.egress", "API traffic", "GB", BY_MONTH, traffic)
    cost = Ref("price.factor") * Ref("network.egress") * total("network", "price.network")
    yield Line("cost.network", "Network cost", "currency", BY_MONTH, cost)


@FIXED
def _fixed() -> Iterator[Line]:
    cost = Ref("price.factor") * Input("rates", "on_demand")
    yield Line("cost.fixed", "Fixed cost", "currency", ("fixed", "month"), cost)
    yield Line("cost.fixed_total", "Total fixed cost", "currency", BY_MONTH, total("fixed", "cost.fixed"))


@COST
def _totals() -> Iterator[Line]:
    categories = tuple((title, Ref(line)) for title, line in CATEGORIES.values())
    yield Line("cost.category", "Cost by category", "currency", ("category", "month"), PerItem("category", categories))
    yield _whole_plan("category", "cost.category_sum", "cost.category")
    yield Line("cost.total", "Cost", "currency", BY_MONTH, total("category", "cost.category"))
    yield Line("cost.horizon", "Total cost over horizon", "currency", (), total("month", "cost.total"))
    so_far = Cumulative(Ref("cost.total"))
    yield Line("cost.cumulative", "Cumulative cost", "currency", BY_MONTH, so_far, over_time=OverTime.END)
    yield from _unit_costs()
    discount = (1 + setting("discount_rate")) ** ((MONTH + 1) / MONTHS_PER_YEAR)
    yield Line("cost.present_value", "Present value of cost", "currency", BY_MONTH, Ref("cost.total") / discount)
    yield Line("cost.npv", "Net present value of cost", "currency", (), total("month", "cost.present_value"))


def _unit_costs() -> Iterator[Line]:
    """Month H costs nothing, so that it has no cost per user either."""
    cost, users, requests = Ref("cost.total"), Ref("users.all"), Ref("requests.month")
    is_billed = Ref("time.billed") > 0
    per_user = if_(all_of(is_billed, users > 0), cost / users, BLANK)
    yield Line("cost.per_user", "Cost per user", "currency/user", BY_MONTH, per_user)
    per_thousand = if_(all_of(is_billed, requests > 0), cost / requests * 1000, BLANK)
    title, unit = "Cost per thousand requests", "currency/1000 requests"
    yield Line("cost.per_thousand_requests", title, unit, BY_MONTH, per_thousand)


def _quarters() -> Iterator[Line]:
    in_quarter = _in_period("quarter", "time.quarter", "cost.total")
    yield Line("cost.quarter", "Cost of fiscal quarter", "currency", ("fiscal_quarter",), in_quarter)


def _years() -> Iterator[Line]:
    for category, (name, line) in CATEGORIES.items():
        title = f"Cost of fiscal year: {name.lower()}"
        cost = _in_period("year", "time.fiscal_year", line)
        yield Line(f"cost.year_{category}", title, "currency", YEARS, cost)
    cost = _in_period("year", "time.fiscal_year", "cost.total")
    yield Line("cost.year", "Cost of fiscal year", "currency", YEARS, cost)
    yield from _present_value()
    for name, year, title in (
        ("cost.this_year", FIRST_YEAR, "Cost this fiscal year"),
        ("cost.next_year", SECOND_YEAR, "Cost next fiscal year"),
    ):
        yield Line(name, title, "currency", (), in_year(year, Ref("cost.total")))


def _present_value() -> Iterator[Line]:
    """Yield what each year weighs in the present value."""
    is_empty = eq(Ref("year.months"), 0)
    value = _in_period("year", "time.fiscal_year", "cost.present_value")
    yield Line("year.npv", "Present value of fiscal-year cost", "currency", YEARS, value)
    share = if_(any_of(is_empty, Ref("cost.npv") <= 0), BLANK, Ref("year.npv") / Ref("cost.npv"))
    yield Line("year.npv_share", "Share of total NPV", "ratio", YEARS, share)


def _in_period(period: str, key: str, line: str) -> Expr:
    cost = SumWhere("month", Ref(key), (Ref(f"{period}.number"),), Ref(line))
    return if_(eq(Ref(f"{period}.months"), 0), BLANK, cost)
