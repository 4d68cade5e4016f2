"""Workbooks as people really have them: formulas refer to their cells, wherever and however those stand."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import xlsxwriter

from tests.conftest import plan_file
from tests.edits import with_values
from tests.engines import ENGINES, EVERY_ENGINE, differences, formulas, poisoned, stored_values
from workbook import actions
from workbook.address import Cell
from workbook.sheets.book import lay_out_book
from workbook.sheets.prefix import RESULT_SHEETS

Rows = list[list[object]]

SHEETS: dict[str, Rows] = {
    # sheet names in other cases, settings in another order with one of the person's own, most of them absent
    "SETTINGS": [
        ["Value", "Setting", "Note of ours"],
        ["stacked ", "dr combination", "spelled with spaces"],
        [36.0, "Horizon (months)", ""],
        ["", "Budget (per fiscal year)", ""],
        ["date", "Plan start", ""],
        ["low", "Mood of the team", "not a setting"],
        ["=1+0.25|1.25", "Safety factor", "a formula"],
    ],
    "users": [
        ["Notes", "requests per\nuser", "SEGMENT", "Session duration (min)", "Current users", "CPU per request (s)",
         "Memory per session", "User basis", "Counting window (min)", "Owner"],
        ["", 0.5, "Office", 30, 4000, 0.002, 10, " SEEN", 45, "Ann"],
        ["", "", "", "", "", "", "", "", "", ""],
        ["", 0.2, "O'Hara & <Sons>", 15, "=700*2|1400", 0.004, 20, "", "", "Bob"],
        ["", 0.1, "office 2", 60, 300, 0.001, 5, "concurrent", "", ""],
    ],
    "Growth": [
        ["Total growth (%)", "Month", "Segment"],
        [0.2, 6, "OFFICE"],
        ["", "", ""],
        [0.5, 18, "office"],
        [-0.4, 24, "Office 2"],
    ],
    "Events": [
        ["Event", "Segment", "First month", "Last month", "User multiplier"],
        ["Launch", "", 3, 5, 1.5],
        ["Fair", "Office", 4, 4, 1.2],
    ],
    "Features": [
        ["Feature", "Extra requests per user", "Adoption ceiling (%)", "Midpoint month", "Ramp", "Segment"],
        ["Preview", 0.1, 0.6, 12, 8, "all"],
        ["Export", 0.05, 0.3, -2, 6, "o'hara & <sons>"],
    ],
    "Seasonality": [["Month", "Index"], [12, 1.3], [1, 0.7]],
    "Retention": [
        ["Dataset", "Base size (GB)", "Retention (days)", "Storage tier", "Method", "History", "Growth per month (%)"],
        ["Logs", 100, 95, "disk", "", "", 0.05],
        ["Events", 10, 400, "Disk", "window", " none ", -0.02],
        ["Files", 500, 30, "Tape", "Stock", "", ""],
    ],
    "SLAs": [["Objective", "Kind", "Percentile (%)", "Target"], ["P99", "latency", 0.99, 900]],
    "Components": [
        ["Node type", "Component", "Memory share (%)", "CPU share (%)", "Fault tolerant", "Spot share (%)"],
        ["Large", "core", 0.5, 0.25, "yes", 0.5],
        ["small", "edge", 0.3, 0.75, "", 0.5],
        ["Large", "batch", 0.2, 0, "Yes", ""],
    ],
    "Resilience": [
        ["Redundancy", "Component", "Target availability (%)", "Zones", "k", "Regions"],
        ["Multi-AZ", "EDGE", 0.999, 3, 1, ""],
        ["active-active", "database", 0.9999, "", "", 2],
        [" n+k ", "Core", 0.999, "", 2, ""],
    ],
    "Rates": [
        ["Item", "Kind", "Cores", "Memory (GB)", "On-demand", "Reserved", "Spot"],
        ["Large", "node", 8, 32, 0.4, 0.2, 0.1],
        ["Small", "node", 2, 4, 0.1, "", 0.03],
        ["Disk", "storage", "", "", 0.1, "", ""],
        ["Tape", "STORAGE", "", "", 0.01, "", ""],
        ["Line", "network", "", "", 0.02, "", ""],
        ["Support", "fixed", "", "", 1000, "", ""],
        ["Rent", "fixed", "", "", 500, "", ""],
    ],
    "Scenarios": [["Scenario", "Price multiplier"], ["base", 1], ["Dear", 2]],
}  # fmt: skip


def _write(value: object, sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, day: object) -> None:
    match value:
        case "date":
            sheet.write_datetime(row, column, _start(), day)
        case str() if value.startswith("="):
            formula, result = value.split("|")
            sheet.write_formula(row, column, formula, None, float(result))
        case "":
            pass
        case _:
            sheet.write(row, column, value)


def _start() -> object:
    from datetime import datetime  # noqa: PLC0415 - one value

    return datetime(2027, 5, 1)


@pytest.fixture(params=["plain", "tables further down"])
def awkward(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Write the sheets, headers in row 1, or as Excel Tables at C5 with a text of the person's above them."""
    path = tmp_path / "awkward.xlsx"
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    day = book.add_format({"num_format": "d/m/yy"})
    top, left = (0, 0) if request.param == "plain" else (4, 2)
    for name, rows in SHEETS.items():
        sheet = book.add_worksheet(name)
        if top:
            sheet.write(0, 0, "ours: do not delete")
            area = (top, left, top + len(rows) - 1, left + len(rows[0]) - 1)
            sheet.add_table(*area, {"columns": [{"header": str(text)} for text in rows[0]]})
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                _write(value, sheet, top + row, left + column, day)
    book.close()
    path.write_bytes(stream.getvalue())
    return path


