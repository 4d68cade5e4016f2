"""Kills processes that save over and over at moments that nobody chose."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from tests.slow.faults.scene import NEW, NEXT, OLD, OLDER, attempt, leftovers, set_up
from tests.slow.faults.system import KILLED, Tally


def kill_at_random(folder: Path, count: int, seed: int = 1) -> Tally:
    """Let a child save for up to 20 milliseconds, kill it, and look; so many times."""
    tally, moments = Tally(), random.Random(seed)
    target = set_up(folder)
    for number in range(count):
        child = os.fork()
        if child == 0:
            _save_until_killed(target)
        time.sleep(moments.uniform(0, 0.02))
        os.kill(child, signal.SIGKILL)
        end = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        tally.note(f"SIGKILL {number}", end, list(_faults(target, end)))
    return tally


def _save_until_killed(target: Path) -> None:
    try:
        while True:
            now = target.read_bytes()
            if attempt(target, NEW if now == OLD else OLD, now) is not None:
                os._exit(5)
    finally:
        os._exit(70)


def _faults(target: Path, end: int) -> Iterator[str]:
    if end != KILLED:
        yield f"a save failed though nothing was wrong ({end})"
    if target.read_bytes() not in (OLD, NEW):
        yield "the target is neither the old nor the new file"
    if any(path.read_bytes() not in (OLD, NEW, OLDER, NEXT) for path in target.parent.glob("plan.backup*.xlsx")):
        yield "a backup is not whole"
    now = target.read_bytes()
    if refusal := attempt(target, NEXT, now):
        yield f"the next run fails: {refusal}"
    yield from leftovers(target)
    target.write_bytes(OLD)
