"""What may be read of a person's package as a tree before it is refused as too large (files floor).

A tree takes many times the room and the time of its text, and a part of a few kilobytes packed can hold millions of
tags. Each part pays once, by its tags and attributes and by what one of them costs its reader.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import IO, Protocol

from workbook.files.package.archive import CHUNK
from workbook.files.package.caps import MB, Caps, way_out
from workbook.files.package.parts import key
from workbook.files.package.refuse import refusal
from workbook.problems import Code

# Microseconds of a whole run for each `<` and `=`, as measured: of the workbook part and the like, of the styles, of
# the shared strings, of a sheet of which only some rows become a tree.
FRAME, STYLES, STRINGS, ROWS = 20, 6, 2, 2


class Parts(Protocol):
    """What a budget asks of a package: its name, and the size and the bytes of its parts."""

    name: str

    def size(self, part: str) -> int: ...  # noqa: D102
    def stream(self, part: str) -> AbstractContextManager[IO[bytes]]: ...  # noqa: D102


class Budget:
    """The work that is left, in microseconds of a slow machine."""

    def __init__(self, caps: Caps) -> None:
        self._caps = caps
        self._left = caps.work
        self._paid: set[str] = set()

    def spend(self, package: Parts, part: str, price: int = FRAME) -> None:
        """Pay for a part before it is read as a tree. Raises Refusal where it, or all together, would cost too much."""
        size = package.size(part)
        if not size or key(part) in self._paid:
            return
        self._paid.add(key(part))
        if size > self._caps.text:
            told = f"{size // MB} MB in its part {part}; {self._caps.text // MB} MB are allowed there"
            raise refusal(Code.TOO_LARGE, package.name, f"has {told}", way_out())
        with package.stream(part) as file:
            marks = sum(piece.count(b"<") + piece.count(b"=") for piece in iter(lambda: file.read(CHUNK), b""))
        self._left -= marks * price
        if self._left < 0:
            told = f"has {marks:,} XML tags and attributes in its part {part}, too many to be read"
            raise refusal(Code.TOO_LARGE, package.name, told, way_out())
