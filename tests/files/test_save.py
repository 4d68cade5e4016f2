"""Saving: the old file complete or the new file complete, nothing between, and nothing left lying about."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from workbook.files import save as saving
from workbook.files.save import backup_path, check_target, save
from workbook.problems import Code, Refusal


def package(content: str) -> Callable[[BinaryIO], None]:
    """Give a writer of a small sound package."""

    def write(out: BinaryIO) -> None:
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(zipfile.ZipInfo("[Content_Types].xml"), "<Types/>")
            archive.writestr(zipfile.ZipInfo("a.xml"), content)

    return write


def content(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read("a.xml").decode()


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.xlsx"
    with path.open("wb") as file:
        package("old")(file)
    return path


def refused(code: Code, call: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call()
    assert caught.value.problem.code is code
    assert caught.value.exit_code == 5
    assert caught.value.problem.remedy
    return caught.value


def test_replaces_the_target_and_keeps_the_original_as_a_backup(plan: Path) -> None:
    old = plan.read_bytes()
    kept = save(plan, package("new"), sha256(plan), backup=True)
    assert content(plan) == "new"
    assert kept == plan.with_name("plan.backup.xlsx")
    assert kept.read_bytes() == old
    assert names(plan.parent) == {"plan.xlsx", "plan.backup.xlsx"}


def test_keeps_ten_backups_the_newest_under_the_plain_name(plan: Path) -> None:
    for number in range(1, 14):
        save(plan, package(f"text {number}"), sha256(plan), backup=True)
    assert content(backup_path(plan)) == "text 12"
    assert content(backup_path(plan, 10)) == "text 3"
    assert len(names(plan.parent)) == 11


def test_what_stands_there_already_is_not_written_again(plan: Path) -> None:
    save(plan, package("new"), sha256(plan), backup=True)
    before = plan.stat().st_mtime_ns
    assert save(plan, package("new"), sha256(plan), backup=True) is None
    assert plan.stat().st_mtime_ns == before
    assert len(names(plan.parent)) == 2


def test_writes_a_new_file_without_a_backup(tmp_path: Path) -> None:
    path = tmp_path / "fresh.xlsx"
    assert save(path, package("new"), None, backup=True) is None
    assert names(tmp_path) == {"fresh.xlsx"}


def test_keeps_the_rights_of_the_file(plan: Path) -> None:
    plan.chmod(0o640)
    save(plan, package("new"), None, backup=True)
    assert plan.stat().st_mode & 0o777 == 0o640
    assert backup_path(plan).stat().st_mode & 0o777 == 0o640


def test_writes_through_a_link(plan: Path) -> None:
    link = plan.with_name("link.xlsx")
    link.symlink_to(plan)
    save(link, package("new"), None, backup=False)
    assert link.is_symlink()
    assert content(plan) == "new"


def test_leaves_a_changed_target_and_keeps_the_result_beside_it(plan: Path) -> None:
    before = sha256(plan)

    def write_while_somebody_saves(out: BinaryIO) -> None:
        package("new")(out)
        with plan.open("wb") as file:
            package("theirs")(file)

    refusal = refused(Code.CHANGED_MEANWHILE, lambda: save(plan, write_while_somebody_saves, before, backup=True))
    assert content(plan) == "theirs"
    assert content(plan.with_name("plan.new.xlsx")) == "new"
    assert "plan.new.xlsx" in str(refusal)
    assert names(plan.parent) == {"plan.xlsx", "plan.new.xlsx"}


def test_leaves_a_target_that_was_opened_meanwhile(plan: Path) -> None:
    def write_while_somebody_opens(out: BinaryIO) -> None:
        package("new")(out)
        plan.with_name("~$plan.xlsx").write_bytes(b"\x03Ann")

    refused(Code.OPEN_ELSEWHERE, lambda: save(plan, write_while_somebody_opens, sha256(plan), backup=True))
    assert content(plan) == "old"
    assert content(plan.with_name("plan.new.xlsx")) == "new"


def test_a_result_beside_never_overwrites_an_earlier_one(plan: Path) -> None:
    for _ in range(2):
        refused(Code.CHANGED_MEANWHILE, lambda: save(plan, package("new"), "0" * 64, backup=False))
    assert {"plan.new.xlsx", "plan.new-2.xlsx"} <= names(plan.parent)


def test_refuses_what_does_not_read_back(plan: Path) -> None:
    def write_half(out: BinaryIO) -> None:
        package("new")(out)
        out.truncate(40)

    refused(Code.NOT_WRITTEN, lambda: save(plan, write_half, None, backup=True))
    refused(Code.NOT_WRITTEN, lambda: save(plan, lambda out: zipfile.ZipFile(out, "w").close(), None, backup=True))
    assert content(plan) == "old"
    assert names(plan.parent) == {"plan.xlsx"}


class Interrupted(BaseException):
    """Stands for Ctrl+C in the middle of writing."""


@pytest.mark.parametrize("error", [ValueError("ours"), Interrupted()])
def test_an_exception_while_writing_passes_and_leaves_nothing(plan: Path, error: BaseException) -> None:
    def fail(out: BinaryIO) -> None:
        out.write(b"half")
        raise error

    with pytest.raises(type(error)):
        save(plan, fail, None, backup=True)
    assert content(plan) == "old"
    assert names(plan.parent) == {"plan.xlsx"}


SYSTEM_CALLS = ["open", "fsync", "replace", "rename", "chmod"]


@pytest.mark.parametrize("call", SYSTEM_CALLS)
@pytest.mark.parametrize("reason", [28, 5, 30])  # no space, input/output error, read-only file system
@pytest.mark.parametrize("nth", range(4))
def test_whatever_system_call_fails_the_target_is_whole(
    plan: Path, monkeypatch: pytest.MonkeyPatch, call: str, reason: int, nth: int
) -> None:
    real = getattr(os, call)
    count = iter(range(100))

    def failing(*arguments: object, **options: object) -> object:
        if next(count) == nth:
            raise OSError(reason, os.strerror(reason))
        return real(*arguments, **options)

    old = plan.read_bytes()
    monkeypatch.setattr(os, call, failing)
    try:
        save(plan, package("new"), hashlib.sha256(old).hexdigest(), backup=True)
    except Refusal as refusal:
        assert refusal.problem.code is Code.NOT_WRITTEN  # noqa: PT017 (a run without a failure is as good)
        assert plan.read_bytes() == old
    else:
        assert content(plan) == "new"
    assert names(plan.parent) <= {"plan.xlsx", "plan.backup.xlsx"}


def test_keeps_the_result_where_the_target_stays_held(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(self: Path, target: Path) -> Path:
        raise PermissionError(13, "held")

    monkeypatch.setattr(Path, "replace", held)
    monkeypatch.setattr(saving, "_PATIENCE", (0.0, 0.0))
    refused(Code.OPEN_ELSEWHERE, lambda: save(plan, package("new"), None, backup=False))
    assert content(plan) == "old"
    assert content(plan.with_name("plan.new.xlsx")) == "new"


def test_sweeps_up_after_a_run_that_was_killed(plan: Path) -> None:
    old, young = (plan.with_name(f".plan.xlsx.workbook-{number}.tmp") for number in (1, 2))
    old.touch()
    young.touch()
    os.utime(old, (0, 0))
    save(plan, package("new"), None, backup=False)
    assert names(plan.parent) == {"plan.xlsx", young.name}


def owner_file(name: str) -> bytes:
    """Give Excel's owner file: the name in one byte a letter, padded to 55 bytes, then in UTF-16."""
    narrow = name.encode("cp1252", errors="replace")
    wide = name.encode("utf-16-le")
    return bytes([len(narrow)]) + narrow.ljust(54) + len(name).to_bytes(2, "little") + wide.ljust(108, b" ")


