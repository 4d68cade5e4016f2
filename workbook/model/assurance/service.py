"""Response times and queues of the planned fleet (plan floor; help: model, Response times).

Each component with a share of the CPU is one M/M/c station, first come first served. All times are counted in service
times, so that shares cancel: a station's own part of a target over its own service time is the whole target over the
whole service time.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    AsOfRun,
    AtMonth,
    Expr,
    Group,
    Input,
    Joined,
    Line,
    LineKind,
    Number,
    Reduce,
    Ref,
    Section,
    SumWhere,
    any_of,
    call,
    eq,
    if_,
    is_blank,
    largest,
    smallest,
    total,
)
from workbook.model.terms import setting

OBJECTIVES = Section("Latency objectives: an upper bound on late responses against what may be late")
LOAD = Section("Load that the fleet stands")
QUEUE = Section("Queue limits: what the plan leaves, and what is promised")
STATIONS = Section("Stations: each component as one queue before c cores, first come first served", LineKind.WORKING)
LATE = Section("Late responses, station by station", LineKind.WORKING)

LARGEST_LOAD = "service.largest_load"
MONTH = ("month",)
STATION = ("component", "month")
OBJECTIVE = ("objective",)
BY_OBJECTIVE = ("objective", "month")
# A fleet with one queue counts as one node.
_ONE_NODE = Number(1, "node")
# Up to here both engines sum the Poisson distribution to 1e-9; above, the gamma function does it.
_MANY_SERVERS = Number(1000)
_MILLIONTH = (Number(1000), Number(1000))


def lines() -> Iterator[Line]:
    """Yield the stations, the bound on late responses, the load that the fleet stands, and the queue limits."""
    yield from _objectives()
    yield from _limits_of_load()
    yield from _queue()
    yield from _stations()
    yield from _waiting()
    yield from _late()


def _has_no_requests() -> Expr:
    return Ref("demand.total") <= 0


@STATIONS
def _stations() -> Iterator[Line]:
    is_pool = eq(setting("queue_scope"), "pool")
    work: Expr = Ref("cpu.total")
    nodes = Ref("nodes.provisioned")
    yield Line("service.share", "Share of the service time", "ratio", ("component",), Input("components", "cpu_share"))
    servers = Ref("node.cores") * if_(is_pool, nodes, _ONE_NODE)
    yield Line("service.servers", "Servers c of a station", "whole", STATION, servers)
    offered = Ref("service.share") * work / if_(is_pool, _ONE_NODE, nodes)
    yield Line("service.offered", "Offered load a of a station", "–", STATION, offered)
    spare = Ref("service.servers") - Ref("service.offered")
    yield Line("service.spare", "Spare servers c − a; none: unstable", "–", STATION, spare)


@STATIONS
def _waiting() -> Iterator[Line]:
    """Erlang C in three rows, and its weight in the tail of the response time."""
    c, a, spare = Ref("service.servers"), Ref("service.offered"), Ref("service.spare")
    exact, fewer, waits = Ref("service.exact"), Ref("service.fewer"), Ref("service.waits")
    no_queue = any_of(a <= 0, spare <= 0)
    is_large = c > _MANY_SERVERS
    exact_large = call("EXP", c * call("LN", a) - a - call("GAMMALN", c + 1))
    fewer_large = 1 - call("GAMMADIST", a, c, 1, 1)
    for name, title, many, few in (
        ("service.exact", "Just c requests at work, in an open fleet", exact_large, call("POISSON", c, a, 0)),
        ("service.fewer", "Fewer than c requests at work, in an open fleet", fewer_large, call("POISSON", c - 1, a, 1)),
    ):
        yield Line(name, title, "probability", STATION, if_(no_queue, 0, if_(is_large, many, few)))
    erlang_c = exact / (exact + (1 - a / c) * fewer)
    yield Line(
        "service.waits",
        "A request has to wait (Erlang C)",
        "probability",
        STATION,
        if_(a <= 0, 0, if_(spare <= 0, 1, erlang_c)),
    )
    weight = if_(any_of(spare <= 0, _is_degenerate(spare)), 0, waits / (spare - 1))
    yield Line("service.weight", "Weight of waiting in the tail", "–", STATION, weight)


def _is_degenerate(spare: Expr) -> Expr:
    """Whether |c − a − 1| < 1e-6, where the tail is the limit of 0 / 0."""
    return call("ABS", spare - 1) * _MILLIONTH[0] * _MILLIONTH[1] < 1


@OBJECTIVES
def _objectives() -> Iterator[Line]:
    """Bound the late responses: no more than the sum over stations, however the target is split among them."""
    allowed, time = Ref("objective.allowed"), Ref("objective.time")
    bound = smallest(1, Group("SUM", "station", Ref("service.station")))
    yield Line("service.tail", "Late responses, upper bound", "probability", BY_OBJECTIVE, bound)
    may_be_late = 1 - Input("slas", "percentile")
    yield Line(allowed.line, "Responses that may be late", "probability", OBJECTIVE, may_be_late)
    passes = if_(Ref("service.tail") <= allowed, 1, 0)
    yield Line("service.passes", "Bound within what may be late (1/0)", "objectives", BY_OBJECTIVE, passes)
    met = total("objective", "service.passes")
    yield Line("service.met", "Latency objectives met, by the bound", "objectives", MONTH, met)
    target, per_second = Input("slas", "target"), Number(1000, "ms/s")
    seconds = if_(eq(Input("slas", "unit"), "s"), target, target / per_second)
    left = seconds - setting("fixed_latency_ms") / per_second
    yield Line(time.line, "Target without fixed latency", "s", OBJECTIVE, left)
    longest = largest(0, time) / -call("LN", allowed)
    yield Line("objective.longest_service", "Longest service time that can meet it", "s", OBJECTIVE, longest)
    fits = any_of(_has_no_requests(), Ref("service.time") <= Ref("objective.longest_service"))
    title = "Service time short enough to meet it (1/0)"
    yield Line("service.fits", title, "objectives", BY_OBJECTIVE, if_(fits, 1, 0))


@LATE
def _late() -> Iterator[Line]:
    """Yield the chance of being late at each station, from which the bound is summed."""
    times = if_(_has_no_requests(), 0, largest(0, Ref("objective.time")) / Ref("service.time"))
    yield Line("service.times", "Target, in service times", "–", BY_OBJECTIVE, times)
    alone = call("EXP", -Ref("service.times"))
    yield Line("service.alone", "Late without any waiting", "probability", BY_OBJECTIVE, alone)
    yield Line("service.station", "Late at the station, bound", "probability", ("station", "month"), _station_tail())


def _station_tail() -> Expr:
    """P(T > t) = E + κ (E − X), with E = EXP(−t/S), X = EXP(−(c − a) t/S), κ = C / (c − a − 1)."""

    def of_component(line: str) -> Expr:
        return Joined("component", Ref(line))

    def of_objective(line: str) -> Expr:
        return Joined("objective", Ref(line))

    spare, alone, times = of_component("service.spare"), of_objective("service.alone"), of_objective("service.times")
    waiting = alone - call("EXP", -(spare * times))
    tail = if_(
        _is_degenerate(spare),
        alone * (1 + of_component("service.waits") * times),
        alone + of_component("service.weight") * waiting,
    )
    is_idle = any_of(_has_no_requests(), of_component("service.share") <= 0)
    return if_(is_idle, 0, if_(spare <= 0, 1, tail))


@LOAD
def _limits_of_load() -> Iterator[Line]:
    """The load at which a station saturates grows with it: offered load is a straight line through nothing."""
    time = if_(_has_no_requests(), BLANK, Ref("cpu.total") / Ref("demand.total"))
    yield Line("service.time", "Service time S", "s", MONTH, time)
    offered, servers = Ref("service.offered"), Ref("service.servers")
    saturates = Ref("demand.total") * servers / offered
    yield Line("service.saturation", "Requests that saturate it", "1/s", STATION, if_(offered <= 0, BLANK, saturates))
    saturation = Ref("service.saturation")
    least = Reduce("MIN", "component", saturation)
    yield Line(
        "service.stable_load",
        "Requests at which the first component saturates",
        "1/s",
        MONTH,
        if_(eq(Reduce("COUNT", "component", saturation), 0), BLANK, least),
    )
    yield Line(
        LARGEST_LOAD,
        "Largest load within the objectives at the Review month, as of the run",
        "1/s",
        (),
        if_(is_blank(AsOfRun(LARGEST_LOAD)), BLANK, AsOfRun(LARGEST_LOAD)),
    )


@QUEUE
def _queue() -> Iterator[Line]:
    """What the plan allows to wait: P99 target without the 99th percentile of service; Little's law gives the depth."""
    is_p99 = eq(call("ROUND", Ref("objective.allowed") * Number(100), 9), 1)
    yield Line("objective.is_p99", "Percentile is 99 % (1/0)", "objectives", OBJECTIVE, if_(is_p99, 1, 0))
    now = AtMonth(Ref("service.time"), Number(0))
    has_none = any_of(eq(total("objective", "objective.is_p99"), 0), is_blank(now))
    target = SumWhere("objective", Ref("objective.is_p99"), (Number(1),), Ref("objective.time"))
    limit = Ref("queue.wait_limit")
    yield Line(
        "queue.wait_limit",
        "Longest wait that the P99 target leaves",
        "s",
        (),
        if_(has_none, BLANK, target - now * call("LN", 100)),
    )
    yield Line("queue.wait_stated", "Longest wait, as promised", "s", ("queue wait",), Input("slas", "target"))
    depth = if_(is_blank(limit), BLANK, Ref("demand.total") * limit)
    yield Line("queue.depth_limit", "Deepest queue that the wait leaves", "requests", MONTH, depth)
    yield Line(
        "queue.depth_stated", "Deepest queue, as promised", "requests", ("queue depth",), Input("slas", "target")
    )
