"""What stands around the cells of a person's sheet, and its relationships, edited byte by byte (files floor).

The cells themselves are left out of the scan: they can be millions, and nothing here looks at them.
"""

from __future__ import annotations

import re

from workbook.files.grafting.changes import Changes
from workbook.files.grafting.donor import RELS_TYPE, NewPart
from workbook.files.package.archive import pack
from workbook.files.package.book_parts import RELATIONSHIPS
from workbook.files.package.package import Package
from workbook.files.package.parts import key, rels_name
from workbook.files.package.refuse import XML_ERRORS
from workbook.files.package.splice import Splices, tag, to_utf8, wrap

_CELLS = re.compile(rb"<(?:[\w.-]+:)?sheetData(?:\s[^<>]*)?(?<!/)>(.*)</(?:[\w.-]+:)?sheetData\s*>", re.DOTALL)
_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
# A part of ours begins and ends as no other program writes it, so that it is known when it has nothing left to hold.
_OWN_START = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships '
_OWN_END = b"</Relationships>\n"
# What the schema wants before the drawing of the notes.
# fmt: off
_BEFORE = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing",
)
# fmt: on


class SheetShell:
    """A sheet without its cells, scanned one level deep or more. Raises Refusal where it is not well formed."""

    def __init__(self, package: Package, part: str, depth: int = 1) -> None:
        data, self._cells, self._at = package.read(part), b"", 0
        try:
            data = to_utf8(data)
            if found := _CELLS.search(data):
                self._at, self._cells = found.start(1), found[1]
                data = data[: found.start(1)] + data[found.end(1) :]
            self._page = Splices(data, depth)
        except XML_ERRORS:
            # Something only looks like the end of the cells; or the part is damaged, and this says so.
            self._page, self._cells = package.splices(part, depth), b""

    @property
    def selection(self) -> str:
        """What the first view says of its being selected, empty where it says nothing; of a scan two levels deep."""
        return next((view.attributes.get("tabSelected", "") for view in self._page.root.under("sheetViews")), "")

    def with_selection(self, flag: str) -> bytes:
        """Return the sheet with its first view selected or not; a sheet without a view stays as it is."""
        if views := self._page.root.under("sheetViews"):
            self._page.set_attribute(views[0], "tabSelected", flag)
        return self._result()

    @property
    def drawing_id(self) -> str:
        """The id of the relationship to the drawing of notes and controls, empty where there is none."""
        legacy = self._page.root.find("legacyDrawing")
        if legacy is None:
            return ""
        return next((value for name, value in legacy.attributes.items() if name.endswith(" id")), "")

    def pointing_to(self, rel_id: str) -> bytes:
        """Return the sheet with a drawing of notes, which it must not have yet."""
        root = self._page.root
        known = next((prefix for prefix, uri in root.scope.items() if prefix and uri == RELATIONSHIPS), None)
        declared = {} if known else {"xmlns:r": RELATIONSHIPS}
        text = tag(root.prefix, "legacyDrawing", {**declared, f"{known or 'r'}:id": rel_id})
        self._page.insert(root, text, after=_BEFORE)
        return self._result()

    def pointing_nowhere(self) -> bytes:
        """Return the sheet without its drawing of notes."""
        if legacy := self._page.root.find("legacyDrawing"):
            self._page.drop(legacy)
        return self._result()

    def _result(self) -> bytes:
        self._page.put(self._at, self._cells)
        return self._page.result()


class SheetRels:
    """The relationships of one sheet under way; a part of ours comes with the first and goes with the last of them."""

    def __init__(self, changes: Changes, part: str) -> None:
        self.changes, self.part, self.name = changes, part, rels_name(part)
        self.rels = changes.host.relationships(part)
        self.new: list[tuple[str, str, str]] = []
        self.gone: set[str] = set()

    def add(self, kind: str, target: str) -> str:
        """Add an arrow to a part and give its id."""
        taken = {rel.id.lower() for rel in self.rels} | {rel_id.lower() for rel_id, _, _ in self.new}
        number = next(number for number in range(1, len(taken) + 2) if f"rid{number}" not in taken)
        self.new.append((f"rId{number}", f"{RELATIONSHIPS}/{kind}", f"/{target}"))
        return f"rId{number}"

    def drop(self, target: str) -> None:
        """Take the arrows to a part out."""
        self.gone |= {rel.id for rel in self.rels if not rel.is_external and key(rel.target) == key(target)}

    def write(self) -> None:
        """Leave the edits among the changes."""
        if not self.new and not self.gone:
            return
        host = self.changes.host
        if self.name not in host:
            body = b"".join(self._xml("", *new) for new in self.new)
            root = wrap("", "Relationships", {"xmlns": _NAMESPACE}, body)
            made = _OWN_START + root.removeprefix(b"<Relationships ") + b"\n"
            self.changes.added.append(NewPart(self.name, RELS_TYPE, pack([made])))
            return
        data = host.read(self.name)
        is_empty = not self.new and len(self.gone) == len(self.rels)
        if is_empty and data.startswith(_OWN_START) and data.endswith(_OWN_END):
            self.changes.gone.add(key(self.name))
            return
        rels = host.splices(self.name, 1)
        for element in rels.root.children:
            if element.attributes.get("Id") in self.gone:
                rels.drop(element)
        for new in self.new:
            rels.append(rels.root, self._xml(rels.root.prefix, *new))
        self.changes.edited[self.name] = _closed(rels.result()) if is_empty else rels.result()

    @staticmethod
    def _xml(prefix: str, rel_id: str, kind: str, target: str) -> bytes:
        return tag(prefix, "Relationship", {"Id": rel_id, "Type": kind, "Target": target})


def _closed(data: bytes) -> bytes:
    """Write an emptied root that nothing follows as it was before: closed in its own tag."""
    return re.sub(rb"(<[^<>?]+)></[^<>]+>$", rb"\1/>", data)
