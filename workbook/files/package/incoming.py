"""Brings a person's file into memory, if it is a plain file of a bearable size (files floor)."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from workbook.bounded import read_bounded
from workbook.files.package.caps import MB, current_caps, way_out
from workbook.files.package.refuse import refusal
from workbook.problems import Code, Problem, Reason, Refusal


def read_file(path: Path) -> bytes:
    """Return a file's bytes.

    Raises Refusal (unreadable) for one that is missing, a folder, a pipe, a device, too large, or not to be read.
    """
    if os.path.isdir(path):  # noqa: PTH112 - a name that is too long is no folder either
        raise _unread(
            f"{path.name} is a folder",
            seen="a folder",
            expected="an Excel workbook (.xlsx or .xlsm)",
            remedy="give the name of a workbook in it",
        )
    try:
        return _bounded(path)
    except FileNotFoundError:
        raise _unread(
            f"there is no file {path.name}",
            seen=str(path),
            expected="the path of an Excel workbook",
            remedy=f"check the path, or begin with: workbook new {path.name}",
        ) from None
    except OSError as error:
        raise _unread(
            f"{path.name} cannot be read",
            seen=error.strerror or str(error),
            expected="a file that you may read",
            remedy="check the file's rights, or copy it to a folder of your own",
        ) from error


def _unread(message: str, seen: str, expected: str, remedy: str) -> Refusal:
    return Refusal(
        Problem(Code.NO_SUCH_FILE, message, seen=seen, expected=expected, remedy=remedy), reason=Reason.UNREADABLE
    )


def _bounded(path: Path) -> bytes:
    about, cap = path.stat(), current_caps().file
    if not stat.S_ISREG(about.st_mode):
        raise refusal(
            Code.NO_SUCH_FILE, path.name, "is a pipe or a device, not a file",
            "Write it into a file, and give that file's name.",
        )  # fmt: skip
    if about.st_size > cap:
        raise _too_large(path, about.st_size, cap)
    try:
        return read_bounded(path, cap)
    except OSError as error:
        if error.errno == errno.EFBIG:  # it grew meanwhile
            raise _too_large(path, cap + 1, cap) from error
        raise


def _too_large(path: Path, size: int, cap: int) -> Exception:
    told = f"has {size / MB:,.0f} MB; {cap / MB:,.0f} MB are allowed"
    return refusal(Code.TOO_LARGE, path.name, told, way_out())
