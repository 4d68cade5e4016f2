"""Says before any work is done whether a file can be replaced, and what replacing it will change (files floor).

A path in; a `Refusal`, or remarks that stop nothing: a stale owner file, names or an owner that cannot be kept, copies
that a synchronising program made because two people had changed the file.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from workbook.files.saving.filesystem import as_refusal, busy, modified, moment, real_path
from workbook.files.saving.owner_files import OwnerFile, open_elsewhere, owner_files
from workbook.files.saving.process_identity import host_name
from workbook.files.saving.rights import can_keep_group
from workbook.problems import Code, Problem, Refusal, Severity

# Dropbox, Nextcloud and Syncthing say conflict; OneDrive appends the machine's name.
_CONFLICT = re.compile(r"[ ._(-].*conflict", re.IGNORECASE)
_MACHINE = re.compile(r"-((desktop|laptop)-[a-z0-9]+)", re.IGNORECASE)


def check_target(path: Path) -> tuple[Problem, ...]:
    """Refuse a target that could not be replaced, before any work is done; give remarks on one that can.

    Raises Refusal (busy).
    """
    with as_refusal(path):
        target = real_path(path)
        _refuse(path, target)
        return tuple(_remarks(path, target))


def _refuse(path: Path, target: Path) -> None:
    folder = target.parent
    if not folder.is_dir():
        raise busy(Code.READ_ONLY, path, f"lies in a folder that does not exist ({folder})", "Create the folder.")
    if target.is_dir():
        raise busy(Code.READ_ONLY, path, "is a folder, not a file", "Give the name of a file.")
    if target.exists() and not target.is_file():
        raise busy(Code.READ_ONLY, path, "is a pipe or a device, not a regular file", "Give the name of a file.")
    if target.exists() and not (target.stat().st_mode & stat.S_IWUSR and os.access(target, os.W_OK)):
        raise busy(Code.READ_ONLY, path, "is read-only", "Make it writable, or write to another file.")
    if not os.access(folder, os.W_OK):
        raise busy(Code.READ_ONLY, path, f"lies in a read-only folder ({folder})", "Write to another folder.")
    if owner := open_elsewhere(target):
        raise refuse_open(path, owner)
    if target.exists() and _loses_access(target.stat()):
        raise busy(
            Code.READ_ONLY, path,
            "belongs to another user, who could not write to it any more after this run replaced it",
            "Write to another file with -o, or ask its owner to run this.",
        )  # fmt: skip


def _loses_access(seen: os.stat_result) -> bool:
    """Whether the owner of a file could not write to what replaces it, which belongs to this user."""
    if sys.platform == "win32" or os.geteuid() in (0, seen.st_uid):
        return False
    by_group = seen.st_mode & stat.S_IWGRP and can_keep_group(seen.st_gid)
    return not (by_group or seen.st_mode & stat.S_IWOTH)


def refuse_open(path: Path, owner: OwnerFile, result: Path | None = None) -> Refusal:
    """Make the refusal of a file that somebody has open; `result` is where the result lies, if there is one."""
    left = "Close it there and run again, or write to another file."
    if result is None:
        remedy = f"{left} If it is not open anywhere, delete the left-over file {owner.path.name}."
        return busy(Code.OPEN_ELSEWHERE, path, f"is {owner.words}", remedy)
    trouble = f"is {owner.words} and is left as it is; the result is in {result.name}"
    return busy(Code.OPEN_ELSEWHERE, path, trouble, "Close the file and run again.")


def _remarks(path: Path, target: Path) -> Iterator[Problem]:
    for owner in owner_files(target):
        yield Problem(
            Code.STALE_OWNER_FILE,
            f"{owner.path.name} says that {path.name} is {owner.words}, but seems to be left over",
            where=path.name,
            seen=f"the file {owner.path.name}",
            expected="such a file only while the workbook is open",
            remedy=f"nothing needs to be done; delete {owner.path.name} to be rid of this warning",
            severity=Severity.WARNING,
        )
    with contextlib.suppress(OSError):
        yield from _identity(path, target)
        yield from _conflicts(path, target)


def _identity(path: Path, target: Path) -> Iterator[Problem]:
    """A file is replaced, not written over: its other names keep the old one, and a new one is the writer's."""
    if not target.exists():
        return
    seen = target.stat()
    if seen.st_nlink > 1:
        yield Problem(
            Code.IDENTITY_CHANGES,
            f"{path.name} has {seen.st_nlink} names (hard links); the others will keep the file as it was",
            where=path.name,
            seen=f"{seen.st_nlink} hard links",
            expected="one name",
            remedy="use a symbolic link where one file shall be found under two names",
            severity=Severity.INFO,
        )
    if sys.platform != "win32" and os.geteuid() not in (0, seen.st_uid):
        yield Problem(
            Code.IDENTITY_CHANGES,
            f"{path.name} belongs to another user and will belong to you; its group and mode are kept",
            where=path.name,
            seen=f"owner {seen.st_uid}",
            expected=f"your own file (owner {os.geteuid()})",
            remedy="nothing needs to be done; write to another file with -o to leave it as it is",
            severity=Severity.INFO,
        )


def _conflicts(path: Path, target: Path) -> Iterator[Problem]:
    """Copies beside the file that tell of changes which were never merged; results and backups of ours are none."""
    own = re.compile(rf"-({re.escape(host_name())})" if host_name() else r"(?!)", re.IGNORECASE)
    for other in sorted(target.parent.glob(f"*{target.suffix}")):
        rest = other.stem[len(target.stem) :]
        is_alike = other.stem.startswith(target.stem) and rest
        if is_alike and (_CONFLICT.match(rest) or _MACHINE.fullmatch(rest) or own.fullmatch(rest)):
            yield Problem(
                Code.CONFLICT_COPY,
                f"{other.name} looks like a copy that was made because two people had changed {path.name}",
                where=path.name,
                seen=f"{other.name} of {moment(modified(other))}",
                expected=f"one file ({path.name} of {moment(modified(target))})" if target.exists() else "one file",
                remedy="compare the two, bring the changes together in one, and move the other away",
                severity=Severity.WARNING,
            )
