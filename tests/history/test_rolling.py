"""What a roll proposes from what was measured: levels, targets, calibration, fit, and what is left to the user."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date

import pytest
from msgspec.structs import replace

from tests.history.rolls import measured, sample, with_column, with_rows, with_settings
from workbook.history.fit import fit_growth
from workbook.history.importing.records import Metric
from workbook.history.rolling.proposals import RollProposal
from workbook.history.rolling.roll import Rolled, RollOptions, rolled
from workbook.history.rolling.steps import ProposalBasis, Removal
from workbook.history.rolling.users import Hold
from workbook.inputs.plan import Plan
from workbook.inputs.ranges import ranges_of
from workbook.inputs.sheets.demand import Event, GrowthAnchor
from workbook.inputs.sheets.evidence import Claim
from workbook.inputs.sheets.supply import Component
from workbook.inputs.sheets.uncertainty import RangeRow
from workbook.model import calculate

pytestmark = pytest.mark.whole

CALIBRATED = (Metric.REQUESTS, Metric.CPU, Metric.MEMORY, Metric.STORAGE)
MARCH: Mapping[str, object] = {
    "month": date(2026, 3, 1),
    "users": 5900.0,
    "peak_requests": 3100.0,
    "cpu_used_cores": 6.5,
    "memory_used_gb": 61.0,
    "storage_used_gb": 8900.0,
}


def _in_april(options: RollOptions | None = None, *rows: Mapping[str, object]) -> Rolled:
    return rolled(measured(sample("erlmcp"), *(rows or (MARCH,))), 3, options)


def _one(result: Rolled, name: str, header: str, row: str = "") -> RollProposal:
    (found,) = [p for p in result.proposals if p.id == name and p.header == header and row in p.row]
    return found


def _users(plan: Plan, day: date) -> float:
    month = plan.timeline.month_of(day)
    assert month is not None
    return float(calculate(plan).values["users.all"][0, 0, month])


def _codes(result: Rolled) -> list[str]:
    return [problem.code.value for problem in result.problems]


@pytest.mark.parametrize(
    ("hold", "growth", "december", "january"),
    [
        (Hold.RATES, (0.25, 0.666667, 2.333333), 9960.276327, 10449.475930),
        (Hold.TARGETS, (0.196232, 0.594976, 2.189953), 9531.842930, 10000),
    ],
)
def test_users_start_at_the_measured_level(
    hold: Hold, growth: tuple[float, ...], december: float, january: float
) -> None:
    result = _in_april(RollOptions(hold=hold))
    assert result.measured.level.value == pytest.approx(1.044948, abs=5e-7)
    users = _one(result, "users", "Current users")
    assert users.value == pytest.approx(6269.685558, abs=5e-7)
    assert (users.was, users.basis, str(users.cells[0])) == (5000, ProposalBasis.MEASURED, "Users!B2")
    values = [p.value for p in result.proposals if p.id == "growth" and p.header == "Total growth"]
    assert values == pytest.approx(growth, abs=5e-7)
    assert _users(result.plan, date(2026, 12, 1)) == pytest.approx(december, abs=5e-7)
    assert _users(result.plan, date(2027, 1, 1)) == pytest.approx(january, abs=5e-7)


def test_measured_figures_calibrate_what_a_user_asks_for() -> None:
    result = _in_april(RollOptions(calibrate=CALIBRATED))
    ratios = {ratio.metric: ratio.value for ratio in result.ratios}
    assert ratios[Metric.REQUESTS] == pytest.approx(1.098081, abs=5e-7)
    assert ratios[Metric.CPU] == pytest.approx(1.151213, abs=5e-7)
    assert ratios[Metric.MEMORY] == pytest.approx(1.080370, abs=5e-7)
    assert _one(result, "requests", "Requests per user").value == pytest.approx(0.525424, abs=5e-7)
    assert _one(result, "cpu", "CPU per request").value == pytest.approx(0.002097, abs=5e-7)
    assert _one(result, "memory", "Memory per session").value == pytest.approx(10.338983, abs=5e-7)


def _stored_at_the_end_of_march() -> tuple[float, float]:
    """Return what four growing datasets of the sample keep at the end of March, and the last one's ingest, by loops."""
    sets = ((100, 0.2, 90), (500, 0.15, 365), (1000, 0.3, 30), (2000, 0.1, 30))
    total = 0.0
    for ingest, growth, days in sets:
        whole, part = divmod(days / 30, 1)
        months = [ingest * (1 + growth) ** (3 - back) for back in range(int(whole) + 1)]
        total += sum(months[: int(whole)]) + part * months[int(whole)]
    return total, 1000 * 1.3**3


