"""A result sheet by what its rows and columns stand for (files floor)."""

from __future__ import annotations

from datetime import date

from msgspec import Struct, field

from workbook.address import Area
from workbook.files.grafting.result_cells import ResultCells
from workbook.renames import column_today, sheet_today
from workbook.sheets.layout import FIRST_PERIOD, HEADER_ROW, LABEL, STATUS_ROW
from workbook.sheets.summary.tiles import LAST_ROW

Key = tuple[object, ...]
"""What a row, a column or a group of rows stands for: its kind, then what tells it from others of its kind."""
UNKNOWN_MONTH: Key = ("month", -1)
"""Stands for a column whose month nobody can read: it is found nowhere."""


class SheetLines(Struct):
    """One result sheet: the key of each row, of each column, and of the group of rows that a row belongs to."""

    cells: ResultCells
    first: int = LABEL
    """Its first column: that of the labels of its tables."""
    right: SheetLines | None = None
    """The tables to the right of an empty column, which know nothing of those to its left."""
    rows: dict[int, Key] = field(default_factory=dict)
    groups: dict[int, Key] = field(default_factory=dict)
    extents: dict[Key, tuple[int, int]] = field(default_factory=dict)
    headers: dict[int, int] = field(default_factory=dict)
    """Of each row of a table, the row of its headings."""
    months: dict[int, int] = field(default_factory=dict)
    """The calendar month of each column, counted as year × 12 + month - 1."""
    periods: dict[int, str] = field(default_factory=dict)
    """The fiscal year or quarter of each column."""

    @property
    def name(self) -> str:
        """The sheet's name."""
        return self.cells.name

    @property
    def places(self) -> tuple[object, ...]:
        """What stands where on the sheet."""
        return self.rows, self.months, self.right and (self.right.first, self.right.rows)

    @property
    def today(self) -> str:
        """What the sheet is called today."""
        return sheet_today(self.name)

    def half(self, row: int, column: int) -> SheetLines:
        """Return the part of the sheet in which a cell is."""
        is_right = self.right is not None and row > LAST_ROW and column >= self.right.first
        return self.right if self.right and is_right else self

    def is_filled(self, row: int, column: int) -> bool:
        """Whether a cell holds anything."""
        if self.cells.has_months and row > HEADER_ROW and column in self.months:
            column = self.cells.first_month
        return bool(self.cells.filled.get(row, 0) >> column & 1)

    def text(self, row: int, column: int) -> str:
        """Return what a cell says."""
        return self.cells.texts.get(row, {}).get(column, "")

    def is_typed(self, row: int, column: int) -> bool:
        """Whether a cell holds a text and no formula."""
        return bool(self.cells.typed.get(row, 0) >> column & 1)


def gains_periods(sheet: SheetLines, area: Area, target: SheetLines) -> bool:
    """Whether columns of fiscal periods, which an earlier version did not have, would come into a range."""
    has_them = bool(sheet.periods) or not target.periods
    return not has_them and sheet.cells.has_months and area.first_column < FIRST_PERIOD <= area.last_column


def column_key(sheet: SheetLines, row: int, column: int) -> Key:
    """Return what a column stands for in a row."""
    if sheet.cells.has_months:
        if column in sheet.months:
            return ("month", sheet.months[column])
        if column in sheet.periods:
            return ("period", sheet.periods[column])
        if not sheet.is_filled(HEADER_ROW, column):
            return ("column", column)
        heading = sheet.text(HEADER_ROW, column)
        return ("heading", column_today(heading), 0, 0) if heading else UNKNOWN_MONTH
    header = sheet.headers.get(row)
    if header is None:
        if sheet.rows.get(row, ("",))[0] == "head" and row > STATUS_ROW and sheet.is_typed(row, column):
            return ("typed", sheet.text(row, column))
        return ("column", column)
    above = [at for at in sheet.cells.texts[header] if at <= column and sheet.text(header, at)]
    if not above:
        return ("column", column)
    nearest = max(above)
    text = sheet.text(header, nearest)
    return ("heading", text, sum(sheet.text(header, at) == text for at in above), column - nearest)


def column_of(sheet: SheetLines, row: int, key: Key) -> int | None:
    """Return the column that stands for a key in a row; None where none does."""
    if key[0] == "column":
        column = key[1]
        return column if isinstance(column, int) and column_key(sheet, row, column) == key else None
    if key[0] == "month":
        return next((column for column, month in sheet.months.items() if month == key[1]), None)
    if key[0] == "period":
        return next((column for column, period in sheet.periods.items() if period == key[1]), None)
    where = HEADER_ROW if sheet.cells.has_months else sheet.headers.get(row, row)
    offset = key[3] if key[0] == "heading" and isinstance(key[3], int) else 0
    columns = (column + offset for column in sheet.cells.texts.get(where, {}))
    return next((column for column in columns if column_key(sheet, row, column) == key), None)


def row_words(key: Key, sheet: SheetLines, row: int) -> str:
    """Return what a key stands for, as a user knows it."""
    if key[0] == "line":
        return " · ".join(str(part) for part in (key[1], *(key[2:3] if len(key) > 2 else ())) if part)
    texts = sheet.cells.texts.get(row, {})
    return next((text for _, text in sorted(texts.items()) if text), f"row {row} of {sheet.name}")


def column_words(key: Key) -> str:
    """Return the heading or month that a key stands for, as a user knows it."""
    if key[0] != "month" or not isinstance(key[1], int):
        return str(key[1])
    return f"{date(key[1] // 12, key[1] % 12 + 1, 1):%b %Y}" if key[1] >= 0 else "a month that the file does not name"
