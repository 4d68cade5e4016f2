"""Problems into the rows of the sheet Problems, and into the notes on their cells (paper floor).

A row leads to its cell by a link inside the workbook; a note is signed with a checksum of its own text, so that a later
run takes out what was written and never what a person has added to it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from workbook.address import a1, parse_a1
from workbook.problems import Problem, Severity
from workbook.problems.sanitize import clean

PROBLEMS_SHEET = "Problems"
AUTHOR = "workbook"
"""The author of every note that is written."""
TITLES = ("Severity", "Code", "Sheet", "Cell", "Problem", "Seen", "Expected", "How to fix", "Note")
MOST_ROWS = 10_000
_MOST_IN_A_NOTE = 5
_LONGEST = 400
_LONGEST_IN_A_CELL = 32_000
_ROW = re.compile(r"(.+), row (\d+)")
_SIGNED = re.compile(r"(.*)\(workbook ([0-9a-f]{8}): [^()]*\)", re.DOTALL)


class Place(Struct, frozen=True, order=True):
    """Where a problem is in the workbook; row and column are 0 for a sheet as a whole."""

    sheet: str
    row: int = 0
    column: int = 0

    @property
    def cell(self) -> str:
        """The address on its sheet, empty for the sheet as a whole."""
        return a1(self.row, self.column) if self.row else ""


class ProblemRow(Struct, frozen=True):
    """One row of the sheet: its texts in the order of `TITLES`, and the place that its cell links to."""

    texts: tuple[str, ...]
    severity: Severity
    target: Place | None


class ProblemPage(Struct, frozen=True):
    """The sheet: its name in the workbook, what stands under its title, and its rows."""

    name: str
    summary: str
    rows: tuple[ProblemRow, ...]


def written_name(owners: Collection[str], prefix: str) -> str:
    """Return what the sheet is called in a workbook that has one of ours, with or without its prefix; else nothing."""
    return next((name for name in (prefix + PROBLEMS_SHEET, PROBLEMS_SHEET) if name in owners), "")


def place_of(problem: Problem, sheets: Iterable[str]) -> Place | None:
    """Return where a problem is among the sheets that there are; None where it is about something else.

    A row as a whole is the first cell of that row.
    """
    names = {name.casefold(): name for name in sheets}
    where = str(problem.where)
    if found := names.get(where.casefold()):
        return Place(found)
    if row := _ROW.fullmatch(where):
        sheet, cell = row[1], f"A{row[2]}"
    else:
        sheet, _, cell = where.rpartition("!")
    name = names.get(sheet.casefold())
    try:
        return Place(name, *parse_a1(cell)) if name else None
    except ValueError:
        return Place(name) if name else None


def note_texts(problems: Sequence[Problem], sheets: Iterable[str]) -> dict[Place, str]:
    """Return the note of each cell that has an error or a warning."""
    names = tuple(sheets)
    by_place: dict[Place, list[Problem]] = {}
    for problem in problems:
        place = place_of(problem, names)
        if place and place.row and problem.severity is not Severity.INFO:
            by_place.setdefault(place, []).append(problem)
    return {place: sign(_note(found)) for place, found in by_place.items()}


def lay_out_problems(
    problems: Sequence[Problem], sheets: Iterable[str], notes: Mapping[Place, str]
) -> tuple[ProblemRow, ...]:
    """Return the rows of the sheet; `notes` tells, for each cell that should have a note, what became of it."""
    names = tuple(sheets)
    rows = []
    for problem in problems[:MOST_ROWS]:
        place = place_of(problem, names)
        note = notes.get(place, "") if place and problem.severity is not Severity.INFO else ""
        texts = (
            problem.severity.value,
            problem.code.value,
            place.sheet if place else str(problem.where),
            place.cell if place else "",
            problem.message,
            _cell_text(problem.whole or problem.seen),
            problem.expected,
            problem.remedy,
            note,
        )
        rows.append(ProblemRow(tuple(clean(text) for text in texts), problem.severity, place))
    return tuple(rows)


def _cell_text(text: str) -> str:
    return text if len(text) <= _LONGEST_IN_A_CELL else f"{text[: _LONGEST_IN_A_CELL - 1]}…"


def sign(text: str) -> str:
    """Return a note's text with the line that tells whose it is, and that it goes by itself."""
    return f"{text}\n\n(workbook {_checksum(text)}: the next run that succeeds takes this note out)"


def is_signed(text: str) -> bool:
    """Whether a note is as it was signed; line breaks and spaces may have been changed by the program between."""
    found = _SIGNED.fullmatch(text.strip())
    return found is not None and found[2] == _checksum(found[1])


def _checksum(text: str) -> str:
    return hashlib.sha256("".join(text.split()).encode()).hexdigest()[:8]


def _note(problems: Sequence[Problem]) -> str:
    parts = [_one(problem) for problem in problems[:_MOST_IN_A_NOTE]]
    if left := len(problems) - _MOST_IN_A_NOTE:
        parts += [f"… and {left} more: see the first sheet"] if left > 0 else []
    return "\n\n".join(parts)


def _one(problem: Problem) -> str:
    lines = [f"{problem.severity.value} {problem.code.value}: {problem.message}"]
    for word, text in (("seen", problem.seen), ("expected", problem.expected), ("help", problem.remedy)):
        lines += [f"{word}: {text}"] if text else []
    return "\n".join(_short(clean(line)) for line in lines)


def _short(line: str) -> str:
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
