"""Operations for tests of what runs in a cluster: two components, each part replaceable."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import yaml
from msgspec.structs import replace

from workbook.export.records import NodePool, Operations, Options, Period, Series, Stamp, Workload

ODD_TEXTS = (
    'the "big" one', "it's", "{{ $labels }}", "a: b", "- list", "two\nlines", "no", "0123", "y", "1e3", "# none",
    "'", "*alias", "&anchor", "!tag", "%", "@at", "`x`", "a\tb", "käse", "\u2028", "x" * 90,
)  # fmt: skip
"""What a person may have typed and a careless writer would let out of its string."""

OPTIONS = Options(
    service_name="shop", namespace="shop", metric_prefix="shop", metric_profile="kubernetes",
    latency_metric="histogram", runbook_url="", release_label="", deployment_kind="Deployment",
    autoscaler_target="cluster-autoscaler",
    scale_up_stabilisation_s=0, scale_up_percent=100, scale_up_pods=4, scale_up_period_s=60,
    scale_down_stabilisation_s=300, scale_down_percent=10, scale_down_period_s=60, scale_down_enabled="yes",
    delay_after_add_min=10, delay_after_delete_min=5, unneeded_time_min=10, scale_up_delay_s=0,
    dashboard_refresh_s=60, time_zone="UTC", memory_unit="GiB",
)  # fmt: skip

CORE = Workload(
    component="core", node_type="large", replicas_min=6, replicas_max=24, target_cpu=0.7, target_memory=0.8,
    pods_per_node=2, cores_per_node=4, memory_per_node=16, max_unavailable=2, zones=3,
)  # fmt: skip
EDGE = replace(CORE, component="Edge gateway", replicas_min=2, replicas_max=8, zones=1, max_unavailable=0)
POOL = NodePool(node_type="large", nodes_min=4, nodes_max=16, cores_per_node=4, zones=3, memory_installed=16)

DAY = (6,) * 8 + (12,) * 10 + (6,) * 6
WEEK = (DAY,) * 5 + ((6,) * 24,) * 2
LAUNCH = Period("Product launch", datetime(2026, 6, 10, 8, 45), datetime(2026, 6, 12), 20)


def operations(**changed: Any) -> Operations:  # noqa: ANN401 - fields of many types
    """Return operations with some fields replaced; those of Options by their own names."""
    of_options = {name: changed.pop(name) for name in list(changed) if name in Options.model_fields}
    made = Operations(
        stamp=Stamp("Shop plan", "run-1"),
        options=OPTIONS.model_copy(update=of_options),
        alerts=(),
        left_out=(),
        workloads=(CORE, EDGE),
        node_pools=(POOL,),
        users=Series("Users", "users", {}),
        cores=Series("CPU required", "cores", {}),
    )
    return replace(made, **changed)


def documents(text: str) -> list[Any]:
    """Return the documents of a YAML file."""
    return list(yaml.safe_load_all(text))


def of_kind(files: dict[str, str], kind: str) -> list[Any]:
    """Return all objects of a kind."""
    return [found for text in files.values() for found in documents(text) if found.get("kind") == kind]
