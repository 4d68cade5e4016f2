"""A column of the schema into what Excel offers and refuses in its cells: lists, ranges, messages (files floor)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from workbook.address import a1, column_letters, quote_sheet
from workbook.inputs.sheets.demand import EVERY_SEGMENT, FIRST_DATE
from workbook.schema import Column

Rule = dict[str, Any]

MAX_LIST, MAX_TITLE, MAX_TEXT = 255, 32, 255
ROOM_BELOW = 200
"""Rows under a table in which new rows are offered the same lists and held to the same ranges."""
_FIRST_DAY, _LAST_DAY = date(1904, 1, 2), date(9900, 12, 31)


class KeyColumn(Struct, frozen=True):
    """Where the names of a sheet stand: the sheet's real name, the column, the first row of data."""

    title: str
    column: int = 1
    first_row: int = 2

    @property
    def names(self) -> str:
        """Return the list of names as a plain range with room below; not every program calculates a range."""
        letters, last = column_letters(self.column), self.first_row + ROOM_BELOW - 1
        return f"={quote_sheet(self.title)}!${letters}${self.first_row}:${letters}${last}"


def validation(column: Column, row: int, number: int, keys: Mapping[str, KeyColumn]) -> Rule:
    """Return the data validation of a column's cells from a position (1-based) downwards.

    Raises ValueError for an enumeration that is longer than Excel allows in a rule.
    """
    rule: Rule = {
        "ignore_blank": True,
        "input_title": column.title[:MAX_TITLE],
        "input_message": column.cell_message[:MAX_TEXT],
        "error_title": column.title[:MAX_TITLE],
        "error_message": f"{column.error_text}."[:MAX_TEXT],
    }
    if column.table_reference:
        return rule | _names(column, keys[column.table_reference])
    if column.choices:
        return rule | _choices(column)
    if column.is_plan_month:
        return rule | _plan_months(column, a1(row, number))
    if column.is_numeric:
        return rule | _numbers(column, a1(row, number))
    if column.kind == "date":
        return rule | {"validate": "date", "criteria": "between", "minimum": _FIRST_DAY, "maximum": _LAST_DAY}
    return rule | {"validate": "any"}


def _names(column: Column, key: KeyColumn) -> Rule:
    """Offer the names of another sheet; a name that comes there later may be typed first."""
    other = f", or {EVERY_SEGMENT}" if column.default == EVERY_SEGMENT else ""
    kind = f" of kind {column.reference_kind}" if column.reference_kind else ""
    message = f"{column.header} should be a name{kind} on sheet {key.title}{other}."
    return {"validate": "list", "source": key.names, "error_type": "warning", "error_message": message[:MAX_TEXT]}


def _choices(column: Column) -> Rule:
    if len(",".join(column.shown_choices)) > MAX_LIST:
        raise ValueError(f"{column.header}: the choices are too long for a rule and need a range of cells")
    return {"validate": "list", "source": list(column.shown_choices), "show_error": not column.is_open}


def _numbers(column: Column, cell: str) -> Rule:
    """Hold numbers to their range; Excel has no rule of its own for two ends of which one is excluded, or for none."""
    low, high = column.minimum, column.maximum
    kind = "integer" if column.kind == "integer" else "decimal"
    is_plain = not (column.is_minimum_exclusive or column.is_maximum_exclusive)
    if low is not None and high is not None and is_plain:
        return {"validate": kind, "criteria": "between", "minimum": _number(low), "maximum": _number(high)}
    if low is not None and high is None:
        return {"validate": kind, "criteria": ">" if column.is_minimum_exclusive else ">=", "value": _number(low)}
    if high is not None and low is None:
        return {"validate": kind, "criteria": "<" if column.is_maximum_exclusive else "<=", "value": _number(high)}
    tests = [f"ISNUMBER({cell})"]
    if low is not None:
        tests.append(f"{cell}>{'' if column.is_minimum_exclusive else '='}{_number(low)}")
    if high is not None:
        tests.append(f"{cell}<{'' if column.is_maximum_exclusive else '='}{_number(high)}")
    return {"validate": "custom", "value": f"=AND({','.join(tests)})" if len(tests) > 1 else f"={tests[0]}"}


def _plan_months(column: Column, cell: str) -> Rule:
    """Hold a cell to month numbers in their range, or dates, which a spreadsheet program keeps as larger numbers."""
    tests = [f"{cell}>={_number(column.minimum)}"] if column.minimum is not None else []
    tests += [f"{cell}<={_number(column.maximum)}"] if column.maximum is not None else []
    tests += [f"INT({cell})={cell}"] if column.kind == "integer" else []
    return {"validate": "custom", "value": f"=AND(ISNUMBER({cell}),OR({cell}>={FIRST_DATE},AND({','.join(tests)})))"}


def _number(value: float) -> float | int:
    return int(value) if float(value).is_integer() else value
