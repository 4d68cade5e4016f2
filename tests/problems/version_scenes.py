"""What approving refuses, and what is found wrong with approved versions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from tests.conftest import approve_file, plan_file
from tests.edits import with_row, with_values
from tests.whatif.changes import with_setting
from tests.workbooks import valid_workbook
from workbook import actions
from workbook.address import Cell
from workbook.history.checks import version_problems
from workbook.problems import Code, Problem, Refusal


def _planned(folder: Path) -> Path:
    path = folder / "plan.xlsx"
    path.write_bytes(valid_workbook())
    plan_file(path)
    return path


def _refused(path: Path, approval: actions.Approval) -> Problem:
    try:
        approve_file(path, approval)
    except Refusal as refusal:
        return refusal.problem
    raise AssertionError("not refused")


def _found(path: Path, code: Code) -> Problem:
    return next(problem for problem in actions.read_plan(path).problems if problem.code is code)


def name_taken(folder: Path) -> Problem:
    path = _planned(folder)
    approve_file(path, actions.Approval("Budget"))
    return _refused(path, actions.Approval("budget"))


def unusable_name(folder: Path) -> Problem:
    return _refused(_planned(folder), actions.Approval("a|b"))


def not_planned(folder: Path) -> Problem:
    path = folder / "plan.xlsx"
    path.write_bytes(valid_workbook())
    return _refused(path, actions.Approval("Budget"))


def failing_checks(folder: Path) -> Problem:
    path = _planned(folder)
    reading = actions.read_plan(path)
    assert reading.plan is not None
    results = actions.calculate(reading.plan)
    failing = {**results.values, "checks.failed": results.values["checks.failed"] + 1}
    failing["check.passed"] = results.values["check.passed"].copy()
    failing["check.passed"][0, 0, 0] = 0
    try:
        actions.approve_plan(reading, replace(results, values=failing), actions.Approval("Budget"))
    except Refusal as refusal:
        return refusal.problem
    raise AssertionError("not refused")


def no_room(folder: Path) -> Problem:
    path = _planned(folder)
    approve_file(path, actions.Approval("Budget"))
    path.write_bytes(with_row(path.read_bytes(), "Versions", 3, "my remark"))
    return _refused(path, actions.Approval("Forecast"))


def nothing_to_supersede(folder: Path) -> Problem:
    return _refused(_planned(folder), actions.Approval("Budget", supersedes="Forecast"))


def changed_version(folder: Path) -> Problem:
    path = _planned(folder)
    approve_file(path, actions.Approval("Budget"))
    path.write_bytes(with_values(path.read_bytes(), {Cell("Version figures", 2, 7): 4999}))
    return _found(path, Code.VERSION_CHANGED)


def withdrawn_version(folder: Path) -> Problem:
    path = _planned(folder)
    approve_file(path, actions.Approval("Budget"))
    path.write_bytes(with_values(path.read_bytes(), {Cell("Versions", 2, 3): "withdrawn"}))
    return _found(path, Code.NO_VERSION)


def rows_left(folder: Path) -> Problem:
    path = _planned(folder)
    approve_file(path, actions.Approval("Budget"))
    path.write_bytes(with_values(path.read_bytes(), {Cell("Versions", 2, 1): "Forecast"}))
    return _refused(path, actions.Approval("Budget"))


def not_in_force(folder: Path) -> Problem:
    path = _planned(folder)
    approve_file(path, actions.Approval("Budget"))
    path.write_bytes(with_values(path.read_bytes(), {Cell("Versions", 2, 3): "withdrawn"}))
    plan = actions.read_plan(path).plan
    assert plan is not None
    return next(iter(version_problems(with_setting(plan, "compare_with", "Budget"))))


def comments_in_the_way(folder: Path) -> Problem:
    path = _planned(folder)
    approve_file(path, actions.Approval("Budget"))
    path.write_bytes(with_values(path.read_bytes(), {Cell("Users", 2, 2): 7000}))
    plan_file(path)
    path.write_bytes(with_values(path.read_bytes(), {Cell("Bridge", 10, 17): "agreed with finance"}))
    try:
        actions.remove_sheets(path)
    except Refusal as refusal:
        return refusal.problem
    raise AssertionError("not refused")


VERSION_SCENES: dict[str, Callable[[Path], Problem]] = {
    "version, name taken": name_taken,
    "version, unusable name": unusable_name,
    "version, not planned": not_planned,
    "version, failing checks": failing_checks,
    "version, no room": no_room,
    "version, nothing to supersede": nothing_to_supersede,
    "version, changed rows": changed_version,
    "version, comments in the way": comments_in_the_way,
    "version, none approved": withdrawn_version,
    "version, rows left": rows_left,
    "version, not in force": not_in_force,
}
