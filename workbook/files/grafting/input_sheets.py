"""The input sheets that a workbook lacks, put into it (files floor).

A package and a template in, a new package out; the sheets that are there already stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from workbook.files.grafting.graft import graft
from workbook.files.package.package import Package
from workbook.files.reading.reader import read_tables
from workbook.files.writing.guide_writer import GUIDE_TITLE
from workbook.files.writing.input_rules import KeyColumn
from workbook.files.writing.input_writer import InputJob, write_inputs
from workbook.inputs.parse.headers import find_sheets, match_columns
from workbook.inputs.sheets.registry import SHEETS
from workbook.inputs.template import Template, TemplateSheet, load_guide
from workbook.sheets.theme.look import Theme


def add_inputs(host: Package, template: Template, theme: Theme, out: BinaryIO) -> tuple[str, ...]:
    """Write the host to `out` with the input sheets that it lacks, and give the names of those that were added.

    Without the host's own sheets being touched; the Guide comes too where no sheet has its name. Raises Refusal as
    reading and grafting do.
    """
    names = [sheet.name for sheet in host.sheets]
    found = find_sheets(names)[0]
    parts = [part for part in template.sheets if part.sheet.id not in found]
    has_guide = GUIDE_TITLE.casefold() in {name.casefold() for name in names}
    guide = None if has_guide else load_guide()
    if not parts and guide is None:
        out.write(_bytes_of(host))
        return ()
    keys = _keys_in(host, parts, found)
    job = InputJob(parts, theme, guide, host.default_font, host.date_1904, names, keys)
    graft(host, write_inputs(job), out, mark=False)
    return (*([GUIDE_TITLE] if guide else []), *(part.sheet.title for part in parts))


def _keys_in(host: Package, parts: list[TemplateSheet], found: Mapping[str, str]) -> dict[str, KeyColumn]:
    """Find the names that new sheets refer to on the host's own sheets, whose columns may stand in any order."""
    columns = [column for part in parts for column in (*part.sheet.columns, *part.row_columns)]
    wanted = {column.table_reference for column in columns if column.table_reference} & found.keys()
    tables = read_tables(_bytes_of(host), host.tables()).tables if wanted else {}
    keys: dict[str, KeyColumn] = {}
    for sheet_id in wanted & tables.keys():
        sheet, table = SHEETS[sheet_id], tables[sheet_id]
        number = match_columns(sheet, table.title, table.header_row, table.headers).column_numbers.get(sheet.key or "")
        keys[sheet_id] = KeyColumn(table.title, number or 1, table.first_row)
    return keys


def _bytes_of(host: Package) -> bytes:
    file = host.zip.fp
    if file is None:
        raise ValueError("the package is closed")
    file.seek(0)
    return file.read()
