"""Growth fitted to measured users: figures published with the method, a second library, and months left out."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from workbook.expr.distributions import student_t
from workbook.history.fit import FEWEST, fit_growth, left_out

USERS = (5000, 5290, 5650, 5940, 6390, 6700, 7180, 7590, 8060, 8480, 9070, 9610)
MONTHS = range(12)


def test_fit_of_a_year() -> None:
    fit = fit_growth(MONTHS, USERS)
    assert fit is not None
    assert fit.months == 12
    assert fit.slope == pytest.approx(0.0594171533367003, rel=1e-12)
    assert math.exp(fit.level) == pytest.approx(5000.502954499, rel=1e-12)
    assert fit.growth == pytest.approx(0.06121783898, abs=5e-12)
    assert fit.growth_year == pytest.approx(1.040114309, abs=5e-10)
    assert fit.error == pytest.approx(4.619256411e-3, abs=5e-13)
    assert fit.slope_error == pytest.approx(3.862816266e-4, abs=5e-14)
    assert fit.r2 == pytest.approx(0.999577525, abs=5e-10)
    assert fit.doubling == pytest.approx(11.665775650, abs=5e-9)
    assert fit.growth_range() == pytest.approx((0.06030485331, 0.06213161079), abs=5e-12)


def test_users_of_a_year_later_and_their_intervals() -> None:
    fit = fit_growth(MONTHS, USERS)
    assert fit is not None
    assert fit.users(23) == pytest.approx(19611.831362, abs=5e-7)
    assert fit.interval(23, 0.95) == pytest.approx((19252.672959, 19977.689860), abs=5e-7)
    assert fit.interval(23, 0.8) == pytest.approx((19389.861497, 19836.342277), abs=5e-7)
    # Users planned for that month lie below.
    assert fit.interval(23, 0.95)[0] > 9531.842930


def test_months_that_were_not_measured_are_left_out() -> None:
    months = [month for month in MONTHS if month not in (4, 7)]
    fit = fit_growth(months, [USERS[month] for month in months])
    assert fit is not None
    assert fit.months == 10
    assert [fit.growth, fit.error, fit.r2] == pytest.approx([0.061289, 0.004276, 0.999702], abs=5e-7)
    slope, level = np.polyfit(months, np.log([USERS[month] for month in months]), 1)
    assert [fit.slope, fit.level] == pytest.approx([slope, level], rel=1e-10)


def test_a_month_without_users_says_nothing() -> None:
    with_gap = [0 if month == 4 else users for month, users in enumerate(USERS)]
    without = fit_growth([m for m in MONTHS if m != 4], [u for m, u in enumerate(USERS) if m != 4])
    assert fit_growth(MONTHS, with_gap) == without


def test_seasons_are_taken_out_and_put_back() -> None:
    indices = [0.9 + month / 50 for month in MONTHS]
    seasonal = fit_growth(MONTHS, [users * index for users, index in zip(USERS, indices, strict=True)], indices)
    plain = fit_growth(MONTHS, USERS)
    assert seasonal is not None
    assert plain is not None
    assert seasonal.slope == pytest.approx(plain.slope, rel=1e-9)
    assert seasonal.users(23, 1.5) == pytest.approx(1.5 * plain.users(23), rel=1e-9)


def test_growth_without_each_month_in_turn() -> None:
    growths = left_out(MONTHS, USERS)
    assert [min(growths), max(growths)] == pytest.approx([0.061083, 0.061424], abs=5e-7)
    assert (growths.index(min(growths)), growths.index(max(growths))) == (1, 9)


def test_too_few_months_have_no_fit() -> None:
    few = FEWEST - 1
    assert fit_growth(MONTHS[:few], USERS[:few]) is None
    assert left_out(MONTHS[:few], USERS[:few]) == ()
    assert fit_growth(MONTHS[:FEWEST], USERS[:FEWEST]) is not None


def test_users_that_do_not_grow_never_double() -> None:
    fit = fit_growth(MONTHS, [5000] * 12)
    assert fit is not None
    assert (fit.growth, fit.doubling, fit.r2) == (0, None, 1)


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 5, 10, 11, 58])
@pytest.mark.parametrize("chance", [0.05, 0.2])
def test_student_t_is_that_of_a_library(freedom: int, chance: float) -> None:
    assert student_t(chance, freedom) == pytest.approx(stats.t.ppf(1 - chance / 2, freedom), rel=1e-12)
