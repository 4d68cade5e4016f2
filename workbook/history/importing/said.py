"""What is wrong or worth knowing of a source file, as problems (many floor)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from workbook.figures import digits, month_text
from workbook.problems import Code, Problem, Severity
from workbook.problems.problem import listed

_MOST_COLUMNS = 12


def unknown_format(source: str, message: str, seen: str, expected: str, remedy: str) -> Problem:
    """Return the error that a file has no known format, or not the one that its header says."""
    return Problem(Code.SOURCE_FORMAT, message, source, seen=seen, expected=expected, remedy=remedy)


def ambiguous(source: str, message: str, seen: str, expected: str, remedy: str) -> Problem:
    """Return the error that a file can be read in more than one way."""
    return Problem(Code.SOURCE_AMBIGUOUS, message, source, seen=seen, expected=expected, remedy=remedy)


def left_out(source: str, message: str, seen: str) -> Problem:
    """Return the remark that something of a file does not count."""
    return Problem(Code.SOURCE_LEFT_OUT, message, source, seen=seen, severity=Severity.INFO)


def bad_value(source: str, line: int, column: str, value: str, expected: str) -> Problem:
    """Return the error that a cell of a file cannot be read."""
    return unknown_format(
        f"{source}, line {line}" if line else source,
        f"{column} cannot be read",
        repr(value[:60]),
        expected,
        "correct the line, or export the file again",
    )


def header_text(header: Sequence[str]) -> str:
    """Return the first columns of a header."""
    more = f" and {len(header) - _MOST_COLUMNS} more" if len(header) > _MOST_COLUMNS else ""
    return (", ".join(name or "(blank)" for name in header[:_MOST_COLUMNS]) or "no header") + more


def partial_month(source: str, month: date, days: float, of: int) -> Problem:
    """Return the warning that a month is measured in part."""
    return Problem(
        Code.PARTIAL_MONTH,
        f"{month_text(month)} is measured in part, and is preliminary",
        source,
        seen=f"{digits(days)} of {of} days",
        expected="at least 90% of the days of the month",
        remedy="import the month again when it is complete",
        severity=Severity.WARNING,
    )


def other_currency(source: str, currency: str, amounts: Mapping[str, tuple[int, float]]) -> Problem:
    """Return the error that a bill has amounts in another currency than the plan's."""
    seen = "; ".join(
        f"{name or 'no currency'} {digits(amount, is_grouped=True)} in {rows_text(rows)}"
        for name, (rows, amount) in sorted(amounts.items())
    )
    return Problem(
        Code.SOURCE_CURRENCY,
        f"the bill has other currencies than the plan, which is in {currency}",
        source,
        seen=seen,
        expected=f"amounts in {currency}",
        remedy="choose the rows in the plan's currency with --where, or export the bill in that currency",
    )


def categories_text(amounts: Mapping[str, tuple[int, float]], currency: str) -> str:
    """Return what each category amounts to: `Usage USD 690 in 3 rows, Credit USD -50 in 1 row`."""
    return ", ".join(
        f"{name or 'no category'} {currency} {digits(amount, is_grouped=True)} in {rows_text(rows)}"
        for name, (rows, amount) in sorted(amounts.items())
    )


def rows_text(rows: int) -> str:
    """Return a number of rows in words."""
    return f"{rows:,} row{'' if rows == 1 else 's'}"


def months_text(months: Iterable[date]) -> str:
    """Return months, the first twenty of them."""
    return listed([month_text(month) for month in sorted(months)])[0]
