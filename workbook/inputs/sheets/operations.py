"""How the service is operated: the second sheet of settings, and the shape of a week (plan floor)."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from workbook.schema import Header, Inputs, Row

GROUPS: Mapping[str, str] = {
    "Service": "service_name",
    "Alerts": "alert_margin",
    "Replicas": "deployment_kind",
    "Scaling": "scale_up_stabilisation_s",
    "Nodes": "autoscaler_target",
    "Schedules": "time_zone",
}
"""The titles between the settings of a new workbook, each with the first setting under it."""

EVERY_DAY = "all"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS = range(24)


class OperationSettings(Inputs):
    """How alerts, autoscalers and schedules are set up. Ratios are ratios: 20% is 0.2."""

    service_name: Annotated[str, Header("Service name", example="checkout")] = ""
    """Service name in exported files. Blank: derived from Plan name."""

    namespace: Annotated[str, Header("Namespace", example="shop")] = "default"
    """Kubernetes namespace of the service."""

    metric_prefix: Annotated[str, Header("Metric prefix", example="checkout")] = ""
    """Prefix of the names of the service's own metrics. Blank: Service name."""

    metric_profile: Annotated[
        Literal["kubernetes", "node_exporter"],
        Header("Metric profile", example="kubernetes"),
    ] = "kubernetes"
    """Source of CPU, memory, storage and network metrics: Kubernetes, or node_exporter on hosts."""

    latency_metric: Annotated[
        Literal["histogram", "gauge"],
        Header("Latency metric", example="histogram"),
    ] = "histogram"
    """Whether response times come from a histogram, or from a gauge for each percentile."""

    dashboard_refresh_s: Annotated[
        int, Header("Dashboard refresh (s)", "s", example=60, has_plain_title=True), Field(ge=5, le=86_400)
    ] = 60
    """How often dashboards refresh."""

    alert_margin: Annotated[
        float, Header("Alert margin", "%", kind="percent", example=0.05, has_plain_title=True), Field(ge=0, le=0.5)
    ] = 0.0
    """How far a figure may exceed the plan before an alert fires. SLA targets take no margin."""

    runbook_url: Annotated[str, Header("Runbook URL", example="https://runbooks.example.com/capacity")] = ""
    """Web address that alerts link to; the name of the alert is appended after #."""

    release_label: Annotated[str, Header("Release label", example="kube-prometheus-stack")] = ""
    """Value of the label release by which the Prometheus Operator selects rules."""

    plan_valid_until: Annotated[date | None, Header("Plan valid until", example=date(2026, 6, 1))] = None
    """First day on which the plan is out of date. Blank: first day of the month after Review month."""

    deployment_kind: Annotated[
        Literal["Deployment", "StatefulSet"],
        Header("Deployment kind", example="Deployment"),
    ] = "Deployment"
    """Kind of workload that runs the components."""

    pods_per_node: Annotated[
        int, Header("Pods per node", example=2, line_unit="pods/node", measures="pod/node"), Field(ge=1, le=250)
    ] = 1
    """Pods of a component per node; each requests an equal share of the node."""

    node_reserve: Annotated[
        float, Header("Node reserve", "%", kind="percent", example=0.08, has_plain_title=True), Field(ge=0, le=0.9)
    ] = 0.08
    """Share of each node's cores and memory that the system, kubelet and daemon sets need; pods cannot request it."""

    minimum_replicas: Annotated[
        int, Header("Minimum replicas floor", example=2, line_unit="pods", measures="pod"), Field(ge=1)
    ] = 1
    """Lower limit on the replicas of every component; it overrides the plan."""

    maximum_replicas: Annotated[
        int | None, Header("Maximum replicas ceiling", example=100, line_unit="pods", measures="pod"), Field(ge=1)
    ] = None
    """Upper limit on the replicas of every component; it overrides the plan. Blank: as many as the plan needs."""

    scale_up_stabilisation_s: Annotated[
        int, Header("Scale-up stabilisation (s)", "s", example=0, has_plain_title=True), Field(ge=0, le=3600)
    ] = 0
    """Stabilisation window before replicas are added."""

    scale_up_percent: Annotated[int, Header("Scale-up percent", example=100), Field(ge=1, le=1000)] = 100
    """Most replicas added per period, as a percentage of those running; or Scale-up pods, if more."""

    scale_up_pods: Annotated[int, Header("Scale-up pods", example=4, line_unit="pods", measures="pod"), Field(ge=1)] = 4
    """Most replicas added per period; or Scale-up percent, if more."""

    scale_up_period_s: Annotated[
        int, Header("Scale-up period (s)", "s", example=60, has_plain_title=True), Field(ge=1, le=1800)
    ] = 60
    """Length of a period in which replicas are added."""

    scale_down_stabilisation_s: Annotated[
        int, Header("Scale-down stabilisation (s)", "s", example=300, has_plain_title=True), Field(ge=0, le=3600)
    ] = 300
    """Stabilisation window before replicas are removed."""

    scale_down_percent: Annotated[int, Header("Scale-down percent", example=10), Field(ge=1, le=100)] = 10
    """Most replicas removed per period, as a percentage of those running."""

    scale_down_period_s: Annotated[
        int, Header("Scale-down period (s)", "s", example=60, has_plain_title=True), Field(ge=1, le=1800)
    ] = 60
    """Length of a period in which replicas are removed."""

    scale_down_enabled: Annotated[Literal["yes", "no"], Header("Scale-down enabled", example="yes")] = "yes"
    """Whether replicas and nodes are removed when load falls."""

    autoscaler_target: Annotated[
        Literal["cluster-autoscaler", "openshift", "karpenter"],
        Header(
            "Autoscaler target",
            example="cluster-autoscaler",
        ),
    ] = "cluster-autoscaler"
    """What adds and removes nodes."""

    delay_after_add_min: Annotated[
        float, Header("Delay after add (min)", "min", example=10, has_plain_title=True), Field(ge=0)
    ] = 10.0
    """How long after a node is added no node is removed."""

    delay_after_delete_min: Annotated[
        float, Header("Delay after delete (min)", "min", example=5, has_plain_title=True), Field(ge=0)
    ] = 5.0
    """How long after a node is removed no further node is removed."""

    unneeded_time_min: Annotated[
        float, Header("Unneeded time (min)", "min", example=10, has_plain_title=True), Field(ge=0)
    ] = 10.0
    """How long a node must be unneeded before it is removed."""

    scale_up_delay_s: Annotated[
        float, Header("Scale-up delay (s)", "s", example=0, has_plain_title=True), Field(ge=0)
    ] = 0.0
    """How long a pod must be pending before a node is added for it."""

    time_zone: Annotated[str, Header("Time zone", example="Europe/Berlin")] = "UTC"
    """IANA name of the time zone of the load profile and of scheduled scaling."""

    warm_up_lead_min: Annotated[
        float, Header("Warm-up lead (min)", "min", example=15, has_plain_title=True), Field(ge=0, le=1440)
    ] = 15.0
    """How long before an event its replicas start."""


class LoadHour(Row):
    """One hour of the week's shape of demand; an hour without a row counts as 1."""

    day: Annotated[
        Literal["all", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        Header("Day", example="Mon", is_structural=True),
    ]
    """Day of the week, or all. A row for one day takes precedence over one for all."""

    hour: Annotated[int, Header("Hour", example=9, is_structural=True, line_unit="whole"), Field(ge=0, le=23)]
    """Hour of the day: 9 is 9:00 to 10:00."""

    index: Annotated[float, Header("Index", example=1.4), Field(gt=0)]
    """Load of this hour relative to the week's average. The mean of all 168 hours should be 1."""
