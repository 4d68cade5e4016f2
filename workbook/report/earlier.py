"""The plan of the run before, found among the backups in the folder of a workbook (post).

A backup is the file as it was when a run began: inputs already edited, result sheets still of the run before. So the
newest backup mostly holds the inputs of the last run itself, and an older one those of the run before. A plan is known
by the name that its Settings give it, whatever its file is called: a renamed workbook keeps its history, and another
plan under the name of a file is not taken for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from workbook.files.saving.backups import KEPT_BACKUPS, backup_path
from workbook.inputs.plan import Plan
from workbook.naming import name_key
from workbook.problems import Refusal
from workbook.report.compare import changes

_BACKUP = re.compile(r"\.backup(?:-[0-9]{1,2})?\.xls[xm]$")
_MOST_OTHERS = 20
"""Backups of other names that are read in search of the plan, the newest first."""


def earlier_plan(path: Path, plan: Plan, read: Callable[[Path], Plan | None]) -> tuple[str, Plan] | None:
    """Return the name and plan of the newest backup of this plan whose inputs differ; None if none can be read.

    Backups of the file come first, then others in its folder. `read` returns the plan of a file, None if it has errors.
    """
    for backup in _candidates(path):
        before = _read(backup, read)
        if before is not None and _is_same_plan(plan, before) and changes(plan, before):
            return backup.name, before
    return None


def _candidates(path: Path) -> Iterator[Path]:
    own = [backup_path(path, age) for age in range(1, KEPT_BACKUPS + 1)]
    yield from (backup for backup in own if backup.is_file())
    try:
        found = [one for one in path.parent.iterdir() if _BACKUP.search(one.name) and one not in own and one.is_file()]
        others = sorted(found, key=lambda one: (-one.stat().st_mtime, one.name))
    except OSError:
        return
    yield from others[:_MOST_OTHERS]


def _is_same_plan(plan: Plan, before: Plan) -> bool:
    return name_key(plan.settings.plan_name) == name_key(before.settings.plan_name)


def _read(path: Path, read: Callable[[Path], Plan | None]) -> Plan | None:
    try:
        return read(path)
    except Refusal:
        return None
