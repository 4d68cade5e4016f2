"""Alerts of the plan into rules for Prometheus, and tests that prove their thresholds (post floor; help: export)."""

from __future__ import annotations

import re

import yaml

from workbook.export.names import resource_name
from workbook.export.prometheus.promtool import Range, range_of, test_file
from workbook.export.prometheus.quoting import duration, literal, one_line
from workbook.export.prometheus.rules import AlertRule, alert_collisions, alert_names, alert_rules, grouped
from workbook.export.prometheus.service import own_metric
from workbook.export.records import Operations, Stamp
from workbook.export.sealed import seal

__all__ = ["alert_collisions", "alert_names", "prometheus_files", "service_metrics"]

_TEST_FILES = {
    Range.SHORT: "prometheus/rules.test.yml",
    Range.LONG: "prometheus/rules.long.test.yml",
    Range.DATE: "prometheus/rules.date.test.yml",
}
_READ_OTHERWISE = re.compile(r"^([-+]?[0-9]+[eE][-+]?[0-9]+|0o[0-7]+|[yYnN])$")
"""Texts that PyYAML leaves unquoted, but that readers of other versions of YAML take for a number or for true."""
_LABEL_VALUE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")


class _Dumper(yaml.SafeDumper):
    """The safe dumper, with quotes around what other readers would not take for a text."""


_Dumper.add_implicit_resolver("tag:yaml.org,2002:float", _READ_OTHERWISE, list("-+0123456789yYnN"))


def prometheus_files(operations: Operations, with_crd: bool = False) -> dict[str, str]:
    """Return the rules, their tests for promtool, and the resource for Prometheus Operator if asked for, by file name.

    A file of tests without any test is left out.
    """
    rules = alert_rules(operations)
    groups = _groups(rules, operations.options.service_name)
    files: dict[str, object] = {"prometheus/rules.yml": {"groups": groups}}
    for reach, name in _TEST_FILES.items():
        tested = [rule for rule in rules if range_of(rule) is reach]
        if tested:
            files[name] = test_file(tested, reach.value)
    if with_crd:
        files["prometheus/prometheusrule.yaml"] = _resource(groups, operations)
    return {name: _text(content, operations.stamp) for name, content in files.items()}


def service_metrics(operations: Operations) -> tuple[tuple[str, str], ...]:
    """Return the metrics that the service has to export for its alerts and dashboards, and what each means."""
    own = [
        (own_metric(operations.options, "users_created_total"), "counter of users that signed up"),
        (
            own_metric(operations.options, "requests_total"),
            "counter of requests, with label status: the HTTP status code",
        ),
    ]
    of_rules = [metric for rule in alert_rules(operations) for metric in rule.measure.metrics]
    return tuple(dict(of_rules + own).items())


def _groups(rules: tuple[AlertRule, ...], service_name: str) -> list[dict[str, object]]:
    return [
        {"name": name, "rules": [_rule(rule) for rule in of_group]}
        for name, of_group in grouped(rules, service_name).items()
    ]


def _rule(rule: AlertRule) -> dict[str, object]:
    lasting = {"for": duration(rule.hold_s)} if rule.hold_s else {}
    return {
        "alert": rule.name,
        "expr": rule.measure.expression,
        **lasting,
        "labels": {label: literal(text) for label, text in rule.labels.items()},
        "annotations": rule.annotations(),
    }


def _resource(groups: list[dict[str, object]], operations: Operations) -> dict[str, object]:
    """Return the PrometheusRule; Prometheus Operator reads those with the release label of its own installation."""
    options = operations.options
    name, release = resource_name(options.service_name), options.release_label.strip()
    labels = {"app.kubernetes.io/part-of": name}
    if release:
        labels["release"] = release if _LABEL_VALUE.fullmatch(release) else resource_name(release)
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {
            "name": resource_name(f"{name}-capacity"),
            "namespace": resource_name(options.namespace),
            "labels": labels,
        },
        "spec": {"groups": groups},
    }


def _text(content: object, stamp: Stamp) -> str:
    body = yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100_000)
    return seal(f"# Plan: {one_line(stamp.plan_name)}\n# Run: {one_line(stamp.run_id)}\n{body}")
