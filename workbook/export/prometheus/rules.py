"""Alerts of the plan into alerting rules, each with what it measures (post floor)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from string import Formatter

from msgspec import Struct

from workbook.export.names import collisions, metric_name, resource_name
from workbook.export.prometheus import recovery, resources, service, trends
from workbook.export.prometheus.measure import Measure
from workbook.export.prometheus.quoting import literal, number, one_line
from workbook.export.records import Alert, Operations, Options
from workbook.model.operations.rules import FACTS, Rule

_MEASURES: dict[Rule, Callable[[Alert, Options], Measure]] = {
    Rule.CPU: resources.cpu,
    Rule.CPU_NODE: resources.cpu_node,
    Rule.CPU_FAIRNESS: resources.cpu_fairness,
    Rule.MEMORY: resources.memory,
    Rule.MEMORY_NODE: resources.memory_node,
    Rule.STORAGE: resources.storage,
    Rule.STORAGE_GROWTH: trends.storage_growth,
    Rule.STORAGE_FORECAST: trends.storage_forecast,
    Rule.NETWORK: resources.network,
    Rule.PACKET_LOSS: resources.packet_loss,
    Rule.LATENCY: service.latency,
    Rule.AVAILABILITY: service.availability,
    Rule.BURN_FAST: service.burn_fast,
    Rule.BURN_SLOW: service.burn_slow,
    Rule.QUEUE_DEPTH: service.queue_depth,
    Rule.QUEUE_WAIT: service.queue_wait,
    Rule.USER_GROWTH: trends.user_growth,
    Rule.USER_FORECAST: trends.user_forecast,
    Rule.FEATURE: service.feature,
    Rule.SITE_FAILOVER: recovery.site_failover,
    Rule.DR_TEST: recovery.dr_test,
    Rule.DR_TEST_STALE: recovery.dr_test_stale,
    Rule.ZONE_HEADROOM: resources.zone_headroom,
    Rule.AUTOSCALER_MAX: recovery.autoscaler_max,
    Rule.PLAN_EXPIRED: recovery.plan_expired,
}
_OF_EACH_ITEM = frozenset({Rule.STORAGE_GROWTH, Rule.FEATURE})
"""Rules whose alerts are named after their item always, so that a further item renames none."""
_USUAL_PERCENTILE = 0.95
_SUBJECTS = tuple(dict.fromkeys(facts.subject for facts in FACTS.values()))


class AlertRule(Struct, frozen=True):
    """An alert as monitoring has it."""

    name: str
    alert: Alert
    measure: Measure
    labels: Mapping[str, str]
    """As typed; `raised` has them as templates."""
    runbook: str

    @property
    def hold_s(self) -> int:
        """Return for how many seconds the expression must be true."""
        return round(self.alert.minutes * 60)

    @property
    def title(self) -> str:
        """Return what the alert is about, in one line."""
        item = one_line(self.alert.item)
        return FACTS[self.alert.rule].title + (f": {item}" if item else "")

    def annotations(self) -> dict[str, str]:
        """Return the annotations as templates for Prometheus."""
        return self._annotated(literal, self.measure.shown.template, lambda label: f"{{{{ $labels.{label} }}}}")

    def annotations_at(self, value: float) -> dict[str, str]:
        """Return the annotations that Prometheus makes of the templates, in the tests, at a value."""
        return self._annotated(str, self.measure.shown.text(value), dict(self.measure.labels).__getitem__)

    def _annotated(self, typed: Callable[[str], str], value: str, label: Callable[[str], str]) -> dict[str, str]:
        known = {"value": value, "limit": self.measure.shown.limit(self.measure.limit)}
        known["item"] = typed(one_line(self.alert.item))
        parts = []
        for text, field, _, _ in Formatter().parse(self.measure.says):
            shown = "" if field is None else known[field] if field in known else label(field)
            parts.append(text + shown)
        source = one_line(self.alert.source)
        made = {
            "summary": typed(self.title),
            "description": "".join(parts) + (f" ({typed(source)})." if source else "."),
        }
        return made | ({"runbook_url": typed(self.runbook)} if self.runbook else {})


def alert_rules(operations: Operations) -> tuple[AlertRule, ...]:
    """Return the rules of a plan's alerts, in their order."""
    options = operations.options
    return tuple(
        AlertRule(
            name,
            alert,
            _MEASURES[alert.rule](alert, options),
            _labels(alert, operations),
            _runbook(options.runbook_url, name),
        )
        for alert, name in with_names(operations.alerts)
    )


def grouped(rules: Iterable[AlertRule], service_name: str) -> dict[str, tuple[AlertRule, ...]]:
    """Return the rules by the name of their group, one group for each subject."""
    rules, prefix = tuple(rules), resource_name(service_name)
    groups = {
        f"{prefix}-capacity-{subject}": tuple(rule for rule in rules if FACTS[rule.alert.rule].subject == subject)
        for subject in _SUBJECTS
    }
    return {name: of_group for name, of_group in groups.items() if of_group}


def alert_names(alerts: Iterable[Alert]) -> tuple[str, ...]:
    """Return the name of each alert.

    The first alert of a rule has the rule's name, others that of their item too; alerts of datasets and features always
    have it. P95 latency has the rule's name, other percentiles say which: `response_time_p50_degradation`.
    """
    taken: set[str] = set()
    names = []
    for alert in alerts:
        usual = _usual_name(alert)
        is_named = alert.item and (usual in taken or alert.rule in _OF_EACH_ITEM)
        names.append(f"{usual}_{metric_name(alert.item.lower()).strip('_')}" if is_named else usual)
        taken.add(names[-1])
    return tuple(names)


def alert_collisions(alerts: Iterable[Alert]) -> tuple[tuple[str, str, str], ...]:
    """Return the items whose alerts would have one name: the earlier, the later, and the name."""
    alerts = tuple(alerts)
    items = {f"{place}:{alert.item}": name for place, (alert, name) in enumerate(with_names(alerts))}
    found = collisions(items, items.__getitem__)
    return tuple((first.partition(":")[2], second.partition(":")[2], name) for first, second, name in found)


def with_names(alerts: Collection[Alert]) -> Iterator[tuple[Alert, str]]:
    """Return each alert with its name."""
    return zip(alerts, alert_names(alerts), strict=True)


def _usual_name(alert: Alert) -> str:
    share = service.quantile(alert)
    if alert.rule is not Rule.LATENCY or abs(share - _USUAL_PERCENTILE) < 1e-9:
        return alert.rule.value
    return f"response_time_p{number(share * 100).replace('.', '_')}_degradation"


def _labels(alert: Alert, operations: Operations) -> dict[str, str]:
    labels = {
        "severity": alert.severity,
        "priority": alert.priority,
        "plan_id": operations.stamp.run_id,
        "component": operations.options.service_name,
    }
    return {label: one_line(text) for label, text in labels.items() if one_line(text)}


def _runbook(url: str, name: str) -> str:
    """Return the address of an alert's section in the runbook; an address that has a section already is kept."""
    return url if not url or "#" in url else f"{url}#{name}"
