"""Inputs at the ends of their ranges give figures in every program, never an error value."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import run
from tests.engines import differences, formulas, poisoned, recalculated_by_package, stored_values
from tests.workbooks import valid_workbook
from workbook.sheets.book import RESULT_SHEETS

FEATURES = """
| Feature | Segment | Extra requests per user | Adoption ceiling | Midpoint month | Ramp |
| Search  | Staff   | 0.1                     | 60 %             | {midpoint}     | {ramp} |
"""


@pytest.mark.parametrize(("midpoint", "ramp"), [(165, 1), (240, 1), (-120, 1), (12, 1e6)])
def test_adoption_at_the_ends_of_its_ranges(tmp_path: Path, midpoint: int, ramp: float) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook(Features=FEATURES.format(midpoint=midpoint, ramp=ramp)))
    done = run("plan", path)
    assert done.exit_code == 0, done.stderr
    written = path.read_bytes()
    theirs = stored_values(recalculated_by_package(poisoned(written)), RESULT_SHEETS)
    assert not [place for place, value in theirs.items() if isinstance(value, str) and value.startswith("#")]
    assert differences(stored_values(written, RESULT_SHEETS), theirs, formulas(written, RESULT_SHEETS)) == []
