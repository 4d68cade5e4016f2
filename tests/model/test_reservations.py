"""Cost by a second way: every number of reserved nodes is tried, and each month is billed by small loops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import pytest

from tests.model.cases import plan_of
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.commitments import Scenario
from workbook.inputs.sheets.demand import UserSegment
from workbook.inputs.sheets.supply import Component, Dataset, Rate
from workbook.model import calculate
from workbook.model.results import Results
from workbook.schema import Row

pytestmark = pytest.mark.whole

REL = 1e-9


RowT = TypeVar("RowT", bound=Row)


def rows(plan: Plan, sheet: str, model: type[RowT]) -> list[RowT]:
    """Return the rows of an input sheet."""
    return [row for row in plan.rows(sheet) if isinstance(row, model)]


def rate_of(plan: Plan, item: str) -> Rate:
    """Return the row of the rate card that has a name."""
    return next(row for row in rows(plan, "rates", Rate) if row.item == item)


@dataclass(frozen=True)
class Prices:
    """What a month costs: the factor of each month, before it is known which month a price is locked in."""

    plan: Plan

    def factor(self, month: int) -> float:
        settings = self.plan.settings
        as_of = settings.prices_as_of or settings.plan_start
        age = 12 * (settings.plan_start.year - as_of.year) + settings.plan_start.month - as_of.month
        multiplier = next(
            row.price_multiplier
            for row in rows(self.plan, "scenarios", Scenario)
            if row.scenario == settings.active_scenario
        )
        return float(multiplier * (1 + settings.price_escalation) ** ((month + age) // 12))


def terms(plan: Plan, component: Component, term: int) -> list[tuple[int, int, bool]]:
    """Return the terms of a plan one after the other: first month, month after the last, and whether it is bought."""
    start, horizon, until = plan.settings.plan_start, plan.settings.horizon_months, component.reserved_until
    bought = 0 if until is None else max(0, 12 * (until.year - start.year) + until.month - start.month + 1)
    found = [(0, min(bought, horizon), True)] if bought else []
    first = bought
    while first < horizon:
        found.append((first, min(first + term, horizon), False))
        first += term
    return found


def month_cost(nodes: float, reserved: float, component: Component, rate: Rate) -> float:
    """Return what the nodes above the reserved ones cost in an hour at the rate card's prices."""
    above = max(0.0, nodes - reserved)
    is_spot = component.fault_tolerant == "yes" and rate.spot is not None
    spot = int(component.spot_share * above + 1e-9) if is_spot else 0
    return spot * (rate.spot or 0) + (above - spot) * rate.on_demand


def by_trial(nodes: Sequence[float], rate: Rate) -> int:
    """Return the smallest number that costs least when all above it is on demand, after trying every number."""
    assert rate.reserved is not None
    cost = [
        sum(tried * rate.reserved + max(0.0, need - tried) * rate.on_demand for need in nodes)
        for tried in range(int(max(nodes)) + 1)
    ]
    least = min(cost)
    return next(tried for tried, money in enumerate(cost) if money <= least * (1 + 1e-12))


def reserved_by_trial(nodes: Sequence[float], rate: Rate) -> int:
    if rate.reserved is None or rate.reserved >= rate.on_demand:
        return 0
    if rate.reserved_coverage is not None:
        return int(rate.reserved_coverage * min(nodes) + 1e-9)
    return by_trial(nodes, rate)


def nodes_and_cost(results: Results, item: int) -> tuple[list[float], list[float]]:
    """Return a component's reserved nodes and its cost month by month, worked out anew from its provisioned nodes."""
    plan = results.plan
    component = rows(plan, "components", Component)[item]
    rate = rate_of(plan, component.node_type)
    needed = [float(value) for value in results.values["nodes.provisioned"][0, item]]
    prices, hours = Prices(plan), plan.settings.hours_per_month
    reserved, cost = [0.0] * len(needed), [0.0] * len(needed)
    for first, end, is_bought in terms(plan, component, rate.term_months):
        if is_bought:
            number, price = component.reserved_today, component.reserved_at
            paid = rate.reserved if price is None else price
        else:
            number = reserved_by_trial(needed[first:end], rate)
            paid = (rate.reserved or 0) * prices.factor(first)
        for month in range(first, end):
            reserved[month] = number
            market = month_cost(needed[month], number, component, rate) * prices.factor(month)
            cost[month] = (number * (paid or 0) + market) * hours
    return reserved, cost


