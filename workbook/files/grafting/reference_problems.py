"""References of the user that cannot follow their lines, as problems (files floor)."""

from __future__ import annotations

from collections.abc import Sequence

from workbook.files.grafting.landing import Loss, Lost
from workbook.problems import Code, Problem, Severity, listed

_EXPECTED = "formulas of your own that read lines, items and months of the new plan"
_DONE = "check the formulas that became #REF! or shorter, or restore the backup"
_REMEDY = (
    "change these formulas, or run again with --anyway (they become #REF!) or with --keep-references (all references "
    "keep their positions and may read other figures)"
)


def lost_references(lost: Sequence[tuple[str, Lost]], severity: Severity) -> tuple[Problem, ...]:
    """Return a problem for each reason why references cannot follow, listing the readers and what they read."""
    found = []
    for loss, code, message in (
        (
            Loss.LINE,
            Code.REFERENCE_TO_GONE_LINE,
            "formulas of your own read lines or items that are gone",
        ),
        (
            Loss.MONTH,
            Code.REFERENCE_TO_GONE_MONTH,
            "formulas of your own read months or fiscal periods outside the new plan",
        ),
        (Loss.RANGE, Code.REFERENCE_CROSSED, "ranges in formulas of your own would read other rows in the new plan"),
        (
            Loss.UNBOUND,
            Code.REFERENCE_UNBOUND,
            "formulas of your own name result sheets that were not in the workbook, so they would read any line there",
        ),
    ):
        readers = [f"{place} ({one.what})" for place, one in lost if one.loss is loss]
        if readers:
            where = next((place for place, one in lost if one.loss is loss), "")
            found.append(_problem(code, message, readers, where if "!" in where else "", severity))
    return tuple(found)


def kept_references(changed: Sequence[str], lost: Sequence[tuple[str, Lost]]) -> tuple[Problem, ...]:
    """Return a warning that lists references which keep their positions and read something else from now on."""
    readers = [*dict.fromkeys([*changed, *(place for place, _ in lost)])]
    if not readers:
        return ()
    seen, whole = listed(readers)
    return (
        Problem(
            Code.REFERENCES_KEPT,
            "references keep their positions and read other figures than before",
            readers[0] if "!" in readers[0] else "",
            seen=seen,
            expected="references that follow their lines",
            remedy="check these formulas, or restore the backup and plan again without --keep-references",
            severity=Severity.WARNING,
            whole=whole,
        ),
    )


def fixed_references(readers: Sequence[str]) -> tuple[Problem, ...]:
    """Return a warning that lists formulas which read result sheets by OFFSET or INDIRECT."""
    if not readers:
        return ()
    seen, whole = listed([*dict.fromkeys(readers)])
    return (
        Problem(
            Code.REFERENCE_FIXED,
            "OFFSET and INDIRECT over result sheets cannot follow when rows or months move",
            readers[0] if "!" in readers[0] else "",
            seen=seen,
            expected="references to the cells themselves, or INDEX and MATCH on the Id and Item columns",
            remedy="check these formulas after each run, or replace them, for example by "
            'INDEX(Cost!$G:$G,MATCH("cost.total",Cost!$F:$F,0))',
            severity=Severity.WARNING,
            whole=whole,
        ),
    )


def _problem(code: Code, message: str, readers: Sequence[str], where: str, severity: Severity) -> Problem:
    remedy = _REMEDY if severity is Severity.ERROR else _DONE
    seen, whole = listed([*dict.fromkeys(readers)])
    return Problem(code, message, where, seen, _EXPECTED, remedy, severity, whole)
