"""Figures, inputs and months as a report writes them, the same wherever it is read: the one place of formats (post).

Months and percentages are written as the sheets' own sentences write them: `Mar 2027`, `20%`.
"""

from __future__ import annotations

import re
from datetime import date

from workbook.figures import MONTHS, digits, month_text, percent_text
from workbook.schema import Column, show

__all__ = [
    "NONE",
    "Value",
    "axis_month_text",
    "axis_text",
    "change_text",
    "counted",
    "growth_text",
    "input_text",
    "month_text",
    "percent_text",
    "value_text",
]

NONE = "–"
Value = float | str | date | None


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


def input_text(column: Column, value: object, currency: str = "") -> str:
    """Return an input's value with its unit, as a user would type it."""
    if value in (None, ""):
        return NONE
    is_said = column.unit in ("", "%", "month", *re.findall(r"\w+", column.header.casefold()))
    unit = "" if is_said else f" {column.unit}"
    money = f" {currency}" if column.kind == "money" and currency else ""
    if isinstance(value, int | float) and not isinstance(value, bool) and column.kind != "percent":
        return f"{digits(value, is_grouped=True)}{unit}{money}"
    return show(value, column.kind) + (unit if column.is_numeric else "")


def change_text(now: Value, before: Value, unit: str = "") -> str:
    """Return how a value has moved: `+300 nodes (+2.1%)`, `2 months earlier`, `no change`."""
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


def growth_text(growth: float, digits: int = 0) -> str:
    """Return growth as a percentage with its sign: `+68%`, `-5%`."""
    text = percent_text(growth, digits)
    return text if text.startswith("-") else f"+{text}"


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: `1 month`, `2 months`; `many` is the plural of an irregular noun."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def axis_text(value: float, *, is_ratio: bool) -> str:
    """Return a number beside the axis of a chart: a whole number, or a whole percentage without a space."""
    return f"{value:.0%}" if is_ratio else f"{value:,.0f}"


def axis_month_text(day: date) -> str:
    """Return a month below the axis of a chart: its name over the year, in English on every machine."""
    return f"{MONTHS[day.month - 1]}\n{day.year}"


def _number(value: float) -> str:
    rounded = f"{value:,.0f}"
    return "0" if rounded == "-0" else rounded


def _difference(now: float, before: float, unit: str) -> str:
    difference = now - before
    text = _number(difference)
    if text == "0":
        return "no change"
    sign = "+" if difference > 0 else ""
    share = f" ({sign}{difference / abs(before) * 100:.1f}%)" if before else ""
    return f"{sign}{text} {unit}".rstrip() + share
