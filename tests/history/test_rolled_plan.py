"""A plan that only starts later: the same curve, cost and commitments in every month that both plans cover."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from msgspec.structs import replace

from tests.history.rolls import common_cost, differing, sample, with_column, with_rows, with_settings
from workbook.history.rolling.roll import rolled, rolled_plan
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.demand import Event, GrowthAnchor
from workbook.inputs.sheets.supply import Component, Dataset
from workbook.model import calculate

pytestmark = pytest.mark.whole


def _rows(plan: Plan, sheet: str, *fields: str) -> list[tuple[object, ...]]:
    return [tuple(getattr(row, field) for field in fields) for row in plan.rows(sheet)]


def _kept_end(plan: Plan, months: int) -> Plan:
    return rolled_plan(plan, months, plan.settings.horizon_months - months)


@pytest.mark.parametrize("name", ["erlmcp", "meridian"])
@pytest.mark.parametrize("months", [1, 3, 6, 13])
def test_every_line_is_the_same_in_the_months_of_both(name: str, months: int) -> None:
    plan = sample(name)
    assert differing(calculate(plan), calculate(_kept_end(plan, months))) == []


@pytest.mark.parametrize("name", ["erlmcp", "meridian"])
def test_two_months_and_then_three_are_five(name: str) -> None:
    plan = sample(name)
    in_two = rolled_plan(rolled_plan(plan, 2, 34), 3, 31)
    at_once = rolled_plan(plan, 5, 31)
    assert differing(calculate(at_once), calculate(in_two)) == []
    assert in_two.settings.plan_start == at_once.settings.plan_start


@pytest.mark.parametrize("name", ["erlmcp", "meridian"])
def test_thirteen_months_twice_are_twenty_six_beyond_the_last_milestone(name: str) -> None:
    plan = with_settings(sample(name), horizon_months=36)
    twice = _kept_end(_kept_end(plan, 13), 13)
    assert differing(calculate(_kept_end(plan, 26)), calculate(twice)) == []
    assert differing(calculate(plan), calculate(twice)) == []


@pytest.mark.parametrize("months", [1, 7, 17, 18, 19])
def test_a_term_of_eighteen_months_under_escalation_keeps_its_calendar(months: int) -> None:
    plan = with_column(with_settings(sample("erlmcp"), price_escalation=0.04), "rates", "term_months", 18)
    assert differing(calculate(plan), calculate(_kept_end(plan, months))) == []


def test_inputs_of_the_sample_a_quarter_later() -> None:
    rolled = rolled_plan(sample("erlmcp"), 3, 36)
    assert rolled.settings.plan_start == date(2026, 4, 1)
    assert _rows(rolled, "users", "current_users") == [(pytest.approx(6000, rel=1e-12),)]
    growth = [(3, 0.25), (9, 0.66666667), (21, 2.33333333)]
    assert _rows(rolled, "growth", "month", "total_growth") == [(m, pytest.approx(g, abs=5e-9)) for m, g in growth]
    sizes = [172.8, 760.4375, 2197, 2662]
    assert _rows(rolled, "retention", "ingest_per_month_gb") == [(pytest.approx(size, rel=1e-12),) for size in sizes]
    assert _rows(rolled, "features", "midpoint_month") == [(9,)]
    assert _rows(rolled, "events", "first_month", "last_month") == [(6, 6)]


@pytest.mark.parametrize(
    ("name", "until", "nodes", "prices"),
    [
        ("erlmcp", date(2026, 12, 31), (5, 4, 4, 4), (0.19, 0.11, 0.11, 0.11)),
        ("meridian", date(2027, 3, 31), (6, 9, 3, 6), (0.242, 0.242, 0.411, 0.168)),
    ],
)
def test_what_is_bought_is_written_down(
    name: str, until: date, nodes: tuple[int, ...], prices: tuple[float, ...]
) -> None:
    rolled = rolled_plan(sample(name), 3, 36)
    bought = [row for row in rolled.rows("components") if isinstance(row, Component) and row.reserved_until]
    assert [row.reserved_today for row in bought] == list(nodes)
    assert [row.reserved_at for row in bought] == pytest.approx(prices, rel=1e-12)
    assert {row.reserved_until for row in bought} == {until}


def test_blocks_that_are_still_to_be_bought_begin_when_they_did() -> None:
    nodes = calculate(rolled_plan(sample("erlmcp"), 3, 33)).values["reserved.nodes"][0][:, :33]
    for component, later in ((0, (5, 7, 13)), (1, (4, 7, 13)), (2, (4, 7, 13)), (3, (4, 7, 13))):
        assert nodes[component].tolist() == [later[0]] * 9 + [later[1]] * 12 + [later[2]] * 12


@pytest.mark.parametrize(("name", "cost"), [("erlmcp", 2160365.737051), ("meridian", 286096.986832)])
def test_the_common_months_cost_the_same(name: str, cost: float) -> None:
    plan = sample(name)
    horizon = plan.settings.horizon_months
    before = calculate(plan).values["cost.total"][0, 0, 3:].sum()
    assert before == pytest.approx(cost, abs=5e-7)
    assert common_cost(plan, rolled_plan(plan, 3, horizon)) == pytest.approx(cost, abs=5e-7)


@pytest.mark.parametrize(("name", "cost"), [("erlmcp", 2159358.337051), ("meridian", 286314.285932)])
def test_without_what_is_bought_terms_would_begin_again(name: str, cost: float) -> None:
    plan = sample(name)
    rolled = rolled_plan(plan, 3, plan.settings.horizon_months)
    for field in ("reserved_until", "reserved_at"):
        rolled = with_column(rolled, "components", field, None)
    assert common_cost(plan, with_column(rolled, "components", "reserved_today", 0)) == pytest.approx(cost, abs=5e-7)


def test_without_their_dates_prices_and_collection_would_begin_again() -> None:
    plan = sample("meridian")
    rolled = with_settings(rolled_plan(plan, 3, 24), prices_as_of=None)
    without = with_column(rolled, "retention", "collected_since", None)
    assert common_cost(plan, without) == pytest.approx(283498.838811, abs=5e-7)


def test_a_last_block_shorter_than_its_term_is_chosen_again() -> None:
    plan = with_settings(sample("erlmcp"), horizon_months=27)
    assert calculate(plan).values["cost.total"][0, 0, 3:].sum() == pytest.approx(471540.500653, abs=5e-7)
    rolled = rolled_plan(plan, 3, 27)
    assert common_cost(plan, rolled) == pytest.approx(472088.000653, abs=5e-7)
    nodes = calculate(rolled).values["reserved.nodes"][0][1]
    assert (calculate(plan).values["reserved.nodes"][0][1, 24], nodes[21]) == (11, 12)


def test_the_next_rolls_choose_the_last_block_again_each_time() -> None:
    plan, moved = rolled_plan(sample("erlmcp"), 3, 36), []
    for _ in range(3):
        later = rolled_plan(plan, 3, 36)
        moved.append(common_cost(plan, later) - calculate(plan).values["cost.total"][0, 0, 3:].sum())
        plan = later
    assert moved == pytest.approx([1095.0, 503.7, 459.9], abs=5e-6)


def test_todays_nodes_stay_what_they_are() -> None:
    plan = sample("erlmcp")
    before, after = calculate(plan), calculate(rolled_plan(plan, 6, 36))
    assert after.values["nodes.today"].tolist() == before.values["nodes.today"].tolist()
    assert before.values["nodes.today"][0, :, 0].tolist() == [4, 3, 3, 3]


def _following(plan: Plan, method: str) -> Plan:
    """Return the plan with every dataset of one method, each following users, whatever its size meant before."""
    table = plan.tables["retention"]
    field = "stored_today_gb" if method == "stock" else "ingest_per_month_gb"
    sizes = [getattr(row, row.size_field) for row in table.rows if isinstance(row, Dataset)]
    made = {"follows_users": "yes", "method": method, "stored_today_gb": None, "ingest_per_month_gb": None}
    rows = (row.model_copy(update={**made, field: size}) for row, size in zip(table.rows, sizes, strict=True))
    return replace(plan, tables={**plan.tables, "retention": replace(table, rows=tuple(rows))})


@pytest.mark.parametrize("name", ["erlmcp", "meridian"])
@pytest.mark.parametrize("months", [1, 3, 13])
@pytest.mark.parametrize("method", ["stock", "ingest"])
def test_what_follows_users_is_stored_as_before(name: str, months: int, method: str) -> None:
    plan = _following(sample(name), method)
    before = calculate(plan)
    assert np.ptp(before.values["storage.level"]) > 0
    assert differing(before, calculate(_kept_end(plan, months))) == []


def test_a_window_that_follows_users_differs_while_it_reaches_back() -> None:
    """What was ingested before the new start counts with its users (help: model, Storage)."""
    plan = with_column(sample("erlmcp"), "retention", "follows_users", "yes")
    plan = with_column(plan, "retention", "retention_days", 75)
    before, after = (calculate(one).values["storage.required"][0] for one in (plan, _kept_end(plan, 3)))
    apart = ~np.isclose(before[:, 3:], after, rtol=1e-9, atol=1e-9)
    assert apart[:, :2].all()
    assert not apart[:, 3:].any()


def test_the_proof_says_why_a_window_that_follows_users_differs() -> None:
    plan = with_column(sample("erlmcp"), "retention", "follows_users", "yes")
    proof = rolled(plan, 3).proof
    assert "storage" not in proof.same
    why = "what was ingested earlier counts with the users of Apr 2026"
    assert {one.name: one.why for one in proof.differences} == {"storage": why, "cost": why}


def test_an_event_that_is_on_begins_with_the_plan_and_one_that_is_over_goes() -> None:
    rolled = rolled_plan(sample("meridian"), 3, 24)
    assert _rows(rolled, "events", "event", "first_month", "last_month") == [
        ("Launch in Portugal", 0, 0),
        ("Autumn campaign", 4, 4),
        ("Launch anniversary", 11, 11),
    ]
    assert _rows(rolled_plan(rolled, 1, 24), "events", "event") == [("Autumn campaign",), ("Launch anniversary",)]


def test_a_sheet_whose_every_row_is_over_is_read_no_more() -> None:
    event = Event(event="Launch", first_month=0, last_month=2, user_multiplier=1.5)
    plan = with_rows(sample("erlmcp"), "events", [event])
    rolled = rolled_plan(plan, 3, 33)
    assert "events" not in rolled.tables
    assert differing(calculate(plan), calculate(rolled)) == []


def test_growth_beyond_its_last_milestone_goes_on_at_a_yearly_rate() -> None:
    anchors = [GrowthAnchor(segment="erlmcp users", month=2, total_growth=0.21, low=0.1, high=0.44)]
    rolled = rolled_plan(with_rows(sample("erlmcp"), "growth", anchors), 3, 33)
    expected = {"month": 12, "total_growth": 1.1**12 - 1, "low": 1.1**6 - 1, "high": 1.2**12 - 1}
    row = rolled.rows("growth")[0].model_dump(include=set(expected))
    assert row == {key: pytest.approx(value, rel=1e-12) for key, value in expected.items()}


def test_each_end_of_a_range_is_counted_from_its_own_curve() -> None:
    rolled = rolled_plan(sample("meridian"), 6, 24)
    (first, second) = _rows(rolled, "growth", "month", "low", "high")[:2]
    assert first == (6, pytest.approx(1.2 / 1.08 - 1), pytest.approx(1.45 / 1.2 - 1))
    assert second == (18, pytest.approx(1.4 / 1.08 - 1), pytest.approx(2.1 / 1.2 - 1))


def test_a_shorter_horizon_takes_the_review_month_along() -> None:
    rolled = rolled_plan(sample("erlmcp"), 30, 6)
    assert (rolled.settings.horizon_months, rolled.settings.review_month) == (6, 6)
    assert rolled.timeline.date_of(6) == sample("erlmcp").timeline.date_of(36)
