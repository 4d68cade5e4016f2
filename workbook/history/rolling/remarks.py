"""What a user should know about a roll before it is written, as problems (many floor)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbook.figures import money_text, month_text
from workbook.history.fit import FEWEST
from workbook.history.rolling.curves import curve_of
from workbook.history.rolling.measured import Measured, against_plan
from workbook.history.rolling.proposals import RollProposal
from workbook.history.rolling.steps import Removal, Start
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.demand import UserSegment
from workbook.inputs.sheets.supply import Component
from workbook.model.results import Results
from workbook.problems import Code, Problem, Severity, listed

_MONTHS_PER_YEAR = 12


def measured_problems(start: Start, measured: Measured, *, is_fitted: bool) -> Iterator[Problem]:
    """Yield that nothing was measured, or that the last month is off the ones before it."""
    if not measured.levels:
        yield Problem(
            Code.ROLL_NOT_MEASURED,
            f"no month before {month_text(start.day)} has measured users, so users start at the planned level",
            _title(start.plan, "actuals"),
            seen="no closed month with users",
            expected=f"a final row for {month_text(start.plan.timeline.date_of(start.months - 1))}",
            remedy="enter the month in Actuals, or check the proposed users yourself",
            severity=Severity.WARNING,
        )
    if is_fitted and measured.fit is None:
        yield Problem(
            Code.ROLL_NOT_MEASURED,
            "growth cannot be fitted: too few closed months have users",
            _title(start.plan, "actuals"),
            expected=f"at least {FEWEST} closed months with users",
            remedy="roll without --fit, or enter earlier months in Actuals",
            severity=Severity.WARNING,
        )
    if measured.is_off:
        yield _level_off(start, measured)


def over_problem(proposals: Sequence[RollProposal]) -> Iterator[Problem]:
    """Yield the events and claims that are over."""
    over = [one for one in proposals if isinstance(one.change, Removal) and one.id in ("events", "claims")]
    if over:
        shown, whole = listed([f"{one.row} ({one.place})" for one in over], 8)
        yield Problem(
            Code.ROLL_OVER,
            "rows that are over are cleared in the new file",
            over[0].cells[0],
            seen=shown,
            expected="events and claims of months of the rolled plan",
            remedy=f"nothing to do: the earlier file keeps them; --skip {over[0].id} leaves them in",
            severity=Severity.INFO,
            whole=whole,
        )


def growth_problems(start: Start) -> Iterator[Problem]:
    """Yield the segments whose milestones are all over."""
    for row in start.plan.rows("users"):
        curve = curve_of(start.plan, row.segment) if isinstance(row, UserSegment) else None
        if curve and curve.anchors and not curve.after(start.months):
            index, anchor = curve.anchors[-1]
            goes_on = "goes on at the last rate" if curve.goes_on else "ends"
            yield Problem(
                Code.ROLL_GROWTH_OVER,
                f"every milestone of {anchor.segment!r} is over by {month_text(start.day)}: growth {goes_on}",
                start.plan.tables["growth"].cell(index, "month") or _title(start.plan, "growth"),
                seen=f"last milestone in month {anchor.month}",
                expected=f"a milestone after month {start.months}",
                remedy="enter milestones for the coming months",
                severity=Severity.WARNING,
            )


def fleet_problem(start: Start) -> Iterator[Problem]:
    """Yield the components whose nodes of today are those that the plan asks for in its first month."""
    table = start.plan.tables["components"]
    rows = [(index, row) for index, row in enumerate(table.rows) if isinstance(row, Component)]
    blank = [(index, row) for index, row in rows if row.current_nodes is None]
    if blank:
        shown, whole = listed([row.component for _, row in blank], 8)
        yield Problem(
            Code.ROLL_FLEET_ASSUMED,
            f"Current nodes is blank: today's nodes would now be those planned for {month_text(start.day)}",
            table.cell(blank[0][0], "current_nodes") or table.title,
            seen=f"blank for {shown}",
            expected="the nodes that run today",
            remedy="enter Current nodes before the first roll",
            severity=Severity.WARNING,
            whole=f"blank for {whole}" if whole else "",
        )


def last_block_problems(start: Start, rolled: Results) -> Iterator[Problem]:
    """Yield each component whose last commitment, cut short by the horizon, has other nodes in the rolled plan."""
    before, after = (results.values for results in (start.results, rolled))
    last = start.plan.settings.horizon_months - 1
    table = start.plan.tables["components"]
    for index, row in enumerate(table.rows):
        month = last - start.months
        if month >= rolled.plan.settings.horizon_months or not isinstance(row, Component):
            continue
        was, now = (int(v["reserved.nodes"][0, index, m]) for v, m in ((before, last), (after, month)))
        first = int(before["reserved.first"][0, index, last])
        if was == now or first < start.months:
            continue
        months = slice(first, last + 1), slice(first - start.months, month + 1)
        cost = after["cost.nodes"][0, index, months[1]].sum() - before["cost.nodes"][0, index, months[0]].sum()
        money = money_text(float(abs(cost)) / (last + 1 - first) * _MONTHS_PER_YEAR, start.plan.settings.currency)
        yield Problem(
            Code.ROLL_LAST_BLOCK,
            f"the last commitment of {row.component!r} is cut short by the horizon, and is re-sized once more months "
            "are planned",
            table.cell(index, "component") or table.title,
            seen=f"{was} nodes from {month_text(start.plan.timeline.date_of(first))}, now {now}: "
            f"{money} per year {'more' if cost > 0 else 'less'}",
            expected="the same nodes before and after the roll",
            remedy="--keep-end leaves it as it is",
            severity=Severity.WARNING,
        )


def _level_off(start: Start, measured: Measured) -> Problem:
    last = measured.levels[-1]
    return Problem(
        Code.ROLL_LEVEL_OFF,
        f"{month_text(last.day)} is out of line with the closed months before it; the mean level is proposed",
        _title(start.plan, "actuals"),
        seen=f"users {against_plan(last.value)}",
        expected=f"within 20% of the mean level: {against_plan(measured.mean)}",
        remedy="check the measured users of that month, or accept the mean",
        severity=Severity.WARNING,
    )


def _title(plan: Plan, sheet: str) -> str:
    table = plan.tables.get(sheet)
    return sheet.capitalize() if table is None else table.title
