"""A formula's references into what they are from its own cell, and into what they are from another (files floor).

Two formulas that do the same with their own surroundings have the same relative form. The text is scanned once, without
a step back: texts, quoted sheet names and column names in brackets are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from workbook.address import MAX_COLUMNS, MAX_ROWS, column_letters, column_number

_SCAN = re.compile(
    r"\"[^\"]*+\"?|'[^']*+'?|\[[^\[\]]*+\]"
    r"|(?<![\w.\\$])(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]{0,6})(?![\w(.!$])"
)


def relative_form(formula: str, row: int, column: int) -> str:
    """Return a formula of a cell with each reference as `R[-2]C5`: what moves in brackets, what is fixed without."""

    def relative(found: re.Match[str]) -> str:
        fixed_column, letters, fixed_row, digits = found.groups()
        if letters is None:
            return found[0]
        at_row, at_column = int(digits), column_number(letters)
        if at_row > MAX_ROWS or at_column > MAX_COLUMNS:
            return found[0]
        down = f"R{at_row}" if fixed_row else f"R[{at_row - row}]"
        return f"{down}C{at_column}" if fixed_column else f"{down}C[{at_column - column}]"

    return _SCAN.sub(relative, formula)


def moved(formula: str, down: int, right: int) -> str:
    """Return a formula as it reads in a cell that is so many rows and columns away; `#REF!` beyond the sheet."""

    def shifted(found: re.Match[str]) -> str:
        fixed_column, letters, fixed_row, digits = found.groups()
        if letters is None:
            return found[0]
        row = int(digits) if fixed_row else int(digits) + down
        column = column_number(letters) if fixed_column else column_number(letters) + right
        if not (1 <= row <= MAX_ROWS and 1 <= column <= MAX_COLUMNS):
            return found[0] if int(digits) > MAX_ROWS or column_number(letters) > MAX_COLUMNS else "#REF!"
        return f"{fixed_column}{column_letters(column)}{fixed_row}{row}"

    return _SCAN.sub(shifted, formula)


class SharedFormula:
    """A formula that many cells share: scanned once, and put together for each of them."""

    def __init__(self, text: str, row: int, column: int) -> None:
        self.row, self.column = row, column
        self.text = text
        self._references: list[tuple[str, int, bool, str, int, bool]] = []
        end = 0
        for found in _SCAN.finditer(text):
            fixed_column, letters, fixed_row, digits = found.groups()
            if letters and int(digits) <= MAX_ROWS and column_number(letters) <= MAX_COLUMNS:
                before = text[end : found.start()] + fixed_column
                position = column_number(letters), not fixed_column, fixed_row, int(digits), not fixed_row
                self._references.append((before, *position))
                end = found.end()
        self._tail = text[end:]
        self._rows = _bounds(row for *_, row, moves in self._references if moves)
        self._columns = _bounds(column for _, column, moves, *_ in self._references if moves)

    def at(self, row: int, column: int) -> str:
        """Return the formula as it reads in a cell."""
        down, right = row - self.row, column - self.column
        is_inside = self._rows[0] + down >= 1 and self._rows[1] + down <= MAX_ROWS
        if not is_inside or self._columns[0] + right < 1 or self._columns[1] + right > MAX_COLUMNS:
            return moved(self.text, down, right)
        pieces = [
            f"{before}{column_letters(at_column + right * moves)}{mark}{at_row + down * falls}"
            for before, at_column, moves, mark, at_row, falls in self._references
        ]
        return "".join(pieces) + self._tail


def _bounds(numbers: Iterable[int]) -> tuple[int, int]:
    found = list(numbers)
    return (min(found), max(found)) if found else (MAX_COLUMNS // 2, MAX_COLUMNS // 2)
