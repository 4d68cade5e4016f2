"""A1 addresses: there and back, the edges of a sheet, and names that a formula has to quote."""

from __future__ import annotations

import pytest
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_from_string

from workbook.address import (
    MAX_COLUMNS,
    Area,
    Cell,
    a1,
    column_letters,
    column_number,
    parse_a1,
    parse_area,
    quote_sheet,
)


def test_columns_are_lettered_as_openpyxl_letters_them_and_read_back() -> None:
    columns = [*range(1, 800), 16_383, MAX_COLUMNS]
    assert [column_letters(column) for column in columns] == [get_column_letter(column) for column in columns]
    assert [column_number(column_letters(column).lower()) for column in columns] == columns


@pytest.mark.parametrize("text", ["A1", "$B$2", "c3", "XFD1048576"])
def test_an_address_is_read_with_dollars_and_in_either_case(text: str) -> None:
    letters, row = coordinate_from_string(text.upper())
    assert a1(*parse_a1(text)) == f"{letters}{row}"


@pytest.mark.parametrize("text", ["", "1A", "A", "A0", "XFE1", "A1048577", "AAAA1", "A1:B2", "Users!A1", "A 1"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"cell address|outside the sheet"):
        parse_a1(text)


def test_an_area_is_the_same_from_whatever_corner_it_is_written() -> None:
    assert parse_area("B2:D9") == parse_area("D9:B2") == parse_area("$D$2:B9") == Area(2, 2, 9, 4)
    assert parse_area("C3") == Area(3, 3, 3, 3)
    assert str(parse_area("D9:B2")) == "B2:D9"


def test_a_cell_is_shown_as_a_user_types_it() -> None:
    assert str(Cell("Users", 4, 4)) == "Users!D4"


@pytest.mark.parametrize("name", ["Users", "_x", "Sheet2024x", "Total"])
def test_plain_names_need_no_quotes(name: str) -> None:
    assert quote_sheet(name) == name


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("My data", "'My data'"), ("AB12", "'AB12'"), ("R2C3", "'R2C3'"), ("c", "'c'"), ("R", "'R'"),
        ("2026", "'2026'"), ("O'Neil", "'O''Neil'"), ("Kosten-Plan", "'Kosten-Plan'"), ("Größe", "'Größe'"),
    ],
)  # fmt: skip
def test_names_that_read_as_something_else_are_quoted(name: str, quoted: str) -> None:
    assert quote_sheet(name) == quoted
