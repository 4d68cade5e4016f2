"""Saving: the old file complete or the new file complete, nothing between, and nothing left lying about."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.conftest import exit_code_of
from tests.workbooks import valid_workbook
from workbook.files.package.opening import open_package
from workbook.files.saving import owner_files, temporary
from workbook.files.saving import save as saving
from workbook.files.saving.process_identity import host_name, user_name
from workbook.files.saving.save import backup_path, check_target, save
from workbook.files.saving.verify import verify_workbook
from workbook.problems import Code, Refusal, Severity


def package(content: str) -> Callable[[BinaryIO], None]:
    """Return a writer of a small sound package."""

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
    assert exit_code_of(caught.value) == 5
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


def test_keeps_the_result_where_the_target_stays_held(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(self: Path, target: Path) -> Path:
        raise PermissionError(13, "held")

    monkeypatch.setattr(Path, "replace", held)
    monkeypatch.setattr(saving, "_PATIENCE", (0.0, 0.0))
    refused(Code.OPEN_ELSEWHERE, lambda: save(plan, package("new"), None, backup=False))
    assert content(plan) == "old"
    assert content(plan.with_name("plan.new.xlsx")) == "new"


def left_over(plan: Path, machine: str, pid: int) -> Path:
    """Lay down what a run leaves that was killed."""
    path = plan.with_name(f".plan.xlsx.workbook-{machine}-{pid}-1.tmp")
    path.touch()
    return path


def test_sweeps_up_after_a_run_that_was_killed(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(temporary, "is_running", lambda pid: pid == 1)
    here = temporary._machine()
    dead, living, mine = (left_over(plan, here, pid) for pid in (4711, 1, os.getpid()))
    young, old = left_over(plan, "elsewhere", 4711), left_over(plan, "elsewhere", 4712)
    os.utime(old, (0, 0))
    save(plan, package("new"), None, backup=False)
    assert names(plan.parent) == {"plan.xlsx", living.name, young.name}
    assert not dead.exists()
    assert not mine.exists()


def test_a_long_name_leaves_room_for_lock_and_temporary_file(tmp_path: Path) -> None:
    path = tmp_path / f"{'ű' * 118}.xlsx"
    save(path, package("old"), None, backup=True)
    save(path, package("new"), None, backup=False)
    assert names(tmp_path) == {path.name}


def test_a_file_that_appears_meanwhile_is_left(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"

    def write_while_somebody_else_does(out: BinaryIO) -> None:
        package("new")(out)
        path.write_bytes(b"theirs")

    refused(Code.CHANGED_MEANWHILE, lambda: save(path, write_while_somebody_else_does, None, backup=True))
    assert path.read_bytes() == b"theirs"
    assert content(tmp_path / "plan.new.xlsx") == "new"


def test_says_which_other_file_was_in_the_way(plan: Path) -> None:
    for age in range(1, 10):
        backup_path(plan, age).touch()
    backup_path(plan, 10).mkdir()
    refusal = refused(Code.NOT_WRITTEN, lambda: save(plan, package("new"), None, backup=True))
    assert "plan.backup-10.xlsx" in str(refusal)
    assert content(plan) == "old"


def test_keeps_extended_attributes(plan: Path) -> None:
    try:
        os.setxattr(plan, "user.origin", b"finance")
    except (OSError, AttributeError):
        pytest.skip("no extended attributes here")
    before = plan.stat().st_mtime_ns
    save(plan, package("new"), None, backup=True)
    assert os.getxattr(plan, "user.origin") == b"finance"
    assert plan.stat().st_mtime_ns > before
    assert backup_path(plan).stat().st_mtime_ns == before


@pytest.mark.parametrize("trouble", ["", "xl/styles.xml", "_missing"])
def test_a_part_of_the_persons_that_came_out_otherwise_is_noticed(plan: Path, trouble: str) -> None:
    data = valid_workbook()
    host = open_package(data, "plan.xlsx")
    kept = [info.filename for info in host.zip.infolist()]

    def write(out: BinaryIO) -> None:
        with zipfile.ZipFile(out, "w") as archive:
            for name in kept:
                part = host.zip.read(name)
                archive.writestr(name, part.replace(b"<fonts", b"<fonts ") if name == trouble else part)

    def verify(made: Path) -> str:
        return verify_workbook(made, host.zip, [*kept, *([trouble] if trouble == "_missing" else [])])

    if not trouble:
        save(plan, write, None, backup=False, verify=verify)
        assert open_package(plan.read_bytes()).sheets
        return
    with pytest.raises((Refusal, KeyError)) as caught:
        save(plan, write, None, backup=False, verify=verify)
    assert trouble in str(caught.value)
    assert content(plan) == "old"
    assert names(plan.parent) == {"plan.xlsx"}


def test_what_the_next_run_could_not_read_is_not_put_in_place(plan: Path) -> None:
    refusal = refused(Code.NOT_WRITTEN, lambda: save(plan, package("new"), None, backup=False, verify=verify_workbook))
    assert "not written whole" in str(refusal)
    assert content(plan) == "old"


def owner_file(name: str) -> bytes:
    """Return Excel's owner file: the name in one byte a letter, padded to 55 bytes, then in UTF-16."""
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


