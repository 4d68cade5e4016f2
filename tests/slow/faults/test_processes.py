"""Whole runs of `workbook plan`: twenty at once on one file, and runs that are told to end."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from tests.workbooks import valid_workbook
from workbook.files.saving.backups import list_backups

pytestmark = pytest.mark.faults


def start(plan: Path) -> subprocess.Popen[str]:
    # A process inherits what its parent ignores: a background job an interrupt, one under nohup the end of a
    # terminal. What is tested is what the program itself does, so it starts with none ignored, wherever the tests run.
    code = (
        "import signal, workbook.cli\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "for name in {'SIGTERM', 'SIGHUP', 'SIGXCPU'} & set(dir(signal)):\n"
        "    signal.signal(getattr(signal, name), signal.SIG_DFL)\n"
        "workbook.cli.main()"
    )
    command = [sys.executable, "-c", code, "plan", str(plan)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture(scope="module")
def source() -> bytes:
    """One workbook for all, because it holds the time at which it was made."""
    return valid_workbook()


@pytest.fixture
def plan(tmp_path: Path, source: bytes) -> Path:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(source)
    return path


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory, source: bytes) -> bytes:
    path = tmp_path_factory.mktemp("alone") / "plan.xlsx"
    path.write_bytes(source)
    assert start(path).wait() == 0
    return path.read_bytes()


def test_twenty_runs_at_once_take_turns_or_say_so(plan: Path, planned: bytes) -> None:
    before = plan.read_bytes()
    runs = [start(plan) for _ in range(20)]
    told = [(run.communicate()[1], run.returncode) for run in runs]
    codes = Counter(code for _, code in told)
    print(codes)
    assert set(codes) <= {0, 5}
    assert codes[0] >= 1
    assert codes[5] >= 1
    assert all("plan.xlsx is being written by" in text for text, code in told if code == 5)
    assert plan.read_bytes() == planned
    assert [backup.path.read_bytes() for backup in list_backups(plan)] == [before]
    assert names(plan.parent) == {"plan.xlsx", "plan.backup.xlsx"}


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(("number", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129), ("SIGXCPU", 152)])
def test_a_run_that_is_told_to_end_tidies_up(plan: Path, planned: bytes, number: str, code: int) -> None:
    before = plan.read_bytes()
    run = start(plan)
    end = time.monotonic() + 60
    while not plan.with_name(".plan.xlsx.workbook.lock").exists() and run.poll() is None and time.monotonic() < end:
        time.sleep(0.002)
    run.send_signal(getattr(signal, number))
    out, err = run.communicate()
    assert run.returncode == code, out + err
    assert "Traceback" not in err
    assert len(err.splitlines()) == (1 if number == "SIGINT" else 0), err
    assert plan.read_bytes() in (before, planned)
    assert names(plan.parent) <= {"plan.xlsx", "plan.backup.xlsx"}
    with zipfile.ZipFile(plan) as archive:
        assert archive.testzip() is None
