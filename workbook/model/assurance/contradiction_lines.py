"""The rules of contradictions as lines: figures row by row, verdicts, and the terms they share (plan floor)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workbook.expr.tree import (
    BLANK,
    AtMonth,
    Expr,
    Group,
    Input,
    Line,
    LineKind,
    Lookup,
    Number,
    Reduce,
    Ref,
    Section,
    Stacked,
    SumWhere,
    Text,
    all_of,
    any_of,
    call,
    eq,
    if_,
    is_blank,
    total,
)
from workbook.model.assurance.contradictions import RULES, reachable
from workbook.model.terms import setting

CONTRADICTIONS = Section("Input conflicts (warnings; no check fails)")
TERMS = Section("Figures used by rules", LineKind.WORKING)
TERMS_OF_ITEMS = Section("Figures used by rules, by item", LineKind.WORKING)

RULE = ("rule",)
CONTRADICTION, CONSISTENT, SILENT = "contradiction", "consistent", "not applicable"
_BILLION = Number(1000) * 1000 * 1000
_MONTH_OF_YEAR = 12


def lines() -> Iterator[Line]:
    """Yield the rules' figures row by row, their verdicts, how many contradict, and the terms that rules share."""
    yield from _rules()
    yield from _count()
    yield from _terms()


@CONTRADICTIONS
def _rules() -> Iterator[Line]:
    relation: dict[str, Expr] = {rule.id: Text(rule.relation) for rule in RULES}
    excess = Ref("contradiction.excess")
    yield Line("contradiction.found", "Found", "mixed", RULE, _stacked({rule.id: rule.found for rule in RULES}))
    yield Line("contradiction.relation", "Must be", "text", RULE, _stacked(relation))
    yield Line("contradiction.limit", "Limit", "mixed", RULE, _stacked({rule.id: rule.limit for rule in RULES}))
    allowed = _stacked({rule.id: rule.allowed for rule in RULES})
    yield Line("contradiction.allowed", "Allowed difference", "mixed", RULE, allowed, "Allowed")
    yield Line(excess.line, "Excess", "–", RULE, _excess())
    fix = _stacked({rule.id: rule.fix for rule in RULES})
    yield Line("contradiction.fix", "Consistent value", "mixed", RULE, fix, "Consistent value")
    contradicts = if_(eq(Ref("contradiction.status"), CONTRADICTION), 1, 0)
    yield Line("contradiction.counts", "Conflict (1/0)", "checks", RULE, contradicts)
    grace = Ref("contradiction.allowed") + call("ABS", Ref("contradiction.limit")) / _BILLION
    verdict = if_(excess > grace, CONTRADICTION, CONSISTENT)
    yield Line("contradiction.status", "Status", "text", RULE, if_(is_blank(excess), SILENT, verdict))


def _excess() -> Expr:
    """By how much a rule is broken; blank if one of its figures is not stated."""
    found, limit, relation = Ref("contradiction.found"), Ref("contradiction.limit"), Ref("contradiction.relation")
    both_ways = if_(eq(relation, "at least"), limit - found, call("ABS", found - limit))
    excess = if_(eq(relation, "at most"), found - limit, both_ways)
    return if_(any_of(is_blank(found), is_blank(limit)), BLANK, excess)


@TERMS
def _count() -> Iterator[Line]:
    count = Ref("contradictions.count")
    every = total("rule", "contradiction.counts")
    yield Line(count.line, "Input conflicts", "checks", (), every)
    many = if_(eq(count, 1), "1 input conflict", count & " input conflicts")
    words = if_(eq(count, 0), "No input conflicts", many)
    yield Line("contradictions.summary", "Input conflicts: label text", "text", (), words)


def _stacked(parts: Mapping[str, Expr]) -> Stacked:
    return Stacked(tuple((rule.over, parts[rule.id]) for rule in RULES))


@TERMS
def _terms() -> Iterator[Line]:
    """Yield the figures that rules share, or that stand on another row than the rule's."""
    yield from _rates()
    yield from _zones()
    yield from _promises()
    yield from _sizes()
    yield from _years()


