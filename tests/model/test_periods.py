"""Figures by fiscal year and quarter against plain loops over the months."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache

import pytest

from tests.conftest import SAMPLES
from tests.workbooks import read_plan, replaced, valid_markdown, workbook_from_markdown
from workbook import actions
from workbook.expr.tree import Line, OverTime
from workbook.model import calculate
from workbook.model.periods import has_periods, over_time_text, period_expr, period_values
from workbook.model.results import Results

pytestmark = pytest.mark.whole

Figure = float | None
PART_YEARS = replaced(
    "Settings",
    "| Plan start       | 2026-01-01 |        |\n| Horizon (months) | 24         | months |",
    "| Plan start | 2026-05-01 | |\n| Horizon (months) | 19 | months |\n| Fiscal year start | 7 | |",
)
"""Two months of FY2026, FY2027, and five months of FY2028, two of them of its second quarter."""
PLANS = ("erlmcp", "meridian", "part years")


@cache
def results_of(name: str) -> Results:
    if name == "part years":
        plan, problems = read_plan(workbook_from_markdown(valid_markdown(**PART_YEARS)))
        assert plan is not None, problems
    else:
        plan = actions.read_plan(SAMPLES / f"{name}.xlsx").plan
        assert plan is not None
    return calculate(plan)


def months_by_period(results: Results, over: str) -> dict[str, list[int]]:
    """Return the billed months of each period, by its name."""
    settings = results.plan.settings
    found: dict[str, list[int]] = {}
    for month in range(settings.horizon_months):
        years, index = divmod(settings.plan_start.month - 1 + month, 12)
        ends_later = settings.fiscal_year_start > 1 and index + 1 >= settings.fiscal_year_start
        name = f"FY{settings.plan_start.year + years + ends_later}"
        if over == "fiscal_quarter":
            name += f" Q{(index + 1 - settings.fiscal_year_start) % 12 // 3 + 1}"
        found.setdefault(name, []).append(month)
    return found


def mean(figures: Sequence[float]) -> float:
    return sum(figures) / len(figures)


HOWS: dict[OverTime, Callable[[list[float]], float]] = {OverTime.SUM: sum, OverTime.PEAK: max, OverTime.MEAN: mean}


def expected(line: Line, months: Sequence[Figure]) -> Figure:
    """Return what the months of one period come to."""
    if line.over_time is OverTime.END:
        return months[-1]
    known = [figure for figure in months if figure is not None]
    return HOWS[line.over_time or OverTime.NONE](known) if known or line.over_time is OverTime.SUM else None


def plain(value: float) -> Figure:
    return None if math.isnan(value) else float(value)


@pytest.mark.parametrize("over", ["fiscal_year", "fiscal_quarter"])
@pytest.mark.parametrize("name", PLANS)
def test_each_line_comes_to_what_its_months_come_to(name: str, over: str) -> None:
    results = results_of(name)
    periods = months_by_period(results, over)
    assert tuple(periods) == results.frame.items[over]
    found = period_values(results)[over]
    compared = blanks = 0
    for line in results.lines.values():
        if not has_periods(line) or line.over_time is OverTime.RATIO:
            continue
        for item in range(len(results.items(line.id))):
            values = [plain(value) for value in results.values[line.id][0, item].tolist()]
            for place, months in enumerate(periods.values()):
                wanted = expected(line, [values[month] for month in months])
                assert plain(found[line.id][0, item, place]) == (
                    wanted if wanted is None else pytest.approx(wanted, rel=1e-12, abs=1e-12)
                ), (line.id, item, place)
                compared += 1
                blanks += wanted is None
    assert compared > 100 * len(periods)
    assert blanks or name != "part years"


@pytest.mark.parametrize("over", ["fiscal_year", "fiscal_quarter"])
@pytest.mark.parametrize("name", PLANS)
def test_a_ratio_is_that_of_the_figures_of_its_period(name: str, over: str) -> None:
    """Cost over requests of the period, not the mean of monthly ratios; over users it is cost over their end."""
    results = results_of(name)
    found = period_values(results)[over]
    for place, months in enumerate(months_by_period(results, over).values()):
        cost, requests = (
            sum(float(results.values[line][0, 0, month]) for month in months)
            for line in ("cost.total", "requests.month")
        )
        users = float(results.values["users.all"][0, 0, months[-1]])
        assert found["cost.per_thousand_requests"][0, 0, place] == pytest.approx(cost / requests * 1000, rel=1e-12)
        assert found["cost.per_user"][0, 0, place] == pytest.approx(cost / users, rel=1e-12)


def test_part_years_are_those_that_the_plan_touches() -> None:
    lengths = {name: len(months) for name, months in months_by_period(results_of("part years"), "fiscal_year").items()}
    assert lengths == {"FY2026": 2, "FY2027": 12, "FY2028": 5}
    assert [len(months) for months in results_of("part years").frame.periods["fiscal_quarter"]] == [2, 3, 3, 3, 3, 3, 2]


def test_a_line_without_a_figure_of_a_period_is_refused() -> None:
    lines = results_of("part years").lines
    line = next(line for line in lines.values() if line.axis == "month" and line.over_time is OverTime.NONE)
    with pytest.raises(ValueError, match=line.id):
        period_expr(line, lines)


def test_over_time_says_of_which_figures_a_ratio_is() -> None:
    """Cost per user of a year is the year's cost over the users of its last month."""
    results = results_of("meridian")
    words = {
        "cost.total": "sum",
        "cost.per_user": "ratio (sum, end)",
        "cost.per_thousand_requests": "ratio (sum)",
        "budget.variance_share": "ratio (sum)",
        "nodes.spare": "ratio (peak)",
        "service.passes": "ratio (peak)",
    }
    assert {line: over_time_text(results.lines[line], results.lines) for line in words} == words
