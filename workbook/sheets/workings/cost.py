"""What the plan costs (paper floor)."""

from __future__ import annotations

from workbook.model.board import headline, reviews
from workbook.model.board.insights import InsightId
from workbook.model.demand import timing
from workbook.model.money import commitments, cost, purchase, reservations
from workbook.sheets.workings.records import ChartPlan, Content

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

COST = Content(
    "Cost",
    "Cost of the plan by purchase type, category, fiscal quarter and fiscal year, compared with the budget.",
    (
        cost.PRICES,
        reservations.PURCHASE,
        commitments.COMMITMENTS,
        cost.NODES,
        cost.STORAGE,
        cost.NETWORK,
        cost.FIXED,
        cost.COST,
        timing.FISCAL_QUARTERS,
        timing.FISCAL_YEARS,
        purchase.COMPARISON,
        purchase.MIX,
        purchase.OFFERS,
        reviews.MONTHLY_COST,
        headline.THIS_YEAR,
    ),
    (CATEGORY_CHART, CUMULATIVE_CHART),
)
