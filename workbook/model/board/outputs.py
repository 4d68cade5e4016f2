"""The key figures of a plan at addresses and names that never move (plan floor; help: outputs).

Rows are only ever added at the end, and columns to the right: formulas of users read these cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from msgspec import Struct

from workbook.expr.tree import (
    BLANK,
    AtMonth,
    Expr,
    Line,
    LineKind,
    Number,
    Peak,
    Reduce,
    Ref,
    all_of,
    eq,
    if_,
    is_blank,
    total,
)
from workbook.model.board.headline import THIS_YEAR
from workbook.model.demand.timing import FIRST_YEAR, SECOND_YEAR, in_year
from workbook.model.terms import setting

FIRST_NAME = "Plan_"
_HORIZON = setting("horizon_months")
_HAS_NO_NEXT = eq(Ref("year.next_months"), 0)


class Column(StrEnum):
    """For which part of the plan a figure is; the value ends the names of its cells."""

    NOW = "now"
    THIS_YEAR = "this_FY"
    NEXT_YEAR = "next_FY"
    WHOLE_PLAN = "whole_plan"
    PEAK = "peak"


COLUMN_TITLES: Mapping[Column, str] = {
    Column.NOW: "Now",
    Column.THIS_YEAR: "This FY",
    Column.NEXT_YEAR: "Next FY",
    Column.WHOLE_PLAN: "Whole plan",
    Column.PEAK: "Peak",
}


class Output(Struct, frozen=True):
    """One key figure: the part of its cells' names, its title, its unit and an expression for each filled column."""

    name: str
    title: str
    unit: str
    cells: Mapping[Column, Expr]
    meaning: str = ""
    """What the columns hold, where it does not follow from their titles."""

    def cell_name(self, column: Column) -> str:
        """Return the workbook name of a cell: `Plan_Cost_this_FY`."""
        return f"{FIRST_NAME}{self.name}_{column}"


@THIS_YEAR
def lines() -> Iterator[Line]:
    """Yield which billed months have no budget, and what each month leaves of it."""
    has_none = all_of(Ref("time.billed") > 0, is_blank(Ref("limit.budget")))
    title = "Billed month has no budget (1/0)"
    yield Line("output.no_budget", title, "flag", ("month",), if_(has_none, 1, 0), kind=LineKind.WORKING)
    left = Ref("budget.month") - Ref("cost.total")
    title = "Budget of the month less its cost, 0 if there is no budget"
    yield Line("output.left", title, "currency", ("month",), if_(has_none, 0, left), kind=LineKind.WORKING)


def _sums(line: str) -> dict[Column, Expr]:
    """Return a monthly amount: its first month, sums of fiscal years and of the plan, and its largest month."""
    body = Ref(line)
    return {
        Column.NOW: AtMonth(body, Number(0)),
        Column.THIS_YEAR: in_year(FIRST_YEAR, body),
        Column.NEXT_YEAR: in_year(SECOND_YEAR, body),
        Column.WHOLE_PLAN: total("month", line),
        Column.PEAK: Reduce("MAX", "month", body),
    }


def _flow(name: str, title: str, line: str) -> Output:
    """Return the row of a monthly amount."""
    cells = _sums(line)
    cells[Column.NEXT_YEAR] = if_(_HAS_NO_NEXT, BLANK, cells[Column.NEXT_YEAR])
    return Output(name, title, "currency", cells, _OF_FLOWS)


def _level(name: str, title: str, unit: str, line: str) -> Output:
    """Return a monthly level: its first month, the last months of fiscal years and of the plan, and its peak."""
    body, this = Ref(line), Ref("year.this_months")
    cells: dict[Column, Expr] = {
        Column.NOW: AtMonth(body, Number(0)),
        Column.THIS_YEAR: AtMonth(body, this - 1),
        Column.NEXT_YEAR: if_(_HAS_NO_NEXT, BLANK, AtMonth(body, this + Ref("year.next_months") - 1)),
        Column.WHOLE_PLAN: AtMonth(body, _HORIZON),
        Column.PEAK: Reduce("MAX", "month", body),
    }
    return Output(name, title, unit, cells, _OF_LEVELS)


