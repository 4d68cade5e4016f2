"""Scores of versions and the growth that fits: published figures, and many plans counted again by loops."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from statistics import fmean

import numpy as np
import pytest
from scipy import stats

from tests.conftest import results_of
from tests.history.approved import Figures, with_versions
from tests.history.rolls import measured, offset, sample, with_rows, with_settings
from tests.history.test_bridge import rolled_example
from workbook.history.calculate import calculate
from workbook.history.fit import fit_growth
from workbook.history.importing.records import FIELDS
from workbook.history.lines.metrics import SCORED
from workbook.history.recorded import rows_of
from workbook.history.season import seasonal_indices
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.demand import SeasonalIndex
from workbook.model.results import Results

pytestmark = pytest.mark.whole

USERS = (5000, 5290, 5650, 5940, 6390, 6700, 7180, 7590, 8060, 8480, 9070, 9610)


def months_of(year: int, count: int = 12) -> list[date]:
    return [date(year + place // 12, place % 12 + 1, 1) for place in range(count)]


def measured_cost(costs: Sequence[float], plan: Plan | None = None) -> Plan:
    rows = ({"month": day, "cost": cost} for day, cost in zip(months_of(2026), costs, strict=False))
    return measured(plan or sample("erlmcp"), *rows)


def score(results: Results, name: str, row: str) -> float | str | None:
    """Return one figure of the row of a metric and a version."""
    return results.value(f"score.{name}", results.items("score.wape").index(row))


def test_three_months_and_three_errors() -> None:
    plan = with_versions(
        measured_cost((100, 200, 400)), {"Budget": results_of("erlmcp")}, {"Budget": {"cost.total": (110, 190, 380)}}
    )
    results = calculate(plan)
    golden = {"months": 3, "lead": 2, "mape": 0.0666667, "wape": 0.0571429, "bias": -0.0285714, "mase": 0.0888889}
    for name, value in {**golden, "signal": -1.5}.items():
        assert score(results, name, "Cost, Budget") == pytest.approx(value, abs=5e-8), name
    assert score(results, "verdict", "Cost, Budget") == "within 12%"
    assert score(results, "months", "Users, Budget") == 0
    assert score(results, "verdict", "Users, Budget") == "too few months"


def test_a_quarter_of_the_sample() -> None:
    results = calculate(with_versions(measured_cost((6400, 6700, 7050)), {"Budget": results_of("erlmcp")}))
    golden = {"mape": 0.118890, "wape": 0.119050, "bias": -0.119050, "mase": 2.460357, "signal": -3}
    for name, value in golden.items():
        assert score(results, name, "Cost, Budget") == pytest.approx(value, abs=5e-7), name
    # Three months on one side are no bias yet.
    assert score(results, "verdict", "Cost, Budget") == "within 12%"


@pytest.mark.parametrize(
    ("forecast", "verdict"),
    [
        ((100, 100), "too few months"),
        ((112, 88, 112), "within 12%"),
        ((119, 81, 119), "fair"),
        ((121, 79, 121), "poor"),
        ((110, 110, 110, 110), "within 12%"),
        ((110, 110, 110, 110, 110), "too high, month after month"),
        ((90, 90, 90, 90, 90), "too low, month after month"),
        ((90, 90, 90, 90, 110), "within 12%"),
        ((100, 100, 100, 100, 100), "within 12%"),
    ],
)
def test_verdict(forecast: Sequence[float], verdict: str) -> None:
    plan = measured_cost([100] * len(forecast))
    results = calculate(with_versions(plan, {"Budget": results_of("erlmcp")}, {"Budget": {"cost.total": forecast}}))
    assert score(results, "verdict", "Cost, Budget") == verdict
    # Nothing changes from month to month, so nothing can be beaten.
    assert score(results, "mase", "Cost, Budget") is None


def test_a_month_without_cost_is_left_out_of_the_relative_error() -> None:
    plan = measured_cost((0, 100, 200))
    results = calculate(
        with_versions(plan, {"Budget": results_of("erlmcp")}, {"Budget": {"cost.total": (30, 110, 180)}})
    )
    assert score(results, "mape", "Cost, Budget") == pytest.approx(0.1)
    assert score(results, "left_out", "Cost, Budget") == 1
    assert score(results, "wape", "Cost, Budget") == pytest.approx(60 / 300)


def test_six_versions_make_the_range_of_the_next() -> None:
    ratios = (1.08, 1.12, 1.10, 1.15, 1.05, 1.13)
    names = [f"Forecast {place}" for place in range(6)]
    figures = {name: {"cost.total": [100 / ratio] * 3} for name, ratio in zip(names, ratios, strict=True)}
    plan = with_versions(measured_cost((90, 110, 100)), dict.fromkeys(names, results_of("erlmcp")), figures)
    results = calculate(plan)
    place = results.items("next.middle").index("Cost")
    found = [results.value(f"next.{name}", place) for name in ("middle", "low", "high")]
    assert found == pytest.approx([1.104502, 1.048000, 1.164051], abs=5e-7)
    logs = np.log(ratios)
    width = stats.t.ppf(0.9, 5) * logs.std(ddof=1) * math.sqrt(1 + 1 / 6)
    assert found == pytest.approx(np.exp([logs.mean(), logs.mean() - width, logs.mean() + width]), rel=1e-12)
    assert results.value("next.words", place) == (
        "The last 6 forecasts of cost were on average 10% too low: multiply by 1.1×, range 1.05× to 1.16×"
    )
    assert results.value("next.words", 0) is None


def test_two_versions_make_no_range() -> None:
    versions = dict.fromkeys(("A", "B"), results_of("erlmcp"))
    results = calculate(with_versions(measured_cost((6400, 6700, 7050)), versions))
    place = results.items("next.middle").index("Cost")
    assert results.value("next.versions", place) == 2
    assert results.value("next.middle", place) is None


COLUMNS = {line.id: FIELDS[line.metric] for line in SCORED}


def _random_plan(seed: int) -> tuple[Plan, Mapping[str, Results]]:
    """Return a rolled plan with two versions of other starts, and measured months with gaps and blanks."""
    chance = random.Random(seed)
    days = months_of(2026, chance.randint(4, 16))
    rows = [
        {
            "month": day,
            "status": chance.choice(("final",) * 6 + ("preliminary",)),
            **{field: chance.choice((None, *(9000 * chance.random() for _ in range(7)))) for field in COLUMNS.values()},
        }
        for day in days
        if chance.random() < 0.9
    ]
    chance.shuffle(rows)
    versions = {"Budget": results_of("erlmcp"), "Forecast 2": calculate(rolled_example())}
    plan = measured(rolled_example(), *(rows or [{"month": days[0]}]))
    last = max(row.month for row in rows_of(plan))
    return with_versions(with_settings(plan, closed_through=last), versions), versions


@pytest.mark.parametrize("seed", range(12))
def test_scores_counted_again_month_by_month(seed: int) -> None:
    plan, versions = _random_plan(seed)
    results = calculate(plan)
    for metric in SCORED:
        closed = dict(_closed_figures(plan, COLUMNS[metric.id]))
        steps = [abs(closed[day] - closed[before]) for day in closed if (before := _month_before(day)) in closed]
        for name, version in versions.items():
            row = f"{metric.title[0].upper()}{metric.title[1:]}, {name}"
            stored = version.values[metric.line][0, 0]
            pairs = []
            for day, actual in sorted(closed.items()):
                lead = (
                    (day.year - version.plan.timeline.start.year) * 12 + day.month - version.plan.timeline.start.month
                )
                month = lead + (metric.id == "storage")
                if lead >= 0 and month < len(stored) - (metric.id == "cost"):
                    pairs.append((lead, stored[month], actual))
            _assert_scores(results, row, pairs, steps)
            ratio = score(results, "ratio", row)
            first = pairs[:3]
            expected = sum(pair[2] for pair in first) / sum(pair[1] for pair in first) if len(first) == 3 else None
            assert ratio == (None if expected is None else pytest.approx(expected, rel=1e-9))


def _closed_figures(plan: Plan, field: str) -> Iterator[tuple[date, float]]:
    for row in plan.rows("actuals"):
        value = getattr(row, field)
        if getattr(row, "status") == "final" and value is not None:  # noqa: B009
            yield getattr(row, "month"), value  # noqa: B009


def _month_before(day: date) -> date:
    return date(day.year - (day.month == 1), (day.month - 2) % 12 + 1, 1)


def _assert_scores(
    results: Results, row: str, pairs: Sequence[tuple[int, float, float]], steps: Sequence[float]
) -> None:
    errors = [forecast - actual for _, forecast, actual in pairs]
    total, size = sum(actual for *_, actual in pairs), sum(map(abs, errors))
    expected: dict[str, float | None] = dict.fromkeys(("wape", "mape", "bias", "mase", "signal", "lead"))
    if pairs:
        expected |= {
            "wape": size / total,
            "bias": sum(errors) / total,
            "mape": fmean(abs(error) / pair[2] for error, pair in zip(errors, pairs, strict=True)),
            "signal": sum(errors) / (size / len(pairs)),
            "lead": max(lead for lead, *_ in pairs),
        }
        if steps:
            expected["mase"] = size / len(pairs) / fmean(steps)
    assert score(results, "months", row) == len(pairs)
    for name, value in expected.items():
        assert score(results, name, row) == (None if value is None else pytest.approx(value, rel=1e-9)), (row, name)


def test_leads_pool_the_months_of_all_versions() -> None:
    days = months_of(2026, 14)
    plan = measured(
        rolled_example(), *({"month": day, "users": 6000.0 + 100 * place} for place, day in enumerate(days))
    )
    versions = {"Budget": results_of("erlmcp"), "Forecast 2": calculate(rolled_example())}
    results = calculate(with_versions(plan, versions))
    for place, (first, last) in enumerate(((0, 2), (3, 5), (6, 11)), 1):
        errors, actuals = [], []
        for version in versions.values():
            start = offset(results_of("erlmcp").plan, version.plan)
            for month in range(start + first, min(start + last, 13) + 1):
                actual = 6000.0 + 100 * month
                errors.append(abs(version.values["users.all"][0, 0, month - start] - actual))
                actuals.append(actual)
        assert results.value(f"lead.wape_{place}") == pytest.approx(sum(errors) / sum(actuals), rel=1e-9)
        assert results.value(f"lead.months_{place}") == len(actuals)


def test_a_version_that_covers_no_closed_month_is_not_scored() -> None:
    later = calculate(rolled_example())
    results = calculate(with_versions(measured_cost((6400, 6700)), {"Later": later, "Budget": results_of("erlmcp")}))
    assert set(results.values["score.version"][0, :, 0]) == {"Budget"}
    results = calculate(with_versions(measured_cost((6400,)), {"Later": later}))
    assert "score.wape" not in results.lines


def fitted(months: Sequence[int] = range(12), figures: Figures | None = None) -> Results:
    days = months_of(2025)
    users = (figures or {}).get("users", USERS)
    rows = ({"month": days[place], "users": users[place]} for place in months)
    return calculate(with_settings(measured(sample("erlmcp"), *rows), closed_through=days[months[-1]]))


def test_growth_that_fits_a_year_of_users() -> None:
    results = fitted()
    assert results.value("fit.months") == 12
    assert results.value("fit.growth") == pytest.approx(0.06121783898, abs=5e-12)
    assert results.value("fit.error") == pytest.approx(4.619256411e-3, abs=5e-13)
    assert results.value("fit.low") == pytest.approx(0.06030485331, abs=5e-12)
    assert results.value("fit.high") == pytest.approx(0.06213161079, abs=5e-12)
    assert results.value("fit.growth_year") == pytest.approx(1.040114309, abs=5e-10)
    assert results.value("fit.doubling") == pytest.approx(11.665775650, abs=5e-9)
    ahead = [results.value(f"fit.{name}", 2) for name in ("users", "low_95", "high_95", "low_80", "high_80")]
    golden = [19611.831362, 19252.672959, 19977.689860, 19389.861497, 19836.342277]
    assert ahead == pytest.approx(golden, abs=5e-7)
    assert results.value("fit.point_date", 2) == "2026-12-01"
    assert results.value("fit.planned", 2) == pytest.approx(9531.842930, abs=5e-7)
    assert results.value("fit.verdict", 2) == "below the range"


def test_growth_with_two_months_missing() -> None:
    kept = [month for month in range(12) if month not in (4, 7)]
    results = fitted(kept)
    assert results.value("fit.months") == 10
    found = [results.value(f"fit.{name}") for name in ("growth", "error", "r2")]
    assert found == pytest.approx([0.061289, 0.004276, 0.999702], abs=5e-7)
    slope, _ = np.polyfit(kept, np.log([USERS[month] for month in kept]), 1)
    assert results.value("fit.slope") == pytest.approx(slope, rel=1e-9)


def test_growth_without_each_month_in_turn() -> None:
    without = fitted().values["fit.without"][0, :, 0].tolist()
    assert [min(without), max(without)] == pytest.approx([0.061083, 0.061424], abs=5e-7)
    assert (without.index(min(without)), without.index(max(without))) == (1, 9)


def test_too_few_months_fit_nothing() -> None:
    assert "fit.growth" not in fitted(range(5)).lines
    assert fitted(range(6)).value("fit.months") == 6


def test_seasons_are_taken_out_and_put_back() -> None:
    indices = [0.9 + month / 50 for month in range(12)]
    days = months_of(2025)
    plan = measured(
        sample("erlmcp"),
        *({"month": day, "users": users * index} for day, users, index in zip(days, USERS, indices, strict=True)),
    )
    rows = [SeasonalIndex(month=month, index=index) for month, index in enumerate(indices, 1) if month != 12]
    results = calculate(with_rows(plan, "seasonality", rows))
    # December has no row, so its index is 1.
    given = [*indices[:11], 1.0]
    fit = fit_growth(range(-12, 0), [users * index for users, index in zip(USERS, indices, strict=True)], given)
    assert fit is not None
    assert results.value("fit.growth") == pytest.approx(fit.growth, rel=1e-9)
    month, index = 2, indices[2]
    assert results.value("fit.users", 0) == pytest.approx(fit.users(month, index), rel=1e-9)
    low, high = fit.interval(month, 0.8, index)
    assert results.value("fit.low_80", 0) == pytest.approx(low, rel=1e-9)
    assert results.value("fit.high_80", 0) == pytest.approx(high, rel=1e-9)


def test_users_that_do_not_grow_never_double() -> None:
    results = fitted(figures={"users": [5000] * 12})
    assert results.value("fit.growth") == pytest.approx(0, abs=1e-12)
    assert results.value("fit.doubling") is None
    assert results.value("fit.r2") == 1


def test_seasons_of_four() -> None:
    figures = {month: (0.8, 1.1, 1.3, 0.8)[month % 4] * 1.02**month for month in range(12)}
    golden = (0.798761, 1.097309, 1.301975, 0.801955)
    assert seasonal_indices(figures, 4) == pytest.approx(golden, abs=5e-7)
    del figures[5]
    assert seasonal_indices({month: figures[month] for month in range(5)}, 4) == ()


def test_two_years_of_users_show_their_seasons() -> None:
    seasons = [0.9, 0.92, 0.95, 1.0, 1.02, 1.05, 1.1, 1.08, 1.03, 1.0, 0.98, 0.97]
    rows = [
        {"month": day, "users": 5000 * 1.01**place * seasons[place % 12]}
        for place, day in enumerate(months_of(2024, 24))
    ]
    results = calculate(measured(sample("meridian"), *rows))
    shown = results.values["season.measured"][0, :, 0]
    assert shown == pytest.approx(seasons, abs=2e-3)
    planned = {row.month: row.index for row in results.plan.rows("seasonality") if isinstance(row, SeasonalIndex)}
    assert results.value("season.planned", 11) == planned.get(12, 1)
    assert "season.measured" not in calculate(measured(sample("meridian"), *rows[:23])).lines
