"""What an export refuses: edited files, two names that become one, and what is no folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.conftest import plan_file
from tests.edits import with_values
from tests.workbooks import valid_workbook
from workbook import actions
from workbook.address import Cell
from workbook.problems import Problem, Refusal


def _exported(path: Path, folder: Path) -> None:
    reading = actions.read_plan(path)
    assert reading.plan is not None
    options = actions.ExportOptions((actions.Format.TABLES,))
    actions.write_export(actions.make_export(reading, actions.calculate(reading.plan), options), folder)


def _planned(folder: Path) -> Path:
    path = folder / "plan.xlsx"
    path.write_bytes(valid_workbook())
    plan_file(path)
    return path


def _refused(path: Path, folder: Path) -> Problem:
    try:
        _exported(path, folder)
    except Refusal as refusal:
        return refusal.problem
    raise AssertionError("not refused")


def edited_export(folder: Path) -> Problem:
    path, out = _planned(folder), folder / "plan-export"
    _exported(path, out)
    (out / "tables/orders.csv").write_text("component\r\nmine\r\n", encoding="utf-8")
    return _refused(path, out)


def two_names_in_one(folder: Path) -> Problem:
    path = folder / "plan.xlsx"
    cells: dict[Cell, float | str | None] = {Cell("Components", 2, 1): "Core API", Cell("Components", 3, 1): "core-api"}
    path.write_bytes(with_values(valid_workbook(), {**cells, Cell("Resilience", 2, 1): "Core API"}))
    plan_file(path)
    return _refused(path, folder / "plan-export")


def file_for_a_folder(folder: Path) -> Problem:
    path, out = _planned(folder), folder / "plan-export"
    out.write_text("mine", encoding="utf-8")
    return _refused(path, out)


EXPORT_SCENES: dict[str, Callable[[Path], Problem]] = {
    "edited export": edited_export,
    "two names that become one": two_names_in_one,
    "file in the place of the export": file_for_a_folder,
}
