"""Each alert's threshold, as a formula on the cell of the plan that it comes from (plan floor; help: export, Alerts).

A threshold of use is the plan's own limit with the Alert margin on top. One that keeps a promise – of an SLA, of the
longest wait within it, of surviving a zone – takes no margin.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from workbook.expr.tree import (
    BLANK,
    Expr,
    Input,
    Line,
    Number,
    PerItem,
    Ref,
    Section,
    Stacked,
    Text,
    call,
    eq,
    if_,
    is_blank,
    smallest,
)
from workbook.model.fleet.headroom import at_review
from workbook.model.operations.limits import DAYS_A_WEEK, if_any
from workbook.model.operations.rules import FACTS, SOURCES, UNITS_OF, Rule, duration_text
from workbook.model.operations.seed import SEED, SeedRule
from workbook.model.terms import setting

ALERTS = Section("Alerts")

ALERT = ("alert",)
_HUNDREDFOLD = Number(100)
_HIGHEST = _HUNDREDFOLD - 1
"""Percent. Use cannot exceed 100%, so a threshold of 100% would never be reached."""
_HOURS_OF_BUDGET = Number(60) / 2 * 24
"""An error budget is that of 30 days."""
_FAST_BURN = _HOURS_OF_BUDGET * 2 / 100
"""14.4: at this rate 2% of the error budget are gone in an hour."""
_SLOW_BURN = Number(12) / 2
"""At this rate 5% of the error budget are gone in six hours."""
_DAYS_OF_TEST = Number(9) * 9 + 9


class Part(Struct, frozen=True):
    """Alerts that stand together: `rules` that are there once, or one rule for each item of a dimension."""

    over: str
    rules: tuple[Rule, ...]
    is_fixed: bool = False


PARTS = (
    Part(
        "resource alert",
        (
            Rule.CPU,
            Rule.CPU_NODE,
            Rule.CPU_FAIRNESS,
            Rule.MEMORY,
            Rule.MEMORY_NODE,
            Rule.STORAGE,
            Rule.STORAGE_FORECAST,
            Rule.NETWORK,
        ),
        is_fixed=True,
    ),
    Part("dataset", (Rule.STORAGE_GROWTH,)),
    Part("packet loss", (Rule.PACKET_LOSS,)),
    Part("objective", (Rule.LATENCY,)),
    Part("availability", (Rule.AVAILABILITY,)),
    Part("availability", (Rule.BURN_FAST,)),
    Part("availability", (Rule.BURN_SLOW,)),
    Part("queue alert", (Rule.QUEUE_DEPTH, Rule.QUEUE_WAIT), is_fixed=True),
    Part(
        "growth alert",
        (Rule.USER_GROWTH, Rule.USER_FORECAST, Rule.AUTOSCALER_MAX, Rule.PLAN_EXPIRED),
        is_fixed=True,
    ),
    Part("feature", (Rule.FEATURE,)),
    Part(
        "recovery alert",
        (Rule.SITE_FAILOVER, Rule.DR_TEST, Rule.DR_TEST_STALE, Rule.ZONE_HEADROOM),
        is_fixed=True,
    ),
)
"""The rows of the alerts, from top to bottom."""

FIXED_ALERTS = {part.over: tuple(FACTS[rule].title for rule in part.rules) for part in PARTS if part.is_fixed}
"""The dimensions of alerts that every plan has, with their items."""


def rules_of(items: Mapping[str, tuple[str, ...]]) -> tuple[tuple[Rule, str, int], ...]:
    """Return the rule of each alert, the item that it concerns (blank for none), and the place of that item."""
    return tuple(
        (rule, "" if part.is_fixed else item, place)
        for part in PARTS
        for place, item in enumerate(items[part.over])
        for rule in (part.rules[place : place + 1] if part.is_fixed else part.rules)
    )


def alerts_of(items: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the names of all alerts: `CPU capacity exceeded`, `Response time above SLA · P95 response time`."""
    return tuple(f"{FACTS[rule].title} · {item}" if item else FACTS[rule].title for rule, item, _ in rules_of(items))


@ALERTS
def lines(tables: frozenset[str]) -> Iterator[Line]:
    """Yield each alert's threshold, how it is raised, and what the source document has in its place."""
    thresholds = _thresholds(tables)
    yield Line("alert.threshold", "Threshold", "threshold", ALERT, _stacked(thresholds))
    for name, title, texts in (
        ("unit", "Unit", {rule: Text(UNITS_OF[rule]) for rule in Rule}),
        ("for", "Fires after", {rule: Text(duration_text(FACTS[rule].minutes)) for rule in Rule}),
        ("severity", "Severity", _raised("severity")),
        ("priority", "Priority", _raised("priority")),
        ("source", "Threshold from", {rule: Text(SOURCES[rule]) for rule in Rule}),
        ("seed", "Source document: its rule", _seed("rule")),
        ("verdict", "What that rule does", _seed("verdict")),
    ):
        yield Line(f"alert.{name}", title, "text", ALERT, _stacked(texts))


