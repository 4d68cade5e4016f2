"""The lines of a sheet, a row an item, into printed rows, each row with one template (paper floor).

A row of a line holds nothing but the line: label, item, unit, total or constant, how it adds up, id, then periods and
months.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from workbook.expr.evaluate import evaluate
from workbook.expr.formula import Place, print_formulas
from workbook.expr.frame import Scope
from workbook.expr.tree import AsOfRun, Expr, Line, OverPeriod, OverTime, Ref
from workbook.model.periods import has_periods, over_time_text, total_expr
from workbook.sheets.book import Book
from workbook.sheets.layout import CONSTANT, ID, ITEM, LABEL, OVER_TIME, UNIT, Band, Columns, Layout
from workbook.sheets.printing.names import Names
from workbook.sheets.printing.printed import BlankCell, FormulaCells, PrintedCell, PrintedRow, TextCell
from workbook.sheets.printing.single import as_of_run
from workbook.sheets.printing.style_numbers import StyleNumbers
from workbook.units import UNITS

_EMPHASIS = {
    "": ("label", "unit", "id", "calculation"),
    "total": ("sum_label", "sum_unit", "sum_id", "sum"),
    "ratio": ("rate_label", "unit", "id", "rate"),
}
"""The roles of label, unit, id and figures in the rows of a statement."""


class BandStyles(NamedTuple):
    """The styles of a band's cells; 0 for a total or a snapshot that it does not have."""

    label: int
    unit: int
    small: int
    figures: int
    total: int
    snapshot: int


