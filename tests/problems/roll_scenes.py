"""What a roll refuses, and what it says before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from msgspec.structs import replace

from tests.history.rolls import measured, sample, with_settings
from tests.workbooks import valid_workbook
from workbook import actions
from workbook.history.rolling.roll import rolled
from workbook.inputs.plan import Plan
from workbook.problems import Code, Problem, Refusal


def _proposed(folder: Path, to: str = "2026-02", out: str = "") -> actions.ProposedRoll:
    path = folder / "plan.xlsx"
    path.write_bytes(valid_workbook())
    return actions.propose_roll(actions.read_plan(path), to, out=folder / out if out else None)


def _refused(ask: Callable[[], object]) -> Problem:
    try:
        ask()
    except Refusal as refusal:
        return refusal.problem
    raise AssertionError("not refused")


def _found(plan: Plan, months: int, code: Code) -> Problem:
    return next(problem for problem in rolled(plan, months).problems if problem.code is code)


def month_before_the_plan(folder: Path) -> Problem:
    return _refused(lambda: _proposed(folder, "2025-12"))


def not_approved(folder: Path) -> Problem:
    proposed = _proposed(folder)
    return _refused(lambda: actions.write_roll(proposed))


def file_exists(folder: Path) -> Problem:
    proposed = _proposed(folder, out="plan.xlsx")
    return _refused(lambda: actions.write_roll(proposed, unapproved=True))


def nothing_measured(_: Path) -> Problem:
    return _found(sample("erlmcp"), 3, Code.ROLL_NOT_MEASURED)


def formula_of_the_users(_: Path) -> Problem:
    plan = sample("erlmcp")
    cell = plan.tables["users"].cell(0, "current_users")
    assert cell is not None
    return _found(replace(plan, formulas={cell: "=Headcount!B4"}), 3, Code.ROLL_BY_HAND)


def events_over(_: Path) -> Problem:
    return _found(sample("meridian"), 4, Code.ROLL_OVER)


def last_block(_: Path) -> Problem:
    return _found(with_settings(sample("erlmcp"), horizon_months=27), 3, Code.ROLL_LAST_BLOCK)


def month_out_of_line(_: Path) -> Problem:
    rows = [{"month": date(2026, month, 1), "users": 5000.0 * level} for month, level in ((1, 1), (2, 1), (3, 2))]
    return _found(measured(sample("erlmcp"), *rows), 3, Code.ROLL_LEVEL_OFF)


def growth_over(_: Path) -> Problem:
    return _found(sample("meridian"), 9, Code.ROLL_GROWTH_OVER)


def nodes_assumed(_: Path) -> Problem:
    return _found(sample("erlmcp"), 3, Code.ROLL_FLEET_ASSUMED)


def not_confirmed(folder: Path) -> Problem:
    path = actions.write_roll(_proposed(folder), unapproved=True, day=date(2026, 2, 3))
    return next(problem for problem in actions.read_plan(path).problems if problem.code is Code.ROLL_OPEN)


ROLL_SCENES: dict[str, Callable[[Path], Problem]] = {
    "roll, month before the plan": month_before_the_plan,
    "roll, not approved": not_approved,
    "roll, file exists": file_exists,
    "roll, nothing measured": nothing_measured,
    "roll, formula of the user's": formula_of_the_users,
    "roll, events over": events_over,
    "roll, last block": last_block,
    "roll, month out of line": month_out_of_line,
    "roll, growth over": growth_over,
    "roll, nodes assumed": nodes_assumed,
    "roll, not confirmed": not_confirmed,
}
