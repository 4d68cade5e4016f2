"""Merges the styles of a generated package into a person's stylesheet (files floor).

Two stylesheets in, the person's with records appended out, and a map from the generated indexes to the new ones.
Nothing the person has is moved or rewritten; a record that is there already is used again, so a second merge adds
nothing. Where the person's workbook has a named style of ours already, as Excel's own Input or Total, our cells take
its font, fill and border: restyling it restyles them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree
from msgspec import Struct

from workbook.files.grafting.style_records import (
    ORDER,
    Pool,
    read_containers,
    read_record,
    same_name,
    same_number,
)
from workbook.files.package.splice import Element, Splices, tag, to_utf8, wrap

MAX_CELL_FORMATS = 65_490
FIRST_CUSTOM_FORMAT = 164

# A workbook without a styles part starts from this one; the records that Excel counts on are appended to it.
MINIMAL = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    b'<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)

_START = re.compile(rb"<[^>]*?(?=/?>)")
# Excel counts on these records being there; a stylesheet that lacks them gets them before anything is appended.
_FLOOR = {
    "fonts": ['<font><sz val="11"/><name val="Calibri"/></font>'],
    "fills": ['<fill><patternFill patternType="none"/></fill>', '<fill><patternFill patternType="gray125"/></fill>'],
    "borders": ["<border><left/><right/><top/><bottom/><diagonal/></border>"],
    "cellXfs": ['<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'],
}
_APPLIED = {
    "numFmtId": "applyNumberFormat",
    "fontId": "applyFont",
    "fillId": "applyFill",
    "borderId": "applyBorder",
}

# What a cell takes from its named style together: a font and a fill that were made for each other.
_TAKEN_TOGETHER = (("fontId", "fillId"), ("borderId",))
_POOL_OF = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}
_NORMAL = '<cellStyle name="Normal" xfId="0" builtinId="0"/>'


class StyleMap(Struct, frozen=True):
    """Where generated style indexes lie in the merged stylesheet: of cells, and of conditional and table formats."""

    cells: Mapping[int, int]
    differential: Mapping[int, int]


class TooManyStylesError(ValueError):
    """The merged stylesheet would hold more cell formats than Excel can read."""


def merge_styles(host: bytes, generated: bytes) -> tuple[bytes, StyleMap]:
    """Append the generated styles that the host lacks, and tell where each one lies.

    Raises XML errors for a host part that is not well formed, TooManyStylesError, and NotImplementedError for generated
    formats that it cannot carry.
    """
    merge = _Merge(to_utf8(host), generated)
    cells = {index: merge.cell_format(xf) for index, xf in enumerate(merge.donor["cellXfs"])}
    # Index 0 is what unstyled cells have: they shall look like the unstyled cells of the person.
    cells[0] = 0
    differential = {index: merge.differential(dxf) for index, dxf in enumerate(merge.donor["dxfs"])}
    if len(merge.pools["cellXfs"]) > MAX_CELL_FORMATS:
        raise TooManyStylesError(f"{len(merge.pools['cellXfs'])} cell formats")
    return merge.result(), StyleMap(cells, differential)


class _Parent(Struct, frozen=True):
    """A named style in the host: its index among the style formats, and its record there."""

    index: str
    record: etree._Element
    is_normal: bool


class _Merge:
    def __init__(self, host: bytes, generated: bytes) -> None:
        self.splices = Splices(host, 1)
        self.donor = read_containers(generated)
        own = read_containers(host)
        self.pools = {name: Pool(own[name]) for name in ORDER}
        for name, floor in _FLOOR.items():
            for text in floor[len(self.pools[name]) :]:
                self.pools[name].append(read_record(text))
        self.default_font = int(own["cellXfs"][0].get("fontId", "0")) if own["cellXfs"] else 0
        formats = [*own["numFmts"], *(fmt for dxf in own["dxfs"] for fmt in dxf.iterfind("{*}numFmt"))]
        self.formats: dict[str, int] = {}
        for item in formats:
            self.formats.setdefault(item.get("formatCode", ""), int(item.get("numFmtId", "0")))
        self.next_format = max([FIRST_CUSTOM_FORMAT - 1, *(int(item.get("numFmtId", "0")) for item in formats)]) + 1
        self.registered = {int(item.get("numFmtId", "0")) for item in own["numFmts"]}
        self.codes = {item.get("numFmtId", ""): item.get("formatCode", "") for item in self.donor["numFmts"]}
        self.parents: dict[str, _Parent | None] = {}

    def cell_format(self, xf: etree._Element) -> int:
        """Place one record of the generated cellXfs with all that it refers to."""
        if xf.find("{*}extLst") is not None:
            raise NotImplementedError("a generated cell format with an extension (a checkbox)")
        placed = self.mapped(xf)
        parent = self.parent(xf.get("xfId", "0"))
        if parent is None:
            placed.attrib.pop("xfId", "")
        else:
            placed.set("xfId", parent.index)
            if not parent.is_normal:
                self.follow(placed, xf, parent)
        return self.pools["cellXfs"].place(placed)

    def follow(self, placed: etree._Element, xf: etree._Element, parent: _Parent) -> None:
        """Let a cell have what its named style has in the host, except what is its own or what it insists on.

        A part that the cell takes from its style carries no apply flag: so Excel renews it when the style is changed.
        """
        style = self.donor["cellStyleXfs"][int(xf.get("xfId", "0"))]
        for names in _TAKEN_TOGETHER:
            taken = {name: parent.record.get(name, "0") for name in names}
            is_own = any(xf.get(name, "0") != style.get(name, "0") for name in names)
            is_broken = any(int(index) >= len(self.pools[_POOL_OF[name]]) for name, index in taken.items())
            insists = any(xf.get(_APPLIED[name]) == "1" for name in names)
            if is_own or is_broken or (insists and any(placed.get(name) != taken[name] for name in names)):
                continue
            for name, index in taken.items():
                placed.set(name, index)
                placed.attrib.pop(_APPLIED[name], "")

    def mapped(self, xf: etree._Element) -> etree._Element:
        """Copy an xf with its parts' indexes set to the host's, saying that each of them applies."""
        placed = read_record(etree.tostring(xf))
        placed.set("numFmtId", str(self.number_format(int(xf.get("numFmtId", "0")))))
        for name, container in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
            placed.set(name, str(self.part(container, int(xf.get(name, "0")))))
        for name, applied in _APPLIED.items():
            if xf.get(name, "0") != "0":
                placed.set(applied, "1")
        return placed

    def part(self, container: str, index: int) -> int:
        """Place a font, fill or border; the generated default is the host's default."""
        if index == 0:
            return self.default_font if container == "fonts" else 0
        return self.pools[container].place(self.donor[container][index])

    def number_format(self, number: int) -> int:
        """Return the host's id of a number format; ids that Excel itself defines stay."""
        code = self.codes.get(str(number))
        if code is None:
            return number
        placed = self.format_id(code)
        if placed not in self.registered and placed >= FIRST_CUSTOM_FORMAT:
            self.registered.add(placed)
            self.pools["numFmts"].added.append(tag("", "numFmt", {"numFmtId": str(placed), "formatCode": code}))
        return placed

    def format_id(self, code: str) -> int:
        """Return the id of a format code, the next free one where the host has none."""
        if code not in self.formats:
            self.formats[code] = self.next_format
            self.next_format += 1
        return self.formats[code]

    def parent(self, index: str) -> _Parent | None:
        """Return what a named style is in the host; None where the host knows no named styles."""
        if not self.pools["cellStyleXfs"].records:
            return None
        if index not in self.parents:
            named = (style for style in self.donor["cellStyles"] if style.get("xfId") == index)
            style = next(named, None)
            normal = _Parent("0", self.pools["cellStyleXfs"].records[0], is_normal=True)
            self.parents[index] = normal if style is None else self.named_style(style)
        return self.parents[index]

    def named_style(self, style: etree._Element) -> _Parent:
        """Place a named style: the host's of that built-in number or name, else a new one."""
        is_normal = style.get("builtinId") == "0"
        pool = self.pools["cellStyleXfs"]
        for is_same in (same_number, same_name):
            for own in self.pools["cellStyles"].records:
                index = own.get("xfId", "0")
                if is_same(own, style) and int(index) < len(pool.records):
                    return _Parent(index, pool.records[int(index)], is_normal)
        if is_normal:
            return _Parent("0", pool.records[0], is_normal)
        if not len(self.pools["cellStyles"]):
            self.pools["cellStyles"].append(read_record(_NORMAL))
        record = self.mapped(self.donor["cellStyleXfs"][int(style.get("xfId", "0"))])
        # Named styles are found by name, not by content: two of them may look the same.
        placed = read_record(etree.tostring(style))
        placed.set("xfId", str(pool.append(record)))
        self.pools["cellStyles"].place(placed)
        return _Parent(placed.get("xfId", "0"), record, is_normal)

    def differential(self, dxf: etree._Element) -> int:
        """Place one record of the generated dxfs."""
        placed = read_record(etree.tostring(dxf))
        for item in placed.iterfind("{*}numFmt"):
            number = int(item.get("numFmtId", "0"))
            if number >= FIRST_CUSTOM_FORMAT:
                item.set("numFmtId", str(self.format_id(item.get("formatCode", ""))))
        return self.pools["dxfs"].place(placed)

    def result(self) -> bytes:
        """Return the host's stylesheet with what was appended."""
        root = self.splices.root
        for position, name in enumerate(ORDER):
            pool = self.pools[name]
            if not pool.added:
                continue
            container = root.find(name)
            body = b"".join(_fit(record, container or root) for record in pool.added)
            if container is None:
                filled = wrap(root.prefix, name, {"count": str(len(pool))}, body)
                self.splices.insert(root, filled, after=ORDER[:position])
                continue
            self.splices.append(container, body)
            if "count" in container.attributes:
                self.splices.set_attribute(container, "count", str(len(pool)))
        return self.splices.result()


def _fit(record: bytes, container: Element) -> bytes:
    """Return a record for a place: without its namespace where that is the default there, with it elsewhere."""
    main = container.scope.get(container.prefix, "")
    declared = f' xmlns="{main}"'.encode()
    bare = record.replace(declared, b"", 1)
    if container.scope.get("") == main:
        return bare
    return _START.sub(rb"\g<0>" + declared, bare, count=1)
