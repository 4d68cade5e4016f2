"""Explain a figure of a planned workbook, or what the code of a problem means (roof)."""

from __future__ import annotations

from workbook.explain.explanation import Explanation
from workbook.explain.locate import find
from workbook.explain.trace import explain
from workbook.model.results import Results
from workbook.problems.catalogue import CatalogueEntry, find_entry
from workbook.sheets.book import lay_out_book


def explain_figure(results: Results, target: str, item: str = "", month: int = 0) -> Explanation:
    """Return where a figure comes from: that at a cell of a result sheet (`Capacity!H40`), or of a line by its id.

    A line that has items or months needs the item's name and the plan month. Raises LookupError, with what was
    probably meant, where there is no such figure.
    """
    book = lay_out_book(results)
    return explain(book, find(book, target, item, month))


def explain_code(text: str) -> CatalogueEntry:
    """Return what the code of a problem or a rule of `lint_workbook` means, with an example.

    The code may be written as a user types or pastes it: `wb309`, `error[WB309]`. Raises LookupError, with the code
    that may be meant, for an unknown one.
    """
    return find_entry(text)
