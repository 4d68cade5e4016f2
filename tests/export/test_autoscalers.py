"""Autoscalers of nodes: each target as its project documents it, with the bounds of the plan."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tests.export.validated import REFUSED, check, check_schema
from tests.export.workloads import CORE, POOL, documents, operations
from workbook.export.kubernetes import kubernetes_files, without_counterpart
from workbook.export.kubernetes.manifest import duration
from workbook.export.records import NodePool

SMALL = NodePool(node_type="Small, 2x8", nodes_min=1, nodes_max=5, cores_per_node=2.5, zones=1)
SEED_SCALE_UP = ("scaleUp.enabled", "scaleUp.delayAfterAdd", "scaleUp.delayAfterDelete", "scaleUp.unneededTime")


def exported(target: str, **changed: object) -> list[dict[str, Any]]:
    """Return the documents of a target's file, each of them valid."""
    found = documents(kubernetes_files(operations(autoscaler_target=target, **changed))["kubernetes/autoscaler.yaml"])
    for document in found:
        if "kind" in document:
            check(document)
        else:
            check_schema(document, "Helm")
    return found


def test_cluster_autoscaler_has_the_settings_of_the_source_document() -> None:
    [values] = exported("cluster-autoscaler")
    assert values["autoscalingGroups"] == [{"name": "large", "minSize": 4, "maxSize": 16}]
    assert values["extraArgs"] == {
        "scale-down-enabled": "true",
        "scale-down-delay-after-add": "10m",
        "scale-down-delay-after-delete": "5m",
        "scale-down-unneeded-time": "10m",
        "new-pod-scale-up-delay": "0s",
        "expendable-pods-priority-cutoff": "-10",
        "balance-similar-node-groups": "true",
        "max-nodes-total": "16",
        "cores-total": "16:64",
        "memory-total": "64:256",
    }


def test_limits_are_sums_that_refuse_no_planned_node() -> None:
    pools = (replace(POOL, memory_installed=16), replace(SMALL, memory_installed=8))
    [values] = exported("cluster-autoscaler", node_pools=pools, memory_unit="GB")
    flags = values["extraArgs"]
    assert (flags["max-nodes-total"], flags["cores-total"]) == ("21", "18:77")  # 16 + 2.5, 64 + 12.5
    assert flags["memory-total"] == "67:276"  # 72 GB = 67.06 GiB, 296 GB = 275.67 GiB
    assert [group["name"] for group in values["autoscalingGroups"]] == ["large", "small-2x8"]


@pytest.mark.parametrize("target", ["cluster-autoscaler", "openshift", "karpenter"])
def test_no_memory_limit_without_installed_memory(target: str) -> None:
    """Usable memory is less than what autoscalers count, and would stop them before the last planned node."""
    pools = (POOL, SMALL)
    found = exported(target, node_pools=pools)
    pool = {"karpenter": 1}.get(target, 0)
    assert "emory" not in str(found[pool]["spec"] if "spec" in found[pool] else found[pool]["extraArgs"])
    settings = [setting for setting, _ in without_counterpart(operations(autoscaler_target=target, node_pools=pools))]
    assert "Memory limit of node pools" in settings


@pytest.mark.parametrize("target", ["cluster-autoscaler", "openshift", "karpenter"])
def test_scale_down_can_be_disabled(target: str) -> None:
    first = exported(target, scale_down_enabled="no")[0]
    found = {
        "cluster-autoscaler": lambda: first["extraArgs"]["scale-down-enabled"],
        "openshift": lambda: first["spec"]["scaleDown"]["enabled"],
        "karpenter": lambda: first["spec"]["disruption"]["consolidateAfter"],
    }[target]()
    assert found == {"cluster-autoscaler": "false", "openshift": False, "karpenter": "Never"}[target]


def test_openshift_has_an_autoscaler_for_each_zone() -> None:
    cluster, *machines = exported("openshift", node_pools=(POOL, SMALL), unneeded_time_min=0.5, scale_up_delay_s=90)
    assert cluster["metadata"]["name"] == "default"
    assert cluster["spec"]["scaleDown"] == {
        "enabled": True,
        "delayAfterAdd": "10m",
        "delayAfterDelete": "5m",
        "unneededTime": "30s",
    }
    assert cluster["spec"]["scaleUp"] == {"newPodScaleUpDelay": "90s"}
    assert cluster["spec"]["resourceLimits"] == {"maxNodesTotal": 21, "cores": {"min": 18, "max": 77}}
    bounds = {one["metadata"]["name"]: (one["spec"]["minReplicas"], one["spec"]["maxReplicas"]) for one in machines}
    assert bounds == {
        "large-zone-1": (2, 6),
        "large-zone-2": (2, 6),
        "large-zone-3": (2, 6),
        "small-2x8": (1, 5),
    }


def test_the_source_documents_scale_up_is_refused_by_openshift() -> None:
    cluster, *_ = exported("openshift")
    for field in ("enabled", "delayAfterAdd", "delayAfterDelete", "unneededTime"):
        scale_up = {**cluster["spec"]["scaleUp"], field: "10m"}
        with pytest.raises(REFUSED):
            check({**cluster, "spec": {**cluster["spec"], "scaleUp": scale_up}})


def test_karpenter_prefers_spot_up_to_its_share() -> None:
    spot, on_demand, small = exported("karpenter", node_pools=(replace(POOL, spot_share=0.4), SMALL))
    capacity = [one["spec"]["template"]["spec"]["requirements"][0]["values"] for one in (spot, on_demand, small)]
    assert capacity == [["spot"], ["on-demand"], ["on-demand"]]
    assert spot["spec"]["limits"] == {"cpu": "24000m", "memory": "96Gi"}  # 0.4 × 16 = 6 whole nodes
    assert on_demand["spec"]["limits"] == {"cpu": "64000m", "memory": "256Gi"}
    assert small["spec"]["limits"] == {"cpu": "12500m"}
    assert spot["spec"]["weight"] > on_demand["spec"]["weight"]
    assert on_demand["spec"]["disruption"]["consolidateAfter"] == "10m"
    names = [one["metadata"]["name"] for one in (spot, on_demand, small)]
    assert names == ["large-spot", "large-on-demand", "small-2x8-on-demand"]


def test_a_spot_share_of_less_than_a_node_is_no_pool() -> None:
    assert len(exported("karpenter", node_pools=(replace(SMALL, spot_share=0.1),))) == 1


@pytest.mark.parametrize("target", ["cluster-autoscaler", "openshift", "karpenter"])
def test_every_setting_without_counterpart_has_a_reason(target: str) -> None:
    made = operations(autoscaler_target=target, node_pools=(replace(POOL, spot_share=0.4),))
    entries = without_counterpart(made)
    reasons = dict(entries)
    assert len(reasons) == len(entries)
    assert set(SEED_SCALE_UP) < set(reasons)
    assert all(reason.endswith(".") and len(reason) <= 120 for reason in reasons.values())
    delays = {"Delay after add", "Delay after delete", "Scale-up delay", "Minimum nodes: large"}
    assert (delays <= set(reasons)) == (target == "karpenter")
    assert ("Spot share: large" in reasons) == (target != "karpenter")


def test_no_node_pools_no_file() -> None:
    assert "kubernetes/autoscaler.yaml" not in kubernetes_files(operations(workloads=(CORE,), node_pools=()))


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (30, "30s"), (60, "1m"), (90, "90s"), (600, "10m"), (0.4, "0s"), (5400, "90m")]
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text
