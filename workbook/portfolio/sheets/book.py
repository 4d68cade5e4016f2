"""All sheets of a group in their order (post floor)."""

from __future__ import annotations

from collections.abc import Iterable

from workbook.portfolio.group import Group
from workbook.portfolio.sheets.cost import COST, CURRENCY, cost_cells, cost_sheet
from workbook.portfolio.sheets.lists import (
    COMMITMENT_CURRENCY,
    COMMITMENTS,
    CONFLICTS,
    ORDER_CURRENCY,
    ORDERS,
    commitments_sheet,
    conflicts_sheet,
    orders_sheet,
)
from workbook.portfolio.sheets.plans import PLANS, plans_sheet
from workbook.portfolio.sheets.summary import SUMMARY, rates_formula, summary_sheet
from workbook.sheets.layout import Columns
from workbook.sheets.printing.printed import PrintedBook
from workbook.sheets.printing.style_numbers import StyleNumbers

SHEETS = (SUMMARY, COST, ORDERS, COMMITMENTS, CONFLICTS, PLANS)


def is_group(names: Iterable[str]) -> bool:
    """Whether a workbook with sheets of these names was written by a portfolio."""
    return tuple(names) == SHEETS


def print_group(group: Group) -> PrintedBook:
    """Return the printed sheets of a group."""
    styles, cells = StyleNumbers(), cost_cells(group)
    summary, first = summary_sheet(group, cells, styles)
    sheets = [
        summary,
        cost_sheet(group, cells, rates_formula(group, first, CURRENCY), styles),
        orders_sheet(group, rates_formula(group, first, ORDER_CURRENCY), styles),
        commitments_sheet(group, rates_formula(group, first, COMMITMENT_CURRENCY), styles),
        conflicts_sheet(group, styles),
        plans_sheet(group, cells, styles),
    ]
    return PrintedBook(sheets, styles.styles, Columns(0, 0, 0), is_1904=False, run_id="")
