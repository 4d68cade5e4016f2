"""One raw cell into a value of its column's reading type, or into the problem that a person can mend (plan floor)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from workbook.address import Cell
from workbook.inputs.cell_problems import (
    blank_required,
    error_value,
    is_inside,
    no_stored_result,
    not_a_choice,
    not_a_date,
    not_finite,
    percent_too_large,
    plain,
    spaces_in_name,
    text_for_number,
    wildcard_in_name,
)
from workbook.inputs.names import fold
from workbook.inputs.raw import RawCell
from workbook.problems import Code, Problem
from workbook.schema import Column, show

Value = str | float | int | date
_LARGEST = 1e15
_UNCHECKED = ("source", "notes", "meaning")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell gave: a value, or nothing (blank), or a problem. `own_text` is an enumeration's spelling."""

    value: Value | None = None
    problem: Problem | None = None
    own_text: str = ""


def read_cell(column: Column, raw: RawCell, where: Cell) -> Reading:
    """Read one cell by the rules of its column; ranges are left to the sheet's model."""
    if column.field in _UNCHECKED:
        return Reading(None if raw.is_error or raw.is_blank else plain(raw.value))
    if not raw.has_result:
        return Reading(problem=no_stored_result(column, raw, where))
    if raw.is_error:
        return Reading(problem=error_value(column, raw, where))
    if raw.is_blank or (column.kind == "text" and raw.looks_blank):
        return Reading(problem=blank_required(column, where) if column.required else None)
    result = _READERS[column.kind](column, raw, where)
    return result if isinstance(result, Reading) else Reading(result)


def _read_number(column: Column, raw: RawCell, where: Cell) -> Reading | float | int:
    value = raw.value
    if isinstance(value, bool):
        return _not_number(Code.BOOLEAN_AS_NUMBER, column, where, show(value), "a truth value")
    if isinstance(value, date | time | timedelta):
        return _not_number(Code.DATE_AS_NUMBER, column, where, plain(value), "a date or a time")
    if isinstance(value, str):
        return Reading(problem=text_for_number(column, value, where))
    if not isinstance(value, int | float) or not abs(value) <= _LARGEST:
        return Reading(problem=not_finite(column, where))
    number = float(value)
    if column.kind == "percent" and number > 5 and "%" not in raw.number_format and is_inside(column, number):
        return Reading(problem=percent_too_large(column, number, where, show(number)))
    return _whole(column, number, where) if column.kind == "integer" else number


def _whole(column: Column, number: float, where: Cell) -> Reading | int:
    if number != int(number):
        problem = Problem(
            Code.NOT_WHOLE,
            f"{column.header} is {show(number)}, not a whole number",
            where,
            seen=show(number),
            expected=column.range_text,
            remedy=f"did you mean {round(number)}?",
        )
        return Reading(problem=problem)
    if column.choices and str(int(number)) not in column.choices:
        return Reading(problem=not_a_choice(column, show(number), where))
    return int(number)


def _read_name(column: Column, raw: RawCell, where: Cell) -> Reading | str:
    if not isinstance(raw.value, str):
        text = plain(raw.value)
        problem = Problem(
            Code.NAME_NOT_TEXT,
            f"{column.header} is a number or a date, not a name",
            where,
            seen=text,
            expected="text",
            remedy=f"type '{text} with the apostrophe, so that Excel keeps it as text",
        )
        return Reading(problem=problem)
    problems = (spaces_in_name(column, raw.value, where), wildcard_in_name(column, raw.value, where))
    problem_found = next((problem for problem in problems if problem), None)
    return Reading(problem=problem_found) if problem_found else raw.value


def _read_choice(column: Column, raw: RawCell, where: Cell) -> Reading:
    text = plain(raw.value)
    for choice in column.choices:
        if fold(choice) == fold(text):
            return Reading(choice, own_text="" if text.casefold() == choice.casefold() else text)
    return Reading(text) if column.is_open else Reading(problem=not_a_choice(column, text, where))


def _read_date(column: Column, raw: RawCell, where: Cell) -> Reading | date:
    value = raw.value
    day = value.date() if isinstance(value, datetime) else value
    if not isinstance(day, date) or not 1900 <= day.year <= 9900:
        return Reading(problem=not_a_date(column, raw, where))
    if column.field == "plan_start" and day.day != 1:
        first = day.replace(day=1)
        problem = Problem(
            Code.NOT_FIRST_OF_MONTH,
            f"{column.header} is {show(day)}, not the first day of a month",
            where,
            seen=show(day),
            expected="the first day of a month",
            remedy=f"did you mean {show(first)}?",
        )
        return Reading(problem=problem)
    return day


def _read_text(_column: Column, raw: RawCell, _where: Cell) -> str:
    return plain(raw.value).strip()


_READERS: dict[str, Callable[[Column, RawCell, Cell], Reading | Value]] = {
    "number": _read_number,
    "integer": _read_number,
    "percent": _read_number,
    "money": _read_number,
    "name": _read_name,
    "choice": _read_choice,
    "date": _read_date,
    "text": _read_text,
}


def _not_number(code: Code, column: Column, where: Cell, seen: str, what: str) -> Reading:
    problem = Problem(
        code,
        f"{column.header} is {what}, not a number",
        where,
        seen=seen,
        expected=column.range_text,
        remedy="set the cell's format to General and type a number",
    )
    return Reading(problem=problem)
