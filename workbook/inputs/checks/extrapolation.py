"""Checks of figures that are carried on far beyond what was measured or planned (plan floor)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from workbook.inputs.parse.draft import PlanDraft
from workbook.inputs.sheets.demand import GrowthAnchor
from workbook.inputs.sheets.registry import SHEETS
from workbook.inputs.sheets.supply import Dataset
from workbook.naming import name_key
from workbook.problems import Code, Problem, Severity
from workbook.schema import show
from workbook.timeline import months_between

_MOST_MONTHS = 12
_MOST_TIMES = 10


def growth_beyond_anchors(draft: PlanDraft) -> Iterator[Problem]:
    """The last rate of growth goes on for a year at most; `flat` carries nothing on."""
    settings = draft.settings
    if settings is None or settings.growth_beyond_anchors == "flat" or not draft.is_whole("growth"):
        return
    known = draft.names.get("users", {})
    rows = sorted(draft.each("growth", GrowthAnchor), key=lambda entry: entry[1].month)
    last = {name_key(row.segment): (index, row) for index, row in rows if name_key(row.segment) in known}
    for index, row in last.values():
        beyond = settings.horizon_months - row.month
        if beyond > _MOST_MONTHS:
            yield Problem(
                Code.GROWTH_EXTRAPOLATED,
                f"the last rate of growth of segment {row.segment!r} continues for {beyond} months after its last row",
                draft.where("growth", index, "month"),
                seen=f"last row for month {row.month}, Horizon {settings.horizon_months}",
                expected=f"a row of the segment for month {settings.horizon_months - _MOST_MONTHS} or later",
                remedy="add a row for a later month, or set Growth beyond anchors to flat",
                severity=Severity.WARNING,
            )


def retention_before_the_plan(draft: PlanDraft) -> Iterator[Problem]:
    """Data that shrinks was larger before: how much larger is assumed for the months that are still kept at month 0."""
    settings = draft.settings
    for index, row in draft.each("retention", Dataset):
        if settings is None or row.method != "window" or row.history != "extrapolate" or row.growth_per_month >= 0:
            continue
        oldest = math.ceil(row.retention_days / settings.days_per_month) - 1
        if row.collected_since:
            oldest = min(oldest, months_between(row.collected_since, settings.plan_start))
        # as logarithms, because a century of decline is beyond every float
        times = -oldest * math.log10(1 + row.growth_per_month)
        if times > math.log10(_MOST_TIMES):
            yield _extrapolated_back(draft, index, row, oldest, times)


def _extrapolated_back(draft: PlanDraft, index: int, row: Dataset, oldest: int, times: float) -> Problem:
    size = SHEETS["retention"].column(row.size_field).header
    larger = f"{10**times:,.0f} times" if times < 6 else "more than a million times"
    return Problem(
        Code.RETENTION_EXTRAPOLATED,
        f"dataset {row.dataset!r} is taken to have ingested {larger} its {size} {oldest} months before Plan start",
        draft.where("retention", index, "growth_per_month"),
        seen=f"{show(row.growth_per_month, 'percent')} per month, kept for {show(row.retention_days)} days",
        expected=f"at most {_MOST_TIMES} times the {size} in the oldest month that is kept",
        remedy="set History to none if nothing older was kept, or correct Growth per month or Retention",
        severity=Severity.WARNING,
    )


def collected_from_later(draft: PlanDraft) -> Iterator[Problem]:
    """No dataset is collected only after the plan starts."""
    settings = draft.settings
    for index, row in draft.each("retention", Dataset):
        if settings and row.collected_since and row.collected_since > settings.plan_start:
            since, start = show(row.collected_since), show(settings.plan_start)
            yield Problem(
                Code.COLLECTED_FROM_LATER,
                f"Collected since {since} of dataset {row.dataset!r} is after Plan start {start}",
                draft.where("retention", index, "collected_since"),
                seen=since,
                expected=f"the first day of a month, {start} or earlier",
                remedy="type the month in which collection began, or clear it for what History says",
            )
