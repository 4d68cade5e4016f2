"""One surveyed sheet as the rules see it: formulas read, numbers told from dates, its time axis found (post)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import pairwise

from msgspec import Struct

from workbook.files.reading.relative import relative_form
from workbook.files.reading.survey import SheetSurvey
from workbook.inputs.raw import RawCell
from workbook.lint.formulas import FormulaFacts, read_formula
from workbook.lint.periods import HeaderPeriods
from workbook.lint.violations import Position

AXIS_LENGTH = 6
"""Periods beside each other from which on a row counts as an axis of time."""
_YEARS = range(1950, 2200)
_MONTHS = frozenset(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])


class Axis(Struct, frozen=True):
    """A row whose cells are periods, from one column to another."""

    row: int
    first_column: int
    last_column: int
    periods: tuple[str, ...]


class SheetUnderLint:
    """A sheet and what all rules need of it, found once."""

    def __init__(self, survey: SheetSurvey) -> None:
        self.survey = survey
        self.name = survey.name

    @cached_property
    def formulas(self) -> Mapping[Position, FormulaFacts]:
        """Every formula, by row and column."""
        known: dict[str, FormulaFacts] = {}
        of_first: dict[Position, FormulaFacts] = {}
        found = {}
        for (row, column), cell in self.cells():
            if len(cell.formula) < 2:
                continue
            first = self.survey.shared.get((row, column))
            facts = of_first.get(first) if first else None
            if facts is None:
                form = relative_form(cell.formula, row, column)
                facts = known.get(form) or known.setdefault(form, read_formula(cell.formula, row, column, form))
                if first:
                    of_first[first] = facts
            found[row, column] = facts
        return found

    @cached_property
    def axis(self) -> Axis | None:
        """The first row that holds enough periods beside each other."""
        for row in sorted(self.survey.grid)[:30]:
            found = _axis(row, self.survey.grid[row])
            if found:
                return found
        return None

    @cached_property
    def periods(self) -> HeaderPeriods:
        """The periods that its headers and labels say."""
        return HeaderPeriods(self.survey.grid)

    def cells(self) -> Iterator[tuple[Position, RawCell]]:
        """Return every cell that is not empty."""
        for row, cells in self.survey.grid.items():
            for column, cell in cells.items():
                yield (row, column), cell

    def at(self, row: int, column: int) -> RawCell | None:
        """Return a cell, None where there is nothing."""
        return self.survey.grid.get(row, {}).get(column)

    def is_number(self, row: int, column: int) -> bool:
        """Whether a cell holds a number, typed or calculated, and no date."""
        cell = self.at(row, column)
        return cell is not None and is_number(cell)


def is_number(cell: RawCell) -> bool:
    """Whether a cell's value is a number and neither a truth value nor a date."""
    return isinstance(cell.value, int | float) and not isinstance(cell.value, bool)


def _is_even(periods: Sequence[str]) -> bool:
    """Whether dates are equally far apart: milestones next to each other are no axis; other periods always are."""
    try:
        days = [date.fromisoformat(period) for period in periods]
    except ValueError:
        return True
    months = [day.year * 12 + day.month for day in days]
    steps = {after - before for before, after in pairwise(months)}
    return len(steps) == 1


def _axis(row: int, cells: Mapping[int, RawCell]) -> Axis | None:
    """Return the longest run of periods in a row, if it is long enough."""
    best: list[tuple[int, str]] = []
    run: list[tuple[int, str]] = []
    for column in sorted(cells):
        period = _period(cells[column])
        follows = bool(run) and run[-1][0] == column - 1 and run[-1][1] != period
        run = [*run, (column, period)] if follows and period else [(column, period)] if period else []
        best = run if len(run) > len(best) else best
    if len(best) < AXIS_LENGTH or not _is_even([period for _, period in best]):
        return None
    return Axis(row, best[0][0], best[-1][0], tuple(period for _, period in best))


def _period(cell: RawCell) -> str:
    """Return a period as text: a date, a year, the name of a month; blank for anything else."""
    value = cell.value
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, int) and not isinstance(value, bool) and value in _YEARS:
        return str(value)
    if isinstance(value, str) and value.strip()[:3].casefold() in _MONTHS and len(value.strip()) < 15:
        return value.strip()
    return ""
