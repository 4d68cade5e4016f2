"""Numbers and months into what a text shows, never with an exponent (ground floor).

`model.figure_text` writes the same figures in formulas.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal

NONE = "–"
"""What a text shows for no value."""
MINUS = "−"
_MOST_DIGITS = 21
"""Beyond as many digits before the point, or zeros behind it, a power of ten is easier to read."""


LARGEST_EXACT = 1e15
"""Excel keeps 15 digits of a number, so whole ones below are exact in it."""


def digits(value: float, significant: int = 12, *, is_grouped: bool = False) -> str:
    """Return a number at so many significant digits: `0.00009`, `1000000000000`, grouped `1,000,000,000,000`.

    A number of more than 21 digits is shown as `1.5 × 10^300`.
    """
    number = Decimal(f"{value:.{significant}g}")
    if number.is_finite() and number and abs(number.adjusted()) > _MOST_DIGITS:
        return f"{_plain(number.scaleb(-number.adjusted()))} × 10^{number.adjusted()}"
    return _plain(number, is_grouped=is_grouped)


def significant(value: float, count: int) -> float:
    """Return a number rounded to so many significant digits."""
    return float(f"{value:.{count}g}")


def plain_number(value: float) -> float | int:
    """Return a number as text files have it: without a point where it is whole, and a float keeps its last digit."""
    return int(value) if float(value).is_integer() and abs(value) < LARGEST_EXACT else float(value)


def _plain(number: Decimal, *, is_grouped: bool = False) -> str:
    text = format(number, ",f" if is_grouped else "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LETTERS_OF_A_MONTH = 3
_LEVELS = ("", "k", "M", "bn")
_SIZES = "GTPE"
_ALL_DIGITS = Context(prec=400, rounding=ROUND_HALF_UP)
"""A float has at most 309 digits before its point."""


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: `1 month`, `2 months`; `many` is the plural of an irregular noun."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def month_text(day: date) -> str:
    """Return a month as `Mar 2026`, in English everywhere."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def percent_text(ratio: float, decimals: int = 0) -> str:
    """Return a ratio as `20%`, above 10000% as a bound."""
    if ratio >= 100:
        return "over 10000%"
    return f"{_rounded(100 * ratio, decimals)}%"


def share_text(ratio: float) -> str:
    """Return a ratio as a percentage, with a decimal below ten: `20%`, `7.3%`, `−12%`."""
    size = abs(100 * ratio)
    decimals = 1 if 0 < round(size, 1) < 10 and round(size, 1) != round(size) else 0
    text = percent_text(abs(ratio), decimals)
    return f"{MINUS}{text}" if ratio < 0 and text != "0%" else text


def multiple_text(multiple: float) -> str:
    """Return a multiple as `2.1×` or `12×`, to tens from 1000×, and above 10000× as a bound."""
    if multiple >= 10_000:
        return "over 10000×"
    return f"{_rounded(multiple, 1 - (multiple >= 10) - (multiple >= 1000))}×"


def short_text(value: float) -> str:
    """Return a figure of any size in at most three digits: `0.00213`, `0.213`, `13`, `97.3k`, `1.25M`, `2.1bn`."""
    return _short(value, 1000, _LEVELS)


def money_text(amount: float, currency: str) -> str:
    """Return an amount of money in at most three digits, after its currency: `USD 97.3k`."""
    return f"{currency} {short_text(amount)}"


def size_text(gigabytes: float, unit: str = "GB") -> str:
    """Return a size in the largest unit that it fills: `484 TB`, `12 GiB`; `unit` is GB or GiB."""
    return _short(gigabytes, 1024 if unit == "GiB" else 1000, tuple(f" {letter}{unit[1:]}" for letter in _SIZES))


def _short(value: float, step: int, suffixes: tuple[str, ...]) -> str:
    if 0 < value < 0.0001:
        return "below 0.0001"
    level = sum(_half_up(value / step**power, 0) >= 1000 for power in range(len(suffixes) - 1))
    scaled = value / step**level
    if scaled >= 1_000_000:
        return f"over 1000000{suffixes[level]}"
    decimals = 2 - (scaled >= 10) - (scaled >= 100) + (scaled < 1) + 2 * (scaled < 0.01)
    return f"{_rounded(scaled, decimals)}{suffixes[level]}"


def _half_up(value: float, decimals: int) -> Decimal:
    """Return a number rounded half away from zero, at the 15 digits that a sheet knows, as ROUND does."""
    return Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-decimals), context=_ALL_DIGITS)


def _rounded(value: float, decimals: int) -> str:
    return _plain(_half_up(value, decimals))
