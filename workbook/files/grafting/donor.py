"""Takes generated sheets and all that hangs on them over into another package (files floor).

A generated package in, parts for the person's package out: under free names, with relationships, style
indexes, table ids and table names that fit there. The sheets stream through, so their size costs time but no memory.
"""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from lxml import etree
from msgspec import Struct, field

from workbook.files.grafting.beside_cells import extras
from workbook.files.grafting.cell_records import FilledCell, read_cells
from workbook.files.grafting.content_hash import ContentHash, cells_of, without_comments
from workbook.files.grafting.styles import StyleMap
from workbook.files.package.archive import Packed, pack
from workbook.files.package.book_parts import BookParts
from workbook.files.package.made_rows import RowPiece, Spelling, inline_text
from workbook.files.package.parts import SheetEntry, key, rels_name
from workbook.files.package.pieces import cut_at_cells
from workbook.files.package.shared_strings import shared_strings
from workbook.files.package.splice import tag, wrap
from workbook.sheets.comments import takes_comments

RELS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_RELS_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_KNOWN_KINDS = {"worksheet", "styles", "theme", "sharedStrings"}

# XlsxWriter's fixed attribute order is what these rely on; `<` cannot stand in text or in an attribute's value.
_CELL_STYLE = re.compile(rb'(<c r="[A-Z]+[0-9]+" s="|<row [^>]*? s="|<col [^>]*? style=")([0-9]+)')
_DIFFERENTIAL = re.compile(rb'(<(?:cfRule|colorFilter|sortCondition) [^>]*?dxfId=")([0-9]+)')
_SELECTED = re.compile(rb'(<sheetView\b[^>]*?) tabSelected="1"')
_SHARED_STRING = re.compile(rb' t="s"><v>([0-9]+)</v>')
_INLINE = re.compile(rb' t="inlineStr"><is>(.*?)</is>', re.DOTALL)
_FORMULA = re.compile(rb"(<f[ >][^<]*)")


class NewPart(Struct, frozen=True):
    """One part for the person's package."""

    name: str
    content_type: str
    body: Packed


class FreeNames(Struct):
    """Hands out part names, table ids and table names that nothing else has."""

    parts: set[str]
    table_ids: set[int]
    names: set[str]
    renamed: dict[str, str] = field(default_factory=dict)

    def part(self, wanted: str) -> str:
        """Return `folder/stem<n>.ext` with the lowest free number for a wanted part name."""
        stem, extension = posixpath.splitext(wanted)
        stem = stem.rstrip("0123456789")
        number = 1
        while key(f"{stem}{number}{extension}") in self.parts:
            number += 1
        self.parts.add(key(f"{stem}{number}{extension}"))
        return f"{stem}{number}{extension}"

    def table_id(self) -> int:
        """Return the lowest free table id."""
        number = 1
        while number in self.table_ids:
            number += 1
        self.table_ids.add(number)
        return number

    def table_name(self, wanted: str) -> str:
        """Return the wanted table name, numbered if a table or a defined name has it already."""
        name, number = wanted, 2
        while name.casefold() in self.names:
            name, number = f"{wanted}{number}", number + 1
        self.names.add(name.casefold())
        if name != wanted:
            self.renamed[wanted] = name
        return name


class Texts(Protocol):
    """The texts of a host, among which ours go."""

    def number(self, text: bytes) -> int:
        """Return the number of a text, given as the XML within its item."""

    def cell(self, text: str) -> str:
        """Return what stands between the attributes and the end of a cell that holds an escaped text."""

    def used(self, cells: int) -> None:
        """Tell that so many more cells hold a text."""


class _Placed(Struct):
    """One generated sheet with the new name of each part that hangs on it."""

    sheet: SheetEntry
    parts: dict[str, str]
    content: str = ""
    """The hash of what the sheet says, known when it has streamed by."""


