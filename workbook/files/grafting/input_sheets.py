"""The input sheets that a workbook lacks, put into it (files floor).

A package and a template in, a new package out; the sheets that are there already stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from workbook.files.grafting.changes import Changes
from workbook.files.grafting.graft import graft
from workbook.files.grafting.workbook_part import prefix_mark, set_names
from workbook.files.package.package import Package
from workbook.files.reading.reader import read_tables
from workbook.files.writing.input_rules import KeyColumn
from workbook.files.writing.input_writer import InputJob, write_inputs
from workbook.inputs.parse.headers import find_sheets, match_columns
from workbook.inputs.sheets.registry import GUIDE_TITLE, SHEETS
from workbook.inputs.template import Template, TemplateSheet, load_guide
from workbook.sheets.theme.look import Theme


def add_inputs(host: Package, template: Template, theme: Theme, out: BinaryIO, prefix: str = "") -> tuple[str, ...]:
    """Write the host to `out` with the input sheets that it lacks, and give the names of those that were added.

    Without the host's own sheets being touched; the Guide comes too where no sheet has its name. Their names begin with
    `prefix`, and only sheets whose names do are input sheets of the host. Raises Refusal as reading and grafting do.
    """
    names = [sheet.name for sheet in host.sheets]
    found = find_sheets(names, prefix)[0]
    parts = [part for part in template.sheets if part.sheet.id not in found]
    guide_title = prefix + GUIDE_TITLE
    has_guide = guide_title.casefold() in {name.casefold() for name in names}
    guide = None if has_guide else load_guide()
    if not parts and guide is None:
        _keep_prefix(host, out)
        return ()
    job = InputJob(parts, theme, guide, host.default_font, host.date_1904, names, _keys_in(host, parts, found), prefix)
    graft(host, write_inputs(job), out, mark=False)
    return (*([guide_title] if guide else []), *(prefix + part.sheet.title for part in parts))


def _keep_prefix(host: Package, out: BinaryIO) -> None:
    """Write the host with the hidden name of its prefix, which may have been lost; as it is where that says it."""
    book = host.splices(host.workbook_part, 2)
    old, new = prefix_mark(book, host.prefix)
    if not old and not new:
        out.write(host.data())
        return
    changes = Changes(host, [])
    set_names(book, old, new)
    changes.edited[host.workbook_part] = book.result()
    changes.write(out)


def _keys_in(host: Package, parts: list[TemplateSheet], found: Mapping[str, str]) -> dict[str, KeyColumn]:
    """Find the names that new sheets refer to on the host's own sheets, whose columns may stand in any order."""
    columns = [column for part in parts for column in (*part.sheet.columns, *filter(None, part.row_columns))]
    wanted = {column.table_reference for column in columns if column.table_reference} & found.keys()
    tables = read_tables(host).tables if wanted else {}
    keys: dict[str, KeyColumn] = {}
    for sheet_id in wanted & tables.keys():
        sheet, table = SHEETS[sheet_id], tables[sheet_id]
        number = match_columns(sheet, table.title, table.header_row, table.headers).column_numbers.get(sheet.key or "")
        keys[sheet_id] = KeyColumn(table.title, number or 1, table.first_row)
    return keys
