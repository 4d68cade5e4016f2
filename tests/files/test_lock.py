"""The run lock: one run at a time, whoever is killed, and nothing left behind."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from msgspec.structs import asdict

from tests.conftest import exit_code_of
from workbook.files.saving import lock as locking
from workbook.files.saving.lock import Run, lock_path, run_lock
from workbook.files.saving.process_identity import host_name
from workbook.problems import Code, Refusal

HOLD = """
import sys, time
from pathlib import Path
from workbook.files.saving.lock import run_lock
with run_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""
COUNT = """
import sys, time
from pathlib import Path
from workbook.files.saving import lock
lock.PATIENCE = 60
counter = Path(sys.argv[2])
for _ in range(10):
    with lock.run_lock(Path(sys.argv[1])):
        number = int(counter.read_text())
        time.sleep(0.001)
        counter.write_text(str(number + 1))
"""
LEFT = Run(4711, "anna", "PC7", "2026-11-02T09:12:00+01:00")


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return tmp_path / "plan.xlsx"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "PATIENCE", 0.0)


def hold(plan: Path) -> subprocess.Popen[bytes]:
    """Start a process that holds the file."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(plan)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def stop(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


def refused(plan: Path) -> str:
    with pytest.raises(Refusal) as caught, run_lock(plan):
        pass
    assert exit_code_of(caught.value) == 5
    assert caught.value.problem.code is Code.RUN_UNDER_WAY
    return f"{caught.value} {caught.value.problem.remedy}"


def test_leaves_nothing_behind(plan: Path) -> None:
    with run_lock(plan):
        assert json.loads(lock_path(plan).read_text())["pid"] == os.getpid()
    assert list(plan.parent.iterdir()) == []
    with pytest.raises(ZeroDivisionError), run_lock(plan):
        raise ZeroDivisionError
    assert list(plan.parent.iterdir()) == []


def test_a_run_that_holds_the_file_goes_on(plan: Path) -> None:
    with run_lock(plan), run_lock(plan.parent / "." / "plan.xlsx"):
        pass
    assert list(plan.parent.iterdir()) == []


@pytest.mark.usefixtures("impatient")
def test_another_thread_is_another_run(plan: Path) -> None:
    told: list[str] = []
    with run_lock(plan):
        thread = threading.Thread(target=lambda: told.append(refused(plan)))
        thread.start()
        thread.join()
    assert len(told) == 1


@pytest.mark.usefixtures("impatient")
def test_names_the_run_that_is_under_way(plan: Path) -> None:
    process = hold(plan)
    try:
        message = refused(plan)
        assert f"plan.xlsx is being written by run {process.pid}" in message
        assert host_name() in message
        assert lock_path(plan).exists()
    finally:
        stop(process)


def test_waits_for_a_run_that_ends(plan: Path) -> None:
    process = hold(plan)
    threading.Timer(0.3, process.kill).start()
    with run_lock(plan):
        assert process.wait() != 0
    process.communicate()


def test_the_lock_of_a_killed_run_is_taken_over_at_once(plan: Path, impatient: None) -> None:
    stop(hold(plan))
    assert lock_path(plan).exists()
    with run_lock(plan):
        pass
    assert list(plan.parent.iterdir()) == []


def test_a_lock_through_a_link_is_that_of_the_file(plan: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    plan.touch()
    link = tmp_path / "elsewhere" / "link.xlsx"
    link.symlink_to(plan)
    with run_lock(link):
        assert lock_path(plan).exists()
        assert [path.name for path in link.parent.iterdir()] == ["link.xlsx"]


def test_a_lock_of_another_machine_is_honoured_for_ten_minutes(plan: Path, impatient: None) -> None:
    lock = lock_path(plan)
    lock.write_text(json.dumps(asdict(LEFT)))
    message = refused(plan)
    assert "run 4711 by anna on PC7 since 2026-11-02" in message
    assert "10 minutes" in message
    assert lock.name in message
    os.utime(lock, (time.time() - 601, time.time() - 601))
    with run_lock(plan):
        assert json.loads(lock.read_text())["pid"] == os.getpid()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "many"}', "\x00" * 50])
def test_a_record_that_cannot_be_read_is_nobodys(plan: Path, impatient: None, text: str) -> None:
    lock_path(plan).write_text(text)
    with run_lock(plan):
        pass
    assert list(plan.parent.iterdir()) == []


def test_a_name_in_a_record_cannot_break_the_line(plan: Path) -> None:
    assert Run(1, "an\x1b[31mna\n", "PC\u202e7", "never").words == "run 1 by an[31mna on PC7"


@pytest.mark.whole
def test_one_of_many_at_a_time(plan: Path, tmp_path: Path) -> None:
    """Ten processes count to ten each; a removed and a new lock file would let two in, and counts would be lost."""
    counter = tmp_path / "counter"
    counter.write_text("0")
    command = [sys.executable, "-c", COUNT, str(plan), str(counter)]
    processes = [subprocess.Popen(command) for _ in range(10)]
    assert [process.wait() for process in processes] == [0] * 10
    assert counter.read_text() == "100"
    assert [path.name for path in tmp_path.iterdir()] == ["counter"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX locks")
def test_without_locks_of_the_system_a_living_run_is_honoured(
    plan: Path, monkeypatch: pytest.MonkeyPatch, impatient: None
) -> None:
    import fcntl  # noqa: PLC0415 - not on every system

    def none(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", none)
    lock_path(plan).write_text(json.dumps(asdict(Run(os.getppid(), "anna", host_name(), LEFT.start))))
    assert f"run {os.getppid()} by anna" in refused(plan)
    monkeypatch.setattr(locking, "is_running", lambda _: False)
    with run_lock(plan):
        pass
    assert list(plan.parent.iterdir()) == []


def test_where_no_lock_can_be_made_the_reason_is_told(plan: Path) -> None:
    lock_path(plan).mkdir()
    with pytest.raises(Refusal) as caught, run_lock(plan):
        pass
    assert caught.value.problem.code is Code.NOT_WRITTEN
    assert "plan.xlsx could not be written" in str(caught.value)
