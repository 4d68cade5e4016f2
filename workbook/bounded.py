"""A path into the bytes of a regular file of at most a given size, and never into a wait (ground floor)."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

NOT_REGULAR = "a pipe or a device, not a regular file"


def read_bounded(path: Path, most: int) -> bytes:
    """Return a file's bytes. Raises OSError also for what is no regular file, and for more than `most` bytes.

    A pipe would block and a device never end. Files of the system that have no size, such as `/proc/kmsg`, count as
    empty, because reading them may block too.
    """
    check_regular(path.stat().st_mode)
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(handle)
        check_regular(about.st_mode)
        data = file.read(most + 1) if about.st_size else b""
    if len(data) > most:
        size = max(about.st_size, len(data))
        raise OSError(errno.EFBIG, f"{size:,} bytes, where at most {most:,} are allowed")
    return data


def check_regular(mode: int) -> None:
    """Raise OSError for the mode of what is no regular file."""
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, NOT_REGULAR)
