"""What each member of a coalition is worth: the mean over all orders, and a fair share."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook.expr.functions import Array
from workbook.whatif.shapley import shapley


def over_all_orders(values: Array) -> Array:
    """Return the mean over every order of what a figure changes when each member joins."""
    members = values.shape[0].bit_length() - 1
    orders = list(permutations(range(members)))
    effects = np.zeros((members, values.shape[1]))
    for order in orders:
        coalition = 0
        for member in order:
            joined = coalition | 1 << member
            effects[member] += values[joined] - values[coalition]
            coalition = joined
    return effects / len(orders)


def test_a_worked_example() -> None:
    """Two members: alone 10 and 20, together 50."""
    assert shapley(np.array([[0.0], [10.0], [20.0], [50.0]])).tolist() == [[20.0], [30.0]]


def test_nobody_joins() -> None:
    assert shapley(np.array([[7.0, 8.0]])).shape == (0, 2)


@given(members=st.integers(1, 5), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_it_is_the_mean_over_all_orders(members: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(size=(2**members, 3))
    effects = shapley(values)
    assert np.allclose(effects, over_all_orders(values), rtol=0, atol=1e-12)
    assert np.allclose(effects.sum(axis=0), values[-1] - values[0], rtol=0, atol=1e-12)


@given(seed=st.integers(0, 2**32 - 1), idle=st.integers(0, 3))
@settings(max_examples=25, deadline=None)
def test_a_member_that_changes_nothing_is_worth_nothing(seed: int, idle: int) -> None:
    values = np.random.default_rng(seed).normal(size=(16, 2))
    coalitions = np.arange(16)
    values = values[coalitions & ~(1 << idle)]
    assert shapley(values)[idle].tolist() == [0.0, 0.0]
