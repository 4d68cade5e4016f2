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
        Section("After the loss", ("nodes.surviving", "utilisation.cpu_after_loss", "utilisation.memory_after_loss")),
    ),
    (LOSS_CHART,),
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
                "cost.this_year",
                "cost.next_year",
                "budget.year",
                "budget.left",
            ),
        ),
    ),
    (CATEGORY_CHART, CUMULATIVE_CHART),
)

WITHOUT_TOTAL = ("cost.cumulative", "budget.cumulative")
"""Monthly money that is a running sum already."""

SERIES_SHEETS = (CAPACITY, PROJECTION, RECOVERY, COST)
SUMMARY_CHARTS = (USERS_CHART, NODES_CHART, CATEGORY_CHART, CUMULATIVE_CHART)
