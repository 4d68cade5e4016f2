"""The good workbook with one thing wrong: functions that hostile packages are made with."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.slow.hostile import Hostile
from tests.slow.hostile.zips import Entry, Frame, Parts, deflated, entries, packed, replaced, valid_parts, zip_of
from workbook.problems import Code

USERS = "xl/worksheets/sheet2.xml"
BOOK, BOOK_RELS, TYPES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def refused(name: str, make: Callable[[], bytes], code: Code, seen: str = "", file_name: str = "plan.xlsx") -> Hostile:
    """Return a file that must be refused before its cells are looked at."""
    return Hostile(name, make, code, seen, exit_code=4, file_name=file_name)


def harmless(name: str, make: Callable[[], bytes]) -> Hostile:
    """Return a file that only looks wrong and must be planned."""
    return Hostile(name, make, None, exit_code=0)


def changed(part: str, **fields: Any) -> bytes:  # noqa: ANN401 - the fields of an Entry
    """Zip the valid parts with some fields of one entry set."""
    return zip_of([replace(item, **fields) if item.name == part else item for item in entries(valid_parts())])


def with_entries(*more: Entry, frame: Frame | None = None) -> bytes:
    """Zip the valid parts with more entries behind them."""
    return zip_of([*entries(valid_parts()), *more], frame)


def with_part(name: str, data: bytes) -> bytes:
    """Zip the valid parts with one more part, or with one replaced."""
    return packed({**valid_parts(), name: data})


def edited(part: str, old: bytes, new: bytes) -> bytes:
    """Zip the valid parts with one text replaced."""
    return packed(replaced(part, old, new))


def without(*names: str) -> bytes:
    """Zip the valid parts without some."""
    return packed({name: data for name, data in valid_parts().items() if name not in names})


def cut(share: float) -> bytes:
    """Return the first part of a workbook's bytes."""
    data = packed(valid_parts())
    return data[: int(len(data) * share)]


def flipped(part: str) -> bytes:
    """Change one byte of a part that is stored, not packed."""
    data = valid_parts()[part]
    middle = len(data) // 2
    wrong = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
    return changed(part, data=data, method=0, packed=wrong)


def smaller_than_it_is(part: str) -> bytes:
    """State a part's first half as the whole of it, with a checksum that fits the half."""
    data = valid_parts()[part]
    half = data[: len(data) // 2]
    told = {"size": len(half), "crc": zlib.crc32(half)}
    return changed(part, packed=deflated(data), local=told, central=told)


def overlapping() -> bytes:
    """Let two rows of the directory lead to one entry."""
    items = entries(valid_parts())
    listed = zip_of([*items, replace(items[0], central={"at": 0})])
    return _without(listed, listed.rindex(b"PK\3\4"), listed.index(b"PK\1\2"))


def nested_headers() -> bytes:
    """Let an entry's bytes hold the header and the bytes of the next one, as bombs without recursion do."""
    inner = zip_of([Entry("xl/inner.xml", b"<x/>", method=0)]).partition(b"PK\1\2")[0]
    items = [*entries(valid_parts()), Entry("xl/outer.bin", inner, method=0)]
    at = zip_of(items).index(inner)
    row = Entry("xl/inner.xml", b"<x/>", method=0, central={"at": at})
    listed = zip_of([*items, row])
    # the header of the last row's own copy goes: only the nested one is there
    return _without(listed, listed.rindex(b"PK\3\4"), listed.index(b"PK\1\2"))


def _without(data: bytes, start: int, stop: int) -> bytes:
    """Cut bytes out in front of the directory and move its place."""
    place = int.from_bytes(data[-6:-2], "little") - (stop - start)
    return data[:start] + data[stop:-6] + place.to_bytes(4, "little") + data[-2:]


def two_directories() -> bytes:
    """Hide a second directory in the comment of the first."""
    data, comment = packed(valid_parts()), zip_of([Entry("a.txt", b"a")])
    return data[:-2] + struct.pack("<H", len(comment)) + comment


def zip64(honest: bool) -> bytes:
    """Return the workbook a 64-bit end record, which may say something else than the 32-bit one."""
    data = packed(valid_parts())
    body, end = data[:-22], data[-22:]
    count, size, start = struct.unpack_from("<HII", end, 10)
    told = count if honest else count - 1
    record = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, told, told, size, start)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, len(body), 1)
    marks = end[:8] + struct.pack("<HHII", 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF) + end[20:] if honest else end
    return body + record + locator + marks


def with_relationship(part: str, rel: str) -> bytes:
    """Add a relationship; `rel` is kind, target and more attributes as they stand."""
    return edited(part, b"</Relationships>", f"<Relationship {rel}/></Relationships>".encode())


def with_rel_of(sheet: str, attributes: str) -> bytes:
    """Change where the relationship of a worksheet leads."""
    pattern = rb'(<Relationship Id="rId%d" Type="[^"]*") Target="[^"]*"' % int(sheet)
    rels = re.sub(pattern, rb"\1 " + attributes.encode(), valid_parts()[BOOK_RELS])
    return with_part(BOOK_RELS, rels)


def book_without_rel_id() -> Parts:
    book = valid_parts()[BOOK]
    return {**valid_parts(), BOOK: re.sub(rb'(<sheet name="Users" sheetId="2") r:id="rId2"', rb"\1", book)}


def plus(part: str, rel: str) -> bytes:
    return valid_parts()[part].replace(b"</Relationships>", f"<Relationship {rel}/></Relationships>".encode())


def styles_type() -> bytes:
    found = re.search(rb'<Override PartName="/xl/styles.xml"[^>]*>', valid_parts()[TYPES])
    assert found
    return found[0]


def circle() -> bytes:
    rel = f'<Relationship Id="r1" Type="{OFFICE}/x" Target="../workbook.xml"/>'
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rel}</Relationships>'.encode()
