"""Checks over the rows of a table or over several sheets: orders, sums, scenarios, settings (plan floor)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from workbook.figures import digits
from workbook.inputs.parse.draft import PlanDraft
from workbook.inputs.parse.names import listing
from workbook.inputs.sheets.commitments import BASE_SCENARIO, Objective, Scenario
from workbook.inputs.sheets.demand import GrowthAnchor, SeasonalIndex
from workbook.inputs.sheets.supply import Component
from workbook.naming import name_key
from workbook.problems import Code, Problem, Severity
from workbook.schema import show

_WHOLE = 1e-6
_MEAN = 0.005
_SAME = 1e-9
"""Targets that differ by less are the same: 0.0041 s and 4.1 ms are two floats."""
_STRICTEST = 0.99
_FEWEST_RUNS = 100
"""With fewer draws the tenth and the ninetieth percentile would be single plans."""


def review_month(draft: PlanDraft) -> Iterator[Problem]:
    """The review month lies within the horizon."""
    settings = draft.settings
    if settings and settings.review_month > settings.horizon_months:
        yield Problem(
            Code.REVIEW_BEYOND_HORIZON,
            f"Review month {settings.review_month} is after the horizon, month {settings.horizon_months}",
            draft.setting_cell("review_month"),
            seen=show(settings.review_month),
            expected=f"a whole number, 0 to {settings.horizon_months}",
            remedy=f"type {settings.horizon_months} or less into Review month, or raise Horizon (months)",
        )


def utilisation_band(draft: PlanDraft) -> Iterator[Problem]:
    """The low end of the target utilisation is not above the high end."""
    settings = draft.settings
    if settings and settings.utilisation_low > settings.utilisation_high:
        low, high = show(settings.utilisation_low, "percent"), show(settings.utilisation_high, "percent")
        yield Problem(
            Code.UTILISATION_BAND,
            f"Utilisation low {low} is above Utilisation high {high}",
            draft.setting_cell("utilisation_low"),
            seen=f"{low}, {high}",
            expected="low at most high",
            remedy="swap the two",
        )


def simulation_runs(draft: PlanDraft) -> Iterator[Problem]:
    """A simulation has enough runs for percentiles, or is switched off."""
    settings = draft.settings
    if settings and 0 < settings.simulation_runs < _FEWEST_RUNS:
        runs, most = settings.simulation_runs, draft.setting_column("simulation_runs").maximum
        yield Problem(
            Code.OUT_OF_RANGE,
            f"Simulation runs must be 0, or {_FEWEST_RUNS} to {show(most)}, not {runs}",
            draft.setting_cell("simulation_runs"),
            seen=show(runs),
            expected=f"a whole number, 0 or {_FEWEST_RUNS} to {show(most)}",
            remedy=f"type 0 for no simulation, or at least {_FEWEST_RUNS}: fewer runs give no percentiles",
        )


def anchor_order(draft: PlanDraft) -> Iterator[Problem]:
    """Rows of one segment stand together, their months ascending."""
    last: dict[str, int] = {}
    previous = ""
    known = draft.names.get("users")
    for index, row in draft.each("growth", GrowthAnchor):
        key = name_key(row.segment)
        if known and key not in known:  # told as that
            continue
        if key in last and key != previous:
            yield _anchors_apart(draft, index, row)
        elif key in last and row.month <= last[key]:
            yield _anchors_out_of_order(draft, index, row, last[key])
        last[key] = max(row.month, last.get(key, 0))
        previous = key


def _anchors_apart(draft: PlanDraft, index: int, row: GrowthAnchor) -> Problem:
    return Problem(
        Code.ANCHORS_APART,
        f"growth rows of segment {row.segment!r} do not stand together",
        draft.where("growth", index, "segment"),
        seen=f"a row of {row.segment!r} after rows of another segment",
        expected="all rows of a segment one below the other",
        remedy="sort the table by Segment, then by Month",
    )


def _anchors_out_of_order(draft: PlanDraft, index: int, row: GrowthAnchor, before: int) -> Problem:
    return Problem(
        Code.ANCHORS_OUT_OF_ORDER,
        f"month {row.month} of segment {row.segment!r} stands below month {before}",
        draft.where("growth", index, "month"),
        seen=show(row.month),
        expected=f"a month above {before}: months of a segment ascend, each once",
        remedy="sort the table by Segment, then by Month",
    )


def growth_stays_positive(draft: PlanDraft) -> Iterator[Problem]:
    """In no scenario do users fall to nothing or below: growth between anchors is geometric."""
    scenarios = [scenario for _, scenario in draft.each("scenarios", Scenario)]
    for index, row in draft.each("growth", GrowthAnchor):
        for scenario in scenarios:
            factor = 1 + scenario.growth_multiplier * row.total_growth
            if factor <= 0:
                yield Problem(
                    Code.GROWTH_NOT_POSITIVE,
                    f"in scenario {scenario.scenario!r} segment {row.segment!r} shrinks to nothing"
                    f" by month {row.month}",
                    draft.where("growth", index, "total_growth"),
                    seen=f"{show(row.total_growth, 'percent')} × Growth multiplier {show(scenario.growth_multiplier)}",
                    expected="1 + Growth multiplier × Total growth above 0",
                    remedy="type a growth above -100%, or lower the multiplier",
                )


def seasonality_mean(draft: PlanDraft) -> Iterator[Problem]:
    """Twelve months, missing ones counted as 1, should be a normal year."""
    rows = [row for _, row in draft.each("seasonality", SeasonalIndex)]
    if not rows or not draft.is_whole("seasonality"):
        return
    mean = (sum(row.index for row in rows) + 12 - len(rows)) / 12
    if abs(mean - 1) > _MEAN:
        yield Problem(
            Code.SEASONALITY_MEAN,
            f"the seasonal indices have a mean of {digits(mean, 4)}, not 1: they change the level of users too",
            draft.where("seasonality", 0, "index"),
            seen=digits(mean, 4),
            expected="a mean of 1 over twelve months; a missing month is 1",
            remedy="divide each index by the mean, or leave it if the level is meant to change",
            severity=Severity.WARNING,
        )


def percentiles(draft: PlanDraft) -> Iterator[Problem]:
    """Latency targets do not fall as the percentile rises, and there is one 99% at most."""
    rows = [
        (row.percentile, row.target * (1000 if row.unit == "s" else 1), index, row)
        for index, row in draft.each("slas", Objective)
        if row.kind == "latency" and row.percentile is not None and row.unit in ("ms", "s")
    ]
    rows.sort(key=lambda item: (item[0], item[2]))
    for (lower, lower_ms, _, below), (higher, higher_ms, index, row) in pairwise(rows):
        if higher > lower and higher_ms < lower_ms * (1 - _SAME):
            yield _falling(draft, index, row, below)
    strictest = [(index, row) for value, _, index, row in rows if abs(value - _STRICTEST) < 1e-9]
    for index, row in strictest[1:]:
        yield Problem(
            Code.PERCENTILE_TWICE,
            f"objective {row.objective!r} is a second one at percentile 99%",
            draft.where("slas", index, "percentile"),
            seen="99%",
            expected="percentile 99% at most once: it sets the queue limits",
            remedy="delete one of the two",
        )


def _falling(draft: PlanDraft, index: int, row: Objective, below: Objective) -> Problem:
    low, high = show(below.percentile, "percent"), show(row.percentile, "percent")
    return Problem(
        Code.LATENCY_FALLS,
        f"the target at percentile {high} is below the one at {low}",
        draft.where("slas", index, "target"),
        seen=f"{show(row.target)} {row.unit}",
        expected=f"at least {show(below.target)} {below.unit}, as at percentile {low}",
        remedy="swap the two targets if they were mixed up",
    )


def shares(draft: PlanDraft) -> Iterator[Problem]:
    """The load of every resource is shared out, all of it and once."""
    rows = [row for _, row in draft.each("components", Component)]
    if not rows or not draft.is_whole("components"):
        return
    for name in ("cpu_share", "memory_share"):
        total = sum(getattr(row, name) for row in rows)
        if abs(total - 1) > _WHOLE:
            header = draft.tables["components"].sheet.column(name).header
            yield Problem(
                Code.SHARES_NOT_WHOLE,
                f"{header} sums to {show(round(total, 6), 'percent')}, not to 100%",
                draft.where("components", 0, name),
                seen=show(round(total, 6), "percent"),
                expected="100%",
                remedy="change the shares; type thirds as =1/3",
            )


def base_scenario(draft: PlanDraft) -> Iterator[Problem]:
    """A row Base with ones is there, against which the others are compared."""
    table = draft.tables.get("scenarios")
    names = draft.names.get("scenarios")
    if table is None or names is None or not table.rows:
        return
    if BASE_SCENARIO not in names:
        yield Problem(
            Code.BASE_SCENARIO,
            "no scenario is called 'Base'",
            draft.where("scenarios", 0, "scenario"),
            seen=listing(names.values()),
            expected="a row Base with multipliers of 1",
            remedy="add a row Base; blank multipliers are 1",
        )
    for index, row in draft.each("scenarios", Scenario):
        if name_key(row.scenario) == BASE_SCENARIO:
            yield from _base_ones(draft, index, row)


def _base_ones(draft: PlanDraft, index: int, row: Scenario) -> Iterator[Problem]:
    for name in ("growth_multiplier", "demand_multiplier", "price_multiplier"):
        value = getattr(row, name)
        if value != 1:
            header = draft.tables["scenarios"].sheet.column(name).header
            yield Problem(
                Code.BASE_SCENARIO,
                f"{header} of scenario Base is {show(value)}, not 1",
                draft.where("scenarios", index, name),
                seen=show(value),
                expected="1",
                remedy="type 1, and put the other figure into a scenario of its own",
            )
