"""Chances into values of a range: the inverses of the shapes, and the triangle through two points (many floor)."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from workbook.expr.functions import Array
from workbook.inputs.ranges import Means, Shape

TENTH = 0.1
"""What part of the cases lies below Low, and above High, where they are points and no ends."""
_STEPS = 4096
_CLOSE = 1e-14
_MOST_PASSES = 10_000

Points = tuple[float, float, float]
"""Low, middle and high."""


def values_at(chances: Array, points: Points, shape: Shape, means: Means = Means.ENDS) -> Array:
    """Return the value of a range below which a case lies with each chance; the middle where there is no range.

    Low and high that are points of one case in ten are those of a triangle, whatever the shape. Raises ValueError
    where the middle is not between low and high.
    """
    low, middle, high = points
    if not low <= middle <= high:
        raise ValueError(f"not in rising order: {points}")
    if means is Means.P10_P90:
        ends = triangle_ends(points)
        return triangular(chances, (ends[0], middle, ends[1]))
    match shape:
        case Shape.TRIANGULAR:
            return triangular(chances, points)
        case Shape.UNIFORM:
            return np.asarray(low + chances * (high - low))
        case Shape.PERT:
            return pert(chances, points)


def triangular(chances: Array, points: Points) -> Array:
    """Return the values of a triangle of these ends and this mode."""
    low, middle, high = points
    width = high - low
    if width <= 0:
        return np.full_like(chances, middle)
    rising = low + np.sqrt(chances * (width * (middle - low)))
    falling = high - np.sqrt((1 - chances) * (width * (high - middle)))
    return np.where(chances < (middle - low) / width, rising, falling)


def pert(chances: Array, points: Points) -> Array:
    """Return the values of a beta distribution of these ends and this mode, whose mean counts the mode four times."""
    low, middle, high = points
    width = high - low
    if width <= 0:
        return np.full_like(chances, middle)
    below, values = _beta((middle - low) / width)
    return np.asarray(low + width * np.interp(chances, below, values))


@lru_cache(maxsize=64)
def _beta(mode: float) -> tuple[Array, Array]:
    """Return chances and values, from 0 to 1, of the distribution of a mode.

    Steps are equal in an angle, x = (1 − cos πt) / 2, so that they are short at both ends; each is added up by
    Simpson's rule.
    """
    values = (1 - np.cos(np.pi * np.linspace(0, 1, 2 * _STEPS + 1))) / 2
    density = values ** (4 * mode) * (1 - values) ** (4 * (1 - mode)) * np.sqrt(values * (1 - values))
    steps = density[:-2:2] + 4 * density[1::2] + density[2::2]
    below = np.concatenate(([0.0], np.cumsum(steps)))
    return below / below[-1], values[::2]


def triangle_ends(points: Points) -> tuple[float, float]:
    """Return the ends of the triangle of this mode below whose low, and above whose high, one case in ten lies.

    Each end solves a quadratic in which the other stands, so that both are found by turns.
    """
    low, middle, high = points
    left, right = low - middle, high - middle
    for _ in range(_MOST_PASSES):
        before = left, right
        left = _end(low - middle, right)
        right = -_end(middle - high, -left)
        if max(abs(left - before[0]), abs(right - before[1])) <= _CLOSE * (high - low):
            break
    return middle + left, middle + right


def _end(point: float, other: float) -> float:
    """Return the lower end of a triangle with its mode at 0, from a point of it and the upper end."""
    half = point - TENTH * other / 2
    return (half - math.sqrt(max(0.0, half * half - (1 - TENTH) * point * point))) / (1 - TENTH)
