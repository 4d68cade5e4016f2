"""Writes a zip whose entries come over still compressed from another one (files floor).

Python's zipfile has no raw copy; without one, every part of the person's file would be packed anew, at the price of
time and of bytes that differ for no reason.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZipInfo

from msgspec import Struct

CHUNK = 1 << 18
_MOST, _MOST_ENTRIES = 0xFFFFFFFF, 0xFFFF
"""From here on a number stands in a 64-bit field, and this in its place."""
_MOST_HELD = 1 << 20
"""Bytes of a packed part that are held in memory where there is a place for more."""
_LEVEL = 5
"""Of compression: zlib's usual 6 takes half as long again on sheets, for 2 to 4 % of their size."""


class Packed(Struct, frozen=True):
    """A part's compressed bytes with what a zip header says of them."""

    body: IO[bytes]
    crc: int
    size: int
    packed_size: int
    method: int = ZIP_DEFLATED

    def chunks(self) -> Iterator[bytes]:
        """Return the compressed bytes from their beginning."""
        self.body.seek(0)
        return iter(lambda: self.body.read(CHUNK), b"")


def pack(chunks: Iterable[bytes], spill: Path | None = None) -> Packed:
    """Deflate a part as it streams by; in memory, but for a large one in a file whose name begins as `spill`, if given.

    Where the system knows such files it has no name at all, and it goes when it is closed. Raises OSError where there
    is no room for it.
    """
    body: IO[bytes] = io.BytesIO()
    if spill:
        # It is read when the archive is written, and closed by whoever does that.
        body = SpooledTemporaryFile(_MOST_HELD, suffix=".tmp", prefix=spill.name, dir=str(spill.parent))  # noqa: SIM115
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
    crc = size = 0
    for chunk in chunks:
        crc, size = zlib.crc32(chunk, crc), size + len(chunk)
        body.write(deflate.compress(chunk))
    body.write(deflate.flush())
    return Packed(body, crc, size, body.tell())


class Archive:
    """Writes a zip forwards only; entries of another zip come over still compressed."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._at = 0
        self._directory: list[bytes] = []

    def add(self, name: str, part: Packed) -> None:
        """Write a new entry, dated 1980-01-01 so that the same input gives the same bytes."""
        info = ZipInfo(name)
        info.compress_type, info.CRC = part.method, part.crc
        info.file_size, info.compress_size = part.size, part.packed_size
        info.create_system = 0
        info.flag_bits = 0 if name.isascii() else 0x0800
        self.copy(info, part.chunks())

    def copy(self, info: ZipInfo, packed: Iterable[bytes]) -> None:
        """Write an entry whose compressed bytes are at hand, under the name and date that `info` says."""
        name, utf8 = _name_bytes(info)
        # Bit 3 (sizes follow the data) goes, because the sizes are known; bits 1 and 2 tell the deflate level.
        flags = info.flag_bits & 0x0006 | utf8
        year, month, day, hour, minute, second = info.date_time
        when = (hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day)
        (size, packed_size, at), wide = _fitted(info.file_size, info.compress_size, self._at)
        # Before the data both sizes stand in 64 bits, or none does.
        both, wide_sizes = (size, packed_size), b""
        if _MOST in both:
            both, wide_sizes = (_MOST, _MOST), struct.pack("<HHQQ", 1, 16, info.file_size, info.compress_size)
        version = 45 if wide or wide_sizes else 20
        head = (version, flags, info.compress_type, *when, info.CRC)
        extra = wide + _without_zip64(info.extra)
        system = struct.pack("<4sBB", b"PK\x01\x02", info.create_version, info.create_system)
        tail = (len(extra), len(info.comment), 0, info.internal_attr, info.external_attr, at)
        common = struct.pack("<HHHHHIIIH", *head, packed_size, size, len(name)) + struct.pack("<HHHHII", *tail)
        self._directory.append(system + common + name + extra + info.comment)
        common = struct.pack("<HHHHHIIIHH", *head, both[1], both[0], len(name), len(wide_sizes))
        self._write(b"PK\x03\x04" + common + name + wide_sizes)
        for chunk in packed:
            self._write(chunk)

    def close(self, comment: bytes = b"") -> None:
        """Write the directory; the archive is complete."""
        start, count = self._at, len(self._directory)
        for entry in self._directory:
            self._write(entry)
        size = self._at - start
        if count >= _MOST_ENTRIES or max(start, size) >= _MOST:
            at = self._at
            wide = (44, 45, 45, 0, 0, count, count, size, start)
            self._write(struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", *wide))
            self._write(struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1))
        count, size, start = min(count, _MOST_ENTRIES), min(size, _MOST), min(start, _MOST)
        self._write(struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, size, start, len(comment)) + comment)

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._at += len(data)


def _name_bytes(info: ZipInfo) -> tuple[bytes, int]:
    """Return a name as the archive held it, and its encoding flag."""
    if info.orig_filename.isascii():
        return info.orig_filename.encode(), info.flag_bits & 0x0800
    if info.flag_bits & 0x0800:
        return info.orig_filename.encode(), 0x0800
    return info.orig_filename.encode("cp437"), 0


def _fitted(*numbers: int) -> tuple[tuple[int, ...], bytes]:
    """Return sizes and offset as the directory holds them in 32 bits, and the 64-bit field of those too large."""
    large = [number for number in numbers if number >= _MOST]
    field = struct.pack(f"<HH{len(large)}Q", 1, 8 * len(large), *large) if large else b""
    return tuple(min(number, _MOST) for number in numbers), field


def _without_zip64(extra: bytes) -> bytes:
    """Drop the 64-bit sizes (header id 1) that another program wrote: they are written anew where they are needed."""
    kept, at = b"", 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind != 1:
            kept += extra[at : at + 4 + length]
        at += 4 + length
    return kept