def _stacked(of: Mapping[Rule, Expr]) -> Stacked:
    parts: list[tuple[str, Expr]] = []
    for part in PARTS:
        if part.is_fixed:
            entries = tuple((FACTS[rule].title, of[rule]) for rule in part.rules)
            parts.append((part.over, PerItem(part.over, entries)))
        else:
            parts.append((part.over, of[part.rules[0]]))
    return Stacked(tuple(parts))


def _thresholds(tables: frozenset[str]) -> dict[Rule, Expr]:
    """Return the threshold of each rule in its unit; blank where the plan has none."""
    margin = 1 + setting("alert_margin")
    use = smallest(_HIGHEST, _HUNDREDFOLD * setting("utilisation_high") * margin)
    ratio, target = Ref("alert.signups"), Input("slas", "target")
    fast, slow = (_HUNDREDFOLD * rate * (1 - target) for rate in (_FAST_BURN, _SLOW_BURN))
    seconds = if_(eq(Input("slas", "unit"), "s"), target, target / Number(1000, "ms/s"))
    uses = Ref("alert.feature_uses")
    feature = if_(uses > 0, uses * margin, BLANK) if "features" in tables else BLANK
    zone = Ref("alert.zone_ceiling")
    return {
        **dict.fromkeys((Rule.CPU, Rule.CPU_NODE, Rule.CPU_FAIRNESS, Rule.MEMORY, Rule.MEMORY_NODE), use),
        Rule.STORAGE: smallest(_HIGHEST, _HUNDREDFOLD * setting("storage_fill_limit") * margin),
        Rule.STORAGE_FORECAST: Ref("alert.lead_days"),
        Rule.STORAGE_GROWTH: _weekly_growth(margin),
        Rule.NETWORK: if_any(setting("utilisation_high") * at_review("network.required") * margin),
        Rule.PACKET_LOSS: _HUNDREDFOLD * target,
        Rule.LATENCY: seconds,
        Rule.AVAILABILITY: _HUNDREDFOLD * target,
        Rule.BURN_FAST: fast,
        Rule.BURN_SLOW: slow,
        Rule.QUEUE_DEPTH: Ref("alert.queue_depth"),
        Rule.QUEUE_WAIT: Ref("alert.queue_wait"),
        Rule.USER_GROWTH: if_(is_blank(ratio), BLANK, _HUNDREDFOLD * ratio * margin),
        Rule.USER_FORECAST: if_any(Ref("alert.most_users") * margin),
        Rule.FEATURE: feature,
        Rule.SITE_FAILOVER: Number(1),
        Rule.DR_TEST: Number(0),
        Rule.DR_TEST_STALE: _DAYS_OF_TEST,
        Rule.ZONE_HEADROOM: if_(is_blank(zone), BLANK, _HUNDREDFOLD * zone),
        Rule.AUTOSCALER_MAX: _HUNDREDFOLD,
        Rule.PLAN_EXPIRED: Ref("alert.valid_until") - setting("plan_start"),
    }


def _weekly_growth(margin: Expr) -> Expr:
    """Return half as much again as a dataset grows in a week; blank for one that is not to grow."""
    growth = Ref("storage.growth")
    weeks = DAYS_A_WEEK * Number(1, "day/month") / setting("days_per_month")
    weekly = (1 + growth) ** weeks - 1
    return if_(growth > 0, _HUNDREDFOLD * weekly * (1 + Number(1) / 2) * margin, BLANK)


_OF_OBJECTIVES = {Rule.PACKET_LOSS, Rule.LATENCY, Rule.AVAILABILITY}
"""What an SLA says of severity and priority holds for the alert of its own target."""


def _raised(field: str) -> dict[Rule, Expr]:
    texts: dict[Rule, Expr] = {}
    for rule in Rule:
        usual = Text(str(getattr(FACTS[rule], field)))
        own = Input("slas", field)
        texts[rule] = if_(is_blank(own), usual, own) if rule in _OF_OBJECTIVES else usual
    return texts


def _seed(field: str) -> dict[Rule, Expr]:
    """Return the texts of the source document's rules; of response times it has one at P95."""
    texts: dict[Rule, Expr] = {}
    twenty = Number(12) + 8
    is_p95 = eq(call("ROUND", Input("slas", "percentile") * twenty, 9), twenty - 1)
    for rule in Rule:
        seed: SeedRule | None = SEED.get(rule)
        text: Expr = Text(getattr(seed, field)) if seed else BLANK
        texts[rule] = if_(is_p95, text, BLANK) if rule is Rule.LATENCY and seed else text
    return texts
