"""How much slower this machine is than the one whose seconds the bounds of the tests are."""

from __future__ import annotations

import time
from functools import cache

_REFERENCE_S = 0.08
"""CPU time of the loop on that machine."""
_SLOWEST = 3.0


@cache
def slowness() -> float:
    """Return the factor on bounds of CPU time, at least 1: the best of some runs, so that other work counts little."""
    return min(_SLOWEST, max(1.0, min(_loop() for _ in range(5)) / _REFERENCE_S))


def _loop() -> float:
    started = time.process_time()
    sum(number * number for number in range(2_000_000))
    return time.process_time() - started