@pytest.mark.parametrize(
    ("lock", "data", "seen"),
    [
        ("~$plan.xlsx", owner_file("Kovács Anna"), "open in Excel by Kovács Anna"),
        ("~$plan.xlsx", owner_file("佐藤"), "open in Excel by 佐藤"),
        ("~$plan.xlsx", b"\x04Anna", "open in Excel by Anna"),
        ("~$plan.xlsx", b"", "open in Excel"),
        (".~lock.plan.xlsx#", b",anna,pc7,01.02.2026 09:12,file:///x;", "open in LibreOffice by anna"),
    ],
)
def test_names_who_has_it_open(plan: Path, lock: str, data: bytes, seen: str) -> None:
    plan.with_name(lock).write_bytes(data)
    refusal = refused(Code.OPEN_ELSEWHERE, lambda: check_target(plan))
    assert seen in str(refusal)
    assert lock in refusal.problem.remedy


def test_refuses_targets_that_cannot_be_replaced(plan: Path, tmp_path: Path) -> None:
    refused(Code.READ_ONLY, lambda: check_target(tmp_path))
    refused(Code.READ_ONLY, lambda: check_target(tmp_path / "none" / "plan.xlsx"))
    check_target(plan)
    check_target(tmp_path / "fresh.xlsx")
    plan.chmod(0o444)
    refused(Code.READ_ONLY, lambda: check_target(plan))


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
def test_refuses_a_read_only_folder(plan: Path) -> None:
    plan.parent.chmod(0o555)
    try:
        refused(Code.READ_ONLY, lambda: check_target(plan))
    finally:
        plan.parent.chmod(0o755)
