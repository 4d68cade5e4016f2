"""A workbook's package into raw tables with the address of every cell (files floor).

Only the input sheets are read, and of the rest of the package only what their cells point to: whatever else is wrong
with the person's file stands in nobody's way here.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from workbook.files.package.package import Package
from workbook.files.package.refuse import XML_ERRORS, ZIP_ERRORS, damaged
from workbook.files.reading.precedents import with_causes
from workbook.files.reading.program import saving_program
from workbook.files.reading.sheet_cells import (
    MOST_BYTES,
    MOST_CELLS,
    TooManyCellsError,
    TooMuchXmlError,
    read_cells,
)
from workbook.files.reading.sheet_content import SheetContent
from workbook.files.reading.stored import Stored, read_stored
from workbook.files.reading.tables import TablePlace, find_table
from workbook.inputs.build import build_plan
from workbook.inputs.parse.headers import find_sheets, input_prefix
from workbook.inputs.plan import Plan
from workbook.inputs.raw import RawTable, RawWorkbook
from workbook.inputs.sheets.kept import KEPT_SHEETS
from workbook.inputs.sheets.registry import SHEETS
from workbook.problems import Code, Problem, Reason, Refusal
from workbook.schema import Sheet

if TYPE_CHECKING:
    from workbook.files.package.parts import SheetEntry

_ROOM_FOR_CAUSES = 8 << 20


def read_plan(package: Package, areas: Sequence[TablePlace] | None = None) -> tuple[Plan | None, tuple[Problem, ...]]:
    """Read and check the inputs of a workbook: a plan, or None with at least one error among the problems.

    Raises Refusal for sheets that cannot be read.
    """
    return build_plan(read_tables(package, areas))


def read_tables(package: Package, areas: Sequence[TablePlace] | None = None) -> RawWorkbook:
    """Read the input sheets of a workbook; `areas` are those of its Excel Tables, if not what it says itself.

    Raises Refusal for sheets that cannot be read.
    """
    table_areas = package.tables() if areas is None else areas
    with _no_collector(), as_refusal(""):
        names = tuple(sheet.name for sheet in package.sheets)
        entries = {sheet.name: sheet for sheet in reversed(package.sheets)}
        titles = find_sheets(names, input_prefix(names, package.prefix))[0]
        found = {sheet_id: entries[title] for sheet_id, title in titles.items()}
        stored = read_stored(package)
        others = OtherSheets(package, stored)
        tables = {key: _table(package, SHEETS[key], entry, others, table_areas) for key, entry in found.items()}
        kept = {
            sheet.id: _table(package, sheet, entries[package.prefix + sheet.title], others, table_areas)
            for sheet in KEPT_SHEETS.values()
            if package.prefix + sheet.title in entries
        }
        properties = package.workbook.find("calcPr")
        return RawWorkbook(
            tables,
            names,
            package.date_1904,
            {entry.name: entry.state for entry in found.values() if entry.state in ("hidden", "veryHidden")},
            properties is not None and properties.attributes.get("calcMode") == "manual",
            saving_program(package),
            package.prefix,
            kept,
        )


def _table(
    package: Package, sheet: Sheet, entry: SheetEntry, others: OtherSheets, table_areas: Sequence[TablePlace]
) -> RawTable:
    """Read one input sheet. Raises Refusal with the sheet's name."""
    with as_refusal(entry.name):
        content = _content(package, entry, others.stored)
        table = find_table(sheet, entry.name, content, table_areas)
        return with_causes(table, content.grid, others.named)


def _content(package: Package, entry: SheetEntry, stored: Stored) -> SheetContent:
    if not entry.part:
        raise LookupError("the file has no such part")
    if entry.part not in package:
        raise damaged("", entry.part, "it is missing")
    try:
        return read_cells(package.read_large(entry.part), stored)
    except TooManyCellsError:
        raise _too_large(entry.name, f"{MOST_CELLS:,} filled cells") from None
    except TooMuchXmlError:
        raise _too_large(entry.name, f"{MOST_BYTES >> 20} MB of cells") from None


class OtherSheets:
    """The sheets that formulas name: each is read once, and no more of them than a few megabytes."""

    def __init__(self, package: Package, stored: Stored | None = None) -> None:
        """Begin with what the cells point to; it is read if it is not given."""
        self.package, self.stored = package, stored or read_stored(package)
        self._room = _ROOM_FOR_CAUSES
        self._read: dict[str, SheetContent] = {}

    def named(self, name: str) -> SheetContent:
        """Return a sheet, as far as it can be read."""
        known = name.casefold()
        if known not in self._read:
            self._read[known] = self._content(known)
        return self._read[known]

    def _content(self, known: str) -> SheetContent:
        entry = next((entry for entry in self.package.sheets if entry.name.casefold() == known), None)
        size = self.package.size(entry.part) if entry else 0
        if entry is None or size > self._room:
            return SheetContent()
        self._room -= size
        try:
            with as_refusal(entry.name):
                return _content(self.package, entry, self.stored)
        except Refusal:
            return SheetContent()


@contextmanager
def _no_collector() -> Iterator[None]:
    """Pause the garbage collector: it would walk over every cell again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def as_refusal(sheet: str) -> Iterator[None]:
    """Turn what a damaged file raises into a refusal that names the sheet, where it is known."""
    try:
        yield
    except (*XML_ERRORS, *ZIP_ERRORS) as error:
        raise Refusal(_unreadable(sheet, error), reason=Reason.UNREADABLE) from error
    except Refusal as refusal:
        if refusal.problem.code is Code.DAMAGED_FILE and not refusal.problem.where:
            raise Refusal(_unreadable(sheet, refusal), reason=Reason.UNREADABLE) from refusal
        raise


def _unreadable(sheet: str, error: Exception) -> Problem:
    return Problem(
        Code.UNREADABLE_SHEET,
        f"the sheet {sheet!r} cannot be read" if sheet else "the workbook's sheets cannot be read",
        sheet,
        seen=f"{type(error).__name__}: {error}"[:200],
        expected="an .xlsx workbook as Excel saves it",
        remedy="open it in Excel (it may offer to repair it), save it under another name, and run on that file",
    )


def _too_large(sheet: str, bound: str) -> Refusal:
    problem = Problem(
        Code.TOO_LARGE,
        f"the sheet {sheet!r} has more than {bound}",
        sheet,
        seen=f"more than {bound}",
        expected="an input table and little else",
        remedy="move what is no input to a sheet of its own",
    )
    return Refusal(problem, reason=Reason.UNREADABLE)
