"""Figures and months as a report writes them, the same wherever it is read (post).

Months are written as the sheets' own sentences write them: 2027-03, which no country reads differently.
"""

from __future__ import annotations

from datetime import date

NONE = "–"
Value = float | str | date | None


def month_text(day: date) -> str:
    """Return a month as `2026-11`."""
    return f"{day:%Y-%m}"


def day_of(value: float | str | None) -> date | None:
    """Return the date of a line's value, which is an ISO text."""
    return date.fromisoformat(value) if isinstance(value, str) else None


def value_text(value: Value, unit: str = "") -> str:
    """Return a value with its unit: whole units and money without decimals, dates as months, blank as a dash."""
    match value:
        case None:
            return NONE
        case date():
            return month_text(value)
        case str():
            return value
        case _:
            return f"{_number(value)} {unit}".rstrip()


def change_text(now: Value, before: Value, unit: str = "") -> str:
    """Return how a value has moved: `+300 nodes (+2.1 %)`, `2 months earlier`, `no change`."""
    if now == before:
        return "no change"
    match now, before:
        case date(), date():
            months = (now.year - before.year) * 12 + now.month - before.month
            return f"{counted(abs(months), 'month')} {'later' if months > 0 else 'earlier'}"
        case ((int() | float()), (int() | float())):
            return _difference(now, before, unit)
        case date(), None:
            return "new"
        case None, date():
            return "no longer"
    return NONE


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: `1 month`, `2 months`; `many` is the plural of an irregular noun."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def percent_text(ratio: float, digits: int = 0) -> str:
    """Return a ratio as a percentage."""
    return f"{ratio * 100:,.{digits}f} %"


def _number(value: float) -> str:
    rounded = f"{value:,.0f}"
    return "0" if rounded == "-0" else rounded


def _difference(now: float, before: float, unit: str) -> str:
    difference = now - before
    text = _number(difference)
    if text == "0":
        return "no change"
    sign = "+" if difference > 0 else ""
    share = f" ({sign}{difference / abs(before) * 100:.1f} %)" if before else ""
    return f"{sign}{text} {unit}".rstrip() + share
