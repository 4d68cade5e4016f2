"""Scenes of versions that cannot be compared as they are; each gives the problem it provokes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.workbooks import read_plan, replaced, valid_workbook
from workbook.history.bridge import bridge
from workbook.history.comparable import look_alikes, unusable_version
from workbook.inputs.plan import Plan
from workbook.problems import Problem, Refusal


def plan_of(**overrides: str | None) -> Plan:
    plan, problems = read_plan(valid_workbook(**overrides))
    assert plan is not None, problems
    return plan


def other_currency(_folder: Path) -> Problem:
    now = plan_of(**replaced("Settings", "| Plan start ", "| Currency | EUR | |\n| Plan start "))
    try:
        bridge(plan_of(), None, now, {}, None, lambda plan, _months, _horizon: plan)
    except Refusal as refusal:
        return refusal.problem
    raise AssertionError("not refused")


def inputs_with_errors(_folder: Path) -> Problem:
    plan, problems = read_plan(valid_workbook(**replaced("Components", "| core      | 60 %", "| core      | 50 %")))
    assert plan is None
    return unusable_version("Budget 2026", problems, "Version inputs")


def look_alike(_folder: Path) -> Problem:
    now = plan_of(**replaced("Retention", "| Logs ", "| Access logs "))
    (problem,) = look_alikes(plan_of(), now)
    return problem


BRIDGE_SCENES: dict[str, Callable[[Path], Problem]] = {
    "version in another currency": other_currency,
    "version with errors": inputs_with_errors,
    "rows that look alike": look_alike,
}
