"""Inputs that cannot all be true: rules that compare two figures (plan floor; help: model, Input conflicts).

A rule is written once: what is found, its limit, and the value that would reconcile the two are expressions, so that
the warning of `check` and the live row on Checks are the same figures. A rule holds for the whole plan or for each item
of a dimension; a figure that is not stated contradicts nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workbook.expr.tree import (
    BLANK,
    AtMonth,
    Expr,
    Group,
    Input,
    Line,
    Lookup,
    Number,
    Parent,
    Reduce,
    Ref,
    Stacked,
    SumWhere,
    Text,
    all_of,
    any_of,
    call,
    ceiling,
    eq,
    if_,
    is_blank,
    largest,
    smallest,
    total,
)
from workbook.model.terms import setting

RULE = ("rule",)
CONTRADICTION, CONSISTENT, SILENT = "contradiction", "consistent", "not applicable"
_BILLION = Number(1000) * 1000 * 1000
_NONE = Number(0)
_MONTH_OF_YEAR = 12


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One comparison: `found` has to be at most, at least or equal to `limit`, give or take `allowed`.

    `over` is the dimension of its subjects, blank for the whole plan; `fix` is the value that would reconcile the two,
    in `fix_unit`.
    """

    id: str
    title: str
    over: str
    found: Expr
    relation: str
    limit: Expr
    fix: Expr
    unit: str
    fix_unit: str = ""
    allowed: Expr = _NONE


def lines() -> Iterator[Line]:
    """Yield the rules' figures row by row, their verdicts, and how many contradict."""
    yield from _terms()
    for name, title, parts in (
        ("found", "Found", {rule.id: rule.found for rule in RULES}),
        ("limit", "Limit", {rule.id: rule.limit for rule in RULES}),
        ("allowed", "Allowed difference", {rule.id: rule.allowed for rule in RULES}),
        ("fix", "Value that would reconcile", {rule.id: rule.fix for rule in RULES}),
    ):
        yield Line(f"contradiction.{name}", title, "–", RULE, _stacked(parts))
    relation: dict[str, Expr] = {rule.id: Text(rule.relation) for rule in RULES}
    yield Line("contradiction.relation", "Must be", "text", RULE, _stacked(relation))
    yield from _statuses()
    contradicts = if_(eq(Ref("contradiction.status"), CONTRADICTION), 1, 0)
    yield Line("contradiction.counts", "Contradicts (1/0)", "checks", RULE, contradicts)
    count = Ref("contradictions.count")
    yield Line(
        "contradictions.count", "Contradictions in the inputs", "checks", (), total("rule", "contradiction.counts")
    )
    words = if_(eq(count, 1), "1 contradiction in the inputs", count & " contradictions in the inputs")
    yield Line("contradictions.summary", "Contradictions, in words", "text", (), words)


def _stacked(parts: Mapping[str, Expr]) -> Stacked:
    return Stacked(tuple((rule.over, parts[rule.id]) for rule in RULES))


def _statuses() -> Iterator[Line]:
    """Yield by how much each rule is broken, and the word for it."""
    found, limit, relation = Ref("contradiction.found"), Ref("contradiction.limit"), Ref("contradiction.relation")
    both_ways = if_(eq(relation, "at least"), limit - found, call("ABS", found - limit))
    excess = if_(eq(relation, "at most"), found - limit, both_ways)
    yield Line(
        "contradiction.excess", "Beyond the limit by", "–", RULE,
        if_(any_of(is_blank(found), is_blank(limit)), BLANK, excess),
    )  # fmt: skip
    grace = Ref("contradiction.allowed") + call("ABS", limit) / _BILLION
    verdict = if_(Ref("contradiction.excess") > grace, CONTRADICTION, CONSISTENT)
    status = if_(is_blank(Ref("contradiction.excess")), SILENT, verdict)
    yield Line("contradiction.status", "Status", "text", RULE, status)


def _terms() -> Iterator[Line]:
    """Yield the figures that rules share, or that stand on another row than the rule's."""
    yield from _rates()
    yield from _zones()
    yield from _promises()
    factor = if_(eq(Input("growth", "month"), _MONTH_OF_YEAR), 1 + Input("growth", "total_growth"), 0)
    yield Line("contradiction.year_anchor", "Factor of an anchor at month 12", "–", ("anchor",), factor)
    of_year = Group("SUM", "anchor", Ref("contradiction.year_anchor"))
    yield Line("contradiction.year_factor", "Factor of month 12, 0 without such an anchor", "–", ("segment",), of_year)
    for name, field, unit in (("cpu", "cpu_per_node_cores", "cores"), ("memory", "memory_per_node_gb", "GB")):
        size = Input("components", field)
        label = "CPU" if name == "cpu" else "Memory"
        line = f"contradiction.{name}_size"
        yield Line(line, f"{label} a node that is asked for", unit, ("component",), if_(is_blank(size), BLANK, size))


