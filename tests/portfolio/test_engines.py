"""Work in processes: every task comes back, and one that ends its process is lost alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from workbook.portfolio.engines import Lost, chunked, in_processes

pytestmark = pytest.mark.whole


def doubled(number: int) -> int:
    if number < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * 2


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_task_comes_back(jobs: int) -> None:
    done = [one for one in in_processes(doubled, range(50), jobs) if isinstance(one, int)]
    assert sorted(done) == [number * 2 for number in range(50)]


def test_a_task_that_ends_its_process_is_lost_alone() -> None:
    tasks = [3, 4, -1, 5, 6, 7, 8, 9, 10, 11]
    done = list(in_processes(doubled, tasks, 2))
    lost = [one.task for one in done if isinstance(one, Lost)]
    assert lost == [-1]
    assert sorted(one for one in done if isinstance(one, int)) == [number * 2 for number in tasks if number > 0]


def test_chunks_are_small_and_in_order() -> None:
    assert chunked(range(5), 2) == [(0,), (1,), (2,), (3,), (4,)]
    many = chunked(range(1000), 2)
    assert max(map(len, many)) == 8
    assert [number for chunk in many for number in chunk] == list(range(1000))


@pytest.mark.slow
def test_workers_end_with_their_parent() -> None:
    code = (
        "import time\n"
        "from tests.portfolio.test_engines import slept\n"
        "from workbook.portfolio.engines import in_processes\n"
        "if __name__ == '__main__':\n"
        "    for pid in in_processes(slept, [0.1, 0.1, 60.0, 60.0], 2):\n"
        "        print(pid, flush=True)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    workers = {int(parent.stdout.readline()) for _ in range(2)}
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 20
    while any(is_alive(pid) for pid in workers):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def slept(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123 - a process that has ended may wait to be reaped
        return file.read().rsplit(")", 1)[1].split()[0] != "Z"
