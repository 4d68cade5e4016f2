"""Puts a backup back in place, by the same save as every run; what stands there becomes a backup first (files floor).

So a restore can be undone by another one. The backup that was put in place leaves the ring where the file as it was
enters it: nothing is lost, and nothing is kept twice.
"""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from workbook.files.package.opening import open_package
from workbook.files.package.refuse import refusal
from workbook.files.saving.backups import KEPT_BACKUPS, Backup, drop_backup, drop_oldest, list_backups
from workbook.files.saving.filesystem import as_refusal, moment, real_path, sha256
from workbook.files.saving.lock import run_lock
from workbook.files.saving.save import save
from workbook.files.saving.targets import check_target
from workbook.files.saving.verify import verify_bytes
from workbook.problems import Code, Problem, Refusal


class Restored(Struct, frozen=True):
    """What a restore did: the file, the backup that it holds now, and where the file as it was lies (if it was)."""

    path: Path
    backup: Backup
    kept: Path | None
    remarks: tuple[Problem, ...]


def restore(path: Path, number: int | None = None, out: Path | None = None) -> Restored:
    """Put a backup of a file in its place, or at `out`; without a number the newest sound one that differs from it.

    The file itself may be missing, empty or damaged. Raises Refusal: unreadable where there is no such backup or it is
    no sound workbook, busy where the target cannot be replaced.
    """
    target = out or path
    remarks = check_target(target)
    with run_lock(target):
        with as_refusal(path):
            is_in_place = real_path(target) == real_path(path)
            backup, data = _chosen(path, number)
        # In its own place the file keeps its rights; a copy, or a file that is missing, gets those of the backup.
        source = None if is_in_place and target.exists() else backup.path
        verify = partial(verify_bytes, expected=data)
        kept = save(target, lambda file: file.write(data), None, True, verify, KEPT_BACKUPS + 1, source)
        if kept and is_in_place:
            drop_backup(path, hashlib.sha256(data).hexdigest())
            drop_oldest(path)
    return Restored(target, backup, kept, remarks)


def is_sound(backup: Backup) -> bool:
    """Whether a backup is a workbook that can be read."""
    try:
        _data(backup)
    except (Refusal, OSError):
        return False
    return True


def with_newest_backup(refused: Refusal, path: Path) -> Refusal:
    """Name the newest backup in the remedy of a file that is missing, empty or damaged, where there is one."""
    lost = {Code.NO_SUCH_FILE, Code.EMPTY_FILE, Code.NOT_A_WORKBOOK, Code.DAMAGED_FILE}
    if refused.problem.code not in lost:
        return refused
    try:
        sound = next((backup for backup in list_backups(path) if is_sound(backup)), None)
    except OSError:
        sound = None
    if sound is None:
        return refused
    remedy = f"The newest backup is {sound.path.name} of {moment(sound.saved)}: workbook restore {path.name}"
    return Refusal(replace(refused.problem, remedy=remedy), refused.reason)


def _chosen(path: Path, number: int | None) -> tuple[Backup, bytes]:
    """Return the backup that is wanted, with its bytes."""
    found = list_backups(path)
    see = f"See which there are: workbook restore {path.name} --list"
    if not found:
        raise refusal(Code.NO_BACKUP, path.name, "has no backup", "Every run that writes makes a backup.")
    if number is not None:
        chosen = next((backup for backup in found if backup.number == number), None)
        if chosen is None:
            raise refusal(Code.NO_BACKUP, path.name, f"has no backup {number}", see)
        return chosen, _data(chosen)
    present = sha256(real_path(path))
    for backup in found:
        if is_sound(backup) and sha256(backup.path) != present:
            return backup, _data(backup)
    raise refusal(Code.NO_BACKUP, path.name, "has no sound backup that differs from it", see)


def _data(backup: Backup) -> bytes:
    """Read a backup. Raises Refusal where it is no sound workbook."""
    data = backup.path.read_bytes()
    open_package(data, backup.path.name, for_writing=False)
    return data
