"""What a user is told of references that cannot follow, or that do: in a marked copy, on the terminal, as data."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.actions.test_references import ONE_MORE, TOTAL, base, mine, planned
from tests.conftest import run
from tests.workbooks import replaced
from workbook.sheets.problems_sheet import PROBLEMS_SHEET

pytestmark = pytest.mark.slow

MANY = 25
GONE = {
    **replaced("Components", "| core      | 60 %          | 50 %             | Large     | 2             |\n", ""),
    **replaced("Resilience", "| core ", "| edge "),
}
GONE["Components"] = GONE["Components"].replace("40 %", "100 %").replace("50 %", "100 %")
"""The base without its component core."""


def lost(count: int = 1) -> bytes:
    """Return the planned base with formulas that read the component core."""
    cell = base().cell("nodes.provisioned", "core", date(2026, 5, 1))
    return mine(*[f"{cell}*{number}" for number in range(1, count + 1)])


def problem_rows(path: Path) -> list[list[object]]:
    sheet = openpyxl.load_workbook(path)[PROBLEMS_SHEET]
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]


@pytest.mark.parametrize("warns", [False, True], ids=["sound inputs", "with a warning"])
@pytest.mark.parametrize("output", [False, True], ids=["beside the file", "-o"])
def test_a_marked_copy_names_the_references_that_are_lost(tmp_path: Path, output: bool, warns: bool) -> None:
    copy = tmp_path / ("copy.xlsx" if output else "plan.problems.xlsx")
    warned = replaced("Settings", "| 24         |", "| 30 |") if warns else {}
    options = ["-o", str(copy)] if output else []
    path, done = planned(tmp_path, lost(), *options, "--mark", **GONE, **warned)
    assert done.exit_code == 1
    assert f"Wrote {copy}" in done.output
    row = next(row for row in problem_rows(copy) if row[1] == "WB540")
    assert row[2:4] == ["Mine", "B1"]
    assert openpyxl.load_workbook(copy)["Mine"]["B1"].comment.text.startswith("error WB540")
    assert [name for name in openpyxl.load_workbook(path).sheetnames if name == PROBLEMS_SHEET] == []
    assert done.output.count("WB540]") == 1


def test_every_reader_is_listed_somewhere(tmp_path: Path) -> None:
    last = f"Mine!B{MANY} (nodes.provisioned · core)"
    path, done = planned(tmp_path, lost(MANY), **GONE)
    assert f"and {MANY - 20} more" in done.output
    assert last not in done.output
    assert "-v" in done.output
    assert last in run("plan", path, "-v").output
    problem = next(one for one in json.loads(run("plan", path, "--json").stdout)["problems"] if one["code"] == "WB540")
    assert problem["seen"].endswith(last)
    assert problem["seen"].count("nodes.provisioned") == MANY
    run("plan", path, "--mark")
    row = next(row for row in problem_rows(tmp_path / "plan.problems.xlsx") if row[1] == "WB540")
    assert last in str(row[5])
    removed = run("remove", path, "-v")
    assert removed.exit_code == 1
    assert f"Mine!B{MANY}" in removed.output
    assert f"Mine!B{MANY}" not in run("remove", path).output


def test_the_list_of_followed_references_is_short_on_the_terminal(tmp_path: Path) -> None:
    texts = [f"{base().cell(TOTAL, '', date(2026, 4, 1))}*{number}" for number in range(1, MANY + 1)]
    path, done = planned(tmp_path, mine(*texts), "-o", str(tmp_path / "short.xlsx"), **ONE_MORE)
    assert done.exit_code == 0, done.output
    assert f"{MANY} references follow their lines" in done.output
    assert "Mine!B20: " in done.output
    assert "Mine!B21: " not in done.output
    assert f"and {MANY - 20} more" in done.output
    whole = run("plan", path, "-o", tmp_path / "whole.xlsx", "-v").output
    assert f"Mine!B{MANY}: " in whole
    data = json.loads(run("plan", path, "--json").stdout)
    assert len(data["references"]) == MANY
