"""The parts of a package that was just made, held in memory (files floor).

A sheet of half a million formulas is 200 MB of text, so a part that grows large is deflated as it comes, at the lowest
level: that is faster than a disk, and it is read once only.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO

from workbook.files.package.archive import Archive, pack
from workbook.files.package.book_parts import BookParts
from workbook.files.package.parts import key
from workbook.files.package.refuse import damaged

_LARGE = 4 << 20


class MadePart:
    """One part: written from its beginning to its end, then read."""

    def __init__(self, data: bytes = b"") -> None:
        self._body = io.BytesIO()
        self._deflated: gzip.GzipFile | None = None
        self.size = 0
        self.write(data)

    def write(self, data: bytes) -> None:
        """Add what comes next."""
        self.size += len(data)
        if self._deflated is None and self.size > _LARGE:
            held, self._body = self._body, io.BytesIO()
            self._deflated = gzip.GzipFile(fileobj=self._body, mode="wb", compresslevel=1)
            self._deflated.write(held.getbuffer())
        (self._deflated or self._body).write(data)

    def open(self) -> IO[bytes]:
        """Return the part for reading; from then on it is complete."""
        if self._deflated is None:
            return io.BytesIO(self._body.getvalue())
        self._deflated.close()
        return gzip.GzipFile(fileobj=io.BytesIO(self._body.getbuffer()))  # type: ignore[return-value]


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

    def packed(self) -> bytes:
        """Return a file of these parts; the same parts give the same bytes."""
        out = io.BytesIO()
        archive = Archive(out)
        for name, part in self._parts.items():
            with part.open() as file:
                archive.add(name, pack([file.read()]))
        archive.close()
        return out.getvalue()
