"""Availability against exact fractions and by what must hold for every plan; the binomial at any size."""

from __future__ import annotations

import tracemalloc
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tests.model.cases import plan_of
from workbook.expr.functions import FUNCTIONS
from workbook.model import calculate
from workbook.model.results import Results

QUICK = settings(max_examples=25, deadline=None, derandomize=True)
GROWTH = """
| Segment | Month | Total growth |
| Staff   | 12    | 700 %        |"""
RATES = """
| Item | Kind    | Cores | Memory | On-demand |
| One  | node    | 1     | 16     | 0.2       |
| Disk | storage |       |        | 0.1       |"""


def _binomial(successes: float, trials: float, chance: float) -> float:
    apply = FUNCTIONS["BINOMDIST"].apply
    assert apply is not None
    return float(apply(*(np.full((1, 1, 1), float(value)) for value in (successes, trials, chance, 1))).item())


def _enough_up(needed: int, nodes: int, up: Fraction) -> Fraction:
    """Add up exactly the chances of so many nodes up, from those that are needed to all."""
    return sum((comb(nodes, k) * up**k * (1 - up) ** (nodes - k) for k in range(needed, nodes + 1)), Fraction(0))


def _results(users: int, minimum: int, k: int, safety: float, hours: tuple[int, int] = (2000, 6)) -> Results:
    """Calculate one component of a hundred users a core, which grows eightfold in a year."""
    components = f"""
    | Component | CPU share | Memory share | Node type | Minimum nodes |
    | core      | 100 %     | 100 %        | One       | {minimum}     |"""
    mtbf, mttr = hours
    resilience = f"""
    | Component | Target availability | Redundancy | k | Node MTBF | Node MTTR | Failover time | Failovers per year |
    | core | 99.9 % | N+k | {k} | {mtbf} | {mttr} | 60 | 12 |"""
    plan = plan_of(
        sheets={"Growth": GROWTH, "Components": components, "Resilience": resilience, "Rates": RATES},
        settings={"Headroom mode": "safety", "Safety factor": safety, "DR buffer": 0},
        cells={"Users": {"Staff": {"Current users": users, "CPU per request": 0.02, "Memory per session": "0.001"}}},
    )
    return calculate(plan)


@QUICK
@given(
    st.integers(0, 900), st.integers(1, 20), st.integers(1, 6), st.sampled_from([1, 1.5, 2]),
    st.tuples(st.integers(1, 4000), st.integers(1, 40)),
)  # fmt: skip
def test_availability_is_the_sum_of_exact_chances(
    users: int, minimum: int, k: int, safety: float, hours: tuple[int, int]
) -> None:
    results = _results(users, minimum, k, safety, hours)
    failovers = 1 - Fraction(12 * 60, 31536000)
    expected = []
    for month in range(13):
        raw = int(results.values["nodes.raw"][0, 0, month])
        nodes = int(results.values["nodes.provisioned"][0, 0, month])
        expected.append(float(_enough_up(max(1, raw), nodes, Fraction(hours[0], sum(hours))) * failovers))
    np.testing.assert_allclose(results.values["availability.month"][0, 0], expected, rtol=1e-12, atol=1e-15)
    assert results.value("availability.component") == pytest.approx(min(expected[:12]), rel=1e-12)
    assert results.value("availability.system") == results.value("availability.component")


@QUICK
@given(st.integers(0, 900), st.integers(1, 30), st.integers(0, 30), st.integers(1, 4), st.integers(0, 3))
def test_more_nodes_are_never_less_available(users: int, minimum: int, more: int, k: int, further: int) -> None:
    """Minimum nodes, headroom and spare nodes add nodes to the same load."""
    few = _results(users, minimum, k, 1.0)
    for many in (
        _results(users, minimum + more, k, 1.0),
        _results(users, minimum, k, 1.0 + more / 10),
        _results(users, minimum, k + further, 1.0),
    ):
        assert (many.values["nodes.provisioned"] >= few.values["nodes.provisioned"]).all()
        lower, higher = (one.values["availability.month"] for one in (few, many))
        assert (higher >= lower - 1e-15).all()


def test_eight_minimum_nodes_are_not_eight_that_must_be_up() -> None:
    """One node carries the load: eight and a spare are less available than one only if all nine must be up."""
    one, eight = _results(1, 1, 1, 1.0), _results(1, 8, 1, 1.0)
    assert one.value("availability.component") == pytest.approx((1 - (6 / 2006) ** 2) * (1 - 720 / 31536000), rel=1e-12)
    assert eight.values["availability.component"] > one.values["availability.component"]


@pytest.mark.parametrize(
    ("needed", "nodes", "expected"),
    [(71, 73, 0.9985766638902298), (69, 71, 0.998686199200595), (47, 73, 1.0), (4, 7, 0.999999997218825)],
)
def test_the_functions_own_figures(needed: int, nodes: int, expected: float) -> None:
    """2,000 hours between failures and 6 to repair, by exact fractions."""
    exact = _enough_up(needed, nodes, Fraction(2000, 2006))
    assert float(exact) == pytest.approx(expected, rel=1e-13)
    assert _binomial(nodes - needed, nodes, 1 - 2000 / 2006) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize(
    ("trials", "chance", "deviations", "within"),
    [(10**6, 0.003, -2, 1e-11), (10**9, 0.003, 0.5, 1e-11), (10**12, 0.003, 1, 1e-10), (10**12, 0.5, -0.3, 1e-9),
     (10**13, 0.3, 0.7, 1e-9), (6 * 10**11, 0.003, 1e6, 1e-15)],
)  # fmt: skip
def test_a_binomial_of_any_size_takes_little_memory(
    trials: int, chance: float, deviations: float, within: float
) -> None:
    successes = int(trials * chance + deviations * (trials * chance * (1 - chance)) ** 0.5)
    tracemalloc.start()
    found = _binomial(successes, trials, chance)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000
    assert found == pytest.approx(float(stats.binom.cdf(successes, trials, chance)), rel=within)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(1, 150), st.data(), st.integers(1, 10**6), st.integers(1, 10**4))
def test_the_binomial_is_exact_to_twelve_digits(trials: int, data: st.DataObject, mtbf: int, mttr: int) -> None:
    successes = data.draw(st.integers(0, trials))
    down = 1 - mtbf / (mtbf + mttr)
    exact = _enough_up(trials - successes, trials, 1 - Fraction(down))
    assert _binomial(successes, trials, down) == pytest.approx(float(exact), rel=1e-12)
