"""The parts of a workbook by name, and what the workbook part says of them (files floor).

Where the bytes lie is for its subclasses to know: in a zip (`Package`), or in memory and not yet made (`MadeParts`).
Whatever is wrong with a part comes back as a `Refusal` that names the real kind of the trouble.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from functools import cached_property
from typing import IO
from urllib.parse import unquote

from lxml import etree

from workbook.address import parse_area
from workbook.files.package.budget import FRAME, ROWS, Budget
from workbook.files.package.made_rows import Rows
from workbook.files.package.names import defined_names
from workbook.files.package.parts import Relationship, SheetEntry, TableEntry, key, rels_name, resolve
from workbook.files.package.pieces import chunks_of
from workbook.files.package.refuse import XML_ERRORS, damaged, no_workbook
from workbook.files.package.splice import Element, Enters, Splices, to_utf8
from workbook.files.package.walk import tree_parser

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OWNED = "_workbook.owned"
PREFIX = "_workbook.prefix"
"""The hidden name that says what the names of our sheets begin with."""
CONTENT_TYPES = "[Content_Types].xml"


class BookParts(ABC):
    """The parts of a workbook, read when they are asked for."""

    def __init__(self, name: str = "", budget: Budget | None = None) -> None:
        self.name = name
        self.budget = budget
        self._relationships: dict[str, list[Relationship]] = {}
        self._roots: dict[tuple[str, int], Element] = {}

    @abstractmethod
    def names(self) -> Iterable[str]:
        """Return the names of all parts, as `key` makes them."""

    @abstractmethod
    def __contains__(self, part: str) -> bool: ...

    @abstractmethod
    def size(self, part: str) -> int:
        """Return the number of bytes of a part; 0 for one that is not there."""

    @abstractmethod
    def stream(self, part: str) -> AbstractContextManager[IO[bytes]]:
        """Open a part for reading piece by piece. Raises Refusal as `read` does."""

    def read(self, part: str) -> bytes:
        """Return a part's bytes. Raises Refusal where there is no such part or it is damaged."""
        with self.stream(part) as file:
            return file.read()

    def spans(self, part: str) -> Iterator[Iterator[bytes] | Rows]:
        """Yield what a part is made of, one after the other: bytes, and rows of ours. Raises Refusal as `read` does."""
        with self.stream(part) as file:
            yield chunks_of(file)

    def splices(self, part: str, depth: int, enters: Enters | None = None) -> Splices:
        """Scan a part for editing, down to what is entered.

        Raises Refusal where it is not well formed or too large to be read as a tree.
        """
        if self.budget:
            self.budget.spend(self, part, ROWS if enters else FRAME)
        try:
            return Splices(to_utf8(self.read(part)), depth, enters)
        except XML_ERRORS as error:
            raise damaged(self.name, part, str(error)) from error

    def root(self, part: str, depth: int) -> Element:
        """Scan a part for reading, once. Raises Refusal as `splices` does."""
        asked = (key(part), depth)
        if asked not in self._roots:
            self._roots[asked] = self.splices(part, depth).root
        return self._roots[asked]

    def relationships(self, part: str) -> list[Relationship]:
        """Return the arrows that leave a part (`""`: the package itself); none where it has no relationships part."""
        file = key(rels_name(part))
        if file not in self._relationships:
            arrows = self.root(file, 1).children if file in self else []
            self._relationships[file] = [self._relationship(part, arrow.attributes) for arrow in arrows]
        return self._relationships[file]

    def follow(self, part: str, kind: str) -> Relationship | None:
        """Return the first arrow of a kind, which is the last word of its type."""
        return next((rel for rel in self.relationships(part) if rel.kind.endswith("/" + kind)), None)

    @cached_property
    def workbook_part(self) -> str:
        """The name of the workbook part, found by relationship because its path is free."""
        start = self.follow("", "officeDocument")
        if start is None or start.target not in self:
            raise no_workbook("it contains " + ", ".join(list(self.names())[:3])).named(self.name)
        return start.target

    @cached_property
    def workbook(self) -> Element:
        """The workbook part's root, scanned two levels deep."""
        return self.root(self.workbook_part, 2)

    @cached_property
    def sheets(self) -> list[SheetEntry]:
        """The sheets in tab order."""
        parts = {rel.id: rel.target for rel in self.relationships(self.workbook_part) if not rel.is_external}
        found = []
        for element in self.workbook.under("sheets"):
            rel_id = next((value for name, value in element.attributes.items() if name.endswith(" id")), "")
            own = element.attributes.get
            part = parts.get(rel_id, "")
            found.append(SheetEntry(own("name", ""), own("sheetId", ""), rel_id, part, own("state", "visible")))
        return found

    @cached_property
    def date_1904(self) -> bool:
        """Whether day 0 of this workbook's dates is 1904-01-01."""
        properties = self.workbook.find("workbookPr")
        return properties is not None and properties.attributes.get("date1904", "0") in {"1", "true"}

    @cached_property
    def content_types(self) -> dict[str, str]:
        """Content types: of one part by `/its/name`, of an extension by the bare extension, both in lower case."""
        types = {}
        for element in self.root(CONTENT_TYPES, 1).children:
            own = element.attributes.get
            name = "/" + key(own("PartName", "")) if element.name == "Override" else own("Extension", "").lower()
            types[name] = own("ContentType", "")
        return types

    def content_type(self, part: str) -> str:
        """Return a part's content type, empty where none is declared."""
        name = key(part)
        return self.content_types.get("/" + name) or self.content_types.get(name.rpartition(".")[2], "")

    @cached_property
    def default_font(self) -> tuple[str, float]:
        """Name and size of the font that unstyled cells have, which also sets the unit of column widths."""
        fallback = ("Calibri", 11.0)
        styles = self.follow(self.workbook_part, "styles")
        if styles is None or styles.target not in self:
            return fallback
        try:
            return _first_font(self.read(styles.target)) or fallback
        except XML_ERRORS as error:
            raise damaged(self.name, styles.target, str(error)) from error

    def tables(self) -> list[TableEntry]:
        """Return the Excel Tables of all sheets, in tab order; one without a usable range is left out."""
        return [table for sheet in self.sheets if sheet.part for table in self._tables_on(sheet)]

    @cached_property
    def owners(self) -> dict[str, str]:
        """What each sheet's mark recorded of its bytes and content; a copy or a renamed sheet is the person's."""
        marks = {}
        for name in defined_names(self.workbook):
            if name.name == OWNED and name.sheet is not None and name.sheet < len(self.sheets):
                digest, _, marked = name.text.strip().strip('"').replace('""', '"').partition(" ")
                sheet = self.sheets[name.sheet]
                if marked.casefold() == sheet.name.casefold():
                    marks[sheet.name] = digest
        return marks

    @cached_property
    def prefix(self) -> str:
        """What the names of our sheets begin with, as the workbook's hidden name says; mostly empty."""
        kept = next((name.text for name in defined_names(self.workbook) if name.name == PREFIX), "")
        return kept.strip().removeprefix('"').removesuffix('"').replace('""', '"')

    def reachable(self, start: str, blocked: Iterable[str] = ()) -> list[str]:
        """Return parts that arrows lead to from a part (`""`: the package), nearest first, not past blocked ones."""
        seen = {key(part) for part in blocked}
        found: list[str] = []
        queue = [start]
        while queue:
            for rel in self.relationships(queue.pop(0)):
                if not rel.is_external and key(rel.target) not in seen and rel.target in self:
                    seen.add(key(rel.target))
                    found.append(rel.target)
                    queue.append(rel.target)
        return found

    def _tables_on(self, sheet: SheetEntry) -> Iterator[TableEntry]:
        targets = {rel.target for rel in self.relationships(sheet.part) if rel.kind.endswith("/table")}
        for target in sorted(target for target in targets if target in self):
            own = self.root(target, 0).attributes.get
            name = own("displayName") or own("name", "")
            try:
                rows = int(own("headerRowCount", "1")), int(own("totalsRowCount", "0"))
                yield TableEntry(sheet.name, name, parse_area(own("ref", "")), *rows)
            except ValueError:
                continue

    def _relationship(self, part: str, attributes: dict[str, str]) -> Relationship:
        target = attributes.get("Target", "")
        is_external = attributes.get("TargetMode") == "External" or target.startswith("#")
        if not is_external:
            target = resolve(part, target)
            target = target if target in self or "%" not in target else unquote(target)
        return Relationship(attributes.get("Id", ""), attributes.get("Type", ""), target, is_external)


def _first_font(styles: bytes) -> tuple[str, float] | None:
    """Return name and size of the font of unstyled cells; None where the stylesheet does not say. Raises XML errors."""
    root = etree.fromstring(to_utf8(styles), tree_parser())
    xf = root.find("{*}cellXfs/{*}xf")
    fonts = root.findall("{*}fonts/{*}font")
    index = int(xf.get("fontId", "0")) if xf is not None else 0
    if index >= len(fonts):
        return None
    name, size = fonts[index].find("{*}name"), fonts[index].find("{*}sz")
    return (
        (name is not None and name.get("val")) or "Calibri",
        float(size.get("val", "11")) if size is not None else 11.0,
    )
