"""Coded problems with a place and a remedy (languages floor).

A user's mistake is a value: a `Problem`, collected with all the others and shown at once. A programmer's mistake
raises. Codes are grouped by what a user has to look at: WB1xx the file, WB2xx sheets and columns, WB3xx a cell's
value, WB4xx figures that do not fit each other, WB5xx writing the result, WB6xx inputs that cannot all be true, and
claims.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from workbook.address import Cell
from workbook.problems.codes import Code


class Severity(StrEnum):
    """How much a problem matters: an error stops the run, a warning asks for a look, an info only tells."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Problem(Struct, frozen=True):
    """One problem: where it is, what was seen there, what is expected, and how to fix it."""

    code: Code
    message: str
    where: Cell | str = ""
    seen: str = ""
    expected: str = ""
    remedy: str = ""
    severity: Severity = Severity.ERROR
    whole: str = ""
    """What was seen in full, where `seen` is shortened."""

    def in_full(self) -> Problem:
        """Return the problem with all of what was seen."""
        return replace(self, seen=self.whole) if self.whole else self

    def as_json(self) -> dict[str, str]:
        """Return the problem as `--json` prints it: plain strings under fixed keys, in full."""
        return {
            "code": self.code.value,
            "severity": self.severity.value,
            "where": str(self.where),
            "message": self.message,
            "seen": self.whole or self.seen,
            "expected": self.expected,
            "remedy": self.remedy,
        }


class Reason(StrEnum):
    """Why something was refused: what a caller can do about it, and what the command line makes an exit code of."""

    INPUTS = "inputs"
    """The workbook has errors, or does not take what was to be written."""
    USAGE = "usage"
    """What was asked for cannot be done."""
    UNREADABLE = "unreadable"
    """The file cannot be read."""
    BUSY = "busy"
    """The file is open elsewhere, locked, read-only, or was changed meanwhile."""
    MAIL = "mail"
    """The email was not sent, only partly delivered, or its status is unknown."""


class Rated(Protocol):
    """Whatever has a severity: a problem, or a finding of a check of sheets."""

    @property
    def severity(self) -> Severity: ...  # noqa: D102


@dataclass
class Refusal(Exception):
    """A file cannot be read, or a result cannot be written: nothing was changed. `reason` says which of these.

    `more` are further problems that prevent the same.
    """

    problem: Problem
    reason: Reason = Reason.UNREADABLE
    more: tuple[Problem, ...] = ()

    def __str__(self) -> str:
        return self.problem.message


def listed(places: Sequence[str], most: int = 20) -> tuple[str, str]:
    """Return the first of many places with how many more there are, and all of them; the second is empty if none is."""
    if len(places) <= most:
        return ", ".join(places), ""
    return f"{', '.join(places[:most])} and {len(places) - most} more (all of them with -v)", ", ".join(places)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return errors first, then warnings, then infos, each kind in the order in which it was found."""
    return tuple(sorted(problems, key=lambda problem: list(Severity).index(problem.severity)))


def has_errors(problems: Iterable[Rated]) -> bool:
    """Whether any of the problems stops the run."""
    return any(problem.severity is Severity.ERROR for problem in problems)


def count_text(problems: Iterable[Rated]) -> str:
    """Return the number of problems in words: `2 errors, 1 warning`."""
    counts = Counter(problem.severity for problem in problems)
    words = []
    for severity, word in ((Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "remark")):
        if count := counts[severity]:
            words.append(f"{count} {word}{'' if count == 1 else 's'}")
    return ", ".join(words) or "no problems"
