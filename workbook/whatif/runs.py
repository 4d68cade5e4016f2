"""Inputs that have a value a run into the lines of many runs, a few at a time (many floor)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from workbook.expr.evaluate import evaluate
from workbook.expr.frame import Frame, Scope
from workbook.expr.functions import Array
from workbook.expr.tree import Line
from workbook.inputs.ranges import RangedInput
from workbook.whatif.drawn import Drawn, moved
from workbook.whatif.reached import Calculated, calculated, reached

RUNS_AT_ONCE = 500
"""So many runs keep NumPy busy, and their figures near the processor."""
_KEPT_BYTES = 16 * 2**20

Progress = Callable[[int, int], None]
"""Told how many runs are done, and of how many."""


class Runs:
    """The lines of some names, in the single run of the plan (`plan`) and for other values of some inputs."""

    def __init__(
        self, frame: Frame, lines: Mapping[str, Line], names: Collection[str], inputs: Collection[RangedInput]
    ) -> None:
        """Calculate the plan; `lines` holds all that the named ones are made of, and what is not there is left out."""
        self.plan: Calculated = calculated(frame, lines, names)
        self._reached = reached(self.plan, names, inputs)
        self._still = {name: value for name, value in self.plan.values.items() if name not in self._reached}

    def of(self, drawn: Drawn) -> dict[str, Array]:
        """Return the values of all lines in these runs, as (run, item, axis); one run where no input reaches."""
        frame, values = moved(self.plan.frame, drawn), dict(self._still)
        for name, line in self._reached.items():
            values[name] = evaluate(line.expr, Scope(line.item, line.axis), self.plan.lines, values, frame)
        return values

    def batches(
        self, drawn: Drawn, measure: Callable[[slice, Mapping[str, Array]], None], threads: int = 1
    ) -> Iterator[int]:
        """Measure all runs in batches; yield how many are done after each of them.

        Batches are the same whatever the number of threads, and `measure` is told which runs it gets.
        """
        parts = [slice(start, min(start + RUNS_AT_ONCE, drawn.runs)) for start in range(0, drawn.runs, RUNS_AT_ONCE)]

        _keep_memory()

        def work(part: slice) -> None:
            measure(part, self.of(drawn.part(part)))

        with ThreadPoolExecutor(threads) as pool:
            done = 0
            for part, _ in zip(parts, pool.map(work, parts), strict=True):
                done += part.stop - part.start
                yield done


def _keep_memory() -> None:
    """Have the C library keep what an array leaves: else each line of a batch asks the system for its pages again.

    It keeps chunks up to the size of the largest that it has seen freed, of which no page needs to be touched.
    """
    np.empty(_KEPT_BYTES, dtype=np.uint8)
