"""Work on many files at a time: in this process, in several of this machine, or on a cluster (post floor).

Work goes out in small chunks, as many as keep every worker busy, and comes back in any order. What a worker cannot
finish, because it was killed, comes back as a `Lost`: one bad file stops nothing.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection, get_context, parent_process
from typing import Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")
R = TypeVar("R")
_LARGEST_CHUNK = 8
_CHUNKS_PER_WORKER = 4
_AHEAD = 2
"""How many chunks per worker wait for it."""


class EngineError(RuntimeError):
    """An engine that cannot be used; its text says why and what to do."""


class Lost(Struct, Generic[T], frozen=True):
    """A task that was not finished, and why."""

    task: T
    reason: str


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def chunked(tasks: Sequence[T], workers: int) -> list[tuple[T, ...]]:
    """Return tasks in chunks small enough that workers end together and an interrupted run loses little."""
    size = max(1, min(_LARGEST_CHUNK, len(tasks) // (workers * _CHUNKS_PER_WORKER)))
    return [tuple(tasks[at : at + size]) for at in range(0, len(tasks), size)]


def work_chunk(work: Callable[[T], R], chunk: tuple[T, ...]) -> list[R]:
    """Return what becomes of each task of a chunk, in a worker."""
    return [work(task) for task in chunk]


def in_processes(work: Callable[[T], R], tasks: Sequence[T], jobs: int) -> Iterator[R | Lost[T]]:
    """Yield what becomes of each task, in `jobs` processes of this machine, or in this one if that is 1.

    `work` and the tasks must be picklable. Where a worker dies, the tasks on which it may have died are done one at a
    time, so that only the one at fault is lost.
    """
    if jobs == 1 or len(tasks) < 2:
        yield from map(work, tasks)
        return
    waiting = list(reversed(chunked(tasks, jobs)))
    while waiting:
        broken: list[tuple[T, ...]] = []
        yield from _in_pool(work, waiting, jobs, broken)
        for task in (task for chunk in broken for task in chunk):
            again: list[tuple[T, ...]] = []
            yield from _in_pool(work, [(task,)], 1, again)
            if again:
                yield Lost(task, "the process that read it was ended by the system")


def _in_pool(
    work: Callable[[T], R], waiting: list[tuple[T, ...]], jobs: int, broken: list[tuple[T, ...]]
) -> Iterator[R]:
    """Yield what becomes of the chunks that are waiting, the last one first, until there are none or a worker dies.

    Those that were under way then are added to `broken`.
    """
    running: dict[Future[list[R]], tuple[T, ...]] = {}
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=begin_worker)
    try:
        while (waiting and not broken) or running:
            while waiting and not broken and len(running) < jobs * _AHEAD:
                try:
                    running[pool.submit(work_chunk, work, waiting[-1])] = waiting[-1]
                except BrokenProcessPool:
                    break
                waiting.pop()
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                chunk = running.pop(done)
                if isinstance(done.exception(), BrokenProcessPool):
                    broken.append(chunk)
                else:
                    yield from done.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def begin_worker() -> None:
    """Prepare a worker: Ctrl+C is its parent's to answer, and without a parent it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
