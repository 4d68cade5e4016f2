"""A group as long tables for business intelligence: plans, cost, orders and commitments (post floor).

Cost has a row per month, category and plan. Amounts are in the plan's currency, and in that of the group.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import asdict

from workbook.portfolio.group import CATEGORIES, Group
from workbook.portfolio.records import Commitment, Order

Row = tuple[object, ...]
_PLAN = ("plan_number", "plan")
_TEXT, _NUMBER, _WHOLE, _DATE = "VARCHAR", "DOUBLE", "BIGINT", "DATE"
_PLANS = {
    "plan_number": _WHOLE, "plan": _TEXT, "file": _TEXT, "status": _TEXT, "group": _TEXT, "currency": _TEXT,
    "rate": _NUMBER, "group_currency": _TEXT, "scenario": _TEXT, "start": _DATE, "horizon_months": _WHOLE,
    "run": _TEXT, "failed_checks": _WHOLE, "errors": _WHOLE, "warnings": _WHOLE, "input_conflicts": _WHOLE,
    "cost_in_group_currency": _NUMBER,
}  # fmt: skip
_COST = {
    "plan_number": _WHOLE, "plan": _TEXT, "group": _TEXT, "month": _DATE, "fiscal_year": _WHOLE, "category": _TEXT,
    "currency": _TEXT, "amount": _NUMBER, "rate": _NUMBER, "amount_in_group_currency": _NUMBER,
}  # fmt: skip
_DATES = ("order_by", "needed_from", "first_month", "last_month")
_TEXTS = ("component", "node_type", "currency", "reason")


class Table(Struct, frozen=True):
    """A table: its columns with their types in SQL, and its rows."""

    columns: Mapping[str, str]
    rows: Sequence[Row]


def tables_of(group: Group) -> dict[str, Table]:
    """Return the tables of a group by their names."""
    orders = [
        (plan.number, plan.label, *_dated(order), plan.rate, _money(order.monthly_cost, plan.rate))
        for plan, order in group.orders
    ]
    commitments = [
        (plan.number, plan.label, *_dated(one), plan.rate, _money(one.committed_money, plan.rate))
        for plan, one in group.commitments
    ]
    return {
        "plans": Table(_PLANS, list(_plans(group))),
        "cost": Table(_COST, list(_cost(group))),
        "orders": Table(_columns(Order, "monthly_cost_in_group_currency"), orders),
        "commitments": Table(_columns(Commitment, "committed_in_group_currency"), commitments),
    }


def _columns(kind: type[Order] | type[Commitment], last: str) -> dict[str, str]:
    fields = kind.__struct_fields__
    named = {name: _DATE if name in _DATES else _TEXT if name in _TEXTS else _NUMBER for name in fields}
    return {"plan_number": _WHOLE, "plan": _TEXT, **named, "rate": _NUMBER, last: _NUMBER}


def _dated(one: Order | Commitment) -> Iterator[object]:
    for name, value in asdict(one).items():
        yield date.fromisoformat(value) if value and name in _DATES else value


def _money(amount: float | None, rate: float) -> float | None:
    return None if amount is None else amount * rate


def _plans(group: Group) -> Iterator[Row]:
    for plan in group.plans:
        record, figures = plan.record, plan.record.figures
        known: Row = (None,) * 5
        if figures:
            start = date.fromisoformat(figures.start)
            known = (figures.scenario, start, figures.horizon, figures.run_id, figures.failed_checks)
        yield (
            plan.number, plan.label, plan.file, record.status.value, plan.group,
            figures.currency if figures else None, plan.rate or None, group.currency, *known,
            record.errors, record.warnings, len(record.conflicts), plan.total if plan.figures else None,
        )  # fmt: skip


def _cost(group: Group) -> Iterator[Row]:
    for plan in group.counted:
        for month in plan.figures.months if plan.figures else ():
            day = date.fromisoformat(month.month)
            for category, amount in zip(CATEGORIES, month.amounts, strict=True):
                currency = plan.figures.currency if plan.figures else ""
                yield (
                    plan.number, plan.label, plan.group, day, month.fiscal_year, category,
                    currency, amount, plan.rate, amount * plan.rate,
                )  # fmt: skip
