"""What users ask for: growth, seasons, events, features, requests (plan floor; help: model, Growth, Requests)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    Above,
    Expr,
    Group,
    Input,
    Label,
    LastOfGroup,
    Line,
    LineKind,
    Number,
    OverTime,
    Ref,
    Section,
    SumColumnWhere,
    SumWhere,
    Text,
    all_of,
    call,
    eq,
    if_,
    largest,
    smallest,
    total,
)
from workbook.model.demand.timing import MONTH, plan_month
from workbook.model.terms import setting

GROWTH = Section("Growth", LineKind.WORKING)
SEASONS = Section("Seasons and events")
USERS = Section("Users")
FEATURES = Section("Features")
REQUESTS = Section("Requests")

BY_SEGMENT = ("segment", "month")
LARGEST_EXPONENT = Number(100) * (Number(8) - 1)
"""700, of the few literals that formulas may hold: e to the power of 709.8 is the largest number of a double."""


def _user(field: str) -> Input:
    return Input("users", field)


def lines(tables: frozenset[str]) -> Iterator[Line]:
    """Yield the demand lines; `tables` names the input sheets that have rows."""
    yield from _growth()
    yield from _users(tables)
    yield from _requests(tables)


@GROWTH
def _growth() -> Iterator[Line]:
    """Geometric interpolation: each anchor multiplies users by its own step, spread evenly over its months."""
    begins = Ref("anchor.from_month")
    length = Ref("anchor.month") - begins
    beyond = if_(eq(setting("growth_beyond_anchors"), "flat"), length, largest(length, setting("horizon_months")))
    yield Line("anchor.month", "Milestone month", "month", ("anchor",), plan_month(Input("growth", "month")))
    yield Line(
        "anchor.factor",
        "Growth factor at milestone",
        "×",
        ("anchor",),
        1 + Ref("scenario.growth_multiplier") * Input("growth", "total_growth"),
    )
    yield Line(
        "anchor.from_month", "Previous milestone month", "month", ("anchor",), Above(Ref("anchor.month"), Number(0))
    )
    yield Line("anchor.from_factor", "Previous growth factor", "×", ("anchor",), Above(Ref("anchor.factor"), Number(1)))
    yield Line("anchor.reach", "Months in segment", "month", ("anchor",), LastOfGroup(beyond, length))
    elapsed = largest(0, smallest(Ref("anchor.reach"), MONTH - begins))
    yield Line(
        "growth.step",
        "Growth factor within milestone period",
        "×",
        ("anchor", "month"),
        (Ref("anchor.factor") / Ref("anchor.from_factor")) ** (elapsed / length),
    )
    yield Line("growth.factor", "Growth factor", "×", BY_SEGMENT, Group("PRODUCT", "anchor", Ref("growth.step")))


@USERS
def _users(tables: frozenset[str]) -> Iterator[Line]:
    users: Expr = _user("current_users") * Ref("growth.factor")
    if "seasonality" in tables:
        yield from _seasonality()
        users *= Ref("seasonality.index")
    if "events" in tables:
        yield from _events()
        users *= Ref("events.multiplier")
    yield Line("users.total", "Users", "users", BY_SEGMENT, users)
    yield Line("users.all", "Total users", "users", ("month",), total("segment", "users.total"))
    yield Line("users.peak", "Peak users", "users", BY_SEGMENT, Ref("users.total") * _user("peak_ratio"))


@SEASONS
def _seasonality() -> Iterator[Line]:
    calendar_month = Ref("time.calendar_month")
    count = SumColumnWhere("COUNTIF", "seasonality", "month", calendar_month)
    index = SumColumnWhere("SUMIF", "seasonality", "month", calendar_month, "index")
    yield Line("seasonality.index", "Seasonal index", "×", ("month",), if_(eq(count, 0), 1, index))


@SEASONS
def _events() -> Iterator[Line]:
    event = Input("events", "user_multiplier")
    is_on = all_of(MONTH >= Ref("events.first"), MONTH <= Ref("events.last"))
    yield Line("events.segment", "Segment of event", "text", ("event",), Input("events", "segment"))
    for end in ("first", "last"):
        month = plan_month(Input("events", f"{end}_month"))
        yield Line(f"events.{end}", f"{end.title()} month of event", "month", ("event",), month)
    yield Line("events.effect", "ln(event multiplier)", "–", ("event", "month"), if_(is_on, call("LN", event), 0))
    yield Line(
        "events.multiplier",
        "Combined event multiplier",
        "×",
        BY_SEGMENT,
        call("EXP", _of_segment("event", "events.segment", "events.effect")),
    )


def _of_segment(over: str, key: str, line: str) -> SumWhere:
    """Sum the rows that concern the current segment: those that name it and those for all."""
    return SumWhere(over, Ref(key), (Label("segment"), Text("all")), Ref(line))


@REQUESTS
def _requests(tables: frozenset[str]) -> Iterator[Line]:
    intensity: Expr = _user("requests_per_user")
    if "features" in tables:
        yield from _features()
        intensity += _of_segment("feature", "features.segment", "features.requests")
    yield Line(
        "demand.intensity",
        "Requests per user",
        "1/s per user",
        BY_SEGMENT,
        intensity * Ref("scenario.demand_multiplier"),
    )
    yield Line("demand.requests", "Peak requests", "1/s", BY_SEGMENT, Ref("users.peak") * Ref("demand.intensity"))
    yield Line("demand.total", "Total peak requests", "1/s", ("month",), total("segment", "demand.requests"))
    yield from _requests_of_a_month()
    yield Line(
        "throughput.segment",
        "Peak requests today",
        "1/s",
        ("segment",),
        _user("current_users") * _user("peak_ratio") * _user("requests_per_user"),
    )
    yield Line(
        "throughput.static",
        "Required throughput from growth factor",
        "1/s",
        (),
        total("segment", "throughput.segment") * setting("throughput_growth_factor"),
    )


def _requests_of_a_month() -> Iterator[Line]:
    """Load factor leads from the load that Current users states to the day's average; Peak ratio does not enter."""
    average = Ref("users.total") * Ref("demand.intensity") * _user("load_factor")
    yield Line("requests.average", "Daily average requests", "1/s", BY_SEGMENT, average, over_time=OverTime.MEAN)
    seconds = Number(3600, "s/h") * setting("hours_per_month")
    requests = total("segment", "requests.average") * seconds
    yield Line("requests.month", "Monthly requests", "requests", ("month",), requests, over_time=OverTime.SUM)


@FEATURES
def _features() -> Iterator[Line]:
    midpoint, ramp = Ref("features.midpoint"), Input("features", "ramp_months")
    # Beyond this exponent no number is left, and nobody has adopted it yet.
    exponent = smallest(LARGEST_EXPONENT, -call("LN", 81) * (MONTH - midpoint) / ramp)
    adopted = Input("features", "adoption_ceiling") / (1 + call("EXP", exponent))
    yield Line("features.segment", "Segment of feature", "text", ("feature",), Input("features", "segment"))
    month = plan_month(Input("features", "midpoint_month"))
    yield Line("features.midpoint", "Midpoint month of feature", "month", ("feature",), month)
    yield Line("features.adoption", "Adoption", "ratio", ("feature", "month"), adopted)
    yield Line(
        "features.requests",
        "Extra requests per user",
        "1/s per user",
        ("feature", "month"),
        Input("features", "extra_requests_per_user") * Ref("features.adoption"),
    )
