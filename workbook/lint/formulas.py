"""A formula's text into what the rules ask about it: its relative form, constants, functions and ranges (post).

Two formulas that do the same with their own surroundings have the same relative form, wherever they are. The text is
taken apart by openpyxl's tokenizer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError

from workbook.address import MAX_COLUMNS, MAX_ROWS, column_number

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

_CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]{0,6})(?![\w(.])")
_DEFAULT = re.compile(r'(IF\((?P<cell>(?:[^,()"]|\([^()"]*\))+)="",)-?[0-9.]+(,(?P=cell)\))', re.IGNORECASE)
_RANGE = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]{0,6}):(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]{0,6})")
_EXTERNAL = re.compile(r"\[(\d+)\]|\[([^\]]+\.xl\w+)\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Range:
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


@dataclass(frozen=True, slots=True)
class FormulaFacts:
    """What a formula contains: numbers typed into it, functions called, ranges, how deep IF is nested."""

    relative: str
    constants: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    ranges: tuple[Range, ...] = ()
    if_depth: int = 0
    externals: tuple[str, ...] = ()
    has_references: bool = True


def read_formula(formula: str, row: int, column: int) -> FormulaFacts:
    """Read a formula, `=` first, at a row and a column."""
    text = _DEFAULT.sub(r"\g<1>0\3", formula)
    try:
        tokens = Tokenizer(text).items
    except (TokenizerError, IndexError):
        return FormulaFacts(relative=formula)
    collected = _Collector()
    for token in tokens:
        collected.take(token)
    return FormulaFacts(
        relative="".join(_relative(token, row, column) for token in tokens),
        constants=tuple(collected.constants),
        functions=tuple(collected.functions),
        ranges=tuple(collected.ranges),
        if_depth=collected.deepest,
        externals=tuple(collected.externals),
        has_references=any(token.type == Token.OPERAND and token.subtype == Token.RANGE for token in tokens),
    )


class _Collector:
    """Collects facts over the tokens, and knows in which argument of which function the next one is."""

    def __init__(self) -> None:
        self.constants: list[str] = []
        self.functions: list[str] = []
        self.ranges: list[Range] = []
        self.externals: list[str] = []
        self.deepest = 0
        self._open: list[tuple[str, int]] = []

    def take(self, token: Token) -> None:
        """Take the next token."""
        if token.type in (Token.FUNC, Token.PAREN, Token.ARRAY):
            self.bracket(token)
        elif token.type == Token.SEP and self._open:
            function, argument = self._open[-1]
            self._open[-1] = function, argument + 1
        elif token.type == Token.OPERAND:
            self.operand(token)

    def bracket(self, token: Token) -> None:
        """Take the begin or the end of a function, of brackets or of an array."""
        if token.subtype == Token.CLOSE:
            if self._open:
                self._open.pop()
            return
        name = token.value.rstrip("(").upper().removeprefix("_XLFN.") if token.type == Token.FUNC else ""
        if name:
            self.functions.append(name)
        self._open.append((name, 0))
        self.deepest = max(self.deepest, sum(function == "IF" for function, _ in self._open))

    def operand(self, token: Token) -> None:
        """Take a number or a reference."""
        function, argument = self._open[-1] if self._open else ("", 0)
        if token.subtype == Token.NUMBER:
            if argument not in _SWITCHES.get(function, ()) and abs(float(token.value)) not in UNIVERSAL:
                self.constants.append(token.value)
        elif token.subtype == Token.RANGE:
            self.externals += [number or name for number, name in _EXTERNAL.findall(token.value)]
            if own := _RANGE.fullmatch(token.value):
                first_row, last_row = sorted((int(own[4]), int(own[8])))
                first, last = sorted((column_number(own[2]), column_number(own[6])))
                is_growing = (own[1], own[3]) != (own[5], own[7])
                self.ranges.append(Range(first_row, first, last_row, last, function, is_growing))


def references(text: str) -> Iterator[tuple[int, int]]:
    """Return row and column of every cell that a text names."""
    for found in _CELL.finditer(text):
        yield int(found[4]), column_number(found[2])


def _relative(token: Token, row: int, column: int) -> str:
    if token.type != Token.OPERAND or token.subtype != Token.RANGE:
        return str(token.value)

    def moved(found: re.Match[str]) -> str:
        at_row, at_column = int(found[4]), column_number(found[2])
        if at_row > MAX_ROWS or at_column > MAX_COLUMNS:
            return found[0]
        across = f"C{at_column}" if found[1] else f"C[{at_column - column}]"
        return (f"R{at_row}" if found[3] else f"R[{at_row - row}]") + across

    sheet, mark, place = token.value.rpartition("!")
    return f"{sheet}{mark}{_CELL.sub(moved, place)}"
