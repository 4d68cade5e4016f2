"""Values of a range: goldens, SciPy's distributions, and what a sample comes to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from workbook.expr.functions import Array
from workbook.inputs.ranges import Means, Shape
from workbook.whatif.draws import Sampling, chances
from workbook.whatif.shapes import Points, triangle_ends, values_at

USERS = (4500.0, 5000.0, 5600.0)
ASKED = np.array([0.05, 0.1, 0.5, 0.9, 0.95])
MANY = np.linspace(0.0005, 0.9995, 1000)
SKEWED = ((0.0, 0.0, 1.0), (0.0, 1.0, 1.0), (0.0, 0.02, 1.0), (0.0, 0.97, 1.0))


def distribution(points: Points, shape: Shape) -> stats.rv_continuous:
    low, middle, high = points
    width = high - low
    match shape:
        case Shape.UNIFORM:
            return stats.uniform(low, width)
        case Shape.TRIANGULAR:
            return stats.triang((middle - low) / width, low, width)
        case Shape.PERT:
            return stats.beta(1 + 4 * (middle - low) / width, 1 + 4 * (high - middle) / width, low, width)


def off(points: Points, shape: Shape, means: Means = Means.ENDS, ends: Points | None = None) -> float:
    """Return by how much values differ from SciPy's, as a part of the width."""
    differs = values_at(MANY, points, shape, means) - distribution(ends or points, shape).ppf(MANY)
    return float(np.abs(differs).max() / (points[2] - points[0]))


def at(shape: Shape, means: Means = Means.ENDS, points: Points = USERS) -> Array:
    return values_at(ASKED, points, shape, means)


def test_inverses_of_a_range() -> None:
    triangular = (4665.831240, 4734.520788, 5025.543735, 5343.095348, 5418.340979)
    pert = (4682.335466, 4741.546683, 5012.731872, 5297.711427, 5364.543246)
    assert at(Shape.TRIANGULAR) == pytest.approx(triangular, abs=1e-6)
    assert at(Shape.PERT) == pytest.approx(pert, abs=1e-6)
    assert at(Shape.UNIFORM) == pytest.approx((4555, 4610, 5050, 5490, 5545))


def test_a_triangle_through_two_points() -> None:
    assert triangle_ends(USERS) == pytest.approx((4069.873156, 6058.947048), abs=1e-6)
    found = (4374.018764, 4500, 5032.710251, 5600, 5734.422478)
    assert at(Shape.TRIANGULAR, Means.P10_P90) == pytest.approx(found, abs=1e-6)


THREE = st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3).map(sorted)
POINTS = THREE.filter(lambda three: three[2] - three[0] > 1e-3 * max(1, abs(three[0]), abs(three[2])))


@given(POINTS)
def test_shapes_are_those_of_scipy(three: list[float]) -> None:
    points = (three[0], three[1], three[2])
    assert off(points, Shape.TRIANGULAR) < 1e-9
    assert off(points, Shape.UNIFORM) < 1e-9
    assert off(points, Shape.PERT) < 2e-6


def test_how_close_the_shapes_are() -> None:
    assert off(USERS, Shape.TRIANGULAR) < 1e-12
    assert off(USERS, Shape.PERT) < 3e-7
    assert max(off(points, Shape.PERT) for points in SKEWED) < 2e-6


@given(POINTS)
def test_the_points_of_a_triangle_are_its_own(three: list[float]) -> None:
    low, middle, high = three
    width = high - low
    ends = triangle_ends((low, middle, high))
    at_points = values_at(np.array([0.1, 0.9]), (low, middle, high), Shape.TRIANGULAR, Means.P10_P90)
    assert ends[0] <= low
    assert ends[1] >= high
    assert np.abs(at_points - [low, high]).max() < 1e-9 * width


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("points", [USERS, *SKEWED])
def test_a_sample_has_the_distribution_of_its_shape(shape: Shape, points: Points) -> None:
    """One run in each slot: no chance is further off than two slots, which Kolmogorov and Smirnov would allow 136."""
    sampling = Sampling()
    drawn = values_at(chances(sampling, "any key"), points, shape)
    assert stats.kstest(drawn, distribution(points, shape).cdf).statistic < 2 / sampling.runs
    assert drawn.min() >= points[0]
    assert drawn.max() <= points[2]


@pytest.mark.parametrize("shape", Shape)
@pytest.mark.parametrize("means", Means)
def test_a_range_without_width_is_its_middle(shape: Shape, means: Means) -> None:
    assert (values_at(ASKED, (3.0, 3.0, 3.0), shape, means) == 3.0).all()


def test_a_middle_outside_of_its_range() -> None:
    with pytest.raises(ValueError, match="rising order"):
        values_at(ASKED, (2.0, 1.0, 3.0), Shape.PERT)
