"""CPU seconds and peak memory of whole processes, commands taken in turn (for the benchmarks)."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process: user and system seconds, and peak resident megabytes."""

    cpu: float
    peak_mb: float


def measure(command: Sequence[str]) -> Run:
    """Run a command to its end. Raises CalledProcessError where it fails."""
    # Where bytecode is not written, a benchmark measures the compiler.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def python(*arguments: str) -> list[str]:
    """Return a command that runs this interpreter."""
    return [sys.executable, *arguments]


def in_turn(first: Sequence[str], second: Sequence[str], pairs: int) -> tuple[list[Run], list[Run]]:
    """Run two commands A B A B …, after a warm-up of each that does not count."""
    measure(first)
    measure(second)
    runs = [(measure(first), measure(second)) for _ in range(pairs)]
    return [pair[0] for pair in runs], [pair[1] for pair in runs]


def show_ratio(title: str, above: Sequence[Run], below: Sequence[Run]) -> None:
    """Print the median of the ratios, taken pair by pair, with both medians."""
    ratios = [a.cpu / b.cpu for a, b in zip(above, below, strict=True)]
    print(
        f"{title}: ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}, {len(ratios)} pairs)"
        f" · {statistics.median(run.cpu for run in above):.3f} s / {statistics.median(run.cpu for run in below):.3f} s"
    )
