"""A laid-out book into printed sheets: rows from top to bottom, each formula printed once, nothing kept in memory."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import pytest

from tests.conftest import SAMPLES
from workbook import actions
from workbook.expr.formula import Place, print_formula, print_formulas
from workbook.expr.frame import Scope
from workbook.expr.tree import AsOfRun
from workbook.model.results import Results
from workbook.sheets.book import lay_out_book
from workbook.sheets.layout import columns_of
from workbook.sheets.printing.print import print_book
from workbook.sheets.printing.printed import COLUMN, FormulaCells, PrintedBook, PrintedRow, PrintedSheet
from workbook.sheets.theme.look import load_theme

pytestmark = pytest.mark.whole


@cache
def results() -> Results:
    plan = actions.read_plan(SAMPLES / "erlmcp.xlsx").plan
    assert plan is not None
    return actions.calculate(plan)


def printed() -> PrintedBook:
    return print_book(lay_out_book(results()), load_theme())


def widths_of(row: PrintedRow) -> Iterator[tuple[int, int]]:
    """Yield the first and the last column of each cell or run of formulas."""
    for cell in row.cells:
        yield cell.column, cell.column + (len(cell.values) if isinstance(cell, FormulaCells) else 1) - 1


def all_rows(book: PrintedBook) -> Iterator[tuple[PrintedSheet, PrintedRow]]:
    for sheet in book.sheets:
        yield from ((sheet, row) for row in sheet.rows)


def test_rows_and_cells_stand_in_order_within_the_sheet() -> None:
    for sheet in printed().sheets:
        rows = list(sheet.rows)
        assert [row.number for row in rows] == sorted({row.number for row in rows})
        assert rows[-1].number <= sheet.last_row
        for row in rows:
            places = list(widths_of(row))
            assert places == sorted(places)
            assert all(last < first for (_, last), (first, _) in pairwise(places)), row
            assert places[-1][1] <= sheet.last_column


def test_formulas_printed_together_are_those_printed_one_by_one() -> None:
    book = lay_out_book(results())
    frame = book.results.frame
    for layout in book.layouts:
        for line in (book.results.lines[band.line] for band in layout.bands):
            if isinstance(line.expr, AsOfRun):
                continue
            place, count = Place(layout.name, Scope(line.item, line.axis)), frame.length(line.item)
            each = [print_formula(line.expr, place._replace(item=item), book.placement, frame) for item in range(count)]
            assert list(print_formulas(line.expr, place, book.placement, frame, count)) == each, line.id


def test_rows_are_made_each_time_they_are_asked_for() -> None:
    for sheet in printed().sheets:
        # The repr, because a blank is NaN, which equals nothing.
        assert repr(list(sheet.rows)) == repr(list(sheet.rows))


def test_the_styles_of_a_sheet_are_known_before_its_rows_are_made() -> None:
    book = printed()
    assert not book.styles
    for sheet in book.sheets:
        known = len(book.styles)
        assert all(cell.style < known for row in sheet.rows for cell in row.cells)
        assert len(book.styles) == known


def test_a_row_of_months_is_one_template() -> None:
    months, first = results().frame.months, columns_of(results().frame).first_month
    runs = [
        cell
        for sheet, row in all_rows(printed())
        for cell in row.cells
        if isinstance(cell, FormulaCells) and sheet.has_months and cell.column == first
    ]
    assert runs
    assert all(len(run.values) == months for run in runs)
    assert sum(COLUMN in run.template for run in runs) > len(runs) * 0.9


def test_charts_carry_their_cells_and_their_figures() -> None:
    book = printed()
    charts = [chart for sheet in book.sheets for chart in sheet.charts]
    assert charts
    for chart in charts:
        first, last = chart.months_area[1], chart.months_area[3]
        assert len(chart.months) == last - first + 1
        for series in chart.series:
            assert series.area[1::2] == (first, last)
            assert len(series.values) == len(chart.months)
