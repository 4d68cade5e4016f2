"""Notes on cells of a person's sheets, put in and taken out again without touching anything else (files floor).

A note is an entry in the sheet's comments part and a box in its drawing. Where the sheet has these parts, ours are
spliced into them; where not, they come and go with our notes. A cell that has a note or a thread of its own gets none.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct

from workbook.files.grafting import comments, vml
from workbook.files.grafting.changes import Changes
from workbook.files.grafting.donor import NewPart
from workbook.files.grafting.sheet_shell import SheetRels, SheetShell
from workbook.files.grafting.vml import Position
from workbook.files.package.archive import pack
from workbook.files.package.package import Package
from workbook.files.package.parts import SheetEntry, key, rels_name
from workbook.sheets.problems_sheet import AUTHOR, is_signed

MOST_NOTES = 500
"""Notes on one sheet: more could not be read, and the sheet Problems has them all."""


class SheetNotes(Struct, frozen=True):
    """The cells of a sheet that have a note, and whether others can get one."""

    cells: frozenset[Position]
    takes_more: bool


def has_notes(package: Package) -> bool:
    """Tell, without looking at sheets, whether any note may be ours."""
    return any(
        kind.endswith(".comments+xml") and name[1:] in package.entries and AUTHOR.encode() in package.read(name[1:])
        for name, kind in package.content_types.items()
        if name.startswith("/")
    )


def find_notes(package: Package, sheet: SheetEntry) -> SheetNotes:
    """Look at the notes of a sheet. Raises Refusal for a part that is damaged."""
    part = _target(package, sheet.part, "comments")
    found = comments.read_comments(package.root(part, comments.DEPTH)) if part else ()
    drawing = _drawing(package, sheet.part)
    return SheetNotes(frozenset(place for place, _ in found), not drawing or vml.takes_notes(package.read(drawing)))


def our_notes(package: Package, sheet: SheetEntry) -> frozenset[Position]:
    """Return the cells of a sheet that have a note of ours. Raises Refusal for a part that is damaged."""
    part = _target(package, sheet.part, "comments")
    found = comments.read_comments(package.root(part, comments.DEPTH)) if part else ()
    # The signature decides: LibreOffice forgets who wrote a note.
    return frozenset(place for place, comment in found if is_signed(comments.comment_text(comment)))


def add_notes(changes: Changes, notes: Sequence[tuple[SheetEntry, Mapping[Position, str]]]) -> None:
    """Put notes on cells that have none, sheet by sheet."""
    host = changes.host
    block = vml.free_block([host.read(name) for name in host.entries if name.endswith(".vml")])
    for sheet, texts in notes:
        rels = SheetRels(changes, sheet.part)
        part = _target(host, sheet.part, "comments")
        if part:
            changes.edited[part] = comments.with_comments(host.splices(part, comments.DEPTH), texts)
        else:
            name = _free(changes, "comments", "xml")
            changes.added.append(NewPart(name, comments.CONTENT_TYPE, pack([comments.new_comments(texts)])))
            rels.add("comments", name)
        drawing = _drawing(host, sheet.part)
        if drawing:
            changes.edited[drawing] = vml.with_boxes(host.read(drawing), texts)
        else:
            name = _free(changes, "drawings/vmlDrawing", "vml")
            boxes = vml.with_boxes(vml.new_drawing(block), texts)
            changes.added.append(NewPart(name, vml.CONTENT_TYPE, pack([boxes])))
            changes.edited[sheet.part] = SheetShell(host, sheet.part).pointing_to(rels.add("vmlDrawing", name))
            block += 1
        rels.write()


def remove_notes(changes: Changes, sheet: SheetEntry, gone: Collection[Position]) -> None:
    """Take the notes of some cells out, and the parts that would stay empty."""
    host = changes.host
    part = _target(host, sheet.part, "comments")
    if not part or not gone:
        return
    rels = SheetRels(changes, sheet.part)
    rest, is_empty = comments.without_comments(host.splices(part, comments.DEPTH), gone)
    if is_empty:
        changes.gone.add(key(part))
        rels.drop(part)
    else:
        changes.edited[part] = rest
    if drawing := _drawing(host, sheet.part):
        boxes = vml.without_boxes(host.read(drawing), gone)
        if is_empty and vml.is_empty(boxes) and rels_name(drawing) not in host:
            changes.gone.add(key(drawing))
            rels.drop(drawing)
            changes.edited[sheet.part] = SheetShell(host, sheet.part).pointing_nowhere()
        else:
            changes.edited[drawing] = boxes
    rels.write()


def _target(package: Package, part: str, kind: str) -> str:
    """Return the part that a sheet's arrow of a kind leads to, empty where there is none."""
    found = package.follow(part, kind)
    return found.target if found and not found.is_external and found.target in package else ""


def _drawing(package: Package, part: str) -> str:
    """Return the drawing of a sheet's notes and controls; the one of its header's pictures is another."""
    rel_id = SheetShell(package, part).drawing_id
    found = next((rel for rel in package.relationships(part) if rel_id and rel.id == rel_id), None)
    return found.target if found and not found.is_external and found.target in package else ""


def _free(changes: Changes, stem: str, extension: str) -> str:
    """Return the first free name for a part: `xl/comments3.xml`."""
    host = changes.host
    taken = {*host.entries, *(name[1:] for name in host.content_types), *(key(part.name) for part in changes.added)}
    number = 1
    while key(f"{changes.base}{stem}{number}.{extension}") in taken:
        number += 1
    return f"{changes.base}{stem}{number}.{extension}"
