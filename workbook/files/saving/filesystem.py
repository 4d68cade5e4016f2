"""What every step of a save asks of the place where a file lies: paths, flushing, words for a refusal (files floor)."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from workbook.files.package.refuse import refusal
from workbook.problems import Code, Reason, Refusal

_YEAR_9000 = 221_845_392_000  # in seconds since 1970; later ones end beyond the calendar in some time zones
_LONGEST = 160  # bytes of a name that still leave room for what a hidden name adds


def real_path(path: Path) -> Path:
    """Follow links: replacing a link would leave the file behind it old. Raises OSError where that fails."""
    try:
        return Path(os.path.realpath(path, strict=True))
    except FileNotFoundError:
        return Path(os.path.realpath(path))


def hidden(target: Path, ending: str) -> Path:
    """Return a hidden name beside a file: `.plan.xlsx.workbook.lock` for the ending `.lock`."""
    name = target.name
    if len(os.fsencode(name)) > _LONGEST:
        name = f"{name[:30]}-{hashlib.sha256(os.fsencode(name)).hexdigest()[:16]}"
    return target.with_name(f".{name}.workbook{ending}")


def sha256(path: Path) -> str | None:
    """Return the hash of a file's bytes, None where there is no such file. Raises OSError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def flush(file: BinaryIO) -> None:
    """Have what was written reach the disk. Raises OSError where it does not."""
    file.flush()
    os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Have a rename itself reach the disk, where the system lets a folder be flushed."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def busy(code: Code, path: Path, trouble: str, remedy: str) -> Refusal:
    """Make the refusal of a file that cannot be replaced now (Reason.BUSY)."""
    return refusal(code, path.name, trouble, remedy, reason=Reason.BUSY)


@contextmanager
def as_refusal(path: Path) -> Iterator[None]:
    """Turn what the system refuses into words; what is done inside must leave the target as it was."""
    try:
        yield
    except OSError as error:
        raise busy(
            Code.NOT_WRITTEN, path, f"could not be written ({_reason(error, path)}); it is unchanged",
            "Free disk space or check the folder's rights, then run again.",
        ) from error  # fmt: skip


def moment(when: datetime) -> str:
    """Return a local time as a person says it: the hour of today, with the date otherwise."""
    is_today = when.date() == datetime.now().astimezone().date()
    return f"{when:%H:%M}" if is_today else f"{when:%Y-%m-%d %H:%M}"


def modified(path: Path) -> datetime:
    """Return when a file was last written, in local time; 1970 where no calendar has that time. Raises OSError."""
    seconds = path.stat().st_mtime
    return datetime.fromtimestamp(seconds if 0 <= seconds < _YEAR_9000 else 0).astimezone()


def _reason(error: OSError, path: Path) -> str:
    """Return the system's reason, with the file that it is about where that is another one which a person can see."""
    given = (name for name in (error.filename, error.filename2) if isinstance(name, str | bytes))
    files = {Path(os.fsdecode(name)) for name in given} - {*path.absolute().parents}
    about = sorted(file.name for file in files if file.name != path.name and not file.name.startswith("."))
    return ", ".join([error.strerror or str(error), *about])
