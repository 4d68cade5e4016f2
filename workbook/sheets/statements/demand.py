"""How many users there will be, and what they ask for (paper floor)."""

from __future__ import annotations

from workbook.model.board.insights import InsightId
from workbook.sheets.statements.records import ChartPlan, Statement, block

USERS_CHART = ChartPlan(
    "area",
    InsightId.USERS,
    ("users.total",),
    "",
    "Stacked areas by month: users by segment.",
)

REQUESTS_CHART = ChartPlan(
    "area",
    InsightId.REQUESTS,
    ("demand.requests",),
    "req/s",
    "Stacked areas by month: peak requests per second by segment.",
)

DEMAND = Statement(
    "Demand",
    "Forecast of users and requests, by segment.",
    (
        block("Users", "users.total", "users.all=", "users.peak"),
        block("Requests", "demand.requests", "demand.total=", "demand.intensity%", "requests.month"),
        block("Features", "features.adoption%"),
        block("Seasons and events", "seasonality.index%", "events.multiplier%"),
    ),
    (USERS_CHART, REQUESTS_CHART),
)
