"""What is found of measured months: only what should be, and at the limit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import pytest

from tests.conftest import results_of
from tests.history.approved import with_versions
from tests.history.rolls import measured, sample, with_settings
from tests.history.test_accuracy import USERS, months_of
from tests.history.test_bridge import rolled_example
from tests.history.test_outlook import random_plan
from workbook.history.calculate import calculate
from workbook.history.measured_checks import measured_problems, uncovered_months
from workbook.inputs.plan import Plan
from workbook.problems import Code, Problem


def codes(plan: Plan) -> list[Code]:
    return [problem.code for problem in measured_problems(plan)]


def of_code(plan: Plan, code: Code) -> list[Problem]:
    return [problem for problem in measured_problems(plan) if problem.code is code]


def with_users(users: Iterable[float], year: int = 2025) -> Plan:
    figures = list(users)
    days = months_of(year, len(figures))
    return measured(sample("erlmcp"), *({"month": day, "users": one} for day, one in zip(days, figures, strict=True)))


def test_a_plan_without_measured_months_has_no_problem() -> None:
    assert codes(sample("erlmcp")) == []


@pytest.mark.whole
@pytest.mark.parametrize("seed", range(30))
def test_months_without_outlook_are_those_that_the_outlook_misses(seed: int) -> None:
    plan = random_plan(seed)
    if Code.CLOSED_TOO_LATE not in codes(plan):
        assert len(uncovered_months(plan)) == calculate(plan).value("outlook.gap")


def test_closed_through_may_be_the_last_final_month() -> None:
    rows = [{"month": day, "cost": 6000.0, "status": "final"} for day in months_of(2026, 3)]
    plan = measured(sample("erlmcp"), *rows[:2], {**rows[2], "status": "preliminary"})
    assert Code.CLOSED_TOO_LATE not in codes(with_settings(plan, closed_through=date(2026, 2, 1)))
    late = of_code(with_settings(plan, closed_through=date(2026, 3, 1)), Code.CLOSED_TOO_LATE)
    assert [problem.expected for problem in late] == ["Feb 2026 or earlier"]


def test_final_months_after_closed_through_are_named() -> None:
    rows = [{"month": day, "cost": 6000.0} for day in months_of(2026, 3)]
    plan = measured(sample("erlmcp"), *rows)
    assert Code.FINAL_NOT_CLOSED not in codes(plan)
    assert Code.FINAL_NOT_CLOSED not in codes(with_settings(plan, closed_through=date(2026, 3, 1)))
    (found,) = of_code(with_settings(plan, closed_through=date(2026, 1, 1)), Code.FINAL_NOT_CLOSED)
    assert (found.seen, found.expected) == ("Feb 2026, Mar 2026", "Mar 2026, if these months are closed")


def test_a_year_of_steady_growth_has_no_base_effect() -> None:
    found = codes(with_users(USERS))
    assert Code.BASE_EFFECT not in found
    assert Code.OUTSIDE_THE_FIT in found


def test_growth_as_planned_lies_inside_the_fit() -> None:
    planned = results_of("erlmcp").values["users.all"][0, 0, :12]
    around = [float(users) * (1.03 if place % 2 else 0.97) for place, users in enumerate(planned)]
    assert Code.OUTSIDE_THE_FIT not in codes(with_users(around, 2026))


def test_six_months_with_users_are_enough() -> None:
    assert Code.TOO_FEW_CLOSED not in codes(with_users(USERS[:6]))
    problem = of_code(with_users((*USERS[:5], 0)), Code.TOO_FEW_CLOSED)[0]
    assert problem.seen == "5 closed months with users"


@pytest.mark.parametrize(("factors", "count"), [((0.9,) * 4, 0), ((0.9,) * 5, 1), ((1.1,) * 5, 1), ((1.1, 0.9) * 4, 0)])
def test_a_version_is_biased_from_five_months_on(factors: Sequence[float], count: int) -> None:
    planned = results_of("erlmcp").values["users.all"][0, 0]
    plan = with_users([float(planned[place]) * factor for place, factor in enumerate(factors)], 2026)
    assert len(of_code(with_versions(plan, {"Budget": results_of("erlmcp")}), Code.BIASED_FORECAST)) == count


def test_a_version_after_the_closed_months_is_no_forecast_of_them() -> None:
    plan = with_users([100.0] * 5, 2025)
    assert of_code(with_versions(plan, {"Later": calculate(rolled_example())}), Code.BIASED_FORECAST) == []
