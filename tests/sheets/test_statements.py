"""Statements answer their question on one screen: results only, few rows, and totals that are what they total."""

from __future__ import annotations

import pytest

from tests.conftest import book_of
from workbook.expr.tree import LineKind
from workbook.model.periods import has_periods, over_time_text
from workbook.sheets.cases import NAME as CASES
from workbook.sheets.layout import HEADER_ROW, OVER_TIME, Layout, columns_of
from workbook.sheets.prefix import FRONT_SHEETS, OPTIONAL_FRONT
from workbook.sheets.printing.print import extent
from workbook.sheets.printing.widths import Widths
from workbook.sheets.statements import STATEMENTS
from workbook.sheets.statements.lay_out import shown_lines
from workbook.sheets.statements.records import Statement
from workbook.sheets.theme.look import load_theme
from workbook.sheets.workings import WORKINGS

pytestmark = pytest.mark.whole

MOST_ROWS = 150
FIRST_SCREEN = 47
"""Rows of a window of 1920 × 1080 at the zoom that sheets have."""


def layouts(sample: str) -> dict[str, Layout]:
    return {layout.name: layout for layout in book_of(sample).layouts}


def test_what_people_read_comes_first_and_the_checks_come_last(sample: str) -> None:
    names = list(layouts(sample))
    front = [name for name in names if name in (*FRONT_SHEETS, *OPTIONAL_FRONT)]
    assert [name for name in front if name in FRONT_SHEETS] == list(FRONT_SHEETS)
    assert names[: len(front)] == front
    assert names[-1] == "Checks"
    assert [name for name in names if name.endswith(" workings") or name == CASES] == names[len(front) : -1]


@pytest.mark.parametrize("name", FRONT_SHEETS)
def test_a_presentation_sheet_has_few_rows(sample: str, name: str) -> None:
    assert extent(book_of(sample), layouts(sample)[name])[0] <= MOST_ROWS


def test_a_statement_shows_results_only(sample: str) -> None:
    lines = book_of(sample).results.lines
    shown = shown_lines(STATEMENTS, book_of(sample).results)
    assert len(shown) > 50
    assert [line for line in sorted(shown) if lines[line].kind is not LineKind.RESULT] == []


def test_every_line_of_a_statement_exists(sample: str) -> None:
    """In one of the samples at least: a plan without features has no adoption."""
    known = book_of("erlmcp").results.lines.keys() | book_of("meridian").results.lines.keys()
    named = {row.line for statement in STATEMENTS for block in statement.blocks for row in block.rows}
    assert named - known == set()


@pytest.mark.parametrize("statement", STATEMENTS, ids=[statement.name for statement in STATEMENTS])
def test_the_first_screen_holds_charts_and_the_rows_of_the_first_block(sample: str, statement: Statement) -> None:
    layout = layouts(sample)[statement.name]
    assert 1 <= len(layout.charts) <= 2
    rows = [band.row for band in layout.bands if band.row < FIRST_SCREEN]
    assert len(rows) >= 3
    assert min(rows) > HEADER_ROW


def test_workings_have_what_no_statement_has(sample: str) -> None:
    book = book_of(sample)
    shown = shown_lines(STATEMENTS, book.results)
    for workings in WORKINGS:
        bands = [band.line for band in layouts(sample)[workings.name].bands]
        assert bands
        assert shown & set(bands) == set()
    assert columns_of(book.results.frame).first_month > max(
        last for _, last in columns_of(book.results.frame).periods.values()
    )


def test_a_total_of_a_variance_is_that_of_its_totals(sample: str) -> None:
    book = book_of(sample)
    results = book.results
    budget, cost = (results.values[line][0, 0, :-1].sum() for line in ("budget.month", "cost.total"))
    by_year = book.periods["fiscal_year"]["budget.variance"][0, 0]
    if results.plan.settings.budget is not None:
        assert by_year.sum() == pytest.approx(budget - cost, abs=0.02)


def test_what_a_ratio_is_of_can_be_read_whole(sample: str) -> None:
    book = book_of(sample)
    smaller = load_theme().roles["id"]["font_size"] / 11
    for statement in STATEMENTS:
        layout = layouts(sample)[statement.name]
        lines = [book.results.lines[band.line] for band in layout.bands]
        longest = max(len(over_time_text(line, book.results.lines)) for line in lines if has_periods(line))
        assert smaller * longest + 1 <= Widths(book, load_theme()).of(layout)[OVER_TIME - 1]
