"""Carries out what shall differ from a person's package, and copies everything else (files floor).

Parts that go, parts with new bytes, relationships and parts that come are collected here; `write` edits the content
types and the workbook part's relationships to match and gives the new package, entry by entry in the old order.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import BinaryIO

from msgspec import Struct

from workbook.files.grafting.donor import RELS_TYPE, NewPart
from workbook.files.package.archive import Archive, pack
from workbook.files.package.book_parts import CONTENT_TYPES, RELATIONSHIPS
from workbook.files.package.package import Package
from workbook.files.package.parts import Relationship, SheetEntry, key, rels_name
from workbook.files.package.splice import tag

_RELS_ROOT = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
)
# Parts whose content type hangs on the extension; all others get a content type of their own.
_BY_EXTENSION = {"rels", "vml", "png", "jpeg", "jpg", "gif", "bmp", "emf", "wmf"}


class Receipt(Struct, frozen=True):
    """What became of each part: copied byte for byte, edited by splices, new, replaced by a new one, or dropped."""

    kept: tuple[str, ...]
    edited: tuple[str, ...]
    added: tuple[str, ...]
    replaced: tuple[str, ...]
    dropped: tuple[str, ...]


class Changes:
    """What will differ from the host: parts that go, new bytes of parts, relationships and parts that come."""

    def __init__(self, host: Package, leaving: Sequence[SheetEntry]) -> None:
        self.host = host
        self.edited: dict[str, bytes] = {}
        self.added: list[NewPart] = []
        self.gone_rels: set[str] = set()
        self.new_rels: list[tuple[str, str, str]] = []
        folder = posixpath.dirname(host.workbook_part)
        self.base = f"{folder}/" if folder else ""
        self.gone = _only_reached_from(host, [sheet.part for sheet in leaving])
        self.rels: list[Relationship] = host.relationships(host.workbook_part)
        # The calculation chain lists cells of sheets that change; Excel builds it anew when it is not there.
        for rel in self.rels:
            if rel.kind.endswith("/calcChain"):
                self.gone.add(key(rel.target))
                self.gone_rels.add(rel.id)

    def relate(self, kind: str, part: str) -> str:
        """Add a relationship of the workbook part and give its id."""
        taken = {rel.id.lower() for rel in self.rels} | {rel_id.lower() for rel_id, _, _ in self.new_rels}
        number = next(number for number in range(1, len(taken) + 2) if f"rid{number}" not in taken)
        self.new_rels.append((f"rId{number}", f"{RELATIONSHIPS}/{kind}", part.removeprefix(self.base)))
        return f"rId{number}"

    def write(self, out: BinaryIO) -> Receipt:
        """Write the new package and say what became of each part."""
        self.edit_relationships()
        self.edit_content_types()
        edited = {key(part): data for part, data in self.edited.items() if data != self.host.read(part)}
        archive, kept, dropped = Archive(out), [], []
        for info in self.host.zip.infolist():
            part = key(info.filename)
            if info.is_dir() or not (part in edited or part in self.gone):
                archive.copy(info, self.host.packed(info))
                kept += [] if info.is_dir() else [info.filename]
            elif part in edited:
                archive.add(info.filename, pack([edited[part]]))
            else:
                dropped.append(info.filename)
        for new in self.added:
            archive.add(new.name, new.body)
        archive.close(self.host.zip.comment)
        before, after = {key(name) for name in dropped}, {key(new.name) for new in self.added}
        return Receipt(
            tuple(kept),
            tuple(self.host.entries[part].filename for part in edited),
            tuple(new.name for new in self.added if key(new.name) not in before),
            tuple(new.name for new in self.added if key(new.name) in before),
            tuple(name for name in dropped if key(name) not in after),
        )

    def edit_relationships(self) -> None:
        """Take relationships of the workbook part out and append the new ones."""
        part = rels_name(self.host.workbook_part)
        if part not in self.host:
            body = b"".join(self._relationship("", *new) for new in self.new_rels)
            root = _RELS_ROOT.replace(b"/>", b">" + body + b"</Relationships>")
            self.added.insert(0, NewPart(part, RELS_TYPE, pack([root])))
            return
        rels = self.host.splices(part, 1)
        for element in rels.root.children:
            if element.attributes.get("Id") in self.gone_rels:
                rels.drop(element)
        for new in self.new_rels:
            rels.append(rels.root, self._relationship(rels.root.prefix, *new))
        self.edited[part] = rels.result()

    def edit_content_types(self) -> None:
        """Take content types of parts that go out and append those of the new ones."""
        types = self.host.splices(CONTENT_TYPES, 1)
        root = types.root
        new = {key(part.name) for part in self.added}
        for element in root.children:
            name = key(element.attributes.get("PartName", ""))
            if element.name == "Override" and (name in self.gone or name in new):
                types.drop(element)
        defaults = {name: kind for name, kind in self.host.content_types.items() if not name.startswith("/")}
        overrides = []
        for part in self.added:
            extension = part.name.rpartition(".")[2].lower()
            if extension in _BY_EXTENSION and extension not in defaults:
                defaults[extension] = part.content_type
                text = tag(root.prefix, "Default", {"Extension": extension, "ContentType": part.content_type})
                types.append(root, text)
            elif extension not in _BY_EXTENSION or defaults[extension] != part.content_type:
                attributes = {"PartName": f"/{part.name}", "ContentType": part.content_type}
                overrides.append(tag(root.prefix, "Override", attributes))
        types.append(root, b"".join(overrides))
        self.edited[CONTENT_TYPES] = types.result()

    @staticmethod
    def _relationship(prefix: str, rel_id: str, kind: str, target: str) -> bytes:
        return tag(prefix, "Relationship", {"Id": rel_id, "Type": kind, "Target": target})


def _only_reached_from(host: Package, sheets: Sequence[str]) -> set[str]:
    """Return the sheets' parts and all that only they lead to, with the relationships parts of each."""
    if not sheets:
        return set()
    reached = {*sheets, *(part for sheet in sheets for part in host.reachable(sheet))}
    kept = {key(part) for part in host.reachable("", blocked=sheets)}
    gone = [part for part in reached if key(part) not in kept]
    return {key(name) for part in gone for name in (part, rels_name(part)) if name in host}
