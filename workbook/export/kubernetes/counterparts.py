"""Settings that have no counterpart in what was exported, and why (post floor)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.export.kubernetes.autoscalers import spot_nodes
from workbook.export.kubernetes.cron import period_window
from workbook.export.kubernetes.schedules import is_scheduled
from workbook.export.kubernetes.workload import replica_bounds
from workbook.export.records import Operations

Entry = tuple[str, str]

_NAMES = {"cluster-autoscaler": "cluster-autoscaler", "openshift": "OpenShift", "karpenter": "Karpenter"}


def without_counterpart(operations: Operations) -> tuple[Entry, ...]:
    """Return each setting of the source document and of Operations without a counterpart, and why."""
    is_karpenter = operations.options.autoscaler_target == "karpenter"
    return (
        *_source_document(operations),
        *(_karpenter(operations) if is_karpenter else _node_groups(operations)),
        *_scaling(operations),
        *_schedules(operations),
    )


def _source_document(operations: Operations) -> Iterator[Entry]:
    """Yield the settings of the source document's ClusterAutoscaler that exist nowhere."""
    name = _NAMES.get(operations.options.autoscaler_target, "cluster-autoscaler")
    yield (
        "ClusterAutoscaler (autoscaling/v2)",
        f"Kubernetes has no such kind; its settings were exported for {name}.",
    )
    yield (
        "scaleUp.enabled",
        f"{name} cannot disable scale-up; set the maximum number of nodes equal to the minimum.",
    )
    yield "scaleUp.delayAfterAdd", "There is no delay between scale-ups."
    yield "scaleUp.delayAfterDelete", "There is no delay between a scale-down and a scale-up."
    nearest = "none in Karpenter" if name == "Karpenter" else "Scale-up delay"
    yield "scaleUp.unneededTime", f"A node to be added is never unneeded; nearest setting: {nearest}."


def _karpenter(operations: Operations) -> Iterator[Entry]:
    yield "Delay after add", "Karpenter has no delay after adding a node; Unneeded time became consolidateAfter."
    yield "Delay after delete", "Karpenter has no delay after deleting a node; Unneeded time became consolidateAfter."
    yield "Scale-up delay", "Karpenter sets how long it collects pending pods in its own configuration, not per pool."
    if not operations.options.removes:
        yield "Unneeded time", "Scale-down is disabled, so consolidateAfter is Never."
    for pool in operations.node_pools:
        if pool.nodes_min > 0:
            reason = "A NodePool has no minimum; the minimum replicas and their requests keep these nodes."
            yield f"Minimum nodes: {pool.node_type}", reason


def _node_groups(operations: Operations) -> Iterator[Entry]:
    for pool in operations.node_pools:
        if spot_nodes(pool):
            reason = "The purchase option is a property of the node group; create one for spot nodes."
            yield f"Spot share: {pool.node_type}", reason


def _scaling(operations: Operations) -> Iterator[Entry]:
    """Yield what limits or disables a setting of the replicas."""
    options = operations.options
    if not options.removes:
        for setting in ("stabilisation", "percent", "period"):
            yield f"Scale-down: {setting}", "Scale-down is disabled."
    if any(pool.memory_installed <= 0 for pool in operations.node_pools):
        yield "Memory limit of node pools", "The plan does not state the installed memory, which autoscalers count."
    for workload in operations.workloads:
        if workload.max_unavailable < 1:
            reason = (
                "The plan has no spare pod, but a budget of 0 would block node maintenance, so maxUnavailable is 1."
            )
            yield f"Disruption budget: {workload.component}", reason
        if is_scheduled(workload):
            reason = "A workload can have only one autoscaler: its ScaledObject creates the HorizontalPodAutoscaler."
            yield f"HorizontalPodAutoscaler: {workload.component}", reason


def _schedules(operations: Operations) -> Iterator[Entry]:
    for event in operations.later_events:
        yield f"Event: {event}", "It begins when the plan is no longer valid; export a new plan then."
    for workload in operations.workloads:
        smallest, largest = replica_bounds(workload)
        for period in workload.periods:
            name = f"Event: {period.event}, {workload.component}"
            if period.replicas <= smallest:
                yield name, f"It needs no more than the minimum of {smallest} replicas."
            elif period_window(period) is None:
                yield name, "It lasts a year or longer; cron has no years."
            else:
                yield f"Year {period.begins.year} of {name}", "Cron has no years: remove the trigger after the event."
            if period.replicas > largest:
                yield name, f"It needs {period.replicas} replicas; the maximum of {largest} limits the autoscaler."
