"""The budget of a fiscal year and of a category, from the rows of sheet Budget (plan floor; help: model, Cost)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    Expr,
    Input,
    Line,
    LineKind,
    OverTime,
    Ref,
    Section,
    SumWhere,
    Text,
    any_of,
    eq,
    if_,
    is_blank,
)
from workbook.model.demand.timing import FISCAL_YEARS, MONTHS_PER_YEAR
from workbook.model.money.cost import CATEGORIES, of_month
from workbook.model.terms import setting

BUDGET = Section("Budget", LineKind.WORKING)

ROWS = ("budget row",)
YEARS = ("fiscal_year",)


def lines(tables: frozenset[str]) -> Iterator[Line]:
    """Yield the budget by fiscal year and category; nothing without rows on sheet Budget, where the setting is all."""
    if "budget" in tables:
        yield from _rows()
        yield from _years()
        yield from FISCAL_YEARS(_categories)()


@BUDGET
def _rows() -> Iterator[Line]:
    """A row names its fiscal year as 2026 or as FY2026; one of another year counts nowhere."""
    cell = Input("budget", "fiscal_year")
    names = (cell & Text(""), Text("FY") & cell)
    year = SumWhere("fiscal_year", Ref("year.name"), names, Ref("year.number"))
    yield Line("budget.row_year", "Fiscal year of budget row", "year", ROWS, year)
    for category, (title, _) in CATEGORIES.items():
        named = if_(eq(Input("budget", "category"), title), Ref("budget.row_year"), 0)
        yield Line(f"budget.row_{category}", f"Fiscal year of budget row for {title.lower()}", "year", ROWS, named)
    yield Line("budget.row_amount", "Amount of budget row", "currency a year", ROWS, Input("budget", "amount"))
    counts = if_(is_blank(Input("budget", "amount")), 0, 1)
    yield Line("budget.row_counts", "Budget row has an amount (1/0)", "flag", ROWS, counts)


@BUDGET
def _years() -> Iterator[Line]:
    """The rows of a year are its budget, whatever their category; a year without rows has the setting's."""
    default = setting("budget")
    has_rows = _of_rows("budget.row_year", "budget.row_counts") > 0
    is_given = if_(has_rows, 1, if_(is_blank(default), 0, 1))
    yield Line("budget.is_given", "Fiscal year has a budget (1/0)", "flag", YEARS, is_given)
    rows = _of_rows("budget.row_year", "budget.row_amount")
    amount = if_(has_rows, rows, if_(is_blank(default), 0, default))
    yield Line("budget.whole_year", "Budget of full fiscal year", "currency a year", YEARS, amount)
    has_budget = of_month("budget.is_given") * Ref("time.billed")
    title = "Billed month has a budget (1/0)"
    yield Line("budget.month_given", title, "flag", ("month",), has_budget, over_time=OverTime.PEAK)


def _categories() -> Iterator[Line]:
    """A category has a budget, and a variance, only in the years that have a row for it."""
    for category, (title, _) in CATEGORIES.items():
        amount, cost = Ref(f"budget.year_{category}"), Ref(f"cost.year_{category}")
        has_none = eq(_of_rows(f"budget.row_{category}", "budget.row_counts"), 0)
        is_missing = any_of(has_none, eq(Ref("year.months"), 0))
        whole = _of_rows(f"budget.row_{category}", "budget.row_amount")
        share = if_(is_missing, BLANK, whole * Ref("year.months") / MONTHS_PER_YEAR)
        yield Line(amount.line, f"Budget of fiscal year: {title.lower()}", "currency", YEARS, share)
        left = if_(is_blank(amount), BLANK, amount - cost)
        yield Line(f"budget.left_{category}", f"Budget variance: {title.lower()}", "currency", YEARS, left)


def _of_rows(key: str, body: str) -> Expr:
    return SumWhere("budget row", Ref(key), (Ref("year.number"),), Ref(body))


def month_has_none(tables: frozenset[str]) -> Expr:
    """Return whether a billed month has no budget."""
    if "budget" in tables:
        return Ref("budget.month_given") < Ref("time.billed")
    return is_blank(setting("budget"))
