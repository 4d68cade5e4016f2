"""Cells as they were read, before their meaning is known: what the reader hands to the inputs (plan floor)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ROOM_BELOW = 1000
"""Rows under a table in which a row that is added without a run will be noticed."""


@dataclass(frozen=True, slots=True)
class RawCell:
    """One cell that is not empty. `value` of a formula is its stored result; `has_result` is False without one."""

    value: object = None
    number_format: str = "General"
    formula: str = ""
    is_error: bool = False
    has_result: bool = True

    @property
    def is_blank(self) -> bool:
        """Tell whether Excel would find the cell equal to an empty text."""
        return self.value in (None, "") and self.has_result

    @property
    def looks_blank(self) -> bool:
        """Tell whether a person sees nothing in the cell: spaces count as nothing."""
        return self.is_blank or (isinstance(self.value, str) and not self.value.strip())


NOTHING = RawCell()


@dataclass(frozen=True, slots=True)
class RawTable:
    """One sheet's table: headers by column number, and each row's cells that are not empty by column number."""

    title: str
    headers: Mapping[int, str]
    rows: Mapping[int, Mapping[int, RawCell]]
    header_row: int
    first_row: int
    last_row: int
    name: str = ""
    rows_outside: tuple[int, ...] = ()
    filled: Mapping[int, int] = field(default_factory=dict)
    """How many cells of each column are not empty, from the first data row to `ROOM_BELOW` rows under the table."""


@dataclass(frozen=True, slots=True)
class RawWorkbook:
    """What was read of a workbook: raw tables by sheet id, and the names of all its sheets."""

    tables: Mapping[str, RawTable]
    sheet_names: tuple[str, ...] = ()
    date_1904: bool = False
