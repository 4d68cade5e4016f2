"""What must survive, and how full the rest is after a loss (paper floor)."""

from __future__ import annotations

from workbook.model.board.insights import InsightId
from workbook.sheets.statements.records import ChartPlan, Statement, block

LOSS_CHART = ChartPlan(
    "line",
    InsightId.AFTER_LOSS,
    ("utilisation.cpu_loss_highest", "utilisation.memory_loss_highest"),
    "share of remaining capacity",
    "Line chart by month: the highest CPU and memory utilisation of any component after the failure to be survived, "
    "compared with the upper limit of the utilisation band.",
    limits=("limit.band_high",),
)

RECOVERY = Statement(
    "Recovery",
    "Failures each component must survive, the nodes required for it, and the resulting availability.",
    (
        block("Failure tolerance", "resilience.redundancy", "resilience.losses"),
        block("Nodes required", "nodes.need_largest", "nodes.surviving"),
        block("Utilisation after a failure", "utilisation.cpu_after_loss%", "utilisation.memory_after_loss%"),
        block(
            "Availability",
            "availability.target",
            "availability.component",
            "availability.verdict",
            "availability.system=",
            "availability.promised",
            "availability.covered",
        ),
        block("Downtime and failover", "downtime.budget", "downtime.expected", "failover.used%"),
    ),
    (LOSS_CHART,),
)
