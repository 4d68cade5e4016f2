"""What the sheet Roll says of earlier rolls, and what of it nobody has confirmed yet (many floor).

It is asked at every run, and so knows nothing of how a plan is rolled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from workbook.address import Cell
from workbook.figures import month_text
from workbook.inputs.plan import Plan
from workbook.problems import Code, Problem, Severity, listed
from workbook.timeline import months_between

_CALENDAR = "calendar"
_MOST_NAMED = 8


def is_rolled(plan: Plan, before: date) -> bool:
    """Whether the log says that the plan was rolled from an earlier start to its present one."""
    table = plan.kept.get("roll")
    moves = {(row.get("start_before"), row.get("start_after")) for row in (table.rows if table else ())}
    return (before, plan.settings.plan_start) in moves


def open_proposals(plan: Plan) -> Iterator[Problem]:
    """Yield the values of the last roll that were measured or planned, and that nobody has confirmed."""
    table = plan.kept.get("roll")
    rows = list(zip(table.row_numbers, table.rows, strict=True)) if table else []
    left = [(number, row) for number, row in rows if _is_open(row, plan.settings.plan_start)]
    if table and left:
        names = [
            " ".join(dict.fromkeys(filter(None, (str(row.get("row", "")), str(row.get("column", ""))))))
            for _, row in left
        ]
        seen, whole = listed(names, _MOST_NAMED)
        yield Problem(
            Code.ROLL_OPEN,
            f"values from the roll to {month_text(plan.settings.plan_start)} are not confirmed yet",
            Cell(table.title, left[0][0], table.column_numbers["confirmed"]),
            seen=seen,
            expected="your initials in Confirmed",
            remedy="check each value against what was measured or bought, and fill Confirmed on the sheet Roll",
            severity=Severity.INFO,
            whole=whole,
        )


def _is_open(row: Mapping[str, object], start: date) -> bool:
    """Whether a row is of the roll to this start, rests on more than the calendar, and is not confirmed."""
    day = row.get("start_after")
    is_last = isinstance(day, date) and not months_between(day, start)
    return is_last and row.get("basis") != _CALENDAR and not row.get("confirmed")
