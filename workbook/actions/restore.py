"""Restore a backup of a workbook (roof)."""

from __future__ import annotations

from pathlib import Path

from workbook.files.saving.restore import Restored, restore


def restore_backup(path: Path, number: int | None = None, out: Path | None = None) -> Restored:
    """Write a backup in the place of a file, or at `out`; without a number the newest sound one that differs from it.

    The file itself may be missing, empty or damaged; it becomes a backup first. Raises Refusal: unreadable if there is
    no such backup or it is no sound workbook, busy if the target cannot be replaced.
    """
    return restore(path, number, out)
