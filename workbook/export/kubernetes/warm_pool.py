"""Warm nodes into pods that keep them: a low priority, and pause pods of a node's size (post floor)."""

from __future__ import annotations

from workbook.export.kubernetes.manifest import COMPONENT_LABEL, Manifest, named, placed, suffixed
from workbook.export.kubernetes.workload import node_requests, node_selector
from workbook.export.names import resource_name
from workbook.export.records import Operations, Workload

COMMENTS = (
    "Warm nodes: pause pods each request a whole node. A pod of the service evicts one and starts without waiting for",
    "a new node; the evicted pod then makes the autoscaler add the next one.",
    "Their priority of -5 is below the default of 0, so any ordinary pod may evict them, and above the cutoff of -10",
    "below which cluster-autoscaler adds no nodes for a pod.",
)
IMAGE = "registry.k8s.io/pause:3.10"


def warm_pool(operations: Operations) -> list[Manifest]:
    """Return the priority class and a Deployment of pause pods for each component that has warm nodes; none without."""
    warm = [workload for workload in operations.workloads if workload.warm_nodes > 0]
    priority = suffixed(resource_name(operations.options.service_name), "-capacity-reservation")
    if not warm:
        return []
    return [
        {
            "apiVersion": "scheduling.k8s.io/v1",
            "kind": "PriorityClass",
            "metadata": named(operations, priority),
            "value": -5,
            "globalDefault": False,
            "description": "Pause pods that keep warm nodes ready.",
        },
        *(_reservation(operations, workload, priority) for workload in warm),
    ]


def _reservation(operations: Operations, workload: Workload, priority: str) -> Manifest:
    name = suffixed(resource_name(workload.component), "-warm")
    labels = {COMPONENT_LABEL: name}
    pod: Manifest = {
        **node_selector(operations, workload),
        "priorityClassName": priority,
        "terminationGracePeriodSeconds": 0,
        "containers": [
            {
                "name": "pause",
                "image": IMAGE,
                "resources": {"requests": node_requests(workload, operations.options.memory_unit)},
            }
        ],
    }
    if workload.zones > 1:
        pod["topologySpreadConstraints"] = [
            {
                "maxSkew": 1,
                "topologyKey": "topology.kubernetes.io/zone",
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": labels},
            }
        ]
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": placed(operations, name, {"component": workload.component}),
        "spec": {
            "replicas": workload.warm_nodes,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod},
        },
    }
