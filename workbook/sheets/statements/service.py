"""Whether responses are in time, and how much may queue (paper floor)."""

from __future__ import annotations

from workbook.model.board.insights import InsightId
from workbook.sheets.statements.records import ChartPlan, Statement, block

TAIL_CHART = ChartPlan(
    "line",
    InsightId.LATE,
    ("service.tail",),
    "estimated late share",
    "Line chart by month: estimated share of responses slower than the target of each latency objective.",
)

STABLE_CHART = ChartPlan(
    "line",
    InsightId.REQUESTS,
    ("demand.total",),
    "req/s",
    "Line chart by month: peak requests per second, compared with the saturation point of the planned nodes.",
    limits=("service.stable_load",),
)

SERVICE = Statement(
    "Service",
    "Latency objectives, the estimated share of late responses, and queue limits.",
    (
        block("Latency objectives", "objective.allowed", "service.tail", "service.status", "service.met="),
        block("Load", "service.stands", "service.stable_load", "service.largest_load"),
        block("Queues", "queue.wait_limit", "queue.wait_least", "queue.depth_limit", "queue.depth_stated"),
    ),
    (TAIL_CHART, STABLE_CHART),
)
