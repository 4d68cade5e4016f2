"""What is worth knowing about scenarios that are compared, and about ranges that were drawn."""

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


def clipped(folder: Path) -> Problem:
    path = folder / "plan.xlsx"
    row = "| Settings | Utilisation low | | 0.5 | 0.98 | p10-p90 |"
    settings = replaced("Settings", HORIZON, f"{HORIZON}\n| Utilisation low | 60 % | |\n| Simulation runs | 1000 | |")
    path.write_bytes(valid_workbook(Ranges=f"| Sheet | Row | Column | Low | High | Means |\n{row}", **settings))
    reading = actions.read_plan(path)
    assert reading.plan is not None, reading.problems
    written = actions.write_plan(reading, actions.calculate(reading.plan))
    return next(problem for problem in written.problems if problem.code is Code.RANGES_CLIPPED)


SCENARIO_SCENES: dict[str, Callable[[Path], Problem]] = {
    "scenarios, too many to be live": too_many,
    "ranges, drawn beyond a limit": clipped,
}
