"""What is found wrong with measured months, and worth knowing about what was forecast of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from tests.conftest import approve_file, plan_file
from tests.workbooks import replaced, valid_workbook
from workbook import actions
from workbook.problems import Code, Problem

HORIZON = "| Horizon (months) | 24         | months |"


def _actuals(figures: Mapping[str, float], column: str) -> str:
    rows = "\n".join(f"| {month}-01 | {figure} | final |" for month, figure in figures.items())
    return f"| Month | {column} | Status |\n{rows}"


def _first(path: Path, code: Code) -> Problem:
    return next(problem for problem in actions.read_plan(path).problems if problem.code is code)


def _found(folder: Path, code: Code, actuals: str, closed_through: str = "") -> Problem:
    path = folder / "plan.xlsx"
    settings = replaced("Settings", HORIZON, f"{HORIZON}\n| Closed through | {closed_through} | |")
    path.write_bytes(valid_workbook(Actuals=actuals, **(settings if closed_through else {})))
    return _first(path, code)


def _users(figures: Iterable[float]) -> str:
    return _actuals({f"2026-{month:02}": figure for month, figure in enumerate(figures, 1)}, "Users")


def no_outlook(folder: Path) -> Problem:
    costs = _actuals({"2026-01": 6400, "2026-04": 7000}, "Cost")
    return _found(folder, Code.NO_OUTLOOK, costs, "2026-04-01")


def closed_too_late(folder: Path) -> Problem:
    return _found(folder, Code.CLOSED_TOO_LATE, _actuals({"2026-01": 6400}, "Cost"), "2026-03-01")


def nothing_to_close(folder: Path) -> Problem:
    path = folder / "plan.xlsx"
    settings = replaced("Settings", HORIZON, f"{HORIZON}\n| Closed through | 2026-03-01 | |")
    path.write_bytes(valid_workbook(**settings))
    return _first(path, Code.CLOSED_TOO_LATE)


def final_not_closed(folder: Path) -> Problem:
    costs = _actuals({"2026-01": 6400, "2026-02": 6700, "2026-03": 7050}, "Cost")
    return _found(folder, Code.FINAL_NOT_CLOSED, costs, "2026-01-01")


def outside_the_fit(folder: Path) -> Problem:
    return _found(folder, Code.OUTSIDE_THE_FIT, _users((5800, 5920, 6030, 6160, 6270, 6400)))


def too_few_closed(folder: Path) -> Problem:
    return _found(folder, Code.TOO_FEW_CLOSED, _users((5800, 6300, 6700)))


def biased_forecast(folder: Path) -> Problem:
    path = folder / "plan.xlsx"
    path.write_bytes(valid_workbook(Actuals=_users((5000, 5100, 5300, 5500, 5600))))
    plan_file(path)
    approve_file(path, actions.Approval("Budget"))
    return _first(path, Code.BIASED_FORECAST)


def base_effect(folder: Path) -> Problem:
    return _found(folder, Code.BASE_EFFECT, _users((4000, 5920, 6030, 6160, 6270, 6400, 6520)))


MEASURED_SCENES: dict[str, Callable[[Path], Problem]] = {
    "measured, no outlook": no_outlook,
    "measured, closed too late": closed_too_late,
    "measured, nothing to close": nothing_to_close,
    "measured, outside the fit": outside_the_fit,
    "measured, too few months": too_few_closed,
    "measured, biased forecast": biased_forecast,
    "measured, base effect": base_effect,
    "measured, final and not closed": final_not_closed,
}
