"""The sheets Orders, Commitments and Conflicts: a row per order, commitment and input conflict (post floor)."""

from __future__ import annotations

from collections.abc import Sequence

from workbook.address import column_letters
from workbook.portfolio.group import Group
from workbook.portfolio.records import PlanRecord
from workbook.portfolio.sheets.maker import FIRST_ROW, HEAD_ROW, Column, Maker
from workbook.sheets.printing.printed import PrintedSheet
from workbook.sheets.printing.style_numbers import StyleNumbers

ORDERS, COMMITMENTS, CONFLICTS = "Orders", "Commitments", "Conflicts"
_ORDERS = (
    Column("Order by", "date"), Column("Months overdue", "whole months"), Column("No.", "row"), Column("Plan"),
    Column("Component"), Column("Node type"), Column("Nodes", "nodes"), Column("Needed from", "date"),
    Column("Monthly cost", "currency"), Column("Cost to end of horizon", "currency"),
    Column("Cost of one month's delay", "currency"), Column("Reason"), Column("Currency"), Column("Rate", "–"),
    Column("Monthly cost in plan currency", "currency"), Column("Cost to end in plan currency", "currency"),
    Column("Cost of delay in plan currency", "currency"),
)  # fmt: skip
_COMMITMENTS = (
    Column("From", "date"), Column("To", "date"), Column("No.", "row"), Column("Plan"), Column("Component"),
    Column("Node type"), Column("Nodes", "nodes"), Column("Term", "whole months"), Column("Committed", "currency"),
    Column("Used", "ratio"), Column("Break-even", "ratio"), Column("Currency"), Column("Rate", "–"),
    Column("Committed in plan currency", "currency"),
)  # fmt: skip
_CONFLICTS = (
    Column("No.", "row"), Column("Plan"), Column("Code"), Column("Conflict"), Column("Cell"), Column("Found"),
    Column("How to fix"),
)  # fmt: skip
ORDER_NODES, ORDER_MONTHLY, ORDER_COST = 7, 9, 10
COMMITTED = 9
_LONG = (4, 6, 7)
"""The columns of conflicts with whole sentences."""
ORDER_CURRENCY, COMMITMENT_CURRENCY = 13, 12
"""The column of the currency; the rate and the amounts in that currency follow."""


def last_row(count: int) -> int:
    """Return the last row of a list of so many entries; one without any has an empty row."""
    return FIRST_ROW + max(count, 1) - 1


def orders_sheet(group: Group, rates: str, styles: StyleNumbers) -> PrintedSheet:
    """Return the calendar of orders of all counted plans, by date; `rates` is the formula of a row's rate."""
    sheet, orders = Maker(ORDERS, styles), group.orders
    sheet.head("Orders to place", f"All counted plans, by date; amounts in {group.currency} at the rates on Summary")
    sheet.titles(HEAD_ROW, _ORDERS)
    sums = dict.fromkeys((ORDER_NODES, ORDER_MONTHLY, ORDER_COST), 0.0)
    for row, (plan, order) in enumerate(orders, FIRST_ROW):
        sheet.day(row, 1, order.order_by)
        sheet.number(row, 2, order.months_overdue or None, "whole months")
        sheet.number(row, 3, plan.number, "row")
        for column, text in ((4, plan.label), (5, order.component), (6, order.node_type)):
            sheet.text(row, column, text)
        sheet.number(row, ORDER_NODES, order.nodes, "nodes")
        sheet.day(row, 8, order.needed_from)
        own = (order.monthly_cost, order.cost_to_end_of_horizon, order.cost_of_one_months_delay)
        _converted(sheet, (row, ORDER_MONTHLY, ORDER_CURRENCY), own, (order.currency, plan.rate, rates))
        sheet.text(row, 12, order.reason or "", "text")
        sums[ORDER_NODES] += order.nodes or 0
        sums[ORDER_MONTHLY] += (own[0] or 0) * plan.rate
        sums[ORDER_COST] += (own[1] or 0) * plan.rate
    _sums(sheet, sums, _ORDERS, last_row(len(orders)))
    return sheet.done(_ORDERS, frozen=(HEAD_ROW, 5), printed=ORDER_CURRENCY - 1)


