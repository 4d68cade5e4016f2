"""Each alert's threshold, as a formula on the cell of the plan that it comes from (plan floor; help: export, Alerts).

A threshold of use is the plan's own limit with the Alert margin on top. One that keeps a promise – of an SLA, of the
longest wait within it, of surviving a zone – takes no margin.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workbook.expr.tree import (
    BLANK,
    AtMonth,
    Expr,
    Input,
    Label,
    Line,
    LineKind,
    Number,
    Peak,
    PerItem,
    Reduce,
    Ref,
    Section,
    Stacked,
    SumWhere,
    Text,
    all_of,
    any_of,
    call,
    counted,
    eq,
    if_,
    is_blank,
    largest,
    smallest,
    total,
)
from workbook.model.demand.timing import months_between
from workbook.model.fleet.headroom import at_review
from workbook.model.operations.rules import FACTS, SOURCES, UNITS_OF, Rule
from workbook.model.operations.seed import SEED, SeedRule
from workbook.model.terms import setting

ALERTS = Section("Alerts")
LIMITS = Section("Alert workings", LineKind.WORKING)

ALERT = ("alert",)
_HUNDREDFOLD = Number(100)
_HIGHEST = _HUNDREDFOLD - 1
"""Percent. Use cannot exceed 100%, so a threshold of 100% would never be reached."""
_DAYS_A_WEEK = Number(8) - 1
_DAYS_OF_BASELINE = Number(60) / 2
_DAYS_A_YEAR = Number(525600) / 60 / 24
_HOURS_OF_BUDGET = Number(60) / 2 * 24
"""An error budget is that of 30 days."""
_FAST_BURN = _HOURS_OF_BUDGET * 2 / 100
"""14.4: at this rate 2% of the error budget are gone in an hour."""
_SLOW_BURN = Number(12) / 2
"""At this rate 5% of the error budget are gone in six hours."""
_DAYS_OF_TEST = Number(9) * 9 + 9


@dataclass(frozen=True, slots=True)
class Part:
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


def lines(tables: frozenset[str]) -> Iterator[Line]:
    """Yield each alert's threshold, how it is raised, and what the source document has in its place."""
    yield from _limits(tables)
    yield from _alerts(tables)


@LIMITS
def _limits(tables: frozenset[str]) -> Iterator[Line]:
    """Yield the figures that more than one alert, or a text, is made of."""
    until = setting("plan_valid_until")
    after_review = call("EDATE", setting("plan_start"), Ref("review.month") + 1)
    yield Line("alert.valid_until", "Plan valid until", "date", (), if_(is_blank(until), after_review, until))
    valid = largest(0, months_between(setting("plan_start"), Ref("alert.valid_until")))
    last = smallest(valid + setting("lead_time_months"), setting("horizon_months"))
    title = "Last month of validity and lead time, within horizon"
    yield Line("alert.last_month", title, "month", (), last)
    most = Peak(Ref("users.all"), Number(0), Ref("alert.last_month"))
    yield Line("alert.most_users", "Most users planned until then", "users", (), most)
    days = largest(_DAYS_A_WEEK * Number(1, "day"), setting("lead_time_months") * setting("days_per_month"))
    yield Line("alert.lead_days", "Days that forecasts look ahead", "days", (), days)
    yield from _growth()
    yield from _queues()
    yield from _zones()
    if "features" in tables:
        yield from _features()


def _growth() -> Iterator[Line]:
    """Yield the users' growth a year, and what the sign-ups of a week are then to those of a month."""
    until, growth, pace = Ref("alert.year_end"), Ref("alert.user_growth"), Ref("alert.user_pace")
    users = Ref("users.all")
    yield Line(until.line, "Month after a year, within horizon", "month", (), smallest(12, setting("horizon_months")))
    first, last = AtMonth(users, Number(0)), AtMonth(users, until)
    factor = (last / first) ** (Number(12) / until)
    is_unknown = any_of(first <= 0, last <= 0)
    yield Line(growth.line, "Annual growth factor of users", "×", (), if_(is_unknown, BLANK, factor))
    yield Line(pace.line, "Continuous daily growth rate of users", "–", (), _daily(growth))
    week, month = (_mean_of_days(days, pace) for days in (_DAYS_A_WEEK, _DAYS_OF_BASELINE))
    is_flat = call("ABS", pace) * 1000 * 1000 < 1
    ratio = if_(is_blank(growth), BLANK, if_(is_flat, 1, week / month))
    title = "Planned sign-ups, 7 days ÷ 30 days"
    yield Line("alert.signups", title, "ratio", (), ratio)


def _daily(growth: Ref) -> Expr:
    return if_(is_blank(growth), 0, call("LN", growth) / _DAYS_A_YEAR)


def _mean_of_days(days: Expr, pace: Ref) -> Expr:
    """Return the mean of exponential growth over the last days, today being 1."""
    return (1 - call("EXP", -(days * pace))) / (days * pace)


