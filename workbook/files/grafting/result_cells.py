"""A result sheet's part into the texts by which its cells are known (files floor).

Of a sheet with months only the columns before them and the heads above them are kept, of any other sheet every text and
formula. The part is walked once as it is inflated; cells that nobody asks for are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct, field

from workbook.address import column_number
from workbook.files.package.archive import CHUNK
from workbook.files.package.book_parts import BookParts
from workbook.files.package.refuse import XML_ERRORS, damaged
from workbook.files.package.walk import new_parser
from workbook.files.reading.stored import plain_text
from workbook.sheets.layout import FIRST_PERIOD, HEADER_ROW, ID
from workbook.sheets.time_axis import HEADINGS

_DATE = re.compile(r"[0-9]")
"""Begins a date as it is stored; the head of a fiscal year or quarter begins with a letter."""
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


class ResultCells(Struct):
    """The cells of one result sheet: `texts` by row and column, numbers as they are stored.

    `formulas` are those of a sheet without months; `typed` has a bit for each column that holds a text without a
    formula, `filled` one for each that holds anything.
    """

    name: str
    has_months: bool = False
    texts: dict[int, dict[int, str]] = field(default_factory=dict)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    typed: dict[int, int] = field(default_factory=dict)
    filled: dict[int, int] = field(default_factory=dict)
    last_column: int = 0
    first_month: int = FIRST_PERIOD
    """The column of the first month: all columns between the labels and it are periods."""

    @property
    def last_row(self) -> int:
        """The last row that holds anything."""
        return max(self.filled, default=0)


def read_result_cells(package: BookParts, name: str, part: str, strings: Sequence[str]) -> ResultCells:
    """Read a result sheet; `strings` are the texts that cells name by number. Raises Refusal for a damaged part."""
    reader = _Reader(ResultCells(name), strings)
    try:
        with package.stream(part) as file:
            while piece := file.read(CHUNK):
                reader.parser.Parse(piece, False)
            reader.parser.Parse(b"", True)
    except XML_ERRORS as error:
        raise damaged(package.name, part, str(error)) from error
    return reader.content


class _Reader:
    def __init__(self, content: ResultCells, strings: Sequence[str]) -> None:
        self.content, self.strings = content, strings
        self.row = self.column = 0
        self.kind = ""
        self.pieces: list[str] | None = None
        self.value: str | None = None
        self.formula: str | None = None
        self.is_phonetic = False
        self.skips_to = ""
        self.parser = new_parser()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "c":
            self.open_cell(name, attributes)
        elif local == "row":
            self.open_row(attributes)
        elif local in ("v", "f") or (local == "t" and not self.is_phonetic):
            self.pieces = []
        elif local == "rPh":
            self.is_phonetic = True

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local == "c":
            self.close_cell()
        elif local == "rPh":
            self.is_phonetic = False
        elif self.pieces is not None:
            text = "".join(self.pieces)
            self.pieces = None
            if local == "f":
                self.formula = text
            else:
                self.value = (self.value or "") + text

    def text(self, text: str) -> None:
        if self.pieces is not None:
            self.pieces.append(text)

    def open_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        self.row = int(number) if number.isdecimal() and len(number) < 8 else self.row + 1
        self.column = 0
        if self.row > HEADER_ROW and not self.content.has_months and self.content.filled.get(HEADER_ROW):
            heads = self.content.texts.get(HEADER_ROW, {})
            self.content.has_months = heads.get(ID) == HEADINGS[ID]
            months = (
                column for column, text in sorted(heads.items()) if column > ID and not self.is_period(column, text)
            )
            self.content.first_month = next(months, FIRST_PERIOD)

    def is_period(self, column: int, head: str) -> bool:
        """Whether a column with this head is a fiscal year or quarter: no date; without stored results, no month."""
        if not head:
            return self.content.formulas.get((HEADER_ROW, column), "").startswith("INDEX(")
        return not _DATE.match(head)

    def open_cell(self, name: str, attributes: dict[str, str]) -> None:
        found = _ADDRESS.fullmatch(attributes.get("r", ""))
        self.column = column_number(found[1]) if found else self.column + 1
        self.kind, self.value, self.formula = attributes.get("t", "n"), None, None
        if self.content.has_months and self.column > self.content.first_month and self.row > HEADER_ROW:
            # A line has all its months or none: the rest of the row says no more than its first.
            self.skips_to = name.removesuffix("c") + "row"
            self.parser.StartElementHandler = None
            self.parser.CharacterDataHandler = None
            self.parser.EndElementHandler = self.skip

    def skip(self, name: str) -> None:
        if name == self.skips_to:
            self.parser.StartElementHandler = self.start
            self.parser.CharacterDataHandler = self.text
            self.parser.EndElementHandler = self.end

    def close_cell(self) -> None:
        if self.value is None and self.formula is None:
            return
        content, row, column = self.content, self.row, self.column
        value = self.value or ""
        if self.kind == "s":
            value = self.strings[int(value)] if value.isdecimal() and int(value) < len(self.strings) else ""
        elif self.kind != "n":
            value = plain_text(value)
        bit = 1 << column
        content.filled[row] = content.filled.get(row, 0) | bit
        content.last_column = max(content.last_column, column)
        content.texts.setdefault(row, {})[column] = value
        if self.formula is not None:
            if not content.has_months:
                content.formulas[row, column] = self.formula
        elif self.kind in ("s", "inlineStr", "str"):
            content.typed[row] = content.typed.get(row, 0) | bit