def test_measured_storage_is_compared_with_the_end_of_its_month() -> None:
    total, logs = _stored_at_the_end_of_march()
    result = _in_april(RollOptions(calibrate=(Metric.STORAGE,)))
    ratio = next(ratio for ratio in result.ratios if ratio.metric is Metric.STORAGE)
    assert ratio.planned == pytest.approx(total, rel=1e-12)
    assert ratio.value == pytest.approx(0.884706, abs=5e-7)
    proposed = _one(result, "stored", "Ingest per month", "Logs").value
    assert proposed == pytest.approx(1943.699526, abs=5e-7)
    assert proposed == pytest.approx(logs * 8900 / total, rel=1e-12)
    assert calculate(result.plan).values["storage.total"][0, 0, 0] == pytest.approx(8900, rel=1e-12)


def test_the_calibrated_plan_gives_the_measured_figures() -> None:
    """The rolled plan is taken back to March by the growth of the plan that it was rolled from."""
    result = _in_april(RollOptions(calibrate=CALIBRATED))
    plan = sample("erlmcp")
    before, after = calculate(plan).values, calculate(result.plan).values
    for line, figure in (("users.all", 5900), ("demand.total", 3100), ("cpu.total", 6.5), ("memory.total", 61)):
        growth = before[line][0, 0, 3] / before[line][0, 0, 2]
        assert after[line][0, 0, 0] / growth == pytest.approx(figure, rel=1e-12)


def test_extra_requests_are_calibrated_with_those_of_users() -> None:
    plan = measured(with_column(sample("erlmcp"), "features", "adoption_ceiling", 0.6), MARCH)
    result = rolled(plan, 3, RollOptions(calibrate=(Metric.REQUESTS,)))
    before, after = calculate(plan).values["demand.total"], calculate(result.plan).values["demand.total"]
    factor = 3100 / float(before[0, 0, 2])
    assert after[0, 0, 0] == pytest.approx(factor * before[0, 0, 3], rel=1e-12)


def test_seasons_and_events_are_in_both_and_cancel() -> None:
    plan = measured(sample("meridian"), {"month": date(2026, 6, 1), "users": 60000.0})
    result = rolled(plan, 3)
    assert result.ratios[0].planned == pytest.approx(56961.762140, abs=5e-7)
    assert result.measured.level.value == pytest.approx(1.053338, abs=5e-7)
    users = [getattr(row, "current_users") for row in result.plan.rows("users")]  # noqa: B009 - rows are typed by table
    expected = [46819.431516, 3564.062539, 208.560964, 94.800438]
    assert users == pytest.approx(expected, abs=5e-7)


def test_the_level_is_that_of_the_plan_without_multiplier() -> None:
    plan = with_settings(measured(sample("erlmcp"), MARCH), active_scenario="High growth")
    assert rolled(plan, 3).measured.level.value == pytest.approx(1.044948, abs=5e-7)


def test_scenarios_begin_again_at_the_new_start() -> None:
    result = rolled(sample("erlmcp"), 3)
    users = {one.scenario: (one.before, one.after) for one in result.proof.scenarios}
    assert users["High growth"] == pytest.approx((11500, 11200), rel=1e-9)
    assert users["Low growth"] == pytest.approx((7500, 8000), rel=1e-9)
    assert (
        "Scenario High growth restarts: 11.5k users in Jan 2027 before the roll, 11.2k after it." in result.proof.words
    )


def test_a_month_that_was_not_measured_leaves_the_level_at_one() -> None:
    result = rolled(sample("erlmcp"), 3)
    assert result.measured.level.value == 1
    assert "WB862" in _codes(result)
    assert "WB862" not in _codes(_in_april())
    assert [p for p in result.proposals if p.id == "closed"] == []


