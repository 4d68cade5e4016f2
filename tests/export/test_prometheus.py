"""Rules for Prometheus as they are written: names, labels, limits and odd texts."""

from typing import Any

import pytest
import yaml

from tests.export.made import EVIL, an_alert, evil_operations, some_operations
from workbook.export.prometheus import alert_collisions, alert_names, prometheus_files, service_metrics
from workbook.export.records import Operations
from workbook.export.sealed import is_untouched
from workbook.model.operations.rules import Rule


def rules_of(operations: Operations) -> dict[str, dict[str, Any]]:
    groups = yaml.safe_load(prometheus_files(operations)["prometheus/rules.yml"])["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


def test_files_are_sealed_and_the_same_for_the_same_plan() -> None:
    files = prometheus_files(some_operations(), with_crd=True)

    assert list(files) == [
        "prometheus/rules.yml", "prometheus/rules.test.yml", "prometheus/rules.long.test.yml",
        "prometheus/rules.date.test.yml", "prometheus/prometheusrule.yaml",
    ]  # fmt: skip
    assert all(is_untouched(text) for text in files.values())
    assert files == prometheus_files(some_operations(), with_crd=True)
    assert files["prometheus/rules.yml"].splitlines()[1:3] == ["# Plan: erlmcp v3", "# Run: 3f2a9c"]


def test_a_changed_threshold_changes_the_rule_and_its_test() -> None:
    before, after = (
        prometheus_files(some_operations(alerts=(an_alert(Rule.CPU, threshold=limit),))) for limit in (0.8, 0.7)
    )

    assert "> 0.8\n" in before["prometheus/rules.yml"]
    assert "> 0.7\n" in after["prometheus/rules.yml"]
    assert "is 80.8% of capacity; the plan's limit is 80%" in before["prometheus/rules.test.yml"]
    assert "is 70.7% of capacity; the plan's limit is 70%" in after["prometheus/rules.test.yml"]


def test_names_of_alerts_are_unique() -> None:
    alerts = some_operations().alerts
    names = alert_names(alerts)

    assert len(set(names)) == len(names)
    assert {"response_time_degradation", "response_time_p50_degradation", "sla_violation_logins"} <= set(names)
    assert {"storage_growth_rate_audit_log", "feature_adoption_high_bulk_import"} <= set(names)
    assert alert_collisions(alerts) == ()


def test_items_of_one_name_are_found() -> None:
    alerts = tuple(an_alert(Rule.STORAGE_GROWTH, item=item) for item in ("Audit log", "audit-log"))

    assert alert_collisions(alerts) == (("Audit log", "audit-log", "storage_growth_rate_audit_log"),)


def test_a_runbook_is_linked_only_if_there_is_one() -> None:
    without = rules_of(some_operations())["cpu_capacity_exceeded"]
    linked = rules_of(some_operations(runbook_url="https://example.com/runbook"))["cpu_capacity_exceeded"]

    assert "runbook_url" not in without["annotations"]
    assert linked["annotations"]["runbook_url"] == "https://example.com/runbook#cpu_capacity_exceeded"


def test_labels_say_who_is_called_and_which_plan() -> None:
    rule = rules_of(some_operations())["sla_violation"]

    assert rule["labels"] == {"severity": "critical", "priority": "P0", "plan_id": "3f2a9c", "component": "erlmcp"}
    assert "for" not in rules_of(some_operations())["dr_test_failed"]


def test_typed_braces_are_no_template() -> None:
    for rule in rules_of(evil_operations()).values():
        for text in (*rule["annotations"].values(), *rule["labels"].values()):
            actions = [part.partition("}}")[0].strip() for part in text.split("{{")[1:]]
            assert all(action == '"{"' or action.startswith(("$value", "$labels.")) for action in actions)


def test_a_feature_is_asked_for_as_it_was_typed() -> None:
    rule = next(rule for rule in rules_of(evil_operations()).values() if "feature=" in rule["expr"])

    assert r"a \"quoted\" \\ back\\slash {{ $value }}" in rule["expr"]
    assert "\n" in EVIL
    assert "\n" not in rule["expr"]


@pytest.mark.whole
@pytest.mark.parametrize("run_id", ["12e45678", "0x1f", "y", "1234", "null", "0o17"])
def test_labels_stay_texts_for_every_reader(run_id: str) -> None:
    operations = some_operations()
    stamp = type(operations.stamp)("plan", run_id)

    assert f"plan_id: '{run_id}'" in prometheus_files(some_operations(stamp=stamp))["prometheus/rules.yml"]


def test_the_resource_has_its_release() -> None:
    files = prometheus_files(some_operations(release_label="kube-prometheus-stack"), with_crd=True)
    resource = yaml.safe_load(files["prometheus/prometheusrule.yaml"])

    assert resource["metadata"]["labels"]["release"] == "kube-prometheus-stack"
    assert resource["metadata"]["namespace"] == "erlmcp"
    assert resource["spec"] == yaml.safe_load(files["prometheus/rules.yml"])


def test_metrics_of_the_service_are_listed_once() -> None:
    names = [name for name, _ in service_metrics(some_operations(latency_metric="gauge"))]

    assert len(names) == len(set(names))
    assert {"erlmcp_p95_latency", "erlmcp_requests_total", "erlmcp_users_created_total", "login_p95_seconds"} <= set(
        names
    )
