"""A portfolio on a Dask cluster: a real scheduler, two workers, and the same bytes as in one process."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import run
from tests.portfolio.books import COUNT, FAULTS, fill
from workbook import actions
from workbook.portfolio.cluster import on_cluster
from workbook.portfolio.engines import EngineError, Lost

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """Start a scheduler and two workers on loopback, in processes of their own, and return its address."""
    options: dict[str, Any] = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "host": "127.0.0.1"}
    with distributed.LocalCluster(**options) as cluster:
        yield cluster.scheduler_address


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("cluster") / "plans")


def doubled(number: int) -> int:
    if number < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * 2


def test_a_cluster_and_processes_write_the_same_bytes(folder: Path, scheduler: str, tmp_path: Path) -> None:
    output, found = tmp_path / "group.xlsx", []
    for options in (("--jobs", 1), ("--engine", "dask", "--scheduler", scheduler)):
        result = run("portfolio", folder, "-o", output, *options)
        assert result.exit_code == 4, result.output
        assert f"{COUNT - len(FAULTS)} of {COUNT} plans are counted" in result.stdout
        found.append(output.read_bytes())
        output.unlink()
    assert found[0] == found[1]


def test_a_task_that_ends_a_worker_loses_no_other(scheduler: str) -> None:
    tasks = [*range(1, 20), -1]
    done = list(on_cluster(doubled, tasks, scheduler))
    lost = [one.task for one in done if isinstance(one, Lost)]
    assert lost == [-1]
    assert sorted(one for one in done if isinstance(one, int)) == [number * 2 for number in tasks if number > 0]


def test_a_scheduler_that_does_not_answer_is_a_usage_error(folder: Path, tmp_path: Path) -> None:
    options = ("--engine", "dask", "--scheduler", "tcp://127.0.0.1:9")
    result = run("portfolio", folder, "-o", tmp_path / "group.xlsx", *options)
    assert (result.exit_code, "does not answer" in result.stderr) == (2, True), result.output


def test_another_version_on_a_worker_is_refused(scheduler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbook.portfolio.cluster.VERSION", "9.9")
    with pytest.raises(EngineError, match=r"has workbook .*, not 9\.9"):
        list(on_cluster(doubled, [1], scheduler))


def test_the_api_reads_on_a_cluster_too(folder: Path, scheduler: str, tmp_path: Path) -> None:
    options = actions.PortfolioOptions(engine=actions.Engine.DASK, scheduler=scheduler)
    portfolio = actions.make_portfolio(actions.find_workbooks(folder), tmp_path / "group.xlsx", options)
    assert portfolio.counted == COUNT - len(FAULTS)
