"""What is wrong with one cell, where, and how to mend it: the problems of a cell's value (plan floor)."""

from __future__ import annotations

import re
from datetime import datetime

from workbook.address import Cell
from workbook.inputs.names import nearest
from workbook.inputs.raw import RawCell
from workbook.problems import Code, Problem
from workbook.schema import Column, show

_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_GROUPED = re.compile(r"[-+]?\d{1,3}([.,' \u00a0\u202f]\d{3})*([.,]\d+)?")
_WITH_UNIT = re.compile(r"([-+]?\d[\d.,]*)\s*([^\d\s.,].*)")


_RETYPE_DATE = (
    "the cell holds text: type the date again without an apostrophe, such as {}, or format the cell as a date"
)


def out_of_range(column: Column, value: float, where: Cell | str) -> Problem:
    """Give the problem of a number outside its column's range."""
    if column.kind == "percent" and value > 1 and is_inside(column, value / 100):
        return percent_too_large(column, value, where, f"{show(value)} ({show(value, 'percent')})")
    return Problem(
        Code.OUT_OF_RANGE,
        f"{column.error_text}, not {show(value, column.kind)}",
        where,
        seen=show(value, column.kind),
        expected=column.range_text,
        remedy=f"type a figure in that range, or clear the cell for the default of {show(column.default, column.kind)}"
        if column.default is not None
        else "type a figure in that range",
    )


def blank_required(column: Column, where: Cell | str) -> Problem:
    """Give the problem of a required cell that is blank."""
    return Problem(
        Code.BLANK_REQUIRED,
        f"{column.header} is blank, but required",
        where,
        seen="blank",
        expected=column.range_text,
        remedy=f"fill it, for example with {show(column.example, column.kind)}",
    )


def no_stored_result(column: Column, raw: RawCell, where: Cell) -> Problem:
    """Give the problem of a formula that no spreadsheet program has calculated yet."""
    return Problem(
        Code.NO_STORED_RESULT,
        f"{column.header} has a formula without a stored result: the file was written by a program",
        where,
        seen=raw.formula,
        expected=column.range_text,
        remedy="open the workbook in Excel, save it, and run again",
    )


def error_value(column: Column, raw: RawCell, where: Cell) -> Problem:
    """Give the problem of an error value such as #REF!."""
    source = f" from {raw.formula}" if raw.formula else ""
    return Problem(
        Code.ERROR_VALUE,
        f"{column.header} is the error {raw.value}{source}",
        where,
        seen=str(raw.value),
        expected=column.range_text,
        remedy="mend the formula, or type the value" if raw.formula else "type the value",
    )


def spaces_in_name(column: Column, text: str, where: Cell) -> Problem | None:
    """Give the problem of a name with outer or repeated spaces, if it has them."""
    clean = " ".join(text.split())
    if text == clean:
        return None
    return Problem(
        Code.NAME_SPACES,
        f"{column.header} {text!r} has outer or repeated spaces, so look-ups in Excel would miss it",
        where,
        seen=repr(text),
        expected=repr(clean),
        remedy=f"type {clean!r}" if clean else "clear the cell",
    )


def wildcard_in_name(column: Column, text: str, where: Cell) -> Problem | None:
    """Give the problem of a name with a wild card of Excel's look-ups, if it has one."""
    found = next((sign for sign in "*?~" if sign in text), "")
    if not found:
        return None
    return Problem(
        Code.NAME_WILDCARD,
        f"{column.header} {text!r} holds {found!r}, which Excel's look-ups read as a wild card",
        where,
        seen=repr(text),
        expected="a name without *, ? and ~",
        remedy="rename it here and wherever it is used",
    )


def text_for_number(column: Column, text: str, where: Cell) -> Problem:
    """Tell a number that is stored as text from other text: the first needs no new figure, only a conversion."""
    clean = " ".join(text.split())
    number = clean.removesuffix("%").rstrip()
    if _NUMBER.fullmatch(number):
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
        remedy=_number_remedy(column, clean),
    )


def _number_remedy(column: Column, text: str) -> str:
    if not text:
        return "the cell holds only spaces: clear it"
    if _GROUPED.fullmatch(text):
        return "type the number without separators between thousands"
    with_unit = _WITH_UNIT.fullmatch(text)
    if with_unit:
        unit = f", in {column.unit}" if column.unit else ""
        return f"type the number alone{unit}: units stand in the header"
    return "type a number" if column.required else "type a number, or clear the cell"


def not_finite(column: Column, where: Cell) -> Problem:
    """Give the problem of a number that is too large for any use."""
    return Problem(
        Code.NOT_FINITE,
        f"{column.header} is too large to calculate with",
        where,
        seen="above 10^15",
        expected=column.range_text,
        remedy="type a number below 10^15",
    )


def percent_too_large(column: Column, value: float, where: Cell | str, seen: str) -> Problem:
    """Give the problem of 20 where 20 % is meant."""
    return Problem(
        Code.PERCENT_TOO_LARGE,
        f"{column.header} looks like a whole number, not a percentage",
        where,
        seen=seen,
        expected=f"{column.range_text}, typed as 20 % or 0.2",
        remedy=f"did you mean {show(value)} %?",
    )


def not_a_choice(column: Column, text: str, where: Cell) -> Problem:
    """Give the problem of a text that is not in the drop-down list."""
    near = nearest(text, column.choices, cutoff=0.6)
    return Problem(
        Code.NOT_A_CHOICE,
        f"{column.header} is {text!r}, which is not one of its choices",
        where,
        seen=repr(text),
        expected=column.range_text,
        remedy=f"did you mean {near!r}?" if near else "choose from the list in the cell",
    )


def not_a_date(column: Column, raw: RawCell, where: Cell) -> Problem:
    """Give the problem of a number or text where a date stands."""
    is_number = isinstance(raw.value, int | float) and not isinstance(raw.value, bool)
    form = "give the cell a date format" if is_number else _RETYPE_DATE.format(show(column.example))
    return Problem(
        Code.NOT_A_DATE,
        f"{column.header} is {'a number' if is_number else 'text'}, not a date"
        if isinstance(raw.value, str | int | float)
        else f"{column.header} is not a date between 1900 and 9900",
        where,
        seen=repr(raw.value) if isinstance(raw.value, str) else plain(raw.value),
        expected="the first day of a month" if column.field == "plan_start" else "a date",
        remedy=form,
    )


def is_inside(column: Column, value: float) -> bool:
    """Tell whether a number is in its column's range."""
    low, high = column.minimum, column.maximum
    over = low is None or value > low or (value == low and not column.is_minimum_exclusive)
    under = high is None or value < high or (value == high and not column.is_maximum_exclusive)
    return over and under


def plain(value: object) -> str:
    """Give a cell's value as text, a date without its time of day."""
    return show(value.date() if isinstance(value, datetime) else value)