@pytest.mark.parametrize("engine", EVERY_ENGINE)
def test_awkward_workbooks_agree_and_stay_live(awkward: Path, engine: str) -> None:
    plan = actions.read_plan(awkward).plan
    assert plan is not None, actions.read_plan(awkward).problems
    plan_file(awkward)
    data = awkward.read_bytes()
    cells = formulas(data, RESULT_SHEETS)
    theirs = stored_values(ENGINES[engine](poisoned(data)), RESULT_SHEETS)
    assert differences(stored_values(data, RESULT_SHEETS), theirs, cells) == []

    edits: dict[Cell, float | str | None] = {plan.setting_cells["dr_combination"]: "concurrent"}
    for sheet, index, field, value in (
        ("users", 0, "user_basis", "starts"),
        ("users", 2, "current_users", 999.5),
        ("growth", 1, "total_growth", 0.9),
        ("events", 0, "segment", "Office 2"),
        ("features", 1, "segment", None),
        ("retention", 1, "history", None),
        ("retention", 2, "method", "ingest"),
        ("components", 1, "fault_tolerant", "yes"),
        ("resilience", 2, "redundancy", "None"),
        ("rates", 0, "reserved", None),
        ("scenarios", 0, "price_multiplier", 3),
    ):
        cell = plan.tables[sheet].cell(index, field)
        assert cell is not None
        edits[cell] = value
    # The scenario Base must keep its ones, so the other one is changed instead.
    edits.pop(plan.tables["scenarios"].cell(0, "price_multiplier"))  # type: ignore[arg-type]
    edited = with_values(data, {cell: value for cell, value in edits.items() if _stands(data, cell)})
    live = stored_values(ENGINES[engine](poisoned(edited)), RESULT_SHEETS)
    awkward.write_bytes(edited)
    results = plan_file(awkward)
    fresh = stored_values(awkward.read_bytes(), RESULT_SHEETS)
    spots = lay_out_book(results).placement.spots
    as_of_the_run = {(spots[line].sheet, spots[line].row) for line in results.frame.found}
    is_live = [cell for cell in cells if cell.row != 3 and (cell.sheet, cell.row) not in as_of_the_run]
    figures = [cell for cell in is_live if cell.sheet not in ("Checks", "Summary")]
    assert differences(fresh, live, figures) == []


def _stands(data: bytes, cell: Cell) -> bool:
    """Whether a cell is in the file: XlsxWriter writes no blank ones."""
    try:
        with_values(data, {cell: 1})
    except AssertionError:
        return False
    return True
