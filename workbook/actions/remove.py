"""Remove the sheets that runs wrote from a workbook (roof)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from workbook.actions.recognition import recognise
from workbook.files.package.incoming import read_file
from workbook.files.package.opening import open_package
from workbook.files.saving.rewrite import rewrite
from workbook.files.saving.save import check_target
from workbook.problems import Problem


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed from a workbook: the sheets, the backup of the file as it was, and what read them."""

    sheets: tuple[str, ...]
    backup: Path | None
    problems: tuple[Problem, ...]


def remove_sheets(path: Path, inputs: bool = False, anyway: bool = False, versions: bool = False) -> Removed:
    """Write the workbook without the sheets that runs wrote, with `inputs` also without those that were added to it.

    The sheets of approved versions stay, unless `versions` are to be removed as well.

    Raises Refusal: inputs if there is none, if formulas of the user's own read them (unless `anyway`), or if no
    visible sheet would be left; `unreadable` and `busy` as writing does.
    """
    from workbook.files.grafting.breaking import without_readers  # noqa: PLC0415
    from workbook.files.grafting.marking import without_marks  # noqa: PLC0415 - planning does without
    from workbook.files.grafting.removal import choose_sheets, remove  # noqa: PLC0415

    data = read_file(path)
    package = without_marks(open_package(data, path.name))
    recognise(package)
    check_target(path)
    sheets, problems = choose_sheets(package, inputs, versions, anyway)
    may_be_read = bool(problems)
    if may_be_read:
        package = without_readers(package, sheets)
        recognise(package)
    backup = rewrite(
        path,
        package,
        lambda file: remove(package, file, sheets, may_be_read=may_be_read),
        hashlib.sha256(data).hexdigest(),
    )
    return Removed(sheets, backup, problems)
