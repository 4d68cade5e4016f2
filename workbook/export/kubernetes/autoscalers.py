"""Node pools into the settings of the autoscaler that is in use (post floor).

Three exist: cluster-autoscaler with its Helm chart, OpenShift's operator, and Karpenter. `autoscaling/v2` has no
ClusterAutoscaler.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec import Struct

from workbook.export.kubernetes.manifest import (
    Manifest,
    duration,
    gibibytes,
    named,
    suffixed,
    yaml_text,
)
from workbook.export.kubernetes.workload import CAPACITY_TYPE, NODE_TYPE_LABEL
from workbook.export.names import resource_name
from workbook.export.records import NodePool, Operations, Options

_MINUTE = 60
_CLUSTER_WIDE = (
    "Limits of nodes, cores and memory are those of the whole cluster: add the nodes that are not in this plan.",
)
HELM_COMMENTS = (
    "Values for the Helm chart cluster-autoscaler (kubernetes.github.io/autoscaler).",
    "Replace the names of autoscalingGroups with those of your node groups.",
    *_CLUSTER_WIDE,
)
OPENSHIFT_COMMENTS = (
    "Replace scaleTargetRef.name with the names of your machine sets: oc get machinesets -n openshift-machine-api.",
    *_CLUSTER_WIDE,
)
KARPENTER_COMMENTS = (
    "Replace nodeClassRef with your node class, and add the instance types and zones to requirements.",
    "Spot pools come first (weight) up to the planned share; the on-demand pool can replace all of them.",
)


def autoscaler_text(operations: Operations) -> str:
    """Return the file for the autoscaler that Autoscaler target names."""
    match operations.options.autoscaler_target:
        case "openshift":
            return yaml_text(openshift(operations), OPENSHIFT_COMMENTS)
        case "karpenter":
            return yaml_text(karpenter(operations), KARPENTER_COMMENTS)
        case _:
            return yaml_text([helm_values(operations)], HELM_COMMENTS)


class _Limits(Struct, frozen=True):
    """The bounds of all node pools; memory in GiB, None where the plan does not know what is installed."""

    nodes: int
    cores: tuple[int, int]
    memory: tuple[int, int] | None


def _limits(pools: Sequence[NodePool], unit: str) -> _Limits:
    sizes = [(pool, pool.cores_per_node, gibibytes(pool.memory_installed, unit)) for pool in pools]
    is_known = bool(pools) and all(memory > 0 for _, _, memory in sizes)
    cores = _bounds([(pool, size) for pool, size, _ in sizes])
    memory = _bounds([(pool, size) for pool, _, size in sizes])
    return _Limits(sum(pool.nodes_max for pool in pools), cores, memory if is_known else None)


def _bounds(sizes: Sequence[tuple[NodePool, float]]) -> tuple[int, int]:
    """Return the least and the most of a resource, rounded so that no planned node is refused."""
    least, most = sum(pool.nodes_min * size for pool, size in sizes), sum(pool.nodes_max * size for pool, size in sizes)
    return math.floor(least + 1e-9), math.ceil(most - 1e-9)


def helm_values(operations: Operations) -> Manifest:
    """Return values of the Helm chart: node groups and flags, each flag a text."""
    options, pools = operations.options, operations.node_pools
    limits = _limits(pools, options.memory_unit)
    flags = {
        "scale-down-enabled": "true" if options.removes else "false",
        "scale-down-delay-after-add": duration(options.delay_after_add_min * _MINUTE),
        "scale-down-delay-after-delete": duration(options.delay_after_delete_min * _MINUTE),
        "scale-down-unneeded-time": duration(options.unneeded_time_min * _MINUTE),
        "new-pod-scale-up-delay": duration(options.scale_up_delay_s),
        "expendable-pods-priority-cutoff": "-10",
        "balance-similar-node-groups": "true" if _is_zonal(pools) else "false",
        "max-nodes-total": str(limits.nodes),
        "cores-total": "{}:{}".format(*limits.cores),
        **({"memory-total": "{}:{}".format(*limits.memory)} if limits.memory else {}),
    }
    groups = [
        {"name": resource_name(pool.node_type), "minSize": pool.nodes_min, "maxSize": pool.nodes_max} for pool in pools
    ]
    run_id = {"capacity-plan/run-id": operations.stamp.run_id}
    return {"deployment": {"annotations": run_id}, "autoscalingGroups": groups, "extraArgs": flags}


def _is_zonal(pools: Sequence[NodePool]) -> bool:
    return any(pool.zones > 1 for pool in pools)


def openshift(operations: Operations) -> list[Manifest]:
    """Return the ClusterAutoscaler, and a MachineAutoscaler for each zone of each node pool."""
    machines = [
        _machine_autoscaler(operations, pool, zone)
        for pool in operations.node_pools
        for zone in range(max(1, pool.zones))
    ]
    return [_cluster_autoscaler(operations), *machines]


def _cluster_autoscaler(operations: Operations) -> Manifest:
    options, pools = operations.options, operations.node_pools
    limits = _limits(pools, options.memory_unit)
    resources: Manifest = {
        "maxNodesTotal": limits.nodes,
        "cores": dict(zip(("min", "max"), limits.cores, strict=True)),
    }
    if limits.memory:
        resources["memory"] = dict(zip(("min", "max"), limits.memory, strict=True))
    return {
        "apiVersion": "autoscaling.openshift.io/v1",
        "kind": "ClusterAutoscaler",
        "metadata": {**named(operations, "default"), "name": "default"},
        "spec": {
            "podPriorityThreshold": -10,
            "balanceSimilarNodeGroups": _is_zonal(pools),
            "resourceLimits": resources,
            "scaleDown": {
                "enabled": options.removes,
                "delayAfterAdd": duration(options.delay_after_add_min * _MINUTE),
                "delayAfterDelete": duration(options.delay_after_delete_min * _MINUTE),
                "unneededTime": duration(options.unneeded_time_min * _MINUTE),
            },
            "scaleUp": {"newPodScaleUpDelay": duration(options.scale_up_delay_s)},
        },
    }


def _machine_autoscaler(operations: Operations, pool: NodePool, zone: int) -> Manifest:
    """Return the bounds of one zone: its even part of the pool, at least what the plan spreads over it."""
    zones = max(1, pool.zones)
    name = resource_name(pool.node_type)
    name = suffixed(name, f"-zone-{zone + 1}") if zones > 1 else name
    metadata = named(operations, name, {"node-type": pool.node_type})
    return {
        "apiVersion": "autoscaling.openshift.io/v1beta1",
        "kind": "MachineAutoscaler",
        "metadata": {"name": metadata.pop("name"), "namespace": "openshift-machine-api", **metadata},
        "spec": {
            "minReplicas": -(-pool.nodes_min // zones),
            "maxReplicas": -(-pool.nodes_max // zones),
            "scaleTargetRef": {"apiVersion": "machine.openshift.io/v1beta1", "kind": "MachineSet", "name": name},
        },
    }


def spot_nodes(pool: NodePool) -> int:
    """Return the most spot nodes of a pool: whole nodes, rounded down as the plan does."""
    return math.floor(pool.spot_share * pool.nodes_max + 1e-9)


def karpenter(operations: Operations) -> list[Manifest]:
    """Return a NodePool on demand for each node type, and one of spot nodes where the plan has any."""
    return [
        _node_pool(operations, pool, capacity, nodes)
        for pool in operations.node_pools
        for capacity, nodes in (("spot", spot_nodes(pool)), ("on-demand", pool.nodes_max))
        if nodes > 0 or capacity == "on-demand"
    ]


def _node_pool(operations: Operations, pool: NodePool, capacity: str, nodes: int) -> Manifest:
    options = operations.options
    memory = gibibytes(pool.memory_installed, options.memory_unit) * nodes
    limits = {"cpu": f"{math.ceil(pool.cores_per_node * nodes * 1_000 - 1e-6)}m"}
    if memory > 0:
        limits["memory"] = f"{math.ceil(memory - 1e-9)}Gi"
    capacity_type = {"key": CAPACITY_TYPE, "operator": "In", "values": [capacity]}
    name = suffixed(resource_name(pool.node_type), f"-{capacity}")
    return {
        "apiVersion": "karpenter.sh/v1",
        "kind": "NodePool",
        "metadata": named(operations, name, {"node-type": pool.node_type}),
        "spec": {
            "weight": 50 if capacity == "spot" else 10,
            "limits": limits,
            "disruption": _disruption(options),
            "template": {
                "metadata": {"labels": {NODE_TYPE_LABEL: resource_name(pool.node_type)}},
                "spec": {
                    "nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "default"},
                    "requirements": [capacity_type],
                },
            },
        },
    }


def _disruption(options: Options) -> Manifest:
    """Return when nodes are removed: after the time that they were unneeded, or never."""
    after = duration(options.unneeded_time_min * _MINUTE) if options.removes else "Never"
    return {"consolidationPolicy": "WhenEmptyOrUnderutilized", "consolidateAfter": after}
