"""The parts of a package that was just made (files floor).

A sheet of half a million formulas is 200 MB of text, so its rows are not held: they are made when the part is read.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO

from workbook.files.package.archive import Archive, pack
from workbook.files.package.book_parts import BookParts
from workbook.files.package.made_rows import Rows, Spelling
from workbook.files.package.parts import key
from workbook.files.package.refuse import damaged


class MadePart:
    """One part: written from its beginning to its end, then read."""

    def __init__(self, data: bytes = b"") -> None:
        self.spans: list[bytearray | Rows] = [bytearray(data)]
        self._size: int | None = None

    def write(self, data: bytes) -> None:
        """Add what comes next."""
        if not isinstance(self.spans[-1], bytearray):
            self.spans.append(bytearray())
        self.spans[-1] += data  # type: ignore[operator]

    def put(self, rows: Rows) -> None:
        """Add rows next."""
        self.spans.append(rows)

    @property
    def size(self) -> int:
        """The number of bytes of the whole part; where it was not read yet, rows are made to be counted."""
        if self._size is None:
            for _ in self.pieces():
                pass
        return self._size or 0

    def pieces(self) -> Iterator[bytes]:
        """Yield the part as its own package has it."""
        size = 0
        for span in self.spans:
            pieces = [bytes(span)] if isinstance(span, bytearray) else _xml_of(span)
            for piece in pieces:
                size += len(piece)
                yield piece
        self._size = size

    def open(self) -> IO[bytes]:
        """Return the part for reading."""
        if len(self.spans) == 1:
            return io.BytesIO(self.spans[0])  # type: ignore[arg-type]
        return io.BufferedReader(_Reader(self.pieces()))


def _xml_of(rows: Rows) -> Iterator[bytes]:
    return (piece.xml.encode() for piece in rows.pieces(Spelling()))


class _Reader(io.RawIOBase):
    """Pieces as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count


class MadeParts(BookParts):
    """The parts of a workbook that was made here, in the order in which they came."""

    def __init__(self, parts: Mapping[str, MadePart]) -> None:
        super().__init__("the generated workbook")
        self._parts = parts
        self._keys = {key(name): part for name, part in parts.items()}

    def __contains__(self, part: str) -> bool:
        return key(part) in self._keys

    def names(self) -> Iterable[str]:
        """Return the names of all parts, as `key` makes them."""
        return self._keys

    def size(self, part: str) -> int:
        """Return the number of bytes of a part; 0 for one that is not there."""
        return self._keys[key(part)].size if part in self else 0

    @contextmanager
    def stream(self, part: str) -> Iterator[IO[bytes]]:
        """Open a part for reading piece by piece. Raises Refusal where there is none."""
        if part not in self:
            raise damaged(self.name, part, "it is missing")
        with self._keys[key(part)].open() as file:
            yield file

    def spans(self, part: str) -> Iterator[Iterator[bytes] | Rows]:
        """Yield what a part is made of, one after the other: bytes, and rows of ours."""
        for span in self._keys[key(part)].spans:
            yield iter((bytes(span),)) if isinstance(span, bytearray) else span

    def packed(self) -> bytes:
        """Return a file of these parts; the same parts give the same bytes."""
        out = io.BytesIO()
        archive = Archive(out)
        for name, part in self._parts.items():
            archive.add(name, pack(part.pieces()))
        archive.close()
        return out.getvalue()
