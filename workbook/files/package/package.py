"""The zip of a workbook: its parts inflated when asked for, its entries as they lie there (files floor)."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO
from zipfile import ZipFile, ZipInfo

from workbook.files.package.archive import CHUNK
from workbook.files.package.book_parts import BookParts
from workbook.files.package.budget import Budget
from workbook.files.package.parts import key
from workbook.files.package.refuse import ZIP_ERRORS, damaged


class Package(BookParts):
    """The parts of a workbook, inflated when asked for. `open_package` is the way to one from a person's bytes."""

    def __init__(self, file: BinaryIO, name: str = "", budget: Budget | None = None) -> None:
        super().__init__(name, budget)
        self.zip = ZipFile(file)
        self._file = file
        self.entries = {key(info.filename): info for info in self.zip.infolist() if not info.is_dir()}

    def __contains__(self, part: str) -> bool:
        return key(part) in self.entries

    def names(self) -> Iterable[str]:
        """Return the names of all parts, as `key` makes them."""
        return self.entries

    def size(self, part: str) -> int:
        """Return the number of bytes that a part unpacks to; 0 for one that is not there."""
        info = self.entries.get(key(part))
        return info.file_size if info else 0

    def read_large(self, part: str) -> bytearray:
        """Return a part's bytes without ever holding them twice. Raises Refusal as `read` does."""
        data, at = bytearray(self.size(part)), 0
        with self.stream(part) as file, memoryview(data) as room:
            while count := file.readinto(room[at : at + CHUNK]):  # type: ignore[attr-defined]
                at += count
        return data

    @contextmanager
    def stream(self, part: str) -> Iterator[IO[bytes]]:
        """Open a part for reading piece by piece. Raises Refusal as `read` does."""
        info = self.entries.get(key(part))
        if info is None:
            raise damaged(self.name, part, "it is missing")
        try:
            with self.zip.open(info) as file:
                yield file
        except ZIP_ERRORS as error:
            raise damaged(self.name, part, str(error)) from error

    def packed(self, info: ZipInfo) -> Iterator[bytes]:
        """Return an entry's bytes as they lie in the zip, still compressed."""
        self._file.seek(info.header_offset)
        header = self._file.read(30)
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        at, left = info.header_offset + 30 + name_length + extra_length, info.compress_size
        while left > 0:
            self._file.seek(at)
            chunk = self._file.read(min(left, CHUNK))
            if not chunk:
                raise damaged(self.name, info.filename, "it is cut off")
            yield chunk
            at, left = at + len(chunk), left - len(chunk)


def owned_sheets(package: Package) -> dict[str, bool]:
    """Return the name of each sheet that is ours, and whether its bytes are still as we wrote them.

    Excel rewrites every sheet when it saves, so False means "saved since the run", not "a person changed figures".
    """
    infos = {sheet.name: package.entries.get(key(sheet.part)) for sheet in package.sheets}
    return {
        name: (info := infos[name]) is not None and signature(info.CRC, info.file_size) == digest.partition(":")[0]
        for name, digest in package.owners.items()
    }


def signature(crc: int, size: int) -> str:
    """Return what tells a part's bytes from others: checksum and size, which the zip's directory has at no cost."""
    return f"{crc:08x}-{size:x}"
