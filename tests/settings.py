"""Where a setting stands in a workbook: found by its name, so that no test depends on its row."""

from __future__ import annotations

import io
from functools import lru_cache

import openpyxl


def setting_cell(data: bytes, name: str, sheet: str = "Settings") -> str:
    """Return the address of a setting's value, such as B12. Raises KeyError for a name that is not there."""
    return f"B{_rows(data, sheet)[name]}"


def setting_row(data: bytes, name: str, sheet: str = "Settings") -> int:
    """Return the row of a setting. Raises KeyError for a name that is not there."""
    return _rows(data, sheet)[name]


@lru_cache(maxsize=64)
def _rows(data: bytes, sheet: str) -> dict[str, int]:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    return {str(row[0].value): row[0].row for row in book[sheet].iter_rows(max_col=1) if row[0].value is not None}
