"""Conditional formats: what cells say, shown by colour as well, and years set apart (files floor)."""

from __future__ import annotations

from typing import Any

from xlsxwriter.format import Format

from workbook.address import a1
from workbook.files.writing.formats import StyledWorkbook
from workbook.sheets.layout import YEAR_ROW, StateRule
from workbook.sheets.printing.printed import Area, PrintedSheet

STATUS_STATES = {"OK": "good", "REVIEW": "review", "ACTION": "bad", "NOT ASSESSED": "unknown"}
"""The state of the theme that shows each status word."""


def mark_states(package: StyledWorkbook, sheet: Any, printed: PrintedSheet) -> None:  # noqa: ANN401
    """Colour good and bad news by their words, so that both follow live."""
    good, bad = (package.add_format(package.theme.states[state]) for state in ("good", "bad"))
    for area in printed.statuses:
        _mark_status(sheet, _from_zero(area), good, bad)
    for finding in printed.findings:
        if finding.is_status:
            _mark_words(package, sheet, _from_zero(finding.area))
        else:
            _mark_finding(sheet, finding, good, bad)


def ignore_marks(sheet: Any, printed: PrintedSheet) -> None:  # noqa: ANN401
    """Keep Excel from marking formulas in green that differ from their neighbours or leave some out, as meant here.

    Each line has a formula of its own, and a total leaves out the figures next to it that are no part of it.
    """
    area = f"A1:{a1(printed.last_row, printed.last_column)}"
    sheet.ignore_errors({"formula_differs": area, "formula_range": area})


def mark_years(package: StyledWorkbook, sheet: Any, first: int, months: int, last_row: int) -> None:  # noqa: ANN401
    """Show each fiscal year once, above its first month, and set a line before it.

    By conditional formats, because another Fiscal year start moves both without a run.
    """
    if months < 2:
        return
    here, before = a1(YEAR_ROW, first + 1), a1(YEAR_ROW, first)
    here, before = (cell[: -len(str(YEAR_ROW))] + f"${YEAR_ROW}" for cell in (here, before))
    last = first + months - 2
    again, start = (package.add_format(package.theme.states[state]) for state in ("year_again", "year_start"))
    rule = {"type": "formula", "criteria": f"={here}={before}", "format": again}
    sheet.conditional_format(YEAR_ROW - 1, first, YEAR_ROW - 1, last, rule)
    rule = {"type": "formula", "criteria": f"={here}<>{before}", "format": start}
    sheet.conditional_format(YEAR_ROW - 1, first, last_row - 1, last, rule)


def _mark_status(sheet: Any, area: Area, good: Format, bad: Format) -> None:  # noqa: ANN401
    sheet.conditional_format(*area, {"type": "errors", "format": bad, "stop_if_true": True})
    for rule in (
        {"type": "cell", "criteria": "==", "value": '"ACTION"'},
        {"type": "text", "criteria": "containing", "value": "fail"},
    ):
        sheet.conditional_format(*area, {**rule, "format": bad, "stop_if_true": True})
    sheet.conditional_format(*area, {"type": "no_blanks", "format": good})


def _mark_words(package: StyledWorkbook, sheet: Any, area: Area) -> None:  # noqa: ANN401
    for word, state in STATUS_STATES.items():
        look = package.add_format(package.theme.states[state])
        sheet.conditional_format(*area, {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": look})


def _mark_finding(sheet: Any, finding: StateRule, good: Format, bad: Format) -> None:  # noqa: ANN401
    area, equal = _from_zero(finding.area), {"type": "cell", "criteria": "=="}
    if finding.is_start:
        starts = {"type": "text", "criteria": "begins with", "value": finding.bad, "format": bad}
        sheet.conditional_format(*area, starts)
        return
    sheet.conditional_format(*area, {**equal, "value": f'"{finding.good}"', "format": good, "stop_if_true": True})
    other = {**equal, "value": f'"{finding.bad}"'} if finding.bad else {"type": "no_blanks"}
    sheet.conditional_format(*area, {**other, "format": bad})


def _from_zero(area: Area) -> Area:
    """Count rows and columns from 0, as XlsxWriter does."""
    first_row, first_column, last_row, last_column = area
    return first_row - 1, first_column - 1, last_row - 1, last_column - 1
