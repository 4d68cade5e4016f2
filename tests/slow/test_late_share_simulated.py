"""The estimated late share against a simulation of the queues, event by event.

Requests arrive at random, pass the stations one behind the other, wait first come first served for a core of a node
that is picked at random, and are served for an exponential time of their segment's mean and the station's share.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapreplace

import numpy as np
import pytest

from tests.model.stations import Stations
from workbook.expr.functions import Array

PASSES, WARM_UP = 900_000, 10_000
PERCENTILES = (0.5, 0.95, 0.99)
ALIKE, ONE_TO_5, ONE_TO_20, ONE_TO_200 = (
    ((1.0,), (1.0,)), ((0.7, 0.3), (1.0, 5.0)), ((0.9, 0.1), (1.0, 20.0)), ((0.98, 0.02), (0.1, 20.0)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scene:
    """So many like stations of nodes with so many cores, the load of a core, and the segments."""

    stations: int
    cores: int
    load: float
    segments: tuple[tuple[float, ...], tuple[float, ...]]

    @property
    def fleet(self) -> Stations:
        """Return the stations: one node where there is one, three of each otherwise."""
        nodes = 1 if self.stations == 1 else 3
        work = self.load * self.cores * nodes * self.stations
        return Stations(
            (1 / self.stations,) * self.stations, (nodes,) * self.stations, self.cores, work, *self.segments
        )


SCENES = [
    Scene(1, 2, 0.6, ALIKE),
    Scene(1, 6, 0.8, ALIKE),
    Scene(1, 16, 0.8, ONE_TO_5),
    Scene(1, 2, 0.6, ONE_TO_20),
    Scene(1, 6, 0.3, ONE_TO_20),
    Scene(1, 6, 0.6, ONE_TO_200),
    Scene(2, 2, 0.8, ALIKE),
    Scene(2, 6, 0.6, ONE_TO_5),
    Scene(2, 16, 0.8, ONE_TO_20),
    Scene(4, 2, 0.6, ONE_TO_20),
    Scene(4, 6, 0.8, ALIKE),
    Scene(4, 16, 0.3, ONE_TO_200),
]


def simulated(scene: Scene, seed: int) -> Array:
    """Return how long each request takes, after the queues have settled."""
    chance, fleet, requests = np.random.default_rng(seed), scene.fleet, PASSES // scene.stations
    arrivals = np.cumsum(chance.exponential(1 / fleet.rate, requests))
    own = np.asarray(fleet.service)[chance.choice(len(fleet.mix), requests, p=fleet.mix)]
    ends = arrivals.copy()
    for share, nodes in zip(fleet.shares, fleet.nodes, strict=True):
        service = chance.exponential(own * share)
        node = chance.integers(nodes, size=requests)
        order = np.argsort(ends, kind="stable")
        free = [[0.0] * scene.cores for _ in range(nodes)]
        after = ends.copy()
        times, works, places = ends[order].tolist(), service[order].tolist(), node[order].tolist()
        for row, time, work, place in zip(order.tolist(), times, works, places, strict=True):
            cores = free[place]
            end = max(time, cores[0]) + work
            heapreplace(cores, end)
            after[row] = end
        ends = after
    return np.asarray((ends - arrivals)[WARM_UP:])


@pytest.mark.parametrize("scene", SCENES, ids=range(len(SCENES)))
def test_the_estimate_is_near_the_simulated_late_share(scene: Scene) -> None:
    taken = simulated(scene, seed=20260401)
    times = [float(np.quantile(taken, percentile)) for percentile in PERCENTILES]
    late = scene.fleet.results(times).values["service.estimate"][0, :, 0]
    ratios = late / (1 - np.array(PERCENTILES))
    assert ((ratios > 0.7) & (ratios < 1.5)).all(), ratios
