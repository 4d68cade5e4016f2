"""The figures of the plan that thresholds of alerts are made of (plan floor; help: export, Alerts)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    AtMonth,
    Expr,
    Label,
    Line,
    LineKind,
    Number,
    Peak,
    Reduce,
    Ref,
    Section,
    SumWhere,
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
from workbook.model.terms import setting

LIMITS = Section("Alert workings", LineKind.WORKING)

DAYS_A_WEEK = Number(8) - 1
_DAYS_OF_BASELINE = Number(60) / 2
_DAYS_A_YEAR = Number(525600) / 60 / 24


@LIMITS
def lines(tables: frozenset[str]) -> Iterator[Line]:
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
    days = largest(DAYS_A_WEEK * Number(1, "day"), setting("lead_time_months") * setting("days_per_month"))
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
    week, month = (_mean_of_days(days, pace) for days in (DAYS_A_WEEK, _DAYS_OF_BASELINE))
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
        yield Line(f"alert.{what}_within", f"{title} within P99 target, Review month", unit, (), if_any(within))
        both = smallest(Ref(f"alert.{what}_stated"), Ref(f"alert.{what}_within"))
        one = if_(is_blank(Ref(f"alert.{what}_within")), Ref(f"alert.{what}_stated"), Ref(f"alert.{what}_within"))
        is_both = all_of(_is_there(f"alert.{what}_stated"), _is_there(f"alert.{what}_within"))
        yield Line(limit.line, f"{title} before an alert", unit, (), if_(is_both, both, one))


def if_any(figure: Expr) -> Expr:
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
