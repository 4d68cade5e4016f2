"""Every bad input of problems.yaml gives exactly the problems written there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.inputs.cases import CASES, read_case, text_of
from tests.workbooks import read_plan, valid_workbook
from workbook.problems import Code, Problem

PROVOKED_ELSEWHERE = {
    Code.UNREADABLE_SHEET,  # tests/files/test_reader.py
    Code.EMPTY_FORMATTED_ROWS,
    Code.INPUT_LOOP,  # tests/problems/builders.py: it takes result sheets
    Code.START_MOVED,
    Code.FIGURE_TOO_LARGE,  # tests/inputs/test_magnitudes.py
    *(code for code in Code if code.name.startswith("THEME_")),  # tests/sheets/test_theme.py
}


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    plan, problems = read_case(case)
    assert [text_of(problem) for problem in problems] == case["problems"]
    assert (plan is None) == any(text.startswith("error") for text in case["problems"])
    for problem in problems:
        _is_plain(problem)


def test_valid_workbook_has_no_problem() -> None:
    plan, problems = read_plan(valid_workbook())
    assert plan is not None
    assert problems == ()


def test_every_code_of_inputs_is_provoked() -> None:
    told = {text.split()[1] for case in CASES for text in case["problems"]}
    inputs = {code for code in Code if code.value[:3] in ("WB2", "WB3", "WB4")}
    assert {code.value for code in inputs - PROVOKED_ELSEWHERE} <= told


def _is_plain(problem: Problem) -> None:
    assert str(problem.where)
    assert not problem.message.endswith(".")
    assert "\n" not in text_of(problem)
    if problem.severity.value == "error":
        assert problem.expected
        assert problem.remedy
