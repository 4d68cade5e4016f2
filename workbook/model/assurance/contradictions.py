"""Inputs that cannot all be true: rules that compare two figures (plan floor; help: model, Input conflicts).

A rule is one record: its condition, its words and its cells. What is found, its limit, and the value that would
reconcile the two are expressions, so that the warning of `check` and the live row on Checks are the same figures. A
rule holds for the whole plan or for each item of a dimension; a figure that is not stated contradicts nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workbook.expr.tree import (
    BLANK,
    AtMonth,
    Expr,
    Input,
    Number,
    Ref,
    ceiling,
    eq,
    if_,
    is_blank,
    largest,
    smallest,
    total,
)
from workbook.model.assurance.contradiction import Contradiction
from workbook.model.assurance.contradiction_cells import (
    beside,
    busiest_segment,
    lowest_promise,
    of_scenario,
    of_setting,
    p99_target,
    pair,
    setting_beside,
    shortest_wait,
    system_cells,
    widest_zones,
)
from workbook.model.assurance.table_contradictions import growth_rules, purchase_rules
from workbook.model.fleet.recovery import nodes_taking
from workbook.model.terms import setting
from workbook.problems import Code

_NONE = Number(0)


def _queue() -> Iterator[Contradiction]:
    depth, wait = Input("slas", "target"), Ref("contradiction.wait")
    implied = if_(is_blank(wait), BLANK, depth / wait)
    nearest = largest(Ref("contradiction.rate_lowest"), smallest(Ref("contradiction.rate_highest"), depth / wait))
    yield Contradiction(
        "queue_rate",
        "Queue depth and wait consistent (Little's law)",
        "queue depth",
        implied,
        "equal to",
        if_(is_blank(wait), BLANK, nearest),
        if_(is_blank(wait), BLANK, wait * Ref("contradiction.rate_review")),
        "1/s",
        fix_unit="requests",
        code=Code.QUEUE_LAW,
        message="a queue {a.shown} deep waits {b.shown} s at {found} req/s; the plan's nearest rate is {limit}",
        expected="a depth of {fix} requests with the wait in {b.where}, at the rate of the review month",
        remedy="set the depth to rate times wait, or the wait to depth over rate (Little's law)",
        cells=beside("slas", "target", lambda plan, _: shortest_wait(plan)),
    )
    p99 = Ref("contradiction.p99")
    yield Contradiction(
        "queue_wait",
        "Queue wait within P99 target",
        "queue wait",
        Ref("queue.wait_stated"),
        "at most",
        p99,
        if_(is_blank(Ref("queue.wait_least")), BLANK, Ref("queue.wait_least")),
        "s",
        code=Code.WAIT_BEYOND_P99,
        message="a wait of {found} s in the queue is longer than the {limit} s that {b.name!r} "
        "leaves for the whole response",
        expected="at most {fix} s with the P99 target in {b.where}",
        remedy="set a shorter wait, or a slower P99 target",
        cells=beside("slas", "target", lambda plan, _: p99_target(plan)),
    )


def _load() -> Iterator[Contradiction]:
    cores = Input("components", "cpu_share") * AtMonth(Ref("cpu.total"), _NONE)
    today, active = Input("components", "current_nodes"), Ref("nodes.today_active")
    yield Contradiction(
        "cpu_today",
        "CPU demand of month 0 within today's cores",
        "component",
        cores,
        "at most",
        if_(is_blank(today), BLANK, active * Ref("node.cores")),
        nodes_taking(ceiling(cores / Ref("node.cores"))),
        "cores",
        fix_unit="nodes",
        code=Code.CPU_BEYOND_TODAY,
        message="{item!r} needs {found} cores in month 0, and those of its {a.shown} nodes of today that take requests "
        "have {limit}",
        expected="at least {fix} nodes for the CPU per request in {b.where}",
        remedy="measure CPU per request again, or correct Current nodes",
        cells=beside("components", "current_nodes", busiest_segment),
    )
    requests, api = Input("users", "requests_per_user"), Input("users", "api_bandwidth_mbps")
    bits, byte, most = Number(1000, "kbit/Mbit"), Number(8, "kbit/kB"), Number(100, "kB")
    yield Contradiction(
        "bandwidth",
        "API bandwidth per request",
        "segment",
        if_(requests <= 0, BLANK, api * bits / byte / requests),
        "at most",
        most,
        most * byte * requests / bits,
        "kB",
        fix_unit="Mbps",
        code=Code.BANDWIDTH_PER_REQUEST,
        message="API bandwidth of {item!r} is {found} kB per request; above {limit} kB is unusually high for an API",
        expected="at most {fix} Mbps with the requests per user in {b.where}",
        remedy="check whether the bandwidth is that of a busy moment, or the requests are too few",
        cells=pair("users", "api_bandwidth_mbps", "requests_per_user"),
    )


def _margins() -> Iterator[Contradiction]:
    safety, low, high = Ref("scenario.safety_factor"), setting("utilisation_low"), setting("utilisation_high")
    once = largest(safety, 1 / low)
    yield Contradiction(
        "margins",
        "Headroom applied once",
        "",
        Ref("headroom.factor"),
        "at most",
        once,
        once * low,
        "–",
        code=Code.MARGIN_TWICE,
        message=(
            "Safety factor {a.shown} and Utilisation low {b.shown} are both applied: headroom is {found}× in total, "
            "{limit}× would cover either"
        ),
        expected="a Safety factor of {fix} with Utilisation low in {b.where}",
        remedy="set Headroom mode to max, unless they cover different risks",
        cells=lambda plan, _: (of_scenario(plan, "safety_factor"), of_setting(plan, "utilisation_low")),
    )
    need = Ref("contradiction.zone_buffer")
    yield Contradiction(
        "buffer",
        "DR buffer covers zone failures",
        "",
        Ref("scenario.dr_buffer"),
        "at least",
        need,
        need,
        "ratio",
        code=Code.BUFFER_BELOW_ZONES,
        message="DR buffer {a.shown} is less than the {limit} that {b.name!r} needs to lose its zones",
        expected="at least {fix} for the Zones in {b.where}",
        remedy="raise DR buffer, or spread over more zones",
        cells=lambda plan, _: (of_scenario(plan, "dr_buffer"), widest_zones(plan)),
    )
    ceiling_of_band = if_(is_blank(need), BLANK, high / (1 + need))
    yield Contradiction(
        "band",
        "Utilisation low allows for zone failures",
        "",
        low,
        "at most",
        ceiling_of_band,
        ceiling_of_band,
        "ratio",
        code=Code.BAND_ABOVE_ZONES,
        message="at Utilisation low {a.shown} the loss of zones drives {b.name!r} above "
        "Utilisation high; {limit} stays within",
        expected="at most {fix} for the Zones in {b.where}",
        remedy="run at a lower utilisation, spread over more zones, or add capacity on failover",
        cells=lambda plan, _: (of_setting(plan, "utilisation_low"), widest_zones(plan)),
    )


def _availability() -> Iterator[Contradiction]:
    target = Input("resilience", "target_availability")
    budget = (1 - target) * Number(31536000, "s")
    yield Contradiction(
        "failover",
        "One failover within annual downtime budget",
        "resilience",
        Input("resilience", "failover_time_s"),
        "at most",
        budget,
        budget,
        "s",
        code=Code.FAILOVER_BEYOND_BUDGET,
        message="one failover of {item!r} takes {found} s, and its target allows {limit} s of downtime per year",
        expected="at most {fix} s for the target in {b.where}",
        remedy="shorten the failover, or lower the target availability",
        cells=pair("resilience", "failover_time_s", "target_availability"),
    )
    system = Ref("contradiction.system")
    # Users are promised the whole: with an objective that fits the product of the targets, these are right as they are.
    is_fitting = eq(total("availability", "contradiction.objective_is_off"), 0)
    lowest = if_(is_fitting, BLANK, Ref("contradiction.lowest_promise"))
    yield Contradiction(
        "system",
        "System target within component targets",
        "",
        system,
        "at least",
        lowest,
        system,
        "ratio",
        code=Code.SYSTEM_BELOW_PROMISE,
        message="all rows of Resilience in series are available {found}, less than the {limit} of {a.name!r} alone",
        expected="at most {fix} here, or more in {b.where} ({b.name!r}, {b.shown})",
        remedy="the system target cannot exceed the product of its components' availabilities",
        cells=system_cells,
    )
    objective = Input("slas", "target")
    nearest = reachable(objective, system)
    yield Contradiction(
        "objective",
        "Availability objective consistent with Resilience",
        "availability",
        objective,
        "equal to",
        nearest,
        nearest,
        "ratio",
        code=Code.OBJECTIVE_OFF_PROMISES,
        message="availability objective {item!r} is {found}; the nearest that fits the targets "
        "on Resilience is {limit}",
        expected="{fix} for the targets on Resilience, of which {b.where} ({b.name!r}) is the lowest",
        remedy="take the objective from the targets, or the targets from the objective",
        cells=beside("slas", "target", lambda plan, _: lowest_promise(plan)),
    )


def reachable(objective: Expr, system: Expr) -> Expr:
    """Return the availability objective nearest to one that fits what all rows give together.

    One that allows more than twice the downtime of the whole notices a broken commitment too late.
    """
    return largest(1 - 2 * (1 - system), smallest(objective, system))


def _replicas() -> Iterator[Contradiction]:
    ceiling_on_replicas, needed = setting("maximum_replicas"), Ref("replicas.needed")
    yield Contradiction(
        "ceiling",
        "Replicas within ceiling",
        "component",
        if_(is_blank(ceiling_on_replicas), BLANK, ceiling_on_replicas),
        "at least",
        needed,
        needed,
        "pods",
        code=Code.REPLICAS_ABOVE_CEILING,
        message="Maximum replicas ceiling {found} is below the {limit} replicas that the plan needs for {item!r}",
        expected="at least {fix}, or blank",
        remedy="raise the ceiling, or run more load on each pod",
        cells=setting_beside("maximum_replicas", "components", "component"),
    )


def _rules() -> Iterator[Contradiction]:
    yield from _queue()
    yield from _load()
    yield from _margins()
    yield from _availability()
    yield from growth_rules()
    yield from purchase_rules()
    yield from _replicas()


RULES = tuple(_rules())


def rule_names(items: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Name each row of the rules: the rule, and its subject where it has one."""
    return tuple(
        f"{rule.title}: {name}" if name else rule.title
        for rule in RULES
        for name in (items[rule.over] if rule.over else ("",))
    )
