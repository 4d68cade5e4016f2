"""Whether responses are in time, and how much may queue (paper floor)."""

from __future__ import annotations

from workbook.model.assurance import late_share, service
from workbook.model.board.insights import InsightId
from workbook.sheets.workings.records import ChartPlan, Content

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

SERVICE = Content(
    "Service",
    "Latency objectives, the estimated share of late responses, and queue limits.",
    (
        late_share.OBJECTIVES,
        service.LOAD,
        service.QUEUE,
        service.STATIONS,
        late_share.WAITS,
        late_share.MIX,
        late_share.SPLIT,
        late_share.LATE,
        service.LEAST,
    ),
    (TAIL_CHART, STABLE_CHART),
    found=("service.largest_load",),
)