def test_the_month_before_is_closed_if_it_is_final() -> None:
    after_a_gap = measured(sample("erlmcp"), {**MARCH, "month": date(2026, 1, 1)}, MARCH)
    proposal = _one(rolled(after_a_gap, 3), "closed", "Closed through")
    assert (proposal.value, proposal.basis) == (date(2026, 3, 1), ProposalBasis.MEASURED)
    for other in ({"status": "preliminary"}, {"days": 30.0}):
        result = _in_april(None, {**MARCH, **other})
        assert [p for p in result.proposals if p.id == "closed"] == []
        assert result.measured.level.value == 1


def test_ranges_move_as_their_inputs_do() -> None:
    made = [
        ("Users", "erlmcp users", "Current users", 4500.0, 5600.0),
        ("Growth", "erlmcp users, month 12", "Total growth", 0.8, 1.3),
        ("Retention", "Logs", "Ingest per month", 900.0, 1200.0),
        ("Retention", "Logs", "Growth per month", 0.2, 0.35),
        ("Settings", "Safety factor", "", 1.2, 2.0),
    ]
    fields = ("sheet", "row", "column", "low", "high")
    rows = [RangeRow.model_validate(dict(zip(fields, values, strict=True))) for values in made]
    result = rolled(with_rows(sample("erlmcp"), "ranges", rows), 3)
    assert [getattr(row, "row", "") for row in result.plan.rows("ranges")] == [
        "erlmcp users", "erlmcp users, month 9", "Logs", "Logs", "Safety factor",
    ]  # fmt: skip
    users, growth, logs, *others = ranges_of(result.plan)
    assert [(one.inputs[0].low, one.inputs[0].high) for one in others] == [(0.2, 0.35), (1.2, 2.0)]
    assert [users.inputs[0].low, users.inputs[0].middle, users.inputs[0].high] == pytest.approx([5400, 6000, 6720])
    factor = 1.2  # growth up to April
    ends = [1.8 / factor - 1, 2 / factor - 1, 2.3 / factor - 1]
    assert [growth.inputs[0].low, growth.inputs[0].middle, growth.inputs[0].high] == pytest.approx(ends)
    assert [logs.inputs[0].low, logs.inputs[0].high] == pytest.approx([900 * 1.3**3, 1200 * 1.3**3])


def test_a_range_of_a_milestone_that_is_over_goes() -> None:
    row = RangeRow(sheet="Growth", row="erlmcp users, month 3", column="Total growth", low=0.1, high=0.3)
    plan = with_rows(sample("erlmcp"), "ranges", [row])
    assert rolled(plan, 3).plan.rows("ranges") == ()
    assert len(rolled(plan, 2).plan.rows("ranges")) == 1


def test_closed_through_stays_blank_where_the_final_months_say_the_same() -> None:
    """Typed, it would leave out the months of the next quarter."""
    result = _in_april()
    assert [p for p in result.proposals if p.id == "closed"] == []
    assert result.measured.level.value == pytest.approx(1.044948, abs=5e-7)


def test_the_month_before_is_closed_whatever_was_closed_so_far() -> None:
    plan = with_settings(measured(sample("erlmcp"), MARCH), closed_through=date(2025, 12, 1))
    result = rolled(plan, 3)
    assert _one(result, "closed", "Closed through").value == date(2026, 3, 1)
    assert result.measured.level.value == pytest.approx(1.044948, abs=5e-7)


def test_an_earlier_closed_month_gives_the_level_where_the_last_one_is_open() -> None:
    february = {"month": date(2026, 2, 1), "users": 5600.0}
    result = _in_april(None, february, {**MARCH, "status": "preliminary"})
    assert [ratio.day for ratio in result.measured.levels] == [date(2026, 2, 1)]


def test_one_unusual_month_is_no_level() -> None:
    planned = calculate(sample("erlmcp")).values["users.all"][0, 0]
    levels = (1.02, 1.04, 1.6)
    rows = [
        {"month": date(2026, month, 1), "users": level * float(planned[month - 1])}
        for month, level in enumerate(levels, 1)
    ]
    result = _in_april(None, *rows)
    assert result.measured.level.value == pytest.approx(sum(levels) / 3, rel=1e-12)
    assert "WB867" in _codes(result)
    assert [ratio.value for ratio in result.measured.levels] == pytest.approx(levels, rel=1e-12)
    assert "WB867" not in _codes(_in_april(None, *rows[:2]))


