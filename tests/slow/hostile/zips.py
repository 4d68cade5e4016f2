"""Writes zips that no zip program would write: every header field can be told to lie."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from tests.edits import parts_of
from tests.workbooks import valid_workbook

Parts = dict[str, bytes]
DESCRIPTOR = 0x0008
UTF8 = 0x0800


@dataclass(slots=True)
class Entry:
    """One entry; `local` and `central` override what its two headers say.

    Their keys: name, flags, method, crc, packed, size, at (central only), extra.
    """

    name: str | bytes
    data: bytes
    method: int = 8
    local: Mapping[str, int | bytes] = field(default_factory=dict)
    central: Mapping[str, int | bytes] = field(default_factory=dict)
    is_listed: bool = True
    has_descriptor: bool = False
    packed: bytes | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the entries and what the end record says; None leaves it as it is true."""

    prefix: bytes = b""
    suffix: bytes = b""
    comment: bytes = b""
    count: int | None = None
    disk: int = 0
    shift: int = 0
    between: bytes = b""


@cache
def _valid() -> bytes:
    return valid_workbook()


def valid_parts() -> Parts:
    """Return the parts of a small workbook with a valid plan."""
    return parts_of(_valid())


def entries(parts: Mapping[str, bytes]) -> list[Entry]:
    """Return the parts as honest entries."""
    return [Entry(name, data) for name, data in parts.items()]


def deflated(data: bytes, level: int = 6) -> bytes:
    """Return raw deflate data."""
    deflate = zlib.compressobj(1 if len(data) > 1 << 20 else level, zlib.DEFLATED, -15)
    return deflate.compress(data) + deflate.flush()


def zip_of(items: Sequence[Entry], frame: Frame | None = None) -> bytes:
    """Write a zip."""
    frame = frame or Frame()
    out, directory, listed = bytearray(frame.prefix), bytearray(), 0
    for item in items:
        name = item.name.encode() if isinstance(item.name, str) else item.name
        packed = item.packed if item.packed is not None else deflated(item.data) if item.method == 8 else item.data
        true: dict[str, int | bytes] = {
            "name": name,
            "flags": (DESCRIPTOR if item.has_descriptor else 0) | (0 if name.isascii() else UTF8),
            "method": item.method,
            "crc": zlib.crc32(item.data),
            "packed": len(packed),
            "size": len(item.data),
            "at": len(out) - len(frame.prefix),
            "extra": b"",
        }
        sizes = {"crc": 0, "packed": 0, "size": 0} if item.has_descriptor else {}
        local = {**true, **sizes, **item.local}
        out += _local(local) + packed
        if item.has_descriptor:
            out += struct.pack("<4sIII", b"PK\7\x08", *(_number(true, key) for key in ("crc", "packed", "size")))
        if item.is_listed:
            directory += _central({**true, **item.central})
            listed += 1
    out += frame.between
    start, count = len(out) - len(frame.prefix) + frame.shift, listed if frame.count is None else frame.count
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", frame.disk, 0, count, count, len(directory), start, len(frame.comment))
    return bytes(out + directory + end + frame.comment + frame.suffix)


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Zip parts honestly."""
    return zip_of(entries(parts))


def with_parts(**changed: bytes) -> Parts:
    """Return the valid parts with some replaced or added; `__` in a key stands for `/`, `_dot_` for a dot."""
    return {**valid_parts(), **{key.replace("__", "/").replace("_dot_", "."): data for key, data in changed.items()}}


def replaced(part: str, old: bytes, new: bytes) -> Parts:
    """Return the valid parts with one text replaced in one of them; it must stand there."""
    parts = valid_parts()
    if old not in parts[part]:
        raise ValueError(f"{old!r} does not stand in {part}")
    return {**parts, part: parts[part].replace(old, new, 1)}


def _number(fields: Mapping[str, int | bytes], key: str) -> int:
    value = fields[key]
    return value if isinstance(value, int) else 0


def _bytes(fields: Mapping[str, int | bytes], key: str) -> bytes:
    value = fields[key]
    return value if isinstance(value, bytes) else b""


def _common(fields: Mapping[str, int | bytes]) -> bytes:
    numbers = [_number(fields, key) for key in ("flags", "method")]
    sizes = [_number(fields, key) for key in ("crc", "packed", "size")]
    lengths = len(_bytes(fields, "name")), len(_bytes(fields, "extra"))
    return struct.pack("<HHHHHIIIHH", 20, *numbers, 0, 0x21, *sizes, *lengths)


def _local(fields: Mapping[str, int | bytes]) -> bytes:
    return b"PK\3\4" + _common(fields) + _bytes(fields, "name") + _bytes(fields, "extra")


def _central(fields: Mapping[str, int | bytes]) -> bytes:
    tail = struct.pack("<HHHII", 0, 0, 0, 0, _number(fields, "at"))
    return b"PK\1\2\x14\0" + _common(fields) + tail + _bytes(fields, "name") + _bytes(fields, "extra")
