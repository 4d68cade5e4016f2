"""The samples are what the tool writes today, they are plans without errors, and each figure has a Source."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from workbook.files.input_writer import write_inputs
from workbook.files.package import open_package
from workbook.files.reader import read_plan
from workbook.inputs.template import Formula, load_guide, load_template
from workbook.problems import Severity
from workbook.sheets.theme import load_theme

SAMPLES = Path(__file__).parents[1] / "samples"
NAMES = ("erlmcp", "meridian")


def contents(path: Path) -> list[tuple[str, bytes]]:
    """Give every part, unpacked: how they are packed depends on the machine's zlib."""
    with zipfile.ZipFile(path) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


@pytest.mark.parametrize("name", NAMES)
def test_sample_is_what_the_tool_writes(name: str, tmp_path: Path) -> None:
    write_inputs(load_template(name), load_theme(), tmp_path / "new.xlsx", guide=load_guide())
    assert contents(SAMPLES / f"{name}.xlsx") == contents(tmp_path / "new.xlsx")


@pytest.mark.parametrize("name", NAMES)
def test_sample_is_a_plan_without_errors(name: str) -> None:
    data = (SAMPLES / f"{name}.xlsx").read_bytes()
    plan, problems = read_plan(data, open_package(data).tables())
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
            is_base = part.sheet.id == "scenarios" and cells[0] == "Base"
            is_from_document = "of the source document" in text and text.startswith("line")
            assert is_base or is_from_document or "example: replace" in text, f"{part.sheet.title}: {cells[0]}"
