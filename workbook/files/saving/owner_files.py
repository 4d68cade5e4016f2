"""Tells who has a workbook open in Excel or LibreOffice, by the file that they lay beside it (files floor).

Excel writes `~$plan.xlsx`, LibreOffice `.~lock.plan.xlsx#`. Both stay behind after a crash or a lost network, so such a
file is a hint and no proof:

- On Windows the program also holds the workbook itself open against writing. Where it can be opened for writing, nobody
  has it and the file is stale.
- On Linux LibreOffice holds the workbook open too. Where its file names this machine and this person, and none of their
  processes has the workbook open, it is stale.
- Otherwise nothing can be tested, and a week decides: who has a workbook open longer than that loses nothing, because
  what is saved meanwhile is never overwritten.
"""

from __future__ import annotations

import contextlib
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from workbook.files.saving.filesystem import modified, moment
from workbook.files.saving.process_identity import host_name, printable, user_name

STALE_AFTER = timedelta(days=7)
_PROCESSES = Path("/proc")


class OwnerFile(Struct, frozen=True):
    """One such file: the program that wrote it, the person it names (or empty), since when, and whether it is stale."""

    path: Path
    program: str
    person: str
    since: datetime
    is_stale: bool

    @property
    def words(self) -> str:
        """What goes on, for the middle of a sentence."""
        by = f" by {self.person}" if self.person else ""
        return f"open in {self.program}{by} since {moment(self.since)}"


def owner_files(target: Path) -> tuple[OwnerFile, ...]:
    """Return what lies beside a workbook and says that somebody has it open."""
    found = []
    for name, program in ((f"~${target.name}", "Excel"), (f".~lock.{target.name}#", "LibreOffice")):
        path = target.with_name(name)
        with contextlib.suppress(OSError):  # gone by now, or a name too long to be one
            if path.exists() and not path.is_file():
                continue  # a pipe or a device: no program wrote it, and reading it could block
            since = modified(path)
            data = _content(path)
            person, is_here = (_excel_user(data), False) if program == "Excel" else _libreoffice_user(data)
            found.append(OwnerFile(path, program, person, since, _is_stale(target, since, is_here)))
    return tuple(found)


def open_elsewhere(target: Path) -> OwnerFile | None:
    """Return who has a workbook open, None where nobody is known to."""
    return next((owner for owner in owner_files(target) if not owner.is_stale), None)


def _content(path: Path) -> bytes:
    """Read what little such a file holds; one that may not be read still says that it is there."""
    try:
        with path.open("rb") as file:
            return file.read(4096)
    except OSError:
        return b""


def _excel_user(data: bytes) -> str:
    """Read the name from an owner file: a length and the name in one byte a letter, then both again in UTF-16."""
    wide = int.from_bytes(data[55:57], "little")
    if 0 < wide <= 54 and len(data) >= 57 + 2 * wide:
        return printable(data[57 : 57 + 2 * wide].decode("utf-16-le", errors="replace"))
    return printable(data[1 : 1 + data[0]].decode("cp1252", errors="replace")) if data else ""


def _libreoffice_user(data: bytes) -> tuple[str, bool]:
    """Read a lock file, `name,login,computer,time,profile;`: who, and whether it is this person on this machine."""
    fields = [field.strip() for field in data.decode("utf-8", errors="replace").split(",")]
    is_here = len(fields) > 2 and fields[1:3] == [user_name(), host_name()]
    return printable(next((field for field in fields[:2] if field), "")), is_here


def _is_stale(target: Path, since: datetime, is_here: bool) -> bool:
    if sys.platform == "win32" and target.exists():
        try:
            with target.open("r+b"):
                return True
        except OSError:
            return False
    if is_here and _PROCESSES.is_dir():
        return not _is_open_here(target)
    return datetime.now().astimezone() - since > STALE_AFTER


def _is_open_here(target: Path) -> bool:
    """Whether a process that may be looked into has the file open (Linux)."""
    for process in _PROCESSES.iterdir():
        if not process.name.isdecimal() or int(process.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            for handle in (process / "fd").iterdir():
                with contextlib.suppress(OSError):
                    if str(handle.readlink()).removesuffix(" (deleted)") == str(target):
                        return True
    return False