def test_fitted_growth_takes_the_place_of_milestones() -> None:
    users = [5000, 5290, 5650, 5940, 6390, 6700]
    rows = [{"month": date(2026, month, 1), "users": float(count)} for month, count in enumerate(users, 1)]
    result = rolled(measured(sample("erlmcp"), *rows), 6, RollOptions(fit=True))
    fit = fit_growth(range(6), users)
    assert fit is not None
    (row,) = result.plan.rows("growth")
    assert isinstance(row, GrowthAnchor)
    assert (row.month, row.total_growth) == (12, fit.growth_year)
    assert (row.low, row.high) == fit.growth_range(0.8, 12)
    assert {p.id for p in result.proposals if p.sheet == "Growth"} == {"fit"}
    growth = _users(result.plan, date(2027, 7, 1)) / _users(result.plan, date(2026, 7, 1))
    assert growth == pytest.approx(math.exp(12 * fit.slope), rel=1e-12)


def test_a_segment_without_milestones_gets_a_row_for_fitted_growth() -> None:
    rows = [{"month": date(2026, month, 1), "users": 5000.0 + 100 * month} for month in range(4, 11)]
    result = rolled(measured(sample("meridian"), *rows), 7, RollOptions(fit=True))
    (added,) = [p for p in result.proposals if p.value == "new row"]
    assert (added.row, added.cells) == ("Support staff, month 12", ())
    assert len(result.plan.rows("growth")) == 4


def test_too_few_months_leave_milestones_as_they_are() -> None:
    result = _in_april(RollOptions(fit=True))
    assert _codes(result).count("WB862") == 1
    assert "fit" not in {p.id for p in result.proposals}
    assert [row.model_dump()["month"] for row in result.plan.rows("growth")] == [3, 9, 21]


def test_dates_keep_their_month_and_the_plan_counts_it_anew() -> None:
    plan = _with_dates(sample("erlmcp"))
    result = rolled(plan, 3)
    assert [row.model_dump()["first_month"] for row in result.plan.rows("events")] == [6]
    assert [p for p in result.proposals if p.id == "events"] == []
    assert sorted(str(cell) for cell in result.plan.dates) == ["Events!C2", "Events!D2"]
    later = rolled(replace(plan, dates={**plan.dates}), 10)
    assert "events" not in later.plan.tables


def test_a_date_of_an_event_that_is_on_becomes_the_new_start() -> None:
    result = rolled(_with_dates(sample("erlmcp"), last=11), 10)
    first = _one(result, "events", "First month")
    assert (first.was, first.value) == (date(2026, 10, 5), date(2026, 11, 1))
    assert [row.model_dump()["first_month"] for row in result.plan.rows("events")] == [0]
    assert _one_or_none(result, "events", "Last month") is None


def test_a_milestone_given_as_a_date_goes_on_as_a_date() -> None:
    plan = with_rows(sample("erlmcp"), "growth", [GrowthAnchor(segment="erlmcp users", month=2, total_growth=0.21)])
    cell = plan.tables["growth"].cell(0, "month")
    assert cell is not None
    result = rolled(replace(plan, dates={cell: date(2026, 3, 20)}), 3)
    assert _one(result, "growth", "Month").value == date(2027, 4, 1)
    assert result.plan.dates == {cell: date(2027, 4, 1)}
    assert [row.model_dump()["month"] for row in result.plan.rows("growth")] == [12]


def _with_dates(plan: Plan, last: int = 9) -> Plan:
    """Return the plan with an event from October 2026 that is given by dates."""
    event = Event(event="Launch", first_month=9, last_month=last, user_multiplier=1.5)
    made = with_rows(plan, "events", [event])
    first_cell, last_cell = (made.tables["events"].cell(0, field) for field in ("first_month", "last_month"))
    assert first_cell is not None
    assert last_cell is not None
    return replace(made, dates={first_cell: date(2026, 10, 5), last_cell: made.timeline.date_of(last)})


def _one_or_none(result: Rolled, name: str, header: str) -> RollProposal | None:
    return next((p for p in result.proposals if p.id == name and p.header == header), None)


def _with_formula(plan: Plan, sheet: str, field: str, index: int = 0) -> Plan:
    cell = plan.tables[sheet].cell(index, field)
    assert cell is not None
    return replace(plan, formulas={**plan.formulas, cell: "=A1*2"})


