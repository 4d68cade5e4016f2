"""The steps from a version to now: the worked example over a roll, the sums, and versions that cannot be rolled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from msgspec.structs import replace

from tests.whatif.changes import changed_example, sample, varied, with_cell, with_rows, with_setting
from workbook.history.bridge import Bridge, bridge, totals_only
from workbook.history.compared import MONEY, Effects, Figure
from workbook.history.course import course_of
from workbook.history.rolling.roll import rolled_plan
from workbook.inputs.plan import Plan
from workbook.model import calculate
from workbook.problems import Code, Reason, Refusal

pytestmark = pytest.mark.whole

MARCH = date(2026, 3, 1)
MEASURED = {date(2026, 1, 1): 6400.0, date(2026, 2, 1): 6700.0, MARCH: 7050.0}
OVER_A_ROLL = {
    "tool": (0, 0, 0),
    "closed": (2398.848003, 0, 2398.848003),
    "rolling": (0, 0, 0),
    "volume": (3040.383553, 6148.801127, 21486.786933),
    "price": (-512.023713, -6637.163301, -131234.856032),
    "months_added": (0, 0, 1781200.586518),
    "months_gone": (0, 0, 0),
}


def compared(before: Plan, now: Plan) -> Bridge:
    """Return the bridge between two plans of which nothing is stored or measured."""
    return bridge(before, None, now, {}, None, rolled_plan)


def rolled_example() -> Plan:
    """Return the sample rolled to April, with the users of March at 5,900 and cheaper object storage."""
    before = sample("erlmcp")
    planned = calculate(before).values["users.all"][0, 0, 2]
    rolled = rolled_plan(before, 3, 36)
    users = getattr(rolled.rows("users")[0], "current_users") * 5900 / planned  # noqa: B009
    now = with_cell(rolled, "users", "erlmcp users", "current_users", users)
    return with_cell(now, "rates", "Object storage", "on_demand", 0.021)


def assert_sums(found: Bridge) -> None:
    for figure, before in found.before.items():
        total = before + sum(step.effects[figure] for step in found.steps)
        assert total == pytest.approx(found.now[figure], abs=1e-6), figure


def money(effects: Effects) -> tuple[float, ...]:
    return tuple(effects[figure] for figure in MONEY)


def step(found: Bridge, name: str) -> Effects:
    return next(one.effects for one in found.steps if one.id == name)


def test_over_a_roll() -> None:
    found = bridge(sample("erlmcp"), None, rolled_example(), MEASURED, MARCH, rolled_plan)
    assert money(found.before) == pytest.approx((94361.462139, 245246.533538, 2178116.889048), abs=1e-6)
    assert money(found.now) == pytest.approx((99288.669982, 244758.171363, 3851968.254469), abs=1e-6)
    assert [one.id for one in found.steps] == list(OVER_A_ROLL)
    for name, golden in OVER_A_ROLL.items():
        assert money(step(found, name)) == pytest.approx(golden, abs=1e-6), name
    rolling = found.steps[2]
    assert [part.id for part in rolling.parts] == ["start_moved", "horizon_moved"]
    for part in rolling.parts:
        assert money(part.effects) == pytest.approx((0, 0, 0), abs=1e-6)
    assert found.years == ("FY2026", "FY2027")
    assert found.last_common == date(2029, 1, 1)
    assert_sums(found)


def test_both_orders_of_the_two_drivers_over_a_roll() -> None:
    """The mean of users first and prices first, each of the four plans calculated by the whole model."""
    rolled, now = rolled_plan(sample("erlmcp"), 3, 36), rolled_example()
    users = replace(now, tables={**now.tables, "rates": rolled.tables["rates"]})
    prices = replace(now, tables={**now.tables, "users": rolled.tables["users"]})
    old, with_users, with_prices, both = (
        calculate(plan).values["cost.total"][0, 0, :9].sum() for plan in (rolled, users, prices, now)
    )
    found = bridge(sample("erlmcp"), None, now, MEASURED, MARCH, rolled_plan)
    volume = (with_users - old + both - with_prices) / 2
    assert step(found, "volume")[Figure.COST_YEAR] == pytest.approx(volume, abs=1e-6)


def test_a_last_block_that_is_chosen_again_is_a_step_of_its_own() -> None:
    """With 27 months the last block of 3 months is chosen by 6 when the horizon stays as far away."""
    before = with_setting(sample("erlmcp"), "horizon_months", 27)
    before = replace(before, timeline=replace(before.timeline, horizon=27))
    found = compared(before, rolled_plan(before, 3, 27))
    start, horizon = found.steps[2].parts
    assert start.effects[Figure.COST_PLAN] == pytest.approx(0, abs=1e-6)
    assert horizon.effects[Figure.COST_PLAN] == pytest.approx(547.5, abs=1e-6)
    assert_sums(found)


@pytest.mark.parametrize("seed", range(12))
def test_steps_sum_over_rolls_of_random_plans(seed: int) -> None:
    name, months = ("meridian", "erlmcp")[seed % 2], (0, 1, 3, 14)[seed % 4]
    before = varied(sample(name), seed)
    horizon = before.timeline.horizon + (0, 5, -6)[seed % 3]
    shared = rolled_plan(sample(name), months, horizon) if months else sample(name)
    days = [before.timeline.date_of(month) for month in range(months)]
    measured = {day: 7000.0 + 100 * place for place, day in enumerate(days)}
    now = varied(shared, seed + 500)
    found = bridge(before, None, now, measured, days[-1] if days else None, rolled_plan)
    assert_sums(found)
    inside: dict[tuple[str, Figure], float] = {}
    for one in found.inputs:
        for figure, effect in one.effects.items():
            inside[one.step, figure] = inside.get((one.step, figure), 0) + effect
    together = {one.id: one.together for one in found.steps}
    for (name, figure), total in inside.items():
        whole = total + together[name].get(figure, 0)
        assert whole == pytest.approx(step(found, name)[figure], abs=1e-6), (name, figure)


def test_a_closed_month_that_the_plan_still_covers_counts_as_measured() -> None:
    before = sample("erlmcp")
    now = with_cell(before, "users", "erlmcp users", "current_users", 5400.0)
    found = bridge(before, None, now, MEASURED, date(2026, 1, 1), rolled_plan)
    first = course_of(before)[0].cost[date(2026, 1, 1)]
    assert step(found, "closed")[Figure.COST_YEAR] == pytest.approx(6400 - first)
    rest = sum(course_of(now)[0].cost[date(2026, month, 1)] for month in range(2, 13))
    assert found.now[Figure.COST_YEAR] == pytest.approx(6400 + rest)
    assert_sums(found)


def test_nothing_is_closed_without_a_last_closed_month() -> None:
    before = sample("erlmcp")
    found = bridge(before, None, before, MEASURED, None, rolled_plan)
    assert found.now == found.before


def test_stored_figures_that_the_tool_no_longer_finds_are_the_first_step() -> None:
    before = sample("erlmcp")
    stored, _ = course_of(before)
    cost = {day: amount - 10 for day, amount in stored.cost.items()}
    found = bridge(before, replace(stored, cost=cost, exhaustion=None), changed_example(), {}, None, rolled_plan)
    assert money(step(found, "tool")) == pytest.approx((120, 120, 360))
    assert found.before[Figure.EXHAUSTION] == 37
    assert step(found, "tool")[Figure.EXHAUSTION] == 2 - 37
    assert_sums(found)


def test_users_who_grow_bring_exhaustion_forward() -> None:
    """Today's nodes are the version's, though Current nodes is blank: 2 months become 0, and not 5."""
    now = changed_example()
    found = compared(sample("erlmcp"), now)
    assert (found.before[Figure.EXHAUSTION], found.now[Figure.EXHAUSTION]) == (2, 0)
    assert calculate(now).value("exhaustion.month") == 5


def test_what_runs_today_is_a_driver_where_now_says_it() -> None:
    before = sample("erlmcp")
    now = with_cell(before, "components", "erlmcp_core", "current_nodes", 3)
    found = compared(before, now)
    assert [one.step for one in found.inputs] == ["fleet"]
    assert step(found, "fleet")[Figure.EXHAUSTION] == -2
    assert money(step(found, "fleet")) == (0, 0, 0)


def test_a_version_that_starts_later_is_compared_in_total_only() -> None:
    later = rolled_plan(sample("erlmcp"), 3, 36)
    found = compared(later, changed_example())
    assert [one.id for one in found.steps] == ["tool", "closed", "unattributed", "months_added", "months_gone"]
    assert found.inputs == ()
    assert_sums(found)


def test_a_version_whose_months_are_over_has_no_nodes_to_compare() -> None:
    before = sample("erlmcp")
    now = with_setting(before, "plan_start", date(2030, 1, 1))
    now = replace(now, timeline=replace(now.timeline, start=date(2030, 1, 1)))
    found = compared(before, now)
    assert found.last_common is None
    assert Figure.NODES not in found.before
    assert step(found, "months_gone")[Figure.COST_PLAN] == pytest.approx(-2178116.889048, abs=1e-6)
    assert_sums(found)


def test_inputs_with_errors_leave_one_step() -> None:
    stored, _ = course_of(sample("erlmcp"))
    found = totals_only(stored, changed_example(), {}, None)
    assert money(step(found, "unattributed")) == pytest.approx((10369.81616, -4898.494433, -757815.108317), abs=1e-6)
    assert_sums(found)


def test_another_currency_is_refused() -> None:
    now = with_setting(sample("erlmcp"), "currency", "EUR")
    with pytest.raises(Refusal) as refused:
        compared(sample("erlmcp"), now)
    assert refused.value.problem.code is Code.VERSION_CURRENCY
    assert refused.value.reason is Reason.INPUTS


def renamed_now(**formerly: str) -> Plan:
    """Return meridian with a segment and all that names it renamed, and other figures in its row."""
    now = with_cell(sample("meridian"), "users", "Merchants", "current_users", 3500.0)
    for sheet in ("growth", "features", "events"):
        rows = tuple(
            row.model_copy(update={"segment": "Sellers"} if getattr(row, "segment") == "Merchants" else {})  # noqa: B009
            for row in now.rows(sheet)
        )
        now = with_rows(now, sheet, rows)
    names: Mapping[str, object] = {"segment": "Sellers", **formerly}
    rows = tuple(
        row.model_copy(update=names if getattr(row, "segment") == "Merchants" else {})  # noqa: B009
        for row in now.rows("users")
    )
    return with_rows(now, "users", rows)


def test_formerly_joins_a_new_name_to_an_old_one() -> None:
    joined = compared(sample("meridian"), renamed_now(formerly="merchants"))
    assert [(one.moved.row, one.moved.column) for one in joined.inputs] == [("Sellers", "Current users")]
    apart = compared(sample("meridian"), renamed_now())
    changes = {one.moved.change for one in apart.inputs if one.moved.sheet == "Users"}
    assert changes == {"row added", "row removed"}
    assert step(apart, "volume") != step(joined, "volume")
    assert_sums(joined)
    assert_sums(apart)
