"""Any input that may have a range reaches the lines that it reaches in the whole model, and no others are run."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import pytest

from tests.conftest import results_of
from tests.whatif.changes import fleet_held
from tests.whatif.ranges import typed
from workbook.expr.tree import Ref, walk
from workbook.history.calculate import calculate
from workbook.inputs.plan import Plan
from workbook.inputs.ranges import OF_SETTINGS, RangedInput
from workbook.whatif.drawn import Drawn
from workbook.whatif.reached import TODAY, calculated, reached
from workbook.whatif.runs import Runs

pytestmark = pytest.mark.whole

FIELDS = {
    "users": "current_users sessions_per_user requests_per_user cpu_per_request_s memory_per_session_mb "
    "session_duration_min linger_min peak_ratio load_factor api_bandwidth_mbps",
    "growth": "total_growth",
    "features": "extra_requests_per_user adoption_ceiling midpoint_month ramp_months",
    "seasonality": "index",
    "events": "user_multiplier",
    "retention": "base_size_gb stored_today_gb ingest_per_month_gb instances growth_per_month retention_days copies",
    "rates": "on_demand reserved spot reserved_coverage",
    "components": "spot_share reserved_at",
    OF_SETTINGS: "safety_factor utilisation_low dr_buffer storage_fill_limit price_escalation hours_per_month "
    "days_per_month",
}
LINES = (
    *("cost.total", "users.all", "nodes.total", "nodes.provisioned"),
    *("cost.year", "outlook.year_cost", "exhaustion.month"),
)
RUNS = 3


def inputs(plan: Plan) -> Iterator[RangedInput]:
    """Yield every input that may have a range."""
    for table, fields in FIELDS.items():
        for row, one in enumerate((plan.settings,) if table == OF_SETTINGS else plan.rows(table)):
            for field in fields.split():
                value = getattr(one, field)
                if isinstance(value, float):
                    yield RangedInput(table, row, field, value, value, value)


def moved_by_chance(plan: Plan, seed: int, share: float) -> Drawn:
    """Return runs in which some inputs are up to a tenth smaller than they are."""
    chance = random.Random(seed)
    some = [one for one in inputs(plan) if chance.random() < share]
    values = [[one.middle * chance.uniform(0.9, 1) for _ in range(RUNS)] for one in some]
    return Drawn(tuple(some), np.array(values))


@pytest.mark.parametrize("name", ["erlmcp", "meridian"])
@pytest.mark.parametrize(("seed", "share"), [(1, 1.0), (2, 0.1), (3, 0.03), (4, 0.03)])
def test_inputs_reach_what_they_reach_in_the_whole_model(name: str, seed: int, share: float) -> None:
    results = results_of(name)
    drawn = moved_by_chance(results.plan, seed, share)
    found = Runs(results.frame, results.lines, LINES, drawn.inputs).of(drawn)
    for run in range(RUNS):
        alone = calculate(fleet_held(typed(results.plan, drawn, run))).values
        for line in LINES:
            if line in found:
                own = found[line][run if found[line].shape[0] > 1 else 0]
                np.testing.assert_allclose(own, alone[line][0], rtol=1e-11, err_msg=f"{line}, run {run}")


def test_only_what_is_asked_for_and_moves_is_run() -> None:
    results = results_of("erlmcp")
    plan = calculated(results.frame, results.lines, ("cost.total", "nodes.provisioned", TODAY))
    price = next(one for one in inputs(results.plan) if one.field == "on_demand")
    lines = reached(plan, ("cost.total", "nodes.provisioned"), [price])
    assert "cost.total" in lines
    assert not {"nodes.provisioned", "users.total", "storage.required", TODAY} & lines.keys()
    users = next(one for one in inputs(results.plan) if one.field == "current_users")
    lines = reached(plan, ("nodes.provisioned",), [users])
    assert "cost.total" not in lines
    assert "nodes.need_concurrent" not in lines, "the plan combines reserves by 'max'"
    named = {node.line for line in lines.values() for node in walk(line.expr) if isinstance(node, Ref)}
    assert "setting.dr_combination" not in named
