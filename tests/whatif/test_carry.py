"""What today's fleet and the budget carry: worked goldens, cases by hand, and counting."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from msgspec.structs import replace

from tests.model.cases import plan_of
from tests.model.units import Kind, agree, declared, measure
from tests.whatif.changes import fleet_held, sample, with_cell, with_setting
from workbook.expr.evaluate import evaluate
from workbook.expr.frame import Scope
from workbook.expr.functions import Array, numbers, texts
from workbook.expr.tree import BLANK, AsOfRun, Line
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.registry import SHEETS
from workbook.model import Results, calculate, lines_of
from workbook.model.dimensions import frame_of
from workbook.whatif.break_points import MODE, break_points, counted_base
from workbook.whatif.lines import carry
from workbook.whatif.reached import TODAY, Calculated, calculated
from workbook.whatif.simulation import PROVISIONED

MODES = ("max", "sum", "concurrent", "stacked")
CARRY = {line.id: line for line in carry.lines()}
LINES = {**lines_of(frozenset(SHEETS)), **CARRY}
FORMULAS = [line for line in CARRY.values() if not isinstance(line.expr, AsOfRun)]
FLEETS, DOMAINS, BUFFERS = range(40), range(1, 6), (0.0, 0.1, 0.25, 0.3)


def carried(plan: Plan) -> Results:
    """Calculate a plan with its break-points."""
    frame, lines = frame_of(plan), lines_of(frozenset(plan.tables))
    found = break_points(frame, lines)
    return calculate(plan, (lambda one, _: (replace(one, found={**one.found, **found}), CARRY.values()),))


def month(results: Results, line: str, number: int = 0) -> list[object]:
    axis = number if results.lines[line].axis else 0
    return [results.value(line, item, axis) for item in range(len(results.items(line)))]


@pytest.mark.parametrize("line", FORMULAS, ids=[line.id for line in FORMULAS])
def test_a_line_measures_what_it_declares(line: Line) -> None:
    found = measure(line, LINES)
    assert agree(found, declared(line)), f"{line.id} is declared in {line.unit!r} and measures {found}"
    assert found is not Kind.ANY


def test_what_the_fleet_of_the_example_carries() -> None:
    results = carried(with_setting(sample("erlmcp"), "budget", 110_000.0))
    assert month(results, "carry.base") == [2, 2, 2, 2]
    assert month(results, "carry.users") == pytest.approx([5333.333333] * 4, abs=1e-6)
    assert month(results, "carry.users_cpu") == pytest.approx([20000, *[26666.666667] * 3], abs=1e-6)
    assert month(results, "carry.users_all") == pytest.approx([5333.333333], abs=1e-6)
    assert month(results, "carry.first") == ["erlmcp_core"]
    assert month(results, "carry.limit") == ["memory"]
    assert month(results, "carry.left") == pytest.approx([5333.333333 / 5000 - 1], abs=1e-9)
    assert month(results, "carry.hard") == pytest.approx([12000])
    assert month(results, "carry.hard_component") == pytest.approx([16000, 12000, 12000, 12000])
    assert results.value("budget.factor") == pytest.approx(1.204007, abs=5e-7)
    assert results.value("budget.users") == pytest.approx(6020.034176, abs=1e-6)


def with_users(users: float) -> Plan:
    return with_cell(fleet_held(sample("erlmcp")), "users", "erlmcp users", "current_users", users)


def test_one_more_user_is_one_too_many() -> None:
    for factor, fits in ((1.0, True), (1.000001, False)):
        plan = with_users(16000 / 3 * factor)
        values = calculate(plan).values
        assert (values[PROVISIONED][0, :, 0] <= values[TODAY][0, :, 0]).all() == fits


def test_one_more_user_is_over_budget() -> None:
    users = carried(with_setting(sample("erlmcp"), "budget", 110_000.0)).value("budget.users")
    assert isinstance(users, float)
    for factor, keeps in ((1.0, True), (1.000001, False)):
        year = calculate(with_users(users * factor)).values["cost.year"][0, 0, 0]
        assert (year <= 110_000 + 1e-6) == keeps


@pytest.mark.parametrize(("budget", "factor"), [(None, math.nan), (1e9, math.nan), (10.0, 0.0)])
def test_budgets_that_users_do_not_reach(budget: float | None, factor: float) -> None:
    plan = sample("erlmcp")
    plan = plan if budget is None else with_setting(plan, "budget", budget)
    found = break_points(frame_of(plan), lines_of(frozenset(plan.tables)))
    assert found["budget.factor"][0] == pytest.approx(factor, abs=1e-12, nan_ok=True)
    assert found["budget.users"][0] == pytest.approx(factor * 5000, abs=1e-8, nan_ok=True)


@pytest.mark.whole
@pytest.mark.parametrize("name", ["erlmcp", "meridian"])
@pytest.mark.parametrize("mode", MODES)
def test_samples_in_every_mode(name: str, mode: str) -> None:
    """The largest base is provisioned with no more nodes than run today, and one more base node takes more."""
    plan = with_setting(sample(name), "dr_combination", mode) if mode != sample(name).settings.dr_combination else None
    results = carried(plan or sample(name))
    base = numbers([math.nan if one is None else float(str(one)) for one in month(results, "carry.base")])
    lines = lines_of(frozenset(results.plan.tables))
    counted = counted_base(calculated(frame_of(results.plan), lines, (PROVISIONED, TODAY)), mode)
    np.testing.assert_array_equal(base, counted)


@pytest.mark.whole
def test_against_counting() -> None:
    """4 modes × 40 fleets × 5 domains with all losses they can survive × 4 buffers, with 0 to 2 spare nodes."""
    cases = [
        (fleet, domains, losses, k)
        for fleet, domains, k in product(FLEETS, DOMAINS, range(3))
        for losses in range(domains)
    ]
    for mode, buffer in product(MODES, BUFFERS):
        expected = [_counted(mode, Fraction(str(buffer)), case) for case in cases]
        np.testing.assert_array_equal(_room(mode, buffer, cases), expected, err_msg=f"{mode}, {buffer}")


Case = tuple[int, int, int, int]
"""Nodes today, failure domains, losses survived and spare nodes."""


def _counted(mode: str, buffer: Fraction, case: Case) -> float:
    """Count up, in whole numbers and fractions, until more is provisioned than runs today; blank if 0 is too many."""
    base = 0
    while _provisioned(mode, buffer, base, case) <= case[0]:
        base += 1
    return base - 1 if base else math.nan


def _provisioned(mode: str, buffer: Fraction, base: int, case: Case) -> int:
    _, domains, losses, k = case
    zone = domains * math.ceil(Fraction(base, domains - losses)) if losses else base
    buffered = math.ceil(base * (1 + buffer))
    concurrent = domains * math.ceil(Fraction(base + k, domains - losses))
    if mode == "sum":
        return base + k + (zone - base) + (buffered - base)
    if mode == "stacked":
        return math.ceil(concurrent * (1 + buffer))
    largest = max(concurrent, buffered) if mode == "concurrent" else max(base + k, zone, buffered)
    return domains * math.ceil(Fraction(largest, domains))


def _room(mode: str, buffer: float, cases: list[Case]) -> Array:
    """Return carry.base of a component for each case."""
    plan = sample("erlmcp")
    frame = frame_of(plan)
    items = {**frame.items, "component": tuple(map(str, range(len(cases))))}
    frame = replace(frame, items=items, months=1)
    today, domains, losses, k = np.array(cases, dtype=float).T.reshape(4, 1, -1, 1)
    values: dict[str, Array] = {
        TODAY: today,
        "resilience.domains": domains,
        "resilience.losses": losses,
        "resilience.k": k,
        "nodes.base": np.zeros_like(today),
        "scenario.dr_buffer": numbers([buffer]).reshape(1, 1, 1),
        MODE: texts([mode]).reshape(1, 1, 1),
    }
    sized = ("need_k", "need_zone", "need_buffer", "need_concurrent", "need_largest", "provisioned")
    lines = {name: LINES[name] for name in (*values, *(f"nodes.{name}" for name in sized))}
    values |= {name: np.zeros_like(today) for name in lines if name not in values}
    values[carry.COUNTED] = counted_base(Calculated(frame, _without_inputs(lines), values), "sum").reshape(1, -1, 1)
    for name in ("carry.even", *(name for name in CARRY if name.startswith("carry.room_")), "carry.room", "carry.base"):
        line = CARRY[name]
        values[name] = evaluate(line.expr, Scope(line.item, line.axis), LINES, values, frame)
    return np.asarray(values["carry.base"][0, :, 0])


def _without_inputs(lines: Mapping[str, Line]) -> dict[str, Line]:
    """Return lines of which those that are not sized name nothing: their figures are given."""
    given = (TODAY, "nodes.base")
    return {
        name: line if name.startswith("nodes.") and name not in given else replace(line, expr=BLANK)
        for name, line in lines.items()
    }


def test_a_fleet_without_room_carries_nobody() -> None:
    """One node of which one is spare leaves none for load; a minimum of 3 is more than 2 leave."""
    plan = plan_of(
        settings={"DR buffer": "0 %"},
        cells={"Users": {"Staff": {"Memory per session": "0.001"}}},
        sheets={
            "Components": """
