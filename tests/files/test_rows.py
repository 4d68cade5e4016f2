"""Rows written in one pass hold what XlsxWriter's own worksheet would have written."""

from __future__ import annotations

import math
import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from lxml import etree

from workbook.files.package.made_rows import RECORD_END, RowPiece, Spelling
from workbook.files.writing.rows import WrittenRows
from workbook.sheets.printing.printed import (
    COLUMN,
    PREVIOUS,
    BlankCell,
    FormulaCells,
    NumberCell,
    PrintedCell,
    PrintedRow,
    TextCell,
)

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TEXTS = ("plain", " outer ", "a < b & c", '"quoted"', "tab\tand\nline", "bell\x07", "=1+1", "naïve – ≥", "x" * 300)


PLAIN = Spelling()


def written(*rows: list[PrintedCell], spelling: Spelling = PLAIN) -> RowPiece:
    """Return rows with these cells, whose styles are formats of the same numbers."""
    printed = [PrintedRow(number, cells) for number, cells in enumerate(rows, 1)]
    (piece,) = WrittenRows(printed, range(10)).pieces(spelling)
    return piece


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
    ours = written(
        [TextCell(place, 1, text) for place, text in enumerate(TEXTS, 1)],
        [NumberCell(1, 1, 0.5), NumberCell(2, 1, -3), BlankCell(3, 1)],
        [FormulaCells(1, 1, formula, [1.5, 2.0]), FormulaCells(3, 1, formula, ["a&b"])],
    )
    assert cells_of(ours.xml) == cells_of(written_by_xlsxwriter(tmp_path / "theirs.xlsx"))
    assert ours.texts == len(TEXTS)


def test_numbers_come_back_as_the_same_double() -> None:
    values = [0.1, 1 / 3, 1e-300, 123456789.123456789, 2.0**60, -0.07 * 1.07, 0.0, -0.0, 0.0]
    found = cells_of(written([FormulaCells(1, 0, "=1", values)]).xml)
    assert [float(str(cell[4])).hex() for cell in found] == [value.hex() for value in values]
    (number,) = cells_of(written([NumberCell(1, 0, 1 / 3)]).xml)
    assert float(str(number[4])) == 1 / 3


def test_more_numbers_than_are_remembered_come_back() -> None:
    values = [number / 7 for number in range(40_000)]
    rows = [PrintedRow(1 + at, [FormulaCells(1, 0, "=1", values[at : at + 100])]) for at in range(0, 40_000, 100)]
    xml = "".join(piece.xml for piece in WrittenRows(rows, [0]).pieces(PLAIN))
    assert [float(str(cell[4])) for cell in cells_of(xml)] == values


def test_blanks_are_empty_texts_and_neighbours_are_filled_in() -> None:
    cells = cells_of(written([FormulaCells(26, 3, f"=COUNT($Y7:{PREVIOUS}7)+{COLUMN}$1", [1.0, math.nan])]).xml)
    assert cells == [
        ("Z1", None, "3", "COUNT($Y7:Y7)+Z$1", "1", None),
        ("AA1", "str", "3", "COUNT($Y7:Z7)+AA$1", "", None),
    ]


def test_what_is_not_finite_is_a_fault() -> None:
    with pytest.raises(ArithmeticError, match="not finite"):
        written([FormulaCells(1, 0, "=1/0", [math.inf])])
    for value in (math.inf, -math.inf, math.nan):
        with pytest.raises(ArithmeticError, match="not finite"):
            written([NumberCell(1, 0, value)])


def test_a_text_that_looks_like_a_stored_character_stays_that_text() -> None:
    assert '<t xml:space="preserve">_x005F_x0007_</t>' in written([TextCell(1, 0, "_x0007_")]).xml


@pytest.mark.parametrize("character", ["\ud800", "\ufffe"])
def test_no_character_is_written_that_xml_cannot_have(character: str) -> None:
    text = f"a{character}b"
    xml = written([TextCell(1, 0, text), FormulaCells(2, 0, f'="{text}"', [text])]).xml
    assert character not in xml
    assert len(cells_of(xml)) == 2


def test_another_package_has_its_own_formats_and_texts() -> None:
    spelling = Spelling({number: 70 + number for number in range(10)}, lambda text: f' t="s"><v>{len(text)}</v>')
    xml = written([TextCell(1, 1, "four"), NumberCell(2, 2, 1.0), BlankCell(3, 3)], spelling=spelling).xml
    assert [cell[:3] for cell in cells_of(xml)] == [("A1", "s", "71"), ("B1", None, "72"), ("C1", None, "73")]
    assert cells_of(xml)[0][4] == "4"


def test_what_cells_say_is_told_beside_their_xml() -> None:
    cells: list[PrintedCell] = [
        TextCell(1, 0, "a & b"),
        TextCell(2, 0, " \t"),
        TextCell(5, 0, "\u00a0"),
        NumberCell(3, 0, 1 / 3),
        FormulaCells(4, 0, "=A1<2", [1.0]),
    ]
    piece = written(cells)
    assert piece.constants.split(RECORD_END) == ["A1", "a &amp; b", "E1", "\u00a0", "C1", "#0.333333333333", ""]
    assert piece.formulas.split(RECORD_END) == ["D1", "A1&lt;2", ""]
    assert written([BlankCell(1, 0)]).formulas == written([BlankCell(1, 0)]).constants == ""
