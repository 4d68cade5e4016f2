"""Exit codes of every command; nothing below the command line knows them (roof)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbook.problems import Rated, Reason, Severity, has_errors

OF_REASON: Mapping[Reason | None, int] = {
    None: 0,
    Reason.INPUTS: 1,
    Reason.USAGE: 2,
    Reason.UNREADABLE: 4,
    Reason.BUSY: 5,
    Reason.MAIL: 6,
}
INTERRUPTED, PIPE_CLOSED = 130, 141


def of_problems(problems: Sequence[Rated], fail_on: str) -> int:
    """Return 1 if the problems make a run fail, else 0."""
    fails = has_errors(problems) or (
        fail_on == "warning" and any(problem.severity is Severity.WARNING for problem in problems)
    )
    return OF_REASON[Reason.INPUTS if fails else None]
