"""Checks of the sheet Budget: fiscal years of the plan, each with one budget (plan floor)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.inputs.parse.draft import PlanDraft
from workbook.inputs.parse.names import listing
from workbook.inputs.sheets.spending import BudgetRow, row_title, year_of
from workbook.problems import Code, Problem, Severity
from workbook.timeline import Timeline

_Found = tuple[int, BudgetRow]


def budgets(draft: PlanDraft) -> Iterator[Problem]:
    """Each row names a fiscal year; a year has one row, or one row for each of some categories."""
    years = _years(draft)
    found: dict[int, list[_Found]] = {}
    for index, row in draft.each("budget", BudgetRow):
        year = year_of(row.fiscal_year)
        if year is None:
            yield _not_a_year(draft, index, row, years)
            continue
        if years and year not in years:
            yield _outside(draft, index, row, years)
        rows = found.setdefault(year, [])
        yield from _beside(draft, (index, row), rows)
        rows.append((index, row))


def _years(draft: PlanDraft) -> tuple[int, ...]:
    """Return the fiscal years that the plan bills months of; none where its settings could not be read."""
    if draft.settings is None:
        return ()
    settings = draft.settings
    timeline = Timeline(settings.plan_start, settings.horizon_months, settings.fiscal_year_start)
    return tuple(dict.fromkeys(timeline.fiscal_year(month) for month in range(timeline.horizon)))


def _names(years: tuple[int, ...]) -> str:
    return listing(f"FY{year}" for year in years)


def _beside(draft: PlanDraft, new: _Found, rows: list[_Found]) -> Iterator[Problem]:
    """Yield the problem of a row next to an earlier one of its year: the same category, or all of them and one."""
    index, row = new
    for earlier, other in rows:
        if row.category == other.category:
            yield _twice(draft, row, index, earlier)
            return
        if row.category is None or other.category is None:
            yield _mixed(draft, row, index, earlier)
            return


def _twice(draft: PlanDraft, row: BudgetRow, index: int, earlier: int) -> Problem:
    first = draft.where("budget", earlier, "fiscal_year")
    return Problem(
        Code.BUDGET_TWICE,
        f"{row_title(row)} has two budgets, here and in {first}",
        draft.where("budget", index, "fiscal_year"),
        seen=row_title(row),
        expected="each fiscal year once, or once for each category",
        remedy="delete one of the two rows, or add the amounts up in one of them",
    )


def _mixed(draft: PlanDraft, row: BudgetRow, index: int, earlier: int) -> Problem:
    year = f"FY{year_of(row.fiscal_year)}"
    first = draft.where("budget", earlier, "category")
    return Problem(
        Code.BUDGET_MIXED,
        f"{year} has a budget for all categories and one for a single category, here and in {first}",
        draft.where("budget", index, "category"),
        seen=row.category or "blank, so all categories",
        expected=f"one row without category for {year}, or rows that all name a category",
        remedy="name the category of both rows, or delete one of the two",
    )


def _not_a_year(draft: PlanDraft, index: int, row: BudgetRow, years: tuple[int, ...]) -> Problem:
    return Problem(
        Code.BUDGET_YEAR,
        f"{row.fiscal_year!r} is not a fiscal year",
        draft.where("budget", index, "fiscal_year"),
        seen=repr(row.fiscal_year),
        expected=f"one of {_names(years)}, or the year alone" if years else "a fiscal year such as FY2026 or 2026",
        remedy="write the calendar year in which the fiscal year ends, such as FY2026 or 2026",
    )


def _outside(draft: PlanDraft, index: int, row: BudgetRow, years: tuple[int, ...]) -> Problem:
    return Problem(
        Code.BUDGET_OUTSIDE_PLAN,
        f"{row_title(row)} is outside the plan, so its budget is not used",
        draft.where("budget", index, "fiscal_year"),
        seen=row.fiscal_year,
        expected=f"one of {_names(years)}",
        remedy="correct the fiscal year, or leave the row for a longer Horizon",
        severity=Severity.WARNING,
    )
