"""Checks inside one row: figures of the same row that do not fit each other (plan floor)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.inputs.parse.draft import PlanDraft
from workbook.inputs.sheets.commitments import Objective, Resilience
from workbook.inputs.sheets.demand import Event, UserSegment
from workbook.inputs.sheets.evidence import Claim
from workbook.inputs.sheets.supply import Dataset, Rate
from workbook.naming import fold
from workbook.problems import Code, Problem, Severity
from workbook.schema import show
from workbook.units import BILLED_PER

_FASTEST_PLAUSIBLE_YEAR = 10
_MOSTLY = 0.9
"""Where fewer of the counted users are active at a time, it matters whom a rate is meant for."""
_LARGEST_PLAUSIBLE_EVENT = 10
_PERCENT = 100
"""A multiplier above it is probably a percentage."""
_RATIO_KINDS = ("availability", "packet loss")
_REGION_KINDS = ("Active-Active", "Multi-Region")


def counting_windows(draft: PlanDraft) -> Iterator[Problem]:
    """Users counted over an interval need that interval."""
    for index, row in draft.each("users", UserSegment):
        if row.user_basis != "concurrent" and row.counting_window_min is None:
            yield Problem(
                Code.WINDOW_MISSING,
                f"users counted as {row.user_basis!r} need a Counting window",
                draft.where("users", index, "counting_window_min"),
                seen="blank",
                expected="the minutes over which the users were counted",
                remedy="fill Counting window (min), or set User basis to concurrent",
            )


def counted_users(draft: PlanDraft) -> Iterator[Problem]:
    """Users counted over an interval are more than are active at a time; requests are planned for all of them."""
    for index, row in draft.each("users", UserSegment):
        if row.user_basis == "concurrent" or row.counting_window_min is None:
            continue
        duration = row.session_duration_min
        window = row.counting_window_min + (duration if row.user_basis == "seen" else 0)
        active = row.sessions_per_user * duration / window
        if active < _MOSTLY:
            yield _not_active(draft, index, row, active)


def _not_active(draft: PlanDraft, index: int, row: UserSegment, active: float) -> Problem:
    counted, now = f"{row.current_users:,.0f}", f"{row.current_users * active:,.0f}"
    how = "who started" if row.user_basis == "starts" else "seen"
    window = f"{how} within {show(row.counting_window_min)} min"
    return Problem(
        Code.COUNTED_NOT_ACTIVE,
        f"{row.segment!r} counts {counted} users {window}, of whom about {now} are active at a time:"
        f" requests, CPU and traffic are planned for all {counted}",
        draft.where("users", index, "user_basis"),
        seen=f"User basis {row.user_basis}, Requests per user {show(row.requests_per_user)} 1/s",
        expected="requests and bandwidth of a counted user, averaged over the Counting window",
        remedy=f"if they are those of an active user, set User basis to concurrent and Current users to {now}",
        severity=Severity.WARNING,
    )


def event_months(draft: PlanDraft) -> Iterator[Problem]:
    """An event does not end before it starts."""
    for index, row in draft.each("events", Event):
        if row.last_month < row.first_month:
            yield Problem(
                Code.EVENT_BACKWARDS,
                f"event {row.event!r} ends before it starts",
                draft.where("events", index, "last_month"),
                seen=f"first month {row.first_month}, last month {row.last_month}",
                expected=f"a last month of at least {row.first_month}",
                remedy="swap the two months if they were mixed up",
            )


def large_events(draft: PlanDraft) -> Iterator[Problem]:
    """An event seldom has ten times the users; 150 may be meant as 150%."""
    for index, row in draft.each("events", Event):
        if row.user_multiplier > _LARGEST_PLAUSIBLE_EVENT:
            meant = f"did you mean {show(row.user_multiplier / 100)} ({show(row.user_multiplier)}%)?"
            yield Problem(
                Code.LARGE_EVENT,
                f"event {row.event!r} multiplies users by {show(row.user_multiplier)}",
                draft.where("events", index, "user_multiplier"),
                seen=show(row.user_multiplier),
                expected=f"at most {_LARGEST_PLAUSIBLE_EVENT}: 1.5 is half as many users again",
                remedy=meant if row.user_multiplier > _PERCENT else "check the figure: 1 is no change",
                severity=Severity.WARNING,
            )


def fast_growth(draft: PlanDraft) -> Iterator[Problem]:
    """Data that grows tenfold a year is plausible only for a short time."""
    for index, row in draft.each("retention", Dataset):
        yearly = (1 + row.growth_per_month) ** 12
        if yearly > _FASTEST_PLAUSIBLE_YEAR:
            yield Problem(
                Code.FAST_GROWTH,
                f"dataset {row.dataset!r} grows {yearly:.1f}-fold a year",
                draft.where("retention", index, "growth_per_month"),
                seen=f"{show(row.growth_per_month, 'percent')} a month",
                expected="at most tenfold a year, about 21% a month",
                remedy="check whether the figure is a yearly growth",
                severity=Severity.WARNING,
            )


def objectives(draft: PlanDraft) -> Iterator[Problem]:
    """A latency has a percentile; ratios are below 1; the unit belongs to the kind."""
    for index, row in draft.each("slas", Objective):
        if row.kind == "latency" and row.percentile is None:
            yield Problem(
                Code.PERCENTILE_MISSING,
                f"latency objective {row.objective!r} has no Percentile",
                draft.where("slas", index, "percentile"),
                seen="blank",
                expected="above 0% and below 100%",
                remedy="fill it, for example with 95%",
            )
        if row.kind in _RATIO_KINDS and row.target >= 1:
            yield _ratio_target(draft, index, row)
        yield from _objective_unit(draft, index, row)


def _ratio_target(draft: PlanDraft, index: int, row: Objective) -> Problem:
    is_percent = row.target < 100
    return Problem(
        Code.PERCENT_TOO_LARGE if is_percent else Code.OUT_OF_RANGE,
        f"Target of {row.kind} is {show(row.target)}, but it is a ratio",
        draft.where("slas", index, "target"),
        seen=show(row.target),
        expected="above 0% and below 100%",
        remedy=f"did you mean {show(row.target)}%?" if is_percent else "type a percentage such as 99.9%",
    )


def _objective_unit(draft: PlanDraft, index: int, row: Objective) -> Iterator[Problem]:
    allowed = {"latency": ("ms", "s"), "queue wait": ("s",)}.get(row.kind)
    where = draft.where("slas", index, "unit")
    typed = draft.cells.get(where) if not isinstance(where, str) else None
    if allowed is None or not typed or fold(str(typed)) in allowed:
        return
    yield Problem(
        Code.UNIT_MISMATCH,
        f"Unit of a {row.kind} objective is {str(typed)!r}",
        where,
        seen=repr(typed),
        expected=" or ".join(allowed),
        remedy=f"convert the target to {allowed[0]} and change the unit",
    )


def redundancy(draft: PlanDraft) -> Iterator[Problem]:
    """Each kind of redundancy has what it needs: spare nodes, zones, regions."""
    for index, row in draft.each("resilience", Resilience):
        if row.redundancy == "N+k" and row.k < 1:
            yield _too_few(draft, index, row, Code.SPARES_MISSING, "k", row.k, "at least 1")
        if row.redundancy in _REGION_KINDS and row.regions < 2:
            yield _too_few(draft, index, row, Code.REGIONS_MISSING, "regions", row.regions, "at least 2")
        if row.redundancy == "Multi-AZ" and row.zone_losses_survived >= row.zones:
            yield Problem(
                Code.ZONE_LOSSES,
                f"Multi-AZ of {row.component!r} is to survive {row.zone_losses_survived} of {row.zones} zones",
                draft.where("resilience", index, "zone_losses_survived"),
                seen=f"Zones {row.zones}, Zone losses survived {row.zone_losses_survived}",
                expected="fewer losses than zones",
                remedy="raise Zones, or lower Zone losses survived",
            )


def _too_few(draft: PlanDraft, index: int, row: Resilience, code: Code, name: str, seen: int, expected: str) -> Problem:
    header = draft.tables["resilience"].sheet.column(name).header
    return Problem(
        code,
        f"{row.redundancy} of {row.component!r} needs {header} of {expected}",
        draft.where("resilience", index, name),
        seen=show(seen),
        expected=expected,
        remedy=f"fill {header}, or choose another redundancy",
    )


def repair_times(draft: PlanDraft) -> Iterator[Problem]:
    """Time between failures and time to repair are both given, or neither."""
    for index, row in draft.each("resilience", Resilience):
        if (row.node_mtbf_h is None) != (row.node_mttr_h is None):
            name = "node_mtbf_h" if row.node_mtbf_h is None else "node_mttr_h"
            header = draft.tables["resilience"].sheet.column(name).header
            yield Problem(
                Code.MTBF_WITHOUT_MTTR,
                f"{row.component!r} has only one of Node MTBF and Node MTTR",
                draft.where("resilience", index, name),
                seen=f"{header} blank",
                expected="both or neither",
                remedy=f"fill {header} (h), or clear the other",
            )


def rates(draft: PlanDraft) -> Iterator[Problem]:
    """A node has a size and a price; the unit belongs to the kind."""
    for index, row in draft.each("rates", Rate):
        if row.kind == "node":
            yield from _node_rate(draft, index, row)
        if row.unit not in (None, BILLED_PER[row.kind]):
            yield Problem(
                Code.UNIT_MISMATCH,
                f"an item of kind {row.kind} is priced a {BILLED_PER[row.kind]}, not a {row.unit}",
                draft.where("rates", index, "unit"),
                seen=repr(row.unit),
                expected=BILLED_PER[row.kind],
                remedy=f"convert the prices to {BILLED_PER[row.kind]} and change the unit",
            )


def _node_rate(draft: PlanDraft, index: int, row: Rate) -> Iterator[Problem]:
    missing = [name for name in ("cores", "memory_gb") if getattr(row, name) is None]
    for name in missing:
        header = draft.tables["rates"].sheet.column(name).header
        yield Problem(
            Code.NODE_INCOMPLETE,
            f"node {row.item!r} has no {header}",
            draft.where("rates", index, name),
            seen="blank",
            expected=draft.tables["rates"].sheet.column(name).range_text,
            remedy=f"fill {header}: nodes are counted by their size",
        )
    if row.on_demand <= 0:
        yield Problem(
            Code.NODE_INCOMPLETE,
            f"node {row.item!r} has no price: On-demand is {show(row.on_demand)}",
            draft.where("rates", index, "on_demand"),
            seen=show(row.on_demand),
            expected="above 0",
            remedy="type the price of a node-hour",
        )


def claims(draft: PlanDraft) -> Iterator[Problem]:
    """A claim can be checked: against a line, or against a formula."""
    for index, row in draft.each("claims", Claim):
        if not row.line and row.recomputed is None:
            yield Problem(
                Code.CLAIM_EMPTY,
                f"claim {row.claim!r} has neither a Line nor a figure in Recomputed",
                draft.where("claims", index, "recomputed"),
                seen="blank",
                expected="the id of a line, or your own formula",
                remedy="fill Line with an id such as cpu.required, or type a formula into Recomputed",
            )
