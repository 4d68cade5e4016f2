"""What is reserved in each term, and what the nodes above it are bought as (plan floor; help: model, Purchase).

A commitment runs for the Term of its rate. Within it the number of reserved nodes that costs least is a quantile of the
months' nodes: a node is reserved if it is used in more than Reserved / On-demand of them. What is bought already
(Reserved today) runs to its last month, and the terms that are still to be bought follow it.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    AtMonth,
    Expr,
    Input,
    LargeWhere,
    Line,
    LineKind,
    Lookup,
    Number,
    Ref,
    Section,
    all_of,
    call,
    if_,
    is_blank,
    largest,
    smallest,
    whole,
)
from workbook.model.demand.timing import MONTH, months_between
from workbook.model.terms import setting

PURCHASE = Section("Purchasing")

CONSTANT = ("component",)
SERIES = ("component", "month")
TERM = Lookup("rates", "term_months", Ref("node.position"))
BOUGHT_MONTHS = Ref("reserved.bought_months")
_HORIZON = setting("horizon_months")
_IS_BILLED = Ref("time.billed") > 0


@PURCHASE
def lines() -> Iterator[Line]:
    """Yield the terms, the reserved nodes with their price and cost, and the spot nodes above them."""
    yield from _terms()
    yield from _nodes()
    yield from _money()
    above = largest(0, Ref("nodes.provisioned") - Ref("reserved.nodes"))
    yield Line("nodes.above_baseline", "Nodes above reserved nodes", "nodes", SERIES, above)
    spot = whole(Ref("spot.share") * Ref("nodes.above_baseline"))
    yield Line("nodes.spot", "Spot nodes", "nodes", SERIES, spot)


def in_month(bought: Expr, other: Expr, at_horizon: Expr) -> Expr:
    """Return one expression while what is bought runs, another in later terms, a third in the month of the horizon."""
    return if_(_IS_BILLED, if_(MONTH < BOUGHT_MONTHS, bought, other), at_horizon)


def _terms() -> Iterator[Line]:
    """Yield the first month of each month's commitment, its billed months, and the rank of the month that sets it."""
    until, first, months = Input("components", "reserved_until"), Ref("reserved.first"), Ref("reserved.months")
    bought = largest(0, months_between(setting("plan_start"), until) + 1)
    title = "Months covered by existing reservations"
    yield Line(BOUGHT_MONTHS.line, title, "whole months", CONSTANT, if_(is_blank(until), 0, bought))
    begun = BOUGHT_MONTHS + TERM * call("INT", (MONTH - BOUGHT_MONTHS) / TERM)
    count = in_month(smallest(BOUGHT_MONTHS, _HORIZON), smallest(first + TERM, _HORIZON) - first, BLANK)
    rank = whole(Ref("price.reserved") / Ref("price.on_demand") * months) + 1
    for line, title, unit, expr in (
        (first, "First month of commitment", "month", in_month(Number(0), begun, BLANK)),
        (months, "Billed months of commitment", "whole months", count),
        (Ref("reserved.rank"), "Baseline month rank", "whole", if_(_IS_BILLED, rank, BLANK)),
    ):
        yield Line(line.line, title, unit, SERIES, expr, kind=LineKind.WORKING)


def _nodes() -> Iterator[Line]:
    """The cheapest number for the term; a coverage that is given is a share of the term's smallest month."""
    listed = Lookup("rates", "reserved_coverage", Ref("node.position"))
    today, coverage, chosen = Ref("reserved.today"), Ref("reserved.coverage"), Ref("reserved.chosen")
    cheapest = Ref("reserved.cheapest")
    bought = Input("components", "reserved_today")
    yield Line(today.line, "Existing reserved nodes", "nodes", CONSTANT, bought, kind=LineKind.WORKING)
    given = if_(is_blank(listed), BLANK, listed)
    title = "Reserved coverage (input)"
    yield Line(coverage.line, title, "ratio", CONSTANT, given, kind=LineKind.WORKING)
    pays = all_of(_IS_BILLED, MONTH >= BOUGHT_MONTHS, Ref("price.reserved") < Ref("price.on_demand"))
    best = if_(pays, _ranked(Ref("reserved.rank")), 0)
    title = "Nodes to reserve for term"
    yield Line(cheapest.line, title, "nodes", SERIES, best, kind=LineKind.WORKING)
    covered = if_(pays, whole(coverage * _ranked(Ref("reserved.months"))), 0)
    title, taken = "Nodes to reserve for term", if_(is_blank(coverage), cheapest, covered)
    yield Line(chosen.line, title, "nodes", SERIES, taken, kind=LineKind.WORKING)
    yield Line("reserved.nodes", "Reserved nodes", "nodes", SERIES, in_month(today, chosen, Number(0)))
    used = smallest(Ref("reserved.nodes"), Ref("nodes.provisioned"))
    yield Line("reserved.used", "Reserved nodes in use", "nodes", SERIES, used)


def _ranked(k: Expr) -> LargeWhere:
    """Return the k-th largest nodes of the months under the same commitment."""
    return LargeWhere(Ref("reserved.first"), Ref("reserved.first"), Ref("nodes.provisioned"), k)


def _money() -> Iterator[Line]:
    """A price is locked when its term begins; one that is paid already knows neither scenario nor escalation."""
    own, reserved = Input("components", "reserved_at"), Ref("price.reserved")
    locked = reserved * AtMonth(Ref("price.factor"), Ref("reserved.first"))
    price = in_month(if_(is_blank(own), reserved, own), locked, Number(0))
    yield Line("reserved.price", "Reserved node price", "currency/h/node", SERIES, price)
    cost = Ref("reserved.nodes") * Ref("reserved.price") * setting("hours_per_month")
    yield Line("reserved.cost", "Reserved node cost", "currency", SERIES, cost)
