"""The command `roll`: a list and a proof on standard output, a new file only with --write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import plan_file, run
from tests.edits import with_values
from workbook import actions
from workbook.address import Cell

pytestmark = pytest.mark.whole


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "plan 2026-04.xlsx"
    actions.new_workbook(path, "meridian")
    return path


def test_the_list_and_the_proof_are_printed_and_nothing_is_written(path: Path) -> None:
    result = run("roll", path, "--to", "2026-07")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].startswith("plan 2026-04.xlsx from 2026-07: ")
    assert lines[0].endswith(" changes")
    assert "  Settings!B4  Plan start: 2026-04-01 → 2026-07-01  (calendar: the plan starts 3 months later)" in lines
    assert "21 months are in both plans." in lines
    assert "  Later start                 0.00" in lines
    assert "warning[WB861]" in result.stderr
    assert "Nothing was written. With --write this becomes" in result.stderr
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_write_needs_an_approved_plan_or_the_option(path: Path) -> None:
    refused = run("roll", path, "--to", "2026-07", "--write")
    assert refused.exit_code == 1
    assert "error[WB861]" in refused.stderr
    result = run("roll", path, "--to", "2026-07", "--write", "--unapproved")
    assert result.exit_code == 0, result.output
    target = path.with_name("plan 2026-07.xlsx")
    assert f"Wrote {target}." in result.stdout
    assert f"Next: workbook plan '{target}'" in result.stderr
    plan_file(target)


def test_an_approved_plan_is_written_as_it_is(path: Path) -> None:
    plan_file(path)
    approved = run("approve", path, "--as", "Budget")
    assert (approved.exit_code, "Next: workbook report" in approved.stderr) == (0, True)
    out = path.with_name("mine.xlsx")
    result = run("roll", path, "--to", "2026-07", "--write", "-o", out)
    assert result.exit_code == 0, result.output
    assert out.is_file()
    assert "Compare with: – → Budget" in result.stdout


def test_an_existing_file_or_a_month_outside_the_plan_is_a_fault_of_use(path: Path) -> None:
    taken = run("roll", path, "--to", "2026-07", "--write", "--unapproved", "-o", path)
    assert taken.exit_code == 2
    assert "error[WB865]" in taken.stderr
    outside = run("roll", path, "--to", "2026-04")
    assert outside.exit_code == 2
    assert "error[WB860]" in outside.stderr


def test_json_is_one_object(path: Path) -> None:
    result = run("roll", path, "--to", "2026-07", "--json")
    data = json.loads(result.stdout)
    assert (data["start"], data["written"], data["version"]) == ("2026-07-01", None, None)
    assert data["new_file"] == str(path.with_name("plan 2026-07.xlsx"))
    assert data["proposals"][0]["id"] == "start"
    assert data["proof"]["months"] == 21
    assert data["proof"]["differences"] == []
    assert {"WB861", "WB862", "WB869", "WB864"} == {problem["code"] for problem in data["problems"]}


def test_options_reach_the_roll(path: Path) -> None:
    options = ("--keep-end", "--hold", "targets", "--calibrate", "requests, cpu", "--fit", "--skip", "fleet")
    data = json.loads(run("roll", path, "--to", "2026-07", *options, "--skip", "claims", "--json").stdout)
    found = {proposal["id"]: proposal["value"] for proposal in data["proposals"]}
    assert found["horizon"] == 21
    assert {"fleet", "claims"}.isdisjoint(found)


@pytest.mark.parametrize(
    ("option", "value", "word"),
    [("--calibrate", "requests,disk", "disk"), ("--skip", "start", "start"), ("--hold", "both", "both")],
)
def test_an_unknown_name_is_a_fault_of_use(option: str, value: str, word: str, path: Path) -> None:
    result = run("roll", path, "--to", "2026-07", option, value)
    assert result.exit_code == 2
    assert word in result.stderr


def test_the_new_file_ends_as_the_old_one(path: Path) -> None:
    result = run("roll", path, "--to", "2026-07", "-o", "plan.xlsm")
    assert result.exit_code == 2
    assert "must end in .xlsx" in result.stderr


def test_a_workbook_with_errors_is_not_rolled(path: Path) -> None:
    path.write_bytes(with_values(path.read_bytes(), {Cell("Users", 2, 2): "many"}))
    result = run("roll", path, "--to", "2026-07")
    assert result.exit_code == 1
    assert "error[" in result.stderr
