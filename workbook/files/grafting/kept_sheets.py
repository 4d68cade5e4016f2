"""Rows onto the kept sheets of a workbook; a sheet that is not there yet comes with its first rows (files floor)."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import BinaryIO

from msgspec import Struct
from msgspec.structs import replace

from workbook.files.grafting.cell_edits import Edits, add_columns, append_rows, edit_cells
from workbook.files.grafting.changes import Receipt
from workbook.files.grafting.graft import graft
from workbook.files.package.package import Package
from workbook.files.writing.input_writer import InputJob, write_inputs
from workbook.inputs.plan import KeptTable
from workbook.inputs.sheets.kept import KEPT_SHEETS, MONTH_COLUMNS
from workbook.inputs.template import TemplateSheet
from workbook.schema import Sheet
from workbook.sheets.theme.look import Theme

Rows = Sequence[Mapping[str, object]]
"""Rows of a kept sheet: values by field."""


class Additions(Struct, frozen=True):
    """What comes onto the kept sheets of a workbook, and `edits` of cells besides; `kept` are the sheets it has."""

    kept: Mapping[str, KeptTable]
    rows: Mapping[str, Rows]
    edits: Edits = Edits()


def add_kept_rows(host: Package, additions: Additions, theme: Theme, out: BinaryIO) -> Receipt:
    """Write the host to `out` with new rows on its kept sheets, and say what became of each part.

    Raises Refusal as grafting and editing do.
    """
    missing = {sheet_id: rows for sheet_id, rows in additions.rows.items() if rows and sheet_id not in additions.kept}
    edits = additions.edits
    for sheet_id, table in additions.kept.items():
        if rows := additions.rows.get(sheet_id):
            edits += _appended(host, table, rows)
    if not missing:
        return edit_cells(host, out, edits)
    made = io.BytesIO()
    edited = edit_cells(host, made, edits)
    book = Package(made, host.name)
    parts = [_part(KEPT_SHEETS[sheet_id], rows) for sheet_id, rows in missing.items()]
    job = InputJob(parts, theme, None, host.default_font, host.date_1904, prefix=host.prefix)
    added = graft(book, write_inputs(job), out, mark=False)
    return replace(added, kept=tuple(part for part in added.kept if part in edited.kept))


def _appended(host: Package, table: KeptTable, rows: Rows) -> Edits:
    """Return the edits that append rows, and before them the columns of months that the table does not have yet."""
    fields = {name for row in rows for name in row}
    new = [column for column in table.sheet.columns if column.field in fields - table.column_numbers.keys()]
    if not new:
        return append_rows(host, table, rows)
    edits, numbers = add_columns(host, table, [column.header for column in new])
    known = dict(table.column_numbers) | dict(zip((column.field for column in new), numbers, strict=True))
    return edits + append_rows(host, replace(table, column_numbers=known), rows)


def _part(sheet: Sheet, rows: Rows) -> TemplateSheet:
    """Return a new kept sheet with its rows; of months only those that one of them has."""
    filled = {name for row in rows for name in row}
    columns = tuple(column for column in sheet.columns if column.field not in MONTH_COLUMNS or column.field in filled)
    cells = tuple(tuple(row.get(column.field) for column in columns) for row in rows)
    return TemplateSheet(replace(sheet, columns=columns), cells)
