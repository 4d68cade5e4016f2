"""What orders cost: per month, and to the end of the plan (plan floor; help: model, Exhaustion and orders)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import BLANK, Expr, Line, Reduce, Ref, if_, is_blank, largest, total
from workbook.model.board.overview import ORDERS
from workbook.model.terms import setting

COMPONENT = ("component",)


@ORDERS
def lines() -> Iterator[Line]:
    """Yield the cost of each component's order, of all orders together, and the first month of overload.

    A node costs what the plan pays on average at the Review month, reserved, spot and on demand together, at the price
    level of the month in which today's nodes no longer suffice. It is paid from the month in which the order arrives.
    """
    monthly, whole = Ref("order.monthly_cost"), Ref("order.cost")
    price = Ref("mix.price") * setting("hours_per_month") * Ref("late.price_factor")
    title = "Monthly cost of order"
    yield Line(monthly.line, title, "currency", COMPONENT, _if_ordered(Ref("order.nodes") * price))
    months = largest(0, setting("horizon_months") - Ref("order.arrival"))
    title = "Cost of order to end of horizon"
    yield Line(whole.line, title, "currency", COMPONENT, _if_ordered(monthly * months))
    for line, title, unit, of in (
        ("order.nodes_total", "Total nodes to order", "nodes", "order.nodes"),
        ("order.monthly_total", "Total monthly cost of orders", "currency", monthly.line),
        ("order.total", "Total cost of orders to end of horizon", "currency", whole.line),
    ):
        yield Line(line, title, unit, (), total("component", of))
    hard = Ref("exhaustion.hard_date")
    is_none = Reduce("COUNT", "component", hard) < 1
    first = if_(is_none, BLANK, Reduce("MIN", "component", hard))
    yield Line("exhaustion.first_hard_date", "First month overloaded", "date", (), first)


def _if_ordered(cost: Expr) -> Expr:
    return if_(is_blank(Ref("exhaustion.month")), BLANK, cost)
