"""Whether responses are in time, and how much may queue (paper floor)."""

from __future__ import annotations

from workbook.model.assurance import service
from workbook.model.board import chart_lines
from workbook.model.board.insights import InsightId
from workbook.sheets.workings.records import ChartPlan, Content

TAIL_CHART = ChartPlan(
    "line",
    InsightId.LATE,
    ("service.tail",),
    "share late, at most",
    "Line chart by month: upper bound on the share of responses that are later than each latency objective's target.",
)

STABLE_CHART = ChartPlan(
    "line",
    InsightId.REQUESTS,
    ("demand.total",),
    "requests a second",
    "Line chart by month: requests per second at peak, and the requests at which the first component saturates.",
    limits=("service.stable_load",),
)

SERVICE = Content(
    "Service",
    "Whether responses are in time, by an upper bound on the late ones, and how much may queue.",
    (
        service.OBJECTIVES,
        service.LOAD,
        service.QUEUE,
        service.STATIONS,
        service.LATE,
        chart_lines.SERVICE_CHARTS,
    ),
    (TAIL_CHART, STABLE_CHART),
    found=("service.largest_load",),
)
