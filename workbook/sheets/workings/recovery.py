"""What must survive, and how full the rest is after a loss (paper floor)."""

from __future__ import annotations

from workbook.model.assurance import availability
from workbook.model.board import chart_lines
from workbook.model.board.insights import InsightId
from workbook.model.fleet import recovery
from workbook.sheets.workings.records import ChartPlan, Content

LOSS_CHART = ChartPlan(
    "line",
    InsightId.AFTER_LOSS,
    ("utilisation.cpu_loss_highest", "utilisation.memory_loss_highest"),
    "share of remaining capacity",
    "Line chart by month: the highest CPU and memory utilisation of any component after the failure to be survived, "
    "compared with the upper limit of the utilisation band.",
    limits=("limit.band_high",),
)

RECOVERY = Content(
    "Recovery",
    "Failures each component must survive, the nodes required for it, and utilisation after a failure.",
    (
        recovery.SURVIVAL,
        recovery.NEEDS,
        availability.RESERVE,
        recovery.AFTER_LOSS,
        availability.AVAILABILITY,
        availability.BUDGETS,
        availability.SPARES,
        availability.NODE_FAILURES,
        chart_lines.RECOVERY_CHARTS,
    ),
    (LOSS_CHART,),
)
