"""A date in the place of a plan month into the month number that it stands for (plan floor).

A spreadsheet program keeps a date as a number of days. No month number reaches the first of those that are read as
dates, so the written formulas distinguish the two by size, as the reader does.
"""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from workbook.address import Cell
from workbook.inputs.parse.cell_problems import is_inside
from workbook.inputs.parse.cells import CellReading
from workbook.inputs.parse.draft import PlanDraft
from workbook.inputs.raw import RawCell
from workbook.inputs.sheets.demand import FIRST_DATE
from workbook.problems import Code, Problem
from workbook.schema import Column, show
from workbook.timeline import day_of, months_between, serial_of

_LAST_DATE = serial_of(date(9900, 12, 31))
_AFTER_NO_LEAP_DAY = date(1900, 3, 1)
_BEFORE_START = {
    "month": "growth before {} is part of Current users: delete the row, or give the growth of a later month",
    "first_month": "type {}, the first month of the plan, if the event still goes on; else delete its row",
    "last_month": "the event is over before {}, the first month of the plan: delete its row",
}
"""What becomes of a date that a later Plan start has left behind."""


def as_date(column: Column, reading: CellReading, is_1904: bool) -> date | None:
    """Return the date that a plan month's cell holds, in a date format or not; None for a month number."""
    match reading.value:
        case date() as day if column.is_plan_month:
            return day
        case int() | float() as number if column.is_plan_month and number >= FIRST_DATE:
            return day_of(min(number, _LAST_DATE), is_1904)
        case _:
            return None


def as_plan_month(draft: PlanDraft, column: Column, reading: CellReading, raw: RawCell, where: Cell) -> CellReading:
    """Return the plan month of a date, counted from Plan start, or the problem of one outside the column's range.

    Without readable settings there is no month 0, and no value.
    """
    day = as_date(column, reading, draft.is_1904)
    if day is None:
        return reading
    if draft.settings is None:
        return CellReading()
    serial = serial_of(day, draft.is_1904)
    if serial < FIRST_DATE and isinstance(raw.value, date):
        # Excel counts a 29 February 1900, which no calendar has.
        number = serial - 1 if day < _AFTER_NO_LEAP_DAY and not draft.is_1904 else serial
        return CellReading(problem=_small_number(column, number, day, where))
    start = draft.settings.plan_start
    month = months_between(start, day)
    is_date = FIRST_DATE <= serial < _LAST_DATE
    if is_inside(column, month) and is_date:
        draft.dates[where] = day
        return replace(reading, value=month)
    seen = show(day) if isinstance(raw.value, date) else show(raw.value)
    said = f"{show(day)} (plan month {month})" if isinstance(raw.value, date) else seen
    advice = _BEFORE_START.get(column.field) if is_date and month < 0 and isinstance(raw.value, date) else None
    problem = Problem(
        Code.OUT_OF_RANGE,
        f"{column.error_text}, not {said}",
        where,
        seen=seen,
        expected=f"{column.range_text}; month 0 is {show(start)}",
        remedy=advice.format(show(start)) if advice else "type a month number, or a date of the month that is meant",
    )
    return CellReading(problem=problem)


def _small_number(column: Column, number: float, day: date, where: Cell) -> Problem:
    return Problem(
        Code.DATE_AS_NUMBER,
        f"{column.header} is the number {show(number)} in a date format, which shows it as {show(day)}",
        where,
        seen=show(day),
        expected=column.range_text,
        remedy=f"set the cell's format to General, so that it shows {show(number)}; or type a date of the plan",
    )
