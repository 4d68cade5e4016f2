"""Checks that a zip can be read in one way only, before anything in it is unpacked (files floor).

A zip says everything twice: each entry has a header of its own and a row in the directory at the end. Programs differ
in which of the two they believe, so a file in which they disagree could show Excel one figure and this tool another.
Bytes in, nothing or a `FileTrouble` out. What real programs write passes: zip64, sizes behind the data, padding.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from workbook.files.package.caps import Caps, way_out
from workbook.files.package.refuse import ASK, FileTrouble, ambiguous, damage
from workbook.problems import Code

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_END64, _LOCATOR = b"PK\x06\x06", b"PK\x06\x07"
_END_SIZE, _END64_SIZE, _LOCATOR_SIZE = 22, 56, 20
_LONGEST_COMMENT = 0xFFFF
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_STORED, _DEFLATED = 0, 8
_UNICODE_PATH = 0x7075
_METHODS = {1: "shrink", 6: "implode", 9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "xz", 98: "PPMd"}
_ENCRYPTED, _SIZES_FOLLOW, _PATCH = 0x2041, 0x0008, 0x0020
_LEADS_OUT = re.compile(r"(^|/)\.\.(/|$)|^[a-z]:", re.IGNORECASE)


class _End(Struct, frozen=True):
    """Where the directory lies and how many entries it says it has."""

    start: int
    stop: int
    count: int


class _Row(Struct, frozen=True):
    """One entry as the directory tells it."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed_size: int
    size: int
    at: int

    @property
    def shown(self) -> str:
        return self.name.decode("utf-8" if self.flags & 0x0800 else "cp437", errors="replace")


def check_directory(data: bytes, caps: Caps) -> None:
    """Refuse a zip that is cut off, that holds too many entries, or that two programs could read differently."""
    end = _find_end(data)
    rows: list[_Row] = []
    for row in _rows(data, end):
        rows.append(row)
        if len(rows) > caps.parts:
            told = f"has {max(end.count, len(rows))} parts; {caps.parts} are allowed"
            raise FileTrouble(Code.TOO_LARGE, told, way_out())
    if len(rows) != end.count:
        raise ambiguous(f"its directory lists {len(rows)} parts, but counts {end.count}")
    for row in rows:
        _check_row(row)
        _check_header(data, row)
    _check_places(data, rows, end)


def _find_end(data: bytes) -> _End:
    at = data.rfind(_END)
    if at < 0 or at + _END_SIZE > len(data):
        raise damage("it is cut off, its directory at the end is missing")
    disk, first_disk, here, count, size, start, comment = struct.unpack_from("<HHHHIIH", data, at + 4)
    behind = data[at + _END_SIZE + comment :]
    if at + _END_SIZE + comment > len(data):
        raise damage("it is cut off in the comment at its end")
    if behind.strip(b"\0\r\n \t"):
        raise ambiguous(f"{len(behind)} bytes follow its end")
    if _other_end(data, at):
        raise ambiguous("it has two directories")
    if data[at - _LOCATOR_SIZE : at - _LOCATOR_SIZE + 4] == _LOCATOR and at >= _LOCATOR_SIZE:
        return _find_end64(data, at, (count, size, start))
    if disk or first_disk or here != count:
        raise damage("it is one piece of a divided archive")
    if start + size != at:
        raise ambiguous("its directory does not lie where it says")
    return _End(start, at, count)


def _other_end(data: bytes, at: int) -> bool:
    """Whether an earlier end record reaches to the end of the file too, with this one in its comment."""
    place = data.find(_END, max(0, at - _LONGEST_COMMENT - _END_SIZE), at)
    while 0 <= place < at:
        length = int.from_bytes(data[place + 20 : place + 22], "little")
        if place + _END_SIZE + length >= at + _END_SIZE:
            return True
        place = data.find(_END, place + 1, at)
    return False


def _find_end64(data: bytes, at: int, told: tuple[int, int, int]) -> _End:
    """Read the 64-bit end record; where the 32-bit one has figures too, they must be the same."""
    (place,) = struct.unpack_from("<Q", data, at - _LOCATOR_SIZE + 8)
    if place + _END64_SIZE != at - _LOCATOR_SIZE or data[place : place + 4] != _END64:
        raise ambiguous("its 64-bit directory does not lie where it says")
    here, count, size, start = struct.unpack_from("<QQQQ", data, place + 24)
    full = (_FULL16, _FULL32, _FULL32)
    differs = any(short not in (mark, long) for short, mark, long in zip(told, full, (count, size, start), strict=True))
    if differs or here != count or start + size != place:
        raise ambiguous("its 32-bit and its 64-bit directory differ")
    return _End(start, place, count)


