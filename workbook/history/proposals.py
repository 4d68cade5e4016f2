"""What was measured and what sheet Actuals has into what would be written, cell by cell (many floor)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

from workbook.figures import LARGEST_EXACT, digits, month_text
from workbook.history.importing.records import FIELDS, MeasuredStatus, Measurement
from workbook.history.recorded import Recorded, is_final
from workbook.inputs.sheets.evidence import Actual
from workbook.problems import Code, Problem
from workbook.schema import columns_of

_SAME = 1e-9
TITLES = {column.field: column.header for column in columns_of(Actual)}


class ProposalKind(StrEnum):
    """What writing a cell would do."""

    NEW = "new"
    SAME = "same"
    RESTATED = "restated"
    PRELIMINARY = "preliminary"


Figure = float | str | None


class Proposal(Struct, frozen=True):
    """One cell of Actuals: what it has, what it would have, and from which file and how many of its rows."""

    month: date
    field: str
    was: Figure
    is_: Figure
    source: str
    rows: int
    kind: ProposalKind

    @property
    def column(self) -> str:
        """The header of the cell's column."""
        return TITLES[self.field]

    def as_json(self) -> dict[str, object]:
        """Return the proposal as `--json` prints it."""
        return {
            "month": f"{self.month:%Y-%m}",
            "column": self.column,
            "was": self.was,
            "is": self.is_,
            "source": self.source,
            "rows": self.rows,
            "kind": self.kind.value,
        }


class Proposed(Struct, frozen=True):
    """What would be written, in the order of months and columns, and what speaks against it."""

    cells: tuple[Proposal, ...]
    problems: tuple[Problem, ...]


def propose(measured: Sequence[Measurement], known: Recorded, restates: bool = False) -> Proposed:
    """Return the cells that measurements would fill or change; closed months change with `restates` only."""
    cells: list[Proposal] = []
    for month in sorted({one.month for one in measured}):
        of_month = [one for one in measured if one.month == month]
        row = known.rows.get(month)
        figures = [_figure(one, row) for one in of_month]
        cells += figures
        cells += _about(of_month, figures, row)
    problems = [*_implausible(measured), *([] if restates else _closed(cells, known))]
    return Proposed(tuple(cells), tuple(problems))


def _figure(one: Measurement, row: Actual | None) -> Proposal:
    field = FIELDS[one.metric]
    was = getattr(row, field) if row else None
    return Proposal(one.month, field, was, one.value, one.source, one.rows, _kind(was, one.value, one.status))


def _kind(was: Figure, is_: Figure, status: MeasuredStatus) -> ProposalKind:
    if was == is_ or (isinstance(was, float) and isinstance(is_, float) and math.isclose(was, is_, rel_tol=_SAME)):
        return ProposalKind.SAME
    if status is MeasuredStatus.PRELIMINARY:
        return ProposalKind.PRELIMINARY
    return ProposalKind.NEW if was is None else ProposalKind.RESTATED


def _about(measured: Sequence[Measurement], figures: Sequence[Proposal], row: Actual | None) -> Iterator[Proposal]:
    """Yield the cells Days and Status of a month, as far as they are filled or change."""
    days, status = _row_state(measured, figures, row)
    source, rows = ", ".join(dict.fromkeys(one.source for one in measured)), sum(one.rows for one in measured)
    for field, is_ in (("days", days), ("status", status.value)):
        was = getattr(row, field) if row else None
        if was is not None or is_ is not None:
            yield Proposal(measured[0].month, field, was, is_, source, rows, _kind(was, is_, status))


def _row_state(
    measured: Sequence[Measurement], figures: Sequence[Proposal], row: Actual | None
) -> tuple[float | None, MeasuredStatus]:
    """Return Days and Status of a month once its figures are written.

    A month is final if all of its figures are; figures of the sheet that were not measured again keep it as it is.
    """
    is_open = any(one.status is MeasuredStatus.PRELIMINARY for one in measured)
    counted = [one.days for one in measured if one.days is not None]
    days, status = min(counted, default=None), MeasuredStatus.PRELIMINARY if is_open else MeasuredStatus.FINAL
    if row is None:
        return days, status
    kept = row.days, MeasuredStatus(row.status)
    if is_final(row):
        is_same = all(one.kind is ProposalKind.SAME for one in figures)
        return kept if is_same or not is_open else (days, status)
    others = [name for name in FIELDS.values() if getattr(row, name) is not None]
    if {one.field for one in figures} >= set(others):
        return days, status
    return min((one for one in (days, row.days) if one is not None), default=None), MeasuredStatus.PRELIMINARY


def _closed(cells: Sequence[Proposal], known: Recorded) -> Iterator[Problem]:
    """Yield an error for each figure of a closed month that would change."""
    for one in cells:
        if one.was is None or one.kind is ProposalKind.SAME or one.field not in FIELDS.values():
            continue
        if known.is_closed(one.month):
            yield Problem(
                Code.CLOSED_MONTH_CHANGES,
                f"{one.column} of {month_text(one.month)} is final and would change",
                known.cells.get((one.month, one.field), "Actuals"),
                seen=f"{_shown(one.was)} on the sheet, {_shown(one.is_)} in {one.source}",
                expected="the same figure in a closed month",
                remedy="check the difference, and accept it with --restate",
            )


def _implausible(measured: Sequence[Measurement]) -> Iterator[Problem]:
    """Yield an error for each figure that no cell of Actuals may hold."""
    for one in measured:
        if not abs(one.value) <= LARGEST_EXACT:
            yield Problem(
                Code.NOT_FINITE,
                f"{TITLES[FIELDS[one.metric]]} of {month_text(one.month)} is no number that can be calculated with",
                one.source,
                seen=digits(one.value) if math.isfinite(one.value) else str(one.value),
                expected="a number below 10^15",
                remedy="correct the file, or import another column of it with --as",
            )
        elif one.value < 0:
            yield Problem(
                Code.OUT_OF_RANGE,
                f"{TITLES[FIELDS[one.metric]]} of {month_text(one.month)} is negative",
                one.source,
                seen=digits(one.value),
                expected="0 or more",
                remedy="import the whole month, or leave out a category with --without",
            )


def _shown(figure: Figure) -> str:
    return digits(figure, is_grouped=True) if isinstance(figure, float | int) else str(figure)
