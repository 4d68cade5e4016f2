"""Several files and folders for one command: which files, what is printed of each, and the highest exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import run
from tests.workbooks import replaced, valid_workbook
from workbook import actions

pytestmark = pytest.mark.whole


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a valid plan, one with an error, a damaged file, and files that no command reads."""
    made = tmp_path / "plans"
    made.mkdir()
    (made / "b valid.xlsx").write_bytes(valid_workbook())
    (made / "a error.xlsx").write_bytes(valid_workbook(**replaced("Users", "| 5000 ", "| many ")))
    (made / "c damaged.xlsm").write_bytes(b"PK\x03\x04 broken")
    for name in (
        "~$z valid.xlsx", "b valid.backup.xlsx", "b valid.backup-2.xlsx", "b valid.problems.xlsx", "notes.txt",
        ".hidden.xlsx",
    ):  # fmt: skip
        (made / name).write_bytes(b"not to be read")
    (made / "d folder.xlsx").mkdir()
    return made


READ = ["a error.xlsx", "b valid.xlsx", "c damaged.xlsm"]


def test_a_folder_is_its_workbooks_in_order(folder: Path) -> None:
    assert [path.name for path in actions.find_workbooks(folder)] == READ


def test_check_goes_on_after_a_bad_file_and_returns_the_highest_code(folder: Path) -> None:
    result = run("check", folder)
    assert result.exit_code == 4
    assert result.stdout.splitlines() == [f"{folder / READ[0]}: 1 error", f"{folder / READ[1]}: no problems"]
    assert all(f"{folder / name} ({place} of 3):" in result.stderr for place, name in enumerate(READ, 1))
    assert "a error.xlsx › Users!B2" in result.stderr
    assert "damaged" in result.stderr
    assert "3 workbooks, 2 of them with exit code above 0" in result.stderr
    assert run("check", folder / READ[0], folder / READ[1]).exit_code == 1
    assert run("check", folder / READ[1], folder / READ[1]).exit_code == 0


def test_json_is_an_object_a_line(folder: Path) -> None:
    result = run("check", folder, "--json")
    objects = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one["file"] for one in objects] == [str(folder / name) for name in READ]
    assert [len(one["problems"]) for one in objects] == [1, 0, 1]
    result = run("plan", folder, "--json")
    objects = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one["file"] for one in objects] == [str(folder / name) for name in READ]
    assert [bool(one["lines"]) for one in objects] == [False, True, False]
    result = run("lint", folder, "--format", "json")
    objects = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one["file"] for one in objects] == [str(folder / name) for name in READ]


def test_a_file_given_twice_is_taken_once(folder: Path) -> None:
    result = run("check", folder / READ[1], folder, folder / READ[1])
    assert [line.split(": ")[0] for line in result.stdout.splitlines()] == [
        str(folder / READ[1]), str(folder / READ[0]),
    ]  # fmt: skip


def test_plan_writes_each_file_that_can_be_planned(folder: Path) -> None:
    before = {name: (folder / name).read_bytes() for name in READ}
    result = run("plan", folder)
    assert result.exit_code == 4
    assert f"Wrote {folder / READ[1]}" in result.stdout
    changed = [name for name in READ if (folder / name).read_bytes() != before[name]]
    assert changed == [READ[1]]
    assert (folder / "b valid.backup.xlsx").read_bytes() == before[READ[1]]
    assert "no changes were written" in result.stderr
    assert run("plan", folder, "-q").stdout.splitlines() == [str(folder / READ[1])]


def test_plan_marks_each_file_in_a_copy_of_its_own(folder: Path) -> None:
    second = folder / "e error.xlsx"
    second.write_bytes((folder / READ[0]).read_bytes())
    assert run("plan", folder / READ[0], second, "--mark").exit_code == 1
    assert (folder / "a error.problems.xlsx").is_file()
    assert (folder / "e error.problems.xlsx").is_file()


def test_an_output_is_for_one_file(folder: Path, tmp_path: Path) -> None:
    for files in ((folder,), (folder / READ[0], folder / READ[1])):
        result = run("plan", *files, "-o", tmp_path / "out.xlsx")
        assert (result.exit_code, "-o is for one file" in result.stderr) == (2, True)
    assert not (tmp_path / "out.xlsx").exists()


@pytest.mark.parametrize("command", ["check", "plan", "lint"])
def test_a_folder_without_workbooks_is_a_usage_error(command: str, tmp_path: Path) -> None:
    result = run(command, tmp_path)
    assert result.exit_code == 2
    assert "is a folder without .xlsx or .xlsm files" in " ".join(result.stderr.split())


def test_a_usage_error_with_one_file_stops_no_other(folder: Path) -> None:
    result = run("lint", folder / READ[1], folder / "b valid.xlsx", folder / READ[0], "--sheet", "Forecast")
    assert result.exit_code == 2
    assert result.stderr.count("has no sheet 'Forecast'") == 2
    result = run("lint", folder / READ[1], folder / READ[0], "--sheet", "Forecast", "--format", "json")
    assert ["error" in json.loads(line) for line in result.stdout.splitlines()] == [True, True]


def test_lint_of_a_folder(folder: Path) -> None:
    result = run("lint", folder)
    assert result.exit_code == 4
    assert [line.split(": ")[0] for line in result.stdout.splitlines()] == [str(folder / name) for name in READ[:2]]


def test_a_fault_of_ours_with_one_file_stops_no_other(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read, fails = actions.read_plan, folder / READ[0]

    def reading(path: Path, *others: object) -> object:
        if path == fails:
            raise ZeroDivisionError("oops")
        return read(path)

    monkeypatch.setattr("workbook.actions.read_plan", reading)
    result = run("check", folder / READ[0], folder / READ[1], "--json")
    assert result.exit_code == 2
    assert "internal error: ZeroDivisionError: oops" in result.stderr
    assert [sorted(json.loads(line)) for line in result.stdout.splitlines()] == [
        ["error", "file"],
        ["file", "problems"],
    ]
