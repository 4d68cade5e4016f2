"""Whether responses are in time, and how much may queue (paper floor)."""

from __future__ import annotations

from workbook.sheets.workings.records import ChartPlan, Content, Section

TAIL_CHART = ChartPlan(
    "line",
    "Late responses",
    ("service.tail",),
    "share late, at most",
    "Line chart by month: upper bound on the share of responses that are later than each latency objective's target.",
)

STABLE_CHART = ChartPlan(
    "line",
    "Requests a second at peak",
    ("demand.total",),
    "requests a second",
    "Line chart by month: requests per second at peak, and the requests at which the first component saturates.",
    limits=("service.stable_load",),
)

SERVICE = Content(
    "Service",
    "Whether responses are in time, by an upper bound on the late ones, and how much may queue.",
    (
        Section(
            "Latency objectives: an upper bound on late responses against what may be late",
            (
                "service.tail",
                "objective.allowed",
                "service.passes",
                "service.met",
                "objective.time",
                "objective.longest_service",
                "service.fits",
            ),
        ),
        Section(
            "Load that the fleet stands",
            ("service.time", "service.saturation", "service.stable_load", "service.largest_load"),
        ),
        Section(
            "Queue limits: what the plan leaves, and what is promised",
            ("objective.is_p99", "queue.wait_limit", "queue.wait_stated", "queue.depth_limit", "queue.depth_stated"),
        ),
        Section(
            "Stations: each component as one queue before c cores, first come first served",
            (
                "service.share",
                "service.servers",
                "service.offered",
                "service.spare",
                "service.exact",
                "service.fewer",
                "service.waits",
                "service.weight",
            ),
        ),
        Section("Late responses, station by station", ("service.times", "service.alone", "service.station")),
        Section("Lines of charts", ("service.stands",)),
    ),
    (TAIL_CHART, STABLE_CHART),
    found=("service.largest_load",),
)
