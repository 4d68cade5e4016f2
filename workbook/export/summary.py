"""An export into EXPORT.md: what was written, from which cells, what is missing and how to check it (post floor).

Texts that a person typed are escaped, so that each of them stays in its cell of a table.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from workbook.export.prometheus.rules import with_names
from workbook.export.prometheus.shown import DATE
from workbook.export.records import Alert, Operations
from workbook.figures import digits
from workbook.model.operations.rules import BURNS, FACTS, UNITS_OF, Rule, duration_text

Pairs = Sequence[tuple[str, str]]

_CONTENT = {
    "prometheus/rules.yml": "Alert rules",
    "prometheus/rules.test.yml": "Tests of the alert rules: silent just below each threshold, firing just above it",
    "prometheus/rules.date.test.yml": "Test of the alert rule that looks at the date",
    "prometheus/rules.long.test.yml": "Tests of the alert rules that look at days or weeks",
    "prometheus/prometheusrule.yaml": "The alert rules as a PrometheusRule for the Prometheus operator",
    "grafana/overview.json": "Dashboard: utilisation against the thresholds of the plan",
    "grafana/growth.json": "Dashboard: growth against the plan",
    "kubernetes/warm-pool.yaml": "Priority class, and pause pods that keep warm nodes ready",
    "kubernetes/schedules.yaml": "Scheduled scaling by hour of the week and by event (KEDA)",
    "kubernetes/autoscaler.yaml": "Settings of the autoscaler of nodes",
    "tables/lines.csv": "Every line of the plan, one row per value",
    "tables/orders.csv": "Orders to place, by date",
    "tables/commitments.csv": "Reserved nodes, by component and term",
}
_METRICS = (
    "The service must export these metrics; without them the alerts that use them never fire. Keep at least 31 days "
    "of metrics: Prometheus keeps 15 by default, and then alerts of growth never fire. Alerts do not fire while "
    "nothing is measured: watch the service from outside as well."
)
_THRESHOLDS = (
    "Each threshold is the value of its cell in the workbook, which includes Alert margin where it applies. Alerts "
    "of CPU and memory cover the whole cluster, other services included. Alerts of a dataset's growth read volumes "
    "whose claim (or mount point) has the name of the dataset: `audit-log`, or `audit-log-…`."
)
_APPLY = """## How to apply

