"""What a sheet holds beside its cells: notes, and what floats above it (files floor)."""

from __future__ import annotations

from lxml import etree

from workbook.files.grafting.cell_records import escaped, local_name, normal_texts
from workbook.files.package.book_parts import BookParts
from workbook.files.package.refuse import XML_ERRORS, damaged
from workbook.files.package.walk import tree_parser


def extras(package: BookParts, part: str) -> list[bytes]:
    """Return what counts beside the cells: each note with its cell, and how many charts, pictures and shapes float."""
    notes: list[bytes] = []
    floating: list[str] = []
    for rel in package.relationships(part):
        if rel.is_external or rel.target not in package:
            continue
        if rel.kind.endswith(("/comments", "/threadedComment")):
            notes += _notes(_tree(package, rel.target))
        elif rel.kind.endswith("/drawing"):
            anchors = _tree(package, rel.target).iterfind("{*}*/{*}*")
            floating += [
                name for item in anchors if (name := local_name(item)) in {"graphicFrame", "pic", "sp", "grpSp"}
            ]
    return [*sorted(notes), *(name.encode() for name in sorted(floating))]


def _notes(root: etree._Element) -> list[bytes]:
    found = []
    for note in root.iter("{*}comment", "{*}threadedComment"):
        text = "".join(item.text or "" for item in note.iter("{*}t", "{*}text"))
        found.append(f"{note.get('ref')} ".encode() + normal_texts(escaped(text)))
    return found


def _tree(package: BookParts, part: str) -> etree._Element:
    if package.budget:
        package.budget.spend(package, part)
    try:
        return etree.fromstring(package.read(part), tree_parser())
    except XML_ERRORS as error:
        raise damaged(package.name, part, str(error)) from error
