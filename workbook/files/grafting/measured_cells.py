"""Measured figures into the cells of sheet Actuals, and onto its foot (files floor).

Proposals in, a new package out: months that are there change in their rows, others are appended, and a workbook without
the sheet gets it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import BinaryIO

from msgspec.structs import replace

from workbook.address import Cell
from workbook.files.grafting.cell_edits import CellEdit, Edits, add_columns, append_rows, edit_cells
from workbook.files.grafting.changes import Receipt
from workbook.files.grafting.graft import graft
from workbook.files.grafting.sheet_rows import SheetRows
from workbook.files.package.package import Package
from workbook.files.reading.reader import read_tables
from workbook.files.writing.input_writer import InputJob, write_inputs
from workbook.history.proposals import Proposal
from workbook.history.recorded import SHEET
from workbook.inputs.parse.headers import input_prefix, match_columns
from workbook.inputs.plan import Plan, Table
from workbook.inputs.sheets.evidence import Actual
from workbook.inputs.sheets.registry import SHEETS
from workbook.inputs.template import TemplateSheet
from workbook.problems import Code, Problem, Reason, Refusal
from workbook.schema import Row
from workbook.sheets.theme.look import Theme

_ACTUALS = SHEETS[SHEET]


def write_measured(host: Package, plan: Plan, cells: Sequence[Proposal], theme: Theme, out: BinaryIO) -> Receipt:
    """Write the host to `out` with the proposed cells on sheet Actuals.

    Raises Refusal (inputs) where a cell holds a formula, or something is in the way of new rows and columns.
    """
    table = plan.tables.get(SHEET) or _without_rows(host)
    if table is None:
        return _with_sheet(host, cells, theme, out)
    known, columns = _with_columns(host, table, [one.field for one in cells])
    months = {
        date(row.month.year, row.month.month, 1): number
        for row, number in zip(known.rows, known.row_numbers, strict=True)
        if isinstance(row, Actual)
    }
    changed = tuple(_edit(one, months[one.month], table, known) for one in cells if one.month in months)
    new = _rows([one for one in cells if one.month not in months])
    appended = append_rows(host, known, new, _looks(host, plan, known)) if new else Edits()
    return edit_cells(host, out, columns + Edits(changed) + appended)


def _looks(host: Package, plan: Plan, table: Table[Row]) -> dict[str, Cell]:
    """Return what new months look like: as Plan start does where nothing on the sheet shows them as dates."""
    start = plan.setting_cells.get("plan_start")
    entry = next(sheet for sheet in host.sheets if sheet.name == table.title)
    above = SheetRows(host, entry).cells.get((table.first_row, table.column_numbers["month"]))
    has_look = bool(table.rows) or (above is not None and "s" in above.attributes)
    return {} if start is None or has_look else {"month": start}


def _edit(one: Proposal, row: int, table: Table[Row], known: Table[Row]) -> CellEdit:
    """Return the edit of a cell; in a column that was not there before it looks like the last one that was."""
    last = max(table.column_numbers.values())
    like = None if one.field in table.column_numbers else Cell(table.title, row, last)
    return CellEdit(Cell(table.title, row, known.column_numbers[one.field]), one.is_, like)


def _rows(cells: Sequence[Proposal]) -> list[dict[str, object]]:
    """Return new rows by month, values by field."""
    rows: dict[date, dict[str, object]] = {}
    for one in sorted(cells, key=lambda cell: cell.month):
        rows.setdefault(one.month, {"month": one.month})[one.field] = one.is_
    return list(rows.values())


def _with_columns(host: Package, table: Table[Row], fields: Sequence[str]) -> tuple[Table[Row], Edits]:
    """Return the table with the columns that are needed and that it lacks, and the edits that add them."""
    new = [one for one in _ACTUALS.columns if one.field in {"month", *fields} - table.column_numbers.keys()]
    if not new:
        return table, Edits()
    edits, numbers = add_columns(host, table, [column.header for column in new])
    added = dict(zip((column.field for column in new), numbers, strict=True))
    return replace(table, column_numbers={**table.column_numbers, **added}), edits


def _without_rows(host: Package) -> Table[Row] | None:
    """Return the table of a sheet that has headers only; None where there is no sheet."""
    raw = read_tables(host).tables.get(SHEET)
    if raw is None:
        return None
    columns = match_columns(_ACTUALS, raw.title, raw.header_row, raw.headers).column_numbers
    if not columns:
        raise Refusal(_no_headers(raw.title), Reason.INPUTS)
    return Table(_ACTUALS, raw.title, (), (), columns, raw.first_row, raw.last_row, name=raw.name)


def _no_headers(title: str) -> Problem:
    return Problem(
        Code.NO_HEADERS,
        f"sheet {title!r} has no headers, so that figures have no place there",
        f"{title}!A1",
        seen="no header",
        expected=", ".join(column.header for column in _ACTUALS.columns),
        remedy="delete the sheet and run again; it is then added with its headers",
    )


def _with_sheet(host: Package, cells: Sequence[Proposal], theme: Theme, out: BinaryIO) -> Receipt:
    """Write the host with a new sheet Actuals."""
    fields = [column.field for column in _ACTUALS.columns]
    rows = tuple(tuple(row.get(name) for name in fields) for row in _rows(cells))
    names = [sheet.name for sheet in host.sheets]
    prefix = input_prefix(names, host.prefix)
    job = InputJob(
        [TemplateSheet(_ACTUALS, rows)], theme, None, host.default_font, host.date_1904, names, prefix=prefix
    )
    return graft(host, write_inputs(job), out, mark=False)
