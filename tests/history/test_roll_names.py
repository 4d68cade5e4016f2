"""Names of the files of rolled plans."""

from __future__ import annotations

from datetime import date

import pytest

from workbook.history.rolling.names import rolled_name
from workbook.timeline import Timeline


@pytest.mark.parametrize(
    ("stem", "fiscal_start", "expected"),
    [
        ("plan 2026-01", 1, "plan 2026-04"),
        ("2026-01 plan", 1, "2026-04 plan"),
        ("plan_2026-01_v2", 1, "plan_2026-04_v2"),
        ("plan", 1, "plan 2026-04"),
        ("plan 2026-Q1", 1, "plan 2026-Q2"),
        ("plan 2027-Q1", 2, "plan 2027-Q1"),
        ("plan 2026-q4", 4, "plan 2027-Q1"),
        ("forecast 0+12", 1, "forecast 3+9"),
        ("forecast 9+3", 4, "forecast 0+12"),
        ("forecast 3+3", 1, "forecast 3+3 2026-04"),
        ("plan 2026-13", 1, "plan 2026-13 2026-04"),
        ("12026-01", 1, "12026-01 2026-04"),
        ("3+9 of 2026-01", 1, "3+9 of 2026-04"),
    ],
)
def test_the_month_in_a_name_is_replaced_or_put_at_its_end(stem: str, fiscal_start: int, expected: str) -> None:
    assert rolled_name(stem, Timeline(date(2026, 4, 1), 36, fiscal_start)) == expected
