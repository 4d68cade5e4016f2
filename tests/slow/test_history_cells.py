"""Outlook and Accuracy in cells: engines that we did not write calculate them, and follow edits as a fresh run does."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from openpyxl.formula import Tokenizer

from tests.conftest import approve_file, plan_file
from tests.edits import with_values
from tests.engines import ENGINES, EVERY_ENGINE, differences, formulas, poisoned, stored_values
from tests.slow.test_agreement import ERRORS, FUNCTIONS
from tests.workbooks import replaced, valid_workbook
from workbook import actions
from workbook.address import Cell

SHEETS = ("Outlook", "Accuracy", "Outlook workings", "Accuracy workings")
HORIZON = "| Horizon (months) | 24         | months |"
SETTINGS = f"{HORIZON}\n| Budget (per fiscal year) | 90000 | |\n| Closed through | 2026-09-01 | |"
ACTUALS = """
| Month | Users | Peak requests | CPU used | Memory used | Storage used | Nodes | Cost | Days | Status |
| 2025-11-01 | 5600 | 2500 | 5 | 40 | 200 | 4 | 4900 | | final |
| 2026-02-01 | 6100 | 2700 | 5.5 | 44 | 220 | 5 | 5100 | | final |
| 2026-01-01 | 5850 | 2600 | 5.2 | 42 | 210 | 4 | 5000 | 31 | final |
| 2026-03-01 | 6300 | 2800 | 5.6 | | 230 | 5 | 5200 | | final |
| 2026-04-01 | 6500 | 0 | 5.9 | 47 | 240 | 6 | 5300 | | final |
| 2026-05-01 | | 3000 | 6.1 | 49 | 250 | 6 | 5450 | | final |
| 2026-06-01 | 7000 | 3100 | 6.3 | 50 | 260 | 6 | 5500 | | final |
| 2026-07-01 | 7300 | 3200 | 6.4 | 52 | 270 | 7 | 5600 | | final |
| 2026-08-01 | 7500 | 3300 | 6.6 | 54 | 280 | 7 | 5700 | | final |
| 2026-09-01 | 7800 | 3400 | 6.8 | 55 | 290 | 8 | 5800 | | final |
| 2026-10-01 | 8000 | 3500 | 7 | 57 | 300 | 8 | 5900 | 12 | final |
"""
SEASONALITY = "| Month | Index |\n| 1 | 0.9 |\n| 6 | 1.05 |\n| 12 | 1.2 |"
BUDGET = "| Fiscal year | Category | Amount |\n| FY2026 | Nodes | 40000 |\n| FY2026 | Storage | 30000 |"


@cache
def measured_book() -> bytes:
    """Return a planned workbook with measured months, a gap, and three approved versions."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plan.xlsx"
        sheets = {"Actuals": ACTUALS, "Seasonality": SEASONALITY, "Budget": BUDGET}
        path.write_bytes(valid_workbook(**sheets, **replaced("Settings", HORIZON, SETTINGS)))
        plan_file(path)
        for users in (5200, 5400, 5600, 5500):
            approve_file(path, actions.Approval(f"Forecast {users}"))
            path.write_bytes(with_values(path.read_bytes(), {cell_of(path, "users", 0, "current_users"): users}))
            plan_file(path)
        return path.read_bytes()


def cell_of(path: Path, sheet: str, row: int, field: str) -> Cell:
    plan = actions.read_plan(path).plan
    assert plan is not None
    cell = plan.tables[sheet].cell(row, field)
    assert cell is not None
    return cell


@pytest.mark.parametrize("engine", EVERY_ENGINE)
def test_every_formula_recalculates_to_what_is_stored(engine: str) -> None:
    data = measured_book()
    cells = formulas(data, SHEETS)
    assert len(cells) > 3000
    theirs = stored_values(ENGINES[engine](poisoned(data)), SHEETS)
    ours = stored_values(data, SHEETS)
    assert [cell for cell in cells if ours[cell] in ERRORS] == []
    assert differences(ours, theirs, cells) == []


@pytest.mark.parametrize("engine", EVERY_ENGINE)
def test_formulas_follow_what_is_measured_and_closed(engine: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(measured_book())
    plan = actions.read_plan(path).plan
    assert plan is not None
    edits: dict[Cell, float | str | None] = {
        cell_of(path, "actuals", 1, "cost"): 7100,
        cell_of(path, "actuals", 2, "users"): None,
        cell_of(path, "actuals", 4, "peak_requests"): 2900,
        cell_of(path, "actuals", 9, "status"): "preliminary",
        cell_of(path, "seasonality", 1, "index"): 1.1,
        cell_of(path, "budget", 0, "amount"): 50000,
        plan.setting_cells["closed_through"]: 46235,
    }
    edited = with_values(path.read_bytes(), edits)
    live = stored_values(ENGINES[engine](poisoned(edited)), SHEETS)
    path.write_bytes(edited)
    results = plan_file(path)
    fresh = path.read_bytes()
    cells = [cell for cell in formulas(fresh, SHEETS) if cell.row > 4]
    assert differences(stored_values(fresh, SHEETS), live, cells) == []
    assert results.value("outlook.measured_months") == 8


def test_only_functions_of_the_list() -> None:
    for cell, text in formulas(measured_book(), SHEETS).items():
        tokens = Tokenizer(text).items
        calls = (token.value for token in tokens if token.type == "FUNC" and token.subtype == "OPEN")
        named = {name.rstrip("(").lstrip(":") for name in calls}
        assert named <= FUNCTIONS, (cell, named - FUNCTIONS)
