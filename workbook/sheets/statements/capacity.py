"""What the demand needs, and the nodes that carry it (paper floor)."""

from __future__ import annotations

from workbook.model.board.insights import InsightId
from workbook.sheets.statements.records import ChartPlan, Statement, block

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
)

UTILISATION_CHART = ChartPlan(
    "line",
    InsightId.UTILISATION,
    ("utilisation.cpu_highest", "utilisation.memory_highest"),
    "share of capacity",
    "Line chart by month: the highest CPU and memory utilisation of any component, compared with the utilisation band.",
    limits=("limit.band_low", "limit.band_high"),
)

CAPACITY = Statement(
    "Capacity",
    "Capacity required by demand, the nodes to provide it, and when today's nodes run out.",
    (
        block("Nodes", "nodes.today", "limit.nodes=", "nodes.provisioned", "nodes.total=", "nodes.spare"),
        block("Shortfall", "exhaustion.date", "exhaustion.hard_date", "order_by.date"),
        block("Utilisation", "utilisation.cpu", "utilisation.memory"),
        block("CPU", "cpu.total", "cpu.required", "cpu.provisioned="),
        block("Memory", "memory.total", "memory.required", "memory.provisioned="),
        block(
            "Storage",
            "storage.required",
            "storage.total=",
            "storage.provisioned",
            "storage.provisioned_total=",
        ),
        block("Network", "network.bandwidth", "network.required="),
    ),
    (NODES_CHART, UTILISATION_CHART),
)
