"""Cells as they were read, before their meaning is known: what the reader hands to the inputs (plan floor)."""

from __future__ import annotations

from collections.abc import Mapping, Set

from msgspec import Struct, field

from workbook.address import Area, Cell

ROOM_BELOW = 1000
"""Rows under a table in which a row that is added without a run will be noticed."""


class RawCell(Struct, frozen=True):
    """One cell that is not empty. `value` of a formula is its stored result; `has_result` is False without one.

    `fault` says in words what makes the stored cell unusable, `cause` where an error value comes from, if that is
    known. `is_off_calendar` marks a number in a date format that stands for no day of Excel's calendar.
    """

    value: object = None
    number_format: str = "General"
    formula: str = ""
    is_error: bool = False
    has_result: bool = True
    fault: str = ""
    cause: Cell | None = None
    is_off_calendar: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether Excel would find the cell equal to an empty text."""
        return self.value in (None, "") and self.has_result and not self.fault

    @property
    def looks_blank(self) -> bool:
        """Whether a person sees nothing in the cell: spaces count as nothing."""
        return self.is_blank or (isinstance(self.value, str) and not self.value.strip())


NOTHING = RawCell()


class Marks(Struct, frozen=True):
    """What a sheet holds beside its table's cells.

    `strays` are the first filled cells far from the table, `strays_count` how many there are, `stray_rows` where.
    `faults` says what the file stores without an address that could be read; `empty_rows` counts rows that hold a
    format and nothing else.
    """

    merged: tuple[Area, ...] = ()
    hidden_rows: Set[int] = frozenset()
    hidden_columns: Set[int] = frozenset()
    is_filtered: bool = False
    empty_rows: int = 0
    faults: tuple[str, ...] = ()
    strays: tuple[Cell, ...] = ()
    strays_count: int = 0
    stray_rows: Set[int] = frozenset()


class RawTable(Struct, frozen=True):
    """One sheet's table: headers by column number, and each row's cells that are not empty by column number."""

    title: str
    headers: Mapping[int, str]
    rows: Mapping[int, Mapping[int, RawCell]]
    header_row: int
    first_row: int
    last_row: int
    name: str = ""
    filled: Mapping[int, int] = field(default_factory=dict)
    """How many cells of each column are not empty, from the first data row to `ROOM_BELOW` rows under the table."""
    below: Mapping[int, Mapping[int, RawCell]] = field(default_factory=dict)
    """The rows near under an Excel Table that show something in its columns."""
    likely_header_row: int = 0
    """The row in which the headers seem to stand where it is not the header row, else 0."""
    marks: Marks = Marks()


class RawWorkbook(Struct, frozen=True):
    """What was read of a workbook: raw tables by sheet id, and the names of all its sheets.

    `hidden` gives the state of each input sheet that is not visible, `is_manual` tells that Excel recalculates only
    when it is asked to.
    """

    tables: Mapping[str, RawTable]
    sheet_names: tuple[str, ...] = ()
    date_1904: bool = False
    hidden: Mapping[str, str] = field(default_factory=dict)
    is_manual: bool = False
    program: str = ""
    """The program that saved the file last, as it names itself."""
    prefix: str = ""
    """What the names of the tool's sheets begin with."""
    kept: Mapping[str, RawTable] = field(default_factory=dict)
    """The sheets that have the names of kept ones, by their ids."""
