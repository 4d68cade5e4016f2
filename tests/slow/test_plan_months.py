"""Dates in the place of month numbers: other programs read them as the tool does, after a run and after an edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import plan_file
from tests.edits import with_values
from tests.engines import ENGINES, EVERY_ENGINE, differences, formulas, poisoned, stored_values
from tests.inputs.test_plan_months import DATES, NUMBERS
from tests.workbooks import valid_markdown, workbook_from_markdown
from workbook.address import Cell
from workbook.sheets.prefix import RESULT_SHEETS
from workbook.timeline import serial_of

LINES = ("Demand", "Capacity", "Cost")
"""Sheets without a comparison with the snapshot, which notices edits, and without a figure that a run searches for."""


@pytest.mark.parametrize("date_1904", [False, True])
@pytest.mark.parametrize("engine", EVERY_ENGINE)
def test_written_formulas_read_dates(tmp_path: Path, engine: str, *, date_1904: bool) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(workbook_from_markdown(valid_markdown(**DATES), date_1904=date_1904))
    plan_file(path)
    written = path.read_bytes()
    theirs = stored_values(ENGINES[engine](poisoned(written)), RESULT_SHEETS)
    assert differences(stored_values(written, RESULT_SHEETS), theirs, list(formulas(written, RESULT_SHEETS))) == []


@pytest.mark.parametrize("engine", EVERY_ENGINE)
def test_a_date_typed_over_a_month_number_is_read_without_a_run(tmp_path: Path, engine: str) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(workbook_from_markdown(valid_markdown(**NUMBERS)))
    results = plan_file(path)
    plan = results.plan
    edits = {}
    for sheet, field, months in (
        ("growth", "month", (8, 15)),
        ("features", "midpoint_month", (10, -2)),
        ("events", "first_month", (7, 2)),
        ("events", "last_month", (8, 5)),
    ):
        for index, month in enumerate(months):
            cell = plan.tables[sheet].cell(index, field)
            assert cell is not None
            edits[cell] = serial_of(plan.timeline.date_of(month)) + 12
    _compare(path.read_bytes(), edits, tmp_path / "again.xlsx", engine)


def _compare(data: bytes, edits: dict[Cell, float], again: Path, engine: str) -> None:
    edited = with_values(data, dict(edits))
    again.write_bytes(edited)
    plan_file(again)
    fresh = stored_values(again.read_bytes(), LINES)
    assert fresh != stored_values(data, LINES)
    live = stored_values(ENGINES[engine](poisoned(edited)), LINES)
    cells = [cell for cell in formulas(again.read_bytes(), LINES) if cell.row != 3]
    assert differences(fresh, live, cells) == []
