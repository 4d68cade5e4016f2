"""Budgets and sizes of datasets in the cells of other programs: what we stored, and what a fresh run gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import plan_file
from tests.edits import with_values
from tests.engines import ENGINES, EVERY_ENGINE, differences, formulas, poisoned, stored_values
from tests.model.cases import workbook_of
from workbook.address import Cell
from workbook.sheets.prefix import RESULT_SHEETS

ROWS = """
| Fiscal year | Category | Amount |
| 2026        |          | 12000  |
| fy2027      | Nodes    | 9000   |
| FY2027      | "storage " | 240  |
"""
SETTINGS = {"Horizon (months)": 39, "Fiscal year start": 4, "Budget (per fiscal year)": 18000}
SIZES = """
| Dataset | Stored today (GB) | Ingest per month (GB) | Retention | Method | Storage tier |
| Images  | 300               |                       | 365       | STOCK  | Disk         |
| Logs    |                   | 50                    | 30        |        | Disk         |
"""


@pytest.mark.parametrize("engine", EVERY_ENGINE)
def test_cells_of_budgets_and_sizes_agree_and_follow_edits(engine: str, tmp_path: Path) -> None:
    path, again = tmp_path / "plan.xlsx", tmp_path / "again.xlsx"
    path.write_bytes(workbook_of(sheets={"Budget": ROWS, "Retention": SIZES}, settings=SETTINGS))
    results = plan_file(path)
    assert [results.value("budget.whole_year", year) for year in range(4)] == [12000, 9240, 18000, 18000]
    cells = [cell for cell in formulas(path.read_bytes(), RESULT_SHEETS) if cell.sheet != "Checks"]
    theirs = stored_values(ENGINES[engine](poisoned(path.read_bytes())), RESULT_SHEETS)
    assert differences(stored_values(path.read_bytes(), RESULT_SHEETS), theirs, cells) == []

    edits: dict[Cell, float | str | None] = {
        Cell("Budget", 2, 1): "FY2028",
        Cell("Budget", 3, 3): 500,
        Cell("Budget", 4, 2): "Fixed",
        Cell("Retention", 2, 2): 700,
        Cell("Retention", 3, 3): 70,
    }
    edited = with_values(path.read_bytes(), edits)
    again.write_bytes(edited)
    fresh = plan_file(again)
    assert [fresh.value("budget.whole_year", year) for year in range(4)] == [18000, 740, 12000, 18000]
    live = stored_values(ENGINES[engine](poisoned(edited)), RESULT_SHEETS)
    watched = [cell for cell in cells if cell.sheet in ("Cost", "Capacity") and cell.row > 3]
    assert differences(stored_values(again.read_bytes(), RESULT_SHEETS), live, watched) == []
