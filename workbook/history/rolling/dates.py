"""The settings and month numbers that name other months once a plan starts later (many floor)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from workbook.figures import month_text
from workbook.history.recorded import last_closed
from workbook.history.rolling.steps import Edit, ProposalBasis, Removal, Start, Step
from workbook.inputs.sheets.demand import Event, Feature
from workbook.inputs.sheets.evidence import Claim
from workbook.inputs.sheets.registry import SHEETS
from workbook.inputs.sheets.supply import Dataset

_EARLIEST_MIDPOINT = SHEETS["features"].column("midpoint_month").minimum or 0.0


class Frontiers(Struct, frozen=True):
    """Where the rolled plan ends, which month before it is measured, and which version it is compared with."""

    horizon: int
    closed: date | None = None
    version: str = ""


def setting_steps(start: Start, to: Frontiers) -> Iterator[Step]:
    """Yield the new start and horizon, and the settings that say what was measured, approved and priced before."""
    settings = start.plan.settings
    why = f"the plan starts {start.months} months later"
    yield Step("start", Edit("settings", None, "plan_start", start.day), why)
    if to.horizon != settings.horizon_months:
        end = month_text(start.plan.timeline.date_of(start.months + to.horizon))
        yield Step("horizon", Edit("settings", None, "horizon_months", to.horizon), f"the plan ends in {end}")
    if settings.review_month > to.horizon:
        yield Step("horizon", Edit("settings", None, "review_month", to.horizon), "at most the horizon")
    if to.closed and to.closed != last_closed(start.plan):
        why = "the last month whose measured figures are final"
        yield Step("closed", Edit("settings", None, "closed_through", to.closed), why, ProposalBasis.MEASURED)
    if to.version and to.version != settings.compare_with:
        why = "the version approved with this run"
        yield Step("compare", Edit("settings", None, "compare_with", to.version), why)
    if settings.price_escalation and settings.prices_as_of is None:
        why = "prices go on escalating in the same calendar months"
        yield Step("prices", Edit("settings", None, "prices_as_of", settings.plan_start), why)


def feature_steps(start: Start) -> Iterator[Step]:
    """Yield each feature's midpoint as a month of the rolled plan."""
    for index, row in enumerate(start.plan.rows("features")):
        if isinstance(row, Feature):
            month = max(_EARLIEST_MIDPOINT, row.midpoint_month - start.months)
            yield Step("features", Edit("features", index, "midpoint_month", month), _same_month(start))


def event_steps(start: Start) -> Iterator[Step]:
    """Yield the months of events that are still to come or still on; an event that is over goes."""
    for index, row in enumerate(start.plan.rows("events")):
        if not isinstance(row, Event):
            continue
        if row.last_month < start.months:
            yield Step("events", Removal("events", index), f"over before {month_text(start.day)}")
            continue
        for field, month in (("first_month", row.first_month), ("last_month", row.last_month)):
            why = _same_month(start) if month >= start.months else "on already when the plan starts"
            yield Step("events", Edit("events", index, field, max(0, month - start.months)), why)


def claim_steps(start: Start) -> Iterator[Step]:
    """Yield the months of reference figures; one of a month that is over goes, as no line has that month any more."""
    for index, row in enumerate(start.plan.rows("claims")):
        if not isinstance(row, Claim) or row.month is None:
            continue
        if row.month < start.months:
            yield Step("claims", Removal("claims", index), f"over before {month_text(start.day)}")
        else:
            yield Step("claims", Edit("claims", index, "month", row.month - start.months), _same_month(start))


def since_steps(start: Start) -> Iterator[Step]:
    """Yield when collection began, for datasets without history: no longer at the start of the plan."""
    for index, row in enumerate(start.plan.rows("retention")):
        if isinstance(row, Dataset) and row.history == "none" and row.collected_since is None:
            why = "nothing was collected before the plan's earlier start"
            yield Step("since", Edit("retention", index, "collected_since", start.plan.settings.plan_start), why)


def _same_month(start: Start) -> str:
    return f"the same calendar month, counted from {month_text(start.day)}"
