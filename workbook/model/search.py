"""What only a search can find, calculated once a run and written as a plain value (plan floor).

The largest load that the fleet of the Review month carries within all latency objectives, and before its CPU or memory
is full, has no closed form. Service time and fleet stay as they are; only the offered load of the stations grows, so
the lines that follow from it are evaluated again, many loads at a time along the axis of runs.
"""

from __future__ import annotations

import math

from msgspec.structs import replace

from workbook.expr.evaluate import evaluate
from workbook.expr.frame import Scope
from workbook.expr.functions import Array, numbers
from workbook.model.assurance.service import LARGEST_LOAD
from workbook.model.results import Results

OFFERED, TAIL, ALLOWED, SATURATION = "service.offered", "service.tail", "objective.allowed", "service.stable_load"
LOADS_AT_ONCE = 64
PASSES = 6


def search(results: Results) -> Results:
    """Return the results with every figure that is found by search."""
    found = {LARGEST_LOAD: numbers([largest_load(results)])}
    value = found[LARGEST_LOAD].reshape(1, 1, 1)
    frame = replace(results.frame, found={**results.frame.found, **found})
    return replace(results, frame=frame, values={**results.values, LARGEST_LOAD: value})


def largest_load(results: Results) -> float:
    """Return requests a second, to one part in 64^6 of the load that saturates; NaN without objectives or requests."""
    month = results.plan.settings.review_month
    load = results.value("demand.total", position=month)
    stable = results.value(SATURATION, position=month)
    if (
        not results.frame.length("objective")
        or not isinstance(load, int | float)
        or not isinstance(stable, int | float)
    ):
        return math.nan
    low, high = 0.0, stable / load
    carried = _Fleet(results, month)
    for _ in range(PASSES):
        steps = [low + (high - low) * step / LOADS_AT_ONCE for step in range(1, LOADS_AT_ONCE + 1)]
        first_too_large = next((place for place, passes in enumerate(carried.by(steps)) if not passes), None)
        if first_too_large is None:
            return high * load
        low, high = ([low, *steps][first_too_large], steps[first_too_large])
    return low * load


class _Fleet:
    """The stations of one month, under other loads than the plan's."""

    def __init__(self, results: Results, month: int) -> None:
        self.results = results
        self.frame = replace(results.frame, months=1)
        self.values = {
            name: value[..., month : month + 1] if results.lines[name].axis == "month" else value
            for name, value in results.values.items()
        }
        moved = {OFFERED}
        self.lines = []
        for line in (results.lines[name] for name in results.values):
            if line.reads & moved and line.id.startswith(("service.", "response.")):
                moved.add(line.id)
                self.lines.append(line)
            if line.id == TAIL:
                break

    def by(self, factors: list[float]) -> list[bool]:
        """Return for each factor on the load whether every objective is met, by the estimate."""
        offered: Array = self.values[OFFERED] * numbers(factors).reshape(-1, 1, 1)
        values = {**self.values, OFFERED: offered}
        for line in self.lines:
            scope = Scope(line.item, line.axis)
            values[line.id] = evaluate(line.expr, scope, self.results.lines, values, self.frame)
        late, allowed = values[TAIL], values[ALLOWED]
        return [bool((one <= allowed[0]).all()) for one in late]
