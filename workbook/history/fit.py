"""Measured users into the growth that fits them best, with how far it can be trusted (many floor).

The logarithm of users without their season is a straight line over the months; least squares, by closed sums, so that a
month that was not measured is simply left out. What is forecast is the median.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec import Struct

from workbook.expr.distributions import student_t

FEWEST = 6
"""With fewer measured months there is no fit."""
_YEAR = 12


class Fit(Struct, frozen=True):
    """A fitted growth: the line through the logarithms of users, and its errors.

    `months` is how many months were measured, `error` the standard error of a month's logarithm, `slope_error` that of
    the slope.
    """

    months: int
    slope: float
    level: float
    error: float
    slope_error: float
    r2: float
    mean_month: float

    @property
    def growth(self) -> float:
        """Growth per month."""
        return math.expm1(self.slope)

    @property
    def growth_year(self) -> float:
        """Growth per year."""
        return math.expm1(_YEAR * self.slope)

    @property
    def doubling(self) -> float | None:
        """Months in which users double; None where they do not grow."""
        return math.log(2) / self.slope if self.slope > 0 else None

    def growth_range(self, chance: float = 0.95, months: int = 1) -> tuple[float, float]:
        """Return low and high of the growth over so many months, at a probability of lying between them."""
        width = student_t(1 - chance, self.months - 2) * self.slope_error
        return math.expm1(months * (self.slope - width)), math.expm1(months * (self.slope + width))

    def users(self, month: float, index: float = 1.0) -> float:
        """Return the users of a month, the median, in its season."""
        return math.exp(self.level + self.slope * month) * index

    def interval(self, month: float, chance: float, index: float = 1.0) -> tuple[float, float]:
        """Return the users between which those of a month lie with a probability, in its season."""
        # The slope's error is the month's error over the root of the months' squared distances from their mean.
        distance = (month - self.mean_month) * self.slope_error
        error = math.sqrt(self.error**2 * (1 + 1 / self.months) + distance**2)
        width = student_t(1 - chance, self.months - 2) * error
        users = self.users(month, index)
        return users * math.exp(-width), users * math.exp(width)


def fit_growth(months: Sequence[float], users: Sequence[float], indices: Sequence[float] = ()) -> Fit | None:
    """Return the growth that fits users of these months, without their seasonal indices; None for too few months.

    Months without users say nothing about growth and are left out.
    """
    points = _points(months, users, indices)
    return _fitted(points) if len(points) >= FEWEST else None


def left_out(months: Sequence[float], users: Sequence[float], indices: Sequence[float] = ()) -> tuple[float, ...]:
    """Return the growth per month with each month left out in turn; nothing where there is no fit."""
    points = _points(months, users, indices)
    if len(points) < FEWEST:
        return ()
    return tuple(_fitted([*points[:place], *points[place + 1 :]]).growth for place in range(len(points)))


def _points(months: Sequence[float], users: Sequence[float], indices: Sequence[float]) -> list[tuple[float, float]]:
    seasons = indices or [1.0] * len(users)
    measured = zip(months, users, seasons, strict=True)
    return [(month, math.log(count / index)) for month, count, index in measured if count > 0]


def _fitted(points: Sequence[tuple[float, float]]) -> Fit:
    n = len(points)
    mean_month, mean = (math.fsum(point[side] for point in points) / n for side in (0, 1))
    spread = math.fsum((month - mean_month) ** 2 for month, _ in points)
    slope = math.fsum((month - mean_month) * (value - mean) for month, value in points) / spread
    level = mean - slope * mean_month
    left = math.fsum((value - level - slope * month) ** 2 for month, value in points)
    total = math.fsum((value - mean) ** 2 for _, value in points)
    error = math.sqrt(left / (n - 2))
    r2 = 1 - left / total if total else 1.0
    return Fit(n, slope, level, error, error / math.sqrt(spread), r2, mean_month)
