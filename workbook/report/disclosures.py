"""What a workbook discloses beside its visible cells, as phrases: the user reads them before it is attached (post)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbook.figures import counted
from workbook.files.reading.disclosures import Disclosures
from workbook.problems import Code, Problem, Severity
from workbook.report.report import one_line

_PEOPLE = {"creator": "author", "lastModifiedBy": "last saved by", "Company": "company", "Manager": "manager"}
_PARTS = {
    "notes": ("part with notes", "parts with notes"),
    "comments": ("part with comments", "parts with comments"),
    "links": ("link to other workbooks", "links to other workbooks"),
    "connections": ("list of data connections", "lists of data connections"),
    "pivots": ("pivot table's stored data", "pivot tables' stored data"),
    "macros": ("macro project", "macro projects"),
    "properties": ("list of custom properties", "lists of custom properties"),
    "data": ("embedded data part", "embedded data parts"),
    "files": ("embedded file", "embedded files"),
}
MOST_NAMED = 5


def disclosure_phrases(found: Disclosures) -> tuple[str, ...]:
    """Return what an attached copy contains that a reader may not expect, one plain phrase each."""
    return tuple(one_line(text) for text in (*_hidden(found), *_parts(found), *_people(found), *_places(found)))


def disclosure_problem(found: Sequence[str], name: str) -> Problem:
    """Return the phrases as a remark."""
    return Problem(
        Code.REPORT_DISCLOSES,
        f"the attached workbook contains: {'; '.join(found)}",
        name,
        expected="nothing that its readers must not see",
        remedy="remove it in Excel with File > Info > Inspect Workbook, or leave the workbook out with --no-attach",
        severity=Severity.INFO,
    )


def _hidden(found: Disclosures) -> Iterator[str]:
    if found.sheets:
        yield f"{counted(len(found.sheets), 'hidden sheet')} ({_listed(found.sheets)})"
    if found.names:
        yield f"{counted(len(found.names), 'hidden name')} ({_listed(found.names)})"
    if found.sheets_with_rows:
        yield f"hidden rows on {_listed(found.sheets_with_rows)}"
    if found.sheets_with_columns:
        yield f"hidden columns on {_listed(found.sheets_with_columns)}"


def _parts(found: Disclosures) -> Iterator[str]:
    for kind, number in found.parts:
        yield counted(number, *_PARTS[kind])


def _people(found: Disclosures) -> Iterator[str]:
    for name, text in found.people:
        yield f"{_PEOPLE[name]} {text}"
    if found.addresses:
        yield f"{counted(len(found.addresses), 'mail address', 'mail addresses')} ({_listed(found.addresses)})"


def _places(found: Disclosures) -> Iterator[str]:
    if found.folder:
        yield f"the folder that it was saved in ({found.folder})"
    if found.commenters:
        yield f"names of those who commented ({_listed(found.commenters)})"
    if found.hyperlinks:
        yield f"{counted(len(found.hyperlinks), 'hyperlink')} ({_listed(found.hyperlinks)})"
    if found.pictures:
        yield f"{counted(len(found.pictures), 'linked picture')} ({_listed(found.pictures)})"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
