"""What is wrong with one cell, where, and how to mend it: the problems of a cell's value (plan floor)."""

from __future__ import annotations

from datetime import datetime

from workbook.address import Cell
from workbook.inputs.parse.confusables import described, odd_signs
from workbook.inputs.parse.names import nearest
from workbook.inputs.raw import RawCell
from workbook.problems import Code, Problem, Severity
from workbook.problems.sanitize import not_xml
from workbook.schema import Column, show

PLAUSIBLE_RATIO = 10


def out_of_range(column: Column, value: float, where: Cell | str) -> Problem:
    """Return the problem of a number outside its column's range."""
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
    """Return the problem of a required cell that is blank."""
    return Problem(
        Code.BLANK_REQUIRED,
        f"{column.header} is blank, but required",
        where,
        seen="blank",
        expected=column.range_text,
        remedy=f"fill it, for example with {show(column.example, column.kind)}",
    )


def no_stored_result(column: Column, raw: RawCell, where: Cell, program: str = "") -> Problem:
    """Return the problem of a formula that no spreadsheet program has calculated yet.

    `program` saved the file last, if that is known.
    """
    saved_by = f" (by {program}, according to its properties)" if program else ""
    return Problem(
        Code.NO_STORED_RESULT,
        f"{column.header} has a formula without a stored result: the file was saved without calculating it{saved_by}",
        where,
        seen=raw.formula,
        expected=column.range_text,
        remedy="open the workbook in Excel or LibreOffice, save it once, and run again",
    )


def error_value(column: Column, raw: RawCell, where: Cell) -> Problem:
    """Return the problem of an error value such as #REF!, and the cell from which it comes, if that is known."""
    source = f" from {raw.formula}" if raw.formula else ""
    origin = f", because {raw.cause} is in error" if raw.cause else ""
    return Problem(
        Code.ERROR_VALUE,
        f"{column.header} is the error {raw.value}{source}{origin}",
        where,
        seen=str(raw.value),
        expected=column.range_text,
        remedy=_error_remedy(raw),
    )


_WAITING = ("#GETTING_DATA", "#BUSY!", "#CONNECT!", "#BLOCKED!", "#EXTERNAL!", "#UNKNOWN!")


def _error_remedy(raw: RawCell) -> str:
    if raw.cause:
        return f"mend {raw.cause} first"
    if not raw.formula:
        return "type the value"
    if raw.value == "#SPILL!":
        return "clear the cells beside it into which its result spills, or type the value"
    if raw.value in _WAITING:
        return "open the workbook in Excel, let it fetch its data, save it, and run again"
    return "mend the formula, or type the value"


def broken_cell(column: Column, raw: RawCell, where: Cell) -> Problem:
    """Return the problem of a cell that the file stores in a way that has no meaning."""
    return Problem(
        Code.BROKEN_CELL,
        f"{column.header} cannot be read: {raw.fault}",
        where,
        seen="a damaged cell",
        expected=column.range_text,
        remedy="type the value again in Excel and save; look at the cells around it too",
    )


def spaces_in_name(column: Column, text: str, where: Cell) -> Problem | None:
    """Return the problem of a name with outer, repeated or special spaces, if it has them."""
    clean = " ".join(text.split())
    if text == clean:
        return None
    special = [sign for sign in dict.fromkeys(text) if sign.isspace() and sign != " "]
    what = f"a special space, {described(special)}" if special else "outer or repeated spaces"
    return Problem(
        Code.NAME_SPACES,
        f"{column.header} {text!r} has {what}, so look-ups in Excel would miss it",
        where,
        seen=repr(text),
        expected=repr(clean),
        remedy=f"type {clean!r}" if clean else "clear the cell",
    )


