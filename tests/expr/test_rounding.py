"""Many figures are rounded as each of them would be, whatever their size and however close to a half they are."""

from __future__ import annotations

import numpy as np
import pytest

from workbook.expr.functions import FUNCTIONS, Array, numbers

SIZES = (1e-12, 1e-3, 1.0, 50.0, 1e4, 99_999.0, 1e5, 1e8, 1e14, 1e16)
DIGITS = (-2, 0, 1, 2, 5, 9, 12, 13)


def figures(size: float) -> Array:
    """Return figures of a size, whole ones, halves, such as floats just miss, noise, nothing and blanks."""
    chance = np.random.default_rng(1)
    any_ = chance.standard_normal(2000) * size
    whole, written, halves = np.round(any_), np.round(any_, 3), np.round(any_, 2) + 0.005
    noisy = np.round(any_, 9) + chance.choice([0.0, 5e-10, -5e-10, 1e-13], any_.size)
    return np.concatenate([any_, whole, written, halves, noisy, np.zeros(9), np.full(9, np.nan)])


@pytest.mark.parametrize("function", ["ROUND", "ROUNDUP"])
@pytest.mark.parametrize("digits", DIGITS)
def test_many_are_rounded_as_each(function: str, digits: int) -> None:
    apply = FUNCTIONS[function].apply
    assert apply is not None
    for size in SIZES:
        values = figures(size)
        with np.errstate(all="ignore"):
            together = apply(values, numbers([digits]))
            in_parts = [apply(part, numbers([digits])) for part in np.array_split(values, values.size // 100)]
        np.testing.assert_array_equal(together, np.concatenate(in_parts), err_msg=str(size))


def test_infinite_figures_do_not_hide_the_others() -> None:
    apply = FUNCTIONS["ROUND"].apply
    assert apply is not None
    values = np.append(np.full(1000, 1.005), np.inf)
    with np.errstate(all="ignore"):
        found = apply(values, numbers([2]))
    assert (found[:-1] == 1.01).all()
