"""Rules about single formulas and about formulas that stand side by side (post)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping

from workbook.address import a1
from workbook.lint.formulas import FormulaFacts, Range
from workbook.lint.sheet import SheetUnderLint
from workbook.lint.violations import Position, Violation, place, violation

LONGEST = 255
_SHEET_NAME = re.compile(r"'[^']{1,99}'!|[A-Za-z0-9_.]{1,31}!")
DEEPEST_IF = 3
VOLATILE = frozenset({"OFFSET", "INDIRECT", "NOW", "TODAY", "RAND", "RANDBETWEEN", "RANDARRAY", "CELL", "INFO"})
_TOTALS = frozenset({"SUM", "AVERAGE", "MIN", "MAX", "COUNT", "COUNTA", "PRODUCT", "MEDIAN", "SUBTOTAL", "SUMPRODUCT"})
_YEARS = range(1950, 2200)


def mixed(sheet: SheetUnderLint) -> Iterator[Violation]:
    """FAST-one-formula: a formula among others that agree with each other does something else."""
    found = _between(sheet, lambda here, both: here is not None and here.relative != both)
    for cell, neighbour in sorted(found.items()):
        message = "a formula differs from its neighbours, which agree with each other"
        seen = f"{_formula(sheet, cell)[:120]}; {_neighbour(sheet, neighbour)}"
        yield violation("FAST-one-formula", place(sheet.name, [cell]), message, seen)


def overwritten(sheet: SheetUnderLint) -> Iterator[Violation]:
    """EU-overwritten: a typed number is between two formulas that agree with each other."""
    found = _between(sheet, lambda here, _: here is None)
    for cell, neighbour in sorted(found.items()):
        raw = sheet.at(*cell)
        if raw is not None and sheet.is_number(*cell):
            message = "a typed number is in a run of formulas"
            seen = f"{raw.value}; {_neighbour(sheet, neighbour)}"
            yield violation("EU-overwritten", place(sheet.name, [cell]), message, seen)


def constants(sheet: SheetUnderLint) -> Iterator[Violation]:
    """FAST-constant: a number is typed into a formula.

    A formula without any reference is an input that shows how it was calculated.
    """
    for (_, numbers), cells in _alike(sheet, lambda reading: (reading.relative, reading.constants)).items():
        if numbers and sheet.formulas[cells[0]].references:
            listed = ", ".join(dict.fromkeys(numbers))
            first = sheet.at(*min(cells))
            seen = f"{first.formula[:160]}" if first else ""
            yield violation("FAST-constant", place(sheet.name, cells), f"typed into a formula: {listed}", seen)


def volatile(sheet: SheetUnderLint) -> Iterator[Violation]:
    """FAST-volatile: a function that recalculates at every touch, or that hides what it refers to."""
    for name in sorted(VOLATILE):
        cells = [cell for cell, reading in sheet.formulas.items() if name in reading.functions]
        if cells:
            yield violation("FAST-volatile", place(sheet.name, cells), f"{name} is used", _formula(sheet, min(cells)))


def long_formulas(sheet: SheetUnderLint) -> Iterator[Violation]:
    """FAST-short: a formula is longer than can be read at one go, without the names of sheets in it.

    Inputs, workings and results on sheets of their own, as the same standard asks, must not make a formula a long one.
    """
    lengths = {cell: len(_SHEET_NAME.sub("", _formula(sheet, cell))) for cell in sheet.formulas}
    cells = [cell for cell, length in lengths.items() if length > LONGEST]
    if cells:
        longest = max(lengths[cell] for cell in cells)
        message = f"formulas are longer than {LONGEST} characters"
        yield violation("FAST-short", place(sheet.name, cells), message, f"up to {longest} characters")


def nested_ifs(sheet: SheetUnderLint) -> Iterator[Violation]:
    """FAST-nested-if: IF in IF in IF in IF."""
    cells = [cell for cell, reading in sheet.formulas.items() if reading.if_depth > DEEPEST_IF]
    if cells:
        deepest = max(sheet.formulas[cell].if_depth for cell in cells)
        message = f"IF is nested more than {DEEPEST_IF} deep"
        yield violation(
            "FAST-nested-if", place(sheet.name, cells), message, f"{deepest} deep: {_formula(sheet, min(cells))}"
        )


def short_ranges(sheet: SheetUnderLint) -> Iterator[Violation]:
    """EU-range: a total ends right before more of the same.

    Only a formula of one reference is a total: a share, a rest or a union leaves cells out on purpose.
    """
    missed: dict[str, list[Position]] = defaultdict(list)
    ranges = [(cell, one.at(*cell), facts) for cell, facts in sheet.formulas.items() for one in facts.ranges]
    ends = {end for _, one, _ in ranges for end in _ends(one)}
    for cell, one, facts in ranges:
        is_total = one.function in _TOTALS and facts.references == 1 and not one.is_growing and not one.holds(*cell)
        if is_total and (left := _left_out(sheet, one, cell, ends)):
            seen = f"{place(sheet.name, [left])} is next to the range of {_formula(sheet, cell)[:120]}"
            missed[seen].append(cell)
    for seen, cells in missed.items():
        yield violation("EU-range", place(sheet.name, cells), "a range stops before the last figure of its block", seen)


def external_references(sheet: SheetUnderLint) -> Iterator[Violation]:
    """NJ-external-link: a formula reads another workbook."""
    cells = [cell for cell, reading in sheet.formulas.items() if reading.externals]
    if cells:
        seen = _formula(sheet, min(cells))
        yield violation("NJ-external-link", place(sheet.name, cells), "formulas read another workbook", seen)


def _between(sheet: SheetUnderLint, differs: Callable[[FormulaFacts | None, str], bool]) -> dict[Position, Position]:
    """Return cells that are among at least three of one relative form, on both sides, and differ: with a neighbour.

    Along an axis of time each row has a formula of its own, so only rows are looked along there. A cell that goes on
    in the other direction belongs to that run, and a year between quarters has a formula of its own.
    """
    found: dict[Position, Position] = {}
    forms = {cell: reading.relative for cell, reading in sheet.formulas.items() if reading.references}
    for (row, column), form in forms.items():
        for down, right in ((0, 1),) if sheet.axis else ((0, 1), (1, 0)):
            here, after = (row + down, column + right), (row + 2 * down, column + 2 * right)
            before, beyond = (row - down, column - right), (row + 3 * down, column + 3 * right)
            is_run = forms.get(after) == form and form in (forms.get(before), forms.get(beyond))
            is_other = is_run and sheet.at(*here) is not None and differs(sheet.formulas.get(here), form)
            if is_other and not _goes_on(forms, here, (right, down)) and _is_same_kind(sheet, here, (row, column)):
                found[here] = row, column
    return found


def _is_same_kind(sheet: SheetUnderLint, cell: Position, other: Position) -> bool:
    """Whether two cells of one row are of columns of the same kind of period, or two cells of one column of rows."""
    period_of = sheet.periods.of_column if cell[0] == other[0] else sheet.periods.of_row
    return period_of(*cell)[0] == period_of(*other)[0]


def _goes_on(forms: Mapping[Position, str], cell: Position, step: Position) -> bool:
    """Whether a neighbour in the other direction has the same form as the cell."""
    neighbours = ((cell[0] + sign * step[0], cell[1] + sign * step[1]) for sign in (1, -1))
    return cell in forms and any(forms.get(neighbour) == forms[cell] for neighbour in neighbours)


def _alike(sheet: SheetUnderLint, key: Callable[[FormulaFacts], tuple[str, tuple[str, ...]]]) -> dict[
    tuple[str, tuple[str, ...]], list[Position]
]:  # fmt: skip
    groups: dict[tuple[str, tuple[str, ...]], list[Position]] = defaultdict(list)
    for cell, reading in sheet.formulas.items():
        groups[key(reading)].append(cell)
    return groups


def _left_out(sheet: SheetUnderLint, one: Range, cell: Position, taken: Collection[Position]) -> Position | None:
    """Return the figure right before or right after a range of one row or one column, if it is more of the same.

    Where another range begins or ends there, the next block has a total of its own.
    """
    if one.first_column == one.last_column and one.last_row > one.first_row:
        ends = [((one.last_row, one.first_column), (one.last_row + 1, one.first_column)),
                ((one.first_row, one.first_column), (one.first_row - 1, one.first_column))]  # fmt: skip
    elif one.first_row == one.last_row and one.last_column > one.first_column:
        ends = [((one.first_row, one.last_column), (one.first_row, one.last_column + 1)),
                ((one.first_row, one.first_column), (one.first_row, one.first_column - 1))]  # fmt: skip
    else:
        return None
    for inside, beyond in ends:
        is_free = beyond != cell and beyond not in taken
        if is_free and _is_more_of(sheet, inside, beyond) and _belongs(sheet, inside, beyond, cell):
            return beyond
    return None


def _belongs(sheet: SheetUnderLint, inside: Position, beyond: Position, total: Position) -> bool:
    """Whether a figure belongs to a total: one of a period does only in the same year, right before the total."""
    is_row = inside[0] == beyond[0]
    period_of = sheet.periods.of_column if is_row else sheet.periods.of_row
    period = period_of(*beyond)
    if not period[0] and not period_of(*inside)[0]:
        return True
    next_to = (beyond[0], beyond[1] + 1) if is_row else (beyond[0] + 1, beyond[1])
    return period == period_of(*inside) and total == next_to


def _is_more_of(sheet: SheetUnderLint, inside: Position, beyond: Position) -> bool:
    """Whether two neighbouring cells are of one kind: both typed, or both of one formula."""
    here, there = sheet.formulas.get(inside), sheet.formulas.get(beyond)
    if not (sheet.is_number(*inside) and sheet.is_number(*beyond)):
        return False
    if here is None or there is None:
        typed = sheet.at(*beyond)
        is_header = typed is not None and typed.value in _YEARS
        return here is None and there is None and not is_header
    return here.relative == there.relative and here.references > 0


def _ends(one: Range) -> tuple[Position, Position]:
    return (one.first_row, one.first_column), (one.last_row, one.last_column)


def _neighbour(sheet: SheetUnderLint, cell: Position) -> str:
    return f"its neighbour {a1(*cell)} has {_formula(sheet, cell)[:120]}"


def _formula(sheet: SheetUnderLint, cell: Position) -> str:
    raw = sheet.at(*cell)
    return raw.formula if raw else ""
