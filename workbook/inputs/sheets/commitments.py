"""What is promised, and what keeps the promise when things fail: SLAs, Resilience, Scenarios (plan floor)."""

from typing import Annotated, Literal

from pydantic import Field

from workbook.schema import Header, NamedRow

BASE_SCENARIO = "base"
"""The row of Scenarios that holds ones, in the form in which names are compared."""


class Objective(NamedRow):
    """One service level objective."""

    objective: Annotated[str, Header("Objective", kind="name", example="P95 response time", is_key=True)]
    """Name of the objective."""

    kind: Annotated[
        Literal["latency", "availability", "queue depth", "queue wait", "packet loss"],
        Header("Kind", example="latency", is_structural=True),
    ]
    """What is promised."""

    percentile: Annotated[float | None, Header("Percentile", "%", kind="percent", example=0.95), Field(gt=0, lt=1)] = (
        None
    )
    """Share of responses that must be faster than the target. Required for latency."""

    target: Annotated[float, Header("Target", example=500), Field(gt=0)]
    """The promised value: a time, a number of requests, or a ratio for availability and packet loss."""

    unit: Annotated[str, Header("Unit", kind="choice", example="ms", suggestions=("ms", "s"))] = "ms"
    """Unit of the target: ms or s for latency, s for queue wait, none for the others."""

    metric: Annotated[str, Header("Metric", example="checkout_p95_latency")] = ""
    """Name of the metric in monitoring, for the export. Blank: made of Metric prefix."""

    severity: Annotated[str, Header("Severity", example="warning")] = ""
    """Severity of the alert. Blank: that of its kind on Alerts and scaling."""

    priority: Annotated[str, Header("Priority", example="P1")] = ""
    """Priority of the alert. Blank: that of its kind on Alerts and scaling."""


class Resilience(NamedRow):
    """How one component or dependency survives failures."""

    component: Annotated[str, Header("Component", kind="name", example="gateway", is_key=True)]
    """A component, or a dependency that does not run on the plan's nodes."""

    target_availability: Annotated[
        float,
        Header("Target availability", "%", kind="percent", example=0.9999, number_format="0.0000%"),
        Field(gt=0, lt=1),
    ]
    """Availability that is promised."""

    redundancy: Annotated[
        Literal["None", "N+k", "Active-Active", "Active-Passive", "Multi-AZ", "Multi-Region"],
        Header("Redundancy", example="N+k"),
    ]
    """How the component is made redundant."""

    k: Annotated[int, Header("k", "nodes", example=2, has_plain_title=True), Field(ge=0)] = 0
    """Spare nodes; they count with every redundancy. N+k needs at least 1."""

    zones: Annotated[int, Header("Zones", example=3), Field(ge=1)] = 1
    """Availability zones that the nodes are spread over."""

    zone_losses_survived: Annotated[int, Header("Zone losses survived", example=1), Field(ge=0)] = 1
    """Zones that may fail at once. Multi-AZ only; fewer than Zones."""

    regions: Annotated[int, Header("Regions", example=2), Field(ge=1)] = 1
    """Regions; at least 2 for Active-Active and Multi-Region."""

    failover_time_s: Annotated[float, Header("Failover time", "s", example=30), Field(ge=0)] = 0.0
    """How long a failover interrupts the service."""

    failovers_per_year: Annotated[float, Header("Failovers per year", example=1, measures="1/year"), Field(ge=0)] = 1.0
    """Failovers to expect in a year."""

    node_mtbf_h: Annotated[float | None, Header("Node MTBF", "h", example=2000), Field(gt=0)] = None
    """Mean time between failures of a node. With Node MTTR or not at all."""

    node_mttr_h: Annotated[float | None, Header("Node MTTR", "h", example=2), Field(gt=0)] = None
    """Mean time to repair a node. With Node MTBF or not at all."""


class Scenario(NamedRow):
    """One scenario: what is multiplied against the base case."""

    scenario: Annotated[str, Header("Scenario", kind="name", example="High growth", is_key=True)]
    """Name of the scenario. A row Base with ones is required."""

    growth_multiplier: Annotated[float, Header("Growth multiplier", example=1.3)] = 1.0
    """Factor on every Total growth."""

    demand_multiplier: Annotated[float, Header("Demand multiplier", example=1.1), Field(ge=0)] = 1.0
    """Factor on requests per user."""

    price_multiplier: Annotated[float, Header("Price multiplier", example=1), Field(ge=0)] = 1.0
    """Factor on every price."""

    dr_buffer: Annotated[float | None, Header("DR buffer", "%", kind="percent", example=0.5), Field(ge=0, le=3)] = None
    """DR buffer of this scenario. Blank: the setting."""

    safety_factor: Annotated[float | None, Header("Safety factor", example=2), Field(ge=1, le=10)] = None
    """Safety factor of this scenario. Blank: the setting."""