def storage_cost(results: Results, item: int, month: int) -> float:
    plan = results.plan
    dataset = rows(plan, "retention", Dataset)[item]
    tier = rate_of(plan, dataset.storage_tier)
    fill = 1.0 if tier.billing == "used" else plan.settings.storage_fill_limit
    kept = results.values["storage.required"][0, item]
    average = (kept[month] + kept[month + 1]) / 2 * dataset.copies / fill
    return float(average * tier.on_demand * Prices(plan).factor(month))


def network_cost(results: Results, month: int) -> float:
    plan = results.plan
    gigabits = 0.0
    for item, segment in enumerate(rows(plan, "users", UserSegment)):
        users = results.values["users.total"][0, item, month]
        gigabits += users * segment.api_bandwidth_mbps * segment.load_factor / 1000 * 3600
    price = sum(row.on_demand * row.share_of_traffic for row in rows(plan, "rates", Rate) if row.kind == "network")
    return float(gigabits * plan.settings.hours_per_month / 8 * price * Prices(plan).factor(month))


def total_cost(results: Results, month: int) -> float:
    plan = results.plan
    fixed = sum(row.on_demand for row in rows(plan, "rates", Rate) if row.kind == "fixed")
    nodes = sum(nodes_and_cost(results, item)[1][month] for item in range(len(plan.rows("components"))))
    storage = sum(storage_cost(results, item, month) for item in range(len(plan.rows("retention"))))
    return nodes + storage + network_cost(results, month) + fixed * Prices(plan).factor(month)


PLANS: Mapping[str, tuple[str, Mapping[str, object], Mapping[str, Mapping[str, Mapping[str, object]]]]] = {
    "erlmcp": ("erlmcp", {}, {}),
    "meridian": ("meridian", {"Active scenario": "Lean year"}, {}),
    "erlmcp in a last term of three months": ("erlmcp", {"Horizon (months)": 27, "Price escalation": "7 %"}, {}),
    "meridian with older prices and terms of every length": (
        "meridian",
        {"Prices as of": date(2025, 7, 1), "Price escalation": "9 %", "Horizon (months)": 41},
        {
            "Rates": {
                "General 8x32": {"Term": 5},
                "Compute 16x32": {"Term": 1, "Reserved coverage": "80 %"},
                "Memory 4x32": {"Term": 60},
                "Small 2x8": {"Reserved": 0.07, "Term": 24},
                "Fast storage": {"Billing": "used"},
                "Outbound traffic": {"Share of traffic": "35 %"},
            },
            "Users": {"Shoppers": {"Load factor": 0.45}},
        },
    ),
    "meridian with nodes that are bought already": (
        "meridian",
        {"Price escalation": "9 %"},
        {
            "Components": {
                "Gateway": {"Reserved today": 5, "Reserved until": date(2027, 1, 31), "Reserved at": 0.2},
                "Payments": {"Reserved today": 40, "Reserved until": date(2026, 9, 1)},
                "Notifications": {"Reserved today": 1, "Reserved until": date(2035, 1, 1), "Reserved at": 0.05},
            }
        },
    ),
}


@pytest.mark.parametrize("name", PLANS)
def test_every_month_costs_what_small_loops_bill(name: str) -> None:
    template, settings, cells = PLANS[name]
    results = calculate(plan_of(template, settings=settings, cells=cells))
    for item in range(results.frame.length("component")):
        reserved, cost = nodes_and_cost(results, item)
        assert results.values["reserved.nodes"][0, item].tolist() == reserved
        assert results.values["cost.nodes"][0, item].tolist() == pytest.approx(cost, rel=REL)
    billed = range(results.plan.settings.horizon_months)
    expected = [total_cost(results, month) for month in billed]
    assert results.values["cost.total"][0, 0, :-1].tolist() == pytest.approx(expected, rel=REL)
    assert results.values["cost.total"][0, 0, -1] == 0


