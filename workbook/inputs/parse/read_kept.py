"""A kept sheet's raw table into its rows, as they are (plan floor).

Nothing in it stands in the way of planning: a cell that cannot be read is as if it were blank.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from workbook.inputs.plan import KeptTable
from workbook.inputs.raw import RawCell, RawTable
from workbook.inputs.sheets.kept import MONTH_COLUMNS
from workbook.naming import fold
from workbook.schema import Sheet


def read_kept(sheet: Sheet, raw: RawTable) -> KeptTable | None:
    """Return the rows of a kept sheet; None for a sheet of the user's own that only has its name."""
    by_header = {fold(text): number for number, text in sorted(raw.headers.items(), reverse=True)}
    found = {column.field: by_header[fold(column.title)] for column in sheet.columns if fold(column.title) in by_header}
    if not _is_written(sheet, found):
        return None
    rows = {number: _values(cells, found) for number, cells in sorted(raw.rows.items())}
    used = {number: row for number, row in rows.items() if row}
    return KeptTable(
        sheet=sheet,
        title=raw.title,
        rows=tuple(used.values()),
        row_numbers=tuple(used),
        column_numbers=found,
        first_row=raw.first_row,
        last_row=raw.last_row,
        name=raw.name,
    )


def _is_written(sheet: Sheet, found: Mapping[str, int]) -> bool:
    """Whether a sheet has the columns that it was written with; months are as many as the plan had."""
    return all(column.field in found for column in sheet.columns if column.field not in MONTH_COLUMNS)


def _values(cells: Mapping[int, RawCell], found: Mapping[str, int]) -> dict[str, object]:
    read = {field: _value(cells[number]) for field, number in found.items() if number in cells}
    return {field: value for field, value in read.items() if value not in (None, "")}


def _value(cell: RawCell) -> object:
    if cell.is_error or cell.fault or not cell.has_result:
        return None
    return cell.value.date() if isinstance(cell.value, datetime) else cell.value
