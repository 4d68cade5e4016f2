"""Coded findings with a place and a remedy (ground floor).

A person's mistake is a value: a `Problem`, collected with all the others and shown at once. A programmer's mistake
raises. Codes are grouped by what a person has to look at: WB1xx the file, WB2xx sheets and columns, WB3xx a cell's
value, WB4xx figures that do not fit each other, WB5xx writing the result.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from workbook.address import Cell


class Severity(StrEnum):
    """How much a problem matters: an error stops the run, a warning asks for a look, an info only tells."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Code(StrEnum):
    """Every kind of problem; the value is what a person sees and may search for."""

    NO_SUCH_FILE = "WB101"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: where it is, what was seen there, what is expected, and how to mend it."""

    code: Code
    message: str
    where: Cell | str = ""
    seen: str = ""
    expected: str = ""
    remedy: str = ""
    severity: Severity = Severity.ERROR

    def as_json(self) -> dict[str, str]:
        """Give the problem as `--json` prints it: plain strings under fixed keys."""
        return {
            "code": self.code.value,
            "severity": self.severity.value,
            "where": str(self.where),
            "message": self.message,
            "seen": self.seen,
            "expected": self.expected,
            "remedy": self.remedy,
        }


@dataclass
class Refusal(Exception):
    """A file cannot be read, or a result cannot be written: nothing was changed. `exit_code` is 4 or 5."""

    problem: Problem
    exit_code: int = field(default=4)

    def __str__(self) -> str:
        return self.problem.message


def has_errors(problems: Iterable[Problem]) -> bool:
    """Tell whether any of the problems stops the run."""
    return any(problem.severity is Severity.ERROR for problem in problems)
