"""What a text in the place of a number or a date may have been meant as, told as a problem (plan floor)."""

from __future__ import annotations

from datetime import date, datetime

from workbook.address import Cell
from workbook.inputs.parse.typed_text import ascii_text, dates_in, is_like_a_date, number_with_unit, numbers_in
from workbook.inputs.raw import RawCell
from workbook.problems import Code, Problem
from workbook.schema import Column, show

_RETYPE_DATE = (
    "the cell holds text: type the date again without an apostrophe, such as {}, or format the cell as a date"
)
_SEPARATORS = ",' \u00a0\u202f\u2019"


def text_for_number(column: Column, text: str, where: Cell) -> Problem:
    """Return a number that is stored as text from other text: the first needs no new figure, only a conversion."""
    clean = ascii_text(text)
    number = clean.removesuffix("%").rstrip()
    readings = numbers_in(number)
    if len(readings) > 1:
        return _ambiguous_number(column, text, readings, where)
    if readings and not any(sign in number for sign in _SEPARATORS) and number.count(".") < 2:
        return Problem(
            Code.NUMBER_AS_TEXT,
            f"{column.header} is the number {clean} stored as text",
            where,
            seen=repr(text),
            expected=column.range_text,
            remedy="select the cell, choose Convert to Number at the warning sign, or type the number again",
        )
    return Problem(
        Code.NOT_A_NUMBER,
        f"{column.header} is text, not a number",
        where,
        seen=repr(text),
        expected=column.range_text,
        remedy=_number_remedy(column, clean, readings),
    )


def _ambiguous_number(column: Column, text: str, readings: tuple[float, ...], where: Cell) -> Problem:
    either = " or ".join(show(reading) for reading in readings)
    return Problem(
        Code.AMBIGUOUS_NUMBER,
        f"{column.header} is a text that reads as {either}",
        where,
        seen=repr(text),
        expected=column.range_text,
        remedy=f"type {either} as a number, without a separator between thousands",
    )


def _number_remedy(column: Column, text: str, readings: tuple[float, ...]) -> str:
    if not text:
        return "the cell holds only spaces: clear it"
    if column.is_plan_month and not readings:
        return "type a month number, or a date such as 2026-10-01"
    if readings:
        return f"type {show(readings[0])}, without separators between thousands and with the decimal sign of your Excel"
    unit, value = number_with_unit(column, text)
    own_unit = f", in {column.unit}" if column.unit else ""
    if unit and value is not None:
        return f"type {show(value)} alone{own_unit}: units stand in the header"
    if unit:
        return f"type the number alone{own_unit}: units stand in the header"
    return "type a number" if column.required else "type a number, or clear the cell"


def not_a_date(column: Column, raw: RawCell, where: Cell) -> Problem:
    """Return the problem of what stands for a date and is none, is two, or is on no calendar."""
    value = raw.value
    if isinstance(value, str):
        return _text_for_date(column, value, where)
    if isinstance(value, int | float) and not isinstance(value, bool) and not raw.is_off_calendar:
        remedy = "give the cell a date format"
        if value in _YEARS:
            remedy = f"type the first day of a month of that year, such as {value:.0f}-01-01"
        return _not_a_date(column, where, show(value), "a number, not a date", remedy)
    if isinstance(value, bool):
        return _not_a_date(column, where, show(value), "a truth value, not a date", "type a date")
    seen = show(value.date() if isinstance(value, datetime) else value)
    if raw.is_off_calendar and value == _LEAP_DAY_1900:
        seen = "1900-02-29"
    return _off_calendar(column, where, seen)


_LEAP_DAY_1900 = 60
_YEARS = range(1900, 2201)
"""Numbers that mean a year: as a date each is a day of 1905 or 1906."""


def _text_for_date(column: Column, text: str, where: Cell) -> Problem:
    readings = dates_in(text)
    if len(readings) > 1:
        either = " or ".join(show(reading) for reading in readings)
        return Problem(
            Code.AMBIGUOUS_DATE,
            f"{column.header} is a text that reads as {either}",
            where,
            seen=repr(text),
            expected=column.date_text,
            remedy="type the date again, year first, so that Excel keeps it as a date",
        )
    if not readings and is_like_a_date(text):
        return _off_calendar(column, where, repr(text))
    meant: date | object = readings[0] if readings else column.example
    return _not_a_date(column, where, repr(text), "text, not a date", _RETYPE_DATE.format(show(meant)))


def _not_a_date(column: Column, where: Cell, seen: str, what: str, remedy: str) -> Problem:
    return Problem(
        Code.NOT_A_DATE,
        f"{column.header} is {what}",
        where,
        seen=seen,
        expected=column.date_text,
        remedy=remedy,
    )


def _off_calendar(column: Column, where: Cell, seen: str) -> Problem:
    return Problem(
        Code.OFF_CALENDAR,
        f"{column.header} is no day between March 1900 and the year 9900",
        where,
        seen=seen,
        expected=column.date_text,
        remedy=f"type a date such as {show(column.example)}",
    )
