"""Plans of stations at will, and the late share of one worked out again from its definition with SciPy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import stats

from tests.model.cases import plan_of, workbook_of
from workbook.model import calculate
from workbook.model.results import Results

SETTINGS = {"Headroom mode": "safety", "Safety factor": 1, "DR buffer": 0, "Horizon (months)": 1}


@dataclass(frozen=True, slots=True)
class Stations:
    """Stations one behind the other: each with its share of a request's service, its nodes, and cores of a node.

    `mix` is the share of each segment in the requests, `service` its service time in s; `work` is all CPU in cores.
    """

    shares: Sequence[float]
    nodes: Sequence[int]
    cores: int
    work: float
    mix: Sequence[float] = (1.0,)
    service: Sequence[float] = (1.0,)

    @property
    def mean(self) -> float:
        """Return the mean service time of all requests, in s."""
        return sum(part * time for part, time in zip(self.mix, self.service, strict=True))

    @property
    def rate(self) -> float:
        """Return the requests per second."""
        return self.work / self.mean

    def results(self, targets: Sequence[float]) -> Results:
        """Calculate a plan of these stations with an objective for each target in s."""
        return calculate(plan_of(sheets=self.sheets(targets), settings=SETTINGS))

    def workbook(self, targets: Sequence[float]) -> bytes:
        """Return the workbook of that plan."""
        return workbook_of(sheets=self.sheets(targets), settings=SETTINGS)

    def sheets(self, targets: Sequence[float]) -> dict[str, str | None]:
        """Return the input sheets in which that plan differs from the base plan."""
        rows = list(zip(self.mix, self.service, strict=True))
        users = "\n".join(
            f"| s{place} | {part * self.rate * 1000:.20f} | 0.001 | {time:.20f} | 0.00001 | 30 |"
            for place, (part, time) in enumerate(rows)
        )
        objectives = "\n".join(f"| t{place} | latency | 50 % | {time:.20f} | s |" for place, time in enumerate(targets))
        components = "\n".join(
            f"| c{place} | {share:.20f} | {1 if place == 0 else 0} | Node | {count} |"
            for place, (share, count) in enumerate(zip(self.shares, self.nodes, strict=True))
        )
        return {
            "Users": "| Segment | Current users | Requests per user | CPU per request | Memory per session "
            f"| Session duration |\n{users}",
            "SLAs": f"| Objective | Kind | Percentile | Target | Unit |\n{objectives}",
            "Components": f"| Component | CPU share | Memory share | Node type | Minimum nodes |\n{components}",
            "Rates": f"| Item | Kind | Cores | Memory | On-demand |\n| Node | node | {self.cores} | 1000 | 0.2 |\n"
            "| Disk | storage | | | 0.1 |",
        }

    def late(self, time: float) -> tuple[float, float]:
        """Return the estimate and the floor of the late share, after help: model, Response times."""
        second, third = (
            sum(w * s**power for w, s in zip(self.mix, self.service, strict=True)) / self.mean**power
            for power in (2, 3)
        )
        floor = sum(w * self.alone(time, s) for w, s in zip(self.mix, self.service, strict=True))
        goes_through, wait, spread = 1.0, 0.0, 0.0
        for share, count in zip(self.shares, self.nodes, strict=True):
            offered = share * self.work / count
            if offered >= self.cores:
                return 1.0, floor
            chance, used = erlang_c(self.cores, offered), offered / self.cores
            delay = share * self.mean / (self.cores - offered)
            goes_through *= 1 - chance
            wait += chance * second * delay
            spread += 2 * chance * (used * second**2 + (1 - used) * third) * delay**2 - (chance * second * delay) ** 2
        waits = 1 - goes_through
        if waits < 1e-12:
            return floor, floor
        mean = wait / waits
        variance = (spread + wait**2) / waits - mean**2
        squares = sum(share**2 for share in self.shares)
        waited = sum(
            w * gamma_tail(time, s + mean, s * s * squares + variance)
            for w, s in zip(self.mix, self.service, strict=True)
        )
        return (1 - waits) * floor + waits * waited, floor

    def alone(self, time: float, service: float) -> float:
        """Return the chance that service alone takes longer than `time`."""
        most, squares = max(self.shares), sum(share**2 for share in self.shares)
        if most > 1 - 1e-9:
            return math.exp(-time / service)
        scale = (squares - most**2) / (1 - most)
        likeness, shape = scale / most, (1 - most) / scale
        if likeness > 0.9:
            return gamma_tail(time, service, service**2 * squares)
        others = gamma_tail(time, (1 - most) * service, (squares - most**2) * service**2)
        tilted = float(stats.gamma.cdf(time, shape, scale=scale * service / (1 - likeness)))
        tilt = math.exp(-time / (most * service) - shape * math.log(1 - likeness))
        return others + tilt * tilted


def gamma_tail(time: float, mean: float, variance: float) -> float:
    """Return the chance of a gamma distribution to exceed a time."""
    return float(stats.gamma.sf(time, mean**2 / variance, scale=variance / mean))


def erlang_c(cores: int, offered: float) -> float:
    """Return Erlang C by the recursion of Erlang B, which needs no function at all."""
    blocked = 1.0
    for busy in range(1, cores + 1):
        blocked = offered * blocked / (busy + offered * blocked)
    return blocked / (1 - offered / cores * (1 - blocked))
