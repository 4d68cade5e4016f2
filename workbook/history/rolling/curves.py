"""Growth milestones into the factor that users have grown by in a month (many floor; help: model, Growth).

A milestone that is ranged has three curves: one through the figures themselves, one through their low ends, one through
their high ends. Where an end is blank, its curve goes through the figure itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from workbook.inputs.plan import Plan
from workbook.inputs.sheets.demand import GrowthAnchor
from workbook.naming import name_key

FIGURES = ("total_growth", "low", "high")
"""The columns of a milestone that have a curve of their own."""


class Curve(Struct, frozen=True):
    """The milestones of one segment: their rows on Growth, and whether growth goes on after the last one."""

    anchors: tuple[tuple[int, GrowthAnchor], ...]
    goes_on: bool

    def factor(self, month: int, field: str = "total_growth") -> float:
        """Return users of a month as a multiple of those of month 0: geometric between milestones."""
        points = [(anchor.month, 1 + _figure(anchor, field)) for _, anchor in self.anchors]
        factor, begins, base = 1.0, 0, 1.0
        for place, (end, total) in enumerate(points):
            length = end - begins
            is_open = self.goes_on and place == len(points) - 1
            elapsed = max(0, month - begins if is_open else min(month - begins, length))
            factor *= (total / base) ** (elapsed / length)
            begins, base = end, total
        return factor

    def after(self, month: int) -> tuple[tuple[int, GrowthAnchor], ...]:
        """Return the milestones after a month."""
        return self._where(lambda anchor: anchor.month > month)

    def up_to(self, month: int) -> tuple[tuple[int, GrowthAnchor], ...]:
        """Return the milestones of a month and those before it."""
        return self._where(lambda anchor: anchor.month <= month)

    def _where(self, wanted: Callable[[GrowthAnchor], bool]) -> tuple[tuple[int, GrowthAnchor], ...]:
        return tuple((index, anchor) for index, anchor in self.anchors if wanted(anchor))


def curve_of(plan: Plan, segment: str) -> Curve:
    """Return the growth curve of a segment; one without milestones does not grow."""
    rows: Sequence[object] = plan.rows("growth")
    anchors = (
        (index, row)
        for index, row in enumerate(rows)
        if isinstance(row, GrowthAnchor) and name_key(row.segment) == name_key(segment)
    )
    return Curve(tuple(anchors), plan.settings.growth_beyond_anchors == "last_segment")


def _figure(anchor: GrowthAnchor, field: str) -> float:
    end: float | None = getattr(anchor, field)
    return anchor.total_growth if end is None else end