def test_a_formula_of_the_users_is_left_to_the_user() -> None:
    result = rolled(_with_formula(sample("erlmcp"), "users", "current_users"), 3)
    assert _one_or_none(result, "users", "Current users") is None
    assert [row.model_dump()["current_users"] for row in result.plan.rows("users")] == [5000]
    (problem,) = [p for p in result.problems if p.code.value == "WB863"]
    assert (str(problem.where), problem.seen, problem.expected) == ("Users!B2", "=A1*2", "6,000")


def test_a_growth_curve_with_a_formula_is_left_as_a_whole() -> None:
    result = rolled(_with_formula(sample("erlmcp"), "growth", "total_growth", 2), 3)
    assert [row.model_dump()["month"] for row in result.plan.rows("growth")] == [3, 6, 12, 24]
    assert {p.id for p in result.proposals if p.sheet == "Growth"} == set()
    assert _codes(result).count("WB863") == 7


def test_a_start_that_is_a_formula_is_taken_for_granted() -> None:
    plan = sample("erlmcp")
    result = rolled(replace(plan, formulas={plan.setting_cells["plan_start"]: "=DATE(2026,1,1)"}), 3)
    assert result.plan.settings.plan_start == date(2026, 4, 1)
    assert "start" not in {p.id for p in result.proposals}
    assert "WB863" in _codes(result)


def test_proposals_can_be_skipped() -> None:
    result = rolled(sample("erlmcp"), 3, RollOptions(skip=("storage", "claims")))
    assert {"storage", "claims"}.isdisjoint(p.id for p in result.proposals)
    assert [row.model_dump()["ingest_per_month_gb"] for row in result.plan.rows("retention")] == [100, 500, 1000, 2000]
    assert "Left out" in [move.title for move in result.proof.moves]


def test_events_and_claims_that_are_over_are_listed() -> None:
    result = rolled(sample("meridian"), 4)
    cleared = [p.row for p in result.proposals if isinstance(p.change, Removal) and p.id in ("events", "claims")]
    assert cleared == ["Launch in Portugal, Shoppers", "Nodes for payments today"]
    (problem,) = [p for p in result.problems if p.code.value == "WB864"]
    assert problem.seen == "Launch in Portugal, Shoppers (Events!A2:G2), Nodes for payments today (Claims!A4:M4)"
    months = [row.month for row in result.plan.rows("claims") if isinstance(row, Claim)]
    assert months == [8, None]


def test_typed_nodes_are_planned_and_to_be_counted() -> None:
    result = rolled(sample("meridian"), 3)
    fleet = _one(result, "fleet", "Current nodes")
    assert (fleet.row, fleet.was, fleet.value, fleet.basis) == ("Payments", 6, 9, ProposalBasis.PLANNED)
    assert "count them" in fleet.why
    (problem,) = [p for p in result.problems if p.code.value == "WB869"]
    assert problem.seen == "blank for Notifications, Reporting"


def test_nodes_of_a_single_component_are_those_measured() -> None:
    plan = sample("erlmcp")
    (first, *_) = (row for row in plan.rows("components") if isinstance(row, Component))
    alone = first.model_copy(update={"cpu_share": 1.0, "memory_share": 1.0, "current_nodes": 9})
    plan = measured(with_rows(plan, "components", [alone]), {**MARCH, "nodes": 11.0})
    fleet = _one(rolled(plan, 3), "fleet", "Current nodes")
    assert (fleet.was, fleet.value, fleet.basis) == (9, 11, ProposalBasis.MEASURED)


def test_a_commitment_that_is_over_is_cleared_where_a_block_begins() -> None:
    plan = with_column(sample("erlmcp"), "components", "reserved_today", 5)
    plan = with_column(plan, "components", "reserved_until", date(2026, 3, 31))
    row = rolled(plan, 3).plan.rows("components")[0].model_dump()
    assert (row["reserved_today"], row["reserved_until"], row["reserved_at"]) == (0, None, None)
    later = rolled(plan, 4).plan.rows("components")[0].model_dump()
    assert later["reserved_until"] == date(2027, 3, 31)


def test_a_commitment_that_still_runs_stays_as_it_was_typed() -> None:
    plan = with_column(sample("erlmcp"), "components", "reserved_today", 5)
    plan = with_column(plan, "components", "reserved_until", date(2026, 8, 15))
    result = rolled(plan, 3)
    assert [p for p in result.proposals if p.id == "reserved"] == []