def _peaks(name: str, title: str, unit: str, line: str) -> Output:
    """Return the monthly level of what is sized for its peak: its first month, and the peaks of periods."""
    body, this = Ref(line), Ref("year.this_months")
    following = Peak(body, this, this + Ref("year.next_months") - 1)
    cells: dict[Column, Expr] = {
        Column.NOW: AtMonth(body, Number(0)),
        Column.THIS_YEAR: Peak(body, Number(0), this - 1),
        Column.NEXT_YEAR: if_(_HAS_NO_NEXT, BLANK, following),
        Column.WHOLE_PLAN: Reduce("MAX", "billed", body),
        Column.PEAK: Reduce("MAX", "month", body),
    }
    return Output(name, title, unit, cells, _OF_PEAKS)


def _single(name: str, title: str, unit: str, column: Column, expr: Expr) -> Output:
    return Output(name, title, unit, {column: expr})


_OF_FLOWS = "first month; sums of the fiscal years and of the whole plan; largest month"
_OF_PEAKS = "first month; peaks of the fiscal years and of all billed months; largest month, the horizon included"
_OF_LEVELS = "first month; last months of the fiscal years; month of the horizon; largest month"


def _of_budget(name: str, title: str, cells: Mapping[Column, Expr], meaning: str) -> Output:
    """Return a row on the budget, blank for a period of which a month has none."""
    missing = _sums("output.no_budget")
    given = {column: if_(missing[column] > 0, BLANK, expr) for column, expr in cells.items()}
    given[Column.NEXT_YEAR] = if_(_HAS_NO_NEXT, BLANK, given[Column.NEXT_YEAR])
    return Output(name, title, "currency", given, f"{meaning}; blank if a month has no budget")


def _budget() -> Output:
    return _of_budget("Budget", "Budget", _sums("budget.month"), _OF_FLOWS)


def _variance() -> Output:
    """Return the budget less the cost, of the same periods."""
    cells = _sums("output.left")
    del cells[Column.PEAK]
    meaning = "budget less cost, of the same months; negative if over budget"
    return _of_budget("Budget_variance", "Budget variance", cells, meaning)


def _change() -> Output:
    has_none = eq(Ref("why.next_months"), 0)
    cells: dict[Column, Expr] = {Column.NEXT_YEAR: if_(has_none, BLANK, Ref("why.next_total"))}
    meaning = "next fiscal year against this one, over the months that both have in the plan"
    return Output("Cost_change", "Change in cost", "currency", cells, meaning)


def _rows() -> Iterator[Output]:
    yield _flow("Cost", "Cost", "cost.total")
    yield _flow("Cost_nodes", "Cost of nodes", "cost.nodes_total")
    yield _flow("Cost_storage", "Cost of storage", "cost.storage_total")
    yield _flow("Cost_network", "Cost of network", "cost.network")
    yield _flow("Cost_fixed", "Fixed cost", "cost.fixed_total")
    yield _budget()
    yield _variance()
    yield _level("Users", "Users", "users", "users.all")
    yield _peaks("Requests", "Peak requests", "1/s", "demand.total")
    yield _peaks("CPU", "CPU required", "cores", "cpu.required")
    yield _peaks("Memory", "Memory required", "GB of memory", "memory.required")
    yield _level("Storage", "Storage required", "GB", "storage.total")
    yield _peaks("Bandwidth", "Bandwidth required", "Gbps", "network.required")
    yield _peaks("Nodes", "Nodes provisioned", "nodes", "nodes.total")
    yield _single("Nodes_today", "Nodes today", "nodes", Column.NOW, total("component", "nodes.today"))
    yield _single("First_shortfall", "First shortfall", "date", Column.WHOLE_PLAN, Ref("exhaustion.first_date"))
    yield _single("Overloaded_from", "Overloaded from", "date", Column.WHOLE_PLAN, Ref("exhaustion.first_hard_date"))
    yield _single("Order_by", "Next order by", "date", Column.NOW, Ref("order_by.first_date"))
    yield _single("Orders_monthly_cost", "Monthly cost of orders", "currency", Column.NOW, Ref("order.monthly_total"))
    yield _single("Committed_money", "Committed money", "currency", Column.WHOLE_PLAN, Ref("commitment.total"))
    yield _single(
        "Availability", "Availability expected", "availability", Column.WHOLE_PLAN, Ref("availability.system")
    )
    yield _single("Input_conflicts", "Input conflicts", "checks", Column.NOW, Ref("contradictions.count"))
    yield _single("Failed_checks", "Model integrity: failed checks", "checks", Column.NOW, Ref("checks.failed"))
    yield _change()


OUTPUTS = tuple(_rows())
"""In the order of their rows, which is fixed: a new one goes to the end."""
