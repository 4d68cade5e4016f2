"""A workbook's bytes into raw tables with the address of every cell (files floor; the only room that knows openpyxl).

A sheet with formulas is read twice, because openpyxl gives a cell as its formula or as its value.
"""

from __future__ import annotations

import gc
import io
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Protocol

from workbook.address import Area
from workbook.inputs.build import build_plan
from workbook.inputs.headers import count_matches, find_sheets
from workbook.inputs.plan import Plan
from workbook.inputs.raw import ROOM_BELOW, RawCell, RawTable, RawWorkbook
from workbook.inputs.sheets import SHEETS
from workbook.problems import Code, Problem, Refusal
from workbook.schema import Sheet

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")

Grid = dict[int, dict[int, RawCell]]


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


def read_plan(data: bytes, table_areas: Sequence[TablePlace] = ()) -> tuple[Plan | None, tuple[Problem, ...]]:
    """Read and check the inputs of a workbook: a plan, or None with at least one error among the problems.

    Raises Refusal for bytes that are no readable workbook.
    """
    return build_plan(read_tables(data, table_areas))


def read_tables(data: bytes, table_areas: Sequence[TablePlace] = ()) -> RawWorkbook:
    """Read the input sheets of a workbook. Raises Refusal for bytes that are no readable workbook."""
    with _bulk_load():
        try:
            values = _open(data)
            names = tuple(values.sheetnames)
            tables = {
                sheet_id: _table(SHEETS[sheet_id], title, _grid(values, title), table_areas)
                for sheet_id, title in find_sheets(names)[0].items()
            }
            is_1904 = values.epoch.year == 1904
        except Exception as error:  # openpyxl lets whatever it meets in a damaged file pass
            raise Refusal(_unreadable(error), exit_code=4) from error
    return RawWorkbook(tables, names, is_1904)


@contextmanager
def _bulk_load() -> Iterator[None]:
    """Pause the garbage collector: it would walk over every cell again and again. openpyxl's warnings are no news."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        if was_enabled:
            gc.enable()


def _open(data: bytes) -> Workbook:
    from openpyxl import load_workbook  # noqa: PLC0415 (a slow import that help and version do without)

    return load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)


def _unreadable(error: Exception) -> Problem:
    return Problem(
        Code.UNREADABLE_SHEET,
        "the workbook's sheets cannot be read",
        seen=f"{type(error).__name__}: {error}"[:200],
        expected="an .xlsx workbook as Excel saves it",
        remedy="open it in Excel (it may offer to repair it), save it under another name, and run on that file",
    )


def _grid(workbook: Workbook, title: str) -> Grid:
    """Read the cells of a sheet that are not empty, by row and column."""
    texts = _formula_texts(workbook, title)
    grid: Grid = {}
    for cell in _cells(workbook, title):
        formula = texts.get((cell.row, cell.column), "")
        if cell.value is not None or formula:
            grid.setdefault(cell.row, {})[cell.column] = _raw_cell(cell, formula)
    for (row, column), formula in texts.items():
        grid.setdefault(row, {}).setdefault(column, RawCell(formula=formula, has_result=False))
    return grid


def _cells(workbook: Workbook, title: str) -> Iterator[Any]:
    """Give the cells that a sheet's file holds, row by row; worksheets without rows give none."""
    sheet: Any = workbook[title]
    if not hasattr(sheet, "reset_dimensions"):
        return
    # the stored dimension is a hint that some programs write wrongly: rows beyond it would be lost
    sheet.reset_dimensions()
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type != "n" or cell.value is not None:
                yield cell


def _formula_texts(workbook: Any, title: str) -> dict[tuple[int, int], str]:  # noqa: ANN401 (see below)
    """Read a sheet's formulas, if it has any: openpyxl gives a cell as its formula or as its value."""
    sheet = workbook[title]
    part = getattr(sheet, "_worksheet_path", None)
    if part is None or not _FORMULA.search(workbook._archive.read(part)):
        return {}
    workbook._data_only = False  # opening the file a second time would read its styles and strings again
    try:
        return {
            (cell.row, cell.column): str(getattr(cell.value, "text", cell.value))
            for cell in _cells(workbook, title)
            if cell.data_type == "f"
        }
    finally:
        workbook._data_only = True


def _raw_cell(cell: Any, formula: str) -> RawCell:  # noqa: ANN401 (openpyxl's cells have no common type)
    value = cell.value
    is_number = isinstance(value, int | float)
    return RawCell(
        value=value,
        number_format=cell.number_format if is_number else "General",
        formula=formula,
        is_error=cell.data_type == "e",
        # an empty text that a formula gave is stored with type "str", a result that is missing with none
        has_result=value is not None or cell.data_type == "str",
    )


def _table(sheet: Sheet, title: str, grid: Grid, table_areas: Sequence[TablePlace]) -> RawTable:
    found = _choose(sheet, title, grid, table_areas)
    table = _plain_table(title, grid) if found is None else _excel_table(title, grid, found)
    last = max(table.first_row, table.last_row) + ROOM_BELOW
    return replace(table, filled=Counter(n for row in grid if table.first_row <= row <= last for n in grid[row]))


def _choose(sheet: Sheet, title: str, grid: Grid, table_areas: Sequence[TablePlace]) -> TablePlace | None:
    """Choose among the tables of a sheet: the one named as the sheet, else the one whose headers match best."""
    here = [table for table in table_areas if table.sheet == title and table.header_rows == 1]
    pattern = re.compile(re.escape(sheet.title) + r"_?\d*", re.IGNORECASE)
    named = sorted((table for table in here if pattern.fullmatch(table.name)), key=lambda table: len(table.name))
    if named:
        return named[0]
    scores = [count_matches(sheet, _headers(grid, table.area)) for table in here]
    best = max(scores, default=0)
    if best == 0 or best < count_matches(sheet, _headers(grid, None)):
        return None
    return here[scores.index(best)]


def _headers(grid: Grid, area: Area | None) -> dict[int, str]:
    """Give the header texts of a table by column number; without an area those of row 1."""
    row = grid.get(area.first_row if area else 1, {})
    inside = _clip(row, area) if area else row
    return {number: str(cell.value) for number, cell in inside.items() if not cell.looks_blank}


def _clip(row: Mapping[int, RawCell], area: Area) -> dict[int, RawCell]:
    return {number: cell for number, cell in row.items() if area.first_column <= number <= area.last_column}


def _excel_table(title: str, grid: Grid, table: TablePlace) -> RawTable:
    area = table.area
    first, last = area.first_row + 1, area.last_row - table.totals_rows
    under = takewhile(lambda row: _has_data(grid, row, area), range(area.last_row + 1, max(grid, default=0) + 1))
    rows = {row: _clip(grid[row], area) for row in sorted(grid) if first <= row <= last}
    return RawTable(
        title, _headers(grid, area), rows, area.first_row, first, last, name=table.name, rows_outside=tuple(under)
    )


def _has_data(grid: Grid, row: int, area: Area) -> bool:
    return any(not cell.looks_blank for cell in _clip(grid.get(row, {}), area).values())


def _plain_table(title: str, grid: Grid) -> RawTable:
    """Take a sheet without an Excel Table: headers in row 1, data to the last row that shows something under them."""
    headers = _headers(grid, None)
    area = Area(1, min(headers, default=1), 1, max(headers, default=1))
    rows = {row: _clip(grid[row], area) for row in sorted(grid) if row > 1}
    last = max((row for row in rows if _has_data(grid, row, area)), default=1)
    return RawTable(title, headers, {row: cells for row, cells in rows.items() if row <= last}, 1, 2, last)
