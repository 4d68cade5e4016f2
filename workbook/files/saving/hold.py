"""Holds the file that a run will write from before it is read until the run ends (files floor)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbook.files.saving.lock import run_lock
from workbook.files.saving.targets import check_target
from workbook.problems import Problem


@contextmanager
def hold(path: Path, out: Path | None = None) -> Iterator[tuple[Problem, ...]]:
    """Hold `out`, or the file itself, and give remarks on replacing it.

    Raises Refusal (busy) where it cannot be replaced, or another run holds it. Where there is no file to read
    nothing is held: reading it says why.
    """
    if not os.path.isfile(path):  # noqa: PTH113 - a name that is too long is no file either
        yield ()
        return
    remarks = check_target(out or path)
    with run_lock(out or path):
        yield remarks
