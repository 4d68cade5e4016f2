"""Laid-out sheets into a new .xlsx package: formulas with values, charts, formats (files floor)."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_STORED

from xlsxwriter import workbook as xlsxwriter_workbook
from xlsxwriter.worksheet import Worksheet

from workbook.address import Cell
from workbook.expr.evaluate import evaluate
from workbook.expr.formula import Place, print_formula
from workbook.expr.frame import Scope
from workbook.expr.tree import Expr, Ref
from workbook.files.writing.bands import Rows, name_cell
from workbook.files.writing.formats import StyledWorkbook
from workbook.files.writing.marks import mark_states, mark_years
from workbook.files.writing.native_charts import add_chart, add_sparkline
from workbook.files.writing.page import section_breaks, set_page
from workbook.files.writing.rows import blank_cell, formula_cells, number_cell, row_of, text_cell
from workbook.files.writing.widths import Widths
from workbook.sheets.book import Book
from workbook.sheets.layout import (
    FIRST_MONTH,
    HEADER_ROW,
    ITEM,
    YEAR_ROW,
    Caption,
    Grid,
    Layout,
    Live,
    Plain,
    Style,
)
from workbook.sheets.theme.look import Theme

HEAD_HEIGHT = 31
"""Of a row with two lines of text, in points."""
_AXIS_ROLES = ("year", "month")
FEW_CELLS = 200_000
"""Up to here a package is made in memory; a larger one takes the way over temporary files."""
_EPOCH = datetime(2000, 1, 1)


class _Sheet(Worksheet):  # type: ignore[misc]
    """A worksheet that takes finished rows as they are made; only what stands around them is XlsxWriter's."""

    rows: Iterable[str] = ()

    def put_rows(self, rows: Iterable[str], last_row: int, last_column: int) -> None:
        """Take the rows from top to bottom; they are made when the sheet is stored, so none waits in memory."""
        self.rows = rows
        self._check_dimensions(0, 0)
        self._check_dimensions(last_row - 1, last_column - 1)

    def put_link(self, row: int, column: int, target: str, target_row: int = 1) -> None:
        """Link a cell whose text is written with its row to a row of another sheet."""
        sheet = target.replace("'", "''")
        self.write_url(row - 1, column - 1, f"internal:'{sheet}'!A{target_row}", None, target)

    def _write_sheet_data(self) -> None:
        self._xml_start_tag("sheetData")
        for row in self.rows:
            self.fh.write(row)
        self._xml_end_tag("sheetData")


class _Package(StyledWorkbook):
    """A package that is grafted at once and thrown away: packing it would cost as much as packing the result."""

    def _store_workbook(self) -> None:
        kept = xlsxwriter_workbook.ZIP_DEFLATED
        xlsxwriter_workbook.ZIP_DEFLATED = ZIP_STORED
        try:
            super()._store_workbook()
        finally:
            xlsxwriter_workbook.ZIP_DEFLATED = kept


