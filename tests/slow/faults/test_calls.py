"""Every call of a save fails, is the last before a kill or Ctrl+C, or comes after somebody else's change."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.slow.faults import calls, scene
from tests.slow.faults.__main__ import fail_calls
from tests.slow.faults.scene import NEW, OLD, OLDER, THEIRS
from workbook.files.saving import lock, save
from workbook.problems import Code

pytestmark = pytest.mark.faults


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.0)
    monkeypatch.setattr(save, "_PATIENCE", (0.0, 0.0))


def test_whatever_call_fails_nothing_is_lost(tmp_path: Path) -> None:
    tally = fail_calls(tmp_path / "place", True)
    print(tally)
    assert tally.found == []
    assert tally.errors > 1000
    assert tally.kills > 100


def test_a_careless_save_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof of the proof: a save that writes onto the target, and one that leaves its files lying about."""

    def onto_the_target(path: Path, write: Callable[[object], object], *_: object, **__: object) -> None:
        with path.open("wb") as file:
            write(file)

    monkeypatch.setattr(save, "save", onto_the_target)
    _, found = calls.sweep(tmp_path / "place", calls.killing)
    assert any("neither the old nor the new" in finding for finding in found)
    assert any("without a backup" in finding for finding in found)


def test_an_error_that_stays_is_told_with_the_file(tmp_path: Path) -> None:
    target = scene.set_up(tmp_path / "place")
    refusal, _, _ = calls.run(target, calls.failing("ENOSPC", 1, for_good=True))
    assert refusal is not None
    assert refusal.problem.code is Code.NOT_WRITTEN
    assert "plan.xlsx could not be written (No space left on device); it is unchanged" in str(refusal)


def each_step(folder: Path, change: Callable[[Path], None]) -> Iterator[tuple[Path, object, str]]:
    """Save once for each of its calls, with the change before that call; gives what came of it."""
    nth, is_over = 0, False
    while not is_over:
        nth += 1
        target = scene.set_up(folder)
        refusal, _, made = calls.run(target, calls.changing(nth, lambda at=target: change(at)))  # type: ignore[misc]
        is_over = len(made) < nth
        if not is_over:
            calls.release(folder)
            left = [path.name for path in folder.iterdir() if "workbook" in path.name]
            assert left == [], (nth, made[nth - 1])
            yield target, refusal, made[nth - 1]


def put_theirs(target: Path) -> None:
    theirs = target.with_name("theirs")
    theirs.write_bytes(THEIRS)
    theirs.replace(target)


def write_theirs(target: Path) -> None:
    before = target.stat()
    target.write_bytes(THEIRS[: before.st_size].ljust(before.st_size, b"x"))
    os.utime(target, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("change", [put_theirs, write_theirs])
def test_what_somebody_saves_meanwhile_is_never_overwritten(tmp_path: Path, change: Callable[[Path], None]) -> None:
    """But for the instant of the rename itself, which no look can come after."""
    overwritten, siblings = [], 0
    for target, refusal, call in each_step(tmp_path / "place", change):
        now = target.read_bytes()
        siblings += target.with_name("plan.new.xlsx").exists()
        if refusal is None and now == NEW:
            overwritten.append(call)
        elif refusal is not None:
            assert now not in (OLD, NEW), call
            assert refusal.problem.code is Code.CHANGED_MEANWHILE  # type: ignore[attr-defined]
            assert target.with_name("plan.new.xlsx").read_bytes() == NEW
        assert OLDER in [path.read_bytes() for path in target.parent.glob("plan.backup*")]
    assert overwritten == ["replace"]
    assert siblings > 50


def test_what_somebody_opens_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    refused = 0
    for target, refusal, call in each_step(tmp_path / "place", lambda target: target.with_name("~$plan.xlsx").touch()):
        assert target.read_bytes() == (OLD if refusal else NEW), call
        assert (refusal is None) or target.with_name("plan.new.xlsx").read_bytes() == NEW
        refused += refusal is not None
    assert refused > 50


def test_what_somebody_removes_meanwhile_is_no_fault_of_ours(tmp_path: Path) -> None:
    steps = 0
    for target, refusal, call in each_step(tmp_path / "place", lambda target: target.unlink(missing_ok=True)):
        kept = [path.read_bytes() for path in target.parent.iterdir()]
        assert NEW in kept or OLD in kept or refusal is not None, call
        assert OLDER in kept
        steps += 1
    assert steps > 50


def test_a_link_is_followed_or_the_save_refused(tmp_path: Path) -> None:
    """Where a link cannot be looked at, it must not be taken for the file itself."""
    nth, made = 0, [""]
    while len(made) >= nth:
        nth += 1
        target = scene.set_up(tmp_path / "place")
        link = tmp_path / "link.xlsx"
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        refusal, _, made = calls.run(link, calls.failing("EIO", nth, for_good=False))
        calls.release(tmp_path)
        assert link.is_symlink()
        assert hashlib.sha256(target.read_bytes()).digest() in [hashlib.sha256(data).digest() for data in (OLD, NEW)]
        assert (target.read_bytes() == NEW) == (refusal is None)
    assert nth > 100
