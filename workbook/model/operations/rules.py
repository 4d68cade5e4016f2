"""The alerts that a plan gives rise to: what each one watches, and how it is raised (plan floor; help: export, Alerts).

Sixteen of them are those of the source document; `seed` says what each of them does as it is printed there.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Rule(StrEnum):
    """An alert, by the name that monitoring knows it by."""

    CPU = "cpu_capacity_exceeded"
    CPU_NODE = "cpu_node_saturated"
    CPU_FAIRNESS = "cpu_fairness_problem"
    MEMORY = "memory_capacity_exceeded"
    MEMORY_NODE = "memory_pressure"
    STORAGE = "storage_capacity_exceeded"
    STORAGE_GROWTH = "storage_growth_rate"
    STORAGE_FORECAST = "storage_exhaustion_forecast"
    NETWORK = "network_bandwidth_exceeded"
    PACKET_LOSS = "network_packet_loss"
    LATENCY = "response_time_degradation"
    AVAILABILITY = "sla_violation"
    BURN_FAST = "error_budget_burn_fast"
    BURN_SLOW = "error_budget_burn_slow"
    QUEUE_DEPTH = "queue_depth_exceeded"
    QUEUE_WAIT = "queue_wait_time"
    USER_GROWTH = "user_growth_exceeds_capacity"
    USER_FORECAST = "user_capacity_exhaustion_forecast"
    FEATURE = "feature_adoption_high"
    SITE_FAILOVER = "site_failover"
    DR_TEST = "dr_test_failed"
    DR_TEST_STALE = "dr_test_stale"
    ZONE_HEADROOM = "zone_loss_headroom_lost"
    AUTOSCALER_MAX = "autoscaler_at_maximum"
    PLAN_EXPIRED = "plan_expired"


class Severity(StrEnum):
    """How urgent an alert is, in the words of the source document."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


_HOUR, _DAY = 60.0, 1440.0


class Facts(Struct, frozen=True):
    """How a rule is raised: its title, the subject whose group it stands in, minutes it must hold, and who acts."""

    title: str
    subject: str
    minutes: float
    severity: Severity
    priority: str


def duration_text(minutes: float) -> str:
    """Return how long an alert must hold, as `5 min`, `1 h` or `3 days`."""
    if minutes == 0:
        return "immediately"
    if minutes % _DAY == 0:
        days = int(minutes / _DAY)
        return f"{days} days" if days > 1 else "1 day"
    return f"{minutes / _HOUR:.0f} h" if minutes % _HOUR == 0 else f"{minutes:.0f} min"


_WARNING, _CRITICAL, _INFO = Severity.WARNING, Severity.CRITICAL, Severity.INFO
FACTS: dict[Rule, Facts] = {
    Rule.CPU: Facts("CPU capacity exceeded", "resource", 5, _WARNING, "P2"),
    Rule.CPU_NODE: Facts("CPU of a node saturated", "resource", 5, _WARNING, "P2"),
    Rule.CPU_FAIRNESS: Facts("CPU load unevenly spread", "resource", 5, _WARNING, "P2"),
    Rule.MEMORY: Facts("Memory capacity exceeded", "resource", 5, _WARNING, "P2"),
    Rule.MEMORY_NODE: Facts("Memory pressure on a node", "resource", 5, _WARNING, "P2"),
    Rule.STORAGE: Facts("Storage capacity exceeded", "resource", 5, _WARNING, "P2"),
    Rule.STORAGE_GROWTH: Facts("Storage grows faster than planned", "resource", _DAY, _INFO, "P3"),
    Rule.STORAGE_FORECAST: Facts("Storage full within lead time", "resource", 6 * _HOUR, _WARNING, "P2"),
    Rule.NETWORK: Facts("Network bandwidth exceeded", "resource", 5, _WARNING, "P2"),
    Rule.PACKET_LOSS: Facts("Packet loss above SLA", "resource", 5, _WARNING, "P2"),
    Rule.LATENCY: Facts("Response time above SLA", "performance", 5, _WARNING, "P1"),
    Rule.AVAILABILITY: Facts("Availability below SLA", "performance", 5, _CRITICAL, "P0"),
    Rule.BURN_FAST: Facts("Error budget burning fast", "performance", 2, _CRITICAL, "P0"),
    Rule.BURN_SLOW: Facts("Error budget burning slowly", "performance", 15, _WARNING, "P2"),
    Rule.QUEUE_DEPTH: Facts("Queue depth exceeded", "performance", 5, _WARNING, "P2"),
    Rule.QUEUE_WAIT: Facts("Queue wait exceeded", "performance", 5, _WARNING, "P2"),
    Rule.USER_GROWTH: Facts("Users grow faster than planned", "growth", 3 * _DAY, _WARNING, "P2"),
    Rule.USER_FORECAST: Facts("Users exceed plan within lead time", "growth", 6 * _HOUR, _WARNING, "P2"),
    Rule.FEATURE: Facts("Feature used more than planned", "growth", _HOUR, _INFO, "P3"),
    Rule.SITE_FAILOVER: Facts("Site failover", "recovery", 1, _CRITICAL, "P0"),
    Rule.DR_TEST: Facts("DR test failed", "recovery", 0, _CRITICAL, "P0"),
    Rule.DR_TEST_STALE: Facts("DR test overdue", "recovery", _HOUR, _WARNING, "P2"),
    Rule.ZONE_HEADROOM: Facts("Capacity does not survive loss of a zone", "recovery", 15, _WARNING, "P1"),
    Rule.AUTOSCALER_MAX: Facts("Autoscaler at its maximum", "growth", 15, _WARNING, "P2"),
    Rule.PLAN_EXPIRED: Facts("Plan no longer valid", "growth", _HOUR, _INFO, "P3"),
}

