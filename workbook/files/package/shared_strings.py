"""The texts that cells refer to by number: read in one place for all who ask (files floor)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from workbook.files.package.book_parts import BookParts
from workbook.files.package.walk import new_parser

_PHONETIC = "rPh"


class SharedStrings(Struct, frozen=True):
    """The texts by number, as they are stored: without looks, and `_x000D_` still stands for a character."""

    texts: Sequence[str] = ()
    data: bytes = b""
    places: Sequence[tuple[int, int]] = ()

    def xml(self) -> Iterator[bytes]:
        """Yield the XML within each item, with its looks."""
        return (self.data[first:last] for first, last in self.places)


def shared_strings(package: BookParts) -> SharedStrings:
    """Read the shared strings of a workbook; none where it has no such part.

    Raises ExpatError, ValueError or Refusal for a damaged part.
    """
    arrow = package.follow(package.workbook_part, "sharedStrings")
    if arrow is None or arrow.target not in package:
        return SharedStrings()
    reader = _Reader(package.read(arrow.target))
    return SharedStrings(reader.texts, reader.data, reader.places)


class _Reader:
    """Collects the text of every `si`; what is printed above a text to help reading it (`rPh`) is not part of it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.texts: list[str] = []
        self.places: list[tuple[int, int]] = []
        self.first = 0
        self.pieces: list[str] = []
        self.is_text = self.is_phonetic = False
        self.parser = new_parser()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.Parse(data, True)

    def start(self, name: str, _: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "t":
            self.is_text = not self.is_phonetic
        elif name == "si":
            self.first = self.parser.CurrentByteIndex
        elif name == _PHONETIC:
            self.is_phonetic = True

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "t":
            self.is_text = False
        elif name == "si":
            self.texts.append("".join(self.pieces))
            self.pieces.clear()
            last = self.parser.CurrentByteIndex
            # An item that is closed in its own tag ends where it begins.
            self.places.append((min(self.data.find(b">", self.first) + 1, last), last))
        elif name == _PHONETIC:
            self.is_phonetic = False

    def text(self, text: str) -> None:
        if self.is_text:
            self.pieces.append(text)
