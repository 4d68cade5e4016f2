"""Checks of what is bought: nodes bought already, columns that other items have, age of prices (plan floor)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.address import Cell
from workbook.inputs.parse.draft import PlanDraft
from workbook.inputs.sheets.supply import Component, Rate
from workbook.naming import name_key
from workbook.problems import Code, Problem, Severity
from workbook.schema import show

_ONLY_OF = {"reserved": "node", "spot": "node", "billing": "storage", "share_of_traffic": "network"}
"""Columns of the rate card that only items of one kind have."""


def unused_columns(draft: PlanDraft) -> Iterator[Problem]:
    """Reserved and spot prices are a node's, Billing is of storage, Share of traffic of the network."""
    for index, row in draft.each("rates", Rate):
        for name, kind in _ONLY_OF.items():
            where = draft.where("rates", index, name)
            typed = None if isinstance(where, str) else draft.cells.get(where)
            if row.kind != kind and typed not in (None, ""):
                yield _unused(draft, where, row, name)


def _unused(draft: PlanDraft, where: Cell | str, row: Rate, name: str) -> Problem:
    column = draft.tables["rates"].sheet.column(name)
    is_price = column.kind == "money"
    other = "only nodes have such a price" if is_price else f"only items of kind {_ONLY_OF[name]} have it"
    return Problem(
        Code.PRICE_NOT_USED,
        f"{column.header} of {row.item!r} is not used: {other}",
        where,
        seen=show(getattr(row, name), column.kind),
        expected="blank",
        remedy="clear it; On-demand holds the price" if is_price else "clear it",
        severity=Severity.WARNING,
    )


def bought_already(draft: PlanDraft) -> Iterator[Problem]:
    """Nodes that are bought already have a last month and a price; a last month before the plan counts nothing."""
    rates = {name_key(row.item): row for _, row in draft.each("rates", Rate)}
    for index, row in draft.each("components", Component):
        if row.reserved_today == 0:
            continue
        if row.reserved_until is None:
            yield _without_end(draft, index, row)
        rate = rates.get(name_key(row.node_type))
        if row.reserved_at is None and rate is not None and rate.reserved is None:
            yield _without_price(draft, index, row)
        if draft.settings and row.reserved_until and row.reserved_until < draft.settings.plan_start:
            yield _over(draft, index, row)


def _without_end(draft: PlanDraft, index: int, row: Component) -> Problem:
    return Problem(
        Code.RESERVED_INCOMPLETE,
        f"{row.component!r} has {row.reserved_today} nodes bought already, but no Reserved until",
        draft.where("components", index, "reserved_until"),
        seen="blank",
        expected="a date in the last month that is paid",
        remedy="fill Reserved until from the contract, or clear Reserved today",
    )


def _without_price(draft: PlanDraft, index: int, row: Component) -> Problem:
    return Problem(
        Code.RESERVED_INCOMPLETE,
        f"{row.component!r} has {row.reserved_today} nodes bought already, but no price for them",
        draft.where("components", index, "reserved_at"),
        seen=f"Reserved at blank, and {row.node_type!r} has no Reserved price",
        expected="the price of a node-hour as paid",
        remedy=f"fill Reserved at from the contract, or Reserved of {row.node_type!r} on Rates",
    )


def _over(draft: PlanDraft, index: int, row: Component) -> Problem:
    assert draft.settings is not None
    return Problem(
        Code.RESERVED_OVER,
        f"what {row.component!r} has bought already ends before the plan starts and counts nothing",
        draft.where("components", index, "reserved_until"),
        seen=show(row.reserved_until),
        expected=f"a date from {show(draft.settings.plan_start)} on",
        remedy="clear Reserved today and Reserved until, or type the commitment that runs now",
        severity=Severity.INFO,
    )


def age_of_prices(draft: PlanDraft) -> Iterator[Problem]:
    """Prices do not hold from a month after the plan starts."""
    settings = draft.settings
    if settings and settings.prices_as_of and settings.prices_as_of > settings.plan_start:
        yield Problem(
            Code.PRICES_FROM_LATER,
            f"Prices as of {show(settings.prices_as_of)} is after Plan start {show(settings.plan_start)}",
            draft.setting_cell("prices_as_of"),
            seen=show(settings.prices_as_of),
            expected=f"the first day of a month, {show(settings.plan_start)} or earlier",
            remedy="clear it if the rate card holds from Plan start, or type the month of the price list",
        )
