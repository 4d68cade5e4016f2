"""Users and their growth from a later start: the same curve, from the level that was measured (many floor).

Growth is measured from Current users. Whoever types the users of a later month into Current users and leaves Growth as
it is counts the growth between the two twice, so that both move together.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from workbook.figures import month_text, percent_text
from workbook.history.rolling.curves import FIGURES, Curve, curve_of
from workbook.history.rolling.steps import Edit, ProposalBasis, Removal, Start, Step
from workbook.inputs.sheets.demand import GrowthAnchor, UserSegment

_YEAR = 12


class Hold(StrEnum):
    """What stays if users were measured above or below the plan: rates of growth, or users at milestones."""

    RATES = "rates"
    TARGETS = "targets"


class Level(Struct, frozen=True):
    """Measured users as a multiple of the planned ones, and the words for where that comes from."""

    value: float = 1.0
    words: str = ""

    @property
    def basis(self) -> ProposalBasis:
        """What figures at this level rest on."""
        return ProposalBasis.MEASURED if self.words else ProposalBasis.PLANNED


def user_steps(start: Start, level: Level) -> Iterator[Step]:
    """Yield the users of each segment in the new month 0, without seasonality and events."""
    for index, row in enumerate(start.plan.rows("users")):
        if isinstance(row, UserSegment):
            factor = curve_of(start.plan, row.segment).factor(start.months)
            grown = f"growth of {percent_text(factor - 1, 1)} to {month_text(start.day)}"
            why = f"{grown}; {level.words}" if level.words else grown
            value = row.current_users * factor * level.value
            yield Step("users", Edit("users", index, "current_users", value), why, level.basis)


def growth_steps(start: Start, level: Level, hold: Hold) -> Iterator[Step]:
    """Yield the milestones of each segment from the new month 0; those that are over go."""
    for row in start.plan.rows("users"):
        if isinstance(row, UserSegment):
            curve = curve_of(start.plan, row.segment)
            over, ahead = curve.up_to(start.months), curve.after(start.months)
            kept = over[-1] if over and not ahead and curve.goes_on else None
            reached = f"reached by {month_text(start.day)}"
            yield from (Step("growth", Removal("growth", index), reached) for index, _ in over if (index, _) != kept)
            if kept:
                yield from _going_on(start, curve, *kept)
            for index, anchor in ahead:
                yield from _moved(start, curve, (index, anchor), level if hold is Hold.TARGETS else Level())


def _moved(start: Start, curve: Curve, place: tuple[int, GrowthAnchor], level: Level) -> Iterator[Step]:
    """Yield a milestone from the new start, each end of its range by its own curve; at a level its users stay."""
    index, anchor = place
    month = Edit("growth", index, "month", anchor.month - start.months)
    yield Step("growth", month, f"the same calendar month, counted from {month_text(start.day)}")
    why, basis = "the same rate of growth as before", ProposalBasis.CALENDAR
    if level.words:
        why, basis = "the same users as before", ProposalBasis.MEASURED
    for field in FIGURES:
        figure: float | None = getattr(anchor, field)
        if figure is not None:
            value = (1 + figure) / (curve.factor(start.months, field) * level.value) - 1
            yield Step("growth", Edit("growth", index, field, value), why, basis)


def _going_on(start: Start, curve: Curve, index: int, anchor: GrowthAnchor) -> Iterator[Step]:
    """Yield the last milestone as one a year ahead, at the rate at which growth goes on beyond it."""
    why = "growth goes on at the rate of the last segment"
    yield Step("growth", Edit("growth", index, "month", _YEAR), why)
    for field in FIGURES:
        if getattr(anchor, field) is not None:
            year = curve.factor(start.months + _YEAR, field) / curve.factor(start.months, field)
            yield Step("growth", Edit("growth", index, field, year - 1), why, ProposalBasis.PLANNED)
