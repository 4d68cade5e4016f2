"""`--theme`: a person's own theme file on the command line, and what is said of one that has mistakes."""

from __future__ import annotations

import io
import json
import warnings
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import run

pytestmark = pytest.mark.slow

Loaded = Any
"""What openpyxl gives: its own types do not say which of several a cell or a sheet is."""

HOUSE = 'styles: {Calculation: {font_color: "#4A2545"}, Input: {bg_color: "#E8F1E4"}}\n'


def loaded(path: Path) -> Loaded:
    with warnings.catch_warnings():
        # openpyxl tells of what it does not read, such as sparklines.
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(path.read_bytes()))


def colours(path: Path, sheet: str) -> set[str]:
    """Return the font colours of a sheet's calculations."""
    cells = (cell for row in loaded(path)[sheet].iter_rows() for cell in row if cell.style == "Calculation")
    return {cell.font.color.rgb[-6:] for cell in cells}


def test_plan_dresses_the_results_and_the_next_run_undresses_them(plan_path: Path, tmp_path: Path) -> None:
    theme = tmp_path / "house.yaml"
    theme.write_text(HOUSE, encoding="utf-8")
    assert run("plan", plan_path).exit_code == 0
    assert colours(plan_path, "Capacity") == {"000000"}
    assert run("plan", plan_path, "--theme", theme).exit_code == 0
    assert colours(plan_path, "Capacity") == {"4A2545"}
    assert run("plan", plan_path).exit_code == 0
    assert colours(plan_path, "Capacity") == {"000000"}


def test_new_dresses_the_inputs(tmp_path: Path) -> None:
    theme = tmp_path / "house.yaml"
    theme.write_text(HOUSE, encoding="utf-8")
    assert run("new", tmp_path / "new.xlsx", "--theme", theme).exit_code == 0
    assert loaded(tmp_path / "new.xlsx")["Users"]["A2"].fill.fgColor.rgb == "FFE8F1E4"


@pytest.mark.parametrize("text", ["styles: {Input: [", "\tstyles: 3", None])
def test_a_theme_that_cannot_be_read_is_refused(plan_path: Path, tmp_path: Path, text: str | None) -> None:
    theme, before = tmp_path / "house.yaml", plan_path.read_bytes()
    if text is not None:
        theme.write_text(text, encoding="utf-8")
    result = run("plan", plan_path, "--theme", theme)
    assert result.exit_code == 4
    assert "WB340" in result.output
    assert "Traceback" not in result.output
    assert plan_path.read_bytes() == before


def test_mistakes_of_a_theme_are_told_and_nothing_is_written(plan_path: Path, tmp_path: Path) -> None:
    theme, before = tmp_path / "house.yaml", plan_path.read_bytes()
    theme.write_text("styles: {Imput: {bold: true}, Input: {font_color: red}}", encoding="utf-8")
    result = run("plan", plan_path, "--theme", theme, "--json")
    assert result.exit_code == 1
    codes = [problem["code"] for problem in json.loads(result.stdout)["problems"]]
    assert {"WB341", "WB342"} <= set(codes)
    assert plan_path.read_bytes() == before
    assert run("new", tmp_path / "new.xlsx", "--theme", theme).exit_code == 1
    assert not (tmp_path / "new.xlsx").exists()


def test_pale_text_is_a_warning(plan_path: Path, tmp_path: Path) -> None:
    theme = tmp_path / "house.yaml"
    theme.write_text("styles: {Note: {font_color: '#B0B0B0'}}", encoding="utf-8")
    result = run("plan", plan_path, "--theme", theme)
    assert result.exit_code == 0
    assert "WB343" in result.output
