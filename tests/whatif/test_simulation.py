"""What many runs of a plan come to: worked goldens, runs calculated by the whole model, and what no run changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
from msgspec import Struct
from msgspec.structs import asdict, replace

from tests.conftest import results_of
from tests.whatif.changes import fleet_held, sample, with_rows
from tests.whatif.ranges import erlmcp_ranges, meridian_ranges, ranged, shaped, typed
from workbook.history.calculate import calculate
from workbook.inputs.plan import Plan
from workbook.inputs.ranges import OF_SETTINGS, Means, Range, Shape
from workbook.inputs.sheets.evidence import Actual
from workbook.whatif import runs as runs_module
from workbook.whatif.drawn import Drawn, draw, inputs_of, moved
from workbook.whatif.draws import Sampling
from workbook.whatif.reached import TODAY
from workbook.whatif.runs import Runs
from workbook.whatif.shapes import triangular
from workbook.whatif.simulation import Fan, Options, Risk, Spread, simulate
from workbook.whatif.tornado import Tornado, tornado

pytestmark = pytest.mark.whole

MONTHLY = ("cost.total", "users.all", "nodes.total", "nodes.provisioned")
YEARLY = ("cost.year", "outlook.year_cost", "budget.year")
THOUSAND = Sampling(1000)


def risk(ranges: Sequence[Range], sampling: Sampling, name: str = "erlmcp", threads: int = 2) -> Risk:
    results = results_of(name)
    return simulate(results.frame, results.lines, ranges, Options(sampling, threads))


def swings(ranges: Sequence[Range], name: str = "erlmcp") -> Tornado:
    results = results_of(name)
    return tornado(results.frame, results.lines, ranges)


def first(spread: Spread) -> tuple[float, ...]:
    return tuple(float(getattr(spread, name)[0]) for name in ("p10", "p50", "p90", "mean"))


@pytest.fixture(scope="module")
def ten_thousand() -> Risk:
    return risk(erlmcp_ranges(), Sampling())


def test_a_thousand_runs() -> None:
    found = risk(erlmcp_ranges(), THOUSAND)
    assert first(found.years) == pytest.approx((89925.366561, 95004.943373, 100291.910230, 95080.473713), abs=1e-6)


def test_ten_thousand_runs(ten_thousand: Risk) -> None:
    golden = (89971.678082, 95060.777171, 100288.840729, 95091.157922)
    assert first(ten_thousand.years) == pytest.approx(golden, abs=1e-6)
    assert ten_thousand.years.place[0] == 0.4338
    whole = (1218560.179383, 1977305.130085, 3503183.359294)
    assert first(ten_thousand.whole)[:3] == pytest.approx(whole, abs=1e-6)
    assert ten_thousand.whole.place[0] == 0.5825
    assert ten_thousand.runs_out[-1, [0, 1, 2, 3, 4, 6]].tolist() == [0.3262, 0.5451, 0.7462, 0.8974, 0.9842, 1]
    december = [float(figures[11]) for figures in _of_fan(ten_thousand.cost)]
    assert december == pytest.approx([10362.219712, 10940.691394, 11773.616954], abs=1e-6)
    assert np.isnan(ten_thousand.years.over_budget).all()
    assert np.isnan(ten_thousand.whole.over_budget).all()


def test_runs_above_a_budget() -> None:
    plan = sample("erlmcp")
    results = calculate(replace(plan, settings=plan.settings.model_copy(update={"budget": 100_000.0})))
    for ranges, correlation, golden in (
        (erlmcp_ranges(), 0.0, 0.1119),
        (shaped(erlmcp_ranges(), group="all"), 0.5, 0.1953),
        (shaped(erlmcp_ranges(), Shape.TRIANGULAR), 0.0, 0.1685),
    ):
        sampling = Sampling(correlation=correlation)
        found = simulate(results.frame, results.lines, ranges, Options(sampling))
        assert found.years.over_budget[0] == pytest.approx(golden)
        assert found.whole.over_budget[0] == 1


def test_ranges_that_move_together() -> None:
    found = risk(shaped(erlmcp_ranges(), group="all"), Sampling(correlation=0.5))
    golden = (87818.683494, 95023.087043, 102480.093237, 95103.432110)
    assert first(found.years) == pytest.approx(golden, abs=1e-6)


def test_triangular_ranges() -> None:
    found = risk(shaped(erlmcp_ranges(), Shape.TRIANGULAR), Sampling())
    golden = (90213.057126, 95673.266004, 101407.199091, 95750.840373)
    assert first(found.years) == pytest.approx(golden, abs=1e-6)


def test_another_seed_is_close(ten_thousand: Risk) -> None:
    other = risk(erlmcp_ranges(), Sampling(seed=2))
    assert first(other.years) == pytest.approx(first(ten_thousand.years), rel=0.01)
    assert first(other.years) != first(ten_thousand.years)


def test_ranges_at_their_middle_are_the_plan() -> None:
    for name, ranges in (("erlmcp", erlmcp_ranges()), ("meridian", meridian_ranges())):
        at_middle = [_narrowed(one) for one in ranges]
        found = risk(at_middle, Sampling(3), name)
        values = results_of(name).values
        for fan, line in ((found.cost, "cost.total"), (found.users, "users.all"), (found.nodes, "nodes.total")):
            for figures in _of_fan(fan):
                assert (figures == values[line][0, 0]).all()
        assert (found.years.place == 1).all()
        assert (found.whole.place == 1).all()


def test_one_linear_driver_has_its_own_distribution() -> None:
    """A fixed item of 500 a month: whatever else costs, the year moves by twelve times what it does."""
    support = ranged("erlmcp", ("rates", "Support contract", "on_demand"), 400, 700)
    found = risk(shaped([support], Shape.TRIANGULAR), Sampling())
    assert support.inputs[0].middle == 500
    plan = results_of("erlmcp").values["cost.year"][0, 0, 0]
    items = triangular(np.array([0.1, 0.5, 0.9]), (400, 500, 700))
    assert first(found.years)[:3] == pytest.approx(plan + 12 * (items - 500), rel=1e-5)


@pytest.mark.parametrize("name", ["erlmcp", "meridian"])
def test_a_run_is_a_plan_of_its_own(name: str) -> None:
    """Each run is typed into the sample and calculated by the whole model, with the fleet of the sample."""
    ranges = erlmcp_ranges() if name == "erlmcp" else meridian_ranges()
    results = results_of(name)
    drawn = draw(ranges, Sampling(6), 1.0)
    found = Runs(results.frame, results.lines, (*MONTHLY, *YEARLY), inputs_of(ranges)).of(drawn)
    for run in range(drawn.runs):
        alone = calculate(fleet_held(typed(results.plan, drawn, run))).values
        for line in (*MONTHLY, *YEARLY):
            if line in found:
                own = found[line][run if found[line].shape[0] > 1 else 0]
                np.testing.assert_allclose(own, alone[line][0], rtol=1e-12, err_msg=f"{line}, run {run}")


@pytest.mark.parametrize("name", ["erlmcp", "meridian"])
def test_one_run_at_a_time_gives_the_same(name: str) -> None:
    ranges = erlmcp_ranges() if name == "erlmcp" else meridian_ranges()
    results = results_of(name)
    drawn = draw(ranges, Sampling(40), 1.0)
    runs = Runs(results.frame, results.lines, MONTHLY, inputs_of(ranges))
    together = runs.of(drawn)
    for run in range(drawn.runs):
        alone = runs.of(drawn.part(slice(run, run + 1)))
        for line in MONTHLY:
            np.testing.assert_array_equal(
                np.broadcast_to(together[line], (40, *alone[line].shape[1:]))[run], alone[line][0]
            )


def test_results_depend_neither_on_threads_nor_on_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    once = risk(erlmcp_ranges(), THOUSAND, threads=1)
    again = risk(erlmcp_ranges(), THOUSAND, threads=3)
    monkeypatch.setattr(runs_module, "RUNS_AT_ONCE", 77)
    in_parts = risk(erlmcp_ranges(), THOUSAND)
    for other in (again, in_parts):
        _assert_same(once, other)


def test_progress_is_told_in_order() -> None:
    told: list[tuple[int, int]] = []
    results = results_of("erlmcp")
    options = Options(THOUSAND, progress=lambda done, of: told.append((done, of)))
    simulate(results.frame, results.lines, erlmcp_ranges(), options)
    assert [of for _, of in told] == [1000] * len(told)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == 1000


def test_measured_months_are_in_every_run() -> None:
    """Three months of this fiscal year are closed: no range moves them, and the rest of the year as the plan alone."""
    plan = sample("meridian")
    months = {1: 4, 2: 5, 3: 6}
    closed = [row.model_copy(update={"month": date(2026, months[row.month.month], 1)}) for row in _actuals(plan)]
    results = calculate(with_rows(plan, "actuals", tuple(closed)))
    ranges = meridian_ranges()
    found = simulate(results.frame, results.lines, ranges, Options(THOUSAND))
    planned = risk(ranges, THOUSAND, "meridian")
    measured = sum(row.cost or 0 for row in closed)
    assert results.values["outlook.measured"][0, 0, 0] == measured > 0
    assert found.years.p90[0] - found.years.p10[0] < planned.years.p90[0] - planned.years.p10[0]
    drawn = draw(ranges, THOUSAND, 1.0)
    cost = Runs(results.frame, results.lines, ("cost.total",), drawn.inputs).of(drawn)["cost.total"]
    year = measured + cost[:, 0, 3:12].sum(axis=1)
    assert found.years.mean[0] == pytest.approx(year.mean())
    assert found.years.over_budget[0] == np.mean(year > 165_000)
    whole = measured + cost[:, 0, 3:].sum(axis=1)
    assert found.whole.mean[0] == pytest.approx(whole.mean())
    assert found.whole.place[0] == np.mean(whole <= measured + results.values["cost.total"][0, 0, 3:].sum())
    costs = [row.cost for row in closed]
    assert found.cost.p10[:3].tolist() == found.cost.p90[:3].tolist() == costs
    assert found.cost.p50[3] == planned.cost.p50[3]


def test_values_beyond_a_limit_are_put_on_it_and_counted() -> None:
    """A tenth below 0.5 MB of a mode of 1 MB: the triangle begins below nothing, and so do some runs."""
    narrow = ranged("erlmcp", ("users", "erlmcp users", "memory_per_session_mb"), 0.5, 30)
    share = ranged("erlmcp", (OF_SETTINGS, "", "utilisation_low"), 0.6, 0.99)
    ranges = shaped([narrow, share], Shape.TRIANGULAR, Means.P10_P90)
    drawn = draw(ranges, THOUSAND, 1.0)
    assert drawn.clipped[0] > 0
    assert drawn.clipped[1] > 0
    assert drawn.values[0].min() > 0
    assert drawn.values[1].max() <= 1
    assert risk(ranges, THOUSAND).clipped == drawn.clipped


def test_growth_leaves_users_under_every_multiplier() -> None:
    growth = ranged("erlmcp", ("growth", "erlmcp users", "total_growth"), -0.45, 1.3, 12)
    drawn = draw(shaped([growth], Shape.TRIANGULAR, Means.P10_P90), THOUSAND, 2.0)
    assert drawn.clipped[0] > 0
    assert (1 + 2 * drawn.values).min() > 0


def test_a_curve_moves_as_one() -> None:
    months = [
        ranged("erlmcp", ("growth", "erlmcp users", "total_growth"), 0.8, 1.3, 12).inputs[0],
        ranged("erlmcp", ("growth", "erlmcp users", "total_growth"), 2.5, 3.5, 24).inputs[0],
    ]
    curve = Range("Growth · erlmcp users", "erlmcp users", tuple(months))
    drawn = draw([curve], THOUSAND, 1.0)
    order = [np.argsort(values).tolist() for values in drawn.values]
    assert order[0] == order[1]
    assert len(drawn.clipped) == 1
    assert swings([curve]).swing.shape == (1,)


def test_only_moving_inputs_have_many_runs() -> None:
    results = results_of("erlmcp")
    drawn = Drawn(inputs_of(erlmcp_ranges()), np.ones((5, 7)))
    frame = moved(results.frame, drawn)
    assert frame.columns["users", "current_users"].shape == (7, 1)
    assert frame.columns["users", "requests_per_user"] is results.frame.columns["users", "requests_per_user"]
    values = Runs(results.frame, results.lines, (*MONTHLY, TODAY), drawn.inputs).of(drawn)
    assert values["time.billed"].shape[0] == 1
    assert values[TODAY].shape[0] == 1


def test_one_at_a_time() -> None:
    golden = {
        "current_users": (-7596.195283, 9321.294340, -51211.005315, 60397.626378, 16917.489623),
        "memory_per_session_mb": (-4270.5, 5956.8, -25623, 37843.2, 10227.3),
        "total_growth": (-2464.022563, 3703.663046, 7469.802680, -9736.210144, 6167.685609),
        "growth_per_month": (-1205.701414, 982.866819, -1281687.289850, 3355526.492802, 2188.568234),
        "on_demand": (-87.6, 175.2, -1073.1, 1445.4, 262.8),
    }
    ranges = erlmcp_ranges()
    found = swings(ranges)
    for place, one in enumerate(ranges):
        shown = [getattr(found, name)[place] for name in ("low_year", "high_year", "low_plan", "high_plan", "swing")]
        assert shown == pytest.approx(golden[one.inputs[0].field], abs=1e-6), one.name
    assert found.low_exhaustion.tolist() == [1, 0, 3, 0, 0]
    assert found.high_exhaustion.tolist() == [-2, 0, -2, 0, 0]


def test_points_of_one_case_in_ten_are_where_a_range_is_moved_to() -> None:
    ends, points = swings(erlmcp_ranges()), swings(shaped(erlmcp_ranges(), Shape.TRIANGULAR, Means.P10_P90))
    for name in Tornado.__struct_fields__:
        assert getattr(ends, name).tolist() == getattr(points, name).tolist()


def test_a_swing_holds_the_plan() -> None:
    """Both ends above the plan: the swing begins at the plan."""
    found = Tornado(*(np.array([figure]) for figure in (2.0, 5.0, -3.0, -1.0, 0.0, 0.0)))
    assert found.swing.tolist() == [5]
    assert found.swing_plan.tolist() == [3]


def test_nothing_to_draw() -> None:
    with pytest.raises(ValueError, match="no range"):
        risk([], THOUSAND)


def _actuals(plan: Plan) -> list[Actual]:
    return [row for row in plan.rows("actuals") if isinstance(row, Actual)]


def _of_fan(fan: Fan) -> tuple[np.ndarray, ...]:
    return fan.p10, fan.p50, fan.p90


def _narrowed(one: Range) -> Range:
    return replace(one, inputs=tuple(replace(place, low=place.middle, high=place.middle) for place in one.inputs))


def _assert_same(one: Struct, other: Struct) -> None:
    """Both are the same record of arrays, in every bit."""
    for name, left in asdict(one).items():
        right = getattr(other, name)
        if isinstance(left, Fan | Spread):
            _assert_same(left, right)
        else:
            np.testing.assert_array_equal(left, right) if isinstance(left, np.ndarray) else None
            assert isinstance(left, np.ndarray) or left == right
