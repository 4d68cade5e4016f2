"""Brings a person's file into memory, if it is a plain file of a bearable size (files floor)."""

from __future__ import annotations

import stat
from pathlib import Path

from workbook.files.package.caps import MB, current_caps, way_out
from workbook.files.package.refuse import refusal
from workbook.problems import Code


def read_file(path: Path) -> bytes:
    """Give a file's bytes. Raises Refusal for one that is too large or that is a pipe or a device, and OSError."""
    about, cap = path.stat(), current_caps().file
    if not stat.S_ISREG(about.st_mode):
        raise refusal(
            Code.NO_SUCH_FILE, path.name, "is a pipe or a device, not a file",
            "Write it into a file, and give that file's name.",
        )  # fmt: skip
    if about.st_size > cap:
        raise _too_large(path, about.st_size, cap)
    with path.open("rb") as file:
        data = file.read(cap + 1)
    if len(data) > cap:
        raise _too_large(path, len(data), cap)
    return data


def _too_large(path: Path, size: int, cap: int) -> Exception:
    told = f"has {size / MB:,.0f} MB; {cap / MB:,.0f} MB are allowed"
    return refusal(Code.TOO_LARGE, path.name, told, way_out())
