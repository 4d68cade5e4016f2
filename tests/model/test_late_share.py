"""The estimated late share: published figures, its definition worked out again, and the exact M/M/c queue."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.model.stations import Stations, erlang_c

pytestmark = pytest.mark.whole

QUICK = settings(max_examples=15, deadline=None, derandomize=True)


@pytest.mark.parametrize(
    ("stations", "time", "estimate", "floor"),
    [
        (Stations((1.0,), (1,), 2, 1.5), 3.0, 0.27554333469574355, 0.04978706836786394),
        (Stations((0.4, 0.2, 0.2, 0.2), (2, 1, 1, 1), 6, 21.0), 2.6, 0.021702708895974636, 0.01173254055620955),
        (
            Stations((0.4, 0.2, 0.2, 0.2), (2, 1, 1, 1), 2, 7.0, (0.9, 0.1), (1.0, 20.0)),
            15.0, 0.4325612099356977, 0.06322817223372013,
        ),
        (Stations((0.35, 0.325, 0.325), (14, 13, 13), 4, 80.0), 3.0, 0.00843842408366952, 0.006255831938556439),
        (Stations((1.0,), (1,), 2, 2.0), 3.0, 1.0, 0.04978706836786394),
    ],
    ids=["M/M/2", "four stations", "two segments", "alike", "full"],
)  # fmt: skip
def test_figures_worked_out_elsewhere(stations: Stations, time: float, estimate: float, floor: float) -> None:
    """From the formulas of the help; the cells round at the twelfth decimal."""
    results = stations.results([time])
    assert results.value("service.estimate") == pytest.approx(estimate, abs=1e-12)
    assert results.value("service.floor") == pytest.approx(floor, abs=1e-12)
    assert stations.late(time) == pytest.approx((estimate, floor), rel=1e-13)


SHARES = st.lists(st.integers(1, 40), min_size=1, max_size=5).map(lambda parts: [part / sum(parts) for part in parts])
SERVICE = st.lists(st.tuples(st.integers(1, 20), st.floats(0.001, 2)), min_size=1, max_size=3)


@QUICK
@given(SHARES, st.integers(1, 4), st.integers(1, 16), st.floats(0.02, 0.98), SERVICE, st.floats(0.05, 8))
def test_cells_are_the_definition(
    shares: list[float], nodes: int, cores: int, load: float, service: list[tuple[int, float]], times: float
) -> None:
    parts = sum(weight for weight, _ in service)
    mix, own = [weight / parts for weight, _ in service], [time for _, time in service]
    work = load * cores * nodes / max(shares)
    stations = Stations(shares, [nodes] * len(shares), cores, work, mix, own)
    time = times * stations.mean
    results = stations.results([time])
    estimate, floor = stations.late(time)
    assert results.value("service.floor") == pytest.approx(floor, rel=1e-9, abs=2e-12)
    assert results.value("service.estimate") == pytest.approx(estimate, rel=1e-9, abs=2e-12)
    tail = results.values["service.tail"]
    assert (tail == np.maximum(results.values["service.floor"], results.values["service.estimate"])).all()
    assert ((tail >= 0) & (tail <= 1)).all()


def exact(cores: int, offered: float, times: float) -> float:
    """Return the late share of one M/M/c queue: service and waiting added up in closed form."""
    spare, waits = cores - offered, erlang_c(cores, offered)
    if abs(spare - 1) < 1e-6:
        return math.exp(-times) * (1 + waits * times)
    weight = waits / (spare - 1)
    return math.exp(-times) * (1 + weight) - weight * math.exp(-spare * times)


@pytest.mark.parametrize("cores", [1, 2, 6, 16, 64])
@pytest.mark.parametrize("load", [0.3, 0.6, 0.8])
def test_a_single_queue_is_near_its_exact_late_share(cores: int, load: float) -> None:
    offered = load * cores
    times = []
    for late in (0.5, 0.05, 0.01):
        low, high = 0.0, 200.0
        while high - low > 1e-12:
            middle = (low + high) / 2
            low, high = (middle, high) if exact(cores, offered, middle) > late else (low, middle)
        times.append(high)
    found = Stations((1.0,), (1,), cores, offered).results(times).values["service.tail"][0, :, 0]
    ratios = found / np.array([0.5, 0.05, 0.01])
    assert ((ratios > (0.9 if cores > 1 else 0.88)) & (ratios < 1.1)).all(), ratios


@QUICK
@given(SHARES, st.integers(1, 16), st.floats(0.2, 0.95), st.floats(0.5, 6), st.integers(1, 10))
def test_more_nodes_never_make_more_responses_late(
    shares: list[float], cores: int, load: float, time: float, more: int
) -> None:
    work = load * cores / max(shares)
    few, many = (
        Stations(shares, [count] * len(shares), cores, work).results([time]).values["service.tail"]
        for count in (1, 1 + more)
    )
    assert (many <= few * (1 + 1e-9) + 1e-12).all()
