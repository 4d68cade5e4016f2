"""Cells that break a rule into violations as a user reads them (post).

Each rule is in `lint.yaml` with its title, its source and its texts; a violation merges all neighbouring cells.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache

from msgspec import Struct

from workbook.address import a1, quote_sheet
from workbook.problems import Severity
from workbook.resources import read_yaml

_MOST_AREAS = 4

Position = tuple[int, int]


class LintRule(Struct, frozen=True):
    """One rule: what it asks for, its source, how much a violation matters, and how to fix it."""

    id: str
    title: str
    source: str
    severity: Severity
    expected: str
    remedy: str
    explanation: str
    example: str


class Violation(Struct, frozen=True):
    """A breach of a rule: `code` is the rule's id, `where` a sheet with cells, or the sheet or file alone."""

    code: str
    message: str
    where: str
    seen: str
    expected: str
    remedy: str
    severity: Severity
    source: str

    def as_json(self) -> dict[str, str]:
        """Return the violation as `--json` prints it."""
        return {
            "rule": self.code, "severity": self.severity.value, "where": self.where, "message": self.message,
            "seen": self.seen, "expected": self.expected, "remedy": self.remedy, "source": self.source,
        }  # fmt: skip


@cache
def load_rules() -> Mapping[str, LintRule]:
    """Read the rules by their ids. Raises TypeError for a rule with other fields than it must have."""
    return {
        name: LintRule(name, severity=Severity(fields.pop("severity")), **fields)
        for name, fields in read_yaml("lint.yaml").items()
    }


def violation(rule_id: str, where: str, message: str, seen: str = "", severity: Severity | None = None) -> Violation:
    """Return the violation of a rule at a place, as severe as the rule says if nothing else is given."""
    rule = load_rules()[rule_id]
    return Violation(rule.id, message, where, seen, rule.expected, rule.remedy, severity or rule.severity, rule.source)


def place(sheet: str, cells: Collection[Position]) -> str:
    """Return cells as a user names them: `Cost!D4:H4, D9`, the first few areas and how many cells there are more."""
    areas = list(_areas(cells))
    shown = [_area(*area) for area in areas[:_MOST_AREAS]]
    left = sum((last - first + 1) * (end - begin + 1) for first, begin, last, end in areas[_MOST_AREAS:])
    more = f" and {left} more" if left else ""
    return f"{quote_sheet(sheet)}!{', '.join(shown)}{more}"


def _area(first_row: int, first_column: int, last_row: int, last_column: int) -> str:
    first, last = a1(first_row, first_column), a1(last_row, last_column)
    return first if first == last else f"{first}:{last}"


def _areas(cells: Collection[Position]) -> Iterator[tuple[int, int, int, int]]:
    """Yield areas from the top: cells merged along rows, and equal runs under each other merged."""
    grown: dict[tuple[int, int], int] = {}
    first_rows: dict[tuple[int, int, int], int] = {}
    for row, begin, end in _runs(cells):
        first = first_rows.pop((row - 1, begin, end)) if grown.get((begin, end)) == row - 1 else row
        grown[begin, end] = row
        first_rows[row, begin, end] = first
    for (last, begin, end), first in sorted(first_rows.items(), key=lambda entry: (entry[1], entry[0][1])):
        yield first, begin, last, end


def _runs(cells: Collection[Position]) -> Iterator[tuple[int, int, int]]:
    run: tuple[int, int, int] | None = None
    for row, column in sorted(cells):
        if run and run[0] == row and run[2] == column - 1:
            run = row, run[1], column
        else:
            if run:
                yield run
            run = row, column, column
    if run:
        yield run
