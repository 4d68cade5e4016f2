"""Two plans into the list of inputs that differ, by name and not by position (post).

A row that has only moved has not changed; a row is found again by what names it, and by its turn among rows
of one name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from workbook.inputs.plan import Plan, Table, identity
from workbook.inputs.row_names import row_name
from workbook.inputs.sheets.registry import SETTINGS, SHEETS
from workbook.report.report import InputChange
from workbook.report.wording import input_text
from workbook.schema import Column, Row, Sheet

UNWATCHED = ("source", "notes")


@dataclass(frozen=True, slots=True)
class _Found:
    """One row of one of the two plans."""

    plan: Plan
    table: Table[Row]
    index: int

    @property
    def row(self) -> Row:
        return self.table.rows[self.index]

    def typed(self, column: Column) -> object:
        """Return what the cell of a column holds: of a plan month given as a date, the date."""
        cell = self.table.cell(self.index, column.field)
        value: object = getattr(self.row, column.field)
        return self.plan.dates.get(cell, value) if cell else value

    def calendar_month(self, column: Column) -> date:
        """Return the first day of a plan month, however it is given."""
        return self.plan.timeline.date_of(int(getattr(self.row, column.field)))


_KEYS = dict[tuple[str, ...], _Found]


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
    now, then = _by_name(sheet, plan), _by_name(sheet, before)
    for name, found in now.items():
        if name in then:
            yield from _row(sheet, table.title, found, then[name])
        else:
            yield InputChange(table.title, row_name(sheet, found.row), "", "", "row added")
    for name, found in then.items():
        if name not in now:
            yield InputChange(table.title, row_name(sheet, found.row), "", "row removed", "")


def _row(sheet: Sheet, title: str, now: _Found, then: _Found) -> Iterator[InputChange]:
    for column in sheet.columns:
        old, new = then.typed(column), now.typed(column)
        if column.field not in UNWATCHED and not _is_same(column, now, then):
            texts = input_text(column, old), input_text(column, new)
            yield InputChange(title, row_name(sheet, now.row), column.header, *texts)


def _is_same(column: Column, now: _Found, then: _Found) -> bool:
    """Whether two cells say the same; a date says a calendar month, wherever the plans start."""
    typed = now.typed(column), then.typed(column)
    if column.is_plan_month and any(isinstance(value, date) for value in typed):
        return now.calendar_month(column) == then.calendar_month(column)
    return identity(typed[0]) == identity(typed[1])


def _by_name(sheet: Sheet, plan: Plan) -> _KEYS:
    """Return the rows by their names in folded case, the second of one name as its second."""
    rows: _KEYS = {}
    seen: Counter[str] = Counter()
    table = plan.tables.get(sheet.id)
    if table is None:
        return rows
    for index, row in enumerate(table.rows):
        name = row_name(sheet, row).casefold()
        seen[name] += 1
        rows[name, str(seen[name])] = _Found(plan, table, index)
    return rows
