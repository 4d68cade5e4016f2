"""Number formats of units show figures as a reader expects them."""

from __future__ import annotations

import re

import numpy as np

from tests.conftest import results_of
from workbook.inputs.sheets.registry import SETTINGS, SHEETS
from workbook.units import UNITS

WHOLE_MONTHS = ("whole months", "months/quarter")


def test_no_format_leaves_a_dangling_point() -> None:
    """`0.##` shows 3 as `3.`: at least one decimal must always be shown, or none."""
    formats = {unit.id: unit.number_format for unit in UNITS.values()}
    formats |= {column.header: column.number_format for column in SETTINGS}
    formats |= {column.header: column.number_format for sheet in SHEETS.values() for column in sheet.columns}
    assert len(formats) > 50
    assert {name: code for name, code in formats.items() if re.search(r"\.(?!0)", re.sub(r'"[^"]*"', "", code))} == {}


def test_lines_in_whole_months_are_whole(sample: str) -> None:
    results = results_of(sample)
    lines = [line.id for line in results.lines.values() if line.unit in WHOLE_MONTHS]
    assert len(lines) >= 10
    for line in lines:
        values = results.values[line]
        assert np.array_equal(values, np.round(values), equal_nan=True), line
