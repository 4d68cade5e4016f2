"""Pipes, devices and files without a size are refused at once, wherever a path is read or written."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import run
from tests.workbooks import valid_workbook
from workbook import actions
from workbook.bounded import read_bounded
from workbook.files.saving.lock import lock_path
from workbook.files.saving.owner_files import owner_files
from workbook.problems import Refusal
from workbook.report.mail.ledger import read_ledger
from workbook.report.mail.secrets import _from_file
from workbook.report.mail.settings import Config, read_settings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system here"),
]
DEVICES = [path for path in ("/dev/null", "/dev/zero", "/dev/full") if Path(path).exists()]


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook())
    return path


@pytest.fixture(params=["fifo", *DEVICES])
def special(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "special.xlsx"
    if request.param == "fifo":
        os.mkfifo(path)
    else:
        path.symlink_to(request.param)
    yield path
    assert not path.is_file()


def at_once(call: Callable[[], object]) -> object:
    """Return what a call returns or raises; one that waits fails the test instead of the suite."""
    got: list[object] = []

    def work() -> None:
        try:
            got.append(call())
        except Exception as error:
            got.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(20)
    assert got, "it waits"
    return got[0]


def seen_of(call: Callable[[], object]) -> str:
    refusal = at_once(call)
    assert isinstance(refusal, Refusal), refusal
    return f"{refusal.problem.message} {refusal.problem.seen}"


@pytest.mark.parametrize("command", ["plan", "restore", "new", "theme"])
def test_no_output_goes_there(command: str, special: Path, plan: Path) -> None:
    if command == "restore":
        run("plan", plan)
    words = {
        "plan": ("plan", plan, "-o", special),
        "restore": ("restore", plan, "-o", special),
        "new": ("new", special, "--force"),
        "theme": ("plan", plan, "--theme", special),
    }[command]
    result = at_once(lambda: run(*words))
    assert getattr(result, "exit_code", None) not in (0, None)
    assert "internal error" not in getattr(result, "output", "")


def test_a_workbook_is_none_of_them(special: Path) -> None:
    assert "pipe or a device" in seen_of(lambda: actions.read_plan(special))


@pytest.mark.skipif(not Path("/proc/kmsg").exists(), reason="no such file here")
def test_a_file_without_size_is_not_waited_for() -> None:
    assert isinstance(at_once(lambda: run("check", "/proc/kmsg")), object)


def test_mail_reads_regular_files_only(special: Path) -> None:
    assert "regular file" in seen_of(lambda: read_settings(Config(special)))
    assert "regular file" in seen_of(lambda: read_ledger(special))
    assert isinstance(at_once(lambda: _from_file(special)), Refusal)


def test_a_pipe_as_owner_file_is_ignored_and_one_as_lock_refused(plan: Path) -> None:
    os.mkfifo(plan.with_name("~$plan.xlsx"))
    assert at_once(lambda: owner_files(plan)) == ()
    os.mkfifo(lock_path(plan))
    result = at_once(lambda: run("plan", plan))
    assert "is a pipe or a device" in result.output  # type: ignore[attr-defined]
    assert plan.read_bytes() == valid_workbook()


def test_a_file_is_read_up_to_its_cap(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_bounded(path, 5) == b"12345"
    with pytest.raises(OSError, match="5 bytes, where at most 4"):
        read_bounded(path, 4)


@pytest.mark.parametrize("seconds", [-(2**40), 2**40, -1])
def test_no_file_time_is_too_much(seconds: int, plan: Path) -> None:
    owner = plan.with_name("~$plan.xlsx")
    owner.write_bytes(b"\x04Anna")
    try:
        os.utime(owner, (seconds, seconds))
    except OSError:
        pytest.skip("the file system knows no such time")
    assert "internal error" not in run("plan", plan).output


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("[mail]\nport = " + "9" * 5000, "digits in line 2"),
        ("[mail]\n\nallow = " + "[" * 5000, "deep in line 3"),
        ("a = " + "{a=" * 5000, "deep in line 1"),
    ],
)
def test_a_configuration_beyond_limits_has_its_line(text: str, seen: str, tmp_path: Path) -> None:
    path = tmp_path / "mail.toml"
    path.write_text(text)
    assert seen in seen_of(lambda: read_settings(Config(path)))


@pytest.mark.parametrize("line", ["[" * 100_000, "9" * 5000, '{"time": ' + "9" * 5000 + "}", "{" * 9])
def test_a_ledger_beyond_limits_has_its_line(line: str, tmp_path: Path, plan: Path) -> None:
    path = tmp_path / "ledger"
    path.write_text(f"\n{line}\n")
    assert "line 2" in seen_of(lambda: read_ledger(path))
    lock_path(plan).write_text(line)
    assert run("plan", plan).exit_code == 0
