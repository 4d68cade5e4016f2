"""A formula's text into what the rules ask about it: its relative form, constants, functions and ranges (post).

Two formulas that do the same with their own surroundings have the same relative form, wherever they are. The text is
scanned once, in time that grows with its length.
"""

from __future__ import annotations

import re

from msgspec import Struct

from workbook.address import column_number
from workbook.files.reading.formula_tokens import TOKEN
from workbook.files.reading.relative import relative_form

UNIVERSAL = frozenset(
    {
        0,
        1,
        2,
        7,
        8,
        9,
        10,
        12,
        24,
        52,
        60,
        100,
        360,
        365,
        366,
        1000,
        1024,
        1440,
        3600,
        86400,
        525600,
        31536000,
        1e6,
        1e9,
    }
    | {81}  # LN(81) spans a logistic curve from a tenth to nine tenths
)
"""Numbers that mean the same to everybody: neutral elements, units of time and of measure."""

_SWITCHES = {
    "ROUND": {1}, "ROUNDUP": {1}, "ROUNDDOWN": {1}, "TRUNC": {1}, "MATCH": {2}, "XMATCH": {2, 3}, "XLOOKUP": {4, 5},
    "VLOOKUP": {2, 3}, "HLOOKUP": {2, 3}, "INDEX": {1, 2}, "LARGE": {1}, "SMALL": {1}, "LEFT": {1}, "RIGHT": {1},
    "MID": {1, 2}, "SUBTOTAL": {0}, "AGGREGATE": {0, 1}, "POISSON": {2}, "WEEKDAY": {1}, "DATE": {1, 2},
}  # fmt: skip
"""Arguments that choose how a function works, counted from 0: no planner would want them in a cell."""

_MOST_CHARACTERS = 8192
"""The longest formula that Excel takes; a longer one is not taken apart."""
_DEFAULT = re.compile(r'(IF\((?P<cell>(?:[^,()"]|\([^()"]*\))+)="",)-?[0-9.]+(,(?P=cell)\))', re.IGNORECASE)
_RANGE = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]{0,6}):(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]{0,6})")
_EXTERNAL = re.compile(r"(?:'[^'\[\]]*+)?\[([^\[\]]++)\][^\[\]!]*+!")
_NO_REFERENCE = frozenset({"TRUE", "FALSE"})


class Range(Struct, frozen=True):
    """A range of a formula on its own sheet: rows, columns, and the function whose argument it is.

    A range that is fixed at one end and free at the other grows along a running total.
    """

    first_row: int
    first_column: int
    last_row: int
    last_column: int
    function: str
    is_growing: bool = False

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell is in it."""
        return self.first_row <= row <= self.last_row and self.first_column <= column <= self.last_column


class RelativeRange(Struct, frozen=True):
    """A range as it is from its formula's cell: of each corner the row, the column, and whether each is fixed."""

    rows: tuple[tuple[int, bool], tuple[int, bool]]
    columns: tuple[tuple[int, bool], tuple[int, bool]]
    function: str

    def at(self, row: int, column: int) -> Range:
        """Return the range that the formula has in a cell."""
        first_row, last_row = sorted(number if fixed else number + row for number, fixed in self.rows)
        first, last = sorted(number if fixed else number + column for number, fixed in self.columns)
        is_growing = any(one[1] != other[1] for one, other in (self.rows, self.columns))
        return Range(first_row, first, last_row, last, self.function, is_growing)


class FormulaFacts(Struct, frozen=True):
    """What a formula contains: numbers typed into it, functions called, ranges, how deep IF is nested."""

    relative: str
    constants: tuple[str, ...] = ()
    functions: frozenset[str] = frozenset()
    ranges: tuple[RelativeRange, ...] = ()
    if_depth: int = 0
    externals: tuple[str, ...] = ()
    references: int = 1
    is_broken: bool = False
    """Whether it refers to cells that were deleted."""


def read_formula(formula: str, row: int, column: int, relative: str = "") -> FormulaFacts:
    """Read a formula, `=` first, at a row and a column; facts do not depend on the cell, but on the relative form."""
    relative = relative or relative_form(formula, row, column)
    if len(formula) > _MOST_CHARACTERS:
        return FormulaFacts(relative)
    collected = _Collector(row, column)
    for token in TOKEN.finditer(_DEFAULT.sub(r"\g<1>0\3", formula[1:])):
        collected.take(str(token.lastgroup), token[0])
    return FormulaFacts(
        relative=relative,
        constants=tuple(collected.constants),
        functions=frozenset(collected.functions),
        ranges=tuple(collected.ranges),
        if_depth=collected.deepest,
        externals=tuple(collected.externals),
        references=collected.references,
        is_broken=collected.is_broken,
    )


class _Collector:
    """Collects facts over the tokens, and knows in which argument of which function the next one is."""

    def __init__(self, row: int, column: int) -> None:
        self.row, self.column = row, column
        self.constants: list[str] = []
        self.functions: set[str] = set()
        self.ranges: list[RelativeRange] = []
        self.externals: list[str] = []
        self.references = self.deepest = self._depth = 0
        self.is_broken = False
        self._open: list[tuple[str, int]] = []

    def take(self, kind: str, text: str) -> None:
        """Take the next token."""
        if kind in ("call", "open"):
            self.begin(text)
        elif kind == "close" and self._open:
            self._depth -= self._open.pop()[0] == "IF"
        elif kind == "separator" and self._open:
            function, argument = self._open[-1]
            self._open[-1] = function, argument + 1
        elif kind == "number":
            function, argument = self._open[-1] if self._open else ("", 0)
            if argument not in _SWITCHES.get(function, ()) and abs(float(text)) not in UNIVERSAL:
                self.constants.append(text)
        elif kind == "operand" and text.upper() not in _NO_REFERENCE:
            self.operand(text)

    def begin(self, text: str) -> None:
        """Take the begin of a function, of brackets or of an array."""
        name = text.rstrip("({").upper().removeprefix("_XLFN.")
        if name:
            self.functions.add(name)
        self._open.append((name, 0))
        self._depth += name == "IF"
        self.deepest = max(self.deepest, self._depth)

    def operand(self, text: str) -> None:
        """Take a reference, a name, or an error value."""
        self.is_broken = self.is_broken or "#REF!" in text
        self.references += not text.startswith("#") or text.startswith("#REF!")
        if external := _EXTERNAL.match(text):
            self.externals.append(external[1])
        if own := _RANGE.fullmatch(text):
            rows = tuple((int(own[n]) - (0 if own[n - 1] else self.row), bool(own[n - 1])) for n in (4, 8))
            columns = tuple(
                (column_number(own[n]) - (0 if own[n - 1] else self.column), bool(own[n - 1])) for n in (2, 6)
            )
            function = self._open[-1][0] if self._open else ""
            self.ranges.append(RelativeRange((rows[0], rows[1]), (columns[0], columns[1]), function))
