"""Keeps the file as it was before each run, and finds it again (files floor).

`plan.backup.xlsx` is the newest, `plan.backup-2.xlsx` the one before, up to ten; together they stay below a size, but
one is always kept. The number in a name is the number that `restore` takes.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from workbook.files.saving.filesystem import flush, flush_folder, modified, real_path, sha256
from workbook.files.saving.rights import settle
from workbook.files.saving.temporary import temporary

KEPT_BACKUPS = 10
KEPT_BYTES = 500_000_000


class Backup(Struct, frozen=True):
    """One backup: its number (1 is the newest), where it lies, when its content was saved, its size in bytes."""

    number: int
    path: Path
    saved: datetime
    size: int


def backup_path(path: Path, age: int = 1) -> Path:
    """Return where a backup of a file lies: `plan.backup.xlsx` beside `plan.xlsx`, `plan.backup-2.xlsx` if older."""
    return path.with_name(f"{path.stem}.backup{f'-{age}' if age > 1 else ''}{path.suffix}")


def is_backup(path: Path) -> bool:
    """Whether a file has the name of a backup."""
    return re.search(r"\.backup(-[1-9]\d*)?$", path.stem) is not None


def list_backups(path: Path) -> tuple[Backup, ...]:
    """Return the backups of a file, the newest first; numbers may be missing. The file itself need not exist.

    Raises OSError where a link cannot be followed.
    """
    found = []
    target = real_path(path)
    for number in range(1, KEPT_BACKUPS + 2):
        kept = backup_path(target, number)
        with contextlib.suppress(OSError):
            if kept.is_file():
                found.append(Backup(number, kept, modified(kept), kept.stat().st_size))
    return tuple(found)


def back_up(target: Path, most: int = KEPT_BACKUPS) -> Path | None:
    """Copy a file to its backup, whole or not at all, and give where it lies; None where there is nothing to keep.

    Where the newest backup holds the same bytes it is kept as it is. Older backups move on by one, and the last of
    `most` is dropped. Raises OSError; every backup is whole then.
    """
    kept = backup_path(target)
    try:
        if not target.stat().st_size:
            return None
    except FileNotFoundError:
        return None
    if kept.is_file() and kept.stat().st_size == target.stat().st_size and sha256(kept) == sha256(target):
        return kept
    with temporary(kept) as made:
        with target.open("rb") as original, made.open("wb") as file:
            shutil.copyfileobj(original, file)
            flush(file)
        settle(made, target)
        seen = target.stat()
        os.utime(made, ns=(seen.st_atime_ns, seen.st_mtime_ns))
        _make_room(target, most)
        made.replace(kept)
    flush_folder(target.parent)
    return kept


def drop_oldest(path: Path, most: int = KEPT_BACKUPS) -> None:
    """Remove the oldest backups that are more than `most` or too much, but never the newest; a failure leaves them.

    This comes last in a run: until the file is replaced, a backup may be what it is to be replaced with.
    """
    total = 0
    with contextlib.suppress(OSError):
        for place, backup in enumerate(list_backups(path)):
            total += backup.size
            if place and (place >= most or total > KEPT_BYTES):
                backup.path.unlink()


def drop_backup(path: Path, content: str) -> None:
    """Remove the newest backup that holds what the file itself holds now (its SHA-256), and close the gap.

    A failure leaves what is there; every backup is whole then.
    """
    with contextlib.suppress(OSError):
        for backup in list_backups(path):
            if sha256(backup.path) == content:
                backup.path.unlink()
                for older in list_backups(path):
                    if older.number > backup.number:
                        os.replace(older.path, backup_path(real_path(path), older.number - 1))  # noqa: PTH105
                return


def _make_room(target: Path, most: int) -> None:
    """Move backups on by one, as far as the first number that is free."""
    free = next((age for age in range(1, most) if not backup_path(target, age).exists()), most)
    for age in range(free - 1, 0, -1):
        os.replace(backup_path(target, age), backup_path(target, age + 1))  # noqa: PTH105 (one name for the fault tests)