def _rows(data: bytes, end: _End) -> Iterator[_Row]:
    at = end.start
    while at < end.stop:
        if data[at : at + 4] != _CENTRAL or at + 46 > end.stop:
            raise damage("its directory is broken")
        flags, method, _, crc, packed, size, name_length, extra_length, comment = struct.unpack_from(
            "<HHIIIIHHH", data, at + 8
        )
        (header,) = struct.unpack_from("<I", data, at + 42)
        behind = at + 46 + name_length
        if behind + extra_length + comment > end.stop:
            raise damage("its directory is broken")
        extra = data[behind : behind + extra_length]
        _check_name_field(extra, data[at + 46 : behind])
        size, packed, header = _with_zip64(extra, [size, packed, header])
        yield _Row(data[at + 46 : behind], flags, method, crc, packed, size, header)
        at = behind + extra_length + comment


def _with_zip64(extra: bytes, sizes: list[int]) -> list[int]:
    """Put 64-bit sizes from an extra field where the 32-bit ones only say that they are there."""
    wide = _extra(extra)
    for place, size in enumerate(sizes):
        if size == _FULL32:
            if len(wide) < 8:
                raise damage("its directory lacks a 64-bit size")
            sizes[place], wide = int.from_bytes(wide[:8], "little"), wide[8:]
    return sizes


def _extra(extra: bytes) -> bytes:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            return extra[at + 4 : at + 4 + length]
        at += 4 + length
    return b""


def _check_name_field(extra: bytes, name: bytes) -> None:
    """Refuse an extra field with another name for the entry: some programs, and some versions of one, go by it.

    Behind a version and a checksum it has the name in UTF-8.
    """
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == _UNICODE_PATH and extra[at + 9 : at + 4 + length] != name:
            shown = name.decode("utf-8", errors="replace")
            raise ambiguous(f"its part {shown} has another name in an extra field")
        at += 4 + length


def _check_row(row: _Row) -> None:
    if row.flags & _ENCRYPTED:
        raise FileTrouble(
            Code.PASSWORD_PROTECTED, f"has its part {row.shown} encrypted by a zip program",
            "Unpack it with the password and pack it again without one.",
        )  # fmt: skip
    if row.method not in (_STORED, _DEFLATED) or row.flags & _PATCH:
        method = _METHODS.get(row.method, f"method {row.method}")
        raise FileTrouble(
            Code.UNKNOWN_PACKING, f"has its part {row.shown} packed with {method}, which Excel does not read",
            "Unpack it and pack it again with plain Deflate, or open it in the program it comes from and save it.",
        )  # fmt: skip
    shown = row.shown.replace("\\", "/")
    if b"\0" in row.name or not row.name:
        raise ambiguous("it has a part with a truncated name")
    if _LEADS_OUT.search(shown):
        raise FileTrouble(Code.UNSAFE_PART_NAME, f"has a part named {row.shown}, which points outside the archive", ASK)


def _check_header(data: bytes, row: _Row) -> None:
    """Compare an entry's own header with its row of the directory."""
    if data[row.at : row.at + 4] != _LOCAL or row.at + 30 > len(data):
        raise damage("it does not lie where the directory says", row.shown)
    flags, method, _, crc, packed, size, length, more = struct.unpack_from("<HHIIIIHH", data, row.at + 6)
    behind = row.at + 30 + length
    own = data[row.at + 30 : behind]
    _check_name_field(data[behind : behind + more], row.name)
    same = own == row.name and method == row.method and not (flags ^ row.flags) & (_ENCRYPTED | _SIZES_FOLLOW)
    if same and not flags & _SIZES_FOLLOW:
        same = crc == row.crc and packed in (row.packed_size, _FULL32) and size in (row.size, _FULL32)
    if not same:
        raise ambiguous(f"its directory and the header of its part {row.shown} differ")


def _check_places(data: bytes, rows: list[_Row], end: _End) -> None:
    """Refuse entries that share bytes, and entries between the others that the directory does not list."""
    places = [(0, 0, "")]
    for row in rows:
        name_length, extra_length = struct.unpack_from("<HH", data, row.at + 26)
        places.append((row.at, row.at + 30 + name_length + extra_length + row.packed_size, row.shown))
    places.append((end.start, end.stop, ""))
    for (_, before, one), (start, _, other) in pairwise(sorted(places)):
        if start < before:
            raise ambiguous(f"its parts {one or other} and {other or 'the directory'} share bytes")
        if data.find(_LOCAL, before, start) >= 0:
            raise ambiguous("it has a part that its directory does not list")
