"""Explain a figure of a planned workbook, what an input affects, or what the code of a problem means (roof)."""

from __future__ import annotations

from workbook.explain.dependents import effect_of_input
from workbook.explain.explanation import Explanation, InputEffect
from workbook.explain.locate import find
from workbook.explain.trace import explain
from workbook.model.results import Results
from workbook.problems.catalogue import CatalogueEntry, find_entry
from workbook.sheets.book import lay_out_book


def explain_figure(
    results: Results, target: str, item: str = "", month: int | None = None, depth: int | None = None
) -> Explanation:
    """Return where a figure comes from: that at a cell of a result sheet (`Capacity!H40`), or of a line by its id.

    A line that has items or months needs the item's name and the plan month. With `depth` the explanation goes down
    that many levels. Raises LookupError, with what was probably meant, if there is no such figure.
    """
    book = lay_out_book(results)
    return explain(book, find(book, target, item, month), depth)


def explain_input(results: Results, target: str) -> InputEffect:
    """Return what depends on an input cell, such as `Users!B2`: the lines that read it, and the key figures.

    Raises LookupError if no input is read from that cell.
    """
    return effect_of_input(lay_out_book(results), target)


def explain_code(text: str) -> CatalogueEntry:
    """Return what the code of a problem or a rule of `lint_workbook` means, with an example.

    The code may be written as a user types or pastes it: `wb309`, `error[WB309]`. Raises LookupError, with the code
    that may be meant, for an unknown one.
    """
    return find_entry(text)
