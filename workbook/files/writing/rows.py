"""Rows of cells as sheet XML (files floor).

XlsxWriter prepares each formula with 29 regular expressions and writes 0 for a missing value; a plan has half a million
formulas that need no preparation and whose values are known. These rows are written in one pass, with the formats and
the texts of the workbook that they go into, and are held nowhere.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple, TypeGuard

from workbook.address import column_letters
from workbook.files.package.escapes import escape
from workbook.files.package.made_rows import RECORD_END, SPACE, RowPiece, Spelling, number_record
from workbook.problems.sanitize import xml_text
from workbook.sheets.printing.printed import (
    COLUMN,
    PREVIOUS,
    FormulaCells,
    NumberCell,
    PrintedCell,
    PrintedRow,
    TextCell,
)

ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_PIECE = 1 << 16
"""Characters from which a piece is handed on."""
_MOST_NUMBERS = 1 << 14


class _Numbers(dict[float, str]):
    """The text of each number; many come again and again. 17 digits bring back the same double."""

    def __missing__(self, value: float) -> str:
        if not math.isfinite(value):
            raise ArithmeticError(f"a number is not finite: {value}")
        if len(self) > _MOST_NUMBERS:
            self.clear()
        text = f"{value:.17g}"
        # Zero equals the negative zero, which is written differently.
        if value:
            self[value] = text
        return text


_NUMBERS = _Numbers()


class WrittenRows:
    """Printed rows, whose styles are formats of the package that they are in: `formats` in the order of styles."""

    def __init__(self, rows: Iterable[PrintedRow], formats: Sequence[int]) -> None:
        self._rows, self._formats = rows, formats

    def pieces(self, spelling: Spelling) -> Iterator[RowPiece]:
        """Yield the rows from top to bottom as another package has them.

        Raises ArithmeticError for a number that is not finite, but for the NaN of a formula, which is a blank.
        """
        styles = spelling.formats
        formats = [styles[number] for number in self._formats] if styles else self._formats
        writer, size = _RowWriter(formats, spelling), 0
        for row in self._rows:
            size += writer.add(row)
            if size > _PIECE:
                yield writer.taken()
                size = 0
        yield writer.taken()


class _Written(NamedTuple):
    """A text cell around the number of its row, in XML and among the constants."""

    before: str
    after: str
    column: str
    record: str


class _RowWriter:
    """Writes rows into a piece; the cells of a row must stand from left to right."""

    def __init__(self, formats: Sequence[int], spelling: Spelling) -> None:
        self._formats, self._text = formats, spelling.text
        self._known: dict[TextCell, _Written] = {}
        self._start()

    def _start(self) -> None:
        self._xml: list[str] = []
        self._formulas: list[str] = []
        self._constants: list[str] = []
        self._texts = 0

    def taken(self) -> RowPiece:
        """Return what was written since the last piece."""
        self._formulas.append("")
        formulas = RECORD_END.join(self._formulas)
        piece = RowPiece("".join(self._xml), formulas, "".join(self._constants), self._texts)
        self._start()
        return piece

    def add(self, row: PrintedRow) -> int:
        """Write a row and return its length; its height is in points."""
        tall = f' ht="{row.height}" customHeight="1"' if row.height else ""
        number = row.number
        text = "".join([self.cell(number, cell) for cell in row.cells])
        self._xml.append(f'<row r="{number}"{tall}>{text}</row>')
        return len(text)

    def cell(self, row: int, cell: PrintedCell) -> str:
        """Return a printed cell, or its run of formulas."""
        if isinstance(cell, TextCell):
            return self.text(row, cell)
        style = self._formats[cell.style]
        if isinstance(cell, FormulaCells):
            return self.formulas(row, cell, style)
        address = f"{column_letters(cell.column)}{row}"
        if isinstance(cell, NumberCell):
            self._constants.append(f"{address}{RECORD_END}{number_record(cell.value)}{RECORD_END}")
            return f'<c r="{address}" s="{style}"><v>{_NUMBERS[cell.value]}</v></c>'
        return f'<c r="{address}" s="{style}"/>'

    def text(self, row: int, cell: TextCell) -> str:
        """Return a cell that holds a text as such, whatever it looks like; most stand in many rows alike."""
        known = self._known.get(cell)
        if known is None:
            text, letters = _clean(cell.text), column_letters(cell.column)
            after = f'" s="{self._formats[cell.style]}"{self._text(text)}</c>'
            record = f"{RECORD_END}{text}{RECORD_END}" if text.strip(SPACE) else ""
            known = self._known[cell] = _Written(f'<c r="{letters}', after, letters, record)
        before, after, column, record = known
        self._texts += 1
        if record:
            self._constants.append(f"{column}{row}{record}")
        return f"{before}{row}{after}"

    def formulas(self, row: int, cell: FormulaCells, style: int) -> str:
        """Return one formula filled in along a row, each with its stored value; NaN is stored as the empty text.

        The values are all numbers or all texts, as an array's are.
        """
        values, formula = cell.values, escape(cell.template[1:])
        letters = _letters(cell.column, len(values))
        if len(values) == 1 and COLUMN not in formula and PREVIOUS not in formula and formula.isprintable():
            # Most rows of a large plan are constants: one cell, with a formula that names no column of its own.
            address = f"{letters[0]}{row}"
            self._formulas += (address, formula)
            return f'<c r="{address}" s="{style}"{_stored(values[0], formula)}</c>'
        parts = _filled(formula, cell.column, letters)
        if not parts[0].isprintable():
            parts = list(map(xml_text, parts))
        addresses = [f"{column}{row}" for column in letters]
        self._formulas += chain.from_iterable(zip(addresses, parts, strict=True))
        if _are_numbers(values):
            texts, cells = _NUMBERS, zip(addresses, parts, values, strict=True)
            written = [f'<c r="{at}" s="{style}"><f>{part}</f><v>{texts[value]}</v></c>' for at, part, value in cells]
        else:
            stored = zip(addresses, map(_stored, values, parts), strict=True)
            written = [f'<c r="{at}" s="{style}"{content}</c>' for at, content in stored]
        return "".join(written)


def _clean(text: str) -> str:
    """Return a text as XML holds it."""
    text = ESCAPED.sub("_x005F_", text) if "_x" in text else text
    return xml_text(escape(_CONTROL.sub(lambda match: f"_x{ord(match[0]):04X}_", text)))


@lru_cache(maxsize=4096)
def _value(text: str) -> str:
    """Return the stored text of a formula; words of state come again and again."""
    return xml_text(escape(text))


def _are_numbers(values: Sequence[float | str]) -> TypeGuard[Sequence[float]]:
    """Whether all values are finite numbers: one sum finds a NaN or an infinity among them."""
    return not isinstance(values[0], str) and math.isfinite(sum(values))  # type: ignore[arg-type]


@cache
def _letters(first_column: int, count: int) -> list[str]:
    return [column_letters(first_column + place) for place in range(count)]


def _filled(formula: str, first_column: int, letters: list[str]) -> list[str]:
    if PREVIOUS in formula:
        before = [column_letters(first_column - 1), *letters]
        pairs = zip(before, letters, strict=False)
        return [formula.replace(PREVIOUS, left).replace(COLUMN, column) for left, column in pairs]
    pieces = formula.split(COLUMN)
    return [column.join(pieces) for column in letters] if len(pieces) > 1 else pieces * len(letters)


def _stored(value: float | str, formula: str) -> str:
    if isinstance(value, str):
        return f' t="str"><f>{formula}</f><v>{_value(value)}</v>'
    if value != value:  # noqa: PLR0124 - NaN, the blank
        return f' t="str"><f>{formula}</f><v></v>'
    if math.isinf(value):
        raise ArithmeticError(f"a result is not finite: {formula}")
    return f"><f>{formula}</f><v>{_NUMBERS[value]}</v>"
