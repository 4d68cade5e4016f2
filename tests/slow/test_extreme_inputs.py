"""Inputs at the ends of their ranges give figures in every program, never an error value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import SAMPLES, results_of, run
from tests.edits import with_values
from tests.engines import differences, formulas, poisoned, recalculated_by_package, stored_values
from tests.workbooks import valid_workbook
from workbook import actions
from workbook.address import Cell
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.registry import SETTINGS
from workbook.sheets.prefix import RESULT_SHEETS

FEATURES = """
| Feature | Segment | Extra requests per user | Adoption ceiling | Midpoint month | Ramp |
| Search  | Staff   | 0.1                     | 60 %             | {midpoint}     | {ramp} |
"""


@pytest.mark.parametrize(("midpoint", "ramp"), [(165, 1), (240, 1), (-120, 1), (12, 1e6)])
def test_adoption_at_the_ends_of_its_ranges(tmp_path: Path, midpoint: int, ramp: float) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook(Features=FEATURES.format(midpoint=midpoint, ramp=ramp)))
    done = run("plan", path)
    assert done.exit_code == 0, done.stderr
    written = path.read_bytes()
    theirs = stored_values(recalculated_by_package(poisoned(written)), RESULT_SHEETS)
    assert not [place for place, value in theirs.items() if isinstance(value, str) and value.startswith("#")]
    assert differences(stored_values(written, RESULT_SHEETS), theirs, formulas(written, RESULT_SHEETS)) == []


def outer_spaces(text: str) -> str:
    return f"\u00a0{text}  "


def full_width(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


@pytest.mark.parametrize("variant", [outer_spaces, full_width, str.upper, str.lower])
def test_choices_are_the_same_however_they_are_typed(
    sample: str, variant: Callable[[str], str], tmp_path: Path
) -> None:
    """Every choice of every sheet is typed otherwise: the same plan, stored and recalculated."""
    path, data = tmp_path / "plan.xlsx", (SAMPLES / f"{sample}.xlsx").read_bytes()
    plan = actions.read_plan(SAMPLES / f"{sample}.xlsx").plan
    assert plan is not None
    cells = dict(choice_cells(plan))
    assert len(cells) > 20
    path.write_bytes(with_values(data, {cell: variant(text) for cell, text in cells.items()}))
    done = run("plan", path)
    assert done.exit_code == 0, done.stderr
    written = path.read_bytes()
    theirs = stored_values(recalculated_by_package(poisoned(written)), RESULT_SHEETS)
    assert differences(stored_values(written, RESULT_SHEETS), theirs, formulas(written, RESULT_SHEETS)) == []
    read = actions.read_plan(path)
    assert read.plan is not None
    assert actions.calculate(read.plan).value("cost.horizon") == results_of(sample).value("cost.horizon")


def choice_cells(plan: Plan) -> Iterator[tuple[Cell, str]]:
    """Yield every input cell in which a choice is typed."""
    for column in SETTINGS:
        cell = plan.setting_cells.get(column.field)
        if column.kind == "choice" and not column.is_open and cell and isinstance(plan.cells.get(cell), str):
            yield cell, str(plan.cells[cell])
    for table in plan.tables.values():
        for column in table.sheet.columns:
            places = (table.cell(index, column.field) for index in range(len(table.rows)))
            for cell in places if column.kind == "choice" and not column.is_open else ():
                if cell and isinstance(plan.cells.get(cell), str):
                    yield cell, str(plan.cells[cell])
