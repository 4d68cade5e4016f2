"""The catalogue of problems: every code has its words, a golden message, and a scene that provokes it."""

from __future__ import annotations

import os
import re
import textwrap
from pathlib import Path

import pytest

from tests.conftest import ROOT, marked_slow, run
from tests.inputs.cases import CASES
from tests.problems.bridge_scenes import BRIDGE_SCENES
from tests.problems.builders import SCENES
from tests.problems.export_scenes import EXPORT_SCENES
from tests.problems.measured_scenes import MEASURED_SCENES
from tests.problems.reference_scenes import REFERENCE_SCENES
from tests.problems.roll_scenes import ROLL_SCENES
from tests.problems.scenario_scenes import SCENARIO_SCENES
from tests.problems.version_scenes import VERSION_SCENES
from tests.report.scenes import REPORT_SCENES
from workbook.problems import Code
from workbook.problems.catalogue import find_entry, load_catalogue, looks_like_a_code
from workbook.problems.render import problem_text
from workbook.resources import parse_yaml, template_folder

CATALOGUE = load_catalogue()
FILES = Path(__file__).parent / "files.yaml"
OF_SECONDS = ("another run", "formatted rows", "reference to a gone line", "report, wrong template")
"""Scenes that take a second or more each, as those of versions and rolls: whole runs, or a sheet of formatted rows."""
OF_WHOLE_PLANS = (
    *BRIDGE_SCENES,
    *EXPORT_SCENES,
    *MEASURED_SCENES,
    *REFERENCE_SCENES,
    *REPORT_SCENES,
    *SCENARIO_SCENES,
    "edited result",
    "marks lost",
    "renamed result",
    "sheet in use",
)
"""Scenes that plan a workbook first."""
CONTRADICTIONS = ROOT / "tests" / "inputs" / "contradictions.yaml"


def golden() -> dict[str, str]:
    """Return the golden texts of the scenes by their names."""
    return dict(parse_yaml(FILES.read_text(encoding="utf-8"))) if FILES.exists() else {}


def write_golden(texts: dict[str, str]) -> None:
    """Write the golden texts as they are printed, line by line."""
    blocks = [f"{name}: |-\n{textwrap.indent(text, '  ')}\n" for name, text in texts.items()]
    head = "# What a person is told in each scene of builders.py. WORKBOOK_UPDATE_GOLDEN=1 writes it anew.\n\n"
    FILES.write_text(head + "\n".join(blocks), encoding="utf-8")


@pytest.mark.parametrize("name", marked_slow(SCENES, *OF_SECONDS, *VERSION_SCENES, *ROLL_SCENES, whole=OF_WHOLE_PLANS))
def test_a_scene_gives_its_golden_text(name: str, tmp_path: Path) -> None:
    """WORKBOOK_UPDATE_GOLDEN=1 writes the text anew."""
    text = problem_text(SCENES[name](tmp_path), "plan.xlsx").replace(str(tmp_path), "FOLDER")
    text = re.sub(r"(\d{4}-\d\d-\d\d )?\b\d\d:\d\d\b", "WHEN", text)
    if os.environ.get("WORKBOOK_UPDATE_GOLDEN"):
        texts = {**golden(), name: text}
        write_golden({scene: texts[scene] for scene in SCENES if scene in texts})
    assert text == golden()[name]


def test_every_code_is_in_the_catalogue_and_no_other() -> None:
    assert set(CATALOGUE) == {code.value for code in Code}
    text = (template_folder() / "problems.yaml").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^(\w+):", text, re.MULTILINE)) == sorted(CATALOGUE)  # each of them once


@pytest.mark.parametrize("code", CATALOGUE)
def test_an_entry_is_whole(code: str) -> None:
    entry = CATALOGUE[code]
    assert 5 < len(entry.title) <= 60
    assert not entry.title.endswith(".")
    assert entry.title[0].isupper() or not entry.title[0].isalpha()
    sentences = re.findall(r"[.?!](?=\s|$)", entry.explanation)
    assert 2 <= len(sentences) <= 6, entry.explanation
    assert entry.explanation.strip().endswith(".")
    assert 1 <= len(entry.example.strip().splitlines()) <= 4
    assert entry.example.isprintable() or "\n" in entry.example


def test_every_code_has_a_golden_message_that_a_scene_provokes() -> None:
    """The messages of cells stand in the cases of the inputs, all others in files.yaml; each of them is run."""
    cases = [*CASES, *parse_yaml(CONTRADICTIONS.read_text(encoding="utf-8"))]
    told = {text.split()[1] for case in cases for text in case["problems"]}
    told |= {code for text in golden().values() for code in re.findall(r"^\w+\[(\w+)\]", text)}
    assert {code.value for code in Code} - told == set()


def test_explain_tells_what_a_code_means() -> None:
    result = run("explain", "WB309")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("WB309: Whole number instead of a percentage\n\nExcel stores 20% as 0.2")
    assert "fixed:  Components!B2: 60% (or 0.6)" in result.stdout
    assert "workbook check" in result.stderr


@pytest.mark.parametrize("typed", ["wb309", "WB-309", "309", "error[WB309]", "percent_too_large"])
def test_a_code_is_found_as_it_is_typed(typed: str) -> None:
    assert looks_like_a_code(typed)
    assert find_entry(typed).code == "WB309"


def test_a_wrong_code_is_refused_with_the_one_that_is_meant() -> None:
    result = run("explain", "WB390")
    assert result.exit_code == 2
    assert "did you mean WB3" in result.stderr


def test_explain_json_is_the_entry() -> None:
    import json  # noqa: PLC0415 - one test's business

    data = json.loads(run("explain", "WB309", "--json").stdout)
    assert data == CATALOGUE["WB309"].as_json()


@pytest.mark.parametrize("name", ["plan.xlsx", "plan"])
def test_a_file_without_a_target_is_no_code(name: str) -> None:
    result = run("explain", name)
    assert result.exit_code == 2
    assert "TARGET" in result.stderr
