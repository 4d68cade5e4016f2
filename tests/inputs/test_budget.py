"""Budgets: the years that are understood, and categories as the Cost sheet names them."""

from __future__ import annotations

import pytest

from workbook.inputs.sheets.registry import SHEETS
from workbook.inputs.sheets.spending import year_of
from workbook.model.money.cost import CATEGORIES


@pytest.mark.parametrize(
    ("text", "year"),
    [("2026", 2026), ("FY2026", 2026), ("fy2026", 2026), ("26", None), ("FY26", None), ("2025/26", None), ("FY", None)],
)
def test_a_fiscal_year_is_its_number_or_its_name(text: str, year: int | None) -> None:
    assert year_of(text) == year


def test_categories_are_those_of_the_cost_sheet() -> None:
    assert SHEETS["budget"].column("category").choices == tuple(title for title, _ in CATEGORIES.values())
