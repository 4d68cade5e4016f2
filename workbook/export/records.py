"""What an export is made of: plain values, read once from a calculated plan (post floor).

Ratios are ratios: 20% is 0.2. Names that a person typed stand as typed; `names` makes them safe for each format.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from workbook.inputs.sheets.operations import OperationSettings
from workbook.model.operations.rules import Rule


class Stamp(Struct, frozen=True):
    """Which plan an export was made of: the same plan gives the same bytes, so it holds no time."""

    plan_name: str
    run_id: str


class Options(OperationSettings):
    """The settings of sheet Operations, none of the names blank that the plan gives."""

    memory_unit: Literal["GB", "GiB"] = "GB"
    """In what the plan's memory is counted."""

    @property
    def removes(self) -> bool:
        """Whether replicas and nodes are removed when load falls."""
        return self.scale_down_enabled == "yes"


class Alert(Struct, frozen=True):
    """One alert of the plan.

    `item` is what it concerns where a rule is there for each (an objective, a dataset, a feature), else blank. The
    threshold is in the rule's own unit: a ratio for use, loss, availability, growth and burn; seconds for times;
    requests, users, Gbps, requests an hour, days; a date as seconds since 1970 (UTC). `metric` is the metric that the
    SLA names, or blank. `percentile` is that of a latency objective, else 0; `objective` the availability promised,
    for burn rates, else 0. `days` is how far a forecast looks ahead, else 0. `source` says in which cell the threshold
    stands.
    """

    rule: Rule
    item: str
    threshold: float
    minutes: float
    severity: str
    priority: str
    source: str
    metric: str = ""
    percentile: float = 0.0
    objective: float = 0.0
    days: float = 0.0


class LeftOut(Struct, frozen=True):
    """An alert that is not written because the plan gives it no threshold, and why."""

    rule: Rule
    item: str
    reason: str


class Period(Struct, frozen=True):
    """A scheduled minimum of replicas around an event: local times in the plan's time zone, the end excluded."""

    event: str
    begins: datetime
    ends: datetime
    replicas: int


class Workload(Struct, frozen=True):
    """One component of the plan as something that runs in a cluster.

    `hours` is the replicas of each hour of the week, Monday first, or empty without a load profile. `spot_share` is the
    share of nodes that may be spot. `warm_nodes` are nodes to keep ready; 0 for none.
    """

    component: str
    node_type: str
    replicas_min: int
    replicas_max: int
    target_cpu: float
    target_memory: float
    pods_per_node: int
    cores_per_node: float
    """What pods may request of a node: without Node reserve."""
    memory_per_node: float
    """What pods may request of a node, in `Options.memory_unit`: usable memory, without Node reserve."""
    max_unavailable: int
    zones: int
    spot_share: float = 0.0
    warm_nodes: int = 0
    hours: tuple[tuple[int, ...], ...] = ()
    periods: tuple[Period, ...] = ()


class NodePool(Struct, frozen=True):
    """The nodes of one type over all components."""

    node_type: str
    nodes_min: int
    nodes_max: int
    cores_per_node: float
    spot_share: float = 0.0
    zones: int = 1
    memory_installed: float = 0.0
    """All memory of a node, in `Options.memory_unit`: autoscalers count it in their limits. 0: they get none."""


class Series(Struct, frozen=True):
    """A line by month, for a dashboard: a value for each month's first day; None where the line is blank."""

    title: str
    unit: str
    values: Mapping[date, float | None]


class Operations(Struct, frozen=True):
    """All that the formats are made of."""

    stamp: Stamp
    options: Options
    alerts: tuple[Alert, ...]
    left_out: tuple[LeftOut, ...]
    workloads: tuple[Workload, ...]
    node_pools: tuple[NodePool, ...]
    users: Series
    cores: Series
    later_events: tuple[str, ...] = ()
    """Events that begin when the plan is no longer valid: a trigger that returns every year would start too early."""