def _rates() -> Iterator[Line]:
    requests = Ref("demand.total")
    for name, title, expr in (
        ("rate_lowest", "Lowest rate of the plan", Reduce("MIN", "month", requests)),
        ("rate_highest", "Highest rate of the plan", Reduce("MAX", "month", requests)),
    ):
        yield Line(f"contradiction.{name}", title, "1/s", (), expr)
    review = setting("review_month")
    in_review = AtMonth(requests, if_(review > setting("horizon_months"), setting("horizon_months"), review))
    yield Line("contradiction.rate_review", "Rate in the review month", "1/s", (), in_review)
    wait, target = Ref("queue.wait_stated"), Ref("objective.time")
    yield Line("contradiction.wait", "Shortest wait that is promised", "s", (), _least("queue wait", wait))
    p99 = SumWhere("objective", Ref("objective.is_p99"), (Number(1),), target)
    has_none = eq(total("objective", "objective.is_p99"), 0)
    yield Line("contradiction.p99", "P99 target without fixed latency", "s", (), if_(has_none, BLANK, p99))


def _least(over: str, line: Ref) -> Expr:
    """Return the smallest of a line's figures; blank where there is none."""
    return if_(eq(Reduce("COUNT", over, line), 0), BLANK, Reduce("MIN", over, line))


def _zones() -> Iterator[Line]:
    zones, lost = Input("resilience", "zones"), Input("resilience", "zone_losses_survived")
    is_zonal = all_of(eq(Input("resilience", "redundancy"), "Multi-AZ"), zones > lost)
    share = if_(is_zonal, lost / (zones - lost), BLANK)
    yield Line("contradiction.zone_share", "Spare share that the loss of zones takes", "ratio", ("resilience",), share)
    shares = Ref("contradiction.zone_share")
    most = if_(eq(Reduce("COUNT", "resilience", shares), 0), BLANK, Reduce("MAX", "resilience", shares))
    yield Line("contradiction.zone_buffer", "Largest such share", "ratio", (), most)


def _promises() -> Iterator[Line]:
    target = Input("resilience", "target_availability")
    yield Line("contradiction.promise", "Availability that is promised", "ratio", ("resilience",), target)
    system = Reduce("PRODUCT", "resilience", Ref("contradiction.promise"))
    yield Line("contradiction.system", "Availability of all rows in series, as promised", "ratio", (), system)
    place = Ref("resilience.position")
    own = if_(eq(place, 0), BLANK, Lookup("resilience", "target_availability", place))
    yield Line("contradiction.component_promise", "Availability promised of a component", "ratio", ("component",), own)
    least = _least("component", Ref("contradiction.component_promise"))
    yield Line("contradiction.lowest_promise", "Lowest availability promised of a component", "ratio", (), least)


def _queue() -> Iterator[Contradiction]:
    depth, wait = Input("slas", "target"), Ref("contradiction.wait")
    implied = if_(is_blank(wait), BLANK, depth / wait)
    nearest = largest(Ref("contradiction.rate_lowest"), smallest(Ref("contradiction.rate_highest"), depth / wait))
    yield Contradiction(
        "queue_rate",
        "Rate at which queue depth and wait fit (Little)",
        "queue depth",
        implied,
        "equal to",
        if_(is_blank(wait), BLANK, nearest),
        if_(is_blank(wait), BLANK, wait * Ref("contradiction.rate_review")),
        "1/s",
        "requests",
    )
    p99 = Ref("contradiction.p99")
    yield Contradiction(
        "queue_wait", "Queue wait within the P99 target", "queue wait", Ref("queue.wait_stated"), "at most", p99,
        if_(is_blank(Ref("queue.wait_limit")), BLANK, Ref("queue.wait_limit")), "s",
    )  # fmt: skip


def _load() -> Iterator[Contradiction]:
    cores = Input("components", "cpu_share") * AtMonth(Ref("cpu.total"), _NONE)
    today = Input("components", "current_nodes")
    yield Contradiction(
        "cpu_today",
        "CPU of month 0 on today's cores",
        "component",
        cores,
        "at most",
        if_(is_blank(today), BLANK, today * Ref("node.cores")),
        ceiling(cores / Ref("node.cores")),
        "cores",
        "nodes",
    )
    requests, api = Input("users", "requests_per_user"), Input("users", "api_bandwidth_mbps")
    bits, byte, most = Number(1000, "kbit/Mbit"), Number(8, "kbit/kB"), Number(100, "kB")
    yield Contradiction(
        "bandwidth", "API bandwidth a request", "segment", if_(requests <= 0, BLANK, api * bits / byte / requests),
        "at most", most, most * byte * requests / bits, "kB", "Mbps",
    )  # fmt: skip


