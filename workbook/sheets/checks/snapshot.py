"""The inputs as they stood at the run, and the formulas that notice what has moved since (paper floor).

Live formulas name rows and keys as they stood: a row added below a table, a renamed item or another horizon is not in
them until the next run. The snapshot is the one place of plain values; comparing it with the inputs is live.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct, field
from msgspec.structs import replace

from workbook.address import Area, Cell, column_letters, quote_sheet
from workbook.inputs.plan import Plan, Table
from workbook.inputs.raw import ROOM_BELOW
from workbook.inputs.sheets.registry import SETTINGS_OF, SHEETS
from workbook.schema import Column, Row
from workbook.sheets.layout import LABEL, Caption, Plain, Style
from workbook.timeline import serial_of

UNWATCHED = ("source", "notes")


class Snapshot(Struct, frozen=True):
    """Cells for the Checks sheet, and by (what, sheet) the text that counts what has moved since the run."""

    plain: tuple[Plain, ...]
    words: tuple[Caption, ...]
    formulas: Mapping[tuple[str, str], str]


def take_snapshot(plan: Plan, first_row: int) -> Snapshot:
    """Copy every input cell that the plan was calculated from, one block a table, from `first_row` down."""
    draft = _Draft(plan, first_row)
    for sheet_id in SHEETS:
        if sheet_id in plan.setting_titles:
            draft.settings(sheet_id)
        elif sheet_id in plan.tables:
            draft.table(plan.tables[sheet_id])
    return Snapshot(tuple(draft.plain), tuple(draft.words), draft.formulas)


class _Draft(Struct):
    plan: Plan
    row: int
    plain: list[Plain] = field(default_factory=list)
    words: list[Caption] = field(default_factory=list)
    formulas: dict[tuple[str, str], str] = field(default_factory=dict)

    def settings(self, sheet_id: str) -> None:
        """Copy the settings in the order of their rows, and compare them in as few blocks as there may be."""
        title = self.plan.setting_titles[sheet_id]
        self.words.append(Caption(self.row, LABEL, title, Style("header")))
        every, structural = [], []
        for block in self.setting_blocks(SETTINGS_OF[sheet_id]):
            top = self.row + 1
            for column, cell in block:
                self.row += 1
                if column is None:
                    continue
                self.words.append(Caption(self.row, LABEL, column.header, Style("label")))
                self.copy(cell, self.row, LABEL + 1, column)
                if column.is_structural:
                    copy = Area(self.row, LABEL + 1, self.row, LABEL + 1)
                    structural.append(self.compared(_from_to(cell, cell), copy, cell.sheet))
            (column, first), last = block[0], block[-1][1]
            compared = self.nearly if self.is_calculated_setting(column, first) else self.compared
            every.append(compared(_from_to(first, last), Area(top, LABEL + 1, self.row, LABEL + 1), first.sheet))
        self.close(title, "0", structural, every)

    def setting_blocks(self, columns: Sequence[Column]) -> list[list[tuple[Column | None, Cell]]]:
        """Return the settings that are present in runs of rows; those that a formula calculates stand alone.

        Titles of groups, which have no value, belong to a run. A row of the person's own that has one ends it.
        """
        cells = self.plan.setting_cells
        present = [(column, cells[column.field]) for column in columns if column.field in cells]
        blocks: list[list[tuple[Column | None, Cell]]] = []
        for column, cell in sorted(present, key=lambda entry: entry[1].row):
            entry = (column, cell)
            before = blocks[-1][-1] if blocks else entry
            between = [replace(cell, row=row) for row in range(before[1].row + 1, cell.row)]
            is_alone = any(self.is_calculated_setting(*one) for one in (before, entry))
            if blocks and not is_alone and all(self.is_blank(one) for one in between):
                blocks[-1] += [*((None, one) for one in between), entry]
            else:
                blocks.append([entry])
        return blocks

    def is_blank(self, cell: Cell) -> bool:
        """Whether a cell was read and has nothing in it."""
        return cell in self.plan.cells and self.value(cell) is None and cell not in self.plan.formulas

    def is_calculated_setting(self, column: Column | None, cell: Cell) -> bool:
        """Whether a formula of the person's gives a setting its number."""
        return column is not None and column.is_numeric and cell in self.plan.formulas and self.value(cell) is not None

    def table(self, table: Table[Row]) -> None:
        """Copy a table with its blank rows, its known columns side by side, and the number of its rows."""
        columns = _watched(table)
        title = self.row
        self.words.append(Caption(title, LABEL, rows_title(table.title), Style("header")))
        count = table.filled.get(columns[0][1], 0)
        self.plain.append(Plain(title, LABEL + 1, float(count), Style("snapshot", "rows")))
        rows_then = a1_absolute(title, LABEL + 1)
        self.row += 1
        for place, (column, _) in enumerate(columns):
            self.words.append(Caption(self.row, LABEL + 1 + place, column.header, Style("header")))
        for row in _data_rows(table):
            self.row += 1
            for place, (column, number) in enumerate(columns):
                self.copy(Cell(table.title, row, number), self.row, LABEL + 1 + place, column)
        self.close(table.title, f"{_key_count(table, columns[0][1])}-{rows_then}", *self.moved(table, columns))

    def moved(self, table: Table[Row], columns: Sequence[tuple[Column, int]]) -> tuple[list[str], list[str]]:
        """Return the comparisons of the structural columns, and those of all; side by side columns in one."""
        height = len(_data_rows(table))
        if not height:
            return [], []
        top = self.row - height + 1
        keys, every = [], []
        for first, last in self.runs(table, columns):
            live = Area(table.first_row, columns[first][1], table.last_row, columns[last][1])
            copy = Area(top, LABEL + 1 + first, self.row, LABEL + 1 + last)
            compared = self.nearly if self.is_calculated(table, *columns[first]) else self.compared
            every.append(compared(live, copy, table.title))
        for place, (column, number) in enumerate(columns):
            if column.is_structural:
                live = Area(table.first_row, number, table.last_row, number)
                copy = Area(top, LABEL + 1 + place, self.row, LABEL + 1 + place)
                keys.append(self.compared(live, copy, table.title))
        return keys, every

    def runs(self, table: Table[Row], columns: Sequence[tuple[Column, int]]) -> Iterator[tuple[int, int]]:
        """Yield (first, last) places of columns that stand side by side; calculated ones stand alone."""
        first = 0
        alone = [self.is_calculated(table, *entry) for entry in columns]
        for place in range(1, len(columns) + 1):
            is_end = place == len(columns) or columns[place][1] != columns[place - 1][1] + 1
            if is_end or alone[place] or alone[place - 1]:
                yield first, place - 1
                first = place

    def is_calculated(self, table: Table[Row], column: Column, number: int) -> bool:
        """Whether formulas of the person's fill a column of numbers."""
        cells = [Cell(table.title, row, number) for row in _data_rows(table)]
        formulas = [cell for cell in cells if cell in self.plan.formulas]
        return column.is_numeric and bool(formulas) and all(self.value(cell) is not None for cell in formulas)

    def close(self, title: str, rows: str, keys: list[str], every: list[str]) -> None:
        self.formulas["rows", title] = rows
        self.formulas["keys", title] = "+".join(keys) or "0"
        self.formulas["values", title] = "+".join(every) or "0"
        self.row += 2

    @staticmethod
    def compared(live: Area, copy: Area, sheet: str) -> str:
        return f"SUMPRODUCT(({quote_sheet(sheet)}!{absolute(live)}<>{absolute(copy)})*1)"

    @staticmethod
    def nearly(live: Area, copy: Area, sheet: str) -> str:
        """Compare with a billionth's grace: another program may calculate a formula's last digit otherwise."""
        now, then = f"{quote_sheet(sheet)}!{absolute(live)}", absolute(copy)
        # Squares, because not every engine takes ABS over a range.
        billion = "1000*1000*1000*1000*1000*1000"
        return f"SUMPRODUCT((({now}-{then})*({now}-{then})*{billion}>{then}*{then})*1)"

    def value(self, cell: Cell) -> object:
        value = self.plan.cells.get(cell)
        return None if value == "" else value

    def copy(self, cell: Cell, row: int, column: int, definition: Column) -> None:
        match self.value(cell):
            case None:
                return
            case datetime() as moment:
                value: float | str = serial_of(moment.date(), self.plan.date_1904)
            case date() as day:
                value = serial_of(day, self.plan.date_1904)
            case bool() | int() | float() as number:
                value = float(number)
            case other:
                value = str(other)
        unit = "date" if definition.kind == "date" else "ratio" if definition.kind == "percent" else "input"
        if definition.field == "value" or isinstance(value, str):
            unit = "text"
        if cell in self.plan.dates:
            unit = "date"
        self.plain.append(Plain(row, column, value, Style("snapshot", unit)))


