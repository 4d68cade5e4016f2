"""Every rule of contradictions: a workbook that provokes it with the whole text of its warning, and a near miss."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.inputs.cases import text_of, workbook_of
from tests.workbooks import read_plan, replaced, valid_workbook
from workbook.model import audit, calculate
from workbook.model.assurance.claims import half_digit
from workbook.model.assurance.contradictions import RULES
from workbook.problems import Code, Severity
from workbook.resources import parse_yaml

CASES: list[dict[str, Any]] = parse_yaml((Path(__file__).parent / "contradictions.yaml").read_text(encoding="utf-8"))
RULE_CODES = {code for code in Code if code.value.startswith("WB6")}


def told(case: dict[str, Any], *, is_near: bool = False) -> list[str]:
    """Return the warnings and errors that an audit of a case's workbook finds, or of its near miss."""
    wanted = dict(case)
    if is_near:
        wanted["sheets"] = {**case.get("sheets", {}), **case.get("near_sheets", {})}
        wanted["replace"] = [*case.get("replace", ()), *case.get("near", ())]
    plan, problems = read_plan(workbook_of(wanted))
    assert plan is not None, problems
    return [text_of(problem) for problem in audit(plan)]


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_contradiction_is_told_with_both_cells(case: dict[str, Any]) -> None:
    assert told(case) == case["problems"]


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_near_miss_is_not(case: dict[str, Any]) -> None:
    assert told(case, is_near=True) == []


def test_a_valid_workbook_contradicts_nothing() -> None:
    assert told({}) == []


def test_every_rule_is_provoked_and_has_its_words_and_cells() -> None:
    provoked = {text.split()[1] for case in CASES for text in case["problems"]}
    assert {code.value for code in RULE_CODES} == provoked
    assert {rule.code for rule in RULES if rule.code} <= RULE_CODES
    assert {rule.id for rule in RULES if rule.code is None} == {"retention"}  # told by the inputs themselves, as WB420


def test_a_contradiction_is_a_warning_and_fails_no_check() -> None:
    plan, _ = read_plan(valid_workbook(**replaced("Growth", "| 125 % ", "| 100 % ")))
    assert plan is not None
    problems = audit(plan)
    assert [problem.severity for problem in problems] == [Severity.WARNING]
    results = calculate(plan)
    assert results.value("contradictions.count") == 1
    assert str(results.value("checks.master")).startswith("Model integrity: all ")


@pytest.mark.parametrize(
    ("value", "number_format", "half"),
    [
        (35, "General", 0.5),
        (32101.5, "General", 0.05),
        (0.9999, "", 0.00005),
        (1e-7, "General", 0.5e-7),
        (1000, "General", 0.5),
        (150, "0", 0.5),
        (32101.46, "#,##0.0", 0.05),
        (32101.46, "#,##0", 0.5),
        (0.2, "0%", 0.005),
        (0.2, "0.0 %", 0.0005),
        (0.9999, "0.00##%", 0.00005),
        (12.5, "0.###", 0.05),
        (12, '0.00 "users"', 0.005),
        (12500000, '0.0,,"M"', 50000.0),
        (12500, "#,##0,", 500.0),
        (12500, "0.0E+00", 500.0),
        (-3.25, "0.00;(0.0)", 0.05),
        (3.25, "[Red]0.0;-0", 0.05),
        (44927.5, "yyyy-mm-dd", 0.05),
        (0.25, "# ?/?", 0.005),
    ],
)
def test_half_of_the_last_digit_that_a_cell_shows(value: float, number_format: str, half: float) -> None:
    assert half_digit(value, number_format) == pytest.approx(half, rel=1e-12)
