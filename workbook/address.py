"""A1 addresses to positions and back (ground floor). Rows and columns count from 1, as people see them."""

from __future__ import annotations

import re
from functools import cache

from msgspec import Struct

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


class Cell(Struct, frozen=True, order=True):
    """One cell of one sheet; `str()` gives the address as a person types it, `Users!D4`."""

    sheet: str
    row: int
    column: int

    def __str__(self) -> str:
        return f"{self.sheet}!{a1(self.row, self.column)}"


class Area(Struct, frozen=True, order=True):
    """A rectangle of cells on a sheet that is named elsewhere; all four edges are inside."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    def __str__(self) -> str:
        return f"{a1(self.first_row, self.first_column)}:{a1(self.last_row, self.last_column)}"


@cache
def column_letters(column: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@cache
def column_number(letters: str) -> int:
    """Return the number of a column from its letters, in either case."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def a1(row: int, column: int) -> str:
    """Return the relative A1 text of a position."""
    return f"{column_letters(column)}{row}"


def parse_a1(text: str) -> tuple[int, int]:
    """Return (row, column) of an A1 text, `$` allowed. Raises ValueError for anything else."""
    match = _REFERENCE.fullmatch(text)
    if match is None:
        raise ValueError(f"not a cell address: {text!r}")
    row, column = int(match[2]), column_number(match[1])
    if not (1 <= row <= MAX_ROWS and column <= MAX_COLUMNS):
        raise ValueError(f"outside the sheet: {text!r}")
    return row, column


def parse_area(text: str) -> Area:
    """Return the area of an `A1:C9` text; a single cell is an area of one. Raises ValueError."""
    first, _, last = text.partition(":")
    top, left = parse_a1(first)
    bottom, right = parse_a1(last or first)
    return Area(min(top, bottom), min(left, right), max(top, bottom), max(left, right))


@cache
def quote_sheet(name: str) -> str:
    """Return a sheet's name as it stands before `!` in a formula, quoted where Excel needs it."""
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) and not _looks_like_reference(name)
    return name if plain else "'" + name.replace("'", "''") + "'"


def _looks_like_reference(name: str) -> bool:
    """Whether an unquoted name would read as a cell (`AB12`) or as an R1C1 form (`R2C3`, `C`)."""
    return bool(re.fullmatch(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*([Cc][0-9]*)?|[Cc][0-9]*", name))
