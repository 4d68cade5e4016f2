"""The change of cost from year to year: its parts sum to it, and it is like for like."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.conftest import results_of
from tests.model.cases import plan_of
from workbook.model import calculate
from workbook.model.results import Results

SAMPLES = ("erlmcp", "meridian")


def _starting_in_november() -> Results:
    return calculate(plan_of("meridian", settings={"Plan start": "2026-11-01", "Horizon (months)": 31}))


def _like_for_like(results: Results) -> dict[str, float]:
    """Return by fiscal year what its months cost more than the same months a year earlier, from the monthly cost."""
    timeline = results.plan.timeline
    change: dict[str, float] = defaultdict(float)
    cost = [float(results.value("cost.total", 0, month) or 0) for month in timeline.months]
    for month in range(12, timeline.horizon):
        change[f"FY{timeline.fiscal_year(month)}"] += cost[month] - cost[month - 12]
    return change


@pytest.mark.parametrize("sample", [*SAMPLES, ""])
def test_contributions_sum_to_the_change_of_cost_over_the_same_months(sample: str) -> None:
    results = results_of(sample) if sample else _starting_in_november()
    change = _like_for_like(results)
    sums: dict[str, float] = defaultdict(float)
    for item, name in enumerate(results.items("why.change")):
        value = results.value("why.change", item)
        year = name.rpartition(" · ")[2]
        assert (value is None) == (year not in change), name
        sums[year] += float(value or 0)
    assert change
    for year, expected in change.items():
        item = results.items("why.total").index(year)
        assert results.value("why.total", item) == pytest.approx(expected, rel=1e-9)
        assert sums[year] == pytest.approx(expected, rel=1e-9)
        categories = [results.value(f"why.year_{name}", item) for name in ("nodes", "storage", "network", "fixed")]
        assert sum(float(part or 0) for part in categories) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_largest_drivers_come_first(sample: str) -> None:
    results = results_of(sample)
    changes = [float(results.value("why.next", item) or 0) for item in range(len(results.items("why.next")))]
    largest = sorted(changes, key=abs, reverse=True)[:3]
    found = [float(results.value("driver.change", place) or 0) for place in range(3)]
    assert found == pytest.approx(largest)
    names = [results.items("why.next")[changes.index(change)] for change in found]
    assert [results.value("driver.name", place) for place in range(3)] == names


@pytest.mark.parametrize("sample", SAMPLES)
def test_no_lever_loses_money_or_saves_more_than_there_is(sample: str) -> None:
    results = results_of(sample)
    assert len(results.items("lever.saving")) > 0
    for item, _ in enumerate(results.items("lever.saving")):
        saving = results.value("lever.saving", item)
        assert isinstance(saving, int | float)
        assert saving >= 0
        assert bool(results.value("lever.action", item)) == (saving > 0)
    for item, _ in enumerate(results.items("lever.tier")):
        assert float(results.value("lever.tier", item) or 0) <= float(results.value("lever.storage_cost", item) or 0)
