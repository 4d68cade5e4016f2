"""Rules about a workbook as a whole: its names, its links, its axes of time (post)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbook.address import column_letters, quote_sheet
from workbook.files.reading.survey import BookSurvey
from workbook.lint.sheet import SheetUnderLint
from workbook.lint.violations import Violation, violation


def lost_names(book: BookSurvey, _: Sequence[SheetUnderLint]) -> Iterator[Violation]:
    """FAST-names: a name refers to nothing any more."""
    for name in book.names:
        if "#REF!" in name.text:
            message = f"the name {name.name} leads nowhere"
            yield violation("FAST-names", quote_sheet(name.sheet) if name.sheet else "", message, name.text)


def external_links(book: BookSurvey, _: Sequence[SheetUnderLint]) -> Iterator[Violation]:
    """NJ-external-link: the workbook keeps a link to another one."""
    for number, target in book.externals.items():
        message = "the workbook is linked to another one"
        yield violation("NJ-external-link", "", message, f"[{number}] {target}" if target else f"[{number}]")


def macros(book: BookSurvey, _: Sequence[SheetUnderLint]) -> Iterator[Violation]:
    """FMC-macros: the workbook holds program code."""
    if book.has_macros:
        yield violation("FMC-macros", "", "the workbook contains macros", "vbaProject")


def one_axis(_: BookSurvey, sheets: Sequence[SheetUnderLint]) -> Iterator[Violation]:
    """FAST-one-axis: the same column means another period on another sheet."""
    timed = [(sheet, sheet.axis) for sheet in sheets if sheet.axis is not None and sheet.survey.state == "visible"]
    if not timed:
        return
    model, first = timed[0]
    for sheet, axis in timed[1:]:
        shared = set(first.periods) & set(axis.periods)
        if not shared:
            continue
        period = min(shared)
        own = axis.first_column + axis.periods.index(period)
        other = first.first_column + first.periods.index(period)
        if own != other:
            seen = f"{period} in column {column_letters(own)}, in column {column_letters(other)} on {model.name}"
            yield violation(
                "FAST-one-axis", quote_sheet(sheet.name), "a period is in a different column from other sheets", seen
            )
