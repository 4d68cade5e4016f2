"""Backups: a ring that never fills the disk, and a way back that can be undone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import exit_code_of, run
from tests.workbooks import valid_workbook, workbook_from_markdown
from workbook.files.saving import backups
from workbook.files.saving.backups import back_up, backup_path, drop_oldest, list_backups
from workbook.files.saving.restore import restore
from workbook.problems import Code, Refusal

BOOKS = [workbook_from_markdown(f"## Sheet\n| a |\n| {number} |") for number in range(12)]


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return tmp_path / "plan.xlsx"


def lay(plan: Path, present: bytes | None, *older: bytes | None) -> None:
    """Lay down a file and its backups, the newest first; None leaves one out."""
    for number, data in enumerate([present, *older]):
        if data is not None:
            (backup_path(plan, number) if number else plan).write_bytes(data)


def ring(plan: Path) -> dict[int, bytes]:
    return {backup.number: backup.path.read_bytes() for backup in list_backups(plan)}


def refused(code: Code, plan: Path, number: int | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        restore(plan, number)
    assert caught.value.problem.code is code
    return caught.value


def test_a_backup_moves_the_older_ones_on_as_far_as_there_is_room(plan: Path) -> None:
    lay(plan, b"0", b"1", b"2", None, b"4")
    assert back_up(plan) == backup_path(plan)
    assert ring(plan) == {1: b"0", 2: b"1", 3: b"2", 4: b"4"}


def test_the_eleventh_is_dropped(plan: Path) -> None:
    lay(plan, b"new", *(str(number).encode() for number in range(1, 11)))
    back_up(plan)
    assert ring(plan) == {1: b"new", **{number + 1: str(number).encode() for number in range(1, 10)}}


def test_the_same_bytes_are_kept_once(plan: Path) -> None:
    lay(plan, b"same", b"same", b"2")
    assert back_up(plan) == backup_path(plan)
    assert ring(plan) == {1: b"same", 2: b"2"}


def test_an_empty_or_missing_file_is_not_kept(plan: Path) -> None:
    assert back_up(plan) is None
    lay(plan, b"")
    assert back_up(plan) is None
    assert ring(plan) == {}


def test_too_much_is_dropped_from_the_end_but_never_the_newest(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "KEPT_BYTES", 25)
    lay(plan, b"x", b"1" * 10, b"2" * 10, b"3" * 10, b"4" * 10)
    drop_oldest(plan)
    assert list(ring(plan)) == [1, 2]
    monkeypatch.setattr(backups, "KEPT_BYTES", 5)
    drop_oldest(plan)
    assert list(ring(plan)) == [1]


def test_restores_the_newest_and_undoes_it(plan: Path) -> None:
    lay(plan, BOOKS[0], BOOKS[1], BOOKS[2])
    done = restore(plan)
    assert (plan.read_bytes(), done.backup.number, done.kept) == (BOOKS[1], 1, backup_path(plan))
    assert sorted(ring(plan).values()) == sorted([BOOKS[0], BOOKS[2]])
    restore(plan)
    assert plan.read_bytes() == BOOKS[0]
    assert sorted(ring(plan).values()) == sorted([BOOKS[1], BOOKS[2]])


@pytest.mark.parametrize("number", [1, 5, 10])
def test_restoring_from_a_full_ring_loses_nothing(plan: Path, number: int) -> None:
    lay(plan, *BOOKS[:11])
    restore(plan, number)
    assert plan.read_bytes() == BOOKS[number]
    assert ring(plan)[1] == BOOKS[0]
    assert list(ring(plan)) == list(range(1, 11))
    assert sorted(ring(plan).values()) == sorted(set(BOOKS[:11]) - {BOOKS[number]})


@pytest.mark.parametrize("present", [None, b"", b"PK damaged"])
def test_restores_what_is_missing_empty_or_damaged(plan: Path, present: bytes | None) -> None:
    lay(plan, present, BOOKS[1])
    restore(plan)
    assert plan.read_bytes() == BOOKS[1]
    if present:
        assert ring(plan)[1] == present


def test_passes_over_what_is_damaged_or_the_same(plan: Path) -> None:
    lay(plan, BOOKS[0], BOOKS[0], b"PK damaged", BOOKS[3])
    assert restore(plan).backup.number == 3
    assert plan.read_bytes() == BOOKS[3]


def test_restores_elsewhere_and_leaves_the_file(plan: Path) -> None:
    lay(plan, BOOKS[0], BOOKS[1])
    out = plan.with_name("old.xlsx")
    restore(plan, None, out)
    assert (plan.read_bytes(), out.read_bytes()) == (BOOKS[0], BOOKS[1])
    assert ring(plan) == {1: BOOKS[1]}


def test_says_what_cannot_be_restored(plan: Path) -> None:
    refused(Code.NO_BACKUP, plan)
    lay(plan, BOOKS[0], BOOKS[0], b"PK damaged")
    refused(Code.NO_BACKUP, plan)
    refused(Code.NO_BACKUP, plan, 7)
    assert "plan.backup-2.xlsx" in str(refused(Code.DAMAGED_FILE, plan, 2))
    assert plan.read_bytes() == BOOKS[0]


def test_a_restored_file_that_is_open_stays(plan: Path) -> None:
    lay(plan, BOOKS[0], BOOKS[1])
    plan.with_name("~$plan.xlsx").write_bytes(b"\x03Ann")
    assert exit_code_of(refused(Code.OPEN_ELSEWHERE, plan)) == 5
    assert plan.read_bytes() == BOOKS[0]


def test_the_command_lists_and_restores(plan: Path) -> None:
    lay(plan, BOOKS[0], BOOKS[1], b"PK damaged")
    os.utime(backup_path(plan), (1_700_000_000, 1_700_000_000))
    result = run("restore", plan, "--list")
    assert result.exit_code == 0, result.output
    first, second = result.stdout.splitlines()
    assert first.split()[0] == "1"
    assert "2023-11-" in first
    assert first.endswith("plan.backup.xlsx")
    assert second.endswith("damaged")
    assert plan.read_bytes() == BOOKS[0]
    result = run("restore", plan, "--backup", 1)
    assert result.exit_code == 0, result.output
    assert "plan.xlsx is as it was saved 2023-11-" in result.stdout
    assert plan.read_bytes() == BOOKS[1]
    assert run("restore", plan.with_name("none.xlsx")).exit_code == 4
    assert "no backup" in run("restore", plan.with_name("none.xlsx"), "--list").stdout
    assert run("restore", plan, "-o", plan.with_name("old.xlsm")).exit_code == 2


@pytest.mark.whole
def test_a_run_can_be_taken_back(plan: Path) -> None:
    before = valid_workbook()
    lay(plan, before)
    assert run("plan", plan).exit_code == 0
    after = plan.read_bytes()
    assert after != before
    assert run("restore", plan).exit_code == 0
    assert plan.read_bytes() == before
    assert run("restore", plan).exit_code == 0
    assert plan.read_bytes() == after


@pytest.mark.parametrize("command", ["check", "plan", "restore"])
def test_a_name_that_is_too_long_is_told(tmp_path: Path, command: str) -> None:
    result = run(command, tmp_path / f"{'x' * 300}.xlsx")
    assert result.exit_code in (4, 5)
    assert "internal error" not in result.stderr


@pytest.mark.parametrize("present", [None, b"", b"PK\x03\x04 damaged"])
def test_a_lost_file_is_told_with_its_newest_backup(plan: Path, present: bytes | None) -> None:
    lay(plan, present, BOOKS[1])
    result = run("check", plan)
    assert result.exit_code == 4
    assert "The newest backup is plan.backup.xlsx of " in result.stderr
    assert "workbook restore plan.xlsx" in result.stderr
