"""A component into its autoscaler, its disruption budget and a patch of what runs already (post floor)."""

from __future__ import annotations

import math

from workbook.export.kubernetes.manifest import (
    COMPONENT_LABEL,
    Manifest,
    gibibytes,
    placed,
)
from workbook.export.names import resource_name
from workbook.export.records import Operations, Options, Workload

CAPACITY_TYPE = "karpenter.sh/capacity-type"
NODE_TYPE_LABEL = "capacity-plan/node-type"


def replica_bounds(workload: Workload) -> tuple[int, int]:
    """Return the smallest and largest number of replicas, as an autoscaler accepts them."""
    smallest = max(1, workload.replicas_min)
    return smallest, max(smallest, workload.replicas_max)


def target(options: Options, name: str) -> Manifest:
    """Return the reference to the workload that is scaled."""
    return {"apiVersion": "apps/v1", "kind": options.deployment_kind, "name": name}


def behavior(options: Options) -> Manifest:
    """Return how fast replicas are added and removed."""
    up = {"Percent": options.scale_up_percent, "Pods": options.scale_up_pods}
    down = {"Percent": options.scale_down_percent if options.removes else 0}
    return {
        "scaleUp": _direction(options.scale_up_stabilisation_s, up, options.scale_up_period_s),
        "scaleDown": _direction(options.scale_down_stabilisation_s, down, options.scale_down_period_s),
    }


def _direction(stabilisation: int, steps: dict[str, int], period: int) -> Manifest:
    """Return one direction; without any step it is disabled."""
    policies = [{"type": kind, "value": value, "periodSeconds": period} for kind, value in steps.items() if value > 0]
    if not policies:
        return {"selectPolicy": "Disabled"}
    return {"stabilizationWindowSeconds": stabilisation, "selectPolicy": "Max", "policies": policies}


def utilisation_targets(workload: Workload) -> dict[str, int]:
    """Return the targets of CPU and memory in whole per cent of the requests."""
    shares = {"cpu": workload.target_cpu, "memory": workload.target_memory}
    return {resource: max(1, round(100 * share)) for resource, share in shares.items()}


def autoscaler(operations: Operations, workload: Workload) -> Manifest:
    """Return the HorizontalPodAutoscaler of a component."""
    name = resource_name(workload.component)
    smallest, largest = replica_bounds(workload)
    metrics = [
        {
            "type": "Resource",
            "resource": {"name": resource, "target": {"type": "Utilization", "averageUtilization": percent}},
        }
        for resource, percent in utilisation_targets(workload).items()
    ]
    spec = {
        "scaleTargetRef": target(operations.options, name),
        "minReplicas": smallest,
        "maxReplicas": largest,
        "metrics": metrics,
        "behavior": behavior(operations.options),
    }
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": placed(operations, name, {"component": workload.component}),
        "spec": spec,
    }


def disruption_budget(operations: Operations, workload: Workload) -> Manifest:
    """Return the PodDisruptionBudget of a component: as many pods may be evicted as the plan can spare, at least one.

    A budget of none would block the maintenance of nodes for ever.
    """
    name = resource_name(workload.component)
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": placed(operations, name, {"component": workload.component}),
        "spec": {
            "maxUnavailable": max(1, workload.max_unavailable),
            "selector": {"matchLabels": {COMPONENT_LABEL: name}},
        },
    }


def node_requests(workload: Workload, unit: str, pods: int = 1) -> dict[str, str]:
    """Return the requests of one of so many pods that fill a node, rounded down so that all of them fit."""
    cores, memory = workload.cores_per_node / pods, gibibytes(workload.memory_per_node, unit) / pods
    # A tiny excess keeps 0.7 × 1000 from becoming 699.
    thousandths, mebibytes = (math.floor(amount + 1e-6) for amount in (cores * 1_000, memory * 1_024))
    return {"cpu": f"{max(1, thousandths)}m", "memory": f"{max(1, mebibytes)}Mi"}


def patch(operations: Operations, workload: Workload) -> Manifest:
    """Return the patch of a running Deployment or StatefulSet: label, requests, and the spread over zones.

    Spread is a preference: if it were a condition, pods of a lost zone could not move to the zones that remain.
    """
    name, options = resource_name(workload.component), operations.options
    requests = node_requests(workload, options.memory_unit, max(1, workload.pods_per_node))
    spread = {
        "maxSkew": 1,
        "topologyKey": "topology.kubernetes.io/zone",
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": {COMPONENT_LABEL: name}},
    }
    pod = {
        **node_selector(operations, workload),
        **({"topologySpreadConstraints": [spread]} if workload.zones > 1 else {}),
        "containers": [{"name": name, "resources": {"requests": requests}}],
    }
    metadata = placed(operations, name, {"component": workload.component})
    # The labels of what runs already are its owner's.
    del metadata["labels"]
    return {
        "apiVersion": "apps/v1",
        "kind": options.deployment_kind,
        "metadata": metadata,
        "spec": {"template": {"metadata": {"labels": {COMPONENT_LABEL: name}}, "spec": pod}},
    }


def node_selector(operations: Operations, workload: Workload) -> Manifest:
    """Return the nodes that a component is planned on, where Karpenter labels them; nothing for other autoscalers.

    It also keeps a component off the spot nodes that Karpenter starts for others.
    """
    if operations.options.autoscaler_target != "karpenter":
        return {}
    has_spot = any(pool.spot_share > 0 for pool in operations.node_pools)
    on_demand = {CAPACITY_TYPE: "on-demand"} if has_spot and workload.spot_share <= 0 else {}
    return {"nodeSelector": {NODE_TYPE_LABEL: resource_name(workload.node_type), **on_demand}}
