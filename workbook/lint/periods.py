"""The headers and labels of a sheet into kinds of periods: months, quarters, years and what is none (post).

A year between quarters adds them up, and a total of four quarters leaves the fifth out on purpose. Both are judged by
the kind of period that the header of a column, or the label of a row, says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from workbook.inputs.raw import RawCell

_HEADER_ROWS, _LABEL_COLUMNS = 40, 6
_LONGEST = 24
_KINDS = (
    ("quarter", re.compile(r"\bq[1-4]\b|\b[1-4]q\b|\bq[1-4](?=\d|fy)|\b[1-4]q(?=\d)|\bquart(?:er|al)", re.IGNORECASE)),
    ("half", re.compile(r"\bh[12](?!\w)|\b[12]h(?!\w)|\bh[12](?=\d{2})", re.IGNORECASE)),
    ("month", re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*", re.IGNORECASE)),
    ("year", re.compile(r"\b(?:fy|cy)\s*'?\d{2,4}|^\W*(?:19|20|21)\d\d[ae]?\W*$|\byear\b", re.IGNORECASE)),
)  # fmt: skip
_YEAR = re.compile(r"(?:19|20|21)?(\d\d)(?!\d)")
_YEARS = range(1950, 2200)

Period = tuple[str, str]
"""A kind and a year; both blank for what is no period."""


class HeaderPeriods:
    """What period each column and each row is, found when asked for."""

    def __init__(self, grid: Mapping[int, Mapping[int, RawCell]]) -> None:
        self._grid = grid
        self._rows = self._header_rows()
        self._columns = self._label_columns()

    def of_column(self, row: int, column: int) -> Period:
        """Return the period of a cell's column, from the nearest row of periods above it."""
        for header in self._rows:
            if header < row:
                return _period(self._grid[header].get(column))
        return "", ""

    def of_row(self, row: int, column: int) -> Period:
        """Return the period of a cell's row, from the nearest column of periods before it."""
        for label in self._columns:
            if label < column:
                return _period(self._grid.get(row, {}).get(label))
        return "", ""

    def _header_rows(self) -> list[int]:
        rows = sorted(self._grid)[:_HEADER_ROWS]
        return [row for row in reversed(rows) if sum(_period(cell)[0] != "" for cell in self._grid[row].values()) > 2]

    def _label_columns(self) -> list[int]:
        counts = dict.fromkeys(range(1, _LABEL_COLUMNS + 1), 0)
        for cells in self._grid.values():
            for column in counts:
                counts[column] += _period(cells.get(column))[0] != ""
        return [column for column, count in reversed(counts.items()) if count > 2]


def _period(cell: RawCell | None) -> Period:
    """Return the kind and the year of a period that a cell says."""
    value = None if cell is None else cell.value
    if isinstance(value, date):
        return "month", f"{value.year % 100:02}"
    if isinstance(value, int) and not isinstance(value, bool):
        return ("year", f"{value % 100:02}") if value in _YEARS and cell is not None and not cell.formula else ("", "")
    if not isinstance(value, str) or len(value) > _LONGEST:
        return "", ""
    kind = next((name for name, pattern in _KINDS if pattern.search(value)), "")
    years = _YEAR.findall(value) if kind else []
    return kind, years[-1] if years else ""
