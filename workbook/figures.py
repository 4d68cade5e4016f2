"""Numbers into the digits that a text shows, never with an exponent (ground floor)."""

from __future__ import annotations

from decimal import Decimal

_MOST_DIGITS = 21
"""Beyond as many digits before the point, or zeros behind it, a power of ten is easier to read."""


def digits(value: float, significant: int = 12, *, is_grouped: bool = False) -> str:
    """Return a number at so many significant digits: `0.00009`, `1000000000000`, grouped `1,000,000,000,000`.

    A number of more than 21 digits is shown as `1.5 × 10^300`.
    """
    number = Decimal(f"{value:.{significant}g}")
    if number.is_finite() and number and abs(number.adjusted()) > _MOST_DIGITS:
        return f"{_plain(number.scaleb(-number.adjusted()))} × 10^{number.adjusted()}"
    return _plain(number, is_grouped=is_grouped)


def _plain(number: Decimal, *, is_grouped: bool = False) -> str:
    text = format(number, ",f" if is_grouped else "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text
