"""The budget of a fiscal year and of a category, from the rows of sheet Budget (plan floor; help: model, Cost)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    Cumulative,
    Expr,
    Input,
    Line,
    LineKind,
    Number,
    OverTime,
    Picked,
    Ref,
    Section,
    SumWhere,
    Text,
    any_of,
    call,
    eq,
    if_,
    is_blank,
)
from workbook.model.demand.timing import FIRST_YEAR, FISCAL_YEARS, MONTHS_PER_YEAR
from workbook.model.money.cost import BY_MONTH, CATEGORIES, COST, YEARS
from workbook.model.terms import setting

BUDGET = Section("Budget", LineKind.WORKING)

ROWS = ("budget row",)


def lines(tables: frozenset[str]) -> Iterator[Line]:
    """Yield the budget by month, fiscal year and category; without rows on sheet Budget the setting is all."""
    has_rows = "budget" in tables
    yield from _monthly(has_rows)
    yield from _yearly(has_rows)
    if has_rows:
        yield from _rows()
        yield from _years()
        yield from _categories()


@COST
def _monthly(has_rows: bool) -> Iterator[Line]:
    """Each billed month has a twelfth of its fiscal year's budget; the sum ends where a month has none."""
    budget = _of_month("budget.whole_year") if has_rows else setting("budget")
    given, billed = Cumulative(Ref("budget.month_given")), Cumulative(Ref("time.billed"))
    has_none = given < billed if has_rows else is_blank(setting("budget"))
    share = budget * Ref("time.billed") / MONTHS_PER_YEAR
    monthly = share if has_rows else if_(has_none, 0, share)
    yield Line("budget.month", "Budget", "currency", BY_MONTH, monthly)
    cumulated = if_(has_none, BLANK, Cumulative(Ref("budget.month")))
    yield Line("budget.cumulative", "Cumulative budget", "currency", BY_MONTH, cumulated, over_time=OverTime.END)
    yield from _variance(eq(Ref("budget.month_given"), 0) if has_rows else has_none)


def _variance(has_none: Expr) -> Iterator[Line]:
    """Yield budget less cost, by its own formula over periods as well: without a budget there is nothing to compare."""
    budget, left = Ref("budget.month"), Ref("budget.variance")
    # To the cent: what is left of two equal sums is no variance.
    variance = if_(has_none, BLANK, call("ROUND", budget - Ref("cost.total"), 2))
    yield Line(left.line, "Budget variance", "currency", BY_MONTH, variance, over_time=OverTime.RATIO)
    share = if_(is_blank(left), BLANK, if_(budget <= 0, BLANK, left / budget))
    title = "Budget variance, % of budget"
    yield Line("budget.variance_share", title, "ratio", BY_MONTH, share, over_time=OverTime.RATIO)


@FISCAL_YEARS
def _yearly(has_rows: bool) -> Iterator[Line]:
    """A partial fiscal year has its share of the year's budget."""
    budget = Ref("budget.whole_year") if has_rows else setting("budget")
    has_none = eq(Ref("budget.is_given"), 0) if has_rows else is_blank(budget)
    is_missing = any_of(has_none, eq(Ref("year.months"), 0))
    yearly = if_(is_missing, BLANK, budget * Ref("year.months") / MONTHS_PER_YEAR)
    yield Line("budget.year", "Budget of fiscal year", "currency", YEARS, yearly)
    left = if_(is_missing, BLANK, Ref("budget.year") - Ref("cost.year"))
    yield Line("budget.left", "Budget variance", "currency", YEARS, left)


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
    has_budget = _of_month("budget.is_given") * Ref("time.billed")
    title = "Billed month has a budget (1/0)"
    yield Line("budget.month_given", title, "flag", ("month",), has_budget, over_time=OverTime.PEAK)


@FISCAL_YEARS
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


def _of_month(line: str) -> Expr:
    """Return a line of fiscal years in the year of a billed month; the month after the last one may have no year."""
    years = Ref("time.fiscal_year") - FIRST_YEAR
    return Picked("fiscal_year", Ref(line), if_(Ref("time.billed") > 0, years / Number(1, "year") + 1, 1))


def _of_rows(key: str, body: str) -> Expr:
    return SumWhere("budget row", Ref(key), (Ref("year.number"),), Ref(body))


def month_has_none(tables: frozenset[str]) -> Expr:
    """Return whether a billed month has no budget."""
    if "budget" in tables:
        return Ref("budget.month_given") < Ref("time.billed")
    return is_blank(setting("budget"))
