"""Every numeric input at the ends of its range and far beyond: problems, or a plan without an error value anywhere."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from functools import cache

import numpy as np
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
from workbook.model.periods import period_values
from workbook.model.results import Results
from workbook.problems import Refusal, has_errors
from workbook.schema import Column
from workbook.sheets.prefix import RESULT_SHEETS
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
        assert _errors(results) == [], (column.header, value)
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


def _errors(results: Results) -> list[str]:
    """Return the lines with an error or an infinite figure in a month or in a period."""
    by_period = [
        (f"{line} by {over}", one) for over, lines in period_values(results).items() for line, one in lines.items()
    ]
    return [
        line
        for line, values in (*results.values.items(), *by_period)
        if (np.isinf(values).any() if values.dtype.kind == "f" else np.char.startswith(values, "#").any())
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