| Component | CPU share | Memory share | Node type | Minimum nodes | Current nodes |
| spare     | 50 %      | 0 %          | Large     | 1             | 1             |
| fewest    | 30 %      | 0 %          | Large     | 3             | 2             |
| idle      | 0 %       | 0 %          | Large     | 1             | 5             |
| short     | 20 %      | 100 %        | Large     | 1             | 0             |
""",
            "Resilience": """
| Component | Target availability | Redundancy | k |
| spare     | 99.9 %              | N+k        | 2 |
""",
        },
    )
    results = carried(plan)
    assert month(results, "carry.base") == [None, 2, 5, 0]
    assert month(results, "carry.load") == [0, 0, 5, 0]
    assert month(results, "carry.users") == [0, 0, None, 0]
    assert month(results, "carry.users_all") == [0]
    assert month(results, "carry.first") == ["spare"]
    assert month(results, "carry.limit") == ["cpu"]
    assert month(results, "carry.left") == [-1]


def test_users_are_carried_by_what_is_scarce() -> None:
    """5 cores of demand, 7.14 with headroom at 70 %: 4 nodes of 4 cores carry 16 / 7.14 of 5,000 users."""
    plan = plan_of(
        settings={"DR buffer": "0 %", "Headroom mode": "safety", "Safety factor": 1.25},
        cells={
            "Users": {"Staff": {"Current users": 5000, "CPU per request": 0.002, "Memory per session": "0.001"}},
            "Components": {"core": {"Current nodes": 4}},
        },
        sheets={
            "Components": """
| Component | CPU share | Memory share | Node type | Current nodes |
| core      | 100 %     | 100 %        | Large     | 4             |
"""
        },
    )
    results = carried(plan)
    assert month(results, "cpu.required") == [5000 * 0.5 * 0.002 * 1.25]
    assert month(results, "carry.users") == pytest.approx([5000 * 4 * 4 / 6.25])
    assert month(results, "carry.limit") == ["cpu"]
    assert month(results, "carry.hard") == pytest.approx([5000 * 4 * 4 / 5])


def test_nobody_to_carry() -> None:
    plan = plan_of(cells={"Users": {"Staff": {"Current users": 0}}})
    results = carried(plan)
    for line in ("carry.users_all", "carry.first", "carry.limit", "carry.left", "carry.hard"):
        assert month(results, line) == [None], line
