"""Calculate a plan and write its result sheets into the workbook (roof)."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct
from msgspec.structs import replace

from workbook.actions.check import ReadWorkbook
from workbook.actions.recognition import recognise
from workbook.files.grafting.changes import Receipt
from workbook.files.grafting.following import Following, ReferenceChange, ReferencePolicy, follow_references
from workbook.files.grafting.front import next_to
from workbook.files.grafting.graft import graft
from workbook.files.grafting.kept_comments import read_comments
from workbook.files.grafting.output_names import taken_names, taken_problems
from workbook.files.grafting.references import readers_of
from workbook.files.package.made import MadeParts
from workbook.files.package.package import Package
from workbook.files.package.result_size import check_result_size
from workbook.files.package.soundness import check_writable
from workbook.files.saving.filesystem import as_refusal, real_path
from workbook.files.saving.rewrite import rewrite
from workbook.files.saving.save import check_target
from workbook.files.saving.temporary import beside
from workbook.files.writing.writer import write_book
from workbook.history.calculate import calculate
from workbook.inputs.sheets.registry import GUIDE_TITLE, SHEETS
from workbook.model.results import Results
from workbook.problems import Problem, Reason, Refusal, Severity
from workbook.sheets.book import lay_out_book, written_sheets
from workbook.sheets.comments import COMMENTED
from workbook.sheets.prefix import FRONT_SHEETS, OPTIONAL_FRONT, OPTIONAL_SHEETS, every_result_sheet
from workbook.sheets.printing.print import print_book
from workbook.sheets.problems_sheet import written_name
from workbook.sheets.theme.look import Theme, load_theme
from workbook.whatif.at_risk import problems as clipped_ranges


class Written(Struct, frozen=True):
    """What a run has written: the file, the backup of what was there before, and the figures in it."""

    path: Path
    backup: Path | None
    results: Results
    changes: tuple[ReferenceChange, ...] = ()
    """The formulas of the user that were changed so that they read the same lines as before."""
    problems: tuple[Problem, ...] = ()
    """What was found about references of the user to result sheets, and about what was drawn; no errors."""


def write_plan(
    reading: ReadWorkbook,
    results: Results,
    out: Path | None = None,
    references: ReferencePolicy = ReferencePolicy.FOLLOW,
) -> Written:
    """Write the result sheets into the workbook, or into a copy at `out`; what was there is kept as a backup.

    What an earlier run has marked goes: the sheet Problems and the notes on cells. References of the user to result
    sheets follow their lines.

    Raises Refusal: busy where the target cannot be replaced, inputs or unreadable where the workbook takes no sheets,
    inputs where references cannot follow.
    """
    target = out or reading.path
    check_writable(reading.package)
    check_target(target)
    host = without_outdated(unmarked(reading.package), results)
    check_result_size(host, sum(value[0].size for value in results.values.values()))
    with as_refusal(target):
        generated = _generated(results, reading.theme or load_theme(), host)
        following = _followed(host, generated, references)
        expected = expected_hash(reading, target)
        # What people read comes first in a workbook that has nothing else than its inputs.
        is_new = not (host.owners or following.parts) and _is_new(host, results)
        front = [*FRONT_SHEETS, *(set(OPTIONAL_FRONT) & set(written_sheets(results)))] if is_new else ()
        graft_to = partial(
            graft, host, generated, following=following, front=len(front), spill=beside(real_path(target))
        )
        backup = rewrite(target, host, lambda file: _put(host, generated, file, graft_to), expected, reading.path)
    found = (*following.problems, *clipped_ranges(results))
    return Written(target, backup, results, following.changes, found)


def _put(host: Package, generated: MadeParts, file: BinaryIO, graft_to: Callable[[BinaryIO], Receipt]) -> Receipt:
    """Write the host with the result sheets; those that come to others of an earlier run stand right behind them."""
    behind = _behind(host, generated)
    if not behind:
        return graft_to(file)
    made = io.BytesIO()
    receipt = graft_to(made)
    moved = next_to(Package(made, host.name), behind, file)
    return replace(moved, kept=tuple(part for part in moved.kept if part in receipt.kept))


def _behind(host: Package, generated: MadeParts) -> dict[str, str]:
    """Return the sheet of an earlier run behind which each sheet belongs that this run adds."""
    behind: dict[str, str] = {}
    known = {sheet.name for sheet in host.sheets if sheet.name in host.owners}
    for before, sheet in pairwise(sheet.name for sheet in generated.sheets):
        if sheet not in known and (before in known or before in behind):
            behind[sheet] = before
    return behind


def _is_new(host: Package, results: Results) -> bool:
    """Whether a workbook has no sheet but those that `new` gives it."""
    inputs = {GUIDE_TITLE, *results.plan.titles}
    known = inputs | {sheet.title for sheet in SHEETS.values()}
    return host.sheets[0].name == GUIDE_TITLE and all(sheet.name in known for sheet in host.sheets)


def preview_references(
    reading: ReadWorkbook, results: Results, references: ReferencePolicy = ReferencePolicy.FOLLOW
) -> Following:
    """Return what a run would change in references of the user to result sheets; nothing is written.

    Raises Refusal (inputs) where references cannot follow.
    """
    host = without_outdated(unmarked(reading.package), results)
    if not host.owners and not readers_of(host, every_result_sheet(host.prefix)):
        return Following()
    return _followed(host, _generated(results, reading.theme or load_theme(), host), references)


def grafted(
    host: Package, results: Results, theme: Theme, references: ReferencePolicy = ReferencePolicy.FOLLOW
) -> tuple[Package, Following]:
    """Return the workbook with the result sheets, in memory, and what became of the user's references.

    Raises Refusal as `write_plan` does.
    """
    out = io.BytesIO()
    generated = _generated(results, theme, host)
    following = _followed(host, generated, references)
    graft(host, generated, out, following=following)
    return Package(out, host.name), following


def _followed(host: Package, generated: MadeParts, references: ReferencePolicy) -> Following:
    """Return what becomes of the user's references. Raises Refusal for the errors among its problems."""
    following = follow_references(host, generated, references)
    errors = tuple(problem for problem in following.problems if problem.severity is Severity.ERROR)
    if errors:
        raise Refusal(errors[0], reason=Reason.INPUTS, more=errors[1:])
    return replace(following, problems=(*following.problems, *taken_problems(taken_names(host))))


