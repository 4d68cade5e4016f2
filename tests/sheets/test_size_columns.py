"""The size of a dataset is read, and named, in the columns that the file has."""

from __future__ import annotations

import pytest

from tests.model.cases import plan_of
from workbook.explain.locate import LineValue
from workbook.explain.text import explanation_text
from workbook.explain.trace import explain
from workbook.expr.formula import Place, print_formula
from workbook.expr.frame import Scope
from workbook.model import calculate
from workbook.report.assumptions import assumptions_of
from workbook.sheets.book import Book, lay_out_book

FORMER = """
| Dataset | Base size (GB) | Retention | Method | Storage tier |
| Images  | 300            | 365       | stock  | Disk         |
| Logs    | 50             | 30        |        | Disk         |
"""
PRESENT = """
| Dataset | Stored today (GB) | Ingest per month (GB) | Retention | Method | Storage tier |
| Images  | 300               |                       | 365       | stock  | Disk         |
| Logs    |                   | 50                    | 30        |        | Disk         |
"""
ONLY_INGEST = """
| Dataset | Ingest per month (GB) | Retention | Storage tier |
| Logs    | 50                    | 30        | Disk         |
"""
METHOD = 'IF(Retention!$E3="","window",Retention!$E3)="stock"'


def book_with(retention: str) -> Book:
    return lay_out_book(calculate(plan_of(sheets={"Retention": retention})))


@pytest.mark.parametrize(
    ("retention", "item", "formula"),
    [
        (FORMER, 0, '=IF(Retention!$B2="","",Retention!$B2)'),
        (PRESENT, 1, f"=IF({METHOD},Retention!$B3,Retention!$C3)"),
        (ONLY_INGEST, 0, '=IF("window"="stock","",Retention!$B2)'),
    ],
)
def test_a_formula_reads_the_columns_that_the_file_has(retention: str, item: int, formula: str) -> None:
    book = book_with(retention)
    line = book.results.lines["storage.base"]
    place = Place("Capacity", Scope("dataset", ""), item)
    assert print_formula(line.expr, place, book.placement, book.results.frame) == formula


@pytest.mark.parametrize(
    ("retention", "name", "other"),
    [(FORMER, "Base size", "Ingest per month"), (PRESENT, "Ingest per month", "Base size")],
)
def test_explanations_and_assumptions_name_the_column_that_the_file_has(retention: str, name: str, other: str) -> None:
    book = book_with(retention)
    text = explanation_text(explain(book, LineValue("storage.base", 1)))
    assert f"{name}: 50" in text
    assert f"{other}:" not in text
    assert ("if Base size is blank" in text) == (name == "Base size")
    listed = [one.value for one in assumptions_of(book.results.plan).listed if one.row == "Logs"]
    assert listed == [f"{name} 50 GB, Growth per month 0%"]
