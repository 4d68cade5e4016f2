"""Find the workbooks of a folder (roof)."""

from __future__ import annotations

from pathlib import Path

from workbook.actions.mark import original_path
from workbook.files.saving.backups import is_backup

ENDINGS = (".xlsx", ".xlsm")
_UNREAD = ("~$", ".")
"""What the names of other programs' lock files and of hidden files begin with."""


def find_workbooks(folder: Path) -> tuple[Path, ...]:
    """Return the workbooks of a folder by their names; backups, marked copies and lock files are none of them.

    Folders in it are left out. Raises OSError for a folder that cannot be read.
    """
    return tuple(sorted(path for path in folder.iterdir() if _is_read(path)))


def _is_read(path: Path) -> bool:
    is_named = path.suffix.lower() in ENDINGS and not path.name.startswith(_UNREAD)
    return is_named and not (is_backup(path) or original_path(path)) and path.is_file()
