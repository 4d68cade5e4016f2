"""Rows written in one pass hold what XlsxWriter's own worksheet would have written."""

from __future__ import annotations

import math
import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from lxml import etree

from workbook.files.writing.rows import blank_cell, formula_cells, number_cell, row_of, text_cell
from workbook.sheets.printing.printed import COLUMN, PREVIOUS

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TEXTS = ("plain", " outer ", "a < b & c", '"quoted"', "tab\tand\nline", "bell\x07", "=1+1", "naïve – ≥", "x" * 300)


def cells_of(xml: str) -> list[tuple[str | None, ...]]:
    """Return address, type, style, formula, value and text of each cell."""
    root = etree.fromstring(f'<r xmlns="{MAIN[1:-1]}">{xml}</r>')
    return [
        (
            cell.get("r"),
            cell.get("t"),
            cell.get("s", "0"),
            cell.findtext(f"{MAIN}f"),
            cell.findtext(f"{MAIN}v"),
            cell.findtext(f"{MAIN}is/{MAIN}t"),
        )
        for cell in root.iter(f"{MAIN}c")
    ]


def written_by_xlsxwriter(path: Path) -> str:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet()
        for column, text in enumerate(TEXTS):
            sheet.write_string(0, column, text, bold)
        sheet.write_number(1, 0, 0.5, bold)
        sheet.write_number(1, 1, -3, bold)
        sheet.write_blank(1, 2, None, bold)
        for column, letter in enumerate("ABC"):
            sheet.write_formula(2, column, f'=IF({letter}1<2,"a&b",1)', bold, [1.5, 2, "a&b"][column])
    with zipfile.ZipFile(path) as archive:
        return "".join(re.findall(r"<row.*</row>", archive.read("xl/worksheets/sheet1.xml").decode(), re.DOTALL))


def test_cells_are_xlsxwriters(tmp_path: Path) -> None:
    formula = f'=IF({COLUMN}1<2,"a&b",1)'
    ours = "".join(
        [
            row_of(1, "".join(text_cell(1, place, 1, text) for place, text in enumerate(TEXTS, 1))),
            row_of(2, number_cell(2, 1, 1, 0.5) + number_cell(2, 2, 1, -3) + blank_cell(2, 3, 1)),
            row_of(3, formula_cells(3, 1, 1, formula, [1.5, 2.0]) + formula_cells(3, 3, 1, formula, ["a&b"])),
        ]
    )
    assert cells_of(ours) == cells_of(written_by_xlsxwriter(tmp_path / "theirs.xlsx"))


def test_numbers_come_back_as_the_same_double() -> None:
    for value in (0.1, 1 / 3, 1e-300, 123456789.123456789, 2.0**60, -0.07 * 1.07):
        assert float(str(cells_of(number_cell(1, 1, 0, value))[0][4])) == value


def test_blanks_are_empty_texts_and_neighbours_are_filled_in() -> None:
    cells = cells_of(formula_cells(7, 26, 3, f"=COUNT($Y7:{PREVIOUS}7)+{COLUMN}$1", [1.0, math.nan]))
    assert cells == [
        ("Z7", None, "3", "COUNT($Y7:Y7)+Z$1", "1", None),
        ("AA7", "str", "3", "COUNT($Y7:Z7)+AA$1", "", None),
    ]


def test_what_is_not_finite_is_a_fault() -> None:
    with pytest.raises(ValueError, match="not finite"):
        formula_cells(1, 1, 0, "=1/0", [math.inf])


def test_a_text_that_looks_like_a_stored_character_stays_that_text() -> None:
    assert '<t xml:space="preserve">_x005F_x0007_</t>' in text_cell(1, 1, 0, "_x0007_")
