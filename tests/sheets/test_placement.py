"""Every line has exactly one home on the result sheets: one that has none, or two, is one clear error."""

from __future__ import annotations

import pytest

from tests.conftest import book_of
from workbook.inputs.sheets.registry import TOOL_SHEETS
from workbook.sheets.placement import place
from workbook.sheets.prefix import every_result_sheet


def test_a_line_without_a_home_is_named() -> None:
    book = book_of("erlmcp")
    without = [layout for layout in book.layouts if layout.name != "Cost"]
    with pytest.raises(ValueError, match=r"without a home: .*cost.nodes"):
        place(without, book.results, {})


def test_a_line_with_two_homes_is_named() -> None:
    book = book_of("erlmcp")
    with pytest.raises(ValueError, match="has two homes"):
        place([*book.layouts, *book.layouts], book.results, {})


def test_every_line_that_has_items_is_placed_on_a_sheet_of_its_own_book(sample: str) -> None:
    book = book_of(sample)
    names = {layout.name for layout in book.layouts}
    assert len(book.placement.spots) > 100
    assert {spot.sheet for spot in book.placement.spots.values()} <= names


def test_every_result_sheet_is_known_as_such_where_inputs_are_read() -> None:
    assert set(every_result_sheet("")) <= set(TOOL_SHEETS)
