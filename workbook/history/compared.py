"""The figures of two plans that a bridge explains, by calendar month and fiscal year of now (many floor)."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date
from enum import StrEnum

import numpy as np
from msgspec import Struct

from workbook.expr.functions import Array, numbers
from workbook.history.course import StoredFigures
from workbook.timeline import Timeline, fiscal_year_of, months_between
from workbook.whatif.coalitions import Outcomes


class Figure(StrEnum):
    """What is compared: cost of this and the next fiscal year and of the whole plan, nodes, and first dates.

    Dates are months from Plan start of now; one beyond the horizon is the month after it.
    """

    COST_YEAR = "cost_year"
    COST_NEXT = "cost_next"
    COST_PLAN = "cost_plan"
    NODES = "nodes"
    NODES_HIGHEST = "nodes_highest"
    EXHAUSTION = "exhaustion"
    ORDER_BY = "order_by"


MONEY = (Figure.COST_YEAR, Figure.COST_NEXT, Figure.COST_PLAN)
DATES = (Figure.EXHAUSTION, Figure.ORDER_BY)
Effects = Mapping[Figure, float]
"""By figure; figures that two plans without a common month cannot have are left out."""


def effects_of(values: Array) -> Effects:
    """Return an array of figures by their names, without those that are not there."""
    return {figure: value for figure, value in zip(Figure, values.tolist(), strict=True) if np.isfinite(value)}


class Compared(Struct, frozen=True):
    """The months of a version and of now: closed ones count as measured."""

    timeline: Timeline
    """That of now, whose fiscal years count."""
    before: StoredFigures
    now: StoredFigures
    measured: Mapping[date, float]
    """Cost of the closed months."""

    @property
    def years(self) -> tuple[int, int]:
        """Return this fiscal year and the next."""
        year = self.timeline.fiscal_year(0)
        return year, year + 1

    @property
    def closed(self) -> Set[date]:
        """Return the months that count as measured."""
        return self.measured.keys()

    @property
    def open(self) -> Set[date]:
        """Return the months that both plans bill and that are not closed."""
        return (self.before.cost.keys() & self.now.cost.keys()) - self.closed

    @property
    def common(self) -> Set[date]:
        """Return the months of which both plans have nodes."""
        return self.before.nodes.keys() & self.now.nodes.keys()

    def money(self, cost: Mapping[date, float], months: Set[date]) -> Array:
        """Return what some months cost in this fiscal year, the next, and the plan, which measured months lead into.

        Months before both plans are in a fiscal year, but in no plan.
        """
        first = min(self.timeline.start, *self.before.nodes)
        chosen = [(day, cost[day]) for day in sorted(months)]
        by_year = [sum(amount for day, amount in chosen if self._year(day) == year) for year in self.years]
        return numbers((*by_year, sum(amount for day, amount in chosen if day >= first)))

    def _year(self, day: date) -> int:
        return fiscal_year_of(day, self.timeline.fiscal_start)

    def figures(self, course: StoredFigures, billed: Set[date], months: Set[date]) -> Array:
        """Return the figures of one plan: cost of some billed months, nodes of some months, first dates."""
        last = max(self.common, default=None)
        nodes = numbers((course.nodes[last], max(course.nodes[day] for day in months)) if last else (np.nan, np.nan))
        return np.concatenate((self.money(course.cost, billed), nodes, self._dates(course)))

    def _dates(self, course: StoredFigures) -> Array:
        beyond = months_between(self.timeline.start, course.last_month) + 1
        days = (course.exhaustion, course.order_by)
        return numbers(beyond if day is None else months_between(self.timeline.start, day) for day in days)

    def measure(self, outcomes: Outcomes) -> Array:
        """Return the figures (run, figure) of plans on now's months, over the months that both plans have."""
        start = self.timeline.start
        billed, months = ([months_between(start, day) for day in sorted(days)] for days in (self.open, self.common))
        years = [self.timeline.fiscal_year(month) for month in billed]
        open_cost = outcomes.cost[:, billed]
        by_year = [open_cost[:, [year == wanted for year in years]].sum(axis=1) for wanted in self.years]
        nodes = outcomes.nodes[:, months]
        money = (*by_year, open_cost.sum(axis=1))
        return np.stack((*money, nodes[:, -1], nodes.max(axis=1), outcomes.exhaustion, outcomes.order_by), axis=1)
