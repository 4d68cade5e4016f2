"""The sheet Cost: a row per plan and category, its own amounts and those in the currency of the group (post floor)."""

from __future__ import annotations

from msgspec import Struct

from workbook.address import column_letters
from workbook.portfolio.group import CATEGORIES, Group, group_text
from workbook.portfolio.sheets.maker import FIRST_ROW, HEAD_ROW, Column, Maker, year_names
from workbook.sheets.printing.printed import PrintedSheet
from workbook.sheets.printing.style_numbers import StyleNumbers

COST = "Cost"
NUMBER, PLAN, GROUP, CATEGORY, CURRENCY, RATE = range(1, 7)
FIRST_YEAR = 7


class CostCells(Struct, frozen=True):
    """Where the figures of the sheet are: its first and last row, the row of its total, and its fiscal years."""

    years: tuple[int, ...]
    last_row: int

    @property
    def total_row(self) -> int:
        """The row of the totals."""
        return self.last_row + 1

    def area(self, column: int) -> str:
        """Return the reference of all entries of a column; the column follows the cell that reads it, unless fixed."""
        letters = column_letters(column)
        fixed = "" if column >= FIRST_YEAR else "$"
        return f"{COST}!{fixed}{letters}${FIRST_ROW}:{fixed}{letters}${self.last_row}"

    def total(self, column: int) -> str:
        """Return the reference of the total of a column."""
        return f"{COST}!{column_letters(column)}${self.total_row}"


def cost_cells(group: Group) -> CostCells:
    """Return where the figures of a group's sheet Cost are."""
    rows = len(group.counted) * len(CATEGORIES)
    return CostCells(group.years, FIRST_ROW + max(rows, 1) - 1)


def cost_sheet(group: Group, cells: CostCells, rates: str, styles: StyleNumbers) -> PrintedSheet:
    """Return the sheet; `rates` is the formula of a row's rate, with `{row}` for its row."""
    sheet, count = Maker(COST, styles), len(cells.years)
    sheet.head(
        "Cost by plan, category and fiscal year",
        f"Amounts in {group.currency} = amount in the plan's currency × rate; change a rate on Summary and all follow",
    )
    columns = _columns(group, cells)
    sheet.titles(HEAD_ROW, columns)
    row = FIRST_ROW
    sums = [0.0] * (count + 1)
    for plan in group.counted:
        for place, category in enumerate(CATEGORIES):
            own = plan.amounts(place, cells.years)
            sheet.number(row, NUMBER, plan.number, "row")
            for column, text in ((PLAN, plan.label), (GROUP, group_text(group, plan)), (CATEGORY, category)):
                sheet.text(row, column, text)
            sheet.text(row, CURRENCY, plan.figures.currency if plan.figures else "")
            sheet.formula(row, RATE, rates.format(row=row), plan.rate, "–")
            for year, amount in enumerate(own):
                column, given = FIRST_YEAR + year, FIRST_YEAR + count + 1 + year
                formula = f"=$F{row}*{column_letters(given)}{row}"
                sheet.formula(row, column, formula, amount * plan.rate, "currency")
                sheet.number(row, given, amount, "currency", "support")
                sums[year] += amount * plan.rate
            _total(sheet, row, count, sum(own) * plan.rate)
            sums[count] += sum(own) * plan.rate
            row += 1
    _sums(sheet, cells, sums)
    return sheet.done(columns, frozen=(HEAD_ROW, CATEGORY), printed=FIRST_YEAR + count)


def _columns(group: Group, cells: CostCells) -> list[Column]:
    names = year_names(cells.years)
    return [
        Column("No.", "row"), Column("Plan"), Column(group.by or "Scenario"), Column("Category"), Column("Currency"),
        Column("Rate", "–"),
        *(Column(name, "currency") for name in names),
        Column("Total", "currency"),
        *(Column(f"{name} in plan currency", "currency") for name in names),
    ]  # fmt: skip


def _total(sheet: Maker, row: int, count: int, value: float) -> None:
    """Put the sum of a row's years."""
    if count:
        first, last = column_letters(FIRST_YEAR), column_letters(FIRST_YEAR + count - 1)
        sheet.formula(row, FIRST_YEAR + count, f"=SUM({first}{row}:{last}{row})", value, "currency")


def _sums(sheet: Maker, cells: CostCells, sums: list[float]) -> None:
    row = cells.total_row
    for column, value in enumerate(sums, FIRST_YEAR):
        letters = column_letters(column)
        formula = f"=SUM({letters}{FIRST_ROW}:{letters}{cells.last_row})"
        sheet.formula(row, column, formula, value, "currency", "sum")
    sheet.text(row, PLAN, "Total", "sum_label")
    sheet.blanks(row, range(1, FIRST_YEAR + len(sums)), "sum_label")