def _queues() -> Iterator[Line]:
    """Yield the smaller of what is committed and what the P99 target allows at the Review month."""
    for what, over, title, unit in (
        ("depth", "queue depth", "Deepest queue", "requests"),
        ("wait", "queue wait", "Longest wait", "s"),
    ):
        stated, within = Ref(f"queue.{what}_stated"), at_review(f"queue.{what}_limit")
        limit = Ref(f"alert.queue_{what}")
        least = if_(eq(counted(over, stated), 0), BLANK, Reduce("MIN", over, stated))
        yield Line(f"alert.{what}_stated", f"{title} committed, smallest", unit, (), least)
        yield Line(f"alert.{what}_within", f"{title} within P99 target, Review month", unit, (), _if_any(within))
        both = smallest(Ref(f"alert.{what}_stated"), Ref(f"alert.{what}_within"))
        one = if_(is_blank(Ref(f"alert.{what}_within")), Ref(f"alert.{what}_stated"), Ref(f"alert.{what}_within"))
        is_both = all_of(_is_there(f"alert.{what}_stated"), _is_there(f"alert.{what}_within"))
        yield Line(limit.line, f"{title} before an alert", unit, (), if_(is_both, both, one))


def _if_any(figure: Expr) -> Expr:
    """Return a figure above 0, else blank: no queue is short enough for a target that no response meets."""
    return if_(is_blank(figure), BLANK, if_(figure > 0, figure, BLANK))


def _is_there(line: str) -> Expr:
    return eq(if_(is_blank(Ref(line)), 0, 1), 1)


def _zones() -> Iterator[Line]:
    """Yield how full all components together may be, as Resilience says; blank where none must survive a failure."""
    title = "Highest utilisation that survives a failure"
    cores = at_review("nodes.cpu_provisioned")
    yield Line("alert.cores", "Cores provisioned, Review month", "cores", ("component",), cores)
    may_use = Ref("alert.cores") * Ref("headroom.ceiling")
    yield Line("alert.may_use", "Cores in use that survive a failure", "cores", ("component",), may_use)
    exposed = if_(Ref("resilience.losses") > 0, 1, 0)
    yield Line("alert.exposed", "Component must survive a failure (1/0)", "flag", ("component",), exposed)
    of_all = total("component", "alert.may_use") / total("component", "alert.cores")
    least = if_(eq(total("component", "alert.exposed"), 0), BLANK, of_all)
    yield Line("alert.zone_ceiling", f"{title}, all components", "ratio", (), least)


def _features() -> Iterator[Line]:
    """Yield the requests of each feature in an hour at peak, as the plan has them for the Review month."""
    yield Line("alert.segment", "Segment", "text", ("segment",), Label("segment") & "")
    yield Line("alert.users", "Peak users, Review month", "users", ("segment",), at_review("users.peak"))
    own = SumWhere("segment", Ref("alert.segment"), (Ref("features.segment"),), Ref("alert.users"))
    every = Reduce("SUM", "segment", Ref("alert.users"))
    users = if_(eq(Ref("features.segment"), "all"), every, own)
    yield Line("alert.feature_users", "Peak users of feature's segment, Review month", "users", ("feature",), users)
    a_second = at_review("features.requests") * Ref("alert.feature_users") * Ref("scenario.demand_multiplier")
    uses = a_second * Number(3600, "s/h")
    title = "Requests of feature per hour at peak, Review month"
    yield Line("alert.feature_uses", title, "1/h", ("feature",), uses)


@ALERTS
def _alerts(tables: frozenset[str]) -> Iterator[Line]:
    thresholds = _thresholds(tables)
    yield Line("alert.threshold", "Threshold", "threshold", ALERT, _stacked(thresholds))
    for name, title, texts in (
        ("unit", "Unit", {rule: Text(UNITS_OF[rule]) for rule in Rule}),
        ("for", "Fires after", {rule: Text(FACTS[rule].duration) for rule in Rule}),
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
        Rule.NETWORK: _if_any(setting("utilisation_high") * at_review("network.required") * margin),
        Rule.PACKET_LOSS: _HUNDREDFOLD * target,
        Rule.LATENCY: seconds,
        Rule.AVAILABILITY: _HUNDREDFOLD * target,
        Rule.BURN_FAST: fast,
        Rule.BURN_SLOW: slow,
        Rule.QUEUE_DEPTH: Ref("alert.queue_depth"),
        Rule.QUEUE_WAIT: Ref("alert.queue_wait"),
        Rule.USER_GROWTH: if_(is_blank(ratio), BLANK, _HUNDREDFOLD * ratio * margin),
        Rule.USER_FORECAST: _if_any(Ref("alert.most_users") * margin),
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
    weeks = _DAYS_A_WEEK * Number(1, "day/month") / setting("days_per_month")
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
