"""Every line of the plan against cases worked by hand (tests/model/lines), and the register that leaves none out."""

from __future__ import annotations

import numpy as np
import pytest

from tests.model.cases import Case, all_cases, disagreement, plan_of, worked
from workbook.expr.evaluate import evaluate
from workbook.expr.frame import Scope
from workbook.inputs.sheets.registry import SHEETS
from workbook.model import calculate, lines_of
from workbook.model.results import Results
from workbook.units import UNITS

CASES = all_cases()
REGISTER = frozenset(lines_of(frozenset(SHEETS)))


@pytest.mark.parametrize("case", CASES, ids=[case.title for case in CASES])
def test_lines_are_as_worked_by_hand(case: Case) -> None:
    results = case.results()
    found = [disagreement(expected, _value(results, expected.line, expected.item, expected.column))
             for expected in case.expected(results)]  # fmt: skip
    assert [text for text in found if text] == []


def test_every_line_has_a_case() -> None:
    covered = frozenset[str]().union(*(case.lines for case in CASES))
    assert sorted(REGISTER - covered) == []


def test_every_case_names_lines_that_exist() -> None:
    assert [(case.title, line) for case in CASES for line in sorted(case.lines - REGISTER)] == []


def test_every_case_has_a_title_of_its_own_and_a_source() -> None:
    titles = [case.title for case in CASES]
    assert len(set(titles)) == len(titles)
    assert [case.title for case in CASES if not case.content.get("source")] == []
    known = {"title", "source", "template", "sheets", "settings", "cells", "expect"}
    assert [(case.title, key) for case in CASES for key in case.content if key not in known] == []


def test_a_working_holds_arithmetic_only() -> None:
    assert worked("2 ** 3 * -(1 + 1) + ceil(0.2) + floor(1.9) + exp(0) + ln(1)") == -13
    for text in ("abs(1)", "x", "1 < 2", "'a'", "[1]", "7 // 2"):
        with pytest.raises(ValueError, match="not allowed"):
            worked(text)


def _value(results: Results, line: str, item: str, column: int | str | None) -> float | str | None:
    row = results.items(line).index(item)
    axis = results.lines[line].axis
    place = column if isinstance(column, int) else results.frame.items[axis].index(column) if column else 0
    return results.value(line, row, place)


def test_utilisation_is_blank_if_nothing_is_left() -> None:
    # No plan leaves nothing: base nodes always survive k and f losses. So the line alone is asked.
    results = calculate(plan_of())
    line = results.lines["utilisation.cpu_after_loss"]
    values = {**results.values, "nodes.surviving": np.zeros_like(results.values["nodes.surviving"])}
    found = evaluate(line.expr, Scope(line.item, line.axis), results.lines, values, results.frame)
    assert np.isnan(found).all()


def test_memory_in_binary_units_is_labelled_so() -> None:
    lines = lines_of(frozenset(SHEETS), memory_base=1024)
    labels = {name: UNITS[line.unit].label for name, line in lines.items()}
    assert labels["memory.required"] == "GiB"
    assert labels["storage.required"] == "GB"
    assert UNITS[lines_of(frozenset(SHEETS))["memory.required"].unit].label == "GB"
