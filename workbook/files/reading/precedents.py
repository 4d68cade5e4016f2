"""Where an error value comes from: the cell that a formula names and that is itself in error (files floor)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from msgspec.structs import replace

from workbook.address import Area, Cell
from workbook.files.reading.formula_tokens import references
from workbook.files.reading.sheet_content import Grid, SheetContent
from workbook.inputs.raw import RawCell, RawTable

_MOST_ERRORS = 50
_MOST_CELLS = 10_000


def with_causes(table: RawTable, grid: Grid, other: Callable[[str], SheetContent]) -> RawTable:
    """Name in each error value of a table the first cell of its formula that is in error too; `other` reads a sheet."""
    places = [
        (row, number, cell)
        for row, cells in table.rows.items()
        for number, cell in cells.items()
        if cell.is_error and cell.formula
    ]
    if not places:
        return table
    grid_of = cache(lambda name: grid if name.casefold() == table.title.casefold() else other(name).grid)
    rows = dict(table.rows)
    for row, number, cell in places[:_MOST_ERRORS]:
        here = Cell(table.title, row, number)
        cause = next((at for at in _cells_in_error(cell, table.title, grid_of) if at != here), None)
        rows[row] = {**rows[row], number: replace(cell, cause=cause)}
    return replace(table, rows=rows)


def _cells_in_error(cell: RawCell, title: str, grid_of: Callable[[str], Grid]) -> Iterator[Cell]:
    for reference in references(cell.formula):
        if not reference.is_foreign:
            for sheet in reference.sheets[:1] or (title,):
                yield from (Cell(sheet, row, number) for row, number in _errors_in(grid_of(sheet), reference.area))


def _errors_in(grid: Grid, area: Area) -> Iterator[tuple[int, int]]:
    rows = range(area.first_row, min(area.last_row, area.first_row + _MOST_CELLS) + 1)
    for row in rows if len(rows) < len(grid) else (row for row in grid if row in rows):
        for number, cell in grid.get(row, {}).items():
            if area.first_column <= number <= area.last_column and cell.is_error:
                yield row, number
