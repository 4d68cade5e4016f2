"""One raw cell into a value of its column's reading type, or into the problem that a person can mend (plan floor)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from msgspec import Struct

from workbook.address import Cell
from workbook.figures import LARGEST_EXACT
from workbook.inputs.parse.cell_problems import (
    PLAUSIBLE_RATIO,
    blank_required,
    broken_cell,
    control_character,
    date_for_number,
    error_value,
    huge_percent,
    is_inside,
    no_stored_result,
    not_a_choice,
    not_finite,
    odd_letters,
    percent_too_large,
    plain,
    spaces_in_name,
    truth_value,
    wildcard_in_name,
)
from workbook.inputs.parse.text_problems import not_a_date, text_for_number
from workbook.inputs.raw import RawCell
from workbook.naming import choice_key
from workbook.problems import Code, Problem, Severity
from workbook.schema import Column, show

Value = str | float | int | date
_FIRST_DAY = date(1900, 3, 1)
_UNCHECKED = ("source", "notes", "meaning")


class CellReading(Struct, frozen=True):
    """What a cell gave: a value, or nothing (blank), or a problem. `own_text` is an enumeration's spelling.

    A `problem` of a value that is there all the same is a warning.
    """

    value: Value | None = None
    problem: Problem | None = None
    own_text: str = ""

    @property
    def is_bad(self) -> bool:
        """Whether the cell gave nothing that can be used."""
        return self.problem is not None and self.problem.severity is Severity.ERROR


def read_cell(column: Column, raw: RawCell, where: Cell, program: str = "") -> CellReading:
    """Read one cell by the rules of its column; ranges are left to the sheet's model.

    `program` is the one that saved the file last, if that is known.
    """
    if column.field in _UNCHECKED:
        return CellReading(None if raw.is_error or raw.value in (None, "") else plain(raw.value))
    if raw.fault:
        return CellReading(problem=broken_cell(column, raw, where))
    if not raw.has_result:
        return CellReading(problem=no_stored_result(column, raw, where, program))
    if raw.is_error:
        return CellReading(problem=error_value(column, raw, where))
    if raw.is_blank or (column.kind == "text" and raw.looks_blank):
        return CellReading(problem=blank_required(column, where) if column.required else None)
    is_text = column.kind in ("name", "text") or column.is_open
    if is_text and isinstance(raw.value, str) and (problem := control_character(column, raw.value, where)):
        return CellReading(problem=problem)
    result = _READERS[column.kind](column, raw, where)
    return result if isinstance(result, CellReading) else CellReading(result)


def _read_number(column: Column, raw: RawCell, where: Cell) -> CellReading | float | int:
    value = raw.value
    if isinstance(value, bool):
        return CellReading(problem=truth_value(column, show(value), where))
    if column.is_plan_month and isinstance(value, date):
        return CellReading(value.date() if isinstance(value, datetime) else value)
    if isinstance(value, date | time | timedelta) or raw.is_off_calendar:
        return CellReading(problem=date_for_number(column, plain(value), where))
    if isinstance(value, str):
        return CellReading(problem=text_for_number(column, value, where))
    if not isinstance(value, int | float) or not abs(value) <= LARGEST_EXACT:
        return CellReading(problem=not_finite(column, where))
    number = float(value)
    if column.kind == "percent" and number > 5 and "%" not in raw.number_format and is_inside(column, number):
        return CellReading(problem=percent_too_large(column, number, where, show(number)))
    if column.kind == "percent" and column.maximum is None and number > PLAUSIBLE_RATIO:
        return CellReading(number, huge_percent(column, number, where))
    return _whole(column, number, where) if column.kind == "integer" else number


def _whole(column: Column, number: float, where: Cell) -> CellReading | int:
    if number != int(number):
        problem = Problem(
            Code.NOT_WHOLE,
            f"{column.header} is {show(number)}, not a whole number",
            where,
            seen=show(number),
            expected=column.range_text,
            remedy=f"did you mean {round(number)}?",
        )
        return CellReading(problem=problem)
    if column.choices and str(int(number)) not in column.choices:
        return CellReading(problem=not_a_choice(column, show(number), where))
    return int(number)


def _read_name(column: Column, raw: RawCell, where: Cell) -> CellReading | str:
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
        return CellReading(problem=problem)
    problems = (spaces_in_name(column, raw.value, where), wildcard_in_name(column, raw.value, where))
    problem_found = next((problem for problem in problems if problem), None)
    if problem_found:
        return CellReading(problem=problem_found)
    # a name that is only used here is told where it fits no row
    return CellReading(raw.value, None if column.table_reference else odd_letters(column, raw.value, where))


def _read_choice(column: Column, raw: RawCell, where: Cell) -> CellReading:
    text = plain(raw.value)
    for choice in column.choices:
        if choice_key(choice) == choice_key(text):
            return CellReading(choice, own_text="" if text == choice else text)
    return CellReading(text) if column.is_open else CellReading(problem=not_a_choice(column, text, where))


def _read_date(column: Column, raw: RawCell, where: Cell) -> CellReading | date:
    value = raw.value
    day = value.date() if isinstance(value, datetime) else value
    if not isinstance(day, date) or not _FIRST_DAY <= day or day.year > 9900:
        return CellReading(problem=not_a_date(column, raw, where))
    if column.is_month and day.day != 1:
        first = day.replace(day=1)
        problem = Problem(
            Code.NOT_FIRST_OF_MONTH,
            f"{column.header} is {show(day)}, not the first day of a month",
            where,
            seen=show(day),
            expected="the first day of a month",
            remedy=f"did you mean {show(first)}?",
        )
        return CellReading(problem=problem)
    return day


def _read_text(_column: Column, raw: RawCell, _where: Cell) -> str:
    return plain(raw.value).strip()


_READERS: dict[str, Callable[[Column, RawCell, Cell], CellReading | Value]] = {
    "number": _read_number,
    "integer": _read_number,
    "percent": _read_number,
    "money": _read_number,
    "name": _read_name,
    "choice": _read_choice,
    "date": _read_date,
    "text": _read_text,
}
