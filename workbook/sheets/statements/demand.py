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
    total="users.all",
)

REQUESTS_CHART = ChartPlan(
    "area",
    InsightId.REQUESTS,
    ("demand.requests",),
    "requests a second",
    "Stacked areas by month: requests per second at peak of each segment.",
    total="demand.total",
)

DEMAND = Statement(
    "Demand",
    "Forecast of users and requests, and the settings used.",
    (
        block("Users", "users.total", "users.all=", "users.peak"),
        block("Requests", "demand.requests", "demand.total=", "demand.intensity%", "requests.month"),
        block("Features", "features.adoption%"),
        block("Seasons and events", "seasonality.index%", "events.multiplier%"),
    ),
    (USERS_CHART, REQUESTS_CHART),
)
