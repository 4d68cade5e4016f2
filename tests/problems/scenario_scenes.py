"""What is worth knowing about scenarios that are compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.problems.measured_scenes import HORIZON
from tests.workbooks import replaced, valid_workbook
from workbook import actions
from workbook.problems import Code, Problem


def too_many(folder: Path) -> Problem:
    path = folder / "plan.xlsx"
    names = ("Base", *(f"Case {number}" for number in range(1, 60)))
    rows = "\n".join(f"| {name} | 1 |" for name in names)
    settings = replaced("Settings", HORIZON, HORIZON.replace("24 ", "120"))
    path.write_bytes(valid_workbook(Scenarios=f"| Scenario | Growth multiplier |\n{rows}", **settings))
    problems = actions.read_plan(path).problems
    return next(problem for problem in problems if problem.code is Code.CASES_NOT_LIVE)


SCENARIO_SCENES: dict[str, Callable[[Path], Problem]] = {"scenarios, too many to be live": too_many}
