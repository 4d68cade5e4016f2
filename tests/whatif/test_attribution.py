"""What drivers and inputs change between two plans: worked goldens, all orders, and properties of random plans."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from msgspec.structs import replace

from tests.whatif.changes import (
    changed_example,
    fleet_held,
    measure,
    sample,
    varied,
    with_cell,
    with_rows,
    with_setting,
)
from workbook.expr.functions import Array
from workbook.inputs.plan import Plan
from workbook.model import calculate
from workbook.whatif.attribution import Attribution, attribute
from workbook.whatif.coalitions import figures
from workbook.whatif.drivers import Driver
from workbook.whatif.mixtures import Kept, Mixtures
from workbook.whatif.moved import moved_inputs

pytestmark = pytest.mark.whole

DRIVERS = (Driver.VOLUME, Driver.USAGE, Driver.DATA, Driver.POLICY, Driver.PRICE)
GOLDEN = {
    Driver.VOLUME: (8508.262173, 18564.590565, 34000.231017, 0, -1),
    Driver.USAGE: (1810.4, 3135.35, 11355.15, 12, -1),
    Driver.DATA: (-430.980652, -20968.8513, -702322.135034, 0, 0),
    Driver.POLICY: (-2109.7, -3208.35, -11380.7, -8, 0),
    Driver.PRICE: (2591.834639, -2421.233697, -89467.6543, 0, 0),
}
"""FY2026, FY2027, whole plan, nodes at the horizon, first exhaustion."""
BEFORE = (94361.462139, 245246.533538, 2178116.889048, 80, 2)
NOW = (104731.278299, 240348.039105, 1420301.780731, 84, 0)
SHOWN = (0, 1, 2, 3, 5)
"""Where the figures of the goldens are in those that are measured."""


def example() -> tuple[Plan, Plan]:
    return fleet_held(sample("erlmcp")), fleet_held(changed_example())


def pair(seed: int) -> tuple[Plan, Plan]:
    plan = fleet_held(sample("meridian" if seed % 2 else "erlmcp"))
    return fleet_held(varied(plan, seed)), fleet_held(varied(plan, seed + 1000))


def effects(attribution: Attribution) -> dict[Driver, Array]:
    return {driver: share.effect for share in attribution.drivers for driver in share.drivers}


def test_drivers_of_the_example() -> None:
    found = attribute(*example(), measure)
    assert found.before[list(SHOWN)] == pytest.approx(BEFORE, abs=1e-6)
    assert found.now[list(SHOWN)] == pytest.approx(NOW, abs=1e-6)
    by_driver = effects(found)
    assert tuple(by_driver) == DRIVERS
    for driver, golden in GOLDEN.items():
        assert by_driver[driver][list(SHOWN)] == pytest.approx(golden, abs=1e-6), driver


def calculated(plan: Plan) -> Array:
    """Return the figures of a plan by the whole model."""
    results = calculate(plan)
    cost, nodes = results.values["cost.total"][0, 0], results.values["nodes.total"][0, 0]
    beyond = plan.timeline.horizon + 1
    first = [np.nanmin(results.values[line], initial=beyond) for line in ("exhaustion.month", "order_by.month")]
    return np.array([cost[:12].sum(), cost[12:24].sum(), cost.sum(), nodes[-1], nodes.max(), *first])


def test_the_mean_over_all_120_orders_of_whole_plans() -> None:
    """Each of the 32 plans is typed by itself and calculated by the whole model, not as a run among runs."""
    before, now = example()
    known = {kept: calculated(in_between(before, now, kept)) for kept in range(32)}
    orders = list(permutations(range(5)))
    sums = np.zeros((5, len(known[0])))
    for order in orders:
        joined = 0
        for driver in order:
            sums[driver] += known[joined | 1 << driver] - known[joined]
            joined |= 1 << driver
    found = effects(attribute(before, now, measure))
    assert np.array(list(found.values())) == pytest.approx(sums / len(orders), abs=1e-6)


@pytest.mark.parametrize(
    ("order", "usage", "policy"), [(range(5), 2146.2, -2606.1), (reversed(range(5)), 1226.4, -1489.2)]
)
def test_one_order_alone_says_something_else(order: range, usage: float, policy: float) -> None:
    before, now = example()
    joined, gained = 0, {}
    for driver in order:
        less, more = (calculated(in_between(before, now, taken))[0] for taken in (joined, joined | 1 << driver))
        gained[DRIVERS[driver]], joined = more - less, joined | 1 << driver
    assert gained[Driver.USAGE] == pytest.approx(usage, abs=1e-6)
    assert gained[Driver.POLICY] == pytest.approx(policy, abs=1e-6)


def in_between(before: Plan, now: Plan, taken: int) -> Plan:
    """Return the plan with now's inputs of some drivers, whose bits are set, typed sheet by sheet."""
    of_volume, of_usage, of_data, of_policy, of_price = (now if taken & 1 << bit else before for bit in range(5))
    users = before.rows("users")[0].model_copy(
        update={
            "current_users": getattr(of_volume.rows("users")[0], "current_users"),  # noqa: B009
            **{
                name: getattr(of_usage.rows("users")[0], name)
                for name in ("cpu_per_request_s", "memory_per_session_mb")
            },
        }
    )
    tables = {
        **before.tables,
        "users": replace(before.tables["users"], rows=(users,)),
        "growth": of_volume.tables["growth"],
        "retention": of_data.tables["retention"],
        "rates": of_price.tables["rates"],
    }
    return with_setting(replace(before, tables=tables), "dr_buffer", of_policy.settings.dr_buffer)