class _Said:
    """What the cells of a sheet say, collected while it streams by, for the hash of its content.

    A text of several looks is no usual cell, and comments do not count: a sheet with either is read cell by cell.
    """

    def __init__(self, sheet: str, strings: Iterable[bytes]) -> None:
        self.content = ContentHash()
        self.is_commented = takes_comments(sheet)
        self.is_read_again = self.is_commented or any(b"<r>" in string for string in strings)
        self.pieces: list[bytes] = []
        self.cells: list[FilledCell] = []

    def take(self, piece: bytes) -> None:
        if self.is_read_again:
            self.pieces.append(piece)
        else:
            self.content.update_written(piece)

    def take_rows(self, rows: RowPiece) -> None:
        if self.is_commented:
            self.cells += cells_of(rows)
        else:
            self.content.take_rows(rows)

    def digest(self, *beside: bytes) -> str:
        found = [*(read_cells(io.BytesIO(b"".join(self.pieces)), ()) if self.is_read_again else ()), *self.cells]
        self.content.take_cells(without_comments(found) if self.is_commented else found)
        return self.content.digest(*beside)


class Donor:
    """The generated package on its way into a host whose workbook part lies in the folder `base`.

    `shown` is the part of the sheet that is shown when the file is opened, if it is one of ours.
    """

    def __init__(self, package: BookParts, base: str, names: FreeNames, shown: str = "") -> None:
        self.package = package
        self.base = base
        self.names, self.shown = names, shown
        self.tables: dict[str, bytes] = {}
        self.placed: list[_Placed] = []
        strange = {rel.kind.rpartition("/")[2] for rel in package.relationships(package.workbook_part)} - _KNOWN_KINDS
        if strange:
            raise ValueError(f"the generated package holds what cannot be grafted: {', '.join(sorted(strange))}")

    def place(self, sheet: SheetEntry, part: str | None) -> str:
        """Choose new names for a sheet (`part`, if it replaces one) and for all that it reaches; give the sheet's."""
        mapping = {sheet.part: part or self.names.part(self.moved(sheet.part))}
        self.names.parts.add(key(mapping[sheet.part]))
        for reached in self.package.reachable(sheet.part):
            mapping[reached] = self.names.part(self.moved(reached))
            if self.package.content_type(reached).endswith(".table+xml"):
                self.tables[mapping[reached]] = b"%d" % self.names.table_id()
                name = self.package.root(reached, 0).attributes["displayName"]
                self.names.table_name(name)
        self.placed.append(_Placed(sheet, mapping))
        return mapping[sheet.part]

    def moved(self, part: str) -> str:
        """Return a generated part's name with the host's folder instead of XlsxWriter's."""
        return self.base + part.removeprefix("xl/")

    def parts(self, styles: StyleMap, texts: Texts | None, spill: Path | None = None) -> Iterator[NewPart]:
        """Return all parts of the placed sheets, sheet by sheet. The first one of each sheet is the sheet itself.

        Without `texts`, each text stands in its cell. With `spill`, large sheets wait in files whose
        names begin so.
        """
        strings = list(shared_strings(self.package).xml())
        for placed in self.placed:
            for old, new in placed.parts.items():
                is_sheet = old == placed.sheet.part
                if is_sheet:
                    body = pack(self.sheet(placed, styles, strings, texts), spill)
                else:
                    body = self.body(old, new, styles)
                yield NewPart(new, self.package.content_type(old), body)
                if rels_name(old) in self.package:
                    yield NewPart(rels_name(new), RELS_TYPE, pack([self.rels(old, new, placed.parts)]))

    def sheet(self, placed: _Placed, styles: StyleMap, strings: list[bytes], texts: Texts | None) -> Iterator[bytes]:
        """Stream a sheet with its indexes mapped, its texts as the host has them and its tab not selected."""
        edits, said = self.edits(styles, strings), _Said(placed.sheet.name, strings)
        spelling = Spelling(styles.cells, texts.cell if texts else inline_text)
        # Two selected tabs are a group in Excel: what a person types would go to both sheets.
        is_begun = placed.sheet.part == self.shown
        for span in self.package.spans(placed.sheet.part):
            if isinstance(span, Iterator):
                for piece in cut_at_cells(span):
                    edited = _edited(piece if is_begun else _SELECTED.sub(rb"\1", piece, count=1), edits)
                    is_begun = True
                    said.take(edited)
                    yield _numbered(edited, texts)
            else:
                for rows in span.pieces(spelling):
                    said.take_rows(rows)
                    if texts:
                        texts.used(rows.texts)
                    yield rows.xml.encode()
        placed.content = said.digest(*extras(self.package, placed.sheet.part))

    def edits(self, styles: StyleMap, strings: list[bytes]) -> list[Callable[[bytes], bytes]]:
        """Return the passes over a sheet's text that are needed: none that would change nothing."""
        passes: list[Callable[[bytes], bytes]] = []
        for pattern, indexes in ((_CELL_STYLE, styles.cells), (_DIFFERENTIAL, styles.differential)):
            if any(old != new for old, new in indexes.items()):
                passes.append(_renumbering(pattern, indexes))
        if strings:
            passes.append(
                lambda piece: _SHARED_STRING.sub(
                    lambda hit: b' t="inlineStr"><is>' + strings[int(hit[1])] + b"</is>", piece
                )
            )
        if self.names.renamed:
            passes.append(lambda piece: _FORMULA.sub(lambda hit: self.renamed(hit[1]), piece))
        return passes

    def body(self, old: str, new: str, styles: StyleMap) -> Packed:
        """Return a part that hangs on a sheet: tables renumbered, all others as they are."""
        data = self.package.read(old)
        return pack([self.table(data, new, styles) if new in self.tables else data])

    def table(self, data: bytes, part: str, styles: StyleMap) -> bytes:
        """Return a table with the id, name and formats that it has in the host."""
        root = etree.fromstring(data)
        root.set("id", self.tables[part].decode())
        for attribute in ("name", "displayName"):
            root.set(attribute, self.names.renamed.get(root.get(attribute, ""), root.get(attribute, "")))
        for element in root.iter("*"):
            for attribute in map(str, element.attrib):
                if attribute.lower().endswith("dxfid"):
                    element.set(attribute, str(styles.differential[int(element.get(attribute, "0"))]))
            if element.text:
                element.text = self.renamed(element.text.encode()).decode()
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

    def renamed(self, formula: bytes) -> bytes:
        """Return a formula with the new names of tables before their brackets."""
        for old, new in self.names.renamed.items():
            formula = re.sub(rb"(?<![\w.])" + re.escape(old.encode()) + rb"(?=\[)", new.encode(), formula)
        return formula

    def rels(self, old: str, new: str, parts: Mapping[str, str]) -> bytes:
        """Return a part's relationships with their new targets, relative to its new place."""
        body = b""
        for rel in self.package.relationships(old):
            target = rel.target
            if not rel.is_external:
                target = posixpath.relpath("/" + parts[target], "/" + posixpath.dirname(new))
            is_outside = rel.is_external and not target.startswith("#")
            mode = {"TargetMode": "External"} if is_outside else {}
            body += tag("", "Relationship", {"Id": rel.id, "Type": rel.kind, "Target": target, **mode})
        return _DECLARATION + wrap("", "Relationships", {"xmlns": _RELS_NAMESPACE}, body)


def _renumbering(pattern: re.Pattern[bytes], indexes: Mapping[int, int]) -> Callable[[bytes], bytes]:
    table = {b"%d" % old: b"%d" % new for old, new in indexes.items()}
    return lambda piece: _between(pattern, piece, table.__getitem__)


def _between(pattern: re.Pattern[bytes], piece: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return a text in which the last group of each hit is changed; the other groups of the pattern stand before it.

    `sub` would call back into Python for each of half a million cells.
    """
    parts, every = pattern.split(piece), pattern.groups + 1
    parts[pattern.groups :: every] = map(change, parts[pattern.groups :: every])
    return b"".join(parts)


def _numbered(piece: bytes, texts: Texts | None) -> bytes:
    """Return a piece of a sheet with each text under its number."""
    if texts is None:
        return piece
    texts.used(len(_INLINE.findall(piece)))
    return _between(_INLINE, piece, lambda text: b' t="s"><v>%d</v>' % texts.number(text))


def _edited(piece: bytes, edits: Iterable[Callable[[bytes], bytes]]) -> bytes:
    for edit in edits:
        piece = edit(piece)
    return piece