class Bands(Struct, frozen=True):
    """Prints the bands of one sheet."""

    book: Book
    layout: Layout
    styles: StyleNumbers
    columns: Columns
    names: Names

    def look(self, band: Band) -> BandStyles:
        """Number the styles of a band."""
        line, number = self.book.results.lines[band.line], self.styles.number
        has_months = self.layout.has_months
        *words, figures = _EMPHASIS[band.emphasis] if has_months else _EMPHASIS[""]
        if has_months and line.unit == "text" and line.axis:
            figures = "word"
        label, grey, small = map(number, words) if has_months else (number("label"), 0, 0)
        style = number(figures, line.unit)
        if line.item and has_months:
            self.names.number_styles(line.item)
        total = number("total", line.unit) if has_months and self._total(line) is not None else 0
        snapshot = number("snapshot", line.unit) if isinstance(line.expr, AsOfRun) else 0
        return BandStyles(label, grey, small, style, total, snapshot)

    def of(self, band: Band, look: BandStyles, height: float) -> Iterator[PrintedRow]:
        """Yield each item's row of a line."""
        line = self.book.results.lines[band.line]
        make = self._with_months if self.layout.has_months else self._without_months
        for item, cells in enumerate(make(line, band, look)):
            yield PrintedRow(band.row + item, cells, height)

    def unit(self, unit: str) -> str:
        """Name the currency by its code; a text has no unit."""
        return UNITS[unit].shown(self.book.results.plan.settings.currency)

    def _names(self, line: Line) -> tuple[str, ...]:
        return self.book.results.items(line.id) if line.item else ("",)

    def _total(self, line: Line) -> Expr | None:
        """Return the total of a line's billed months where they add up."""
        return total_expr(line, self.book.results.lines) if line.axis else None

    def _templates(self, line: Line) -> Sequence[str]:
        """Return the formula of each item; none where the run gives the values."""
        if isinstance(line.expr, AsOfRun):
            return [""] * len(self._names(line))
        return self._printed(line, line.expr, line.axis)

    def _printed(self, line: Line, expr: Expr, axis: str) -> Sequence[str]:
        place = Place(self.layout.name, Scope(line.item, axis))
        return [*print_formulas(expr, place, self.book.placement, self.book.results.frame, len(self._names(line)))]

    def _values(self, line: Line) -> Iterator[list[float | str]]:
        return (row.tolist() for row in self.book.results.values[line.id][0])

    def _without_months(self, line: Line, _: Band, look: BandStyles) -> Iterator[list[PrintedCell]]:
        unit = f" ({self.unit(line.unit)})" if line.unit not in ("text", "date", "month") else ""
        figures_of_items = self._figures(line, self._templates(line), LABEL + 1, look)
        for name, figures in zip(self._names(line), figures_of_items, strict=True):
            title = f"{line.title}: {name}" if name else line.title + unit
            yield [TextCell(LABEL, look.label, title), *figures]

    def _figures(
        self, line: Line, templates: Sequence[str], column: int, look: BandStyles
    ) -> Iterator[Sequence[PrintedCell]]:
        """Yield each item's formula from one column on, or the values that no formula holds."""
        for template, values in zip(templates, self._values(line), strict=True):
            if isinstance(line.expr, AsOfRun):
                yield [as_of_run(place, look.snapshot, value) for place, value in enumerate(values, column)]
            else:
                yield [FormulaCells(column, look.figures, template, values)]

    def _with_months(self, line: Line, band: Band, look: BandStyles) -> Iterator[list[PrintedCell]]:
        before: list[PrintedCell] = [TextCell(LABEL, look.label, line.title)]
        unit = self.unit(line.unit)
        units: list[PrintedCell] = [TextCell(UNIT, look.unit, unit)] if unit else []
        after: list[PrintedCell] = [TextCell(ID, look.small, line.id)]
        if has_periods(line):
            after.insert(0, TextCell(OVER_TIME, look.small, over_time_text(line, self.book.results.lines)))
        names: Sequence[Sequence[PrintedCell]] = [[BlankCell(ITEM, look.label)] if band.emphasis else []]
        if line.item:
            names = [[cell] for cell in self.names.beside_lines(line.item)]
        for name, (constant, across) in zip(names, self._columns(line, look), strict=True):
            blank = [BlankCell(CONSTANT, look.figures)] if band.emphasis and not constant else []
            yield [*before, *name, *units, *constant, *blank, *after, *across]

    def _columns(self, line: Line, look: BandStyles) -> Iterator[tuple[Sequence[PrintedCell], Sequence[PrintedCell]]]:
        """Yield each item's constant or total, and its figures by period and month."""
        templates = self._templates(line)
        if line.axis:
            return zip(self._totals(line, look), self._across(line, templates, look), strict=True)
        return ((constant, ()) for constant in self._figures(line, templates, CONSTANT, look))

    def _totals(self, line: Line, look: BandStyles) -> Sequence[Sequence[PrintedCell]]:
        """Return the total of each item's billed months where they add up."""
        total, results = self._total(line), self.book.results
        if total is None:
            return [()] * len(self._names(line))
        values = evaluate(total, Scope(line.item, ""), results.lines, results.values, results.frame)[0].tolist()
        templates = self._printed(line, total, "")
        return [[FormulaCells(CONSTANT, look.total, *pair)] for pair in zip(templates, values, strict=True)]

    def _across(self, line: Line, templates: Sequence[str], look: BandStyles) -> Iterator[Sequence[PrintedCell]]:
        """Yield each item's figures by fiscal year and quarter, then by month."""
        months = self._figures(line, templates, self.columns.first_month, look)
        if isinstance(line.expr, AsOfRun) or not has_periods(line):
            return months
        periods = [self._of_period(line, templates, over, look) for over in self.columns.periods]
        return ((*by_period, *by_month) for *by_period, by_month in zip(*periods, months, strict=True))

    def _of_period(self, line: Line, templates: Sequence[str], over: str, look: BandStyles) -> Iterator[FormulaCells]:
        """Yield each item's figures by fiscal year, or by quarter."""
        first, _ = self.columns.periods[over]
        own = templates if line.over_time is OverTime.RATIO else self._over(line, over)
        for template, totals in zip(own, self.book.periods[over][line.id][0], strict=True):
            yield FormulaCells(first, look.figures, template, totals.tolist())

    def _over(self, line: Line, over: str) -> Sequence[str]:
        return self._printed(line, OverPeriod(Ref(line.id), line.over_time or OverTime.NONE), over)
