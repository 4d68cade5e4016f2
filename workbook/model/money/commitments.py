"""The commitments of each component: what is reserved, from when to when, for how much (plan floor).

A commitment is a row: what is bought already comes first, then a row for each term within the horizon. How many rows
there are is fixed by a run, as the horizon is; what they hold is live (help: model, Purchase).
"""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    AtMonth,
    Expr,
    Input,
    Joined,
    Label,
    Line,
    LineKind,
    Lookup,
    Number,
    Parent,
    Picked,
    Reduce,
    Ref,
    Section,
    Sequence,
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
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.supply import Component, Rate
from workbook.model.figure_text import count_text, month_text
from workbook.model.money.reservations import BOUGHT_MONTHS, TERM
from workbook.model.terms import setting
from workbook.naming import name_key
from workbook.timeline import months_between

COMMITMENTS = Section("Commitments")

COMMITMENT = ("commitment",)
_START = Ref("commitment.start")
_NODES = Ref("commitment.nodes")
_BOUGHT_EVEN = Ref("reserved.today_break_even")


def commitments_of(plan: Plan) -> list[tuple[int, int]]:
    """Return the component's row and the place among its commitments, from 0, of every commitment of a plan."""
    rates = {name_key(row.item): row.term_months for row in plan.rows("rates") if isinstance(row, Rate)}
    return [
        (row, place)
        for row, component in enumerate(plan.rows("components"))
        if isinstance(component, Component)
        for place in range(_count(plan, component, rates[name_key(component.node_type)]))
    ]