def rows_title(title: str) -> str:
    """Return what is written above the copy of an input sheet's table."""
    return f"{title}: rows at the run"


def _from_to(first: Cell, last: Cell) -> Area:
    return Area(first.row, first.column, last.row, last.column)


def a1_absolute(row: int, column: int) -> str:
    """Return the absolute A1 text of a position."""
    return f"${column_letters(column)}${row}"


def absolute(area: Area) -> str:
    """Return the absolute A1 text of an area."""
    first = a1_absolute(area.first_row, area.first_column)
    return f"{first}:{a1_absolute(area.last_row, area.last_column)}"


def _watched(table: Table[Row]) -> list[tuple[Column, int]]:
    """Return the columns that are present and computed with, from left to right; the naming column comes first."""
    known = [
        (column, table.column_numbers[column.field])
        for column in table.sheet.columns
        if column.field in table.column_numbers and column.field not in UNWATCHED
    ]
    return [known[0], *sorted(known[1:], key=lambda entry: entry[1])]


def _data_rows(table: Table[Row]) -> range:
    return range(table.first_row, table.last_row + 1)


def _key_count(table: Table[Row], column: int) -> str:
    """Count the names now, with room below for rows that were added."""
    letters = column_letters(column)
    last = max(table.last_row, table.first_row) + ROOM_BELOW
    return f"COUNTA({quote_sheet(table.title)}!${letters}${table.first_row}:${letters}${last})"