1. Apply each file in `kubernetes/patches` with `kubectl patch -f FILE --patch-file FILE`; all pods restart.
2. Where `schedules.yaml` has a component, delete its earlier autoscaler: `kubectl delete hpa NAME`.
3. Apply the files of the components, `schedules.yaml` and `warm-pool.yaml` with `kubectl apply -f FILE`.
4. Apply `autoscaler.yaml` last: with `helm upgrade` if it has values of the Helm chart.
"""
_BY_FOLDER = {
    "kubernetes/patches/": "Patch of a running component: requests, label and spread over zones",
    "kubernetes/": "Autoscaler, unless scheduled, and disruption budget of a component",
}
_UNITS = {**UNITS_OF, Rule.STORAGE_FORECAST: "days"}
"""Those of the sheet, without words that the title of an alert says as well."""
_ANY = frozenset({Rule.SITE_FAILOVER, Rule.DR_TEST})
"""Rules that fire on the event itself."""
_SPECIAL = re.compile(r"([\\`*{}\[\]<>|#~$&])|(?<![A-Za-z0-9])(_)|(_)(?![A-Za-z0-9])")


def export_text(operations: Operations, files: Collection[str], metrics: Pairs, without_counterpart: Pairs) -> str:
    """Return the text of EXPORT.md; `files` are the paths written, `metrics` names and what each measures."""
    stamp = operations.stamp
    sections = (
        _section("Files", "", ("File", "Content"), ((f"`{path}`", _content(path)) for path in sorted(files))),
        _section(
            "Metrics",
            _METRICS,
            ("Metric", "Meaning"),
            _escaped(metrics),
        ),
        _alerts(operations.alerts),
        _section(
            "Alerts left out",
            "The plan gives these alerts no threshold, so they were not written.",
            ("Alert", "Item", "Reason"),
            ((f"`{left.rule.value}`", escaped(left.item), escaped(left.reason)) for left in operations.left_out),
        ),
        _section(
            "Settings without counterpart",
            "These settings could not be exported as they are.",
            ("Setting", "Reason"),
            _escaped(without_counterpart),
        ),
        _checks(operations, files),
        _APPLY if any(path.startswith("kubernetes/") for path in files) else "",
    )
    head = (
        f"# Export of {escaped(stamp.plan_name)}\n\n"
        f"Written from run {escaped(stamp.run_id)} of the plan. "
        "Do not edit these files: change the plan and export again.\n"
    )
    return "\n".join([head, *filter(None, sections)])


def escaped(text: str) -> str:
    """Return a text as Markdown shows it unchanged, on one line."""
    return _SPECIAL.sub(lambda found: "\\" + found[0], " ".join(text.split()))


def _escaped(rows: Iterable[Sequence[str]]) -> Iterable[tuple[str, ...]]:
    return (tuple(map(escaped, row)) for row in rows)


def _section(title: str, text: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a section with a table; empty without rows."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    if not lines:
        return ""
    table = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}", *lines]
    return "\n".join([f"## {title}", "", *([text, ""] if text else []), *table, ""])


def _content(path: str) -> str:
    folders = (text for folder, text in _BY_FOLDER.items() if path.startswith(folder))
    return _CONTENT.get(path) or next(folders, "")


def _alerts(alerts: Sequence[Alert]) -> str:
    rows = (
        (
            f"`{name}`",
            escaped(FACTS[alert.rule].title),
            escaped(alert.item),
            threshold_text(alert),
            duration_text(alert.minutes),
            escaped(f"{alert.severity}, {alert.priority}"),
            escaped(alert.source),
        )
        for alert, name in with_names(alerts)
    )
    header = ("Alert", "Title", "Item", "Threshold", "Held for", "Severity", "Cell")
    return _section("Alerts", _THRESHOLDS, header, rows)


def threshold_text(alert: Alert) -> str:
    """Return the threshold of an alert with its unit: `80%`, `500 ms`, `14.4×`, `1 Mar 2027`."""
    value, rule = alert.threshold, alert.rule
    if rule in _ANY:
        return "any"
    if rule in BURNS:
        return f"{digits(100 * value * (1 - alert.objective), 6)}% ({digits(value, 6)}×)"
    if rule is Rule.PLAN_EXPIRED:
        return DATE.limit(value)
    unit = _UNITS[rule]
    if unit.startswith("%"):
        return f"{digits(100 * value, 6)}%"
    if unit == "s":
        return f"{digits(1000 * value, 6)} ms" if value < 1 else f"{digits(value, 6)} s"
    return f"{digits(value, 6, is_grouped=True)} {unit.removesuffix('s') if value == 1 else unit}".rstrip()


def _checks(operations: Operations, files: Collection[str]) -> str:
    commands = [*_prometheus_commands(files), *_kubernetes_commands(operations, files)]
    if not commands:
        return ""
    head = ["## How to check", "", "Run these commands in the folder of this file:", "", "```sh"]
    return "\n".join([*head, *commands, "```", ""])


def _prometheus_commands(files: Collection[str]) -> list[str]:
    tests = [path for path in sorted(files) if path.startswith("prometheus/") and path.endswith(".test.yml")]
    check = ["promtool check rules prometheus/rules.yml"] if "prometheus/rules.yml" in files else []
    return check + [f"promtool test rules {path}" for path in tests]


def _kubernetes_commands(operations: Operations, files: Collection[str]) -> list[str]:
    """Return commands that change nothing: the server checks each object; values of Helm are no object."""
    paths = [path for path in sorted(files) if path.startswith("kubernetes/")]
    is_helm = operations.options.autoscaler_target == "cluster-autoscaler"
    values = "kubernetes/autoscaler.yaml"
    kind = operations.options.deployment_kind.lower()
    patches = "kubernetes/patches/"
    commands = [f"kubectl patch --dry-run=server -f {path} --patch-file {path}" for path in paths if patches in path]
    commands += [
        f"kubectl apply --dry-run=server -f {path}"
        for path in paths
        if patches not in path and not (is_helm and path == values)
    ]
    if is_helm and values in paths:
        commands.append("helm repo add autoscaler https://kubernetes.github.io/autoscaler")
        commands.append(f"helm template cluster-autoscaler autoscaler/cluster-autoscaler --values {values}")
    return [f"# The namespace and each {kind} must exist.", *commands] if commands else []
