"""The versions and closed months of a plan into what its accuracy is calculated over (history floor)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from workbook.expr.frame import Frame
from workbook.expr.functions import Array, found_numbers
from workbook.figures import MONTHS
from workbook.history.growth import measured_seasons, measured_users
from workbook.history.lines import fitted, forecasts, measured
from workbook.history.lines.forecasts import Scored
from workbook.history.lines.metrics import COST, SCORED
from workbook.history.recorded import closed_rows, rows_of
from workbook.history.versions import Version, versions_of
from workbook.inputs.plan import Plan
from workbook.timeline import months_between

"""Significant digits of what is a plain value: another processor's last bit does not change a file."""


class Scores(Struct, frozen=True):
    """What is scored of a plan, the rows of one metric side by side, and what no formula can find."""

    scored: tuple[Scored, ...]
    found: Mapping[str, Array]

    @property
    def is_fitted(self) -> bool:
        """Whether there are closed months enough to fit growth to."""
        return "fit.without" in self.found

    @property
    def shows_seasons(self) -> bool:
        """Whether the closed months show seasons."""
        return "season.measured" in self.found

    def extended(self, frame: Frame) -> Frame:
        """Return the frame with the rows that scores are made of."""
        months = frame.items[measured.OVER]
        names = [forecasts.metric_name(metric) for metric in SCORED]
        metrics = tuple(SCORED.index(one.metric) for one in self.scored)
        items = {
            forecasts.METRIC: tuple(names),
            forecasts.SCORE: tuple(one.name for one in self.scored),
            forecasts.FORECAST: tuple(f"{one.name}, {month}" for one in self.scored for month in months),
            fitted.POINT: fitted.POINTS if self.is_fitted else (),
            fitted.CALENDAR_MONTH: MONTHS if self.shows_seasons else (),
        }
        rows = tuple(place for place, _ in enumerate(self.scored) for _ in months)
        groups = {forecasts.SCORE: metrics, forecasts.FORECAST: rows}
        return replace(
            frame,
            items={**frame.items, **items},
            groups={**frame.groups, **groups},
            found={**frame.found, **self.found},
        )


def scores_of(plan: Plan) -> Scores:
    """Return what is scored of a plan: its versions that cover a closed month, and the users of closed months."""
    closed = closed_rows(plan)
    known = versions_of(plan) if "version_figures" in plan.kept else ()
    covering = [version for version in known if _covers_one(version, plan)]
    scored = tuple(
        Scored(version.name, metric)
        for metric in SCORED
        for version in covering
        if metric is not COST or version.about.get("currency", plan.settings.currency) == plan.settings.currency
    )
    found: dict[str, Array] = {}
    if without := measured_users(plan, closed).without_each():
        months = [months_between(plan.timeline.start, row.month) for row in rows_of(plan)]
        found["fit.without"] = _rounded(map(without.get, months))
    if without and (seasons := measured_seasons(closed)):
        found["season.measured"] = _rounded(seasons)
    return Scores(scored, found)


def _covers_one(version: Version, plan: Plan) -> bool:
    """Whether a version covers a closed month."""
    start, horizon = version.about.get("plan_start"), version.about.get("horizon")
    if not isinstance(start, date) or not isinstance(horizon, int | float):
        return False
    return any(0 <= months_between(start, row.month) <= horizon for row in closed_rows(plan))


def _rounded(values: Iterable[float | None]) -> Array:
    return found_numbers(math.nan if value is None else value for value in values)
