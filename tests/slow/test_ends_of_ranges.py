"""Every numeric input at the ends of its range and far beyond: problems, or a plan without an error value anywhere."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from functools import cache

import pytest

from tests.edits import with_values
from tests.engines import ENGINES, poisoned, stored_values
from tests.slow.full_plan import full_workbook
from tests.workbooks import read_plan
from workbook import model
from workbook.actions.plan import grafted
from workbook.address import Cell
from workbook.files.package.opening import open_package
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.registry import SETTINGS
from workbook.model.results import Results
from workbook.problems import Refusal, has_errors
from workbook.schema import Column
from workbook.sheets.book import lay_out_book
from workbook.sheets.prefix import RESULT_SHEETS
from workbook.sheets.printing.print import print_book
from workbook.sheets.printing.printed import FormulaCells
from workbook.sheets.theme.look import load_theme

FAR = (0.0, 1.0, 1e-300, 1e-9, 1e6, 1e15, 1e300, -1e-9, -0.9999999999, -1e6)
LARGEST_FLEET = 1e5
"""Nodes up to which the engine's own distributions are exact: with more it is the engine that is wrong."""


@cache
def base() -> tuple[bytes, Plan]:
    """Return the workbook and its plan."""
    data = full_workbook()
    plan, problems = read_plan(data, None)
    assert plan is not None, problems
    return data, plan


def numeric_cells() -> Iterator[tuple[Column, Cell]]:
    """Yield a cell of each numeric column, and of each numeric setting."""
    plan = base()[1]
    for column in SETTINGS:
        if column.is_numeric and column.field in plan.setting_cells:
            yield column, plan.setting_cells[column.field]
    for table in plan.tables.values():
        for column in table.sheet.columns:
            cell = table.cell(0, column.field)
            if column.is_numeric and cell is not None:
                yield column, cell


CELLS = list(numeric_cells())


def values_for(column: Column) -> list[float]:
    """Return the ends of a column's range, what is just inside and outside, and figures far from any."""
    ends = [end for end in (column.minimum, column.maximum) if end is not None]
    near = [end + step for end in ends for step in (-1e-9, 0.0, 1e-9, -1.0, 1.0)]
    return sorted({*FAR, *near})


@pytest.mark.parametrize(("column", "cell"), CELLS, ids=[str(cell) for _, cell in CELLS])
def test_problems_or_figures(column: Column, cell: Cell) -> None:
    usual = base()[1].cells[cell]
    assert isinstance(usual, int | float)
    values = [usual, *values_for(column)]
    recalculated = None
    for value in values:
        data = with_values(base()[0], {cell: value})
        if (results := _planned(data)) is None:
            continue
        assert _printed_errors(results) == [], (column.header, value)
        if results.values["nodes.peak"].max() <= LARGEST_FLEET:
            recalculated = data, results
    assert recalculated is not None
    written = stored_values(ENGINES["formualizer"](poisoned(_written(*recalculated))), RESULT_SHEETS)
    assert [one for one, value in written.items() if _is_error(value)] == [], column.header


def _planned(data: bytes) -> Results | None:
    """Return what a workbook calculates to; None if it has errors."""
    plan, problems = read_plan(data, None)
    if plan is None or has_errors(problems) or has_errors(model.audit(plan)):
        return None
    try:
        return model.calculate(plan)
    except Refusal:
        return None


def _printed_errors(results: Results) -> list[tuple[str, int, int]]:
    """Return the sheets, rows and first columns of what is printed with an error or an infinite figure in it."""
    return [
        (sheet.name, row.number, cell.column)
        for sheet in print_book(lay_out_book(results), load_theme()).sheets
        for row in sheet.rows
        for cell in row.cells
        if isinstance(cell, FormulaCells) and any(map(_is_error, cell.values))
    ]


def _is_error(value: object) -> bool:
    return value.startswith("#") if isinstance(value, str) else isinstance(value, float) and math.isinf(value)


def _written(data: bytes, results: Results) -> bytes:
    """Return the workbook with its result sheets."""
    book, _ = grafted(open_package(data, "plan.xlsx"), results, load_theme())
    written = book.zip.fp
    assert isinstance(written, io.BytesIO)
    return written.getvalue()


def test_every_numeric_column_is_driven() -> None:
    assert len(CELLS) > 80
    assert {cell.sheet for _, cell in CELLS} >= {"Settings", "Users", "Growth", "Features", "Events", "Rates", "SLAs"}
