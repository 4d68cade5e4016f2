"""Ten thousand runs of 36 months with five ranges, against drawing their inputs alone.

Run it as `python -m tests.benchmarks.bench_ranges`.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from functools import partial

from msgspec.structs import replace

from tests.benchmarks.bench_bridge import seconds
from tests.conftest import results_of
from tests.whatif.changes import sample, with_setting
from tests.whatif.ranges import erlmcp_ranges, meridian_ranges
from workbook.history.calculate import calculate
from workbook.inputs.ranges import Range
from workbook.model import Results
from workbook.whatif.break_points import break_points
from workbook.whatif.drawn import draw
from workbook.whatif.draws import Sampling
from workbook.whatif.simulation import Options, simulate
from workbook.whatif.tornado import tornado

SAMPLES: dict[str, Callable[[], Sequence[Range]]] = {"erlmcp": erlmcp_ranges, "meridian": meridian_ranges}
TIMES = 7
MONTHS = 36


def of_three_years(name: str) -> Results:
    """Return a sample with a horizon of 36 months."""
    plan = sample(name)
    if plan.timeline.horizon == MONTHS:
        return results_of(name)
    longer = with_setting(plan, "horizon_months", MONTHS)
    return calculate(replace(longer, timeline=replace(plan.timeline, horizon=MONTHS)))


def median(call: Callable[[], object]) -> float:
    """Return the median time of a call, after one that is not counted."""
    call()
    return statistics.median(seconds(call) for _ in range(TIMES))


def main() -> None:
    """Print seconds, and ratios to drawing alone; the goal is 2 s."""
    for name, ranges_of in SAMPLES.items():
        results, ranges = of_three_years(name), ranges_of()
        alone = median(partial(draw, ranges, Sampling(), 1.0))
        swings = median(partial(tornado, results.frame, results.lines, ranges))
        found = median(partial(break_points, results.frame, results.lines))
        print(f"{name}: drawing alone {alone:.3f} s · tornado {swings:.3f} s · break-points {found:.3f} s")
        for threads in (1, 2):
            options = Options(threads=threads)
            taken = median(partial(simulate, results.frame, results.lines, ranges, options))
            print(f"  {threads} threads: {taken:.3f} s (goal 2 s) · {taken / alone:.1f} × drawing alone")


if __name__ == "__main__":
    main()
