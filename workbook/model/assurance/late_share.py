"""The share of responses later than an objective's target, estimated (plan floor; help: model, Response times).

A response passes every station once. Its service time alone is that of its segment, spread over the stations by their
shares; waiting is added from each station's queue. Both times are taken for gamma distributed with the mean and the
variance that they have, which an estimate may do and a bound may not: it is held against simulation in the tests.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    Expr,
    Group,
    Input,
    Joined,
    Line,
    LineKind,
    Number,
    OverTime,
    Parent,
    Reduce,
    Ref,
    Section,
    any_of,
    call,
    eq,
    if_,
    largest,
    smallest,
    total,
)
from workbook.model.demand.requests import LARGEST_EXPONENT
from workbook.model.terms import setting

OBJECTIVES = Section("Latency objectives: estimated versus allowed late share")
MIX = Section("Service times by segment", LineKind.WORKING)
WAITS = Section("Waiting times by station and in total", LineKind.WORKING)
SPLIT = Section("Service time by station", LineKind.WORKING)
LATE = Section("Late responses by segment", LineKind.WORKING)

MET, AT_RISK, MISSED = "met", "at risk", "missed"
MONTH = ("month",)
STATION = ("component", "month")
OBJECTIVE = ("objective",)
BY_OBJECTIVE = ("objective", "month")
BY_SEGMENT = ("segment", "month")
RESPONSE = ("response",)
BY_RESPONSE = ("response", "month")
_BILLIONTH = 1 / (Number(1000) * 1000 * 1000)


def lines() -> Iterator[Line]:
    """Yield the estimate of each objective with its verdict, and what it is made of."""
    yield from _objectives()
    yield from _verdicts()
    yield from _mix()
    yield from _waits()
    yield from _waits_in_all()
    yield from _split()
    yield from _late()


def has_no_requests() -> Expr:
    """Return whether a month has no requests at all."""
    return Ref("demand.total") <= 0


@OBJECTIVES
def _objectives() -> Iterator[Line]:
    floor, estimate, wait = Ref("service.floor"), Ref("service.estimate"), Ref("service.wait_chance")
    tail = largest(floor, estimate)
    yield Line("service.tail", "Late share, estimate", "probability", BY_OBJECTIVE, tail)
    is_over = Ref("objective.time") <= 0
    alone = _rounded(Group("SUM", "response", Ref("response.late_alone")))
    title = "Late share without waiting"
    yield Line(floor.line, title, "probability", BY_OBJECTIVE, _late_share(is_over, alone))
    waited = Group("SUM", "response", Ref("response.late_waiting"))
    mixed = if_(wait <= 0, floor, _rounded((1 - wait) * floor + wait * waited))
    title = "Late share with waiting, estimate"
    yield Line(estimate.line, title, "probability", BY_OBJECTIVE, _late_share(any_of(is_over, _is_full()), mixed))
    may_be_late = 1 - Input("slas", "percentile")
    yield Line("objective.allowed", "Allowed late share", "probability", OBJECTIVE, may_be_late)
    target, per_second = Input("slas", "target"), Number(1000, "ms/s")
    seconds = if_(eq(Input("slas", "unit"), "s"), target, target / per_second)
    left = seconds - setting("fixed_latency_ms") / per_second
    yield Line("objective.time", "Target net of fixed latency", "s", OBJECTIVE, left)
    longest = largest(0, Ref("objective.time")) / -call("LN", Ref("objective.allowed"))
    title = "Longest service time that meets target (single station)"
    yield Line("objective.longest_service", title, "s", OBJECTIVE, longest)


def _late_share(is_late: Expr, otherwise: Expr) -> Expr:
    return if_(has_no_requests(), 0, if_(is_late, 1, otherwise))


def _is_full() -> Expr:
    """Whether a station has no server to spare, so that its queue grows without end."""
    return Ref("service.least_spare") <= 0


@OBJECTIVES
def _verdicts() -> Iterator[Line]:
    """Yield what becomes of each objective; over a period, by its worst month."""
    allowed, misses, own = Ref("objective.allowed"), Ref("service.misses"), OverTime.RATIO
    fits = if_(Ref("service.floor") <= allowed, 1, 0)
    title = "Service time short enough for target (1/0)"
    yield Line("service.fits", title, "objectives", BY_OBJECTIVE, fits, over_time=own)
    passes = if_(Ref("service.tail") <= allowed, 1, 0)
    title = "Estimate within allowed late share (1/0)"
    yield Line("service.passes", title, "objectives", BY_OBJECTIVE, passes, over_time=own)
    is_missed = if_(any_of(eq(Ref("service.fits"), 0), _is_full()), 1, 0)
    title = "Objective missed (1/0)"
    yield Line(misses.line, title, "objectives", BY_OBJECTIVE, is_missed, over_time=OverTime.PEAK)
    verdict = if_(eq(misses, 1), MISSED, if_(eq(Ref("service.passes"), 1), MET, AT_RISK))
    yield Line("service.status", "Objective status (estimate)", "text", BY_OBJECTIVE, verdict, over_time=own)
    met, missed = Ref("service.met"), Ref("service.missed")
    yield Line(met.line, "Latency objectives met (estimate)", "objectives", MONTH, _count("service.passes"))
    yield Line(missed.line, "Latency objectives missed", "objectives", MONTH, _count("service.misses"))
    at_risk = Reduce("COUNT", "objective", allowed) - met - missed
    yield Line("service.at_risk", "Latency objectives at risk", "objectives", MONTH, at_risk)


def _count(line: str) -> Expr:
    return total("objective", line)


@MIX
def _mix() -> Iterator[Line]:
    """Yield each segment's part of the requests, and the moments of the service time of all, in units of its mean."""
    own, mean, mix = Ref("service.segment_time"), Ref("service.time"), Ref("service.mix")
    yield Line(own.line, "Service time of segment", "s", ("segment",), Input("users", "cpu_per_request_s"))
    part = if_(has_no_requests(), 0, Ref("demand.requests") / Ref("demand.total"))
    yield Line(mix.line, "Share of requests", "ratio", BY_SEGMENT, part)
    for name, title, power in (
        ("second", "Second moment of service time", own / mean * (own / mean)),
        ("third", "Third moment of service time", own / mean * (own / mean) * (own / mean)),
    ):
        part = if_(has_no_requests(), 0, mix * power)
        yield Line(f"service.{name}_part", f"{title}: segment", "–", BY_SEGMENT, part)
        yield Line(f"service.{name}", title, "–", MONTH, total("segment", f"service.{name}_part"))


