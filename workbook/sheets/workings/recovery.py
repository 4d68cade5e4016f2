"""What must survive, and how full the rest is after a loss (paper floor)."""

from __future__ import annotations

from workbook.sheets.workings.records import ChartPlan, Content, Section

LOSS_CHART = ChartPlan(
    "line",
    "After a loss",
    ("utilisation.cpu_after_loss",),
    "share of the nodes left",
    "Line chart by month: CPU utilisation of each component after the loss to be survived, beside the band's end.",
    limits=("limit.band_high",),
)

RECOVERY = Content(
    "Recovery",
    "What each component must survive, the nodes that takes, and how full the rest is after a loss.",
    (
        Section(
            "What must survive",
            (
                "resilience.position",
                "resilience.redundancy",
                "resilience.k",
                "resilience.zones",
                "resilience.spread",
                "resilience.zone_losses",
                "resilience.domains",
                "resilience.losses",
            ),
        ),
        Section(
            "Nodes needed",
            ("nodes.need_k", "nodes.need_zone", "nodes.need_buffer", "nodes.need_concurrent", "nodes.need_largest"),
        ),
        Section(
            "Reserve in use",
            ("buffer.effective", "utilisation.cpu_band", "utilisation.memory_band", "nodes.warm", "resilience.regions"),
        ),
        Section("After the loss", ("nodes.surviving", "utilisation.cpu_after_loss", "utilisation.memory_after_loss")),
        Section(
            "Availability, nodes failing independently",
            (
                "availability.node",
                "availability.needed",
                "availability.fleet",
                "availability.of_nodes",
                "availability.of_failovers",
                "availability.component",
                "availability.target",
                "availability.met",
                "availability.system",
                "availability.promised",
                "availability.stated",
                "availability.kept",
            ),
        ),
        Section(
            "Downtime and failover budgets",
            ("downtime.budget", "downtime.expected", "downtime.used", "failover.used"),
        ),
        Section(
            "Spare nodes for the target",
            ("spare.required", "spare.missed", "spares.k", "spare.availability", "spare.misses"),
        ),
        Section("Lines of charts", ("utilisation.loss_highest",)),
    ),
    (LOSS_CHART,),
)
