"""How many users there will be, and what they ask for (paper floor)."""

from __future__ import annotations

from workbook.inputs.sheets.registry import SETTINGS
from workbook.sheets.workings.records import ChartPlan, Content, Section

USERS_CHART = ChartPlan(
    "area",
    "Users",
    ("users.total",),
    "",
    "Stacked areas by month: users of each segment.",
    total="users.all",
)

PROJECTION = Content(
    "Projection",
    "How many users there will be, and what they ask for.",
    (
        Section(
            "Timing",
            ("time.months_per_quarter", "time.billed", "time.calendar_month", "time.quarter", "time.price_year"),
        ),
        Section("Settings in force", tuple(f"setting.{column.field}" for column in SETTINGS)),
        Section(
            "Scenario in force",
            (
                "scenario.position",
                "scenario.growth_multiplier",
                "scenario.demand_multiplier",
                "scenario.price_multiplier",
                "scenario.dr_buffer",
                "scenario.safety_factor",
            ),
        ),
        Section(
            "Growth",
            (
                "anchor.month",
                "anchor.factor",
                "anchor.from_month",
                "anchor.from_factor",
                "anchor.reach",
                "growth.step",
                "growth.factor",
            ),
        ),
        Section("Seasons and events", ("seasonality.index", "events.segment", "events.effect", "events.multiplier")),
        Section("Users", ("users.total", "users.all", "users.peak")),
        Section("Features", ("features.segment", "features.adoption", "features.requests")),
        Section(
            "Requests",
            ("demand.intensity", "demand.requests", "demand.total", "throughput.segment", "throughput.static"),
        ),
    ),
    (USERS_CHART,),
)
