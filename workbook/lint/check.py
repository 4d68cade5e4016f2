"""Runs every rule over a workbook (post)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from workbook.files.reading.survey import BookSurvey
from workbook.lint import book_rules, formula_rules, sheet_rules
from workbook.lint.sheet import SheetUnderLint
from workbook.lint.violations import Violation
from workbook.problems import Severity

SheetRule = Callable[[SheetUnderLint], Iterable[Violation]]
BookRule = Callable[[BookSurvey, Sequence[SheetUnderLint]], Iterable[Violation]]

SHEET_RULES: tuple[SheetRule, ...] = (
    sheet_rules.unreadable,
    sheet_rules.error_values,
    sheet_rules.lost_references,
    formula_rules.mixed,
    formula_rules.overwritten,
    formula_rules.constants,
    formula_rules.short_ranges,
    formula_rules.volatile,
    formula_rules.long_formulas,
    formula_rules.nested_ifs,
    formula_rules.external_references,
    sheet_rules.numbers_as_text,
    sheet_rules.hidden_figures,
    sheet_rules.units,
    sheet_rules.frozen_axis,
    sheet_rules.print_setup,
)
BOOK_RULES: tuple[BookRule, ...] = (
    book_rules.lost_names,
    book_rules.external_links,
    book_rules.macros,
    book_rules.one_axis,
)


def lint(book: BookSurvey, names: Collection[str] = (), rules: Collection[str] = ()) -> tuple[Violation, ...]:
    """Return what breaks a rule, errors first: in the sheets of these names and by these rules, where any are given."""
    sheets = [SheetUnderLint(survey) for survey in book.sheets if not names or survey.name in names]
    found = [one for one in _found(book, sheets, has_names=bool(names)) if not rules or one.code in rules]
    order = list(Severity)
    return tuple(sorted(found, key=lambda one: order.index(one.severity)))


def _found(book: BookSurvey, sheets: Sequence[SheetUnderLint], *, has_names: bool) -> Iterator[Violation]:
    for sheet in sheets:
        for check_sheet in SHEET_RULES:
            yield from check_sheet(sheet)
    for check_book in () if has_names else BOOK_RULES:
        yield from check_book(book, sheets)
