"""Puts a result on disk: the old file complete or the new file complete, nothing between (files floor).

The order is SQLite's: a temporary file beside the target, flushed and read back, a backup of the original, one last
look whether the target is still what was read, then a single rename. Whatever fails before the rename leaves the target
as it was. Network shares, synchronising folders and disks that lie about flushing can weaken this.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from workbook.files.refuse import refusal
from workbook.problems import Code, Refusal

_BUSY = 5
KEPT_BACKUPS = 10
_PATIENCE = (0.05, 0.1, 0.2, 0.4, 0.8)  # seconds between tries, for virus scanners that hold a new file open


def check_target(path: Path) -> None:
    """Refuse a target that could not be replaced, before any work is done. Raises Refusal (exit code 5)."""
    target = _real(path)
    folder = target.parent
    if not folder.is_dir():
        raise _refusal(Code.READ_ONLY, path, f"lies in a folder that does not exist ({folder})", "Create the folder.")
    if target.is_dir():
        raise _refusal(Code.READ_ONLY, path, "is a folder, not a file", "Give the name of a file.")
    if target.exists() and not (target.stat().st_mode & stat.S_IWUSR and os.access(target, os.W_OK)):
        raise _refusal(Code.READ_ONLY, path, "is read-only", "Make it writable, or write to another file.")
    if not os.access(folder, os.W_OK):
        raise _refusal(Code.READ_ONLY, path, f"lies in a read-only folder ({folder})", "Write to another folder.")
    opened = _open_elsewhere(target)
    if opened:
        trouble, remedy = opened
        raise _refusal(Code.OPEN_ELSEWHERE, path, trouble, remedy)


def save(path: Path, write: Callable[[BinaryIO], object], expected_sha256: str | None, backup: bool) -> Path | None:
    """Replace `path` with what `write` writes, in one step, and give the backup's path if one was made.

    Where that is what stands there already, nothing is replaced and no backup is made.

    `expected_sha256` is the hash of the target as it was read; None means that it was not read, and it is not compared.
    Raises Refusal (exit code 5): disk full and the like, or target changed or opened meanwhile; then the result lies
    beside it as `name.new.xlsx`. Exceptions of `write` pass through. No temporary file stays behind.
    """
    target = _real(path)
    with _as_refusal(path), _temporary(target) as temporary:
        with temporary.open("wb") as file:
            write(file)
            _flush(file)
        _verify(path, temporary)
        _last_look(path, target, temporary, expected_sha256)
        if target.exists() and _sha256(target) == _sha256(temporary):
            return None
        kept = _back_up(target) if backup and target.exists() else None
        _last_look(path, target, temporary, expected_sha256)
        _replace(path, target, temporary)
        _flush_folder(target.parent)
    return kept


def backup_path(path: Path, age: int = 1) -> Path:
    """Give where a backup of a file lies: `plan.backup.xlsx` beside `plan.xlsx`, `plan.backup-2.xlsx` if older."""
    return path.with_name(f"{path.stem}.backup{f'-{age}' if age > 1 else ''}{path.suffix}")


def _age_backups(path: Path) -> None:
    """Make room for a new backup: each becomes one older, and only the oldest is dropped."""
    for age in range(KEPT_BACKUPS - 1, 0, -1):
        if backup_path(path, age).exists():
            backup_path(path, age).replace(backup_path(path, age + 1))


def sibling_path(path: Path) -> Path:
    """Give a free name beside a file for a result that must not replace it: `plan.new.xlsx`, `plan.new-2.xlsx`."""
    free = path.with_name(f"{path.stem}.new{path.suffix}")
    number = 2
    while free.exists():
        free = path.with_name(f"{path.stem}.new-{number}{path.suffix}")
        number += 1
    return free


def _real(path: Path) -> Path:
    """Follow links: replacing a link would leave the file behind it old."""
    return Path(os.path.realpath(path))


def _refusal(code: Code, path: Path, trouble: str, remedy: str) -> Refusal:
    return refusal(code, path.name, trouble, remedy, exit_code=_BUSY)


def _open_elsewhere(target: Path) -> tuple[str, str] | None:
    """Give trouble and remedy where another program's lock file says that somebody has the target open."""
    for lock, program, person in (
        (target.with_name(f"~${target.name}"), "Excel", _excel_user),
        (target.with_name(f".~lock.{target.name}#"), "LibreOffice", _libreoffice_user),
    ):
        if lock.is_file():
            by = person(lock)
            remedy = f"Close it there and run again. If nobody has it open, delete the left-over file {lock.name}."
            return f"is open in {program}" + (f" by {by}" if by else ""), remedy
    return None


