"""The sheet, row and column that a row of Ranges names into the input that it means (plan floor).

Names are compared without case, width and repeated or outer spaces, so that what is drawn does not depend on typing.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from workbook.inputs.input_names import row_name
from workbook.inputs.plan import Table
from workbook.inputs.sheets.registry import SETTINGS_OF, SHEETS
from workbook.inputs.sheets.uncertainty import TAKE_RANGES, RangeRow
from workbook.naming import fold
from workbook.schema import Column, Row, Sheet

Tables = Mapping[str, Table[Row]]
SEPARATOR = " · "


class NamedInput(Struct, frozen=True):
    """One input: its sheet, the place of its row among the sheet's rows (0 for a setting), its column and its names."""

    sheet: Sheet
    index: int
    column: Column
    row_name: str

    @property
    def is_setting(self) -> bool:
        """Whether the input is a setting, which has a row and no column of its own."""
        return self.sheet.id in SETTINGS_OF

    @property
    def key(self) -> str:
        """Return what its draw is seeded with: `Users · Shoppers · Current users`, `Settings · Safety factor`."""
        parts = (self.sheet.title, self.row_name, "" if self.is_setting else self.column.header)
        return SEPARATOR.join(part for part in parts if part)

    @property
    def name(self) -> str:
        """Return what people read: `Current users of Shoppers`, `Safety factor`."""
        return self.column.header if self.is_setting else f"{self.column.header} of {self.row_name}"

    @property
    def place(self) -> tuple[str, int, str]:
        """Return its sheet, row and field, by which inputs are compared."""
        return self.sheet.id, self.index, self.column.field


class Unnamed(Struct, frozen=True):
    """What a row of Ranges names in vain: the field that names nothing, and what it could name; nothing may be named.

    `sheet` is known unless it is the sheet that names nothing. `is_ambiguous` where several rows have the name.
    """

    field: str
    text: str
    known: tuple[str, ...]
    sheet: Sheet | None = None
    is_ambiguous: bool = False


def named_input(tables: Tables, titles: Mapping[str, str], entry: RangeRow) -> NamedInput | Unnamed:
    """Return the input that a row of Ranges names. `titles` gives the real names of the sheets, by their ids."""
    names = {sheet.id: (sheet.title, titles.get(sheet.id, sheet.title)) for sheet in SHEETS.values()}
    sheet_id = next((key for key, texts in names.items() if fold(entry.sheet) in map(fold, texts)), None)
    if sheet_id is None:
        return Unnamed("sheet", entry.sheet, tuple(SHEETS[key].title for key in TAKE_RANGES))
    if sheet_id in SETTINGS_OF:
        return _setting(SHEETS[sheet_id], entry)
    return _cell(SHEETS[sheet_id], tables.get(sheet_id), entry)


def _setting(sheet: Sheet, entry: RangeRow) -> NamedInput | Unnamed:
    columns = SETTINGS_OF[sheet.id]
    found = next((column for column in columns if fold(column.header) == fold(entry.row)), None)
    if found is None:
        return Unnamed("row", entry.row, _offered(sheet, columns), sheet)
    if entry.column and fold(entry.column) != fold(sheet.column("value").header):
        return Unnamed("column", entry.column, (), sheet)
    return NamedInput(sheet, 0, found, found.header)


def _cell(sheet: Sheet, table: Table[Row] | None, entry: RangeRow) -> NamedInput | Unnamed:
    names = [row_name(sheet, row) for row in table.rows] if table else []
    found = [index for index, name in enumerate(names) if fold(name) == fold(entry.row)]
    if len(found) != 1:
        return Unnamed("row", entry.row, tuple(dict.fromkeys(names)), sheet, is_ambiguous=bool(found))
    wanted = fold(entry.column)
    column = next((column for column in sheet.columns if wanted in (fold(column.header), fold(column.title))), None)
    if column is None:
        return Unnamed("column", entry.column, _offered(sheet, sheet.as_written().columns), sheet)
    return NamedInput(sheet, found[0], column, names[found[0]])


def _offered(sheet: Sheet, columns: tuple[Column, ...]) -> tuple[str, ...]:
    """Return the columns that take ranges, or all of a sheet that has none of them."""
    taking = tuple(column.header for column in columns if column.field in TAKE_RANGES.get(sheet.id, ()))
    return taking or tuple(column.header for column in columns)
