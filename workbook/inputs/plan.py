"""A read and checked plan: typed rows, and the place of every value in the person's file (plan floor)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Generic, TypeVar

from msgspec import Struct, field

from workbook.address import Cell
from workbook.inputs.sheets.operations import OperationSettings
from workbook.inputs.sheets.registry import SHEET_OF_SETTING, SHEETS
from workbook.inputs.sheets.settings import Settings
from workbook.schema import Row, Sheet
from workbook.timeline import Timeline
from workbook.version import MODEL_VERSION

RowT_co = TypeVar("RowT_co", bound=Row, covariant=True)


class Table(Struct, Generic[RowT_co], frozen=True):
    """One input sheet's rows and where they stand.

    `title` is the sheet's real name in the file; `first_row` to `last_row` is the table's data range, blank rows
    included (an empty range has `last_row` = `first_row` − 1). `column_numbers` holds only columns that are present.
    `spelling` keeps the cell's own text, by row number and field, where an enumeration is written in another way
    than its canonical choice: formulas compare with that text.
    """

    sheet: Sheet
    title: str
    rows: tuple[RowT_co, ...]
    row_numbers: tuple[int, ...]
    column_numbers: Mapping[str, int]
    first_row: int
    last_row: int
    spelling: Mapping[tuple[int, str], str] = field(default_factory=dict)
    name: str = ""
    """Name of the Excel Table, blank where the sheet has none."""
    filled: Mapping[int, int] = field(default_factory=dict)
    """How many cells of each column are not empty, from the first data row to `ROOM_BELOW` rows under the table."""

    def cell(self, index: int, field_name: str) -> Cell | None:
        """Return the cell of a field in the row at `index` of `rows`; None if its column is absent."""
        column = self.column_numbers.get(field_name)
        return None if column is None else Cell(self.title, self.row_numbers[index], column)


class KeptTable(Struct, frozen=True):
    """One kept sheet's rows as they are: what no run writes anew, such as approved versions.

    Each row gives, by field, the value of every cell that is filled in; positions are those of `Table`.
    """

    sheet: Sheet
    title: str
    rows: tuple[Mapping[str, object], ...]
    row_numbers: tuple[int, ...]
    column_numbers: Mapping[str, int]
    first_row: int
    last_row: int
    name: str = ""


class Plan(Struct, frozen=True):
    """All inputs of one workbook, checked.

    `tables` holds the optional sheets only where they have a row. `setting_cells` gives the Value cell of each setting
    row that is present. `cells` gives the raw value of every input cell that was read (blank is None, dates are
    dates; Source and Notes are left out); `formats` the number format of those that hold numbers.
    """

    settings: Settings
    setting_cells: Mapping[str, Cell]
    tables: Mapping[str, Table[Row]]
    timeline: Timeline
    date_1904: bool = False
    cells: Mapping[Cell, object] = field(default_factory=dict)
    formats: Mapping[Cell, str] = field(default_factory=dict)
    formulas: Mapping[Cell, str] = field(default_factory=dict)
    """The formulas of the user's own that give input cells their values."""
    dates: Mapping[Cell, date] = field(default_factory=dict)
    """The cells of plan months that hold a date: their rows have the month number."""
    setting_spelling: Mapping[str, str] = field(default_factory=dict)
    """The cell's own text of a setting's enumeration that is written with other spaces, by field."""
    setting_titles: Mapping[str, str] = field(default_factory=dict)
    """Real names of the sheets of settings that are present, by their ids."""
    operations: OperationSettings = field(default_factory=OperationSettings)
    """The settings of sheet Operations: their defaults where it is absent."""
    setting_columns: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """The columns of the sheets of settings, by their ids: the number of each column that is present."""
    setting_sources: Mapping[str, str] = field(default_factory=dict)
    """What the Source column says of a setting, by field."""
    prefix: str = ""
    """What the names of the result sheets begin with."""
    kept: Mapping[str, KeptTable] = field(default_factory=dict)
    """The kept sheets that are present, by their ids: approved versions, and what was rolled."""

    def setting(self, name: str) -> object:
        """Return the value of a setting by its field, of whichever sheet."""
        return getattr(self.settings if SHEET_OF_SETTING[name] == "settings" else self.operations, name)

    def setting_place(self, name: str) -> Cell | str:
        """Return the Value cell of a setting, or the name of its sheet where it has no row."""
        return self.setting_cells.get(name, self.setting_sheet(name))

    def setting_sheet(self, name: str) -> str:
        """Return the name of the sheet of a setting, which may be absent."""
        sheet_id = SHEET_OF_SETTING[name]
        return self.setting_titles.get(sheet_id, SHEETS[sheet_id].title)

    @property
    def titles(self) -> tuple[str, ...]:
        """Return the real names of the input sheets, in the order of the registry."""
        return tuple(
            self.setting_titles.get(sheet_id) or self.tables[sheet_id].title
            for sheet_id in SHEETS
            if sheet_id in self.setting_titles or sheet_id in self.tables
        )

    def rows(self, sheet_id: str) -> tuple[Row, ...]:
        """Return the rows of a sheet, none if the sheet is absent."""
        table = self.tables.get(sheet_id)
        return () if table is None else table.rows

    @property
    def run_id(self) -> str:
        """Eight hex digits for these inputs and the model's version; a save in another program does not change them."""
        digest = hashlib.sha256(str(MODEL_VERSION).encode())
        for cell in sorted(self.cells, key=str):
            if (said := identity(self.cells[cell])) is not None:
                digest.update(f"\n{cell}\t{said}".encode())
        return digest.hexdigest()[:8]


def identity(value: object) -> str | None:
    """Return what a cell says at 12 significant digits, the same whichever program saved it; None for a blank one."""
    match value:
        case None | "":
            return None
        case bool():
            return str(value).upper()
        case int() | float():
            return f"{value:.12g}"
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case _:
            return repr(value)
