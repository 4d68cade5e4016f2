"""Input cells whose formulas lead back to result sheets (files floor).

A plan that reads its own results has no fixed figures: each recalculation starts from the last one. The way back may
lead through the user's own sheets and defined names.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from workbook.address import MAX_COLUMNS, MAX_ROWS, Area, Cell, column_number, parse_area
from workbook.files.package.names import defined_names
from workbook.files.package.package import Package
from workbook.files.reading.reader import OtherSheets

_MOST_CELLS = 50_000
_TEXT = re.compile(r'"(?:[^"]|"")*"')
_SHEET = r"(?:(?:'((?:[^'\[\]]|'')+)'|([^\W\d][\w.]*))!)"
_CELLS = r"(\$?[A-Za-z]{1,3}\$?[0-9]{1,7}(?::\$?[A-Za-z]{1,3}\$?[0-9]{1,7})?)(?![\w(!.])"
_LINES = r"(\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}|\$?[0-9]{1,7}:\$?[0-9]{1,7})(?![\w(!.])"
_REFERENCE = re.compile(rf"(?<![\w.$\]]){_SHEET}?{_CELLS}|(?<![\w.$\]]){_SHEET}?{_LINES}")
_NAME = re.compile(r"(?<![\w.!$'])([^\W\d][\w.\\]*)(?![\w.(!])")


@dataclass(frozen=True, slots=True)
class Loop:
    """An input cell, and the cells by which its formula reaches a result sheet; the last one is there."""

    cell: Cell
    path: tuple[Cell, ...]


def loops(package: Package, formulas: Mapping[Cell, str], results: Collection[str]) -> tuple[Loop, ...]:
    """Return the input cells whose formulas depend on a sheet among `results`, each with the way to it."""
    if not formulas:
        return ()
    search = _Search(package, formulas, frozenset(name.casefold() for name in results))
    return tuple(Loop(cell, path) for cell in sorted(formulas) if (path := search.way(cell)))


@dataclass(slots=True)
class _Search:
    package: Package
    formulas: Mapping[Cell, str]
    results: frozenset[str]
    names: Mapping[str, str] = field(init=False)
    others: OtherSheets = field(init=False)
    known: dict[tuple[str, int, int], tuple[Cell, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = {name.name.casefold(): name.text for name in defined_names(self.package.workbook)}
        self.others = OtherSheets(self.package)

    def way(self, start: Cell) -> tuple[Cell, ...]:
        """Return the cells between a cell and a result sheet; none if it does not get there. Each cell is read once."""
        waiting: list[tuple[Cell, tuple[Cell, ...]]] = [(start, ())]
        seen: set[tuple[str, int, int]] = set()
        while waiting and len(seen) < _MOST_CELLS:
            cell, path = waiting.pop()
            place = (cell.sheet.casefold(), cell.row, cell.column)
            if place in seen:
                continue
            seen.add(place)
            for sheet, area in self._read_by(cell):
                if sheet.casefold() in self.results:
                    return (*path, Cell(sheet, area.first_row, area.first_column))
                waiting += [(found, (*path, found)) for found in self._formula_cells(sheet, area)]
        return ()

    def _read_by(self, cell: Cell) -> Iterator[tuple[str, Area]]:
        formula = self.formulas.get(cell) or self._formula_at(cell)
        yield from self._areas(formula, cell.sheet, frozenset())

    def _areas(self, formula: str, sheet: str, through: frozenset[str]) -> Iterator[tuple[str, Area]]:
        text = _TEXT.sub('""', formula)
        for match in _REFERENCE.finditer(text):
            named = (match[1] or match[4] or "").replace("''", "'") or match[2] or match[5] or sheet
            if area := _area(match[3] or match[6]):
                yield named, area
        for match in _NAME.finditer(text):
            name = match[1].casefold()
            if name in self.names and name not in through:
                yield from self._areas(self.names[name], sheet, through | {name})

    def _formula_at(self, cell: Cell) -> str:
        found = self.others.named(cell.sheet).grid.get(cell.row, {}).get(cell.column)
        return found.formula if found else ""

    def _formula_cells(self, sheet: str, area: Area) -> Iterator[Cell]:
        grid = self.others.named(sheet).grid
        rows = range(area.first_row, area.last_row + 1)
        for row in rows if len(rows) < len(grid) else (row for row in grid if row in rows):
            for number, cell in grid.get(row, {}).items():
                if area.first_column <= number <= area.last_column and cell.formula:
                    yield Cell(sheet, row, number)


def _area(text: str) -> Area | None:
    """Return the area of a reference, whole columns and rows included; None for one outside the sheet."""
    plain = text.replace("$", "")
    first, _, last = plain.partition(":")
    if last and first.isalpha():
        left, right = sorted((column_number(first), column_number(last)))
        return Area(1, left, MAX_ROWS, min(right, MAX_COLUMNS))
    if last and first.isdigit():
        top, bottom = sorted((int(first), int(last)))
        return Area(top, 1, min(bottom, MAX_ROWS), MAX_COLUMNS)
    try:
        return parse_area(plain)
    except ValueError:
        return None