def _count(plan: Plan, component: Component, term: int) -> int:
    until = component.reserved_until
    bought = 0 if until is None else max(0, months_between(plan.timeline.start, until) + 1)
    terms = -(-(plan.timeline.horizon - bought) // term)
    return max(0, terms) + (bought > 0)


def names_of(components: tuple[str, ...], commitments: list[tuple[int, int]]) -> tuple[str, ...]:
    """Return what the commitments are called: the component and a number from 1."""
    return tuple(f"{components[component]} · {place + 1}" for component, place in commitments)


@COMMITMENTS
def lines() -> Iterator[Line]:
    """Yield each commitment's months, nodes, money and use, their total, and the largest of them."""
    yield from _months()
    yield from _figures()
    yield from _largest()


def _begun(otherwise: Expr) -> Expr:
    """Return an expression where the commitment begins within the horizon; blank elsewhere."""
    return if_(is_blank(_START), BLANK, otherwise)


def _at_start(line: str) -> AtMonth:
    """Return a component's monthly line in the first month of the commitment."""
    return AtMonth(Parent(Ref(line)), _START)


def _months() -> Iterator[Line]:
    place, bought, term = Joined("place", Ref("place.number")), Parent(BOUGHT_MONTHS), Joined("component", TERM)
    has_none = eq(bought, 0)
    after = bought + (place - if_(has_none, 1, 2)) * term
    begins, months = Ref("commitment.begins"), Ref("commitment.months")
    yield Line("place.number", "Commitment number of component", "whole", ("place",), _numbered("place.number"))
    expr = if_(all_of(bought > 0, eq(place, 1)), 0, after)
    yield Line(begins.line, "Potential start month", "month", COMMITMENT, expr, kind=LineKind.WORKING)
    start = if_(begins < setting("horizon_months"), begins, BLANK)
    yield Line(_START.line, "First month", "month", COMMITMENT, start, kind=LineKind.WORKING)
    billed = _begun(_at_start("reserved.months"))
    yield Line(months.line, "Billed months", "whole months", COMMITMENT, billed)
    first, last = AtMonth(Ref("time.date"), _START), AtMonth(Ref("time.date"), _START + months - 1)
    yield Line("commitment.from", "From", "date", COMMITMENT, _begun(first))
    yield Line("commitment.to", "To (within plan)", "date", COMMITMENT, _begun(last))


def _numbered(line: str) -> Sequence:
    return Sequence(line, Number(1))


def _figures() -> Iterator[Line]:
    yield Line("commitment.name", "Component", "text", COMMITMENT, Joined("component", Label("component") & ""))
    yield Line(_NODES.line, "Nodes", "nodes", COMMITMENT, _begun(_at_start("reserved.nodes")))
    money = _begun(_over_months("reserved.cost"))
    yield Line("commitment.money", "Committed money", "currency", COMMITMENT, money)
    used = if_(any_of(is_blank(_START), eq(_over_months("reserved.nodes"), 0)), BLANK, _use())
    yield Line("commitment.used", "Reserved nodes used, share", "ratio", COMMITMENT, used)
    unused = if_(is_blank(Ref("commitment.used")), BLANK, 1 - Ref("commitment.used"))
    yield Line("commitment.unused", "Reserved nodes unused, share", "ratio", COMMITMENT, unused)
    yield from _of_bought()
    even = _begun(if_(_START < Parent(BOUGHT_MONTHS), Parent(_BOUGHT_EVEN), Parent(Ref("purchase.break_even"))))
    yield Line("commitment.break_even", "Reservation break-even utilisation", "ratio", COMMITMENT, even)


def _use() -> Expr:
    return _over_months("reserved.used") / _over_months("reserved.nodes")


def _over_months(line: str) -> SumWhere:
    """Return the sum of a component's monthly line over the months of the commitment."""
    return SumWhere("month", Parent(Ref("reserved.first")), (_START,), Parent(Ref(line)))


def _of_bought() -> Iterator[Line]:
    """Yield the price of what is bought already, its own or that of the rate card, and its break-even."""
    own, listed = Input("components", "reserved_at"), Lookup("rates", "reserved", Ref("node.position"))
    paid = Ref("reserved.today_price")
    price = if_(is_blank(own), if_(is_blank(listed), BLANK, listed), own)
    title = "Price of existing reserved node"
    yield Line(paid.line, title, "currency/h/node", ("component",), price, kind=LineKind.WORKING)
    even = if_(is_blank(paid), BLANK, paid / Ref("price.on_demand"))
    title = "Break-even utilisation of existing reservations"
    yield Line(_BOUGHT_EVEN.line, title, "ratio", ("component",), even, kind=LineKind.WORKING)


def _largest() -> Iterator[Line]:
    money, most = Ref("commitment.money"), Ref("commitment.largest")
    yield Line("commitment.total", "Total committed money", "currency", (), total("commitment", money.line))
    largest = Reduce("MAX", "commitment", money)
    yield Line(most.line, "Committed money, largest commitment", "currency", (), largest)
    row, place = Ref("commitment.row"), Ref("commitment.largest_row")
    title = "Row of commitment"
    yield Line(row.line, title, "row", COMMITMENT, _numbered(row.line), kind=LineKind.WORKING)
    is_most = if_(all_of(most > 0, _cents(money) >= _cents(most)), row, BLANK)
    title = "Row of commitment if largest"
    yield Line("commitment.row_if_largest", title, "row", COMMITMENT, is_most, kind=LineKind.WORKING)
    first = if_(most > 0, Reduce("MIN", "commitment", Ref("commitment.row_if_largest")), 1)
    title = "Row of largest commitment (first if tied)"
    yield Line(place.line, title, "row", (), first, kind=LineKind.WORKING)
    for name, title in (
        ("from", "First month of largest commitment"),
        ("to", "Last month of largest commitment"),
    ):
        day = month_text(Picked("commitment", Ref(f"commitment.{name}"), place))
        words = if_(most > 0, day, BLANK)
        yield Line(f"commitment.largest_{name}", title, "text", (), words, kind=LineKind.WORKING)
    yield Line("commitment.largest_words", "Largest commitment", "text", (), _said(place))


def _cents(money: Expr) -> Expr:
    """Round, because the same money summed in another order differs by a little."""
    return call("ROUND", money, 2)


def _said(place: Expr) -> Expr:
    """Name the component, its nodes, and the first and last month of its largest commitment."""
    name, nodes = (Picked("commitment", Ref(f"commitment.{name}"), place) for name in ("name", "nodes"))
    months = Ref("commitment.largest_from") & " to " & Ref("commitment.largest_to")
    words = name & ": " & count_text(nodes, "node", "node") & ", " & months
    return if_(Ref("commitment.largest") > 0, words, Text("none"))
