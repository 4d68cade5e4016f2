"""Components as manifests: valid for three versions of Kubernetes, and what the plan says."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from msgspec.structs import replace

from tests.export.validated import REFUSED, UNKNOWN_KIND, check
from tests.export.workloads import CORE, EDGE, LAUNCH, ODD_TEXTS, POOL, WEEK, documents, of_kind, operations
from workbook.export.kubernetes import kubernetes_files, without_counterpart
from workbook.export.kubernetes.manifest import suffixed, yaml_text
from workbook.export.names import resource_name
from workbook.export.records import Operations, Stamp


def checked(made: Operations) -> dict[str, str]:
    """Return the files, each document of which is valid; patches are checked as parts of whole objects."""
    files = kubernetes_files(made)
    for path, text in files.items():
        for document in documents(text):
            if "/patches/" in path:
                check(patched(document))
            elif not (path.endswith("/autoscaler.yaml") and "kind" not in document):
                check(document)
    return files


def patched(patch: dict[str, Any]) -> dict[str, Any]:
    """Return an object that runs already with a patch laid over it, containers merged by name."""
    template = patch["spec"]["template"]
    [container] = template["spec"]["containers"]
    pod = {**template["spec"], "containers": [{"image": "registry.example/app:1", **container}]}
    labels = {"app": "running", **template["metadata"]["labels"]}
    spec = {"selector": {"matchLabels": {"app": "running"}}, "template": {"metadata": {"labels": labels}, "spec": pod}}
    is_stateful = patch["kind"] == "StatefulSet"
    return {**patch, "spec": {**spec, **({"serviceName": "running"} if is_stateful else {})}}


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
@pytest.mark.parametrize("target", ["cluster-autoscaler", "openshift", "karpenter"])
def test_every_document_is_valid(kind: str, target: str) -> None:
    scheduled = replace(CORE, hours=WEEK, periods=(LAUNCH,), warm_nodes=2, spot_share=0.4)
    made = operations(
        workloads=(scheduled, EDGE),
        node_pools=(replace(POOL, spot_share=0.4),),
        deployment_kind=kind,
        autoscaler_target=target,
    )
    assert set(checked(made)) == {
        "kubernetes/core.yaml",
        "kubernetes/edge-gateway.yaml",
        "kubernetes/patches/core.yaml",
        "kubernetes/patches/edge-gateway.yaml",
        "kubernetes/warm-pool.yaml",
        "kubernetes/schedules.yaml",
        "kubernetes/autoscaler.yaml",
    }


def test_a_kind_that_does_not_exist_or_a_misspelt_field_fails() -> None:
    [scaler] = of_kind(kubernetes_files(operations(workloads=(CORE,))), "HorizontalPodAutoscaler")
    with pytest.raises(UNKNOWN_KIND):
        check({**scaler, "kind": "PodAutoscaler"})
    with pytest.raises(REFUSED):
        check({**scaler, "spec": {**scaler["spec"], "maxReplicaCount": 9}})


def test_autoscaler_has_the_plan_values() -> None:
    [scaler] = of_kind(kubernetes_files(operations(workloads=(CORE,))), "HorizontalPodAutoscaler")
    spec = scaler["spec"]
    assert (spec["minReplicas"], spec["maxReplicas"]) == (6, 24)
    assert spec["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "core"}
    targets = {one["resource"]["name"]: one["resource"]["target"] for one in spec["metrics"]}
    assert targets == {
        "cpu": {"type": "Utilization", "averageUtilization": 70},
        "memory": {"type": "Utilization", "averageUtilization": 80},
    }
    assert spec["behavior"] == {
        "scaleUp": {
            "stabilizationWindowSeconds": 0,
            "selectPolicy": "Max",
            "policies": [
                {"type": "Percent", "value": 100, "periodSeconds": 60},
                {"type": "Pods", "value": 4, "periodSeconds": 60},
            ],
        },
        "scaleDown": {
            "stabilizationWindowSeconds": 300,
            "selectPolicy": "Max",
            "policies": [{"type": "Percent", "value": 10, "periodSeconds": 60}],
        },
    }


def test_scale_down_can_be_disabled() -> None:
    files = checked(operations(scale_down_enabled="no", scale_up_pods=0))
    for scaler in of_kind(files, "HorizontalPodAutoscaler"):
        behavior = scaler["spec"]["behavior"]
        assert behavior["scaleDown"] == {"selectPolicy": "Disabled"}
        assert [policy["type"] for policy in behavior["scaleUp"]["policies"]] == ["Percent"]


def test_no_replicas_planned_still_gives_bounds_that_are_accepted() -> None:
    idle = replace(CORE, replicas_min=0, replicas_max=0)
    [scaler] = of_kind(checked(operations(workloads=(idle,))), "HorizontalPodAutoscaler")
    assert (scaler["spec"]["minReplicas"], scaler["spec"]["maxReplicas"]) == (1, 1)


def test_disruption_budget_is_what_the_plan_can_spare() -> None:
    core, edge = of_kind(kubernetes_files(operations()), "PodDisruptionBudget")
    assert core["spec"]["maxUnavailable"] == 2
    assert edge["spec"]["maxUnavailable"] == 1, "a budget of none would block every drain"
    settings = [setting for setting, _ in without_counterpart(operations())]
    assert [setting for setting in settings if setting.startswith("Disruption")] == ["Disruption budget: Edge gateway"]


def test_budget_and_spread_select_the_label_that_the_patch_sets() -> None:
    files = kubernetes_files(operations(workloads=(CORE,)))
    [budget], [patch] = of_kind(files, "PodDisruptionBudget"), of_kind(files, "Deployment")
    template = patch["spec"]["template"]
    [spread] = template["spec"]["topologySpreadConstraints"]
    labels = template["metadata"]["labels"]
    assert budget["spec"]["selector"] == spread["labelSelector"] == {"matchLabels": labels}
    assert (spread["topologyKey"], spread["maxSkew"]) == ("topology.kubernetes.io/zone", 1)


def test_one_zone_needs_no_spread() -> None:
    [patch] = of_kind(kubernetes_files(operations(workloads=(EDGE,))), "Deployment")
    assert "topologySpreadConstraints" not in patch["spec"]["template"]["spec"]


@pytest.mark.parametrize(
    ("unit", "memory", "pods", "expected"),
    [
        ("GiB", 16, 2, {"cpu": "2000m", "memory": "8192Mi"}),
        ("GB", 16, 1, {"cpu": "4000m", "memory": "15258Mi"}),  # 16e9 / 2^20 = 15258.79
        ("GB", 16, 3, {"cpu": "1333m", "memory": "5086Mi"}),
        ("GiB", 0.7, 1, {"cpu": "4000m", "memory": "716Mi"}),
    ],
)
def test_requests_are_parts_of_a_node(unit: str, memory: float, pods: int, expected: dict[str, str]) -> None:
    workload = replace(CORE, memory_per_node=memory, pods_per_node=pods)
    [patch] = of_kind(kubernetes_files(operations(workloads=(workload,), memory_unit=unit)), "Deployment")
    [container] = patch["spec"]["template"]["spec"]["containers"]
    assert container == {"name": "core", "resources": {"requests": expected}}


def test_warm_pool_holds_whole_nodes_below_every_workload() -> None:
    text = checked(operations(workloads=(replace(CORE, warm_nodes=3), EDGE)))["kubernetes/warm-pool.yaml"]
    priority, pool = documents(text)
    assert -10 < priority["value"] == -5 < 0
    assert not priority["globalDefault"]
    pod = pool["spec"]["template"]["spec"]
    assert (pool["spec"]["replicas"], pod["priorityClassName"]) == (3, priority["metadata"]["name"])
    assert pod["containers"][0]["resources"]["requests"] == {"cpu": "4000m", "memory": "16384Mi"}
    assert "kubernetes/warm-pool.yaml" not in kubernetes_files(operations())


def test_only_fault_tolerant_components_run_on_spot_nodes_of_karpenter() -> None:
    made = operations(
        workloads=(CORE, replace(EDGE, spot_share=0.5)),
        node_pools=(replace(POOL, spot_share=0.4),),
        autoscaler_target="karpenter",
    )
    core, edge = (one["spec"]["template"]["spec"] for one in of_kind(checked(made), "Deployment"))
    assert core["nodeSelector"] == {"capacity-plan/node-type": "large", "karpenter.sh/capacity-type": "on-demand"}
    assert edge["nodeSelector"] == {"capacity-plan/node-type": "large"}
    pools = of_kind(checked(made), "NodePool")
    assert {pool["spec"]["template"]["metadata"]["labels"]["capacity-plan/node-type"] for pool in pools} == {"large"}


@pytest.mark.parametrize("target", ["cluster-autoscaler", "openshift"])
def test_other_autoscalers_label_no_nodes_so_nothing_is_selected(target: str) -> None:
    deployments = of_kind(checked(operations(autoscaler_target=target)), "Deployment")
    assert not [one for one in deployments if "nodeSelector" in one["spec"]["template"]["spec"]]


@pytest.mark.parametrize("name", ["autoscaler", "Schedules", "warm pool"])
def test_a_component_called_as_a_file_of_the_cluster_overwrites_nothing(name: str) -> None:
    other = replace(EDGE, component="schedules-component")
    workloads = (replace(CORE, component=name, hours=WEEK, warm_nodes=1), other)
    files = checked(operations(workloads=workloads))
    assert len(files) == 2 * 2 + 3
    assert len(of_kind(files, "PodDisruptionBudget")) == 2


def named_throughout(text: str, target: str) -> Operations:
    """Return operations in which everything that a person types is one text."""
    event = replace(LAUNCH, event=text)
    workload = replace(CORE, component=text, node_type=text, hours=WEEK, periods=(event,), warm_nodes=1)
    return operations(
        stamp=Stamp(text, "run-1"),
        service_name=text,
        namespace=text,
        workloads=(workload,),
        node_pools=(replace(POOL, node_type=text, spot_share=0.5),),
        autoscaler_target=target,
    )


@pytest.mark.whole
@pytest.mark.parametrize("target", ["cluster-autoscaler", "openshift", "karpenter"])
@pytest.mark.parametrize("text", ODD_TEXTS)
def test_nothing_that_a_person_typed_breaks_out(text: str, target: str) -> None:
    files = checked(named_throughout(text, target))
    plain = kubernetes_files(named_throughout(resource_name(text), target))
    assert [comments(one) for one in files.values()] == [comments(one) for one in plain.values()]
    for path, written in files.items():
        for found, expected in zip(documents(written), documents(plain[path]), strict=True):
            assert without_annotations(found) == without_annotations(expected)
            texts = found["metadata"]["annotations"] if "metadata" in found else {"capacity-plan/plan": text}
            assert texts["capacity-plan/plan"] == text
            assert texts.get("capacity-plan/component", text) == text


def comments(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("#")]


def without_annotations(document: dict[str, Any]) -> dict[str, Any]:
    metadata = {key: value for key, value in document.get("metadata", {}).items() if key != "annotations"}
    return {**document, "metadata": metadata}


@pytest.mark.parametrize("text", ["y", "N", "1e3", "0o17", "12_000", "0x1F", "12:30", ".5", "~", "=", "<<", "", " a"])
def test_texts_are_texts_to_every_reader(text: str) -> None:
    """YAML 1.1, YAML 1.2 and the readers of Go differ in what is a number or a truth value."""
    written = yaml_text([{"key": text, text: 1}])
    assert written.startswith('key: "')
    assert yaml.safe_load(written) == {"key": text, text: 1}


def test_long_names_keep_their_suffix_and_stay_apart() -> None:
    names = {suffixed("a" * 62 + last, "-warm") for last in "bc"}
    assert len(names) == 2
    assert all(len(name) <= 63 and name.endswith("-warm") for name in names)
    assert suffixed("core", "-warm") == "core-warm"


def test_same_plan_gives_same_bytes() -> None:
    made = operations(workloads=(replace(CORE, hours=WEEK, warm_nodes=1), EDGE))
    assert kubernetes_files(made) == kubernetes_files(made)
    assert list(kubernetes_files(made)) == list(kubernetes_files(made))
