"""Write the problems into a copy of the workbook, next to their cells (roof)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from workbook.actions.check import ReadWorkbook
from workbook.actions.plan import expected_hash, grafted, unmarked
from workbook.files.grafting.following import Following, ReferenceChange, ReferencePolicy
from workbook.files.package.package import Package
from workbook.files.package.soundness import check_writable
from workbook.files.saving.filesystem import as_refusal
from workbook.files.saving.save import check_target, save
from workbook.files.saving.verify import verify_workbook
from workbook.model.results import Results
from workbook.problems import Problem, Reason, Refusal, count_text, in_order
from workbook.sheets.theme.look import Theme, load_theme

_ENDING = ".problems"
"""What ends the name of a marked copy, before its suffix."""


class Marked(Struct, frozen=True):
    """A copy with the problems in it: the file, the backup of what was there before, and how many notes it has."""

    path: Path
    backup: Path | None
    notes: int
    sheet: str
    """What the sheet of the problems is called there."""
    changes: tuple[ReferenceChange, ...] = ()
    problems: tuple[Problem, ...] = ()
    """What was found about references of the user to result sheets; an error where the copy has no result sheets."""


def mark_problems(
    reading: ReadWorkbook,
    problems: Sequence[Problem],
    out: Path | None = None,
    results: Results | None = None,
    references: ReferencePolicy = ReferencePolicy.FOLLOW,
) -> Marked:
    """Write a copy with a sheet Problems and notes on the cells, with the result sheets too if there are results.

    The copy is `plan.problems.xlsx` next to `plan.xlsx`, or `out`; what was there is kept as a backup. Where the
    workbook does not take the result sheets, the copy says why instead. Raises Refusal: `busy` and `unreadable` as
    `write_plan` does, inputs if the workbook has a sheet Problems of the user's own.
    """
    from workbook.files.grafting.marking import mark  # noqa: PLC0415 - planning does without

    target = out or marked_path(reading.path)
    check_writable(reading.package)
    check_target(target)
    with as_refusal(target):
        host = unmarked(reading.package)
        theme = reading.theme or load_theme()
        host, following = _with_results(host, results, theme, references) if results else (host, Following())
        found = in_order((*problems, *following.problems))
        summary = (
            f"{count_text(found)} in {reading.path.name}, at the last run. Correct the cells, save, and run again."
        )
        marked = mark(host, found, summary, theme)
        backup = save(
            target,
            lambda file: file.write(marked.data),
            expected_hash(reading, target),
            backup=True,
            verify=lambda made: verify_workbook(made, marked.host.zip, marked.kept),
            source=reading.path,
        )
    return Marked(target, backup, marked.notes, marked.sheet, following.changes, following.problems)


def _with_results(
    host: Package, results: Results, theme: Theme, references: ReferencePolicy
) -> tuple[Package, Following]:
    try:
        return grafted(host, results, theme, references)
    except Refusal as refused:
        if refused.reason is not Reason.INPUTS:
            raise
        return host, Following(problems=(refused.problem, *refused.more))


def marked_path(path: Path) -> Path:
    """Return the path of a file's marked copy; a marked copy is marked again in its place."""
    return path if original_path(path) else path.with_name(f"{path.stem}{_ENDING}{path.suffix}")


def original_path(path: Path) -> Path | None:
    """Return the path of the file that a marked copy was made of; None if the name is not that of a marked copy."""
    return path.with_stem(path.stem.removesuffix(_ENDING)) if path.stem.endswith(_ENDING) else None
