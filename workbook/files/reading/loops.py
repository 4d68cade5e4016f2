"""Input cells whose formulas lead back to result sheets (files floor).

A plan that reads its own results has no fixed figures: each recalculation starts from the last one. The way back may
lead through the user's own sheets and defined names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct, field

from workbook.address import Area, Cell
from workbook.files.package.names import defined_names
from workbook.files.package.package import Package
from workbook.files.reading.formula_tokens import Reference, names, references
from workbook.files.reading.reader import OtherSheets

_MOST_CELLS = 50_000


class Loop(Struct, frozen=True):
    """An input cell, and the cells by which its formula reaches a result sheet; the last one is there."""

    cell: Cell
    path: tuple[Cell, ...]


def loops(package: Package, formulas: Mapping[Cell, str], results: Collection[str]) -> tuple[Loop, ...]:
    """Return the input cells whose formulas depend on a sheet among `results`, each with the way to it."""
    if not formulas:
        return ()
    names = {name.name.casefold(): name.text for name in defined_names(package.workbook)}
    folded = frozenset(name.casefold() for name in results)
    search = _Search(package, formulas, folded, names, OtherSheets(package))
    return tuple(Loop(cell, path) for cell in sorted(formulas) if (path := search.way(cell)))


class _Search(Struct):
    package: Package
    formulas: Mapping[Cell, str]
    results: frozenset[str]
    names: Mapping[str, str]
    others: OtherSheets
    known: dict[tuple[str, int, int], tuple[Cell, ...]] = field(default_factory=dict)

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
        for reference in references(formula):
            if not reference.is_foreign:
                yield from ((named, reference.area) for named in self._sheets(reference, sheet))
        for name in map(str.casefold, names(formula)):
            if name in self.names and name not in through:
                yield from self._areas(self.names[name], sheet, through | {name})

    def _sheets(self, reference: Reference, own: str) -> Sequence[str]:
        """Return the sheets that a reference reads: its own, the one that it names, or all between two."""
        if len(reference.sheets) < 2:
            return reference.sheets or (own,)
        tabs = [entry.name for entry in self.package.sheets]
        lower = [name.casefold() for name in tabs]
        ends = [lower.index(name.casefold()) for name in reference.sheets if name.casefold() in lower]
        return tabs[min(ends) : max(ends) + 1] if ends else ()

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
