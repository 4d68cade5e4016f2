"""A temporary file beside its target: exclusively made, for its owner alone, gone afterwards (files floor).

It lies on the target's disk, so that one rename puts it in place. Its name tells machine and process, so that the next
run can tell the left-over of a run that was killed from the file of one that is still at work.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbook.files.saving.filesystem import hidden
from workbook.files.saving.process_identity import host_name, is_running
from workbook.files.saving.rights import OWN

_ENDING = ".tmp"
_FOREIGN = 3600  # seconds after which the file of another machine's run is a left-over


@contextmanager
def temporary(target: Path) -> Iterator[Path]:
    """Create an empty file beside the target that only its owner may read; it is gone afterwards unless it was renamed.

    Raises OSError where it cannot be made. What a killed run left of the same target is removed first.
    """
    _sweep(target)
    start = beside(target)
    made = start.with_name(f"{start.name}{time.time_ns():x}{_ENDING}")
    try:
        os.close(os.open(made, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWN))
        yield made
    finally:
        # A file that cannot be removed now is a left-over of the next run; what came before matters more.
        with contextlib.suppress(OSError):
            made.unlink()


def beside(target: Path) -> Path:
    """Return what the names of temporary files beside the target begin with; they end with `.tmp`."""
    return hidden(target, f"-{_machine()}-{os.getpid()}-")


def _sweep(target: Path) -> None:
    """Remove what a run that was killed left behind."""
    start = hidden(target, "-").name
    with contextlib.suppress(OSError), os.scandir(target.parent) as entries:
        for left in entries:
            if left.name.startswith(start) and left.name.endswith(_ENDING) and _is_left_over(left, len(start)):
                with contextlib.suppress(OSError):
                    os.unlink(left)  # noqa: PTH108 (an entry of a scan is no Path)


def _is_left_over(entry: os.DirEntry[str], start: int) -> bool:
    """Return a dead run's file by its process where that is of this machine, otherwise by its age.

    One of this very process is left over too, because a run works on one target at a time. Windows keeps a file that
    is still open from being removed, so there every file of this machine may be tried.
    """
    machine, _, rest = entry.name[start:].partition("-")
    pid = rest.partition("-")[0]
    if machine == _machine() and pid.isdecimal():
        return sys.platform == "win32" or int(pid) == os.getpid() or not is_running(int(pid))
    return time.time() - entry.stat().st_mtime > _FOREIGN


def _machine() -> str:
    return f"{zlib.crc32(host_name().encode()):08x}"
