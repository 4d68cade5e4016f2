"""The runs that the heads of result sheets name: which run has written them (files floor).

Only the one row is cut out and read: a report is no reason to read the whole of every result sheet.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from xml.parsers.expat import ExpatError

from msgspec import Struct

from workbook.files.package.package import Package
from workbook.files.reading.sheet_cells import read_cells
from workbook.files.reading.stored import Stored, read_stored

# A head is written first, and no class of characters runs past a `<`: a damaged sheet costs no more than a sound one.
_HEAD = 1 << 20
_ROW = r'<((?:\w{{1,20}}:)?)row\b[^<>]*?\br="{row}"[^<>]*>'
_RUN = re.compile(r"Run ([0-9a-f]{8})(?: · model (\d+))?")


class WrittenRun(Struct, frozen=True):
    """A run as a sheet's head names it; a model of 0 is one that said no version."""

    run_id: str
    model: int


def written_runs(package: Package, sheets: Collection[str], row: int) -> set[WrittenRun]:
    """Return the runs that the tool's own sheets of these names state in a row of theirs.

    It is one run, unless sheets of two runs are mixed.
    """
    stored = read_stored(package)
    parts = [sheet.part for sheet in package.sheets if sheet.name in package.owners and sheet.name in sheets]
    return {run for part in parts for run in _runs_in(_head(package, part), row, stored)}


def _head(package: Package, part: str) -> bytes:
    with package.stream(part) as file:
        return file.read(_HEAD)


def _runs_in(sheet: bytes, row: int, stored: Stored) -> Iterator[WrittenRun]:
    found = re.search(_ROW.format(row=row).encode(), sheet)
    if found is None:
        return
    prefix = found[1]
    end = sheet.find(b"</%brow>" % prefix, found.end())
    cells = sheet[found.start() : end] if end > 0 else b""
    try:
        content = read_cells(b"<%bsheetData>%b</%brow></%bsheetData>" % (prefix, cells, prefix, prefix), stored)
    except (ExpatError, ValueError):
        return
    for cell in content.grid.get(row, {}).values():
        if match := _RUN.fullmatch(str(cell.value)):
            yield WrittenRun(match[1], int(match[2] or 0))


def sheets_that_name_a_run(package: Package, sheets: Collection[str], row: int) -> tuple[str, ...]:
    """Return the sheets of these names whose head names a run, whether they carry the tool's hidden mark or not."""
    named = [sheet for sheet in package.sheets if sheet.name in sheets and sheet.part in package]
    if not named:
        return ()
    stored = read_stored(package)
    return tuple(sheet.name for sheet in named if next(_runs_in(_head(package, sheet.part), row, stored), None))
