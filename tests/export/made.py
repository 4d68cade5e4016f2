"""Records of exports for tests: an alert of each rule, both metric profiles, both latency metrics, and odd texts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TypeVar

from msgspec.structs import asdict, replace

from workbook.export.records import Alert, Operations, Options, Series, Stamp
from workbook.model.operations.rules import FACTS, Rule

EVIL = "a \"quoted\" \\ back\\slash {{ $value }} {{{ x: y, # no comment\nnext 'line' | } ]]> é 日本 %s {"
"""Whatever could break out of a string of PromQL, a template, or YAML."""

_EXPIRY = datetime(2027, 1, 1, tzinfo=UTC).timestamp()
Record = TypeVar("Record", Alert, Operations)

THRESHOLDS = {
    Rule.CPU: 0.8, Rule.CPU_NODE: 0.8, Rule.CPU_FAIRNESS: 0.8, Rule.MEMORY: 0.8, Rule.MEMORY_NODE: 0.8,
    Rule.STORAGE: 0.8, Rule.STORAGE_GROWTH: 0.049724, Rule.STORAGE_FORECAST: 30, Rule.NETWORK: 16,
    Rule.PACKET_LOSS: 0.01, Rule.LATENCY: 0.5, Rule.AVAILABILITY: 0.999, Rule.BURN_FAST: 14.4, Rule.BURN_SLOW: 6,
    Rule.QUEUE_DEPTH: 1000, Rule.QUEUE_WAIT: 10, Rule.USER_GROWTH: 1.0225, Rule.USER_FORECAST: 10000,
    Rule.FEATURE: 10000, Rule.SITE_FAILOVER: 0, Rule.DR_TEST: 0, Rule.DR_TEST_STALE: 90,
    Rule.ZONE_HEADROOM: 0.8 * 2 / 3,    Rule.AUTOSCALER_MAX: 1, Rule.PLAN_EXPIRED: _EXPIRY,
}  # fmt: skip
_MORE: dict[Rule, dict[str, object]] = {
    Rule.LATENCY: {"item": "P95 response time", "percentile": 0.95},
    Rule.AVAILABILITY: {"item": "Uptime"},
    Rule.BURN_FAST: {"item": "Uptime", "objective": 0.999},
    Rule.BURN_SLOW: {"item": "Uptime", "objective": 0.999},
    Rule.STORAGE_GROWTH: {"item": "Audit log"},
    Rule.STORAGE_FORECAST: {"days": 30},
    Rule.USER_FORECAST: {"days": 90},
    Rule.FEATURE: {"item": "Bulk import"},
}


def an_alert(rule: Rule, **changes: object) -> Alert:
    facts = FACTS[rule]
    made = Alert(rule, "", THRESHOLDS[rule], facts.minutes, facts.severity, facts.priority, "Settings!B14")
    return _replaced(made, _MORE.get(rule, {}) | changes)


def _replaced(record: Record, changes: dict[str, object]) -> Record:
    values = asdict(record) | changes
    return type(record)(**values)


def some_options(**changes: object) -> Options:
    made = Options(
        service_name="erlmcp", namespace="erlmcp", metric_prefix="erlmcp", metric_profile="kubernetes",
        latency_metric="histogram", runbook_url="", release_label="", deployment_kind="Deployment",
        autoscaler_target="cluster-autoscaler", scale_up_stabilisation_s=0, scale_up_percent=100, scale_up_pods=4,
        scale_up_period_s=60, scale_down_stabilisation_s=300, scale_down_percent=10, scale_down_period_s=60,
        scale_down_enabled="yes", delay_after_add_min=10, delay_after_delete_min=5, unneeded_time_min=10,
        scale_up_delay_s=0, dashboard_refresh_s=60, time_zone="UTC", memory_unit="GB",
    )  # fmt: skip
    return made.model_copy(update=changes)


def every_alert() -> tuple[Alert, ...]:
    """Return an alert of each rule, and further ones of rules that have items."""
    return (
        *(an_alert(rule) for rule in Rule),
        an_alert(Rule.LATENCY, item="P50 response time", percentile=0.5, threshold=0.1),
        an_alert(Rule.LATENCY, item="P99.9 response time", percentile=0.999, threshold=120.0),
        an_alert(Rule.LATENCY, item="P95 of logins", threshold=1.5, metric="login_p95_seconds"),
        an_alert(Rule.LATENCY, item="P99 of logins", percentile=0.99, metric="login_seconds_bucket"),
        an_alert(Rule.AVAILABILITY, item="Logins", threshold=0.9975, metric="login_availability"),
        an_alert(Rule.STORAGE_GROWTH, item="Logs", threshold=0.0965),
        an_alert(Rule.STORAGE_GROWTH, item=""),
        an_alert(Rule.FEATURE, item=""),
        an_alert(Rule.FEATURE, item="Export", threshold=37.5),
    )


def some_operations(**changes: object) -> Operations:
    """Return what an export is made of; names of options change these, others the record itself."""
    own = {"stamp", "alerts", "left_out", "workloads", "node_pools", "users", "cores"}
    months = [date(2026, month, 1) for month in range(3, 13)]
    made = Operations(
        stamp=Stamp("erlmcp v3", "3f2a9c"),
        options=some_options(**{name: value for name, value in changes.items() if name not in own}),
        alerts=every_alert(),
        left_out=(),
        workloads=(),
        node_pools=(),
        users=Series("Users", "users", {month: 5000.0 * 1.06**place for place, month in enumerate(months)}),
        cores=Series("CPU required", "cores", {month: 15.0 * 1.06**place for place, month in enumerate(months)}),
    )
    return _replaced(made, {name: value for name, value in changes.items() if name in own})


def evil_operations(**changes: object) -> Operations:
    """Return an export in which every text that a user types is odd."""
    alerts = tuple(replace(alert, item=EVIL if alert.item else "", source=EVIL) for alert in map(an_alert, Rule))
    given: dict[str, object] = {
        "alerts": alerts,
        "stamp": Stamp(EVIL, EVIL),
        "service_name": EVIL,
        "namespace": EVIL,
    }
    typed: dict[str, object] = {
        "metric_prefix": EVIL,
        "runbook_url": f"https://example.com/{EVIL}",
        "release_label": EVIL,
    }
    return some_operations(**given | typed | changes)
