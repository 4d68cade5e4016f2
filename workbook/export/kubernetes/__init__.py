"""Operations into manifests of Kubernetes: a file for each component, and those of the cluster (post floor)."""

from __future__ import annotations

from workbook.export.kubernetes import schedules
from workbook.export.kubernetes.autoscalers import autoscaler_text
from workbook.export.kubernetes.counterparts import without_counterpart
from workbook.export.kubernetes.manifest import yaml_text
from workbook.export.kubernetes.warm_pool import COMMENTS, warm_pool
from workbook.export.kubernetes.workload import autoscaler, disruption_budget, patch
from workbook.export.names import resource_name
from workbook.export.records import Operations, Workload

__all__ = ["kubernetes_files", "without_counterpart"]

_CLUSTER_FILES = ("autoscaler", "schedules", "warm-pool")


def kubernetes_files(operations: Operations) -> dict[str, str]:
    """Return the text of each file by its path."""
    files: dict[str, str] = {}
    taken = {*_CLUSTER_FILES, *(resource_name(workload.component) for workload in operations.workloads)}
    for workload in operations.workloads:
        name = _file_name(resource_name(workload.component), taken)
        files[f"kubernetes/{name}.yaml"] = _component_text(operations, workload)
        files[f"kubernetes/patches/{name}.yaml"] = _patch_text(operations, workload)
    if warm := warm_pool(operations):
        files["kubernetes/warm-pool.yaml"] = yaml_text(warm, COMMENTS)
    if scheduled := [workload for workload in operations.workloads if schedules.is_scheduled(workload)]:
        objects = [schedules.scaled_object(operations, workload) for workload in scheduled]
        files["kubernetes/schedules.yaml"] = yaml_text(objects, schedules.comments(operations))
    if operations.node_pools:
        files["kubernetes/autoscaler.yaml"] = autoscaler_text(operations)
    return files


def _file_name(name: str, taken: set[str]) -> str:
    """Return the name of a component's file, another one where it is that of a file of the cluster."""
    if name not in _CLUSTER_FILES:
        return name
    other = f"{name}-component"
    while other in taken:
        other += "-component"
    return other


def _component_text(operations: Operations, workload: Workload) -> str:
    budget = disruption_budget(operations, workload)
    if schedules.is_scheduled(workload):
        return yaml_text([budget], ("The autoscaler of this component is its ScaledObject in schedules.yaml.",))
    return yaml_text([autoscaler(operations, workload), budget])


def _patch_text(operations: Operations, workload: Workload) -> str:
    name = resource_name(workload.component)
    comments = (
        "Apply this first: the autoscaler and the disruption budget depend on its label and requests.",
        "It changes the pod template, so all pods restart in a rolling update: check that nodes have room for it.",
        "kubectl patch -f FILE --patch-file FILE, with the name of this file both times.",
        f"The container is assumed to be called {name}: enter its name here if it is another.",
        "Requests are even parts of the plan's node without Node reserve. Compare them with what nodes can allocate:",
        "kubectl get nodes -o custom-columns=C:.status.allocatable.cpu,M:.status.allocatable.memory",
    )
    return yaml_text([patch(operations, workload)], comments)
