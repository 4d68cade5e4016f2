"""A portfolio of planned samples: two processes against one, and how much memory parent and workers take.

Run it as `python -m tests.benchmarks.bench_portfolio`, with `--count 1000` for a large one. Memory is flat if half as
many workbooks take as much. On a machine that others use, seconds on the clock say little: the same ratio is printed of
two processes that share nothing, and of processor seconds, as it would be on two idle cores.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import NAMES, plan_sample

PAIRS = 3
_EVERY = 0.05
_SPINS = 100_000_000


@dataclass(frozen=True, slots=True)
class Timed:
    """A run: seconds on the clock and of all processors, those of its busiest process, and peak megabytes."""

    seconds: float
    cpu: float
    busiest: float
    parent_mb: float
    worker_mb: float


def filled(folder: Path, count: int) -> Path:
    """Return a new folder with so many planned workbooks."""
    folder.mkdir()
    for number in range(count):
        (folder / f"plan {number:05}.xlsx").write_bytes(plan_sample(NAMES[number % len(NAMES)])[0])
    return folder


def timed(folder: Path, jobs: int) -> Timed:
    """Run the command on a folder, and watch its memory. Raises RuntimeError where it fails."""
    output = folder.with_suffix(".xlsx")
    command = [sys.executable, "-m", "workbook", "portfolio", str(folder), "-o", str(output), "--jobs", str(jobs)]
    peaks: dict[int, float] = {}
    busy: dict[int, float] = {}
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ended = threading.Event()
    watch = threading.Thread(target=_watch, args=(process.pid, ended, peaks, busy))
    watch.start()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    watch.join()
    if process.returncode not in (0, 1):  # plans in two currencies: one is listed
        raise RuntimeError(f"the command ended with {process.returncode}")
    output.unlink()
    parent = peaks.pop(process.pid, 0.0)
    cpu = usage.ru_utime + usage.ru_stime
    return Timed(seconds, cpu, max(busy.values()), parent, max(peaks.values(), default=0.0))


def spun(processes: int) -> float:
    """Return the seconds on the clock in which processes that share nothing do the same work together."""
    command = [sys.executable, "-c", f"for _ in range({_SPINS // processes}): pass"]
    begun = time.perf_counter()
    for process in [subprocess.Popen(command) for _ in range(processes)]:
        process.wait()
    return time.perf_counter() - begun


def _watch(pid: int, ended: threading.Event, peaks: dict[int, float], busy: dict[int, float]) -> None:
    while not ended.wait(_EVERY):
        for one in (pid, *_children(pid)):
            peaks[one] = max(peaks.get(one, 0.0), _peak(one))
            busy[one] = max(busy.get(one, 0.0), _cpu(one))


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> Iterator[int]:
    try:
        yield from map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    except (OSError, ValueError):
        return


def _peak(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((float(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def _show(title: str, pairs: Sequence[tuple[float, float]]) -> None:
    ratios = [one / two for one, two in pairs]
    one, two = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
    print(
        f"{title}: {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) · {one:.1f} s / {two:.1f} s"
    )


def main() -> None:
    """Print the ratio of one process to two (goal 1.8 or more), and peak memory for all and for half the workbooks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--pairs", type=int, default=PAIRS)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder, half = filled(Path(place) / "all", asked.count), filled(Path(place) / "half", asked.count // 2)
        timed(half, 2)
        pairs = [(timed(folder, 1), timed(folder, 2)) for _ in range(asked.pairs)]
        fewer = timed(half, 2)
    print(f"{asked.count} workbooks, one process / two, goal 1.8, {asked.pairs} pairs, load {os.getloadavg()[0]:.1f}")
    _show("  on the clock", [(one.seconds, two.seconds) for one, two in pairs])
    _show("  two processes that share nothing, on the clock", [(spun(1), spun(2)) for _ in range(asked.pairs)])
    ideal = [(one.cpu, max(two.cpu / 2, two.busiest)) for one, two in pairs]
    _show("  processor seconds, two idle cores", ideal)
    last = pairs[-1][1]
    for count, run in ((asked.count, last), (asked.count // 2, fewer)):
        print(f"{count} workbooks: peak parent {run.parent_mb:.0f} MB, peak worker {run.worker_mb:.0f} MB")


if __name__ == "__main__":
    main()