def odd_letters(column: Column, text: str, where: Cell) -> Problem | None:
    """Return the warning of a name with unseen signs, or with letters that only look Latin, if it has them."""
    odd = odd_signs(text)
    if not odd:
        return None
    return Problem(
        Code.ODD_LETTERS,
        f"{column.header} {text!r} holds {described(odd)}, which a person does not see",
        where,
        seen=ascii(text),
        expected="letters of one script, and no unseen signs",
        remedy="type the name again by hand, here and wherever it is used",
        severity=Severity.WARNING,
    )


def control_character(column: Column, text: str, where: Cell) -> Problem | None:
    """Return the problem of a text with characters that no workbook can store as such, if it has them."""
    found = not_xml(text)
    if not found:
        return None
    return Problem(
        Code.CONTROL_CHARACTER,
        f"{column.header} contains {described(found)}, which a workbook cannot store",
        where,
        seen=ascii(text),
        expected="text without control characters",
        remedy="type the text again; text pasted from another program may contain such characters",
    )


def wildcard_in_name(column: Column, text: str, where: Cell) -> Problem | None:
    """Return the problem of a name with a wild card of Excel's look-ups, if it has one."""
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


def truth_value(column: Column, seen: str, where: Cell) -> Problem:
    """Return the problem of TRUE or FALSE in the place of a number."""
    return Problem(
        Code.BOOLEAN_AS_NUMBER,
        f"{column.header} is a truth value, not a number",
        where,
        seen=seen,
        expected=column.range_text,
        remedy="type a number",
    )


def date_for_number(column: Column, seen: str, where: Cell) -> Problem:
    """Return the problem of a number's cell that shows a date or a time: often only its format is wrong."""
    return Problem(
        Code.DATE_AS_NUMBER,
        f"{column.header} is a date or a time, not a number",
        where,
        seen=seen,
        expected=column.range_text,
        remedy="set the cell's format to General; if it then shows another number than the one that is meant, type it",
    )


def not_finite(column: Column, where: Cell) -> Problem:
    """Return the problem of a number that is too large for any use."""
    return Problem(
        Code.NOT_FINITE,
        f"{column.header} is too large to calculate with: Excel keeps 15 digits of a number",
        where,
        seen="above 10^15",
        expected=column.range_text,
        remedy="type a number below 10^15",
    )


def percent_too_large(column: Column, value: float, where: Cell | str, seen: str) -> Problem:
    """Return the problem of 20 where 20% is meant."""
    return Problem(
        Code.PERCENT_TOO_LARGE,
        f"{column.header} looks like a whole number, not a percentage",
        where,
        seen=seen,
        expected=f"{column.range_text}, typed as 20% or 0.2",
        remedy=f"did you mean {show(value)}%?",
    )


def huge_percent(column: Column, value: float, where: Cell) -> Problem:
    """Return warning of a percentage that is hardly meant, such as 2000% for 20 typed before the format was set."""
    return Problem(
        Code.HUGE_PERCENT,
        f"{column.header} is {show(value, 'percent')}, which is hardly meant",
        where,
        seen=show(value, "percent"),
        expected=f"{column.range_text}, seldom above {show(PLAUSIBLE_RATIO, 'percent')}",
        remedy=f"did you mean {show(value)}%?",
        severity=Severity.WARNING,
    )


def not_a_choice(column: Column, text: str, where: Cell) -> Problem:
    """Return the problem of a text that is not in the drop-down list."""
    near = nearest(text, column.shown_choices, cutoff=0.6)
    return Problem(
        Code.NOT_A_CHOICE,
        f"{column.header} is {text!r}, which is not one of its choices",
        where,
        seen=repr(text),
        expected=column.range_text,
        remedy=f"did you mean {near!r}?" if near else "choose from the list in the cell",
    )


def is_inside(column: Column, value: float) -> bool:
    """Whether a number is in its column's range."""
    low, high = column.minimum, column.maximum
    over = low is None or value > low or (value == low and not column.is_minimum_exclusive)
    under = high is None or value < high or (value == high and not column.is_maximum_exclusive)
    return over and under


def plain(value: object) -> str:
    """Return a cell's value as text, a date without its time of day."""
    return show(value.date() if isinstance(value, datetime) else value)
