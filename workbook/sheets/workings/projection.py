"""How many users there will be, and what they ask for (paper floor)."""

from __future__ import annotations

from workbook.model import terms
from workbook.model.board.insights import InsightId
from workbook.model.demand import requests, timing
from workbook.sheets.workings.records import ChartPlan, Content

USERS_CHART = ChartPlan(
    "area",
    InsightId.USERS,
    ("users.total",),
    "",
    "Stacked areas by month: users by segment.",
    total="users.all",
)

PROJECTION = Content(
    "Projection",
    "Forecast of users and requests, and the settings used.",
    (
        timing.TIMING,
        terms.SETTINGS_IN_FORCE,
        timing.SCENARIO,
        requests.GROWTH,
        requests.SEASONS,
        requests.USERS,
        requests.FEATURES,
        requests.REQUESTS,
    ),
    (USERS_CHART,),
)