BURNS = frozenset({Rule.BURN_FAST, Rule.BURN_SLOW})
"""Rules of how fast an error budget is spent."""

UNITS_OF: dict[Rule, str] = {
    **dict.fromkeys(Rule, "%"),
    Rule.STORAGE_FORECAST: "days ahead",
    Rule.STORAGE_GROWTH: "% per week",
    Rule.NETWORK: "Gbps",
    Rule.LATENCY: "s",
    Rule.QUEUE_DEPTH: "requests",
    Rule.QUEUE_WAIT: "s",
    Rule.USER_FORECAST: "users",
    Rule.FEATURE: "requests/h",
    Rule.SITE_FAILOVER: "failover",
    Rule.DR_TEST: "failed tests",
    Rule.DR_TEST_STALE: "days",
    Rule.PLAN_EXPIRED: "days after Plan start",
}
"""The unit of each rule's threshold, as readers see it."""

_USE = "Utilisation high, Alert margin"
SOURCES: dict[Rule, str] = {
    **dict.fromkeys((Rule.CPU, Rule.CPU_NODE, Rule.CPU_FAIRNESS, Rule.MEMORY, Rule.MEMORY_NODE), _USE),
    Rule.STORAGE: "Storage fill limit, Alert margin",
    Rule.STORAGE_GROWTH: "Growth per month of dataset × 1.5, Alert margin",
    Rule.STORAGE_FORECAST: "Lead time",
    Rule.NETWORK: "Bandwidth required at Review month, Utilisation high, Alert margin",
    Rule.PACKET_LOSS: "SLA target",
    Rule.LATENCY: "SLA target",
    Rule.AVAILABILITY: "SLA target",
    Rule.BURN_FAST: "SLA target, burn rate 14.4",
    Rule.BURN_SLOW: "SLA target, burn rate 6",
    Rule.QUEUE_DEPTH: "Committed queue depth, or deepest queue within P99 target",
    Rule.QUEUE_WAIT: "Committed queue wait, or longest wait within P99 target",
    Rule.USER_GROWTH: "Planned growth of users, Alert margin",
    Rule.USER_FORECAST: "Most users planned until plan end plus lead time, Alert margin",
    Rule.FEATURE: "Requests of feature at peak, Review month, Alert margin",
    Rule.SITE_FAILOVER: "Any failover",
    Rule.DR_TEST: "Any failed test",
    Rule.DR_TEST_STALE: "A DR test each quarter",
    Rule.ZONE_HEADROOM: "Utilisation high and failures to survive, all components",
    Rule.AUTOSCALER_MAX: "Maximum replicas",
    Rule.PLAN_EXPIRED: "Plan valid until",
}
"""What each threshold is made of, by the names that people know."""
