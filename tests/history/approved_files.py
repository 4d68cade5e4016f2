"""Workbooks with an approved version, and edits of their inputs by name, as a user makes them after the approval."""

from __future__ import annotations

import tempfile
from pathlib import Path

from msgspec.structs import replace

from tests.conftest import approve_file, made_once, plan_file
from tests.edits import with_values
from tests.whatif.changes import changed_example, with_setting
from workbook import actions
from workbook.address import Cell
from workbook.inputs.plan import Plan

VERSION = "Budget 2026"


@made_once
def approved(name: str) -> bytes:
    """Return a planned sample with its plan approved as Budget 2026."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.xlsx"
        actions.new_workbook(path, name)
        plan_file(path)
        approve_file(path, actions.Approval(VERSION))
        return path.read_bytes()


def approved_file(path: Path, *edits: tuple[str, str, str, float | str | None], name: str = "erlmcp") -> Path:
    """Write an approved sample with other values in some cells, each given by sheet id, row and field."""
    path.write_bytes(approved(name))
    plan = plan_in(path)
    path.write_bytes(with_values(path.read_bytes(), {_cell(plan, *place): value for *place, value in edits}))
    return path


def plan_in(path: Path) -> Plan:
    """Return the plan of a workbook, as far as it has one."""
    reading = actions.read_plan(path)
    assert reading.plan is not None, reading.problems
    return reading.plan


def changed_since(path: Path) -> Plan:
    """Return the example with changes of five drivers, which holds the sample as its approved version."""
    now = with_setting(changed_example(), "compare_with", VERSION)
    return replace(now, kept=plan_in(approved_file(path)).kept)


def _cell(plan: Plan, sheet: str, row: str, field: str) -> Cell:
    if sheet == "settings":
        return plan.setting_cells[field]
    table = plan.kept.get(sheet)
    if table:
        return Cell(table.title, table.row_numbers[int(row)], table.column_numbers[field])
    found = plan.tables[sheet]
    key = found.sheet.key or found.sheet.columns[0].field
    place = next(place for place, one in enumerate(found.rows) if str(getattr(one, key)) == row)
    cell = found.cell(place, field)
    assert cell is not None
    return cell