@WAITS
def _waits() -> Iterator[Line]:
    """Yield mean and variance of the wait in each queue; who waits, waits for an exponential time in a mixed queue."""
    waits, spare, delay, wait = (Ref(f"service.{name}") for name in ("waits", "spare", "delay", "wait"))
    second, third, used = Ref("service.second"), Ref("service.third"), Ref("service.used")
    none = any_of(has_no_requests(), spare <= 0)
    yield Line(used.line, "Offered load per server", "ratio", STATION, Ref("service.offered") / Ref("service.servers"))
    until_free = if_(none, 0, Ref("service.share") * Ref("service.time") / spare)
    yield Line(delay.line, "Time until a server becomes free", "s", STATION, until_free)
    yield Line(wait.line, "Mean queue wait", "s", STATION, waits * second * delay)
    spread = used * second * second + (1 - used) * third
    variance = 2 * waits * spread * delay * delay - wait * wait
    yield Line("service.wait_spread", "Variance of queue wait", "s²", STATION, variance)
    yield Line("service.passes_at_once", "P(no wait)", "probability", STATION, 1 - waits)


@WAITS
def _waits_in_all() -> Iterator[Line]:
    """Yield the chance to wait anywhere, and mean and variance of the whole wait of those who do."""
    chance, mean, every = Ref("service.wait_chance"), Ref("service.wait_mean"), Ref("service.wait_total")
    yield Line("service.least_spare", "Lowest spare servers of any station", "–", MONTH, _least("service.spare"))
    anywhere = _rounded(1 - Reduce("PRODUCT", "component", Ref("service.passes_at_once")))
    yield Line(chance.line, "P(wait at any station)", "probability", MONTH, anywhere)
    yield Line(every.line, "Mean wait, all requests", "s", MONTH, total("component", "service.wait"))
    yield Line(mean.line, "Mean wait, waiting requests", "s", MONTH, if_(chance <= 0, 0, every / chance))
    square = total("component", "service.wait_spread") + every * every
    variance = if_(chance <= 0, 0, square / chance - mean * mean)
    yield Line("service.wait_variance", "Variance of wait, waiting requests", "s²", MONTH, variance)


def _least(line: str) -> Expr:
    return Reduce("MIN", "component", Ref(line))


