"""The linter on whole workbooks: ours break no rule, and no file of other programs breaks the linter."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import SAMPLES, plan_sample, run
from workbook.files.package.opening import open_package
from workbook.files.reading.survey import survey
from workbook.lint.check import lint


@pytest.mark.slow
def test_our_sheets_and_the_example_inputs_break_no_rule(sample: str) -> None:
    data, _ = plan_sample(sample)
    assert lint(survey(open_package(data, sample, for_writing=False))) == ()


def test_the_command_finds_a_constant_and_says_whose_rule_it_breaks(tmp_path: Path) -> None:
    import openpyxl  # noqa: PLC0415 - only this test writes a file by hand

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Model"
    sheet["A1"], sheet["B1"], sheet["B2"] = "Net", 10, "=B1*1.19"
    path = tmp_path / "model.xlsx"
    book.save(path)
    shown = run("lint", path)
    assert shown.exit_code == 0
    assert "FAST-constant" in shown.stderr
    assert "Model!B2" in shown.stderr
    assert run("lint", path, "--fail-on", "warning").exit_code == 1
    (found,) = json.loads(run("lint", path, "--format", "json", "--rule", "FAST-constant").stdout)["findings"]
    assert found["source"].startswith("FAST 3.04-01")
    assert run("lint", path, "--rule", "FAST-nothing").exit_code == 2
    assert run("lint", path, "--sheet", "Nothing").exit_code == 2
    assert "1.19" in run("lint", path, "--sheet", "Model", "--format", "concise").stdout


def test_rules_are_listed_and_explained() -> None:
    listed = run("lint", "--rules")
    assert listed.exit_code == 0
    assert "FAST 2.01-03" in listed.stdout
    told = run("explain", "fast-one-formula")
    assert told.exit_code == 0
    assert "fixed:" in told.stdout
    assert run("lint", SAMPLES / "missing.xlsx").exit_code == 4
