"""What has to be decided, by when, for how much and why, in one sentence and three lines below it (plan floor).

The decision is about the orders that are due first; those due later are counted with all orders.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    Expr,
    Line,
    Number,
    Picked,
    Ref,
    SumWhere,
    Text,
    eq,
    if_,
    is_blank,
    total,
)
from workbook.model.board.insights import InsightId
from workbook.model.board.overview import ORDERS, VERDICTS
from workbook.model.figure_text import count_text, month_text, percent_text, short_lines
from workbook.model.terms import setting

_COMPONENT = ("component",)
_DUE = Ref("order.is_due")
_NONE = eq(Ref("exhaustion.count"), 0)
_CURRENCY = setting("currency")


def lines(tables: frozenset[str]) -> Iterator[Line]:
    """Yield the orders due first in nodes and money, the verdict, and the lines below it."""
    yield from _due()
    yield from _money()
    yield from _decision()
    yield from _below(tables)


@ORDERS
def _due() -> Iterator[Line]:
    """An order is due first if none has to be placed earlier."""
    is_first = if_(eq(Ref("order_by.date"), Ref("order_by.first_date")), 1, 0)
    is_first = if_(is_blank(Ref("exhaustion.month")), 0, is_first)
    yield Line(_DUE.line, "Order due first (1/0)", "flag", _COMPONENT, is_first)
    cost = if_(eq(_DUE, 1), Ref("order.monthly_cost"), 0)
    yield Line("order.due_cost", "Monthly cost of order if due first", "currency", _COMPONENT, cost)
    yield Line("orders.due_count", "Orders due first", "whole", (), total("component", _DUE.line))
    nodes = SumWhere("component", _DUE, (Number(1),), Ref("order.nodes"))
    yield Line("orders.due_nodes", "Nodes, orders due first", "nodes", (), nodes)
    money = total("component", "order.due_cost")
    yield Line("orders.due_cost", "Monthly cost, orders due first", "currency", (), money)


@VERDICTS
def _money() -> Iterator[Line]:
    yield from short_lines(Ref("orders.due_cost"), "Monthly cost, orders due first", unit="currency")
    yield from short_lines(Ref("order.monthly_total"), "Total monthly cost of orders", unit="currency")
    yield from short_lines(Ref("commitment.total"), "Total commitment", unit="currency")


@VERDICTS
def _decision() -> Iterator[Line]:
    """One sentence: the order to approve, its date and money, the fiscal year against its budget, and the reason."""
    order, why = Ref("summary.ask"), Ref("summary.why")
    nothing = Text("No orders are required through ") & Ref("horizon.words")
    components = count_text(Ref("orders.due_count"), "component")
    asked = Text("Approve ") & count_text(Ref("orders.due_nodes"), "node", "node") & " for " & components
    first = Ref("order_by.first_date")
    when = if_(is_blank(first), BLANK, month_text(first))
    yield Line("order_by.first_words", "First order by: label text", "text", (), when)
    date = Text(" by ") & Ref("order_by.first_words")
    money = Text(" (") & _CURRENCY & " " & Ref("orders.due_cost_words") & " per month)"
    yield Line(order.line, "Decision: label text", "text", (), if_(_NONE, nothing, asked & date & money))
    change = Picked("finding", Ref("finding.change"), Number(InsightId.REQUESTS.row + 1))
    many = Picked("finding", Ref("finding.multiple"), Number(InsightId.REQUESTS.row + 1))
    rise, growth = Ref("summary.growth"), Text("by ") & percent_text(change)
    by = if_(is_blank(change), BLANK, if_(change >= 9, Text("to ") & many & " today's", growth))
    yield Line(rise.line, "Growth of peak requests: label text", "text", (), by)
    grown = Text(", as peak requests grow ") & rise & " by " & Ref("horizon.words")
    yield Line(why.line, "Reason: label text", "text", (), if_(is_blank(change), BLANK, if_(change > 0, grown, BLANK)))
    failed = if_(eq(Ref("checks.failed"), 0), BLANK, Text("; ") & Ref("checks.master"))
    sentence = order & "; " & Ref("summary.cost") & why & failed & "."
    yield Line("summary.headline", "Verdict", "text", (), sentence)


@VERDICTS
def _below(tables: frozenset[str]) -> Iterator[Line]:
    capacity, reserved, conflicts = Ref("summary.capacity"), Ref("summary.commitments"), Ref("contradictions.summary")
    later = Ref("order.nodes_total") > Ref("orders.due_nodes")
    every = Text("; all orders: ") & Ref("order.nodes_total") & " nodes, " & _CURRENCY & " "
    every = every & Ref("order.monthly_total_words") & " per month"
    out = Ref("summary.runs_out") & if_(later, every, BLANK) & "."
    yield Line(capacity.line, "Capacity and all orders: statement", "text", (), out)
    money = Text("Reservations commit ") & _CURRENCY & " " & Ref("commitment.total_words") & " over the plan"
    largest = money & "; the largest: " & Ref("commitment.largest_words") & "."
    committed = if_(Ref("commitment.total") > 0, largest, "The plan reserves no nodes.")
    yield Line(reserved.line, "Commitments: statement", "text", (), committed)
    words: Expr = conflicts & "; " & Ref("claims.summary") if "claims" in tables else conflicts
    yield Line("summary.confidence", "Input conflicts and claims: statement", "text", (), words & ".")
