"""What the plan costs (paper floor)."""

from __future__ import annotations

from workbook.sheets.contents.records import ChartPlan, Content, Section

CATEGORY_CHART = ChartPlan(
    "column",
    "Cost by category",
    ("cost.category",),
    "currency a month",
    "Stacked columns by billed month: cost of nodes, storage, network and fixed items.",
    is_billed=True,
)

CUMULATIVE_CHART = ChartPlan(
    "line",
    "Cost, cumulated",
    ("cost.cumulative",),
    "currency",
    "Line chart by billed month: cumulated cost, beside the cumulated budget where one is given.",
    limit="budget.cumulative",
    is_billed=True,
)

COST = Content(
    "Cost",
    "What the plan costs: purchase layers, categories, fiscal quarters and years.",
    (
        Section(
            "Prices in force",
            (
                "price.factor",
                "price.on_demand",
                "price.reserved",
                "price.spot",
                "spot.share",
                "tier.position",
                "price.storage",
                "price.network",
            ),
        ),
        Section("Purchase", ("reserved.rank", "reserved.baseline", "nodes.above_baseline", "nodes.spot")),
        Section("Nodes", ("cost.nodes", "cost.component", "cost.nodes_total")),
        Section("Storage", ("cost.storage", "cost.dataset", "cost.storage_total")),
        Section("Network", ("network.average", "network.egress", "cost.network")),
        Section("Fixed", ("cost.fixed", "cost.fixed_total")),
        Section(
            "Cost",
            (
                "cost.category",
                "cost.category_sum",
                "cost.total",
                "cost.horizon",
                "cost.cumulative",
                "cost.per_user",
                "cost.present_value",
                "cost.npv",
                "budget.month",
                "budget.cumulative",
            ),
        ),
        Section("Fiscal quarters", ("quarter.number", "quarter.months", "quarter.name", "cost.quarter")),
        Section(
            "Fiscal years",
            (
                "year.number",
                "year.months",
                "year.name",
                "cost.year_nodes",
                "cost.year_storage",
                "cost.year_network",
                "cost.year_fixed",
                "cost.year",
                "year.npv",
                "year.npv_share",
                "cost.this_year",
                "cost.next_year",
                "budget.year",
                "budget.left",
            ),
        ),
        Section(
            "Purchase compared, the whole plan",
            (
                "purchase.average",
                "purchase.peak",
                "purchase.coverage",
                "purchase.break_even",
                "purchase.on_demand",
                "purchase.on_demand_total",
                "purchase.reserved",
                "purchase.reserved_total",
                "purchase.mix",
                "purchase.mix_total",
                "purchase.saving",
                "purchase.saving_total",
                "reservation.nodes",
                "reservation.cost",
            ),
        ),
        Section(
            "Every component on every node type, at the Review month",
            (
                "offer.base",
                "offer.need_concurrent",
                "offer.provisioned",
                "offer.cost",
                "offer.cost_counted",
                "offer.cheapest",
                "cheapest.cost",
                "cheapest.position",
                "cheapest.type",
                "cheapest.saving",
                "cheapest.saving_total",
            ),
        ),
        Section("Monthly review, at the Review month", ("review.cost",)),
    ),
    (CATEGORY_CHART, CUMULATIVE_CHART),
)