@pytest.mark.parametrize(("month", "expected"), [(4, 0.242), (5, 0.2541), (17, 0.261723)])
def test_a_typed_commitment_is_paid_at_its_price_and_the_next_at_the_scenarios(month: int, expected: float) -> None:
    plan = with_settings(sample("meridian"), active_scenario="Lean year")
    plan = with_column(plan, "components", "reserved_today", 5, rows=[0])
    plan = with_column(plan, "components", "reserved_until", date(2026, 8, 31), rows=[0])
    assert calculate(plan).values["reserved.price"][0, 0, month] == pytest.approx(expected, abs=5e-7)


def test_a_last_commitment_chosen_again_is_said_with_its_money() -> None:
    plan = with_settings(sample("erlmcp"), horizon_months=27)
    result = rolled(plan, 3)
    problems = [p for p in result.problems if p.code.value == "WB866"]
    assert [p.seen.partition(":")[0] for p in problems] == ["11 nodes from Jan 2028, now 12"] * 4
    assert [p.seen.partition(": ")[2] for p in problems] == ["USD 788 per year more"] + ["USD 467 per year more"] * 3
    assert "cost" not in result.proof.same
    (reserved, cost) = result.proof.differences
    assert (reserved.name, cost.name, cost.day) == ("reserved nodes", "cost", date(2028, 1, 1))
    assert cost.why == "the last commitment, cut short by the horizon, is re-sized"
    assert result.proof.moves[1].amount == pytest.approx(547.5, abs=5e-7)


def test_keeping_the_end_moves_no_cost() -> None:
    plan = with_settings(sample("erlmcp"), horizon_months=27)
    result = rolled(plan, 3, RollOptions(keep_end=True))
    assert (result.plan.settings.horizon_months, result.proof.differences) == (24, ())
    assert result.proof.moves[1].amount == pytest.approx(0, abs=1e-6)
    assert "WB866" not in _codes(result)


def test_a_segment_whose_milestones_are_over_is_said() -> None:
    assert "WB868" in _codes(rolled(sample("meridian"), 9))
    assert "WB868" not in _codes(rolled(sample("meridian"), 8))


def test_the_proof_says_what_is_the_same_and_where_the_cost_goes() -> None:
    result = _in_april()
    assert result.proof.words[:4] == (
        "33 months are in both plans.",
        "Unchanged in these months: users, requests, CPU, memory, nodes, storage, traffic, reserved nodes, cost.",
        "5, 4, 4 and 4 nodes stay reserved through Dec 2026: check against what was bought.",
        "Then the level: users 4.5% above plan in Mar 2026.",
    )
    moves = {move.title: move.amount for move in result.proof.moves}
    assert moves["Plan"] == pytest.approx(2160365.737051, abs=5e-7)
    assert moves["Later start"] == pytest.approx(0, abs=1e-6)
    assert moves["Level"] == pytest.approx(21486.786933, abs=5e-7)
    rolled_cost = float(calculate(result.plan).values["cost.total"].sum())
    assert sum(moves.values()) - moves["Rolled plan"] == pytest.approx(rolled_cost, rel=1e-12)


def test_a_proposal_says_where_it_is_as_text_and_as_data() -> None:
    result = _in_april()
    start = result.proposals[0]
    assert (start.place, start.was_text, start.value_text) == ("Settings!B4", "2026-01-01", "2026-04-01")
    cleared = next(p for p in result.proposals if isinstance(p.change, Removal))
    assert (cleared.place, cleared.row, cleared.value_text) == ("Growth!A2:G2", "erlmcp users, month 3", "cleared")
    assert _one(result, "growth", "Total growth", "month 12").value_text == "66.666667%"
    assert start.as_json() == {
        "id": "start",
        "sheet": "Settings",
        "row": "Plan start",
        "column": "Plan start",
        "cells": ["Settings!B4"],
        "was": "2026-01-01",
        "value": "2026-04-01",
        "why": "the plan starts 3 months later",
        "basis": "calendar",
    }


def test_the_version_approved_with_this_run_is_compared_with() -> None:
    result = _in_april(RollOptions(version="Budget 2026"))
    assert result.plan.settings.compare_with == "Budget 2026"
    assert _one(result, "compare", "Compare with").value == "Budget 2026"
