"""A component's week and events into a ScaledObject of KEDA (post floor)."""

from __future__ import annotations

from workbook.export.kubernetes.cron import Window, period_window, week_windows
from workbook.export.kubernetes.manifest import Manifest, placed
from workbook.export.kubernetes.workload import behavior, replica_bounds, target, utilisation_targets
from workbook.export.names import resource_name
from workbook.export.records import Operations, Period, Workload

COMMENTS = (
    "Scheduled scaling with KEDA (keda.sh): a minimum of replicas by hour of the week, and one for each event.",
    "A target has one autoscaler only: these components have no HorizontalPodAutoscaler of their own, because KEDA",
    "creates one for each ScaledObject. Delete that of an earlier export first: kubectl delete hpa NAME.",
    "Apply the patches first: KEDA refuses CPU and memory triggers for pods without requests.",
    "The autoscaler ignores a difference of up to 10% between the schedule and the current replicas.",
)
_EVENTS = (
    "Cron has no years: a trigger event-N starts every year on that date. Export again, or delete it, after the event;",
    "the annotations capacity-plan/event-N say which event and year it is for.",
)
_CLOCKS = (
    "Cron skips a start or an end in the hour that is lost when clocks go forward: that trigger can then be on or off",
    "at the wrong time for up to a week. CPU and memory still scale.",
)


def week_of(workload: Workload) -> tuple[Window, ...]:
    """Return the windows of a component's week."""
    return week_windows(workload.hours, replica_bounds(workload)[0])


def events_of(workload: Workload) -> tuple[tuple[Period, Window], ...]:
    """Return the periods of a component that cron can express and that ask for more than the minimum."""
    smallest, _ = replica_bounds(workload)
    windows = ((period, period_window(period)) for period in workload.periods if period.replicas > smallest)
    return tuple((period, window) for period, window in windows if window is not None)


def is_scheduled(workload: Workload) -> bool:
    """Whether a component needs a schedule; then it has no autoscaler of its own."""
    return bool(week_of(workload) or events_of(workload))


def comments(operations: Operations) -> tuple[str, ...]:
    """Return what a reader of the schedules has to know."""
    has_events = any(events_of(workload) for workload in operations.workloads)
    has_clocks = operations.options.time_zone != "UTC"
    return (*COMMENTS, *(_EVENTS if has_events else ()), *(_CLOCKS if has_clocks else ()))


def scaled_object(operations: Operations, workload: Workload) -> Manifest:
    """Return the ScaledObject of a component: CPU and memory as its autoscaler would have, and the schedule."""
    name, zone = resource_name(workload.component), operations.options.time_zone
    smallest, largest = replica_bounds(workload)
    events = events_of(workload)
    texts = {
        f"event-{number}": f"{period.event}: {period.begins:%Y-%m-%d %H:%M} to {period.ends:%Y-%m-%d %H:%M}"
        for number, (period, _) in enumerate(events, 1)
    }
    metrics = [
        {"type": resource, "metricType": "Utilization", "metadata": {"value": str(percent)}}
        for resource, percent in utilisation_targets(workload).items()
    ]
    weekly = [_trigger(f"week-{number}", window, zone) for number, window in enumerate(week_of(workload), 1)]
    dated = [_trigger(f"event-{number}", window, zone) for number, (_, window) in enumerate(events, 1)]
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": placed(operations, name, {"component": workload.component, **texts}),
        "spec": {
            "scaleTargetRef": target(operations.options, name),
            "minReplicaCount": smallest,
            "maxReplicaCount": largest,
            "advanced": {"horizontalPodAutoscalerConfig": {"behavior": behavior(operations.options)}},
            "triggers": [*metrics, *weekly, *dated],
        },
    }


def _trigger(name: str, window: Window, zone: str) -> Manifest:
    times = {"timezone": zone, "start": window.start, "end": window.end, "desiredReplicas": str(window.replicas)}
    return {"type": "cron", "name": name, "metadata": times}
