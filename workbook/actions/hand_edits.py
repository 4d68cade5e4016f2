"""What was done by hand to sheets that runs write, in words (roof).

A package and its plan in, warnings out: sheets that were edited since they were written, so that nothing of the user's
is replaced unsaid, and sheets that were renamed and are the user's since.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbook.files.grafting.ownership import changed_cells, edited_sheets, renamed_sheets
from workbook.files.package.package import Package
from workbook.files.package.parts import SheetEntry
from workbook.history.calculate import calculate
from workbook.inputs.plan import Plan
from workbook.model.results import Results
from workbook.problems import Code, Problem, Severity, listed

_MOST_SHOWN = 5


def hand_edits(package: Package, plan: Plan | None, backup: str) -> list[Problem]:
    """Return a warning for each sheet of ours that was changed, and for each that a run leaves alone under a new name.

    `backup` names the file in which the next run keeps the sheets as they are. The plan is calculated only where a
    sheet was changed: what a run would write now says which of its cells were.
    """
    edited = edited_sheets(package)
    found = _edited_cells(package, edited, calculate(plan)) if edited and plan else {}
    said = [(sheet.name, found.get(sheet.name, ())) for sheet in edited]
    return [*_renamed(package), *(_edited(name, cells, backup) for name, cells in said if cells is not None)]


def _renamed(package: Package) -> Iterator[Problem]:
    for name, written in renamed_sheets(package):
        yield Problem(
            Code.RENAMED_RESULT,
            f"sheet {name!r} was written as {written!r} and renamed; it is kept as a sheet of yours",
            f"{name}!A1",
            seen=f"{written!r} under the name {name!r}",
            expected=f"result sheets under the names that they were written with, here {written!r}",
            remedy=f"name it {written!r} again to have it replaced; else a run adds a new {written!r}",
            severity=Severity.WARNING,
        )


def _edited(sheet: str, cells: Sequence[str], backup: str) -> Problem:
    shown, whole = listed(cells, _MOST_SHOWN)
    return Problem(
        Code.EDITED_RESULT,
        f"result sheet {sheet!r} was changed by hand after it was written",
        f"{sheet}!{cells[0] if cells else 'A1'}",
        seen=f"changed: {shown}" if shown else "cells, notes or charts that no run wrote",
        expected="what the last run wrote",
        remedy=f"move what you want to keep to a sheet of your own: workbook plan replaces {sheet!r}, and "
        f"as it is now it stays in the backup {backup} only",
        severity=Severity.WARNING,
        whole=f"changed: {whole}" if whole else "",
    )


def _edited_cells(
    package: Package, edited: Sequence[SheetEntry], results: Results
) -> dict[str, tuple[str, ...] | None]:
    """Return which cells were changed by hand, from what a run would write now; None where a program only respelled."""
    from workbook.files.grafting.kept_comments import read_comments  # noqa: PLC0415
    from workbook.files.writing.writer import write_book  # noqa: PLC0415 - a file that nobody edited does without
    from workbook.sheets.book import lay_out_book  # noqa: PLC0415
    from workbook.sheets.comments import COMMENTED  # noqa: PLC0415
    from workbook.sheets.printing.print import print_book  # noqa: PLC0415
    from workbook.sheets.theme.look import load_theme  # noqa: PLC0415

    theme = load_theme()
    comments = read_comments(package, COMMENTED)
    written = write_book(print_book(lay_out_book(results, comments), theme), theme)
    return changed_cells(package, edited, written)
