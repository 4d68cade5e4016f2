"""What may be spent: the budget of a fiscal year, as a whole or by category (plan floor)."""

from typing import Annotated, Literal

from pydantic import Field

from workbook.schema import Header, Row


class BudgetRow(Row):
    """The budget of one fiscal year, or of one category in it."""

    fiscal_year: Annotated[str, Header("Fiscal year", example="FY2026", is_structural=True)]
    """Fiscal year of the plan, as FY2026 or 2026: the calendar year in which it ends."""

    category: Annotated[
        Literal["Nodes", "Storage", "Network", "Fixed"] | None,
        Header("Category", example="Nodes", is_structural=True),
    ] = None
    """Category of cost. Blank: all of them. A year has one row without category, or rows by category."""

    amount: Annotated[
        float,
        Header("Amount", kind="money", example=250_000, number_format="#,##0", measures="currency/year"),
        Field(ge=0),
    ]
    """Budget of the whole fiscal year, in the plan's currency; a partial fiscal year counts pro rata."""


def year_of(text: str) -> int | None:
    """Return the number of a fiscal year that is written as 2026 or FY2026; None for any other text."""
    digits = text[2:] if text[:2].upper() == "FY" else text
    return int(digits) if len(digits) == 4 and digits.isascii() and digits.isdecimal() else None


def row_title(row: BudgetRow) -> str:
    """Return the name of a row: its fiscal year, and its category if it has one."""
    year = year_of(row.fiscal_year)
    name = row.fiscal_year if year is None else f"FY{year}"
    return f"{name}, {row.category}" if row.category else name
