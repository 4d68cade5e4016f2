"""Work on many files on a Dask cluster: a scheduler's address in, results in any order out (post floor).

The workers read the files themselves, so they need the same paths, and the same version of this tool.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from workbook.portfolio.engines import EngineError, Lost, chunked, work_chunk
from workbook.version import VERSION

T = TypeVar("T")
R = TypeVar("R")
_PATIENCE = "10s"
_RETRIES = 1


def on_cluster(work: Callable[[T], R], tasks: Sequence[T], scheduler: str) -> Iterator[R | Lost[T]]:
    """Yield what becomes of each task, on the workers of a scheduler such as `tcp://10.0.0.5:8786`.

    Raises EngineError where Dask is missing, the scheduler does not answer, or a worker has another version.
    """
    try:
        distributed = importlib.import_module("distributed")
    except ImportError as error:
        raise EngineError("the engine dask needs a package: pip install 'workbook[cluster]'") from error
    try:
        client = distributed.Client(scheduler, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise EngineError(f"the scheduler {scheduler} does not answer: {error}") from error
    with client:
        workers = _checked_workers(client, scheduler)
        chunks = {_submitted(client, work, chunk): chunk for chunk in chunked(tasks, workers)}
        done = distributed.as_completed(list(chunks), loop=client.loop)
        for future in done:
            chunk, failed = chunks.pop(future), future.exception()
            if failed is None:
                yield from future.result()
            elif len(chunk) == 1:
                yield Lost(chunk[0], f"the cluster lost it: {type(failed).__name__}")
            else:
                # Only the task at fault is lost: each is done alone.
                again = {_submitted(client, work, (task,)): (task,) for task in chunk}
                chunks |= again
                done.update(list(again))
            future.release()


def _submitted(client: Any, work: Callable[[T], R], chunk: tuple[T, ...]) -> Any:  # noqa: ANN401
    return client.submit(work_chunk, work, chunk, pure=False, retries=_RETRIES)


def worker_version() -> str:
    """Return the version of this tool, in a worker."""
    return VERSION


def _checked_workers(client: Any, scheduler: str) -> int:  # noqa: ANN401 - Dask is not installed everywhere
    """Return how many workers there are. Raises EngineError for none, or one with another version of this tool."""
    try:
        versions = client.run(worker_version, on_error="return")
    except Exception as error:
        raise EngineError(f"the workers of {scheduler} do not answer: {error}") from error
    if not versions:
        raise EngineError(f"the scheduler {scheduler} has no workers")
    for worker, found in versions.items():
        if found != VERSION:
            raise EngineError(f"the worker {worker} has workbook {found}, not {VERSION}: install the same version")
    return len(versions)
