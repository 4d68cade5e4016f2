"""The rows of a sheet's XML that hold nothing but plain values at addresses of their own (files floor).

Programs write nearly every row of an input sheet like this, and a pattern finds it several times faster than a parser.
It finds only what is well formed by itself and where a row may be; the parser reads everything else.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from xml.parsers import expat

from msgspec import Struct

from workbook.address import MAX_COLUMNS, column_number
from workbook.files.package.walk import new_parser

Xml = bytes | bytearray
Attributes = dict[str, str]

_LONGEST_ROW = 1 << 20
_WORTH_IT = 1 << 16
_BEGIN = re.compile(rb"(?:\xef\xbb\xbf)?(?:<\?xml\s[^<>]*\?>\s*)?<(?![?!])")
_ENCODING = re.compile(rb"""\sencoding\s*=\s*["'](?!utf-8["']|us-ascii["'])""", re.IGNORECASE)
_LETTER = r"[ -%'-;=?-~]"
"""A letter of ASCII that XML stores as it is."""
_BLANK = r"[ \t\r\n]*+"
_LOOK = r'(?: {}="[0-9.:a-z ]*+")?+'
_RARE = map(_LOOK.format, ("customFormat", "ht", "customHeight", "thickTop", "thickBot", "x14ac:dyDescent"))
_LOOKS = f"{_LOOK.format('spans')}{_LOOK.format('s')}(?:(?= ){''.join(_RARE)})?+"
"""What an empty row may say of its looks, in the order in which programs say it."""
_DATA = re.compile(rb"<((?:[A-Za-z]\w{0,20}:)?)sheetData(?:\s[^<>]*)?(?<!/)>")


class PlainRow(Struct, frozen=True):
    """A row: its number, the text of its attributes, its cells, and where it ends.

    A cell is the letters of its column, the text of its attributes, its value as stored, and its own text.
    """

    number: int
    attributes: str
    cells: list[tuple[str, str, str, str]]
    end: int


class EmptyRows(Struct, frozen=True):
    """Visible rows below each other that hold a format and nothing else: the last one's, how many, their end."""

    last: int
    count: int
    end: int


class PlainRows:
    """The plain rows of one sheet; `begin` is where its first row may be, at the end if the parser has to read all."""

    def __init__(self, data: Xml) -> None:
        """Look for the rows. A comment may look like one, and other encodings like anything."""
        self.data = data
        begin = _BEGIN.match(data)
        is_told = begin and not _ENCODING.search(data, 0, begin.end()) and b"<!" not in data and data.rfind(b"<?") <= 3
        found = _DATA.search(data) if is_told else None
        self.begin = found.end() if found else len(data)
        self.prefix = found[1].decode() if found else ""
        self._open, self._close = f"<{self.prefix}row ".encode(), f"</{self.prefix}row>".encode()
        self._row, self._cell = _patterns(self.prefix)
        self._empty = _pattern_of_empty_rows(self.prefix) if len(data) > _WORTH_IT else None

    def empty_at(self, place: int) -> EmptyRows | None:
        """Return the rows from a place on that have a format and nothing else, if a large sheet has any."""
        found = self._empty.match(self.data, place) if self._empty else None
        if found is None:
            return None
        return EmptyRows(int(found[1]), self.data.count(self._open, place, found.end()), found.end())

    def at(self, place: int) -> PlainRow | None:
        """Return the row that begins at a place, if it is plain. What its attributes say is not looked at yet."""
        found = self._row.match(self.data, place, place + _LONGEST_ROW)
        if found is None:
            return None
        number, attributes, cells = int(found[1]), found[2].decode(), found[3]
        if cells is None:
            return PlainRow(number, attributes[:-1], [], found.end())
        return PlainRow(number, attributes, self._cell.findall(cells.decode()), found.end())

    def end_of_row(self, place: int) -> int:
        """Return where the next row ends; the end of the sheet if none does."""
        end = self.data.find(self._close, place)
        return len(self.data) if end < 0 else end + len(self._close)


@lru_cache(1000)
def attributes_of(text: str) -> Attributes | None:
    """Return the attributes that an element has behind its address; None if their text is not well formed."""
    found: list[Attributes] = []
    parser = new_parser()
    parser.StartElementHandler = lambda _, attributes: found.append(attributes)
    try:
        parser.Parse(f'<c r="A1"{text}/>', True)
    except expat.ExpatError:
        return None
    return found[0]


class Columns(dict[str, int]):
    """The number of each column by its letters; 0 beyond the last one of a sheet."""

    def __missing__(self, letters: str) -> int:
        number = column_number(letters)
        self[letters] = number if number <= MAX_COLUMNS else 0
        return self[letters]


@cache
def _patterns(prefix: str) -> tuple[re.Pattern[bytes], re.Pattern[str]]:
    """Return the patterns of a row and of the parts of its cells, whose elements have this prefix."""
    p, text = prefix, f"{_LETTER}*+"
    # Attributes are short, so that those that are remembered take little.
    rest = f"{_LETTER}{{0,200}}+"
    filled = rf'(?:<{p}v>{text}</{p}v>|<{p}is><{p}t(?: xml:space="preserve")?>{text}</{p}t></{p}is>)'
    cell = rf'<{p}c r="[A-Z]{{1,3}}+(?P=row)"{rest}(?:(?<=/)>|>{filled}?+</{p}c>)'
    row = rf'{_BLANK}<{p}row r="(?P<row>[1-9][0-9]{{0,6}}+)"({rest})(?:(?<=/)>|>((?:{cell})*+)</{p}row>)'
    stored = rf"<{p}v>([^<]*)</{p}v>|<{p}is><{p}t[^>]*>([^<]*)</{p}t></{p}is>"
    parts = rf'<{p}c r="([A-Z]+)[0-9]+"([^<>]*?)(?:/>|>(?:{stored})?</{p}c>)'
    return re.compile(row.encode()), re.compile(parts)


@cache
def _pattern_of_empty_rows(prefix: str) -> re.Pattern[bytes]:
    """Return the pattern of rows below each other without a value, whose elements have this prefix."""
    p = prefix
    bare = rf'<{p}c r="[A-Z]{{1,2}}+(?P=row)"(?: s="[0-9]++")?+(?:/>|></{p}c>)'
    row = rf'{_BLANK}<{p}row r="(?P<row>[1-9][0-9]{{0,5}}+)"{_LOOKS}(?:/>|>(?:{bare})*+</{p}row>)'
    return re.compile(rf"(?:{row})++".encode())
