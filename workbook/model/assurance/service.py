"""Response times and queues of the planned fleet (plan floor; help: model, Response times).

Each component with a share of the CPU is one M/M/c station, first come first served. What that makes of responses is in
`late_share`.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    AsOfRun,
    AtMonth,
    Expr,
    Input,
    Line,
    LineKind,
    Number,
    OverTime,
    Reduce,
    Ref,
    Section,
    SumWhere,
    any_of,
    call,
    counted,
    eq,
    if_,
    is_blank,
    largest,
    total,
)
from workbook.model.assurance.late_share import OBJECTIVE, STATION, has_no_requests
from workbook.model.demand import timing
from workbook.model.figure_text import month_text, multiple_text
from workbook.model.terms import setting

LOAD = Section("Sustainable load")
LEAST = Section("Lowest sustainable load", LineKind.WORKING)
QUEUE = Section("Queue limits: available versus committed")
STATIONS = Section("Stations: one queue per component, first come first served", LineKind.WORKING)

LARGEST_LOAD = "service.largest_load"
MONTH = ("month",)
# A fleet with one queue counts as one node.
_ONE_NODE = Number(1, "node")
# Up to here both engines sum the Poisson distribution to 1e-9; above, the gamma function does it.
_MANY_SERVERS = Number(1000)


def lines() -> Iterator[Line]:
    """Yield the stations, the load that the planned nodes carry, and the queue limits."""
    yield from _limits_of_load()
    yield from _queue()
    yield from _stations()
    yield from _waiting()
    yield from _least_load()


@STATIONS
def _stations() -> Iterator[Line]:
    is_pool = eq(setting("queue_scope"), "pool")
    work: Expr = Ref("cpu.total")
    nodes = Ref("nodes.active")
    yield Line("service.share", "Share of service time", "ratio", ("component",), Input("components", "cpu_share"))
    servers = Ref("node.cores") * if_(is_pool, nodes, _ONE_NODE)
    yield Line("service.servers", "Servers c per station", "whole", STATION, servers)
    offered = Ref("service.share") * work / if_(is_pool, _ONE_NODE, nodes)
    yield Line("service.offered", "Offered load a per station", "–", STATION, offered)
    spare = Ref("service.servers") - Ref("service.offered")
    yield Line("service.spare", "Spare capacity c − a (unstable if ≤ 0)", "–", STATION, spare)


@STATIONS
def _waiting() -> Iterator[Line]:
    """Yield Erlang C in three rows."""
    c, a, spare = Ref("service.servers"), Ref("service.offered"), Ref("service.spare")
    exact, fewer = Ref("service.exact"), Ref("service.fewer")
    no_queue = any_of(a <= 0, spare <= 0)
    is_large = c > _MANY_SERVERS
    exact_large = call("EXP", c * call("LN", a) - a - call("GAMMALN", c + 1))
    fewer_large = 1 - call("GAMMADIST", a, c, 1, 1)
    for name, title, many, few in (
        ("service.exact", "P(N = c), infinite-server queue", exact_large, call("POISSON", c, a, 0)),
        ("service.fewer", "P(N < c), infinite-server queue", fewer_large, call("POISSON", c - 1, a, 1)),
    ):
        yield Line(name, title, "probability", STATION, if_(no_queue, 0, if_(is_large, many, few)))
    erlang_c = exact / (exact + (1 - a / c) * fewer)
    yield Line(
        "service.waits",
        "P(wait), Erlang C",
        "probability",
        STATION,
        if_(a <= 0, 0, if_(spare <= 0, 1, erlang_c)),
    )


@LOAD
def _limits_of_load() -> Iterator[Line]:
    """Yield the load at which CPU or memory is full: both grow in proportion to requests."""
    time = if_(has_no_requests(), BLANK, Ref("cpu.total") / Ref("demand.total"))
    yield Line("service.time", "Service time S", "s", MONTH, time)
    cpu, memory = Ref("utilisation.cpu_highest"), Ref("utilisation.memory_highest")
    stands, demand = Ref("service.stands"), Ref("demand.total")
    carried = if_(largest(cpu, memory) <= 0, BLANK, 1 / largest(cpu, memory))
    title = "Sustainable load ÷ peak load"
    yield Line(stands.line, title, "×", MONTH, carried, over_time=OverTime.RATIO)
    full = if_(any_of(has_no_requests(), is_blank(stands)), BLANK, demand * stands)
    yield Line("service.stable_load", "Saturation point, CPU or memory", "1/s", MONTH, full)
    first = if_(is_blank(stands), BLANK, if_(_nine_digits(memory) >= _nine_digits(cpu), "memory", "CPU"))
    yield Line("service.binding", "First resource to saturate", "text", MONTH, first)
    offered, servers = Ref("service.offered"), Ref("service.servers")
    saturates = if_(offered <= 0, BLANK, demand * servers / offered)
    yield Line("service.saturation", "CPU saturation point", "1/s", STATION, saturates)
    title = "Largest load within objectives, Review month (static)"
    yield Line(LARGEST_LOAD, title, "1/s", (), AsOfRun(LARGEST_LOAD))


def _nine_digits(ratio: Expr) -> Expr:
    """Round, so that months and resources that differ by float noise are alike."""
    return call("ROUND", ratio, 9)


@LEAST
def _least_load() -> Iterator[Line]:
    """Yield when the planned nodes carry least above the peak, and what is full then."""
    least, month = Ref("service.stands_least"), Ref("service.stands_month")
    stands, flag = Ref("service.stands"), Ref("service.stands_flag")
    lowest = if_(eq(counted("month", stands), 0), BLANK, Reduce("MIN", "month", stands))
    yield Line(least.line, "Sustainable load ÷ peak load, lowest month", "×", (), lowest)
    times = if_(is_blank(least), BLANK, multiple_text(least))
    yield Line("service.stands_least_words", "Sustainable load ÷ peak, lowest month: label text", "text", (), times)
    is_least = if_(_nine_digits(stands) <= _nine_digits(least), timing.MONTH, BLANK)
    title = "Lowest sustainable load: month flag"
    yield Line(flag.line, title, "month", MONTH, if_(is_blank(stands), BLANK, is_least))
    first = if_(is_blank(least), BLANK, Reduce("MIN", "month", flag))
    yield Line(month.line, "Month of lowest sustainable load", "month", (), first)
    day = call("EDATE", setting("plan_start"), month)
    words = if_(is_blank(month), BLANK, month_text(day))
    yield Line("service.stands_month_words", "Month of lowest sustainable load: label text", "text", (), words)
    binding = if_(is_blank(month), BLANK, AtMonth(Ref("service.binding"), month))
    yield Line("service.stands_binding", "First resource to saturate, lowest month", "text", (), binding)


@QUEUE
def _queue() -> Iterator[Line]:
    """What the plan allows to wait: P99 target without the 99th percentile of service; Little's law gives the depth."""
    is_p99 = eq(call("ROUND", Ref("objective.allowed") * Number(100), 9), 1)
    yield Line("objective.is_p99", "Percentile is 99% (1/0)", "objectives", OBJECTIVE, if_(is_p99, 1, 0))
    service = Ref("service.time")
    has_none = any_of(eq(total("objective", "objective.is_p99"), 0), is_blank(service))
    target = SumWhere("objective", Ref("objective.is_p99"), (Number(1),), Ref("objective.time"))
    limit = Ref("queue.wait_limit")
    left = if_(has_none, BLANK, target - service * call("LN", 100))
    yield Line(limit.line, "Longest wait within P99 target", "s", MONTH, left, over_time=OverTime.NONE)
    shortest = if_(eq(counted("month", limit), 0), BLANK, Reduce("MIN", "month", limit))
    yield Line("queue.wait_least", "Longest wait within P99 target, lowest month", "s", (), shortest)
    yield Line("queue.wait_stated", "Committed longest wait", "s", ("queue wait",), Input("slas", "target"))
    depth = if_(is_blank(limit), BLANK, Ref("demand.total") * limit)
    title = "Deepest queue within P99 target"
    yield Line("queue.depth_limit", title, "requests", MONTH, depth, over_time=OverTime.NONE)
    yield Line("queue.depth_stated", "Committed deepest queue", "requests", ("queue depth",), Input("slas", "target"))
