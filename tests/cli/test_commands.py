"""The command line: exit codes, what is printed where, and that nothing is written where something is wrong."""

from __future__ import annotations

import json
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SAMPLES, run
from tests.engines import differences, formulas, poisoned, recalculated_by_package, stored_values
from tests.workbooks import replaced, valid_markdown, valid_workbook, workbook_from_markdown
from workbook import actions
from workbook.sheets.prefix import RESULT_SHEETS

HEAVY = ("openpyxl", "xlsxwriter", "numpy", "pydantic", "lxml")


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_import_nothing_heavy(option: str) -> None:
    code = f"""
import sys
from workbook.cli import main
try:
    main([{option!r}])
except SystemExit as end:
    print("exit", end.code)
print([name for name in {HEAVY!r} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("exit 0\n[]\n")


def test_check_tells_that_all_is_well(plan_path: Path) -> None:
    result = run("check", plan_path)
    assert result.exit_code == 0, result.output
    assert "plan.xlsx: no problems" in result.stdout
    assert "Next: workbook plan" in result.stderr


def test_check_json_is_one_object(plan_path: Path) -> None:
    result = run("check", plan_path, "--json")
    assert json.loads(result.stdout) == {"file": str(plan_path), "problems": []}


@pytest.mark.whole
def test_plan_in_place_keeps_a_backup(plan_path: Path, tmp_path: Path) -> None:
    before = plan_path.read_bytes()
    result = run("plan", plan_path)
    assert result.exit_code == 0, result.output
    assert "all 14 checks passed" in result.stdout
    assert (tmp_path / "plan.backup.xlsx").read_bytes() == before
    assert sorted(snapshot(tmp_path)) == ["plan.backup.xlsx", "plan.xlsx"]


@pytest.mark.whole
def test_plan_to_a_copy_leaves_the_file(plan_path: Path, tmp_path: Path) -> None:
    before = plan_path.read_bytes()
    result = run("plan", plan_path, "-o", tmp_path / "out.xlsx")
    assert result.exit_code == 0, result.output
    assert plan_path.read_bytes() == before
    assert sorted(snapshot(tmp_path)) == ["out.xlsx", "plan.xlsx"]


def test_plan_json_writes_nothing_and_has_every_line(plan_path: Path, tmp_path: Path) -> None:
    before = snapshot(tmp_path)
    result = run("plan", plan_path, "--json")
    data = json.loads(result.stdout)
    assert set(data) == {"plan", "problems", "references", "lines"}
    users = data["lines"]["users.total"]
    assert users["items"] == ["Staff", "Guests"]
    assert users["foreach"] == ["segment", "month"]
    assert users["months"] == list(range(25))
    assert [len(row) for row in users["values"]] == [25, 25]
    assert users["values"][0][0] == 5000
    npv = data["lines"]["cost.npv"]
    assert (npv["items"], npv["months"], len(npv["values"][0])) == (["total"], [], 1)
    assert data["lines"]["network.bandwidth"]["items"] == ["API", "Internal", "Monitoring"]
    assert "NaN" not in result.stdout
    assert snapshot(tmp_path) == before


def test_errors_stop_the_plan_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook(**replaced("Users", "| 5000 ", "| many ")))
    before = snapshot(tmp_path)
    for arguments in (("plan", path), ("plan", path, "--json", "-o", tmp_path / "out.xlsx"), ("check", path)):
        assert run(*arguments).exit_code == 1
    assert snapshot(tmp_path) == before
    assert json.loads(run("plan", path, "--json").stdout)["lines"] == {}
    assert "plan.xlsx › Users!B2" in run("check", path).stderr


def test_warnings_fail_only_if_asked(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook(**replaced("Retention", "| 5 %  ", "| 30 % ")))
    assert run("check", path).exit_code == 0
    assert run("check", path, "--fail-on", "warning").exit_code == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "there is no file"),
        (b"", "empty"),
        (b"a,b\n1,2\n", "text"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "not an .xlsx"),
        (b"PK\x03\x04 broken", "damaged"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "plan.xlsx"
    if content is not None:
        path.write_bytes(content)
    before = snapshot(tmp_path)
    for command in ("check", "plan"):
        result = run(command, path)
        assert result.exit_code == 4, result.output
        assert words in result.stderr
        assert "Traceback" not in result.output
    assert json.loads(run("plan", path, "--json").stdout)["lines"] == {}
    assert snapshot(tmp_path) == before


def test_a_folder_is_no_workbook(tmp_path: Path) -> None:
    result = run("report", tmp_path)
    assert (result.exit_code, "is a folder" in result.stderr) == (4, True)


def test_a_file_that_is_open_elsewhere_is_left_alone(plan_path: Path, tmp_path: Path) -> None:
    owner = "Anna".encode("cp1252")
    (tmp_path / "~$plan.xlsx").write_bytes(bytes([len(owner)]) + owner.ljust(54))
    before = snapshot(tmp_path)
    result = run("plan", plan_path)
    assert result.exit_code == 5
    assert "open in Excel by Anna" in result.stderr
    assert snapshot(tmp_path) == before


def test_a_read_only_file_is_left_alone(plan_path: Path, tmp_path: Path) -> None:
    plan_path.chmod(stat.S_IRUSR)
    before = snapshot(tmp_path)
    result = run("plan", plan_path)
    assert (result.exit_code, "read-only" in result.stderr) == (5, True)
    assert snapshot(tmp_path) == before


def test_a_sheet_of_the_persons_with_a_result_sheets_name(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(workbook_from_markdown(valid_markdown() + "\n## Summary\n| mine |\n| 1 |\n"))
    before = snapshot(tmp_path)
    result = run("plan", path)
    assert result.exit_code == 1
    assert "Summary" in result.stderr
    assert "rename your sheet" in result.stderr
    assert snapshot(tmp_path) == before


def test_the_copy_keeps_the_files_ending(plan_path: Path, tmp_path: Path) -> None:
    result = run("plan", plan_path, "-o", tmp_path / "out.xlsm")
    assert (result.exit_code, "must end in .xlsx" in result.stderr) == (2, True)


def test_a_fault_of_ours_is_one_line(plan_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("workbook.actions.calculate", fail)
    result = run("plan", plan_path)
    assert result.exit_code == 2
    assert "internal error: ZeroDivisionError: oops" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.whole
def test_new_plan_and_again(tmp_path: Path) -> None:
    path = tmp_path / "new.xlsx"
    assert run("new", path, "--template", "erlmcp").exit_code == 0
    assert path.read_bytes() == (SAMPLES / "erlmcp.xlsx").read_bytes()
    refused = run("new", path)
    assert (refused.exit_code, "exists already" in refused.stderr) == (2, True)
    assert run("plan", path).exit_code == 0


@pytest.mark.whole
def test_the_first_plan_of_a_new_workbook_has_no_warning(tmp_path: Path) -> None:
    path = tmp_path / "new.xlsx"
    assert run("new", path).exit_code == 0
    plan = actions.read_plan(path).plan
    assert plan is not None
    assert [row.model_dump()["component"] for row in plan.rows("components")] == ["Web shop", "Order service", "Search"]
    result = run("plan", path, "--fail-on", "warning")
    assert result.exit_code == 0, result.output
    assert "no problems" in result.stdout
    assert not re.search(r"(error|warning)\[", result.output)


def test_new_takes_only_known_templates(tmp_path: Path) -> None:
    result = run("new", tmp_path / "new.xlsx", "--template", "erlang")
    assert (result.exit_code, "erlmcp" in result.stderr) == (2, True)


@pytest.mark.whole
@pytest.mark.parametrize("template", ["blank", "example", "meridian", "erlmcp"])
def test_every_template_plans(tmp_path: Path, template: str) -> None:
    path = tmp_path / "new.xlsx"
    assert run("new", path, "--template", template).exit_code == 0
    result = run("plan", path)
    assert result.exit_code == 0, result.output
    checks = {"blank": 14, "erlmcp": 15, "example": 16, "meridian": 17}[template]  # scenarios, ranges, measured months
    assert f"all {checks} checks passed" in result.stdout


@pytest.mark.whole
def test_new_into_adds_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "mine.xlsx"
    path.write_bytes(workbook_from_markdown("## Ideas\n| a |\n| 1 |\n"))
    result = run("new", path, "--into", "--template", "blank")
    assert result.exit_code == 0, result.output
    assert "Users" in result.stdout
    assert run("plan", path).exit_code == 0
    assert "has every input sheet" in run("new", path, "--into").stdout


def test_new_into_names_the_sheets_that_were_there_already(tmp_path: Path) -> None:
    path = tmp_path / "mine.xlsx"
    path.write_bytes(
        workbook_from_markdown("".join(f"## {name}\n| a |\n| 1 |\n\n" for name in ("SLAs", "COST", "Ideas")))
    )
    result = run("new", path, "--into", "--template", "blank")
    assert result.exit_code == 0, result.output
    assert "Already there and read as input sheets: SLAs." in result.stderr
    assert "Rename before planning: COST." in result.stderr
    assert "Ideas" not in result.stderr


@pytest.mark.slow
def test_a_planned_copy_says_how_it_is_written_back(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook(**replaced("Retention", "| 5 %  ", "| 30 % ")))
    assert run("plan", path, "--mark", "--fail-on", "warning").exit_code == 1
    copy = tmp_path / "plan.problems.xlsx"
    result = run("plan", copy)
    assert result.exit_code == 0, result.output
    assert "To write it back to plan.xlsx, run: workbook plan" in result.stderr
    assert run("plan", copy, "-o", path).exit_code == 0
    assert "marked copy" not in run("plan", path).stderr


def test_warnings_that_fail_write_nothing(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook(**replaced("Retention", "| 5 %  ", "| 30 % ")))
    before = snapshot(tmp_path)
    assert run("plan", path, "--fail-on", "warning").exit_code == 1
    assert snapshot(tmp_path) == before


@pytest.mark.slow
@pytest.mark.parametrize("tables", [False, True])
@pytest.mark.parametrize("date_1904", [False, True])
def test_both_date_systems_and_excel_tables(tmp_path: Path, date_1904: bool, tables: bool) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(workbook_from_markdown(valid_markdown(), tables=tables, date_1904=date_1904))
    assert run("plan", path).exit_code == 0, run("plan", path).output
    cells = formulas(path.read_bytes(), RESULT_SHEETS)
    stored = stored_values(path.read_bytes(), RESULT_SHEETS)
    theirs = stored_values(recalculated_by_package(poisoned(path.read_bytes())), RESULT_SHEETS)
    assert differences(stored, theirs, cells) == []
    assert any(str(value).startswith("2026-01-01") for value in stored.values())


@pytest.mark.whole
def test_result_sheets_stand_in_order(plan_path: Path) -> None:
    from workbook.files.package.opening import open_package  # noqa: PLC0415 - one test's business

    run("plan", plan_path)
    names = tuple(sheet.name for sheet in open_package(plan_path.read_bytes()).sheets)
    assert names[-len(RESULT_SHEETS) :] == RESULT_SHEETS
