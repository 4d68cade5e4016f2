"""Which line stands on which sheet, in which section, under which charts (paper floor).

Lines of a section stand in the order in which they are calculated. A line that a plan does not have (an optional sheet
is absent) is left out. A test demands that every line stands somewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from workbook.inputs.sheets import SETTINGS


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the lines under it."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChartPlan:
    """A chart before a plan is known: `lines` with items give one series an item, six at most."""

    kind: str
    title: str
    lines: tuple[str, ...]
    unit: str
    description: str
    second: str = ""
    second_unit: str = ""
    limit: str = ""
    is_billed: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """A sheet with a time axis."""

    name: str
    purpose: str
    sections: tuple[Section, ...]
    charts: tuple[ChartPlan, ...]


CPU_CHART = ChartPlan(
    "line",
    "CPU required and provisioned",
    ("cpu.total", "cpu.required", "cpu.provisioned"),
    "cores",
    "Line chart by month: CPU demand, CPU required with headroom, and CPU of the provisioned nodes, in cores.",
)
MEMORY_CHART = ChartPlan(
    "line",
    "Memory required and provisioned",
    ("memory.total", "memory.required", "memory.provisioned"),
    "GB",
    "Line chart by month: memory demand, memory required with safety, and memory of the provisioned nodes.",
)
NODES_CHART = ChartPlan(
    "column",
    "Nodes by component",
    ("nodes.provisioned",),
    "nodes",
    "Stacked columns by month: provisioned nodes of each component.",
)
STORAGE_CHART = ChartPlan(
    "area",
    "Storage by dataset",
    ("storage.provisioned",),
    "GB",
    "Stacked areas by month: provisioned storage of each dataset, in gigabytes.",
)
USERS_CHART = ChartPlan(
    "line",
    "Users and requests",
    ("users.all",),
    "users",
    "Line chart by month: users of all segments, and requests per second at peak on a second axis.",
    second="demand.total",
    second_unit="requests a second",
)
CATEGORY_CHART = ChartPlan(
    "column",
    "Cost by category",
    ("cost.category",),
    "currency a month",
    "Stacked columns by billed month: cost of nodes, storage, network and fixed items.",
    is_billed=True,
)
CUMULATIVE_CHART = ChartPlan(
    "line",
    "Cost, cumulated",
    ("cost.cumulative",),
    "currency",
    "Line chart by billed month: cumulated cost, beside the cumulated budget where one is given.",
    limit="budget.cumulative",
    is_billed=True,
)
LOSS_CHART = ChartPlan(
    "line",
    "CPU utilisation after the loss to be survived",
    ("utilisation.cpu_after_loss",),
    "share of the surviving nodes",
    "Line chart by month: CPU utilisation of each component after the loss that it must survive.",
)

TAIL_CHART = ChartPlan(
    "line",
    "Late responses, upper bound",
    ("service.tail",),
    "share of responses, at most",
    "Line chart by month: upper bound on the share of responses that are later than each latency objective's target.",
)
STABLE_CHART = ChartPlan(
    "line",
    "Requests, and the load that saturates the first component",
    ("demand.total", "service.stable_load"),
    "requests a second",
    "Line chart by month: requests per second at peak, and the requests at which the first component saturates.",
)

PROJECTION = Content(
    "Projection",
    "How many users there will be, and what they ask for.",
    (
        Section(
            "Timing",
            ("time.months_per_quarter", "time.billed", "time.calendar_month", "time.quarter", "time.price_year"),
        ),
        Section("Settings in force", tuple(f"setting.{column.field}" for column in SETTINGS)),
        Section(
            "Scenario in force",
            (
                "scenario.position",
                "scenario.growth_multiplier",
                "scenario.demand_multiplier",
                "scenario.price_multiplier",
                "scenario.dr_buffer",
                "scenario.safety_factor",
            ),
        ),
        Section(
            "Growth",
            (
                "anchor.month",
                "anchor.factor",
                "anchor.from_month",
                "anchor.from_factor",
                "anchor.reach",
                "growth.step",
                "growth.factor",
            ),
        ),
        Section("Seasons and events", ("seasonality.index", "events.segment", "events.effect", "events.multiplier")),
        Section("Users", ("users.total", "users.all", "users.peak")),
        Section("Features", ("features.segment", "features.adoption", "features.requests")),
        Section(
            "Requests",
            ("demand.intensity", "demand.requests", "demand.total", "throughput.segment", "throughput.static"),
        ),
    ),
    (USERS_CHART,),
)

CAPACITY = Content(
    "Capacity",
    "What the demand needs, the nodes that carry it, and when today's fleet runs out.",
    (
        Section("CPU", ("cpu.demand", "cpu.total", "headroom.factor", "cpu.required")),
        Section("Memory", ("memory.residency", "memory.sessions", "memory.demand", "memory.total", "memory.required")),
        Section(
            "Network",
            ("network.api", "network.internal", "network.monitoring", "network.bandwidth", "network.required"),
        ),
        Section(
            "Storage",
            (
                "storage.growth",
                "storage.windows",
                "storage.whole_windows",
                "storage.decay",
                "storage.kept_months",
                "storage.kept_fraction",
                "storage.multiple",
                "storage.required",
                "storage.total",
                "storage.provisioned",
            ),
        ),
        Section(
            "Nodes for the load",
            (
                "node.position",
                "node.cores",
                "node.memory",
                "nodes.minimum",
                "nodes.cpu",
                "nodes.memory",
                "nodes.base",
            ),
        ),
        Section(
            "Nodes provisioned",
            (
                "nodes.provisioned",
                "nodes.total",
                "nodes.cpu_provisioned",
                "cpu.provisioned",
                "nodes.memory_provisioned",
                "memory.provisioned",
                "nodes.binding_load",
                "nodes.binding_reserve",
                "nodes.binding",
                "nodes.binding_now",
                "nodes.binding_horizon",
                "nodes.horizon",
            ),
        ),
        Section("Utilisation", ("utilisation.cpu", "utilisation.memory")),
        Section(
            "Shortfalls, checked to be none",
            ("nodes.shortfall", "check.nodes_short", "check.cpu_short", "check.memory_short", "check.storage_short"),
        ),
        Section(
            "Exhaustion of today's fleet",
            (
                "nodes.today",
                "exhaustion.flag",
                "exhaustion.month",
                "exhaustion.date",
                "exhaustion.first_date",
                "exhaustion.hard_flag",
                "exhaustion.hard_month",
                "exhaustion.hard_date",
                "order_by.month",
                "order_by.date",
            ),
        ),
        Section(
            "Headroom, step by step, at the Review month",
            (
                "review.month",
                "headroom.cpu_demand",
                "headroom.memory_demand",
                "headroom.cpu_required",
                "headroom.memory_required",
                "headroom.raw",
                "headroom.with_headroom",
                "headroom.rounded",
                "headroom.with_k",
                "headroom.with_domains",
                "headroom.with_buffer",
                "headroom.provisioned",
                "headroom.multiple_raw",
                "headroom.multiple_with_headroom",
                "headroom.multiple_rounded",
                "headroom.multiple_with_k",
                "headroom.multiple_with_domains",
                "headroom.multiple_with_buffer",
                "headroom.multiple_provisioned",
                "headroom.cost_raw",
                "headroom.cost_with_headroom",
                "headroom.cost_rounded",
                "headroom.cost_with_k",
                "headroom.cost_with_domains",
                "headroom.cost_with_buffer",
                "headroom.cost_provisioned",
                "headroom.step_nodes",
                "headroom.step_multiple",
                "headroom.step_cost",
                "headroom.ceiling",
                "headroom.factor_note",
                "headroom.reserves",
                "headroom.reserve_note",
                "headroom.note",
            ),
        ),
        Section(
            "Right-sizing, at the Review month",
            (
                "overprovision.ratio",
                "overprovision.binding",
                "band.cpu_utilisation",
                "band.cpu",
                "band.memory_utilisation",
                "band.memory",
                "catalogue.cpu",
                "catalogue.memory",
                "rightsize.cpu_need",
                "rightsize.cpu",
                "rightsize.cpu_verdict",
                "rightsize.memory_need",
                "rightsize.memory",
                "rightsize.memory_verdict",
            ),
        ),
        Section(
            "Monthly review, at the Review month",
            (
                "review.users",
                "review.requests",
                "review.nodes",
                "review.next_month",
                "review.next_users",
                "review.next_requests",
                "review.next_nodes",
                "review.next_provisioned",
            ),
        ),
        Section(
            "Quarterly review",
            (
                "quarter.months_before",
                "quarter.opening_month",
                "quarter.end_month",
                "quarter.users",
                "quarter.requests",
                "quarter.cpu",
                "quarter.memory",
                "quarter.storage",
                "quarter.network",
                "quarter.nodes",
                "quarter.growth",
                "features.mean_adoption",
                "quarter.adoption",
            ),
        ),
        Section(
            "Yearly review",
            (
                "year.months_before",
                "year.opening_month",
                "year.end_month",
                "year.users",
                "year.requests",
                "year.cpu",
                "year.memory",
                "year.storage",
                "year.network",
                "year.nodes",
                "year.growth",
            ),
        ),
    ),
    (CPU_CHART, MEMORY_CHART, NODES_CHART, STORAGE_CHART),
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
                "resilience.domains",
                "resilience.losses",
            ),
        ),
        Section(
            "Nodes needed",
            ("nodes.need_k", "nodes.need_zone", "nodes.need_buffer", "nodes.need_concurrent"),
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
    ),
    (LOSS_CHART,),
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
        Section("Load that the fleet stands", ("service.time", "service.saturation", "service.stable_load")),
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
    ),
    (TAIL_CHART, STABLE_CHART),
)

COST = Content(
    "Cost",
    "What the plan costs: purchase layers, categories, fiscal quarters and years.",
    (
        Section(
            "Prices in force",
            (
                "price.factor",
                "price.on_demand",
                "price.reserved",
                "price.spot",
                "spot.share",
                "tier.position",
                "price.storage",
                "price.network",
            ),
        ),
        Section("Purchase", ("reserved.rank", "reserved.baseline", "nodes.above_baseline", "nodes.spot")),
        Section("Nodes", ("cost.nodes", "cost.component", "cost.nodes_total")),
        Section("Storage", ("cost.storage", "cost.dataset", "cost.storage_total")),
        Section("Network", ("network.average", "network.egress", "cost.network")),
        Section("Fixed", ("cost.fixed", "cost.fixed_total")),
        Section(
            "Cost",
            (
                "cost.category",
                "cost.category_sum",
                "cost.total",
                "cost.horizon",
                "cost.cumulative",
                "cost.per_user",
                "cost.present_value",
                "cost.npv",
                "budget.month",
                "budget.cumulative",
            ),
        ),
        Section("Fiscal quarters", ("quarter.number", "quarter.months", "quarter.name", "cost.quarter")),
        Section(
            "Fiscal years",
            (
                "year.number",
                "year.months",
                "year.name",
                "cost.year_nodes",
                "cost.year_storage",
                "cost.year_network",
                "cost.year_fixed",
                "cost.year",
                "year.npv",
                "year.npv_share",
                "cost.this_year",
                "cost.next_year",
                "budget.year",
                "budget.left",
            ),
        ),
        Section(
            "Purchase compared, the whole plan",
            (
                "purchase.average",
                "purchase.peak",
                "purchase.coverage",
                "purchase.break_even",
                "purchase.on_demand",
                "purchase.on_demand_total",
                "purchase.reserved",
                "purchase.reserved_total",
                "purchase.mix",
                "purchase.mix_total",
                "purchase.saving",
                "purchase.saving_total",
                "reservation.nodes",
                "reservation.cost",
            ),
        ),
        Section(
            "Every component on every node type, at the Review month",
            (
                "offer.base",
                "offer.need_concurrent",
                "offer.provisioned",
                "offer.cost",
                "offer.cost_counted",
                "offer.cheapest",
                "cheapest.cost",
                "cheapest.position",
                "cheapest.type",
                "cheapest.saving",
                "cheapest.saving_total",
            ),
        ),
        Section("Monthly review, at the Review month", ("review.cost",)),
    ),
    (CATEGORY_CHART, CUMULATIVE_CHART),
)

WITHOUT_TOTAL = ("cost.cumulative", "budget.cumulative")
"""Monthly money that is a running sum already."""

FINER_FORMATS = {
    "availability.node": "availability",
    "availability.of_nodes": "availability",
    "availability.of_failovers": "availability",
    "availability.component": "availability",
    "availability.target": "availability",
    "availability.system": "availability",
    "availability.promised": "availability",
    "availability.stated": "availability",
    "spare.availability": "availability",
}
"""Lines of which more digits count than of others with their unit: the format in the theme."""

SERIES_SHEETS = (CAPACITY, PROJECTION, RECOVERY, SERVICE, COST)
SUMMARY_CHARTS = (USERS_CHART, NODES_CHART, CATEGORY_CHART, CUMULATIVE_CHART)