def _generated(results: Results, theme: Theme, host: Package) -> MadeParts:
    """Return the result sheets in the font of the workbook that they go into."""
    printed = print_book(lay_out_book(results, read_comments(host, COMMENTED)), theme)
    return write_book(printed, theme, host.default_font, taken_names(host))


def unmarked(package: Package) -> Package:
    """Return the workbook without what an earlier run marked in it."""
    may_have_notes = any(kind.endswith(".comments+xml") for kind in package.content_types.values())
    if not (written_name(package.owners, package.prefix) or may_have_notes):
        return package
    from workbook.files.grafting.marking import unmark  # noqa: PLC0415 - most runs do without

    without = unmark(package)
    if without is not package:
        without.prefix = package.prefix
        recognise(without)
    return without


def without_outdated(package: Package, results: Results) -> Package:
    """Return the workbook without result sheets of an earlier run that this plan does not have any more.

    Raises Refusal (inputs) where formulas of the user's own read them.
    """
    written = {package.prefix + name for name in written_sheets(results, read_comments(package, COMMENTED))}
    outdated = {package.prefix + name for name in OPTIONAL_SHEETS} & package.owners.keys() - written
    if not outdated:
        return package
    from workbook.files.grafting.removal import check_readers, remove  # noqa: PLC0415 - most runs do without

    check_readers(package, sorted(outdated))
    out = io.BytesIO()
    remove(package, out, outdated, may_be_read=False)
    without = Package(out, package.name)
    without.prefix = package.prefix
    recognise(without)
    return without


def expected_hash(reading: ReadWorkbook, target: Path) -> str | None:
    """Return the hash that a target must still have: that of the file that was read, if it is that file."""
    is_in_place = target.exists() and reading.path.exists() and target.samefile(reading.path)
    return reading.sha256 if is_in_place or target == reading.path else None


__all__ = ["Written", "calculate", "write_plan"]
