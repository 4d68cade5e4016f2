"""A formula's references into what they are from its own cell, and into what they are from another (files floor).

Two formulas that do the same with their own surroundings have the same relative form. The text is scanned once, without
a step back: texts, quoted sheet names and column names in brackets are passed over.
"""

from __future__ import annotations

import re
from functools import cache

from workbook.address import MAX_COLUMNS, MAX_ROWS, column_letters, column_number

_SCAN = re.compile(
    r"\"[^\"]*+\"?|'[^']*+'?|\[[^\[\]]*+\]"
    r"|(?<![\w.\\$])(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]{0,6})(?![\w(.!$])"
)


@cache
def _column(letters: str) -> int:
    return column_number(letters)


def relative_form(formula: str, row: int, column: int) -> str:
    """Return a formula of a cell with each reference as `R[-2]C5`: what moves in brackets, what is fixed without."""

    def relative(found: re.Match[str]) -> str:
        fixed_column, letters, fixed_row, digits = found.groups()
        if letters is None:
            return found[0]
        at_row, at_column = int(digits), _column(letters)
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
        column = _column(letters) if fixed_column else _column(letters) + right
        if not (1 <= row <= MAX_ROWS and 1 <= column <= MAX_COLUMNS):
            return found[0] if int(digits) > MAX_ROWS or _column(letters) > MAX_COLUMNS else "#REF!"
        return f"{fixed_column}{column_letters(column)}{fixed_row}{row}"

    return _SCAN.sub(shifted, formula)
