"""Reports for tests: of the samples, of the valid base, and of both beside an earlier plan."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from tests.conftest import SAMPLES, plan_file
from tests.edits import with_values
from workbook import actions
from workbook.inputs.plan import Plan
from workbook.report.compose import Earlier
from workbook.report.make import ReportOptions, render_report
from workbook.report.message import RenderedReport

DATA = b"PK the workbook itself"


def plan_of(path: Path) -> Plan:
    """Return the plan of a workbook without errors."""
    plan = actions.read_plan(path).plan
    assert plan is not None
    return plan


def edited(path: Path, sheet: str, row: int, field: str, value: float | str) -> None:
    """Change one input cell of a workbook in place, as a person does; sheet `settings` has one row a field."""
    plan = plan_of(path)
    cell = plan.setting_cells[field] if sheet == "settings" else plan.tables[sheet].cell(row, field)
    assert cell is not None
    path.write_bytes(with_values(path.read_bytes(), {cell: value}))


def planned_twice(folder: Path) -> Path:
    """Return a workbook that was planned, edited, and planned again, with its backups beside it."""
    for name, data in _planned_twice().items():
        (folder / name).write_bytes(data)
    return folder / "plan.xlsx"


@cache
def _planned_twice() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.xlsx"
        path.write_bytes((SAMPLES / "meridian.xlsx").read_bytes())
        plan_file(path)
        edited(path, "users", 0, "current_users", 50000)
        edited(path, "settings", 0, "lead_time_months", 2)
        plan_file(path)
        return {one.name: one.read_bytes() for one in Path(folder).iterdir()}


@cache
def report_of_sample(name: str) -> RenderedReport:
    """Return the report of a sample, compared with nothing."""
    reading = actions.read_plan(SAMPLES / f"{name}.xlsx")
    assert reading.plan is not None
    return render_report(
        actions.calculate(reading.plan), reading.problems, Path(f"{name}.xlsx"), DATA, None, ReportOptions()
    )


def report_of(path: Path, before: Path | None = None, options: ReportOptions | None = None) -> RenderedReport:
    """Return the report of a workbook, compared with another one."""
    reading = actions.read_plan(path)
    assert reading.plan is not None, reading.problems
    earlier = Earlier(before.name, actions.calculate(plan_of(before))) if before else None
    results = actions.calculate(reading.plan)
    return render_report(results, reading.problems, path, path.read_bytes(), earlier, options or ReportOptions())
