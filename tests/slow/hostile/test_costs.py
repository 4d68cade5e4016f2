"""What is made to exhaust a machine costs some seconds and some hundred megabytes, in a process held to it."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from math import ceil
from pathlib import Path
from typing import Any

import pytest

from tests.slow.hostile import Hostile
from tests.slow.hostile.bombs import BOMBS
from tests.slow.hostile.speed import slowness

MOST_SECONDS, MOST_MEGABYTES = 5, 500
# What the interpreter and the libraries take before the file is looked at, and room for a slow machine's imports.
_IMPORTS = 3


@pytest.mark.parametrize("file", BOMBS, ids=[file.name for file in BOMBS])
def test_costs_little(file: Hostile, tmp_path: Path) -> None:
    path = tmp_path / file.file_name
    path.write_bytes(file.make())
    slowness()  # measured here, not in a process that is about to be held
    report = run_bounded(path)
    if file.code is not None:
        assert file.code.value in report["codes"], report
        assert file.seen in report["text"]
    assert report["megabytes"] < MOST_MEGABYTES, report


def run_bounded(path: Path) -> dict[str, Any]:
    """Run a file in a process that the system ends when it takes too long or too much."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.slow.hostile.runs", str(path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        preexec_fn=_hold,
    )
    assert run.returncode == 0, f"ended by {run.returncode}: {run.stderr[-2000:]}"
    report: dict[str, Any] = json.loads(run.stdout)
    return report


def _hold() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (ceil(slowness() * (MOST_SECONDS + _IMPORTS)),) * 2)
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30,) * 2)
