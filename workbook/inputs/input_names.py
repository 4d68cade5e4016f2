"""Input rows and cells into the names and texts by which a user knows them (plan floor).

A row is found again by what names it, and by its turn among rows of one name: one that has only moved is the same row.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

from msgspec import Struct

from workbook.figures import NONE, digits
from workbook.inputs.plan import Plan, Table
from workbook.schema import Column, Row, Sheet, show

NAMING = {
    "growth": ("segment", "month"),
    "features": ("feature", "segment"),
    "events": ("event", "segment"),
    "budget": ("fiscal_year", "category"),
    "ranges": ("sheet", "row", "column"),
}
"""Sheets whose rows are named by more than their key column."""

RowKey = tuple[str, int]
"""The name of a row in folded case, and its turn among the rows of that name."""


class FoundRow(Struct, frozen=True):
    """One row of a plan, and where it is."""

    plan: Plan
    table: Table[Row]
    index: int

    @property
    def row(self) -> Row:
        """Return the row itself."""
        return self.table.rows[self.index]

    def typed(self, column: Column) -> object:
        """Return what the cell of a column holds: of a plan month given as a date, the date."""
        cell = self.table.cell(self.index, column.field)
        value: object = getattr(self.row, column.field)
        return self.plan.dates.get(cell, value) if cell else value

    def calendar_month(self, column: Column) -> date:
        """Return the first day of a plan month, however it is given."""
        return self.plan.timeline.date_of(int(getattr(self.row, column.field)))


def rows_by_name(sheet: Sheet, plan: Plan) -> dict[RowKey, FoundRow]:
    """Return the rows of a sheet by their names, the second of one name as its second."""
    rows: dict[RowKey, FoundRow] = {}
    seen: Counter[str] = Counter()
    table = plan.tables.get(sheet.id)
    if table is None:
        return rows
    for index, row in enumerate(table.rows):
        name = row_name(sheet, row).casefold()
        seen[name] += 1
        rows[name, seen[name]] = FoundRow(plan, table, index)
    return rows


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


def input_text(column: Column, value: object, currency: str = "") -> str:
    """Return an input's value with its unit, as a user would type it."""
    if value in (None, ""):
        return NONE
    is_said = column.unit in ("", "%", "month", *re.findall(r"\w+", column.header.casefold()))
    unit = "" if is_said else f" {column.unit}"
    money = f"{currency} " if column.kind == "money" and currency else ""
    if isinstance(value, int | float) and not isinstance(value, bool) and column.kind != "percent":
        return f"{money}{digits(value, is_grouped=True)}{unit}"
    return column.show(value) + (unit if column.is_numeric else "")