def _margins() -> Iterator[Contradiction]:
    safety, low, high = Ref("scenario.safety_factor"), setting("utilisation_low"), setting("utilisation_high")
    once = largest(safety, 1 / low)
    yield Contradiction(
        "margins", "Headroom applied once", "", Ref("headroom.factor"), "at most", once, once * low, "–"
    )
    need = Ref("contradiction.zone_buffer")
    yield Contradiction(
        "buffer", "DR buffer for the loss of zones", "", Ref("scenario.dr_buffer"), "at least", need, need, "ratio"
    )
    ceiling_of_band = if_(is_blank(need), BLANK, high / (1 + need))
    yield Contradiction(
        "band",
        "Utilisation low before the loss of zones",
        "",
        low,
        "at most",
        ceiling_of_band,
        ceiling_of_band,
        "ratio",
    )


def _availability() -> Iterator[Contradiction]:
    target = Input("resilience", "target_availability")
    budget = (1 - target) * Number(31536000, "s")
    yield Contradiction(
        "failover", "One failover within the year's budget", "resilience", Input("resilience", "failover_time_s"),
        "at most", budget, budget, "s",
    )  # fmt: skip
    system, lowest = Ref("contradiction.system"), Ref("contradiction.lowest_promise")
    yield Contradiction("system", "All of Resilience in series", "", system, "at least", lowest, system, "ratio")
    objective = Input("slas", "target")
    # An objective that allows more than twice the downtime of the whole notices a broken promise too late.
    reachable = largest(1 - 2 * (1 - system), smallest(objective, system))
    yield Contradiction(
        "objective", "Availability objective against Resilience", "availability", objective, "equal to", reachable,
        reachable, "ratio",
    )  # fmt: skip


def _growth() -> Iterator[Contradiction]:
    month, year = Input("growth", "month"), Parent(Ref("contradiction.year_factor"))
    is_early = all_of(month < _MONTH_OF_YEAR, year > 0)
    factor = year ** (month / _MONTH_OF_YEAR)
    implied = if_(is_early, factor - 1, BLANK)
    yield Contradiction(
        "growth", "Growth against the rate of twelve months", "anchor", Input("growth", "total_growth"), "equal to",
        implied, implied, "ratio", allowed=if_(is_early, factor / (Number(2) * 100), _NONE),
    )  # fmt: skip
    yearly = (1 + Input("retention", "growth_per_month")) ** Number(12)
    tenfold = Number(8) + 2
    yield Contradiction(
        "retention", "Growth of a dataset in a year", "dataset", yearly, "at most", tenfold,
        tenfold ** (1 / Number(12)) - 1, "–", "ratio",
    )  # fmt: skip


def _purchase() -> Iterator[Contradiction]:
    reserved, on_demand = Input("rates", "reserved"), Input("rates", "on_demand")
    yield Contradiction(
        "reserved", "Reserved price within on-demand", "node rate", if_(is_blank(reserved), BLANK, reserved), "at most",
        on_demand, on_demand, "currency/h",
    )  # fmt: skip
    for name, label, size, unit in (("cpu", "CPU", "node.cores", "cores"), ("memory", "Memory", "node.memory", "GB")):
        need, recommended = Ref(f"rightsize.{name}_need"), Ref(f"rightsize.{name}")
        yield Contradiction(
            f"{name}_size", f"{label} of the node type, as recommended", "component", Ref(size), "at least",
            if_(is_blank(need), BLANK, need), if_(is_blank(recommended), BLANK, recommended), unit,
        )  # fmt: skip
    for name, label in (("cpu", "CPU"), ("memory", "Memory")):
        own = Ref(f"contradiction.{name}_size")
        is_known = eq(Reduce("COUNT", "component", own), Reduce("COUNT", "component", Ref("nodes.today")))
        share = own / Reduce("SUM", "component", own)
        yield Contradiction(
            f"{name}_share", f"{label} share in proportion to sizes", "component", Input("components", f"{name}_share"),
            "equal to", if_(is_known, share, BLANK), if_(is_known, share, BLANK), "ratio",
            allowed=if_(is_known, share / 2, _NONE),
        )  # fmt: skip


def _rules() -> Iterator[Contradiction]:
    yield from _queue()
    yield from _load()
    yield from _margins()
    yield from _availability()
    yield from _growth()
    yield from _purchase()


RULES = tuple(_rules())


def rule_names(items: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Name each row of the rules: the rule, and its subject where it has one."""
    return tuple(
        f"{rule.title}: {name}" if name else rule.title
        for rule in RULES
        for name in (items[rule.over] if rule.over else ("",))
    )
