"""Figures in texts have no exponent, and say the number that they are made of."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.figures import digits
from workbook.schema import show
from workbook.units import of_count


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (9e-05, "0.00009"),
        (1e16, "10000000000000000"),
        (1e15, "1000000000000000"),
        (0.1 + 0.2, "0.3"),
        (1234567.125, "1234567.125"),
        (100.0, "100"),
        (-2.5e-7, "-0.00000025"),
        (1.5e300, "1.5 × 10^300"),
        (-4e-300, "-4 × 10^-300"),
    ],
)
def test_digits(value: float, text: str) -> None:
    assert digits(value) == text


def test_thousands_are_grouped_on_request() -> None:
    assert digits(1234567.125, is_grouped=True) == "1,234,567.125"
    assert digits(1e15, is_grouped=True) == "1,000,000,000,000,000"
    assert digits(1234.5678, 4) == "1235"


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 15))
def test_no_number_has_an_exponent_and_each_reads_back(value: float, significant: int) -> None:
    text = digits(value, significant, is_grouped=True)
    assert text.replace(",", "") == digits(value, significant)
    assert "e" not in text.casefold()
    mantissa, _, power = text.replace(",", "").partition(" × 10^")
    read = Fraction(mantissa) * Fraction(10) ** int(power or 0)
    assert abs(read - Fraction(value)) <= abs(Fraction(value)) / 10 ** (significant - 1)
    assert len(text) < 40


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_an_input_is_shown_without_an_exponent(value: float) -> None:
    assert "e" not in show(value).casefold()
    assert "e" not in show(value, "percent").casefold()


def test_one_of_something_is_singular() -> None:
    assert [of_count(value, label) for value, label in ((1, "nodes"), (2, "nodes"), (1, "ms"), (0, "users"))] == [
        "node",
        "nodes",
        "ms",
        "users",
    ]
