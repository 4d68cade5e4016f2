"""`workbook actuals`: what is listed, when it is written, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import run
from tests.history.sources import FOCUS_COLUMNS, csv_text, focus_rows
from tests.workbooks import valid_workbook


@pytest.fixture
def bill(tmp_path: Path) -> Path:
    path = tmp_path / "bill.csv"
    path.write_text(csv_text(FOCUS_COLUMNS, focus_rows()))
    return path


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook(Actuals="| Month | Cost | Status |\n| 2026-01-01 | 350 | final |"))
    return path


def test_the_list_is_printed_and_nothing_is_written(plan_path: Path, bill: Path) -> None:
    before = plan_path.read_bytes()
    result = run("actuals", plan_path, bill)
    assert result.exit_code == 0, result.output
    assert "Jan 2026  Cost    (blank)          320  bill.csv, 5 rows  new" in result.stdout
    assert "run the command again with --write" in result.stderr
    assert plan_path.read_bytes() == before


@pytest.mark.whole
def test_write_writes_and_a_second_time_changes_nothing(plan_path: Path, bill: Path, tmp_path: Path) -> None:
    before = plan_path.read_bytes()
    result = run("actuals", plan_path, bill, "--write")
    assert result.exit_code == 0, result.output
    assert f"Wrote {plan_path}: 5 cells on Actuals." in result.stdout
    assert (tmp_path / "plan.backup.xlsx").read_bytes() == before
    written = plan_path.read_bytes()
    again = run("actuals", plan_path, bill, "--write")
    assert again.exit_code == 0
    assert "already has these figures" in again.stderr
    assert plan_path.read_bytes() == written
    assert run("plan", plan_path).exit_code == 0


def test_a_closed_month_needs_restate(closed: Path, bill: Path, tmp_path: Path) -> None:
    before = closed.read_bytes()
    refused = run("actuals", closed, bill, "--write")
    assert refused.exit_code == 1
    assert "error[WB824]: Cost of Jan 2026 is final and would change" in refused.stderr
    assert "No changes were written." in refused.stderr
    assert closed.read_bytes() == before
    out = tmp_path / "out.xlsx"
    assert run("actuals", closed, bill, "--write", "--restate", "-o", out).exit_code == 0
    assert closed.read_bytes() == before
    assert out.is_file()


def test_json_is_the_list(plan_path: Path, bill: Path) -> None:
    result = run("actuals", plan_path, bill, "--basis", "cash", "--without", "none", "--json")
    data = json.loads(result.stdout)
    assert set(data) == {"file", "sources", "cells", "problems", "written"}
    assert data["cells"][0] == {
        "month": "2026-01", "column": "Cost", "was": None, "is": 1522, "source": "bill.csv", "rows": 5, "kind": "new",
    }  # fmt: skip
    assert data["sources"][0]["format"] == "focus"
    assert data["written"] is None


def test_columns_and_rows_are_chosen(plan_path: Path, tmp_path: Path) -> None:
    source = tmp_path / "team.csv"
    source.write_text("Month,Team,Active\n2026-01,a,5\n2026-01,b,7\n")
    chosen = run("actuals", plan_path, source, "--as", "users=Active", "--where", "Team=b", "--json")
    assert json.loads(chosen.stdout)["cells"][0]["is"] == 7
    added = run("actuals", plan_path, source, "--as", "users=Active", "--sum", "--format", "csv", "--json")
    assert json.loads(added.stdout)["cells"][0]["is"] == 12


def test_quiet_prints_the_list_alone(plan_path: Path, bill: Path) -> None:
    result = run("actuals", plan_path, bill, "-q")
    assert result.stdout.startswith("Month")
    assert "Next:" not in result.stderr
    assert "bill.csv: FOCUS" not in result.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--as", "speed"), "'speed' is none of users, requests, cpu, memory, storage, nodes, cost"),
        (("--where", "Team"), "'Team' is not COLUMN=VALUE"),
        (("--zone", "Berlin"), "'Berlin' is no time zone"),
        (("-o", "out.xlsx"), "-o is for --write"),
        (("--write", "-o", "out.xlsm"), "must end in .xlsx"),
    ],
)
def test_wrong_options_are_usage_errors(plan_path: Path, bill: Path, options: tuple[str, ...], words: str) -> None:
    result = run("actuals", plan_path, bill, *options)
    assert result.exit_code == 2
    assert words in " ".join(result.stderr.replace("│", " ").split())


def test_errors_of_the_plan_come_first(tmp_path: Path, bill: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook(Users="| Segment |\n| A |"))
    assert run("actuals", path, bill).exit_code == 1


def test_a_source_that_is_missing_is_unreadable(plan_path: Path, tmp_path: Path) -> None:
    result = run("actuals", plan_path, tmp_path / "none.csv")
    assert (result.exit_code, "the source none.csv cannot be read" in result.stderr) == (4, True)


def test_a_source_without_a_month_says_so(plan_path: Path, bill: Path) -> None:
    result = run("actuals", plan_path, bill, "--where", "ServiceName=nothing")
    assert result.exit_code == 0
    assert "No month is measured." in result.stderr
    assert "already has" not in result.stderr