@SPLIT
def _split() -> Iterator[Line]:
    """Yield the largest station's share, and what gamma distribution the others make together."""
    share, most, squares = Ref("service.share"), Ref("service.largest_share"), Ref("service.shares_squared")
    scale, likeness = Ref("service.others_scale"), Ref("service.likeness")
    squared = Ref("service.share_squared")
    yield Line(squared.line, "Squared share of service time", "–", ("component",), share * share)
    yield Line(most.line, "Largest share of a station", "ratio", (), Reduce("MAX", "component", share))
    yield Line(squares.line, "Sum of squared shares", "–", (), total("component", squared.line))
    others = (squares - most * most) / (1 - most)
    yield Line("service.is_single", "Single station (1/0)", "flag", (), if_(most > 1 - _BILLIONTH, 1, 0))
    yield Line(scale.line, "Scale of the other stations", "–", (), if_(_is_single(), 0, others))
    yield Line(likeness.line, "Scale of other stations ÷ largest share", "–", (), scale / most)
    shape = if_(_is_single(), 0, (1 - most) / scale)
    yield Line("service.others_shape", "Shape of the other stations", "–", (), shape)
    title = "Threshold above which stations count as alike"
    yield Line("service.alike_above", title, "–", (), Number(0.9))
    is_alike = if_(likeness > Ref("service.alike_above"), 1, 0)
    yield Line("service.is_alike", "Stations alike: one gamma distribution (1/0)", "flag", (), is_alike)


def _is_alike() -> Expr:
    return eq(Ref("service.is_alike"), 1)


def _is_single() -> Expr:
    return eq(Ref("service.is_single"), 1)


@LATE
def _late() -> Iterator[Line]:
    """Yield the chance of being late of each segment, without a wait and with one."""
    time, own = Ref("response.target"), Ref("response.service_time")
    yield Line(time.line, "Target net of fixed latency", "s", RESPONSE, Parent(Ref("objective.time")))
    yield Line(own.line, "Service time", "s", RESPONSE, _of_segment("service.segment_time"))
    is_over, mix = time <= 0, _of_segment("service.mix")
    largest_alone, others = Ref("response.largest_late"), Ref("response.others_late")
    yield from _others()
    in_others = if_(_is_single(), 0, _tail(Ref("response.others_mean"), Ref("response.others_variance")))
    yield Line(others.line, "Late share from other stations", "probability", RESPONSE, if_(is_over, 1, in_others))
    alone = if_(is_over, 0, _largest_late())
    yield Line(largest_alone.line, "Additional late share from largest station", "probability", RESPONSE, alone)
    late = Ref("response.alone")
    yield Line(late.line, "P(service time > target)", "probability", RESPONSE, smallest(1, others + largest_alone))
    yield Line("response.late_alone", "P(service time > target), contribution", "probability", BY_RESPONSE, mix * late)
    mean = own + Ref("service.wait_mean")
    variance = own * own * Ref("service.shares_squared") + Ref("service.wait_variance")
    waited = if_(any_of(has_no_requests(), is_over, Ref("service.wait_chance") <= 0), 0, mix * _tail(mean, variance))
    yield Line("response.late_waiting", "P(late after a wait), contribution", "probability", BY_RESPONSE, waited)


def _of_segment(line: str) -> Joined:
    return Joined("segment", Ref(line))


def _others() -> Iterator[Line]:
    """Yield mean and variance of the time in all stations where they are alike, else in all but the largest."""
    own, most, squares = Ref("response.service_time"), Ref("service.largest_share"), Ref("service.shares_squared")
    mean = if_(_is_alike(), own, (1 - most) * own)
    yield Line("response.others_mean", "Mean service time in the other stations", "s", RESPONSE, mean)
    variance = own * own * if_(_is_alike(), squares, squares - most * most)
    title = "Variance of the service time in the other stations"
    yield Line("response.others_variance", title, "s²", RESPONSE, variance)


def _largest_late() -> Expr:
    """Return what an exponential largest station adds: the gamma distribution of the others, tilted by its rate."""
    time, own, most = Ref("response.target"), Ref("response.service_time"), Ref("service.largest_share")
    likeness, shape = Ref("service.likeness"), Ref("service.others_shape")
    scale = Ref("service.others_scale") * own / (1 - likeness)
    exponent = smallest(LARGEST_EXPONENT, -(time / (most * own)) - shape * call("LN", 1 - likeness))
    tilted = call("EXP", exponent) * call("GAMMADIST", time, shape, scale, 1)
    single = call("EXP", -(time / own))
    return if_(_is_single(), single, if_(_is_alike(), 0, tilted))


def _tail(mean: Expr, variance: Expr) -> Expr:
    """Return the chance of a gamma distribution of this mean and variance to exceed the target."""
    in_time = call("GAMMADIST", Ref("response.target"), mean * mean / variance, variance / mean, 1)
    return largest(0, _rounded(1 - in_time))


def _rounded(chance: Expr) -> Expr:
    """Cut off what is below 1E-12: next to 1 a distribution is known to a few units of the sixteenth digit only."""
    return call("ROUND", chance, 12)
