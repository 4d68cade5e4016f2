"""What the plan costs (paper floor)."""

from __future__ import annotations

from workbook.model.board import headline, reviews
from workbook.model.board.insights import InsightId
from workbook.model.demand import timing
from workbook.model.money import change, commitments, cost, levers, purchase, reservations
from workbook.sheets.workings.records import ChartPlan, Content

CATEGORY_CHART = ChartPlan(
    "column",
    InsightId.YEAR_COST,
    ("cost.category",),
    "currency a month",
    "Stacked columns by billed month: cost of nodes, storage, network and fixed items, beside a monthly budget if any.",
    limits=("limit.budget",),
    is_billed=True,
)

CUMULATIVE_CHART = ChartPlan(
    "line",
    InsightId.PLAN_COST,
    ("cost.cumulative",),
    "",
    "Line chart by billed month: cumulated cost, beside the cumulated budget where one is given.",
    limits=("budget.cumulative",),
    is_billed=True,
)

COST = Content(
    "Cost",
    "What the plan costs: purchase layers, categories, fiscal quarters and years.",
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
        change.CHANGE,
        change.DRIVERS,
        levers.LEVERS,
        purchase.COMPARISON,
        purchase.MIX,
        purchase.OFFERS,
        levers.STEPS,
        change.CONTRIBUTIONS,
        reviews.MONTHLY_COST,
        headline.THIS_YEAR,
    ),
    (CATEGORY_CHART, CUMULATIVE_CHART),
)
