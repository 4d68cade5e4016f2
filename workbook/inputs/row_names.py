"""What a row of an input sheet is called: by its key, or by all that tells it from others (plan floor)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from workbook.schema import Row, Sheet, show

NAMING = {
    "growth": ("segment", "month"),
    "features": ("feature", "segment"),
    "events": ("event", "segment"),
    "budget": ("fiscal_year", "category"),
}
"""Sheets whose rows are named by more than their key column."""


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


def unique_names(sheet: Sheet, rows: Iterable[Row]) -> tuple[str, ...]:
    """Return the names of rows, the second of one name as its second: `Launch, Shoppers (2)`."""
    seen: Counter[str] = Counter()
    names = []
    for row in rows:
        name = row_name(sheet, row)
        seen[name.casefold()] += 1
        turn = seen[name.casefold()]
        names.append(name if turn == 1 else f"{name} ({turn})")
    return tuple(names)
