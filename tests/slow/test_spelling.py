"""Stored texts are spelled as recalculated ones, however a cell spells its choice or the name that it refers to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import NAMES, SAMPLES, plan_file
from tests.edits import with_values
from tests.engines import formulas, poisoned, recalculated_by_office, stored_values
from workbook import actions
from workbook.address import Cell
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.registry import SETTINGS, SHEETS
from workbook.schema import Column
from workbook.sheets.prefix import RESULT_SHEETS

Spell = Callable[[str], str]
SPELLINGS: dict[str, Spell] = {"upper": str.upper, "lower": str.lower, "swapped": str.swapcase}


def _is_spelled(column: Column) -> bool:
    return column.kind == "choice" or bool(column.table_reference)


def _edits(name: str, spell: Spell) -> tuple[dict[Cell, float | str | None], set[tuple[str, str]]]:
    """Return every choice and reference of a sample in another spelling, and which columns these are."""
    plan = actions.read_plan(SAMPLES / f"{name}.xlsx").plan
    assert plan is not None
    edits: dict[Cell, float | str | None] = {}
    columns: set[tuple[str, str]] = set()
    for place, column, cell, default in _choices(plan):
        found = plan.cells.get(cell)
        text = str(default or "") if found in (None, "") else str(found)
        if text and _is_spelled(column):
            edits[cell] = spell(text)
            columns.add((place, column.field))
    return edits, columns


def _choices(plan: Plan) -> Iterator[tuple[str, Column, Cell, object]]:
    for column in SETTINGS:
        if column.field in plan.setting_cells:
            yield "", column, plan.setting_cells[column.field], column.default
    for sheet, table in plan.tables.items():
        for column in SHEETS[sheet].columns:
            for row in range(len(table.rows)):
                cell = table.cell(row, column.field)
                if cell is not None:
                    yield sheet, column, cell, column.default


def test_the_samples_have_every_enumeration() -> None:
    found = set[tuple[str, str]]().union(*(_edits(name, str.upper)[1] for name in NAMES))
    every = {("", column.field) for column in SETTINGS if _is_spelled(column)}
    every |= {(name, column.field) for name, sheet in SHEETS.items() for column in sheet.columns if _is_spelled(column)}
    # The samples have no budget by category and no row on Ranges; other spellings are held in `test_budget_cells` and
    # `inputs/test_ranges`.
    assert every - found == {("budget", "category"), *(("ranges", name) for name in ("sheet", "means", "shape"))}


@pytest.mark.office
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_stored_texts_are_recalculated_exactly(sample: str, spelling: str, tmp_path: Path) -> None:
    edits, _ = _edits(sample, SPELLINGS[spelling])
    path = tmp_path / "spelled.xlsx"
    path.write_bytes(with_values((SAMPLES / f"{sample}.xlsx").read_bytes(), edits))
    plan_file(path)
    data = path.read_bytes()
    ours = stored_values(data, RESULT_SHEETS)
    theirs = stored_values(recalculated_by_office(poisoned(data)), RESULT_SHEETS)
    texts = {cell: value for cell in formulas(data, RESULT_SHEETS) if isinstance(value := ours.get(cell), str)}
    assert len(texts) > 100
    assert {cell: (value, theirs.get(cell)) for cell, value in texts.items() if theirs.get(cell) != value} == {}
