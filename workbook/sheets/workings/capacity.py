"""What the demand needs, and the nodes that carry it (paper floor)."""

from __future__ import annotations

from workbook.model.board import chart_lines, extremes, orders, overview, reviews
from workbook.model.board.insights import InsightId
from workbook.model.demand import compute, storage
from workbook.model.fleet import headroom, nodes, recovery
from workbook.model.money import purchase
from workbook.sheets.workings.records import ChartPlan, Content

CPU_CHART = ChartPlan(
    "line",
    InsightId.CPU,
    ("cpu.total", "cpu.required"),
    "",
    "Line chart by month: CPU demand, and CPU required with headroom, compared with the provisioned CPU, in cores.",
    limits=("cpu.provisioned",),
)

MEMORY_CHART = ChartPlan(
    "line",
    InsightId.MEMORY,
    ("memory.total", "memory.required"),
    "",
    "Line chart by month: memory demand and required memory, compared with the memory of the provisioned nodes.",
    limits=("memory.provisioned",),
)

FLEET_CHART = ChartPlan(
    "line",
    InsightId.NODES,
    ("nodes.total", "nodes.base_total"),
    "",
    "Line chart by month: planned nodes, and nodes for the load with headroom, compared with today's nodes.",
    limits=("limit.nodes",),
)

NODES_CHART = ChartPlan(
    "column",
    InsightId.NODES,
    ("nodes.provisioned",),
    "",
    "Stacked columns by month: provisioned nodes of each component, compared with today's total.",
    limits=("limit.nodes",),
    total="nodes.total",
)

UTILISATION_CHART = ChartPlan(
    "line",
    InsightId.UTILISATION,
    ("utilisation.cpu_highest", "utilisation.memory_highest"),
    "share of capacity",
    "Line chart by month: the highest CPU and memory utilisation of any component, compared with the utilisation band.",
    limits=("limit.band_low", "limit.band_high"),
)

STORAGE_CHART = ChartPlan(
    "area",
    InsightId.STORAGE,
    ("storage.provisioned",),
    "",
    "Stacked areas by month: provisioned storage of each dataset, in GB.",
    total="storage.provisioned_total",
)

CAPACITY = Content(
    "Capacity",
    "Capacity required by demand, the nodes to provide it, and when today's nodes run out.",
    (
        compute.CPU,
        compute.MEMORY,
        compute.NETWORK,
        storage.STORAGE,
        nodes.LOAD,
        recovery.PROVISIONED,
        nodes.UTILISATION,
        recovery.SHORTFALLS,
        nodes.EXHAUSTION,
        headroom.HEADROOM,
        purchase.RIGHT_SIZING,
        reviews.MONTHLY,
        reviews.QUARTERLY,
        reviews.YEARLY,
        overview.ORDERS,
        orders.DECISIONS,
        chart_lines.CAPACITY_CHARTS,
        extremes.EXTREMES,
    ),
    (CPU_CHART, MEMORY_CHART, NODES_CHART, STORAGE_CHART),
)