def _excel_user(lock: Path) -> str:
    """Read the name from an owner file: a length and the name in one byte a letter, then both again in UTF-16."""
    with contextlib.suppress(OSError):
        data = lock.read_bytes()
        wide = int.from_bytes(data[55:57], "little")
        if 0 < wide <= 54 and len(data) >= 57 + 2 * wide:
            return _printable(data[57 : 57 + 2 * wide].decode("utf-16-le", errors="replace"))
        return _printable(data[1 : 1 + data[0]].decode("cp1252", errors="replace")) if data else ""
    return ""


def _libreoffice_user(lock: Path) -> str:
    """Read the name from a lock file: `name,login,computer,time,profile;`."""
    with contextlib.suppress(OSError):
        fields = lock.read_text(encoding="utf-8", errors="replace").split(",")
        return _printable(next((field for field in fields[:2] if field.strip()), ""))
    return ""


def _printable(name: str) -> str:
    return "".join(char for char in name if char.isprintable()).strip()


@contextmanager
def _as_refusal(path: Path) -> Iterator[None]:
    """Turn what the system refuses into words; the target has not been touched then."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise _refusal(
            Code.NOT_WRITTEN, path, f"could not be written ({reason}); it is unchanged",
            "Free disk space or check the folder's rights, then run again.",
        ) from error  # fmt: skip


@contextmanager
def _temporary(target: Path) -> Iterator[Path]:
    """Create a file beside the target, with its rights; it is gone afterwards unless it was renamed."""
    _sweep(target)
    temporary = target.with_name(f".{target.name}.workbook-{os.getpid()}-{time.time_ns():x}.tmp")
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        if target.exists():
            shutil.copymode(target, temporary)
            with contextlib.suppress(OSError, AttributeError):
                os.chown(temporary, target.stat().st_uid, target.stat().st_gid)
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _sweep(target: Path) -> None:
    """Remove what a run that was killed left behind; an hour tells it from one that is still under way."""
    with contextlib.suppress(OSError):
        for left in target.parent.iterdir():
            is_ours = left.name.startswith(f".{target.name}.workbook-") and left.name.endswith(".tmp")
            if is_ours and time.time() - left.stat().st_mtime > 3600:
                left.unlink()


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Have the rename itself reach the disk, where the system lets a folder be flushed."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _verify(path: Path, temporary: Path) -> None:
    """Read the written file back: a full disk can leave a wreck that still looks like a zip."""
    try:
        with zipfile.ZipFile(temporary) as archive:
            broken = archive.testzip()
            complete = any(name.lower() == "[content_types].xml" for name in archive.namelist())
    except zipfile.BadZipFile as error:
        broken, complete = str(error), False
    if broken or not complete:
        raise _refusal(
            Code.NOT_WRITTEN, path, f"was not written whole ({broken or 'parts are missing'}); it is unchanged",
            "Check the disk and run again.",
        )  # fmt: skip


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _last_look(path: Path, target: Path, temporary: Path, expected: str | None) -> None:
    """Refuse to replace what somebody saved or opened after it was read; the result stays beside it."""
    if expected is not None and not (target.exists() and _sha256(target) == expected):
        code, trouble = Code.CHANGED_MEANWHILE, "was changed while this ran"
    elif opened := _open_elsewhere(target):
        code, trouble = Code.OPEN_ELSEWHERE, opened[0]
    else:
        return
    result = _keep_beside(target, temporary)
    raise _refusal(
        code, path, f"{trouble} and is left as it is; the result is in {result.name}",
        "Compare the two, or close the file and run again.",
    )  # fmt: skip


def _keep_beside(target: Path, temporary: Path) -> Path:
    result = sibling_path(target)
    temporary.rename(result)
    return result


def _back_up(target: Path) -> Path:
    """Copy the original to its backup name, whole or not at all; older backups move on by one."""
    kept = backup_path(target)
    with _temporary(kept) as temporary:
        with target.open("rb") as original, temporary.open("wb") as file:
            shutil.copyfileobj(original, file)
            _flush(file)
        shutil.copystat(target, temporary)
        _age_backups(target)
        temporary.replace(kept)
    return kept


def _replace(path: Path, target: Path, temporary: Path) -> None:
    """Rename over the target, with patience where another program holds it for a moment."""
    for pause in _PATIENCE:
        try:
            temporary.replace(target)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    result = _keep_beside(target, temporary)
    raise _refusal(
        Code.OPEN_ELSEWHERE, path, f"is held open by another program and is unchanged; the result is in {result.name}",
        "Close the other program and run again.",
    )  # fmt: skip
