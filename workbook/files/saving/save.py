"""Puts a result on disk: the old file complete or the new file complete, nothing between (files floor).

The order is SQLite's: the run's lock, a temporary file beside the target, flushed and read back, a backup of the
original, one last look whether the target is still what was read, then a single rename. Whatever fails before the
rename leaves the target as it was, and after it nothing can fail any more. Network shares, synchronising folders and
disks that lie about flushing can weaken this.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from workbook.files.saving.backups import KEPT_BACKUPS, back_up, backup_path, drop_oldest
from workbook.files.saving.filesystem import as_refusal, busy, flush, flush_folder, real_path, sha256
from workbook.files.saving.lock import run_lock
from workbook.files.saving.owner_files import open_elsewhere
from workbook.files.saving.rights import settle
from workbook.files.saving.targets import check_target, refuse_open
from workbook.files.saving.temporary import temporary
from workbook.files.saving.verify import Verify, verify_zip
from workbook.problems import Code

__all__ = ["KEPT_BACKUPS", "backup_path", "check_target", "save", "sibling_path"]

# Seconds between tries, for virus scanners that hold a new file open.
_PATIENCE: tuple[float, ...] = (0.05, 0.1, 0.2, 0.4, 0.8)
_HELD = {errno.EACCES, errno.EPERM, errno.EBUSY, errno.ETXTBSY}


def save(
    path: Path,
    write: Callable[[BinaryIO], object],
    expected_sha256: str | None,
    backup: bool,
    verify: Verify = verify_zip,
    most_backups: int = KEPT_BACKUPS,
    source: Path | None = None,
) -> Path | None:
    """Replace `path` with what `write` writes, in one step, and give the backup's path if there is one.

    Where that is what stands there already, nothing is replaced and no backup is made.

    `expected_sha256` is the hash of the target as it was read; None means that it was not read, and what stands there
    when the save begins is expected. `source` is the file that the content comes from, and the result is never more
    open than it. `verify` reads the temporary file back and gives what is wrong with it. Raises
    Refusal (busy): another run at work on the same file, disk full and the like, or target changed or opened
    meanwhile; then the result lies beside it as `name.new.xlsx`. Exceptions of `write` pass through. No temporary file
    stays behind.
    """
    with as_refusal(path):
        target = real_path(path)
    with run_lock(path), as_refusal(path), temporary(target) as made:
        expected = expected_sha256 or sha256(target)
        with made.open("wb") as file:
            write(file)
            flush(file)
        if trouble := verify(made):
            raise busy(
                Code.NOT_WRITTEN, path, f"was not written whole ({trouble}); it is unchanged",
                "Check the disk and run again.",
            )  # fmt: skip
        settle(made, target, source)
        _last_look(path, target, made, expected)
        if sha256(made) == expected:
            return None
        kept = back_up(target, most_backups) if backup and expected else None
        _last_look(path, target, made, expected)
        _replace(path, target, made)
        # From here on the new file stands there, and whatever fails is no failure of the run.
        flush_folder(target.parent)
        drop_oldest(target, most_backups)
    return kept


def sibling_path(path: Path) -> Path:
    """Return a free name beside a file for a result that must not replace it: `plan.new.xlsx`, `plan.new-2.xlsx`."""
    free = path.with_name(f"{path.stem}.new{path.suffix}")
    number = 2
    while os.path.lexists(free):
        free = path.with_name(f"{path.stem}.new-{number}{path.suffix}")
        number += 1
    return free


def _last_look(path: Path, target: Path, made: Path, expected: str | None) -> None:
    """Refuse to replace what somebody saved or opened after it was read; the result stays beside it."""
    if owner := open_elsewhere(target):
        raise refuse_open(path, owner, _keep_beside(target, made))
    before = _identity(target)
    # The second look at the identity tells of a change while the hash was taken.
    if sha256(target) == expected and _identity(target) == before:
        return
    result = _keep_beside(target, made)
    raise busy(
        Code.CHANGED_MEANWHILE, path,
        f"was changed while this ran and is left as it is; the result is in {result.name}",
        "Compare the two, or run again.",
    )  # fmt: skip


def _identity(target: Path) -> tuple[int, ...]:
    """Return what changes when a file is replaced or written; empty where there is none."""
    try:
        seen = target.stat()
    except FileNotFoundError:
        return ()
    return (seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)


def _keep_beside(target: Path, made: Path) -> Path:
    """Return the result a name of its own, never another file's."""
    while True:
        result = sibling_path(target)
        try:
            os.link(made, result)
        except FileExistsError:
            continue
        except OSError:  # a file system without links, where only a rename is left
            made.rename(result)
        return result


def _replace(path: Path, target: Path, made: Path) -> None:
    """Rename over the target, with patience where another program holds it for a moment."""
    error = OSError()
    for pause in (*_PATIENCE, 0):
        try:
            made.replace(target)
        except OSError as failed:
            error = failed
            if failed.errno not in _HELD:
                break
            time.sleep(pause)
        else:
            return
    result = _keep_beside(target, made)
    left = f"it is unchanged, the result is in {result.name}"
    if error.errno in _HELD:
        trouble = f"is held open by another program; {left}"
        raise busy(Code.OPEN_ELSEWHERE, path, trouble, "Close the other program and run again.") from error
    trouble = f"could not be replaced ({error.strerror}); {left}"
    raise busy(Code.NOT_WRITTEN, path, trouble, "Check the disk and the folder's rights, then run again.") from error
