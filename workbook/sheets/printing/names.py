"""The cells that name the items of lines into printed cells (paper floor)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from workbook.expr.formula import Place, print_formulas
from workbook.expr.frame import Scope
from workbook.expr.tree import Ref
from workbook.sheets.book import Book
from workbook.sheets.layout import ITEM, NAME_LINES
from workbook.sheets.printing.printed import FormulaCells, NumberCell, PrintedCell, TextCell
from workbook.sheets.printing.style_numbers import StyleNumbers


class Names(Struct, frozen=True):
    """Prints the cells that name the items of a dimension, which are the same beside each line of a sheet."""

    book: Book
    sheet: str
    styles: StyleNumbers
    numbered: set[str] = field(default_factory=set)
    made: dict[str, Sequence[PrintedCell]] = field(default_factory=dict)

    def style(self, dimension: str, item: int) -> int:
        """Return the style of a name; a size in a catalogue is a number."""
        return self.styles.number("unit" if self.is_number(dimension, item) else "label")

    def is_number(self, dimension: str, item: int) -> bool:
        """Whether an item of a catalogue is named by a number."""
        # A name that the user gave is a text, whatever it looks like.
        frame = self.book.results.frame
        is_named_here = dimension in NAME_LINES or dimension in frame.tables
        return not is_named_here and frame.items[dimension][item].isdecimal()

    def number_styles(self, dimension: str) -> None:
        """Number the styles of all names of a dimension, once."""
        if dimension not in self.numbered:
            self.numbered.add(dimension)
            for item in range(self.book.results.frame.length(dimension)):
                self.style(dimension, item)

    def beside_lines(self, dimension: str) -> Sequence[PrintedCell]:
        """Return the names that stand beside each line over a dimension."""
        if dimension not in self.made:
            count = self.book.results.frame.length(dimension)
            self.made[dimension] = list(self.cells(dimension, ITEM, count))
        return self.made[dimension]

    def cells(self, dimension: str, column: int, count: int) -> Iterator[PrintedCell]:
        """Yield the names of the first items: texts, the numbers that they are, or the line that names them."""
        results, styles = self.book.results, [self.style(dimension, item) for item in range(count)]
        if line := NAME_LINES.get(dimension):
            place = Place(self.sheet, Scope(dimension, ""))
            templates = print_formulas(Ref(line), place, self.book.placement, results.frame, count)
            values = results.values[line][0, :count].tolist()
            yield from (FormulaCells(column, *cell) for cell in zip(styles, templates, values, strict=True))
            return
        for item, (style, name) in enumerate(zip(styles, results.frame.items[dimension][:count], strict=True)):
            is_number = self.is_number(dimension, item)
            yield NumberCell(column, style, float(name)) if is_number else TextCell(column, style, name)
