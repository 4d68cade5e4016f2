"""The samples are what the tool writes today, they are plans without errors, and each figure has a Source."""

from __future__ import annotations

import math
import os
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import NAMES, SAMPLES
from tests.workbooks import read_plan
from workbook.files.writing.input_writer import InputJob, write_inputs
from workbook.inputs.sheets.evidence import Claim
from workbook.inputs.sheets.registry import SETTING_GROUPS
from workbook.inputs.template import Formula, load_guide, load_template
from workbook.model import Results, calculate
from workbook.problems import Severity
from workbook.sheets.theme.look import load_theme

NOT_YET = {"queue.wait_limit", "queue.depth_limit"}
"""Lines that claims name before the model has them."""


def contents(path: Path) -> list[tuple[str, bytes]]:
    """Return every part, unpacked: how they are packed depends on the machine's zlib."""
    with zipfile.ZipFile(path) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


@pytest.mark.parametrize("name", NAMES)
def test_sample_is_what_the_tool_writes(name: str, tmp_path: Path) -> None:
    """WORKBOOK_UPDATE_GOLDEN=1 writes a sample that differs."""
    sample, new = SAMPLES / f"{name}.xlsx", tmp_path / "new.xlsx"
    new.write_bytes(write_inputs(InputJob(load_template(name).sheets, load_theme(), load_guide())).packed())
    if os.environ.get("WORKBOOK_UPDATE_GOLDEN") and contents(sample) != contents(new):
        sample.write_bytes(new.read_bytes())
    assert contents(sample) == contents(new)


@pytest.mark.parametrize("name", NAMES)
def test_sample_is_a_plan_without_errors(name: str) -> None:
    data = (SAMPLES / f"{name}.xlsx").read_bytes()
    plan, problems = read_plan(data, None)
    assert plan is not None
    assert [problem for problem in problems if problem.severity is Severity.ERROR] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_row_with_a_figure_has_a_source(name: str) -> None:
    for part in load_template(name).sheets:
        source = [column.field for column in part.sheet.columns].index("source")
        for cells in part.rows:
            if any(isinstance(cell, int | float | Formula) for cell in cells):
                assert cells[source], f"{part.sheet.title}: {cells[0]}"


def test_erlmcp_names_a_line_or_says_that_it_is_an_example() -> None:
    for part in load_template("erlmcp").sheets:
        source = [column.field for column in part.sheet.columns].index("source")
        for cells in part.rows:
            text = str(cells[source])
            is_title = cells[0] in SETTING_GROUPS.get(part.sheet.id, {})
            is_base = part.sheet.id == "scenarios" and cells[0] == "Base"
            is_from_document = "of the source document" in text and text.startswith("line")
            is_named = is_title or is_base or is_from_document
            assert is_named or "example: replace" in text, f"{part.sheet.title}: {cells[0]}"


def recomputed(text: str) -> float:
    """Calculate one of the template's formulas, which hold numbers and a few functions only."""
    functions = {"MIN": min, "LN": math.log, "ROUND": round, "ROUNDUP": lambda value, _: math.ceil(value)}
    return float(eval(text.removeprefix("=").replace("^", "**"), {"__builtins__": {}}, functions))


@pytest.mark.parametrize("name", NAMES)
def test_formulas_store_their_value(name: str) -> None:
    formulas = [cell for part in load_template(name).sheets for row in part.rows for cell in row if _is_formula(cell)]
    assert formulas
    for formula in formulas:
        assert isinstance(formula, Formula)
        assert formula.value == pytest.approx(recomputed(formula.text), rel=1e-12), formula.text


@pytest.mark.parametrize("name", NAMES)
def test_claims_without_a_status_hold_and_those_with_one_do_not(name: str) -> None:
    plan, _ = load_template(name).read()
    assert plan is not None
    results = calculate(plan)
    holds_anyway = {"Redundancy factor of the network"}
    for row in plan.tables["claims"].rows:
        assert isinstance(row, Claim)
        if row.line in NOT_YET and row.line not in results.lines:
            continue
        found = _value(results, row) if row.recomputed is None else row.recomputed
        allowed = _half_digit(row.stated) if row.tolerance is None else row.tolerance * abs(row.stated)
        is_expected = row.status is None or row.claim in holds_anyway
        assert (abs(found - row.stated) <= allowed) is is_expected, f"{row.claim}: {found}, stated {row.stated}"
        assert row.status is None or row.explanation


def _is_formula(cell: object) -> bool:
    return isinstance(cell, Formula)


def _half_digit(value: float) -> float:
    return 0.5 * 10.0 ** min(0, int(Decimal(f"{value:.12g}").as_tuple().exponent)) * (1 + 1e-9)


def _value(results: Results, claim: Claim) -> float:
    """Return the claimed line's value, the sum of all items where none is named."""
    items = results.items(claim.line)
    wanted = [items.index(claim.item)] if claim.item else range(len(items))
    month = claim.month or 0
    return sum(float(results.value(claim.line, item, month) or 0) for item in wanted)
