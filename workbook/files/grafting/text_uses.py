"""Which shared strings the cells of sheets refer to (files floor).

Sheets in any XML form in, the highest number of a text in use out. Cells as most programs write them are read by a
pattern; a sheet with any other text cell is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from workbook.files.package.package import Package
from workbook.files.package.parts import SheetEntry
from workbook.files.package.pieces import chunks_of, cut_at_cells
from workbook.files.package.refuse import XML_ERRORS
from workbook.files.package.walk import new_parser

_TEXT_CELL = re.compile(rb"""<(?:[\w.-]+:)?c\s[^<>]*?\bt\s*=\s*(?:["']s["']|["'][^<>"']*&)[^<>]*>""")
_NUMBERED = re.compile(
    rb"""<(?:[\w.-]+:)?c\s[^<>]*?\bt\s*=\s*["']s["'][^<>/]*>"""
    rb"""\s*+(?:<(?:[\w.-]+:)?f\b[^<>]*>[^<]*+<[^<>]*>\s*+)?"""
    rb"""<(?:[\w.-]+:)?v\b[^<>]*>\s*+([0-9]{1,9})\s*+</"""
)
_LONGEST = 64
"""Characters of a number that are read; there is no text with a longer one."""


def highest_text(host: Package, sheets: Iterable[SheetEntry], count: int) -> int:
    """Return the highest number below `count` that text cells of some sheets refer to, -1 for none.

    A cell without a value, or with a value that is the number of no text, refers to none. Where a sheet is not
    well formed every text counts as in use, so that none of them goes.
    """
    highest = -1
    for sheet in sheets:
        if sheet.part in host:
            found = _by_pattern(host, sheet.part, count)
            highest = max(highest, _parsed(host, sheet.part, count) if found is None else found)
    return highest


def _by_pattern(host: Package, part: str, count: int) -> int | None:
    """Return the highest number in a sheet; None where it has text cells in a form that the pattern does not take."""
    highest = -1
    with host.stream(part) as file:
        for piece in cut_at_cells(chunks_of(file)):
            numbers = _NUMBERED.findall(piece)
            if b"\0" in piece or len(numbers) != len(_TEXT_CELL.findall(piece)):
                return None
            highest = max(highest, max((number for number in map(int, numbers) if number < count), default=-1))
    return highest


def _parsed(host: Package, part: str, count: int) -> int:
    with host.stream(part) as file:
        reader = _Reader(count)
        try:
            for chunk in chunks_of(file):
                reader.parser.Parse(chunk, False)
            reader.parser.Parse(b"", True)
        except XML_ERRORS:
            return count - 1
    return reader.highest


class _Reader:
    """Reads the values of text cells."""

    def __init__(self, count: int) -> None:
        self.count, self.highest = count, -1
        self.is_text = self.is_value = False
        self.value = ""
        self.parser = new_parser()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "c":
            self.is_text = attributes.get("t") == "s"
        elif local == "v" and self.is_text:
            self.is_value, self.value = True, ""

    def characters(self, text: str) -> None:
        if self.is_value:
            self.value = (self.value + text)[: _LONGEST + 1]

    def end(self, name: str) -> None:
        if self.is_value and name.rpartition(":")[2] == "v":
            self.is_value = False
            number = _number(self.value)
            self.highest = max(self.highest, number if number < self.count else -1)


def _number(value: str) -> int:
    """Return the number of a text as any reader would take it, -1 where it is none."""
    try:
        return int(float(value)) if len(value) <= _LONGEST else -1
    except (ValueError, OverflowError):
        return -1
