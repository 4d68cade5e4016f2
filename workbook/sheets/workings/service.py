"""Whether responses are in time, and how much may queue (paper floor)."""

from __future__ import annotations

from workbook.model.assurance import late_share, service
from workbook.model.board.insights import InsightId
from workbook.sheets.workings.records import ChartPlan, Content

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

SERVICE = Content(
    "Service",
    "Whether responses are in time, by an estimate of the late ones, and how much may queue.",
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
