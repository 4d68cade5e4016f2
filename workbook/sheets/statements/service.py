"""Whether responses are in time, and how much may queue (paper floor)."""

from __future__ import annotations

from workbook.model.board.insights import InsightId
from workbook.sheets.statements.records import ChartPlan, Statement, block

TAIL_CHART = ChartPlan(
    "line",
    InsightId.LATE,
    ("service.tail",),
    "share late, estimated",
    "Line chart by month: estimated share of responses that are later than each latency objective's target.",
)

STABLE_CHART = ChartPlan(
    "line",
    InsightId.REQUESTS,
    ("demand.total",),
    "requests a second",
    "Line chart by month: requests per second at peak, and the requests at which the first CPU or memory is full.",
    limits=("service.stable_load",),
)

SERVICE = Statement(
    "Service",
    "Whether responses are in time, by an estimate of the late ones, and how much may queue.",
    (
        block("Latency objectives", "objective.allowed", "service.tail", "service.status", "service.met="),
        block("Load", "service.stands", "service.stable_load", "service.largest_load"),
        block("Queues", "queue.wait_limit", "queue.wait_least", "queue.depth_limit", "queue.depth_stated"),
    ),
    (TAIL_CHART, STABLE_CHART),
)
