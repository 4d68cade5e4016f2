"""The command that adds up workbooks: what it prints, its exit codes, and a run that goes on where it was killed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import run
from tests.portfolio.books import COUNT, FAULTS, fill, planned, stale
from workbook import actions

pytestmark = pytest.mark.whole


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with two plans, one of them in euros, a stale one and a damaged one."""
    made = tmp_path / "plans"
    made.mkdir()
    for name, data in (
        ("a.xlsx", planned()),
        ("b.xlsx", planned("Europe", "EUR")),
        ("c.xlsx", stale()),
        ("d.xlsx", b"PK\x03\x04 broken"),
    ):
        (made / name).write_bytes(data)
    return made


def test_what_is_not_counted_is_named(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "group.xlsx"
    result = run("portfolio", folder, "-o", output, "--jobs", 1)
    assert result.exit_code == 4
    assert f"Wrote {output}: 1 of 4 plans are counted." in result.stdout
    for words in (
        "b.xlsx: no rate: the plan is in EUR",
        "c.xlsx: stale: WB702",
        "d.xlsx: unreadable: WB1",
        "add --plan",
    ):
        assert words in result.stderr
    (folder / "d.xlsx").unlink()
    assert run("portfolio", folder, "-o", output, "--jobs", 1).exit_code == 1
    rates = tmp_path / "rates.csv"
    rates.write_text("Currency,Rate\nUSD,1\nEUR,1.25\n")
    result = run("portfolio", folder, "-o", output, "--jobs", 1, "--plan", "--currency-rates", rates)
    assert (result.exit_code, "3 of 3 plans are counted" in result.stdout) == (0, True)
    assert (folder / "c.backup.xlsx").read_bytes() == stale()


def test_json_and_tables(folder: Path, tmp_path: Path) -> None:
    output, tables = tmp_path / "group.xlsx", tmp_path / "tables"
    result = run("portfolio", folder, "-o", output, "--jobs", 1, "--json", "--tables", tables, "--by", "currency")
    data = json.loads(result.stdout)
    assert (data["output"], data["currency"], data["counted"]) == (str(output), "USD", 1)
    assert [plan["status"] for plan in data["plans"]] == ["counted", "no rate", "stale", "unreadable"]
    assert [plan["group"] for plan in data["plans"]] == ["USD", "EUR", "", ""]
    assert data["plans"][0]["cost"] == pytest.approx(sum(data["cost"].values()))
    assert [Path(path).name for path in data["tables"]] == ["plans.csv", "cost.csv", "orders.csv", "commitments.csv"]
    assert all(Path(path).is_file() for path in data["tables"])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("-o", "group.xlsm"), "must end in .xlsx"),
        (("--engine", "dask"), "belong together"),
        (("--scheduler", "tcp://127.0.0.1:1"), "belong together"),
        (("--by", "weather"), "there is no setting 'weather'"),
        (("--currency-rates", "none.csv"), "none.csv cannot be read"),
    ],
)
def test_usage_errors_write_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], words: str
) -> None:
    monkeypatch.chdir(folder.parent)
    result = run("portfolio", folder, *options)
    assert (result.exit_code, words in result.stderr) == (2, True), result.stderr
    assert [path.name for path in folder.parent.iterdir()] == ["plans"]


def test_a_plan_is_not_overwritten(folder: Path) -> None:
    before = (folder / "a.xlsx").read_bytes()
    result = run("portfolio", folder, "-o", folder / "a.xlsx")
    assert (result.exit_code, "is not an earlier group workbook" in result.stderr) == (2, True)
    assert (folder / "a.xlsx").read_bytes() == before


def test_an_interrupted_run_goes_on(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "group.xlsx"
    run("portfolio", folder, "-o", output, "--jobs", 1)
    whole = output.read_bytes()
    output.unlink()
    files = actions.find_workbooks(folder)

    def stop(done: int, _every: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        actions.make_portfolio(files, output, progress=stop)
    assert (tmp_path / "group.xlsx.state").is_file()
    result = run("portfolio", folder, "-o", output, "--jobs", 1)
    assert "2 of 4 workbooks were read before the run was interrupted" in result.stderr
    assert output.read_bytes() == whole
    assert not (tmp_path / "group.xlsx.state").exists()


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    folder, output = fill(tmp_path / "plans"), tmp_path / "group.xlsx"
    state = tmp_path / "group.xlsx.state"
    found = {}
    for jobs in (1, 2):
        result = run("portfolio", folder, "-o", output, "--jobs", jobs, "--by", "Plan name")
        assert result.exit_code == 4
        found[jobs] = output.read_bytes()
        output.unlink()
    assert found[1] == found[2]
    assert f"{COUNT - len(FAULTS)} of {COUNT} plans are counted" in result.stdout
    command = [sys.executable, "-m", "workbook", "portfolio", str(folder), "-o", str(output), "--by", "Plan name"]
    process = subprocess.Popen([*command, "--jobs", "2"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (state.exists() and state.read_bytes().count(b"\n") > 8):
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert not output.exists()
    result = run("portfolio", folder, "-o", output, "--jobs", 2, "--by", "Plan name")
    assert f"of {COUNT} workbooks were read before the run was interrupted" in result.stderr
    assert output.read_bytes() == found[1]
    assert not state.exists()
    assert actions.lint_workbook(output) == ()
