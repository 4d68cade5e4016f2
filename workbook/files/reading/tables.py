"""A sheet's cells into the raw table of an input sheet: where it stands, and what lies near and far (files floor)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Protocol

from msgspec.structs import replace

from workbook.address import Area, Cell
from workbook.files.reading.sheet_content import Grid, SheetContent
from workbook.inputs.parse.headers import count_matches
from workbook.inputs.raw import ROOM_BELOW, Marks, RawCell, RawTable
from workbook.schema import Sheet

_HEADERS_WITHIN = 30
_FAR_COLUMNS = 200
_MOST_STRAYS = 8


class TablePlace(Protocol):
    """Where an Excel Table stands: its sheet, its name, its range with headers and totals (`Package.tables()`)."""

    @property
    def sheet(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def area(self) -> Area: ...  # noqa: D102
    @property
    def header_rows(self) -> int: ...  # noqa: D102
    @property
    def totals_rows(self) -> int: ...  # noqa: D102


def find_table(sheet: Sheet, title: str, content: SheetContent, places: Sequence[TablePlace]) -> RawTable:
    """Find the table of an input sheet: an Excel Table, or else headers in row 1 and data from row 2."""
    grid = content.grid
    found = _choose(sheet, title, grid, places)
    table = _plain_table(sheet, title, grid) if found is None else _excel_table(title, grid, found)
    last = max(table.first_row, table.last_row) + ROOM_BELOW
    filled = Counter(n for row in grid if table.first_row <= row <= last for n in grid[row])
    return replace(table, filled=filled, marks=_marks(title, content, table, last))


def _choose(sheet: Sheet, title: str, grid: Grid, places: Sequence[TablePlace]) -> TablePlace | None:
    """Choose among the tables of a sheet: the one named as the sheet, else the one whose headers match best."""
    here = [table for table in places if table.sheet == title and table.header_rows == 1]
    named = sorted((table for table in here if _is_named(table, sheet.title)), key=lambda table: len(table.name))
    if named:
        return named[0]
    scores = [count_matches(sheet, _headers(grid, table.area)) for table in here]
    best = max(scores, default=0)
    if best == 0 or best < count_matches(sheet, _headers(grid, None)):
        return None
    return here[scores.index(best)]


def _is_named(table: TablePlace, title: str) -> bool:
    """Whether a table has the name of a sheet, in any case and perhaps with a number, such as Users_2 or users3."""
    return table.name.casefold().rstrip("0123456789").removesuffix("_") == title.casefold()


def _headers(grid: Grid, area: Area | None) -> dict[int, str]:
    """Return the header texts of a table by column number; without an area those of row 1."""
    row = grid.get(area.first_row if area else 1, {})
    return _texts(_clip(row, area) if area else row)


def _texts(cells: Mapping[int, RawCell]) -> dict[int, str]:
    return {
        number: cell.formula if cell.value is None else str(cell.value)
        for number, cell in cells.items()
        if not cell.looks_blank and not cell.fault
    }


def _clip(row: Mapping[int, RawCell], area: Area) -> dict[int, RawCell]:
    return {number: cell for number, cell in row.items() if area.first_column <= number <= area.last_column}


def _excel_table(title: str, grid: Grid, table: TablePlace) -> RawTable:
    area = table.area
    first, last = area.first_row + 1, area.last_row - table.totals_rows
    rows = {row: _clip(grid[row], area) for row in sorted(grid) if first <= row <= last}
    near = sorted(row for row in grid if area.last_row < row <= area.last_row + ROOM_BELOW)
    below = {row: _clip(grid[row], area) for row in near if _has_data(grid, row, area)}
    return RawTable(title, _headers(grid, area), rows, area.first_row, first, last, name=table.name, below=below)


def _has_data(grid: Grid, row: int, area: Area) -> bool:
    return any(not cell.looks_blank for cell in _clip(grid.get(row, {}), area).values())


def _plain_table(sheet: Sheet, title: str, grid: Grid) -> RawTable:
    """Take a sheet without an Excel Table: headers in row 1, data to the last row that shows something under them.

    A row that stands further below the others than a person scrolls is no row of the table.
    """
    headers = _headers(grid, None)
    area = Area(1, min(headers, default=1), 1, max(headers, default=1))
    used = [1, *(row for row in sorted(grid) if row > 1 and _has_data(grid, row, area))]
    last = next((row for row, following in pairwise(used) if following - row > ROOM_BELOW), used[-1])
    rows = {row: _clip(grid[row], area) for row in sorted(grid) if 1 < row <= last}
    return RawTable(title, headers, rows, 1, 2, last, likely_header_row=_likely_header_row(sheet, grid))


def _likely_header_row(sheet: Sheet, grid: Grid) -> int:
    """Return the row in which the headers stand where row 1 has none of them, 0 where nothing looks like it."""
    scores = {row: count_matches(sheet, _texts(grid[row])) for row in sorted(grid) if row <= _HEADERS_WITHIN}
    best = max(scores, key=lambda row: scores[row], default=1)
    return best if best != 1 and scores.get(1, 0) == 0 and scores[best] > 1 else 0


def _marks(title: str, content: SheetContent, table: RawTable, last: int) -> Marks:
    right = max(table.headers, default=1) + _FAR_COLUMNS
    far = [
        Cell(title, row, number)
        for row, cells in content.grid.items()
        if row > last or max(cells, default=0) > right
        for number, cell in cells.items()
        if (row > last or number > right) and not cell.looks_blank
    ]
    return Marks(
        merged=tuple(content.merged),
        hidden_rows=frozenset(content.hidden_rows),
        hidden_columns=frozenset(content.hidden_columns),
        is_filtered=content.is_filtered,
        empty_rows=content.empty_rows,
        faults=tuple(content.faults),
        strays=tuple(sorted(far)[:_MOST_STRAYS]),
        strays_count=len(far),
        stray_rows=frozenset(cell.row for cell in far),
    )