def test_the_sample_costs_what_was_worked_out_apart() -> None:
    # Figures of a second program, written from the specification alone.
    values = calculate(plan_of("erlmcp")).values
    total = values["cost.total"][0, 0]
    assert total[[0, 11, 12, 35]].tolist() == pytest.approx(
        [5667.106156113566, 10856.563737425004, 11514.838831116482, 391125.76007016323], rel=REL
    )
    years = [94361.46213895, 245246.53353762, 1838508.89337132]
    assert values["cost.year"][0, :3, 0].tolist() == pytest.approx(years, rel=REL)
    assert values["cost.year_nodes"][0, :3, 0].tolist() == pytest.approx([23739.60, 40164.60, 75182.70], rel=REL)
    assert values["cost.horizon"][0, 0, 0] == pytest.approx(2178116.88904790, rel=REL)
    assert values["cost.npv"][0, 0, 0] == pytest.approx(1716385.24907914, rel=REL)
    assert values["cost.network"][0, 0, 0] == pytest.approx(3285, rel=REL)
    assert values["cost.network"].sum() == pytest.approx(388156.05314789, rel=REL)
    assert values["cost.storage_total"][0, 0, 0] == pytest.approx(225.00615611, rel=REL)
    assert values["cost.storage_total"].sum() == pytest.approx(1632873.93590004, rel=REL)
    assert values["cost.per_user"][0, 0, 0] == pytest.approx(1.13342123122, rel=REL)
    assert values["cost.per_thousand_requests"][0, 0, 0] == pytest.approx(0.000862573235329, rel=REL)


@pytest.mark.slow
@pytest.mark.parametrize("template", ["erlmcp", "meridian"])
def test_a_longer_horizon_leaves_every_complete_term_as_it_was(template: str) -> None:
    horizons = (12, 36, 60, 120)
    plans = {months: calculate(plan_of(template, settings={"Horizon (months)": months})) for months in horizons}
    for short, long in ((12, 36), (36, 60), (60, 120), (12, 120)):
        before, after = plans[short], plans[long]
        for item, component in enumerate(rows(before.plan, "components", Component)):
            complete = short - short % rate_of(before.plan, component.node_type).term_months
            for line in ("reserved.nodes", "cost.nodes"):
                left, right = (results.values[line][0, item, :complete].tolist() for results in (before, after))
                assert left == pytest.approx(right, rel=1e-12)


@pytest.mark.slow
def test_the_first_year_of_the_sample_costs_the_same_at_every_horizon() -> None:
    for months in (12, 13, 36, 60, 120):
        results = calculate(plan_of("erlmcp", settings={"Horizon (months)": months}))
        assert results.values["cost.year_nodes"][0, 0, 0] == pytest.approx(23739.60, rel=REL)


ROLLED = plan_of(
    "erlmcp",
    settings={"Plan start": date(2026, 4, 1)},
    sheets={
        "Growth": f"""
        | Segment      | Month | Total growth |
        | erlmcp users | 3     | 0.25         |
        | erlmcp users | 9     | {2 / 3!r}    |
        | erlmcp users | 21    | {7 / 3!r}    |"""
    },
    cells={
        "Users": {"erlmcp users": {"Current users": 6000}},
        "Retention": {
            name: {"Ingest per month": size}
            for name, size in (
                ("erlmcp_core", 172.8), ("Monitoring Data", 760.4375), ("Logs", 2197), ("Backups", 2662)
            )
        },
        "Features": {"New feature": {"Midpoint month": 9}},
        "Events": {"Product launch": {"First month": 6, "Last month": 6}},
        "Components": {
            name: {"Reserved today": nodes, "Reserved until": date(2026, 12, 31), "Reserved at": price}
            for name, nodes, price in (
                ("erlmcp_core", 5, 0.19), ("erlmcp_transports", 4, 0.11),
                ("erlmcp_sessions", 4, 0.11), ("erlmcp_registry", 4, 0.11),
            )
        },
    },
)  # fmt: skip
"""The sample three months later: the same curve from another month, and what runs then as bought already."""


def test_a_plan_that_starts_three_months_later_costs_the_same_in_every_month_of_both() -> None:
    before, after = calculate(plan_of("erlmcp")), calculate(ROLLED)
    core = after.values["reserved.nodes"][0, 0].tolist()
    assert core[:33] == [5] * 9 + [7] * 12 + [13] * 12
    for line in ("reserved.nodes", "cost.nodes", "cost.storage", "cost.network", "cost.fixed", "cost.total"):
        for left, right in zip(before.values[line][0], after.values[line][0], strict=True):
            assert left[3:36].tolist() == pytest.approx(right[:33].tolist(), rel=REL)
    assert sum(before.values["cost.total"][0, 0, 3:36]) == pytest.approx(2160365.737051, rel=REL)
