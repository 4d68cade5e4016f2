"""Looks a package over for what makes Excel offer a repair: indexes, ids, names, relationships, order of elements."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree

_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_BOOK_ORDER = """
    fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences
    definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing
    fileRecoveryPr webPublishObjects extLst
"""
_STYLE_ORDER = "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst"


def lint(data: bytes, cells_of: frozenset[str] = frozenset()) -> Counter[str]:
    """Return all findings; `cells_of` names the sheets' parts whose cells are looked at, too (lower case)."""
    return Counter(_Lint(data).run(cells_of))


class _Lint:
    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.names = [info.filename.replace("\\", "/") for info in archive.infolist() if not info.is_dir()]
            self.parts = {_key(i.filename): archive.read(i) for i in archive.infolist() if not i.is_dir()}
        self.types = self.xml("[content_types].xml")
        self.sizes: dict[str, int] = {}
        self.texts = 0
        self.is_utf8 = True

    def xml(self, part: str) -> etree._Element:
        return etree.fromstring(self.parts[_key(part)], etree.XMLParser(resolve_entities=False, huge_tree=True))

    def run(self, cells_of: frozenset[str]) -> Iterator[str]:
        yield from _doubles("part", (name.lower() for name in self.names))
        for name in self.parts:
            if name.endswith((".xml", ".rels", ".vml")):
                try:
                    self.xml(name)
                except etree.XMLSyntaxError as error:
                    yield f"{name} is not well formed: {error}"
        yield from self.content_types()
        for name in self.parts:
            if name.endswith(".rels"):
                yield from self.relationships(name)
        book = _target_of("", self.xml("_rels/.rels"), "officeDocument")
        yield from self.styles(_target_of(book, self.xml(_rels(book)), "styles"))
        yield from self.workbook(book)
        strings = _target_of(book, self.xml(_rels(book)), "sharedStrings")
        if strings in self.parts:
            self.texts = len(self.xml(strings or "").findall("{*}si"))
            self.is_utf8 = self.parts[strings or ""][:2] not in {b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"}
        for part in sorted(cells_of):
            yield from self.cells(part)
        yield from self.tables()

    def content_types(self) -> Iterator[str]:
        overrides = [_key(item.get("PartName", "")) for item in self.types.iterfind("{*}Override")]
        defaults = {item.get("Extension", "").lower() for item in self.types.iterfind("{*}Default")}
        yield from _doubles("override", overrides)
        yield from _doubles(
            "default", (item.get("Extension", "").lower() for item in self.types.iterfind("{*}Default"))
        )
        for name in overrides:
            if name not in self.parts:
                yield f"override of {name}, which is missing"
        for name in self.parts:
            if name not in overrides and name.rpartition(".")[2] not in defaults and name != "[content_types].xml":
                yield f"no content type for {name}"

    def relationships(self, part: str) -> Iterator[str]:
        folder, _, file = part.rpartition("_rels/")
        source = folder + file.removesuffix(".rels")
        rels = list(self.xml(part).iterchildren("*"))
        yield from _doubles(f"{part} id", (rel.get("Id", "") for rel in rels))
        for rel in rels:
            target = _resolve(source, rel.get("Target", ""))
            if rel.get("TargetMode") != "External" and not {target, unquote(target)} & self.parts.keys():
                yield f"{part}: {target} is missing"

    def styles(self, part: str) -> Iterator[str]:
        if part not in self.parts:
            return
        root = self.xml(part)
        yield from _order(part, root, _STYLE_ORDER)
        lists = {etree.QName(child).localname: list(child.iterchildren("*")) for child in root.iterchildren("*")}
        self.sizes = {name: len(items) for name, items in lists.items()}
        for child in root.iterchildren("*"):
            name = etree.QName(child).localname
            if child.get("count") not in {None, str(self.sizes[name])} and name != "tableStyles":
                yield f"styles: count of {name}"
        yield from _doubles("number format", (item.get("numFmtId", "") for item in lists.get("numFmts", [])))
        for container in ("cellXfs", "cellStyleXfs"):
            for xf in lists.get(container, []):
                for name, target in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
                    if int(xf.get(name, "0")) >= self.sizes.get(target, 0):
                        yield f"styles: {container} {name} out of range"
                if container == "cellXfs" and int(xf.get("xfId", "0")) >= max(1, self.sizes.get("cellStyleXfs", 0)):
                    yield "styles: xfId out of range"

    def workbook(self, part: str) -> Iterator[str]:
        root = self.xml(part)
        yield from _order(part, root, _BOOK_ORDER)
        sheets = root.findall("{*}sheets/{*}sheet")
        yield from _doubles("sheet name", (sheet.get("name", "").casefold() for sheet in sheets))
        yield from _doubles("sheetId", (sheet.get("sheetId", "") for sheet in sheets))
        targets = {rel.get("Id"): _resolve(part, rel.get("Target", "")) for rel in self.xml(_rels(part))}
        for sheet in sheets:
            if targets.get(sheet.get(f"{_OFFICE}id", "")) not in self.parts:
                yield f"sheet {sheet.get('name')} leads nowhere"
        names = root.findall("{*}definedNames/{*}definedName")
        yield from _doubles("name", (f"{item.get('name', '').casefold()} {item.get('localSheetId')}" for item in names))
        for item in names:
            if int(item.get("localSheetId", "0")) >= len(sheets):
                yield f"localSheetId of {item.get('name')}"
        for view in root.iterfind("{*}bookViews/{*}workbookView"):
            if not 0 <= int(view.get("activeTab", "0")) < len(sheets):
                yield "activeTab out of range"
        if sum(b'tabSelected="1"' in self.parts.get(part or "", b"")[:4000] for part in targets.values()) > 1:
            yield "two selected tabs"

    def cells(self, part: str) -> Iterator[str]:
        for element in self.xml(part).iter("{*}c", "{*}row", "{*}col", "{*}cfRule"):
            formats, own = "cellXfs", element.get("s") or element.get("style") or "0"
            if etree.QName(element).localname == "cfRule":
                formats, own = "dxfs", element.get("dxfId") or "-1"
            if int(own) >= self.sizes.get(formats, 0):
                yield f"{part}: index {own} of {formats} out of range"
            if element.get("t") == "s" and not 0 <= int(element.findtext("{*}v") or "-1") < self.texts:
                yield f"{part}: number of a text out of range"
            if element.get("t") == "inlineStr" and self.is_utf8:
                yield f"{part}: a text in its cell"

    def tables(self) -> Iterator[str]:
        overrides = self.types.iterfind("{*}Override")
        found = [_key(item.get("PartName", "")) for item in overrides if ".table+xml" in item.get("ContentType", "")]
        roots = [self.xml(part) for part in found if part in self.parts]
        yield from _doubles("table id", (root.get("id", "") for root in roots))
        yield from _doubles("table name", (root.get("displayName", "").casefold() for root in roots))
        for root in roots:
            for element in root.iter("{*}table", "{*}tableColumn"):
                for name, value in element.attrib.items():
                    if str(name).endswith("DxfId") and int(value) >= self.sizes.get("dxfs", 0):
                        yield f"table {root.get('name')}: {name!s} out of range"


def _key(name: str) -> str:
    return unquote(name).replace("\\", "/").lstrip("/").lower()


def _rels(part: str) -> str:
    folder, _, file = part.rpartition("/")
    return f"{folder}/_rels/{file}.rels".lstrip("/")


def _resolve(source: str, target: str) -> str:
    joined = posixpath.join("/" + posixpath.dirname(source), target.replace("\\", "/").partition("#")[0])
    return _key(posixpath.normpath(joined))


def _target_of(source: str, rels: etree._Element, kind: str) -> str:
    found = (_resolve(source, rel.get("Target", "")) for rel in rels if rel.get("Type", "").endswith("/" + kind))
    return next(found, "")


def _doubles(what: str, values: Iterator[str] | list[str]) -> Iterator[str]:
    return (f"{what} {value} twice" for value, count in Counter(values).items() if count > 1)


def _order(part: str, root: etree._Element, order: str) -> Iterator[str]:
    names = [etree.QName(child).localname for child in root.iterchildren("*")]
    known = order.split()
    places = [known.index(name) for name in names if name in known]
    if places != sorted(places):
        yield f"{part}: children out of order"
