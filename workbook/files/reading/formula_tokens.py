"""A formula's text into its tokens and into the references among them (files floor).

The text is scanned once, in time that grows with its length. What stands in quotation marks is text and never a
reference; a quoted sheet name, a table's columns in brackets and the calls of functions are tokens of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from workbook.address import MAX_COLUMNS, MAX_ROWS, Area, column_letters, column_number, quote_sheet

TOKEN = re.compile(
    r"""(?P<text>"[^"]*+"?)
    |(?P<call>[A-Za-z_][\w.]*+\()
    |(?P<number>(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?+(?![\w!:$.]))
    |(?P<operand>(?:'[^']*+'?|\[(?:[^\[\]]|\[[^\[\]]*+\])*+\]|[\w.$!:\\?@]|\#(?:REF!|N/A|\w+[!?/0]*+))++)
    |(?P<open>[({])|(?P<close>[)}])|(?P<separator>[,;])|(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_NAME_OF_SHEET = r"[^\W\d][\w.?\\]*+"
_PREFIX = rf"(?:'(?P<quoted>(?:[^']|'')++)'|(?P<plain>(?:\[[^\[\]]*+\])?{_NAME_OF_SHEET}(?::{_NAME_OF_SHEET})?))!"
_AGAIN = rf"(?:(?:'(?P<quoted2>(?:[^']|'')++)'|(?P<plain2>{_NAME_OF_SHEET}))!)?"
_CORNER = r"(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]{0,6})"
_END = r"(?![\w.(!\[\\?$])"
_CELLS = re.compile(rf"(?:{_PREFIX})?{_CORNER}(?::{_AGAIN}{_CORNER})?{_END}")
_COLUMNS = re.compile(rf"(?:{_PREFIX})?(\$?)([A-Za-z]{{1,3}}):(\$?)([A-Za-z]{{1,3}}){_END}")
_ROWS = re.compile(rf"(?:{_PREFIX})?(\$?)([1-9][0-9]{{0,6}}):(\$?)([1-9][0-9]{{0,6}}){_END}")
_NAME = re.compile(r"[^\W\d][\w.\\?]*+")
_OUTSIDE = -1
"""Stands for the row above the first one and the column before it: 0 has a meaning of its own."""
_NO_NAMES = frozenset({"TRUE", "FALSE"})


class Corner(Struct, frozen=True):
    """A corner of a reference; row 0 is that of whole columns, column 0 that of whole rows."""

    row: int
    column: int
    fixed_row: bool = False
    fixed_column: bool = False

    def __str__(self) -> str:
        """Return it as it is written, `$A1`."""
        column = ("$" if self.fixed_column else "") + column_letters(self.column) if self.column else ""
        row = ("$" if self.fixed_row else "") + str(self.row) if self.row else ""
        return column + row

    def moved(self, down: int, right: int) -> Corner:
        """Return it as it reads in a cell that is so many rows and columns away; what is fixed stays."""
        row = self.row if self.fixed_row or not self.row else (self.row + down) or _OUTSIDE
        column = self.column if self.fixed_column or not self.column else (self.column + right) or _OUTSIDE
        return Corner(row, column, self.fixed_row, self.fixed_column)


class Reference(Struct, frozen=True):
    """A reference of a formula: `text[start:end]`, where its cells are named from `body` on.

    `sheets` has no name for the formula's own sheet, two for a reference through all sheets between them. `is_foreign`
    says that it leads to another workbook; `last` is missing for one cell.
    """

    start: int
    body: int
    end: int
    sheets: tuple[str, ...]
    is_foreign: bool
    first: Corner
    last: Corner | None

    @property
    def area(self) -> Area:
        """The cells that it covers."""
        last = self.last or self.first
        rows = sorted((self.first.row, last.row)) if self.first.row else [1, MAX_ROWS]
        columns = sorted((self.first.column, last.column)) if self.first.column else [1, MAX_COLUMNS]
        return Area(rows[0], columns[0], rows[1], columns[1])

    @property
    def is_inside(self) -> bool:
        """Whether all of it lies on a sheet: not so for a reference that was moved beyond its edge."""
        corners = (self.first, self.last or self.first)
        rows = all(1 <= corner.row <= MAX_ROWS for corner in corners) if self.first.row else True
        columns = all(1 <= corner.column <= MAX_COLUMNS for corner in corners) if self.first.column else True
        return rows and columns

    def moved(self, down: int, right: int) -> Reference:
        """Return it as it reads in a cell that is so many rows and columns away."""
        last = self.last.moved(down, right) if self.last else None
        first = self.first.moved(down, right)
        return Reference(self.start, self.body, self.end, self.sheets, self.is_foreign, first, last)

    def at(self, area: Area) -> Reference:
        """Return it over other cells: each corner keeps its `$`, and its place among the corners."""
        last = self.last or self.first
        row_order = (area.first_row, area.last_row)
        column_order = (area.first_column, area.last_column)
        rows = row_order if self.first.row <= last.row else row_order[::-1]
        columns = column_order if self.first.column <= last.column else column_order[::-1]
        first, second = (
            Corner(
                rows[place] if corner.row else 0,
                columns[place] if corner.column else 0,
                corner.fixed_row,
                corner.fixed_column,
            )
            for place, corner in enumerate((self.first, last))
        )
        is_cell = self.last is None and first == second
        end = None if is_cell else second
        return Reference(self.start, self.body, self.end, self.sheets, self.is_foreign, first, end)

    @property
    def cells(self) -> str:
        """The cells as they are written, without the sheet."""
        return f"{self.first}:{self.last}" if self.last else str(self.first)


def references(formula: str) -> Iterator[Reference]:
    """Yield the references of a formula from left to right; names and a table's columns are none."""
    for token in TOKEN.finditer(formula):
        if token.lastgroup == "operand":
            yield from _in_operand(formula, token.start(), token.end())


def names(formula: str) -> Iterator[str]:
    """Yield the names that a formula uses, as they are written; functions and constants are none."""
    for token in TOKEN.finditer(formula):
        text = token[0]
        is_name = token.lastgroup == "operand" and _NAME.fullmatch(text) and text.upper() not in _NO_NAMES
        if is_name and next(_in_operand(text, 0, len(text)), None) is None:
            yield text


def on_sheet(sheet: str, cells: str) -> str:
    """Return a reference to cells of a sheet, the sheet's name quoted where it must be."""
    return f"{quote_sheet(sheet)}!{cells}"


def _in_operand(formula: str, at: int, end: int) -> Iterator[Reference]:
    while at < end:
        found = next((match for form in (_CELLS, _COLUMNS, _ROWS) if (match := form.match(formula, at, end))), None)
        reference = _reference(found) if found else None
        if found and reference:
            yield reference
            at = found.end()
        elif formula[at] in "@:":
            at += 1
        else:
            # A name or a function before a colon: `Rate:Cost!A1`.
            colon = formula.find(":", at, end)
            if colon < 0 or "'" in formula[at:colon] or "[" in formula[at:colon]:
                return
            at = colon + 1


def _reference(found: re.Match[str]) -> Reference | None:
    """Return the reference that was matched; None for one outside any sheet, which is a name."""
    pattern = found.re
    quoted, plain = found["quoted"], found["plain"]
    sheets, is_foreign = _sheets(quoted, plain)
    pieces = found.groups()[2:]
    if pattern is _CELLS:
        first, last = _corner(pieces[:4]), _corner(pieces[6:]) if pieces[7] else None
        again = found["quoted2"] or found["plain2"]
        if again and (again.replace("''", "'").casefold(),) != tuple(name.casefold() for name in sheets):
            return None
    elif pattern is _COLUMNS:
        first = Corner(0, column_number(pieces[1]), fixed_column=bool(pieces[0]))
        last = Corner(0, column_number(pieces[3]), fixed_column=bool(pieces[2]))
    else:
        first = Corner(int(pieces[1]), 0, fixed_row=bool(pieces[0]))
        last = Corner(int(pieces[3]), 0, fixed_row=bool(pieces[2]))
    body = max(found.end("quoted") + 2 if quoted else 0, found.end("plain") + 1 if plain else 0) or found.start()
    reference = Reference(found.start(), body, found.end(), sheets, is_foreign, first, last)
    return reference if reference.is_inside else None


def _corner(pieces: tuple[str | None, ...]) -> Corner:
    fixed_column, letters, fixed_row, digits = pieces
    return Corner(int(digits or 0), column_number(letters or ""), bool(fixed_row), bool(fixed_column))


def _sheets(quoted: str | None, plain: str | None) -> tuple[tuple[str, ...], bool]:
    """Return the sheets before `!`, and whether they are another workbook's."""
    text = quoted.replace("''", "'") if quoted else plain or ""
    if not text:
        return (), False
    if "]" in text:
        return (text.rpartition("]")[2],), True
    return tuple(text.split(":")), False
