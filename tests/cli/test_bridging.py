"""`workbook bridge`: what is printed, from which version or workbook, and its exit codes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.conftest import SAMPLES, run
from tests.history.approved_files import VERSION, approved_file

pytestmark = pytest.mark.whole


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    return approved_file(
        tmp_path / "plan.xlsx",
        ("users", "erlmcp users", "current_users", 5400),
        ("rates", "Object storage", "on_demand", 0.021),
    )


def test_sentence_steps_and_inputs_are_printed_and_nothing_is_written(changed: Path) -> None:
    before = changed.read_bytes()
    result = run("bridge", changed)
    assert result.exit_code == 0, result.output
    sentence, _, head, version, *rest = result.stdout.splitlines()
    assert sentence.startswith("FY2026 costs USD ")
    assert f"than {VERSION}: users and growth" in sentence
    heads = ["Step", "FY2026, USD", "FY2027, USD", "Whole plan, USD", "Nodes, Jan 2029", "Exhaustion month"]
    assert re.split(r"\s{2,}", head) == heads
    assert version.split() == [*VERSION.split(), "94,361", "245,247", "2,178,117", "80", "2"]
    assert len({len(line) for line in (head, version, *rest[:3])}) == 1
    inputs = [line.split("  ")[0] for line in rest[rest.index("") + 2 :]]
    assert inputs == ["Users, erlmcp users, Current users", "Rates, Object storage, On-demand"]
    assert changed.read_bytes() == before


def test_json_is_one_object(changed: Path) -> None:
    result = run("bridge", changed, "--json")
    data = json.loads(result.stdout)
    assert (data["file"], data["from"], data["years"]) == (str(changed), VERSION, ["FY2026", "FY2027"])
    total = data["before"]["cost_plan"] + sum(step["effects"]["cost_plan"] for step in data["steps"])
    assert total == pytest.approx(data["now"]["cost_plan"], abs=1e-6)
    assert [one["was"] for one in data["inputs"]] == ["5,000", "0.023"]


def test_from_another_workbook(changed: Path, tmp_path: Path) -> None:
    old = tmp_path / "last quarter.xlsx"
    old.write_bytes((SAMPLES / "erlmcp.xlsx").read_bytes())
    result = run("bridge", changed, "--from", old)
    assert result.exit_code == 0, result.output
    assert "than last quarter.xlsx: users and growth" in result.stdout


def test_from_a_workbook_that_cannot_be_read(changed: Path, tmp_path: Path) -> None:
    assert run("bridge", changed, "--from", tmp_path / "absent.xlsx").exit_code == 4
    assert "absent.xlsx" in run("bridge", changed, "--from", tmp_path / "absent.xlsx").stderr


@pytest.mark.parametrize(
    ("options", "code"),
    [(("--from", "Budget 2025"), "WB809"), (("--from", VERSION, "--json"), "")],
)
def test_from_a_version(changed: Path, options: tuple[str, ...], code: str) -> None:
    result = run("bridge", changed, *options)
    assert result.exit_code == bool(code), result.output
    assert code in result.output


def test_without_a_version(plan_path: Path) -> None:
    result = run("bridge", plan_path)
    assert result.exit_code == 1
    assert "error[WB801]: no version is approved" in result.stderr
    assert "workbook approve" in result.stderr


def test_errors_of_the_workbook_come_first(tmp_path: Path) -> None:
    path = approved_file(tmp_path / "plan.xlsx", ("settings", "", "horizon_months", -1))
    result = run("bridge", path)
    assert result.exit_code == 1
    assert "horizon" in result.stderr.casefold()
    assert result.stdout == ""


def test_another_currency(tmp_path: Path) -> None:
    path = approved_file(tmp_path / "plan.xlsx", ("settings", "", "currency", "EUR"))
    result = run("bridge", path)
    assert result.exit_code == 1
    assert "error[WB806]" in result.stderr
    assert "warning[WB806]" in run("check", path).stderr


def test_a_renamed_row_is_remarked(tmp_path: Path) -> None:
    path = approved_file(tmp_path / "plan.xlsx", ("retention", "Logs", "dataset", "Access logs"))
    result = run("bridge", path)
    assert result.exit_code == 0
    assert "info[WB808]" in result.stderr
    assert "row removed" in result.stdout
