"""A plan, calculated or stored, into its course by calendar month (many floor)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from workbook.expr.functions import Array
from workbook.inputs.plan import Plan
from workbook.model.dimensions import frame_of
from workbook.naming import name_key
from workbook.timeline import Timeline
from workbook.whatif.alike import Fleet
from workbook.whatif.coalitions import TODAY, outcomes, values_of


class StoredFigures(Struct, frozen=True):
    """What a plan comes to by calendar month: cost of the billed months, nodes of all months, first dates.

    A date is None beyond the horizon.
    """

    cost: Mapping[date, float]
    nodes: Mapping[date, float]
    exhaustion: date | None
    order_by: date | None

    @property
    def last_month(self) -> date:
        """Return the month of the horizon."""
        return max(self.nodes)


def course_of(plan: Plan) -> tuple[StoredFigures, Fleet]:
    """Return the course of a plan as this tool calculates it, and the nodes that run today."""
    frame = frame_of(plan)
    values = values_of(frame, frozenset(plan.tables))
    found, timeline = outcomes(values), plan.timeline
    days = [timeline.date_of(month) for month in timeline.months]
    today = values[TODAY][0, :, 0].tolist()
    return StoredFigures(
        cost=dict(zip(days[:-1], found.cost[0].tolist(), strict=False)),
        nodes=dict(zip(days, found.nodes[0].tolist(), strict=True)),
        exhaustion=_day(timeline, found.exhaustion),
        order_by=_day(timeline, found.order_by),
    ), {name_key(name): int(nodes) for name, nodes in zip(frame.items["component"], today, strict=True)}


def _day(timeline: Timeline, month: Array) -> date | None:
    first = int(month[0])
    return timeline.date_of(first) if first in timeline.months else None
