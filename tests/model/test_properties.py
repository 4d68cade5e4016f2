"""What holds for every plan: more users never need fewer nodes, order does not matter, runs do not see each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.model.cases import plan_of
from workbook.expr.evaluate import evaluate_lines
from workbook.expr.frame import Frame
from workbook.expr.functions import Array
from workbook.inputs.plan import Plan
from workbook.model import Results, calculate, lines_of
from workbook.model.dimensions import frame_of

pytestmark = pytest.mark.whole

SHEETS: Mapping[str, str | None] = {
    "Users": """
    | Segment | Current users | Requests per user | CPU per request | Memory per session | Session duration | Linger |
    | Staff   | 5000          | 0.5               | 0.004           | 10                 | 30               | 5      |
    | Guests  | 800           | 0.2               | 0.01            | 5                  | 10               |        |
    | Robots  | 50            | 9                 | 0.001           | 40                 | 5                | 1      |
    """,
    "Growth": """
    | Segment | Month | Total growth |
    | Guests  | 4     | -20 %        |
    | Staff   | 3     | 20 %         |
    | Staff   | 9     | 150 %        |""",
    "Seasonality": """
    | Month | Index |
    | 7     | 0.8   |
    | 12    | 1.2   |""",
    "Events": """
    | Event  | Segment | First month | Last month | User multiplier |
    | Launch | all     | 2           | 4          | 1.5             |
    | Fair   | Guests  | 4           | 5          | 2               |""",
    "Features": """
    | Feature | Segment | Extra requests per user | Adoption ceiling | Midpoint month | Ramp |
    | Preview | all     | 0.1                     | 60 %             | 6              | 8    |
    | Search  | Guests  | 0.3                     | 90 %             | 2              | 3    |""",
    "Retention": """
    | Dataset | Base size | Growth per month | Retention | History | Storage tier | Copies |
    | Logs    | 100       | 3 %              | 75        |         | Disk         |        |
    | Audit   | 40        | 1 %              | 365       | none    | Tape         | 2      |""",
    "Components": """
    | Component | CPU share | Memory share | Node type | Minimum nodes | Current nodes |
    | core      | 50 %      | 30 %         | Large     |               | 9             |
    | edge      | 30 %      | 50 %         | Small     | 2             |               |
    | jobs      | 20 %      | 20 %         | Small     |               | 3             |""",
    "Resilience": """
    | Component | Target availability | Redundancy    | k | Zones | Zone losses survived | Regions |
    | core      | 99.9 %              | Multi-AZ      | 1 | 3     | 1                    |         |
    | edge      | 99.9 %              | Active-Active |   |       |                      | 2       |
    | Database  | 99.9 %              | None          |   |       |                      |         |""",
    "Rates": """
    | Item    | Kind    | Cores | Memory | On-demand | Reserved |
    | Large   | node    | 4     | 16     | 0.2       | 0.13     |
    | Small   | node    | 2     | 8      | 0.11      | 0.06     |
    | Disk    | storage |       |        | 0.1       |          |
    | Tape    | storage |       |        | 0.01      |          |
    | Traffic | network |       |        | 0.02      |          |
    | Support | fixed   |       |        | 500       |          |""",
    "Scenarios": """
    | Scenario | Growth multiplier | Demand multiplier | Price multiplier |
    | Base     | 1                 | 1                 | 1                |
    | Same     |                   |                   |                  |
    | High     | 1.5               | 1.2               | 1.1              |""",
}
QUICK = settings(max_examples=15, deadline=None, derandomize=True)
MODES = ("max", "concurrent", "sum", "stacked")


@cache
def _plan(mode: str = "max", scenario: str = "Base") -> Plan:
    return plan_of(sheets=SHEETS, settings={"DR combination": mode, "Active scenario": scenario})


@cache
def _frame(mode: str = "max") -> Frame:
    return frame_of(_plan(mode))


def _run(frame: Frame) -> Mapping[str, Array]:
    return evaluate_lines(tuple(lines_of(frozenset(_plan().tables)).values()), frame)


def _with(frame: Frame, table: str, field: str, values: Iterable[float]) -> Frame:
    return replace(frame, columns={**frame.columns, (table, field): np.array(list(values), dtype=float)})


USERS = st.lists(st.floats(0, 50_000), min_size=3, max_size=3)
MORE = st.lists(st.floats(1, 3), min_size=3, max_size=3)


@QUICK
@given(USERS, MORE, st.sampled_from(MODES))
def test_more_users_never_need_fewer_nodes(users: list[float], more: list[float], mode: str) -> None:
    few = _run(_with(_frame(mode), "users", "current_users", users))
    grown = [count * factor for count, factor in zip(users, more, strict=True)]
    many = _run(_with(_frame(mode), "users", "current_users", grown))
    for name in ("nodes.cpu", "nodes.memory", "nodes.base", "nodes.provisioned", "nodes.need_concurrent"):
        assert (many[name] >= few[name]).all(), name
    assert (few["nodes.provisioned"] >= few["nodes.base"]).all()
    assert (few["nodes.surviving"] > 0).all()


@QUICK
@given(st.floats(0, 2), st.floats(1, 3), st.sampled_from(MODES))
def test_more_demand_never_costs_less(demand: float, more: float, mode: str) -> None:
    frame = _frame(mode)
    rows = frame.columns["users", "requests_per_user"]
    low = _run(_with(frame, "users", "requests_per_user", rows * demand))
    high = _run(_with(frame, "users", "requests_per_user", rows * demand * more))
    assert (high["cpu.required"] >= low["cpu.required"]).all()
    assert high["cost.horizon"] >= low["cost.horizon"] * (1 - 1e-12)


@QUICK
@given(st.integers(0, 5), st.integers(0, 3), st.sampled_from(MODES))
def test_a_higher_k_never_needs_fewer_nodes(k: int, more: int, mode: str) -> None:
    low = _run(_with(_frame(mode), "resilience", "k", [k, 0, 0]))
    high = _run(_with(_frame(mode), "resilience", "k", [k + more, more, 0]))
    assert (high["nodes.provisioned"] >= low["nodes.provisioned"]).all()
    assert (high["nodes.base"] == low["nodes.base"]).all()


@QUICK
@given(st.floats(0, 50_000), st.integers(2, 6), st.integers(1, 3))
def test_more_zones_never_need_more_nodes_in_a_zone(users: float, zones: int, more: int) -> None:
    """Whole nodes may make a reserve larger by rounding (10 nodes: 15 over 3 zones, 16 over 4), a zone never."""
    frame = _with(_frame(), "users", "current_users", [users, users, users])
    few, many = (_run(_with(frame, "resilience", "zones", [count, 1, 1])) for count in (zones, zones + more))
    assert (many["nodes.base"] == few["nodes.base"]).all()
    core = 0
    assert (many["nodes.need_zone"][0, core] / (zones + more) <= few["nodes.need_zone"][0, core] / zones).all()
    reserve = [values["nodes.need_zone"][0, core] / values["nodes.base"][0, core] for values in (few, many)]
    assert (reserve[1] <= reserve[0] + (zones + more) / few["nodes.base"][0, core]).all()


MOVES_BY_ITSELF = {
    "time.month", "time.date", "time.calendar_month", "time.fiscal_year", "time.quarter", "time.price_year",
    "cost.cumulative", "cost.present_value", "budget.cumulative",
    "nodes.peak_flag", "service.stands_flag",
}  # fmt: skip


def test_nothing_that_grows_gives_flat_lines() -> None:
    results = calculate(plan_of())
    moving = [
        name
        for name, line in results.lines.items()
        if line.axis == "month" and name not in MOVES_BY_ITSELF and line.unit != "text"
        and not _is_flat(results.values[name][..., :-1])
    ]  # fmt: skip
    assert moving == []


def _is_flat(values: Array) -> bool:
    return bool(np.isnan(values).all() or (values == values[..., :1]).all())


def test_the_base_scenario_is_no_scenario() -> None:
    base, same = calculate(_plan()), calculate(_plan(scenario="Same"))
    plain = calculate(plan_of(sheets={**SHEETS, "Scenarios": "| Scenario |\n| Base |"}))
    named = {"scenario.position", "setting.active_scenario"}
    assert _differing(base, same) <= named
    assert _differing(base, plain) <= {"snapshot.rows", "snapshot.keys", "snapshot.values"}
    assert "cost.total" in _differing(base, calculate(_plan(scenario="High")))


def _differing(left: Results, right: Results) -> set[str]:
    return {name for name in left.lines if left.line_json(name) != right.line_json(name)}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_rows_does_not_matter(order: tuple[int, ...]) -> None:
    shuffled = {name: _reordered(SHEETS[name] or "", order) for name in ("Users", "Components", "Resilience")}
    found, expected = calculate(plan_of(sheets={**SHEETS, **shuffled})), calculate(_plan())
    for name, line in expected.lines.items():
        if line.unit == "row" or line.item in ("decision", "driver", "largest_lever"):
            continue  # the place of a row is what moves, and what decides between equals: orders of one month, drivers
        rows = [found.items(name).index(item) for item in expected.items(name)]
        theirs, ours = found.values[name][:, rows], expected.values[name]
        if line.unit == "text":
            assert (theirs == ours).all(), name
        else:
            np.testing.assert_allclose(theirs, ours, rtol=1e-12, atol=1e-9, err_msg=name)


def _reordered(table: str, order: tuple[int, ...]) -> str:
    header, *rows = [line for line in table.splitlines() if line.strip()]
    return "\n".join([header, *(rows[place] for place in order)])


@QUICK
@given(
    st.lists(st.sampled_from([1.0, 1.5, 2.25, 4.0]), min_size=3, max_size=3),
    st.lists(st.floats(0, 3), min_size=3, max_size=3),
    st.lists(st.floats(-0.5, 0.5), min_size=3, max_size=3),
)
def test_runs_side_by_side_are_single_runs(safety: list[float], buffer: list[float], escalation: list[float]) -> None:
    frame = _frame()
    drawn = {"safety_factor": safety, "dr_buffer": buffer, "price_escalation": escalation}
    together = _run(replace(frame, settings={**frame.settings, **{name: np.array(v) for name, v in drawn.items()}}))
    assert together["cost.total"].shape == (3, 1, frame.months)
    for run in range(3):
        own = {name: np.array([values[run]]) for name, values in drawn.items()}
        alone = _run(replace(frame, settings={**frame.settings, **own}))
        for name, values in alone.items():
            found = together[name][run if together[name].shape[0] == 3 else 0]
            if values.dtype.kind == "U":
                assert (found == values[0]).all(), name
            else:
                np.testing.assert_allclose(found, values[0], rtol=1e-12, err_msg=name)