def write_book(book: Book, theme: Theme, target: Path, font: tuple[str, float] = ("Calibri", 11)) -> None:
    """Write all sheets of a book as a package of their own. Raises ValueError where XlsxWriter would only warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # A chart may name a sheet that is written later; its values are given, so nothing is looked up.
        warnings.filterwarnings("ignore", "Unknown worksheet reference")
        options = {
            "in_memory": sum(array.size for array in book.results.values.values()) < FEW_CELLS,
            "date_1904": book.results.frame.is_1904,
            "default_format_properties": {"font_name": font[0], "font_size": font[1]},
        }
        package = _Package(str(target), options, theme)
        package.set_properties({"created": _EPOCH})
        writer = _Writer(book, theme, package, Widths(book, theme))
        for layout in book.layouts:
            writer.write(layout)
        package.close()


@dataclass(slots=True)
class _Writer:
    book: Book
    theme: Theme
    package: _Package
    widths: Widths
    formats: dict[Style, int] = field(default_factory=dict)

    def write(self, layout: Layout) -> None:
        """Write one sheet: rows from top to bottom, then what floats above them."""
        sheet = self.package.add_worksheet(layout.name, _Sheet)
        sheet.put_rows(self.rows(layout), *self.extent(layout))
        for words in layout.words:
            if words.target:
                spot = self.book.placement.spots.get(words.target_line)
                sheet.put_link(words.row, words.column, words.target, spot.row if spot else 1)
        self.arrange(sheet, layout)
        for chart in layout.charts:
            add_chart(self.package, sheet, chart, self.book, self.theme)
        for sparkline in layout.sparklines:
            add_sparkline(sheet, sparkline, self.book, self.theme)

    def extent(self, layout: Layout) -> tuple[int, int]:
        """Return the last row and the last column that may hold something."""
        results = self.book.results
        rows = [band.row + len(results.items(band.line)) for band in layout.bands]
        rows += [grid.row + results.frame.length(grid.dimension) for grid in layout.grids]
        cells: list[Caption | Live | Plain] = [*layout.words, *layout.cells, *layout.plain]
        months = FIRST_MONTH - 1 + results.frame.months
        columns = [len(layout.widths), *(cell.column for cell in cells), *([months] if layout.has_months else [])]
        columns += [grid.last_column for grid in layout.grids]
        return max(rows + [cell.row for cell in cells]), max(columns)

    def rows(self, layout: Layout) -> Iterator[str]:
        """Yield all rows from top to bottom; a row of a line holds nothing but the line."""
        fixed = self.fixed_rows(layout)
        two_lines = {grid.row for grid in layout.grids}
        bands = {band.row: band for band in layout.bands}
        lines = Rows(self.book, layout, self.style)
        for row in sorted(fixed.keys() | bands.keys()):
            if row in bands:
                height = HEAD_HEIGHT if layout.has_months and self.widths.takes_two_lines(bands[row].line) else 0
                yield from (row_of(number, cells, height) for number, cells in lines.of(bands[row]))
            else:
                cells = "".join(text for _, text in sorted(fixed[row]))
                yield row_of(row, cells, layout.heights.get(row, HEAD_HEIGHT if row in two_lines else 0))

    def style(self, style: Style) -> int:
        """Return the index of a style among the package's formats."""
        if style not in self.formats:
            self.formats[style] = self.package.styled(style.role, self.theme.look(style))._get_xf_index()
        return self.formats[style]

    def fixed_rows(self, layout: Layout) -> dict[int, list[tuple[int, str]]]:
        rows: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for words in layout.words:
            style = self.style(words.style)
            made = text_cell(words.row, words.column, style, words.text) if words.text else ""
            cell = made or blank_cell(words.row, words.column, style)
            rows[words.row].append((words.column, cell))
        for plain in layout.plain:
            style = self.style(plain.style)
            make = text_cell if isinstance(plain.value, str) else number_cell
            rows[plain.row].append((plain.column, make(plain.row, plain.column, style, plain.value)))  # type: ignore[arg-type]
        for live in layout.cells:
            rows[live.row].append((live.column, self.live(live)))
        for grid in layout.grids:
            for row, column, text in self.grid(grid, layout.name):
                rows[row].append((column, text))
        return rows

    def live(self, cell: Live) -> str:
        is_header = cell.style.role in _AXIS_ROLES and not cell.line
        placement = self.book.placement.without_headers() if is_header else self.book.placement
        values = self.values(cell.expr, cell.place)
        if cell.place.scope.axis == "milestone":
            # Each milestone has an expression of its own.
            return "".join(
                self.one(cell.row, cell.column + place, cell.style, cell.expr, cell.place.at(place), value)
                for place, value in enumerate(values)
            )
        template = print_formula(cell.expr, cell.place, placement, self.book.results.frame)
        return formula_cells(cell.row, cell.column, self.style(cell.style), template, values)

    def one(self, row: int, column: int, style: Style, expr: Expr, place: Place, value: float | str) -> str:
        template = print_formula(expr, place, self.book.placement, self.book.results.frame)
        return formula_cells(row, column, self.style(style), template, [value])

    def values(self, expr: Expr, place: Place) -> list[float | str]:
        results = self.book.results
        array = evaluate(expr, place.scope, results.lines, results.values, results.frame)
        return list(array[0, place.item].tolist())

    def grid(self, grid: Grid, sheet: str) -> Iterator[tuple[int, int, str]]:
        """Return the cells of a grid: headers, item names, and each line's constant."""
        results = self.book.results
        header = self.style(Style("header"))
        yield grid.row, grid.column, text_cell(grid.row, grid.column, header, grid.title)
        label = self.style(Style("label"))
        for item in range(results.frame.length(grid.dimension)):
            cell = Cell(sheet, grid.row + 1 + item, grid.column)
            yield cell.row, cell.column, name_cell(self.book, cell, grid.dimension, item, label)
        for line_id, column in grid.columns().items():
            heading, line = grid.lines[line_id], results.lines[line_id]
            for further in range(column + 1, column + grid.spans.get(line_id, 1)):
                yield grid.row, further, blank_cell(grid.row, further, header)
            role = "header_word" if line.unit == "text" else "header_figure"
            yield grid.row, column, text_cell(grid.row, column, self.style(Style(role)), heading)
            style = Style("calculation", line.unit)
            expr = line.expr if grid.is_home else Ref(line_id)
            values = results.values[line_id][0, :, 0].tolist()
            for item, value in enumerate(values):
                row = grid.row + 1 + item
                yield row, column, self.one(row, column, style, expr, Place(sheet, Scope(line.item, ""), item), value)

    def arrange(self, sheet: _Sheet, layout: Layout) -> None:
        """Set widths, panes, marks by state, and the printed page."""
        last_row, last_column = self.extent(layout)
        widths = self.widths.of(layout)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        if layout.has_months:
            sheet.repeat_rows(YEAR_ROW - 1, HEADER_ROW - 1)
            sheet.repeat_columns(0, ITEM - 1)
            mark_years(self.package, sheet, self.book.results.frame.months, last_row)
        elif layout.frozen[0]:
            sheet.repeat_rows(0, layout.frozen[0] - 1)
        sheet.freeze_panes(*layout.frozen)
        sheet.hide_gridlines(2)
        mark_states(self.package, sheet, layout)
        chart_row, chart_column = self.widths.far_corner(layout)
        bottom = layout.printed[0] or max(last_row, chart_row)
        right = layout.printed[1] or max(last_column, chart_column)
        sheet.print_area(0, 0, bottom - 1, right - 1)
        headings = {words.row for words in layout.words if words.style.role == "section" and words.row < bottom}
        if not layout.charts or layout.has_months:
            repeated = HEADER_ROW - YEAR_ROW + 1 if layout.has_months else layout.frozen[0]
            sheet.set_h_pagebreaks(section_breaks(sorted(headings), bottom, widths[:right], repeated))
        set_page(sheet, widths[:right], self.theme.roles[layout.tab]["bg_color"], self.book.run_id)
