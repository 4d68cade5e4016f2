"""Plan months on the calendar, and the fiscal quarters and years that they fall in."""

from __future__ import annotations

from datetime import date

import pytest

from workbook.timeline import Timeline


def test_months_include_the_state_at_the_horizon() -> None:
    timeline = Timeline(date(2026, 11, 1), 3)
    assert [timeline.date_of(month) for month in timeline.months] == [
        date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fiscal_start", "month", "year", "quarter"),
    [
        (1, 0, 2026, 1), (1, 11, 2026, 4), (1, 12, 2027, 1), (4, 0, 2026, 4), (4, 3, 2027, 1), (10, 8, 2026, 4),
        (10, 9, 2027, 1),
    ],
)  # fmt: skip
def test_a_fiscal_year_is_named_by_the_year_in_which_it_ends(
    fiscal_start: int, month: int, year: int, quarter: int
) -> None:
    timeline = Timeline(date(2026, 1, 1), 24, fiscal_start)
    assert (timeline.fiscal_year(month), timeline.fiscal_quarter(month)) == (year, quarter)


@pytest.mark.parametrize("start", [1, 2, 7, 12])
@pytest.mark.parametrize("horizon", [2, 3, 12, 13, 36, 120])
@pytest.mark.parametrize("fiscal_start", [1, 4, 10, 12])
def test_every_billed_month_has_its_year_and_quarter_in_the_lists(start: int, horizon: int, fiscal_start: int) -> None:
    timeline = Timeline(date(2026, start, 1), horizon, fiscal_start)
    years = {f"FY{timeline.fiscal_year(month)}" for month in range(horizon)}
    quarters = {f"FY{timeline.fiscal_year(month)} Q{timeline.fiscal_quarter(month)}" for month in range(horizon)}
    assert years <= set(timeline.fiscal_years)
    assert quarters <= set(timeline.fiscal_quarters)
    assert len(timeline.fiscal_years) <= len(years) + 1
    assert len(timeline.fiscal_quarters) <= len(quarters) + 1
