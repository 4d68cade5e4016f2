"""Figures, inputs and months as a report writes them, the same wherever it is read (post).

The formats themselves are in `figures`: `USD 97.3k`, `20%`, `Mar 2026`, at most three digits.
"""

from __future__ import annotations

from datetime import date

from workbook.figures import (
    LETTERS_OF_A_MONTH,
    MINUS,
    NONE,
    counted,
    money_text,
    month_text,
    percent_text,
    share_text,
    short_text,
)

Value = float | str | date | None


def value_text(value: Value, currency: str = "") -> str:
    """Return a value: an amount of money if a currency is given, a date as its month, a blank as a dash."""
    match value:
        case None:
            return NONE
        case date():
            return month_text(value)
        case str():
            return value
        case _:
            return _signed(value, currency)


def _signed(value: float, currency: str) -> str:
    size = money_text(abs(value), currency) if currency else short_text(abs(value))
    return size if value >= 0 or size == (money_text(0, currency) if currency else "0") else f"{MINUS}{size}"


def change_text(now: Value, before: Value, currency: str = "") -> str:
    """Return how a value has moved: `+USD 20.0k (+20%)`, `2 months earlier`, `no change`."""
    if now == before:
        return "no change"
    match now, before:
        case date(), date():
            months = (now.year - before.year) * 12 + now.month - before.month
            return f"{counted(abs(months), 'month')} {'later' if months > 0 else 'earlier'}"
        case ((int() | float()), (int() | float())):
            return _difference(now, before, currency)
        case date(), None:
            return "new"
        case None, date():
            return "no longer"
    return NONE


def growth_text(growth: float) -> str:
    """Return growth as a percentage with its sign: `+68%`, `−5%`."""
    text = share_text(abs(growth))
    return text if text == "0%" else f"{'+' if growth > 0 else MINUS}{text}"


def listed(names: tuple[str, ...]) -> str:
    """Return names as a list in a sentence: `a`, `a and b`, `a, b and c`."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def axis_text(value: float, *, is_ratio: bool) -> str:
    """Return a number beside the axis of a chart: `97.3k`, or a whole percentage."""
    return percent_text(float(value)) if is_ratio else short_text(float(value))


def axis_month_text(day: date) -> str:
    """Return a month below the axis of a chart: its name over the year, in English on every machine."""
    return f"{month_text(day)[:LETTERS_OF_A_MONTH]}\n{day.year}"


def _difference(now: float, before: float, currency: str) -> str:
    difference = now - before
    if not round(difference, 2):
        return "no change"
    size = value_text(abs(difference), currency)
    sign = "+" if difference > 0 else MINUS
    share = f" ({sign}{share_text(abs(difference / before))})" if before else ""
    return f"{sign}{size}{share}"