def commitments_sheet(group: Group, rates: str, styles: StyleNumbers) -> PrintedSheet:
    """Return the commitments of all counted plans, by their first month."""
    sheet, commitments = Maker(COMMITMENTS, styles), group.commitments
    sheet.head("Commitments", f"What is reserved, by first month; amounts in {group.currency} at the rates on Summary")
    sheet.titles(HEAD_ROW, _COMMITMENTS)
    committed = 0.0
    for row, (plan, one) in enumerate(commitments, FIRST_ROW):
        sheet.day(row, 1, one.first_month)
        sheet.day(row, 2, one.last_month)
        sheet.number(row, 3, plan.number, "row")
        for column, text in ((4, plan.label), (5, one.component), (6, one.node_type)):
            sheet.text(row, column, text)
        sheet.number(row, 7, one.nodes, "nodes")
        sheet.number(row, 8, one.term_months, "whole months")
        _converted(
            sheet, (row, COMMITTED, COMMITMENT_CURRENCY), (one.committed_money,), (one.currency, plan.rate, rates)
        )
        sheet.number(row, 10, one.share_used, "ratio")
        sheet.number(row, 11, one.break_even_utilisation, "ratio")
        committed += (one.committed_money or 0) * plan.rate
    _sums(sheet, {COMMITTED: committed}, _COMMITMENTS, last_row(len(commitments)))
    return sheet.done(_COMMITMENTS, frozen=(HEAD_ROW, 5), printed=COMMITMENT_CURRENCY - 1)


def conflicts_sheet(group: Group, styles: StyleNumbers) -> PrintedSheet:
    """Return the input conflicts of all plans that could be read."""
    sheet = Maker(CONFLICTS, styles)
    sheet.head("Input conflicts", "Inputs of one plan that cannot all be true; workbook explain CODE explains each")
    sheet.titles(HEAD_ROW, _CONFLICTS)
    row = FIRST_ROW
    for plan in group.plans:
        for one in plan.record.conflicts:
            sheet.number(row, 1, plan.number, "row")
            texts = (plan.label, one.code, one.message, one.where, one.seen, one.remedy)
            for column, text in enumerate(texts, 2):
                sheet.text(row, column, text, "text" if column in _LONG else "label")
            row += 1
    if row == FIRST_ROW:
        sheet.text(row, 2, "none", "unit")
    return sheet.done(_CONFLICTS, frozen=(HEAD_ROW, 2))


def conflict_count(records: Sequence[PlanRecord]) -> int:
    """Return how many input conflicts there are."""
    return sum(len(record.conflicts) for record in records)


def _converted(sheet: Maker, at: tuple[int, int, int], own: Sequence[float | None], of: tuple[str, float, str]) -> None:
    """Put the amounts of a row in the currency of the group, the plan's currency, its rate, and its own amounts.

    `at` is the row, the first column of the amounts, and the column of the currency; `of` the currency, the rate and
    its formula.
    """
    (row, first, column), (currency, rate, rates) = at, of
    sheet.text(row, column, currency)
    sheet.formula(row, column + 1, rates.format(row=row), rate, "–")
    for place, amount in enumerate(own):
        if amount is not None:
            given = column + 2 + place
            formula = f"=${column_letters(column + 1)}{row}*{column_letters(given)}{row}"
            sheet.formula(row, first + place, formula, amount * rate, "currency")
            sheet.number(row, given, amount, "currency", "support")


def _sums(sheet: Maker, sums: dict[int, float], columns: Sequence[Column], last: int) -> None:
    """Put the row of totals below a list."""
    for column, value in sums.items():
        letters = column_letters(column)
        formula = f"=SUM({letters}{FIRST_ROW}:{letters}{last})"
        sheet.formula(last + 1, column, formula, value, columns[column - 1].unit, "sum")
    sheet.text(last + 1, 4, "Total", "sum_label")
    sheet.blanks(last + 1, range(1, max(sums) + 1), "sum_label")
