"""The plan of the run before, found among the backups beside a workbook (post).

A backup is the file as it was when a run began: inputs already edited, result sheets still of the run before. So the
newest backup mostly holds the inputs of the last run itself, and an older one those of the run before.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from workbook.files.saving.backups import KEPT_BACKUPS, backup_path
from workbook.inputs.plan import Plan
from workbook.problems import Refusal
from workbook.report.compare import changes


def earlier_plan(path: Path, plan: Plan, read: Callable[[Path], Plan | None]) -> tuple[str, Plan] | None:
    """Return the name and plan of the newest backup whose inputs differ; None where there is none that can be read.

    `read` returns the plan of a file, None if it has errors.
    """
    for age in range(1, KEPT_BACKUPS + 1):
        backup = backup_path(path, age)
        if backup.is_file():
            before = _read(backup, read)
            if before is not None and changes(plan, before):
                return backup.name, before
    return None


def _read(path: Path, read: Callable[[Path], Plan | None]) -> Plan | None:
    try:
        return read(path)
    except Refusal:
        return None
