"""Rows of cells as sheet XML (files floor).

XlsxWriter prepares each formula with 29 regular expressions and writes 0 for a missing value; a plan has half a million
formulas that need no preparation and whose values are known. These functions write the same cells in one pass.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache, lru_cache

from workbook.address import column_letters
from workbook.files.package.escapes import escape
from workbook.sheets.printing.printed import COLUMN, PREVIOUS, BlankCell, FormulaCells, PrintedCell, TextCell

ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def cell_xml(row: int, cell: PrintedCell, style: int) -> str:
    """Return a printed cell, or its run of formulas, with the index of its format."""
    if isinstance(cell, FormulaCells):
        return formula_cells(row, cell.column, style, cell.template, cell.values)
    if isinstance(cell, TextCell):
        return text_cell(row, cell.column, style, cell.text)
    if isinstance(cell, BlankCell):
        return blank_cell(row, cell.column, style)
    return number_cell(row, cell.column, style, cell.value)


def text_cell(row: int, column: int, style: int, text: str) -> str:
    """Return a cell that holds a text as such, whatever it looks like."""
    return (
        f'<c r="{column_letters(column)}{row}" s="{style}" t="inlineStr">'
        f'<is><t xml:space="preserve">{_clean(text)}</t></is></c>'
    )


@lru_cache(maxsize=4096)
def _clean(text: str) -> str:
    """Return a text as XML holds it; titles, units and names come again and again."""
    text = ESCAPED.sub("_x005F_", text) if "_x" in text else text
    return escape(_CONTROL.sub(lambda match: f"_x{ord(match[0]):04X}_", text))


def number_cell(row: int, column: int, style: int, value: float) -> str:
    """Return a cell that holds a number; 17 digits bring back the same double."""
    return f'<c r="{column_letters(column)}{row}" s="{style}"><v>{value:.17g}</v></c>'


def blank_cell(row: int, column: int, style: int) -> str:
    """Return a cell that has a look and no content."""
    return f'<c r="{column_letters(column)}{row}" s="{style}"/>'


def formula_cells(row: int, first_column: int, style: int, template: str, values: Sequence[float | str]) -> str:
    """Return one formula filled in along a row, each with its stored value; NaN is stored as the empty text.

    The values are all numbers or all texts, as an array's are.
    Raises ValueError for an infinite value.
    """
    head = f'{row}" s="{style}"'
    letters = _letters(first_column, len(values))
    parts = _filled(escape(template[1:]), first_column, letters)
    if _are_numbers(values):
        cells = [
            f'<c r="{column}{head}><f>{part}</f><v>{value:.17g}</v></c>'
            for column, part, value in zip(letters, parts, values, strict=True)
        ]
    else:
        cells = [
            f'<c r="{column}{head}{_stored(value, part)}</c>'
            for column, part, value in zip(letters, parts, values, strict=True)
        ]
    return "".join(cells)


def _are_numbers(values: Sequence[float | str]) -> bool:
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
        return f' t="str"><f>{formula}</f><v>{escape(value)}</v>'
    if value != value:  # noqa: PLR0124 - NaN, the blank
        return f' t="str"><f>{formula}</f><v></v>'
    if math.isinf(value):
        raise ValueError(f"a result is not finite: {formula}")
    return f"><f>{formula}</f><v>{value:.17g}</v>"


def row_of(row: int, cells: str, height: float = 0) -> str:
    """Return a whole row, of a height in points if one is given; the cells must stand from left to right."""
    tall = f' ht="{height}" customHeight="1"' if height else ""
    return f'<row r="{row}"{tall}>{cells}</row>'
