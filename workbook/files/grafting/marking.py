"""Problems into a person's workbook, beside their cells, and out of it again (files floor).

The sheet Problems is grafted like a result sheet; notes are spliced into the sheets. Both are known again later, so
that `unmark` gives back every part as it was before, also after the person has worked in the file.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from msgspec import Struct

from workbook.files.grafting.changes import Changes
from workbook.files.grafting.front import to_front, view_before
from workbook.files.grafting.graft import graft
from workbook.files.grafting.notes import (
    MOST_NOTES,
    SheetNotes,
    add_notes,
    find_notes,
    has_notes,
    our_notes,
    remove_notes,
)
from workbook.files.grafting.removal import remove
from workbook.files.grafting.vml import Position
from workbook.files.package.package import Package
from workbook.files.package.parts import SheetEntry
from workbook.files.writing.problem_writer import write_problems
from workbook.problems import Problem
from workbook.sheets.problems_sheet import (
    PROBLEMS_SHEET,
    Place,
    ProblemPage,
    lay_out_problems,
    note_texts,
    written_name,
)
from workbook.sheets.theme.look import Theme

_NOTED = "on the cell"
_OWN = "none: the cell has a note of its own"
_TOO_MANY = f"none: only the first {MOST_NOTES} of a sheet"
_CLOSED = "none: the sheet takes no notes"


class MarkedBook(Struct, frozen=True):
    """A workbook with its problems in it, how many notes it got, and which parts of `host` are in it unchanged."""

    data: bytes
    notes: int
    sheet: str
    host: Package
    kept: frozenset[str]


def mark(host: Package, problems: Sequence[Problem], summary: str, theme: Theme) -> MarkedBook:
    """Return the workbook with a sheet Problems and a note on each cell that has an error or a warning.

    Marks of an earlier run are replaced. Raises Refusal: inputs for a sheet Problems that is the person's own.
    """
    prefix = host.prefix
    host = unmark(host)
    names = [sheet.name for sheet in host.sheets]
    texts = note_texts(problems, names)
    entries = {sheet.name: sheet for sheet in host.sheets if sheet.part in host and sheet.name not in host.owners}
    kept, fates = _sort_out(host, entries, texts)
    rows = lay_out_problems(problems, names, fates)
    page = ProblemPage(prefix + PROBLEMS_SHEET, summary, rows)
    generated = write_problems(page, theme, host.default_font, is_1904=host.date_1904)
    out = io.BytesIO()
    receipt = graft(host, generated, out)
    grafted = Package(out, host.name)
    changes = Changes(grafted, [])
    add_notes(changes, [(sheet, kept[sheet.name]) for sheet in grafted.sheets if kept.get(sheet.name)])
    noted = io.BytesIO()
    same = frozenset(receipt.kept) & frozenset(changes.write(noted).kept)
    data, moved = to_front(Package(noted, host.name))
    return MarkedBook(data, sum(map(len, kept.values())), page.name, host, same & frozenset(moved.kept))


def unmark(host: Package) -> Package:
    """Return the workbook without the sheet Problems and the notes of ours: itself, if it has none."""
    prefix = host.prefix
    host = without_marks(host)
    if name := written_name(host.owners, prefix):
        out = io.BytesIO()
        remove(host, out, {name})
        host = Package(out, host.name)
    return host


def without_marks(host: Package) -> Package:
    """Return the workbook without the notes of ours, and with the view that it had: itself, if it has no marks."""
    if host.sheets and host.sheets[0].name == (written_name(host.owners, host.prefix) or None):
        host = view_before(host)
    if has_notes(host):
        found = [(sheet, our_notes(host, sheet)) for sheet in host.sheets if sheet.part in host]
        if any(ours for _, ours in found):
            changes = Changes(host, [])
            for sheet, ours in found:
                remove_notes(changes, sheet, ours)
            out = io.BytesIO()
            changes.write(out)
            host = Package(out, host.name)
    return host


def _sort_out(
    host: Package, entries: Mapping[str, SheetEntry], texts: Mapping[Place, str]
) -> tuple[dict[str, dict[Position, str]], dict[Place, str]]:
    """Return which cells get their notes, by sheet, and for each cell what becomes of its note."""
    kept: dict[str, dict[Position, str]] = {}
    fates: dict[Place, str] = {}
    found: dict[str, SheetNotes] = {}
    for place, text in texts.items():
        sheet = entries.get(place.sheet)
        if sheet and place.sheet not in found:
            found[place.sheet] = find_notes(host, sheet)
        notes, position = found.get(place.sheet), (place.row, place.column)
        mine = kept.setdefault(place.sheet, {})
        if notes is None or not notes.takes_more:
            fates[place] = _CLOSED
        elif position in notes.cells:
            fates[place] = _OWN
        elif len(mine) >= MOST_NOTES:
            fates[place] = _TOO_MANY
        else:
            mine[position], fates[place] = text, _NOTED
    return kept, fates
