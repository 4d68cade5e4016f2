"""Two plans into the list of inputs that differ, by name and not by position (post).

A row that has only moved has not changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from workbook.inputs.input_names import FoundRow, input_text, row_name, rows_by_name
from workbook.inputs.plan import Plan, identity
from workbook.inputs.sheets.registry import SETTINGS, SHEETS
from workbook.report.report import InputChange
from workbook.schema import Column, Sheet

UNWATCHED = ("source", "notes")


def changes(plan: Plan, before: Plan) -> tuple[InputChange, ...]:
    """Return inputs that differ, in the order of the sheets: settings first, then changed, added, removed rows."""
    return (*_settings(plan, before), *(change for sheet in SHEETS.values() for change in _table(sheet, plan, before)))


def _settings(plan: Plan, before: Plan) -> Iterator[InputChange]:
    for column in SETTINGS:
        old, new = before.setting(column.field), plan.setting(column.field)
        if identity(old) != identity(new):
            texts = input_text(column, old), input_text(column, new)
            yield InputChange(plan.setting_sheet(column.field), column.header, "", *texts)


def _table(sheet: Sheet, plan: Plan, before: Plan) -> Iterator[InputChange]:
    table = plan.tables.get(sheet.id) or before.tables.get(sheet.id)
    if table is None:
        return
    now, then = rows_by_name(sheet, plan), rows_by_name(sheet, before)
    for name, found in now.items():
        if name in then:
            yield from _row(sheet, table.title, found, then[name])
        else:
            yield InputChange(table.title, row_name(sheet, found.row), "", "", "row added")
    for name, found in then.items():
        if name not in now:
            yield InputChange(table.title, row_name(sheet, found.row), "", "row removed", "")


def _row(sheet: Sheet, title: str, now: FoundRow, then: FoundRow) -> Iterator[InputChange]:
    for column in sheet.columns:
        old, new = then.typed(column), now.typed(column)
        if column.field not in UNWATCHED and not _is_same(column, now, then):
            texts = input_text(column, old), input_text(column, new)
            yield InputChange(title, row_name(sheet, now.row), column.header, *texts)


def _is_same(column: Column, now: FoundRow, then: FoundRow) -> bool:
    """Whether two cells say the same; a date says a calendar month, wherever the plans start."""
    typed = now.typed(column), then.typed(column)
    if column.is_plan_month and any(isinstance(value, date) for value in typed):
        return now.calendar_month(column) == then.calendar_month(column)
    return identity(typed[0]) == identity(typed[1])
