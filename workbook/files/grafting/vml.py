"""The drawing part behind notes: a box for each, added to and taken out of what another program wrote (files floor).

Excel writes this part as VML, often not well formed, so it is edited as text: boxes are put in before its end and taken
out whole, and everything between stays byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

Position = tuple[int, int]
"""Row and column of a cell, from 1."""

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_FIRST_OF_BLOCK = 1024
_TYPE = (
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_ROOT = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    b' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    b'<o:idmap v:ext="edit" data="%d"/></o:shapelayout></xml>'
)
_SHAPE_TAG = re.compile(rb"<(/?)v:shape\b[^<>]*>")
_ANY_SHAPE = re.compile(rb"<v:(?:shape|rect|group|line|oval|roundrect|polyline|image)\b")
_NUMBER = re.compile(rb'id\s*=\s*["\']?_x0000_s(\d+)')
_BLOCKS = re.compile(rb'<o:idmap\b[^<>]*\bdata\s*=\s*["\']([\d,\s]+)')
_NAMESPACES = (b"urn:schemas-microsoft-com:vml", b"urn:schemas-microsoft-com:office:excel")
_WIDTH, _LINE, _CHARACTERS = 330, 13, 58


def blocks(part: bytes) -> set[int]:
    """Return the numbers of the id blocks that a drawing uses; no two drawings of a workbook share one."""
    return {int(number) for found in _BLOCKS.findall(part) for number in found.split(b",") if number.strip()}


def free_block(parts: Sequence[bytes]) -> int:
    """Return the first id block that none of the drawings uses."""
    return max((number for part in parts for number in blocks(part)), default=0) + 1


def new_drawing(block: int) -> bytes:
    """Return a drawing without boxes, of its own id block."""
    return _ROOT % block


def takes_notes(part: bytes) -> bool:
    """Whether boxes can be put into a drawing: it is text in the usual namespaces, and has its end."""
    has_prefixes = all(b"xmlns:%s=" % prefix in part for prefix in (b"v", b"o", b"x"))
    return has_prefixes and all(name in part for name in _NAMESPACES) and part.rstrip().endswith(b"</xml>")


def with_boxes(part: bytes, texts: Mapping[Position, str]) -> bytes:
    """Return a drawing with a hidden box for the note of each cell."""
    used = [int(number) for number in _NUMBER.findall(part)]
    first = max([*used, _FIRST_OF_BLOCK * max(blocks(part), default=1)]) + 1
    boxes = b"" if b'id="_x0000_t202"' in part else _TYPE
    for number, (position, text) in enumerate(sorted(texts.items()), first):
        boxes += _box(number, position, text)
    at = part.rindex(b"</xml>")
    return part[:at] + boxes + part[at:]


def without_boxes(part: bytes, gone: Collection[Position]) -> bytes:
    """Return a drawing without the boxes of some cells' notes."""
    pieces, at = [], 0
    for start, end in _shapes(part):
        if _position(part[start:end]) in gone:
            pieces.append(part[at:start])
            at = end
    rest = b"".join([*pieces, part[at:]])
    # The type that came with the boxes goes with the last of them.
    return rest if b'type="#_x0000_t202"' in rest else rest.replace(_TYPE, b"", 1)


def is_empty(part: bytes) -> bool:
    """Whether a drawing shows nothing."""
    return _ANY_SHAPE.search(part) is None


def _shapes(part: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each box begins and ends; the time follows the size, also where boxes have no end."""
    start = None
    for tag in _SHAPE_TAG.finditer(part):
        if tag[1] and start is not None:
            yield start, tag.end()
            start = None
        elif not tag[1] and start is None and not tag[0].endswith(b"/>"):
            start = tag.start()


def _position(shape: bytes) -> Position | None:
    row, column = re.search(rb"<x:Row>\s*(\d+)", shape), re.search(rb"<x:Column>\s*(\d+)", shape)
    is_note = re.search(rb'ObjectType\s*=\s*["\']?Note', shape)
    return (int(row[1]) + 1, int(column[1]) + 1) if is_note and row and column else None


def _box(number: int, position: Position, text: str) -> bytes:
    row, column = position[0] - 1, position[1] - 1
    lines = sum(1 + len(line) // _CHARACTERS for line in text.splitlines())
    height = min(_LINE * (lines + 1), 400)
    left, top = column + 1, max(row - 1, 0)
    anchor = f"{left}, 15, {top}, 10, {left + 5}, 10, {top + 1 + height // 20}, 10"
    style = (
        f"position:absolute;margin-left:60pt;margin-top:8pt;width:{_WIDTH * 3 // 4}pt;height:{height * 3 // 4}pt;"
        "z-index:1;visibility:hidden"
    )
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="{style}" fillcolor="#ffffe1" o:insetmode="auto">'
        '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    ).encode()
