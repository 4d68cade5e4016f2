"""Which run has written the result sheets, and by which version of the model, as their heads state (files floor).

Only the one row is cut out and read: a report is no reason to read the whole of every result sheet.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from xml.parsers.expat import ExpatError

from workbook.files.package.package import Package
from workbook.files.reading.sheet_cells import read_cells
from workbook.files.reading.stored import Stored, read_stored

_ROW = r'<((?:\w+:)?)row\b[^>]*?\br="{row}"[^>]*>.*?</\1row>'
_MARK = re.compile("Run ([0-9a-f]{8})(?: · model ([0-9]{1,6}))?")


@dataclass(frozen=True, slots=True)
class RunMark:
    """A run's id and the version of its model; 0 before versions were stated."""

    run_id: str
    model: int = 0


def run_marks(package: Package, sheets: Collection[str], row: int) -> set[RunMark]:
    """Return what the tool's own sheets of these names state in a row of theirs.

    It is one mark, unless sheets of two runs are mixed.
    """
    stored = read_stored(package)
    parts = [sheet.part for sheet in package.sheets if sheet.name in package.owners and sheet.name in sheets]
    return {mark for part in parts for mark in _marks_in(package.read(part), row, stored)}


def _marks_in(sheet: bytes, row: int, stored: Stored) -> Iterator[RunMark]:
    found = re.search(_ROW.format(row=row).encode(), sheet, re.DOTALL)
    if found is None:
        return
    prefix = found[1]
    try:
        content = read_cells(b"<%bsheetData>%b</%bsheetData>" % (prefix, found[0], prefix), stored)
    except (ExpatError, ValueError):
        return
    for cell in content.grid.get(row, {}).values():
        if match := _MARK.fullmatch(str(cell.value)):
            yield RunMark(match[1], int(match[2] or 0))