def test_inputs_inside_a_driver() -> None:
    volume = attribute(*example(), measure).drivers[0]
    users, growth = volume.inputs
    assert (users.moved.column, growth.moved.sheet) == ("Current users", "Growth")
    assert users.mean[[0, 2]] == pytest.approx((6613.26441, 40810.23228), abs=1e-6)
    assert users.effect[[0, 2]] == pytest.approx((6565.38365, 40697.311745), abs=1e-6)
    assert growth.mean[[0, 2]] == pytest.approx((1957.047763, -6678.601263), abs=1e-6)
    assert growth.effect[[0, 2]] == pytest.approx((1942.878523, -6697.080727), abs=1e-6)
    rest = volume.effect - users.mean - growth.mean
    assert rest[[0, 2]] == pytest.approx((-62.05, -131.4), abs=1e-6)


def test_an_input_that_does_not_bind_is_listed_without_an_effect() -> None:
    usage = attribute(*example(), measure).drivers[1]
    cpu = next(share for share in usage.inputs if share.moved.column == "CPU per request")
    assert cpu.effect.tolist() == [0.0] * 7


def test_what_no_input_changes_alone_stands_together() -> None:
    """Memory fills 1.875 nodes of each type; two rises of 5% need a third node, three no more."""
    before = fleet_held(sample("erlmcp"))
    now = with_cell(before, "users", "erlmcp users", "memory_per_session_mb", 10.5)
    now = with_cell(now, "users", "erlmcp users", "sessions_per_user", 1.05)
    now = with_cell(now, "users", "erlmcp users", "linger_min", 1.5)
    (usage,) = attribute(before, now, lambda outcomes: outcomes.nodes[:, :1]).drivers
    assert usage.effect.tolist() == usage.together.tolist() == [4.0]
    assert [share.effect.tolist() for share in usage.inputs] == [[0.0]] * 3


@pytest.mark.parametrize("seed", range(25))
def test_steps_sum_on_random_pairs(seed: int) -> None:
    before, now = pair(seed)
    found = attribute(before, now, measure)
    total = found.before + sum(share.effect for share in found.drivers)
    assert total == pytest.approx(found.now, abs=1e-6)
    assert found.before == pytest.approx(calculated(before), rel=1e-12)
    assert found.now == pytest.approx(calculated(now), rel=1e-12)
    for share in found.drivers:
        parts = sum(one.effect for one in share.inputs) + share.together
        assert parts == pytest.approx(share.effect, abs=1e-6)


def measured(plan: Plan) -> Array:
    """Return the figures of one plan, mixed with nothing."""
    (found,) = figures(Mixtures(plan, plan), [frozenset()], measure)
    return np.asarray(found)


@pytest.mark.parametrize("seed", range(0, 25, 4))
def test_the_other_way_round_changes_every_sign(seed: int) -> None:
    before, now = pair(seed)
    there, back = effects(attribute(before, now, measure)), effects(attribute(now, before, measure))
    assert there.keys() == back.keys()
    for driver, effect in there.items():
        assert effect == pytest.approx(-back[driver], abs=1e-6), driver


@pytest.mark.parametrize("seed", range(0, 25, 5))
def test_one_by_one_equals_side_by_side(seed: int) -> None:
    before, now = pair(seed)
    places = sorted((one.place for one in moved_inputs(before, now) if one.driver), key=str)
    plans: list[Kept] = [frozenset(places[start::step]) for step in (1, 2, 3) for start in range(step)]
    mixtures = Mixtures(before, now)
    together = figures(mixtures, plans, measure)
    alone = [figures(Mixtures(before, now), [kept], measure)[0] for kept in plans]
    assert together == pytest.approx(np.array(alone), rel=1e-12)
    for kept, row in zip(plans, together, strict=True):
        assert row == pytest.approx(measured(mixtures.plan(kept)), rel=1e-12)


def test_a_driver_without_a_moved_input_makes_no_step() -> None:
    plan = fleet_held(sample("meridian"))
    now = with_cell(plan, "retention", "Metrics", "growth_per_month", 0.02)
    assert tuple(effects(attribute(plan, now, measure))) == (Driver.DATA,)
    assert attribute(plan, plan, measure).drivers == ()


def test_plans_that_cannot_be_calculated_join_volume_and_scenario() -> None:
    """A multiplier of 1.6 on a fall of 70% leaves no users; neither plan has both."""
    before = fleet_held(with_setting(sample("meridian"), "active_scenario", "Fast growth"))
    now = with_setting(before, "active_scenario", "Base")
    now = with_rows(
        now,
        "growth",
        tuple(row.model_copy(update={"total_growth": -0.7}) for row in now.rows("growth")),
    )
    now = with_setting(now, "dr_buffer", 0.25)
    found = attribute(before, now, measure)
    assert [share.drivers for share in found.drivers] == [(Driver.VOLUME, Driver.SCENARIO), (Driver.POLICY,)]
    total = found.before + sum(share.effect for share in found.drivers)
    assert total == pytest.approx(found.now, abs=1e-6)
