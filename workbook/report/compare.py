"""Two plans into the list of inputs that differ, by name and not by position (post).

A row that has only moved has not changed; a row is found again by what names it, and by its turn among rows
of one name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from workbook.inputs.plan import Plan, Table, identity
from workbook.inputs.sheets.registry import SETTINGS, SHEETS
from workbook.report.report import InputChange
from workbook.report.wording import input_text
from workbook.schema import Row, Sheet, show

UNWATCHED = ("source", "notes")
NAMING = {"growth": ("segment", "month"), "features": ("feature", "segment"), "events": ("event", "segment")}
"""Sheets whose rows are named by more than their key column."""
_KEYS = dict[tuple[str, ...], Row]


def changes(plan: Plan, before: Plan) -> tuple[InputChange, ...]:
    """Return inputs that differ, in the order of the sheets: settings first, then changed, added, removed rows."""
    return (*_settings(plan, before), *(change for sheet in SHEETS.values() for change in _table(sheet, plan, before)))


def row_name(sheet: Sheet, row: Row) -> str:
    """Return the name of a row as a user would say it: `Shoppers, month 6`."""
    texts = []
    for name in naming(sheet):
        column, value = sheet.column(name), getattr(row, name)
        texts.append(f"month {value}" if name == "month" and column.kind == "integer" else show(value, column.kind))
    return ", ".join(text for text in texts if text)


def naming(sheet: Sheet) -> tuple[str, ...]:
    """Return the fields that name a row of a sheet."""
    return NAMING.get(sheet.id) or (sheet.key or sheet.columns[0].field,)


def _settings(plan: Plan, before: Plan) -> Iterator[InputChange]:
    for column in SETTINGS:
        old, new = getattr(before.settings, column.field), getattr(plan.settings, column.field)
        if identity(old) != identity(new):
            texts = input_text(column, old), input_text(column, new)
            yield InputChange(plan.setting_title, column.header, "", *texts)


def _table(sheet: Sheet, plan: Plan, before: Plan) -> Iterator[InputChange]:
    table = plan.tables.get(sheet.id) or before.tables.get(sheet.id)
    if table is None:
        return
    now, then = _by_name(sheet, plan.tables.get(sheet.id)), _by_name(sheet, before.tables.get(sheet.id))
    for name, row in now.items():
        if name in then:
            yield from _row(sheet, table.title, row, then[name])
        else:
            yield InputChange(table.title, row_name(sheet, row), "", "", "row added")
    for name, row in then.items():
        if name not in now:
            yield InputChange(table.title, row_name(sheet, row), "", "row removed", "")


def _row(sheet: Sheet, title: str, now: Row, then: Row) -> Iterator[InputChange]:
    for column in sheet.columns:
        old, new = getattr(then, column.field), getattr(now, column.field)
        if identity(old) != identity(new) and column.field not in UNWATCHED:
            texts = input_text(column, old), input_text(column, new)
            yield InputChange(title, row_name(sheet, now), column.header, *texts)


def _by_name(sheet: Sheet, table: Table[Row] | None) -> _KEYS:
    """Return the rows by their names in folded case, the second of one name as its second."""
    rows: _KEYS = {}
    seen: Counter[str] = Counter()
    for row in table.rows if table else ():
        name = row_name(sheet, row).casefold()
        seen[name] += 1
        rows[name, str(seen[name])] = row
    return rows