def libreoffice_lock(plan: Path, host: str, user: str) -> Path:
    """Lay down LibreOffice's lock file of a person on a machine."""
    path = plan.with_name(".~lock.plan.xlsx#")
    path.write_text(f",{user},{host},01.02.2026 09:12,file:///home/{user}/.config;", encoding="utf-8")
    return path


def test_an_owner_file_of_last_week_is_stale(plan: Path) -> None:
    lock = plan.with_name("~$plan.xlsx")
    lock.write_bytes(owner_file("Anna"))
    os.utime(lock, (1_700_000_000, 1_700_000_000))
    (remark,) = check_target(plan)
    assert (remark.code, remark.severity) == (Code.STALE_OWNER_FILE, Severity.WARNING)
    assert "Anna" in remark.message
    save(plan, package("new"), None, backup=False)
    assert content(plan) == "new"


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux tells who has a file open")
def test_libreoffices_lock_of_this_machine_is_stale_unless_a_process_has_the_file_open(plan: Path) -> None:
    libreoffice_lock(plan, host_name(), user_name())
    assert [remark.code for remark in check_target(plan)] == [Code.STALE_OWNER_FILE]
    code = "import sys, time; file = open(sys.argv[1]); print('open', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code, str(plan)], stdout=subprocess.PIPE) as office:
        assert office.stdout is not None
        office.stdout.readline()
        try:
            refused(Code.OPEN_ELSEWHERE, lambda: check_target(plan))
        finally:
            office.kill()


def test_libreoffices_lock_of_another_machine_is_believed(plan: Path) -> None:
    libreoffice_lock(plan, "pc7", user_name())
    refused(Code.OPEN_ELSEWHERE, lambda: check_target(plan))


def test_another_file_may_be_written_while_the_source_is_open(plan: Path) -> None:
    plan.with_name("~$plan.xlsx").write_bytes(owner_file("Anna"))
    assert check_target(plan.with_name("q3.xlsx")) == ()
    assert owner_files.open_elsewhere(plan.with_name("q3.xlsx")) is None


def test_tells_what_replacing_a_file_changes(plan: Path) -> None:
    plan.with_name("second.xlsx").hardlink_to(plan)
    (remark,) = check_target(plan)
    assert (remark.code, remark.severity) == (Code.IDENTITY_CHANGES, Severity.INFO)
    assert "2 names" in remark.message


@pytest.mark.parametrize(
    ("name", "is_conflict"),
    [
        ("plan (Anna's conflicted copy 2026-11-02).xlsx", True),
        ("plan.sync-conflict-20261102-091200-ABCDEFG.xlsx", True),
        ("plan-DESKTOP-4F7K2QX.xlsx", True),
        (f"plan-{host_name()}.xlsx", True),
        ("plan-q3.xlsx", False),
        ("plan.backup.xlsx", False),
        ("plan.new.xlsx", False),
        ("plant.xlsx", False),
        ("resolving conflicts.xlsx", False),
    ],
)
def test_names_copies_of_a_conflict(plan: Path, name: str, is_conflict: bool) -> None:
    plan.with_name(name).touch()
    assert [remark.code for remark in check_target(plan)] == ([Code.CONFLICT_COPY] if is_conflict else [])


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
