"""What the plan costs (paper floor)."""

from __future__ import annotations

from workbook.model.board.insights import InsightId
from workbook.sheets.statements.records import ChartPlan, Statement, block

CATEGORY_CHART = ChartPlan(
    "column",
    InsightId.YEAR_COST,
    ("cost.category",),
    "currency per month",
    "Stacked columns by billed month: cost of nodes, storage, network and fixed items, and the monthly budget, if any.",
    limits=("limit.budget",),
    is_billed=True,
)

CUMULATIVE_CHART = ChartPlan(
    "line",
    InsightId.PLAN_COST,
    ("cost.cumulative",),
    "",
    "Line chart by billed month: cumulative cost, compared with the cumulative budget, if any.",
    limits=("budget.cumulative",),
    is_billed=True,
)

COST = Statement(
    "Cost",
    "Cost of the plan by category, compared with the budget.",
    (
        block(
            "Cost and budget",
            "cost.category",
            "cost.total=",
            "budget.month",
            "budget.variance=",
            "budget.variance_share%",
            "cost.per_user%",
            "cost.per_thousand_requests%",
        ),
        block("Cumulative", "cost.cumulative", "budget.cumulative"),
        block("Nodes", "cost.nodes", "cost.nodes_total="),
        block("Storage", "cost.storage", "cost.storage_total="),
        block("Network", "cost.network="),
        block("Fixed", "cost.fixed", "cost.fixed_total="),
        block("Commitments", "reserved.nodes", "reserved.cost", "commitment.total="),
        block("Change since a year earlier", "why.month", "why.month_total="),
        block("Largest savings", "lever.saving"),
        block("Total over horizon", "cost.horizon=", "cost.npv"),
    ),
    (CATEGORY_CHART, CUMULATIVE_CHART),
)