@TERMS_OF_ITEMS
def _sizes() -> Iterator[Line]:
    for name, label, field, unit in (
        ("cpu", "CPU", "cpu_per_node_cores", "cores/node"),
        ("memory", "Memory", "memory_per_node_gb", "GB of memory/node"),
    ):
        size = Input("components", field)
        asked = if_(is_blank(size), BLANK, size)
        title = f"{label} requested per node"
        yield Line(f"contradiction.{name}_size", title, unit, ("component",), asked, f"{label} requested per node")


@TERMS_OF_ITEMS
def _years() -> Iterator[Line]:
    of_year = Group("SUM", "anchor", Ref("contradiction.year_anchor"))
    title = "Growth factor at month 12 (0: no milestone)"
    yield Line("contradiction.year_factor", title, "×", ("segment",), of_year, "Factor at month 12")
    factor = if_(eq(Input("growth", "month"), _MONTH_OF_YEAR), 1 + Input("growth", "total_growth"), 0)
    title = "Growth factor of milestone at month 12"
    yield Line("contradiction.year_anchor", title, "×", ("anchor",), factor, "Factor at month 12")


@TERMS
def _rates() -> Iterator[Line]:
    requests = Ref("demand.total")
    for name, title, expr in (
        ("rate_lowest", "Lowest request rate", Reduce("MIN", "month", requests)),
        ("rate_highest", "Highest request rate", Reduce("MAX", "month", requests)),
    ):
        yield Line(f"contradiction.{name}", title, "1/s", (), expr)
    review = setting("review_month")
    in_review = AtMonth(requests, if_(review > setting("horizon_months"), setting("horizon_months"), review))
    yield Line("contradiction.rate_review", "Request rate, Review month", "1/s", (), in_review)
    wait, target = Ref("queue.wait_stated"), Ref("objective.time")
    yield Line("contradiction.wait", "Shortest committed wait", "s", (), _least("queue wait", wait))
    p99 = SumWhere("objective", Ref("objective.is_p99"), (Number(1),), target)
    has_none = eq(total("objective", "objective.is_p99"), 0)
    yield Line("contradiction.p99", "P99 target net of fixed latency", "s", (), if_(has_none, BLANK, p99))


def _least(over: str, line: Ref) -> Expr:
    """Return the smallest of a line's figures; blank where there is none."""
    return if_(eq(Reduce("COUNT", over, line), 0), BLANK, Reduce("MIN", over, line))


@TERMS
def _zones() -> Iterator[Line]:
    zones, lost = Input("resilience", "zones"), Input("resilience", "zone_losses_survived")
    is_zonal = all_of(eq(Input("resilience", "redundancy"), "Multi-AZ"), zones > lost)
    share = if_(is_zonal, lost / (zones - lost), BLANK)
    yield Line(
        "contradiction.zone_share",
        "Required zone buffer",
        "ratio",
        ("resilience",),
        share,
        "Zone buffer",
        section=TERMS_OF_ITEMS,
    )
    shares = Ref("contradiction.zone_share")
    most = if_(eq(Reduce("COUNT", "resilience", shares), 0), BLANK, Reduce("MAX", "resilience", shares))
    yield Line("contradiction.zone_buffer", "Largest required zone buffer", "ratio", (), most)


@TERMS
def _promises() -> Iterator[Line]:
    target = Input("resilience", "target_availability")
    yield Line(
        "contradiction.promise",
        "Committed availability of row",
        "availability",
        ("resilience",),
        target,
        "Committed",
        section=TERMS_OF_ITEMS,
    )
    system = Reduce("PRODUCT", "resilience", Ref("contradiction.promise"))
    yield Line("contradiction.system", "System availability at commitments", "availability", (), system)
    objective, is_off = Input("slas", "target"), "contradiction.objective_is_off"
    off = if_(eq(call("ROUND", objective - reachable(objective, Ref("contradiction.system")), 9), 0), 0, 1)
    heading = "Objective inconsistent with targets (1/0)"
    yield Line(is_off, heading, "flag", ("availability",), off, "Off", section=TERMS_OF_ITEMS)
    place = Ref("resilience.position")
    own = if_(eq(place, 0), BLANK, Lookup("resilience", "target_availability", place))
    title, promised = "Committed availability of component", "contradiction.component_promise"
    yield Line(promised, title, "availability", ("component",), own, "Committed", section=TERMS_OF_ITEMS)
    least = _least("component", Ref("contradiction.component_promise"))
    yield Line("contradiction.lowest_promise", "Lowest committed component availability", "availability", (), least)
