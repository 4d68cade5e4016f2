"""What a portfolio keeps of each workbook: small records of plain values, which go between processes (post floor).

Dates are ISO texts, amounts in the plan's own currency. A record and its JSON say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct, convert, to_builtins

CATEGORIES = ("Nodes", "Storage", "Network", "Fixed")
"""The categories of a month's amounts, in their order."""


class PlanStatus(StrEnum):
    """What became of a workbook; only the figures of a counted one are added."""

    COUNTED = "counted"
    STALE = "stale"
    NOT_PLANNED = "not planned"
    ERRORS = "errors"
    NO_RATE = "no rate"
    UNREADABLE = "unreadable"
    BUSY = "busy"
    FAULT = "internal fault"
    GROUP = "group workbook"
    """A file that an earlier portfolio was written into; it is left out without a row."""


class Found(Struct, frozen=True):
    """One problem of a workbook: its severity, its code if it has one, and its texts in one line each."""

    severity: str
    code: str
    message: str
    where: str = ""
    seen: str = ""
    remedy: str = ""

    @property
    def text(self) -> str:
        """The message, with its code before it."""
        return f"{self.code}: {self.message}" if self.code else self.message


class CostMonth(Struct, frozen=True):
    """A billed month: its first day, its fiscal year, and the amounts by category."""

    month: str
    fiscal_year: int
    amounts: tuple[float, ...]


class Order(Struct, frozen=True):
    """What to order for a component: dates, nodes and money."""

    component: str
    node_type: str
    nodes: float | None
    order_by: str | None
    months_overdue: float | None
    needed_from: str | None
    monthly_cost: float | None
    cost_to_end_of_horizon: float | None
    cost_of_one_months_delay: float | None
    currency: str
    reason: str | None


class Commitment(Struct, frozen=True):
    """What is reserved for a component: nodes, months, prices per hour, and the committed money."""

    component: str
    node_type: str
    nodes: float | None
    term_months: float | None
    billed_months: float | None
    first_month: str | None
    last_month: str | None
    reserved_price_per_hour: float | None
    on_demand_price_per_hour: float | None
    committed_money: float | None
    share_used: float | None
    break_even_utilisation: float | None
    currency: str


class Figures(Struct, frozen=True):
    """The figures of a plan and what they rest on; `settings` has the shown value of every setting by its field."""

    plan_name: str
    currency: str
    scenario: str
    start: str
    horizon: int
    fiscal_year_start: int
    run_id: str
    failed_checks: int
    settings: Mapping[str, str]
    months: tuple[CostMonth, ...]
    orders: tuple[Order, ...]
    commitments: tuple[Commitment, ...]


class PlanRecord(Struct, frozen=True):
    """A workbook: its path as it was given, what became of it, its problems, and its figures if it has any.

    `problems` are the first ones, errors before warnings; `conflicts` are all input conflicts.
    """

    path: str
    status: PlanStatus
    errors: int = 0
    warnings: int = 0
    problems: tuple[Found, ...] = ()
    conflicts: tuple[Found, ...] = ()
    figures: Figures | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the record as JSON has it."""
        return to_builtins(self)  # type: ignore[no-any-return]


def record_of(data: Mapping[str, Any]) -> PlanRecord:
    """Return the record that JSON holds. Raises ValueError for anything else."""
    return convert(data, PlanRecord)
