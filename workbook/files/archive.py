"""Writes a zip whose entries come over still compressed from another one (files floor).

Python's zipfile has no raw copy; without one, every part of the person's file would be packed anew, at the price of
time and of bytes that differ for no reason.
"""

from __future__ import annotations

import hashlib
import struct
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO
from zipfile import ZIP_DEFLATED, ZipInfo

CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class Packed:
    """A part's compressed bytes (in memory or spooled to disk) with what a zip header says of them."""

    body: IO[bytes]
    crc: int
    size: int
    packed_size: int
    sha256: str = ""
    method: int = ZIP_DEFLATED

    def chunks(self) -> Iterator[bytes]:
        """Give the compressed bytes from their beginning."""
        self.body.seek(0)
        return iter(lambda: self.body.read(CHUNK), b"")


def pack(chunks: Iterable[bytes]) -> Packed:
    """Deflate a part as it streams by; more than a few megabytes go to a temporary file."""
    body: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=1 << 22)  # noqa: SIM115 (outlives this call)
    deflate, digest = zlib.compressobj(6, zlib.DEFLATED, -15), hashlib.sha256()
    crc = size = 0
    for chunk in chunks:
        crc, size = zlib.crc32(chunk, crc), size + len(chunk)
        digest.update(chunk)
        body.write(deflate.compress(chunk))
    body.write(deflate.flush())
    return Packed(body, crc, size, body.tell(), digest.hexdigest())


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
        sizes = (info.CRC, info.compress_size, info.file_size)
        common = struct.pack("<HHHHHIIIH", 20, flags, info.compress_type, *when, *sizes, len(name))
        extra = _without_zip64(info.extra)
        system = struct.pack("<4sBB", b"PK\x01\x02", info.create_version, info.create_system)
        tail = (len(extra), len(info.comment), 0, info.internal_attr, info.external_attr, self._at)
        self._directory.append(system + common + struct.pack("<HHHHII", *tail) + name + extra + info.comment)
        self._write(b"PK\x03\x04" + common + b"\0\0" + name)
        for chunk in packed:
            self._write(chunk)

    def close(self, comment: bytes = b"") -> None:
        """Write the directory; the archive is complete."""
        start, count = self._at, len(self._directory)
        for entry in self._directory:
            self._write(entry)
        end = (count, count, self._at - start, start, len(comment))
        self._write(struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, *end) + comment)

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._at += len(data)


def _name_bytes(info: ZipInfo) -> tuple[bytes, int]:
    """Give a name as the archive held it, and its encoding flag."""
    if info.orig_filename.isascii():
        return info.orig_filename.encode(), info.flag_bits & 0x0800
    if info.flag_bits & 0x0800:
        return info.orig_filename.encode(), 0x0800
    return info.orig_filename.encode("cp437"), 0


def _without_zip64(extra: bytes) -> bytes:
    """Drop the 64-bit sizes (header id 1): none of the sizes written here needs them."""
    kept, at = b"", 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind != 1:
            kept += extra[at : at + 4 + length]
        at += 4 + length
    return kept
