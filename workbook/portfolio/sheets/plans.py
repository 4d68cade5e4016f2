"""The sheet Plans: a row per workbook with its status, a link to its file, and its cost (post floor)."""

from __future__ import annotations

from workbook.address import column_letters
from workbook.portfolio.group import CATEGORIES, Group, GroupedPlan, group_text
from workbook.portfolio.records import PlanStatus
from workbook.portfolio.sheets.cost import FIRST_YEAR as COST_YEAR
from workbook.portfolio.sheets.cost import NUMBER, CostCells
from workbook.portfolio.sheets.lists import CONFLICTS, conflict_count, last_row
from workbook.portfolio.sheets.maker import FIRST_ROW, HEAD_ROW, Column, Maker, year_names
from workbook.sheets.layout import StateRule
from workbook.sheets.printing.printed import Link, PrintedSheet
from workbook.sheets.printing.style_numbers import StyleNumbers

PLANS = "Plans"
STATUS = 4
_FIXED = (
    Column("No.", "row"), Column("Plan"), Column("File"), Column("Status"), Column("Group"), Column("Currency"),
    Column("Start", "date"), Column("Horizon", "whole months"), Column("Run"), Column("Failed checks", "checks"),
    Column("Errors", "rows"), Column("Warnings", "rows"), Column("Input conflicts", "rows"),
)  # fmt: skip
_CONFLICTS = 13
FIRST_YEAR = 14


def plans_sheet(group: Group, cells: CostCells, styles: StyleNumbers) -> PrintedSheet:
    """Return the sheet, with the first problem of each workbook at the end of its row."""
    sheet, count = Maker(PLANS, styles), len(cells.years)
    counted = len(group.counted)
    context = f"{counted} of {len(group.plans)} are counted; cost in {group.currency} at the rates on Summary"
    sheet.head("Plans and their files", context)
    names = [Column(name, "currency") for name in (*year_names(cells.years), "Total")]
    columns = (*_FIXED[:4], Column(group.by or "Scenario"), *_FIXED[5:], *names, Column("First problem"))
    sheet.titles(HEAD_ROW, columns)
    last = last_row(conflict_count([plan.record for plan in group.plans]))
    sums = [0.0] * (count + 1)
    for row, plan in enumerate(group.plans, FIRST_ROW):
        _words(sheet, row, plan, group)
        formula = f"=COUNTIF({CONFLICTS}!$A${FIRST_ROW}:$A${last},$A{row})"
        sheet.formula(row, _CONFLICTS, formula, len(plan.record.conflicts), "rows")
        if plan.figures:
            own = [plan.amounts(place, cells.years) for place in range(len(CATEGORIES))]
            values = [sum(year) * plan.rate for year in zip(*own, strict=True)]
            for place, value in enumerate((*values, sum(values))):
                area = cells.area(COST_YEAR + place)
                formula = f"=SUMIF({cells.area(NUMBER)},$A{row},{area})"
                sheet.formula(row, FIRST_YEAR + place, formula, value, "currency")
                sums[place] += value
        first = plan.record.problems[0] if plan.record.problems else None
        sheet.text(row, FIRST_YEAR + count + 1, first.text if first else "", "text")
    end = last_row(len(group.plans))
    for place, value in enumerate(sums):
        letters = column_letters(FIRST_YEAR + place)
        formula = f"=SUM({letters}{FIRST_ROW}:{letters}{end})"
        sheet.formula(end + 1, FIRST_YEAR + place, formula, value, "currency", "sum")
    sheet.text(end + 1, 2, "Total", "sum_label")
    sheet.blanks(end + 1, range(1, FIRST_YEAR + len(sums)), "sum_label")
    rule = StateRule((FIRST_ROW, STATUS, end, STATUS), good=PlanStatus.COUNTED.value)
    return sheet.done(columns, frozen=(HEAD_ROW, 2), findings=(rule,))


def _words(sheet: Maker, row: int, plan: GroupedPlan, group: Group) -> None:
    record = plan.record
    sheet.number(row, 1, plan.number, "row")
    sheet.text(row, 2, plan.label)
    sheet.text(row, 3, plan.file, "link")
    sheet.links.append(Link(row, 3, plan.file, 0, is_file=True))
    sheet.text(row, STATUS, record.status.value)
    if record.figures:
        sheet.text(row, 5, group_text(group, plan))
        sheet.text(row, 6, record.figures.currency)
        sheet.day(row, 7, record.figures.start)
        sheet.number(row, 8, record.figures.horizon, "whole months")
        sheet.text(row, 9, record.figures.run_id)
        sheet.number(row, 10, record.figures.failed_checks, "checks")
    sheet.number(row, 11, record.errors, "rows")
    sheet.number(row, 12, record.warnings, "rows")
