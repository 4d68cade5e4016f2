"""Lines into rows of cells: label, item, unit, constant, total, id, then the months (files floor)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from workbook.address import Cell
from workbook.expr.formula import Place, print_formula
from workbook.expr.frame import Scope
from workbook.expr.tree import Line, Reduce, Ref
from workbook.files.writing.rows import formula_cells, text_cell
from workbook.sheets.book import Book
from workbook.sheets.layout import CONSTANT, FIRST_MONTH, ID, ITEM, LABEL, NAME_LINES, TOTAL, UNIT, Band, Layout, Style
from workbook.units import UNITS


def name_cell(book: Book, cell: Cell, dimension: str, item: int, style: int) -> str:
    """Return the cell that names an item: its name, or the line that names it."""
    if dimension not in NAME_LINES:
        return text_cell(cell.row, cell.column, style, book.results.frame.items[dimension][item])
    line = NAME_LINES[dimension]
    place = Place(cell.sheet, Scope(dimension, ""), item)
    template = print_formula(Ref(line), place, book.placement, book.results.frame)
    value = book.results.values[line][0, item].tolist()
    return formula_cells(cell.row, cell.column, style, template, value)


@dataclass(frozen=True, slots=True)
class Rows:
    """Writes the bands of one sheet; `style` gives the index of a look."""

    book: Book
    layout: Layout
    style: Callable[[Style], int]

    def of(self, band: Band) -> Iterator[tuple[int, str]]:
        """Yield each item's row of a line: its number and its cells."""
        line = self.book.results.lines[band.line]
        make = self._with_months if self.layout.has_months else self._without_months
        return make(band.row, line)

    def unit(self, unit: str) -> str:
        """Name the currency by its code; a text has no unit."""
        return UNITS[unit].shown(self.book.results.plan.settings.currency)

    def _names(self, line: Line) -> tuple[str, ...]:
        return self.book.results.items(line.id) if line.item else ("",)

    def _template(self, line: Line, item: int) -> str:
        place = Place(self.layout.name, Scope(line.item, line.axis), item)
        return print_formula(line.expr, place, self.book.placement, self.book.results.frame)

    def _without_months(self, first_row: int, line: Line) -> Iterator[tuple[int, str]]:
        label = self.style(Style("label"))
        style = self.style(Style("calculation", line.unit))
        unit = f" ({self.unit(line.unit)})" if line.unit not in ("text", "date", "month") else ""
        for item, name in enumerate(self._names(line)):
            row = first_row + item
            values = self.book.results.values[line.id][0, item].tolist()
            title = f"{line.title}: {name}" if name else line.title + unit
            cells = formula_cells(row, LABEL + 1, style, self._template(line, item), values)
            yield row, text_cell(row, LABEL, label, title) + cells

    def _with_months(self, first_row: int, line: Line) -> Iterator[tuple[int, str]]:
        label, grey, small = (self.style(Style(role)) for role in ("label", "unit", "id"))
        look = line.unit
        style = self.style(Style("word" if line.unit == "text" and line.axis else "calculation", look))
        unit = self.unit(line.unit)
        has_total = line.adds_up
        start = FIRST_MONTH if line.axis else CONSTANT
        for item, name in enumerate(self._names(line)):
            row = first_row + item
            values = self.book.results.values[line.id][0, item].tolist()
            figures = formula_cells(row, start, style, self._template(line, item), values)
            cells = [
                text_cell(row, LABEL, label, line.title),
                name_cell(self.book, Cell(self.layout.name, row, ITEM), line.item, item, label) if name else "",
                text_cell(row, UNIT, grey, unit) if unit else "",
                "" if line.axis else figures,
                self._total(row, line, item, values) if has_total else "",
                text_cell(row, ID, small, line.id),
                figures if line.axis else "",
            ]
            yield row, "".join(cells)

    def _total(self, row: int, line: Line, item: int, values: list[float]) -> str:
        place = Place(self.layout.name, Scope(line.item, ""), item)
        expr = Reduce("SUM", "month", Ref(line.id))
        template = print_formula(expr, place, self.book.placement, self.book.results.frame)
        return formula_cells(row, TOTAL, self.style(Style("total", line.unit)), template, [sum(values)])
