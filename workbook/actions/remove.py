"""Remove the sheets that runs wrote from a workbook (roof)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from workbook.actions.recognition import recognise
from workbook.files.package.incoming import read_file
from workbook.files.package.opening import open_package
from workbook.files.package.package import Package
from workbook.files.saving.rewrite import rewrite
from workbook.files.saving.save import check_target
from workbook.problems import Code, Problem, Reason, Refusal, listed
from workbook.sheets.comments import COMMENTED


class Removed(Struct, frozen=True):
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
    if not anyway:
        _check_comments(package, sheets)
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


def _check_comments(package: Package, sheets: Sequence[str]) -> None:
    """Raise Refusal (inputs) where comments of the user's would go with the sheets."""
    from workbook.files.grafting.kept_comments import read_comments  # noqa: PLC0415 - planning does without

    going = [name for name in COMMENTED if package.prefix + name in sheets]
    texts = [text for comments in read_comments(package, going).values() for text in comments.values()]
    if texts:
        seen, whole = listed(texts)
        problem = Problem(
            Code.COMMENTS_LOST,
            f"comments of your own are on {', '.join(going)} and would be removed with it",
            f"{package.prefix}{going[0]}!A1",
            seen=seen,
            expected="no comments on the sheets to be removed",
            remedy="copy them to a sheet of your own, or remove all the same with --anyway",
            whole=whole,
        )
        raise Refusal(problem, reason=Reason.INPUTS)
