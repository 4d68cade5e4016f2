"""A command on a planned workbook costs at most ten seconds and a gigabyte, whatever lies in the file."""

from __future__ import annotations

import os
import subprocess
import sys
from math import ceil
from pathlib import Path

import pytest

from tests.slow.hostile.planned import WORST
from tests.slow.hostile.speed import slowness

MOST_SECONDS, MOST_MEGABYTES = 10, 1024
COMMANDS = {"check": (), "report": ("--force",), "remove": ("--anyway",)}
# Each process reports its own peak: the usage that the system gives to its parent counts, from the fork until the
# program is loaded, what the parent had taken. The report is a file, because a command may print.
_CODE = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv.pop(1)),) * 2)
peak = Path(sys.argv.pop(1))
from tests.slow.hostile.memory import peak_megabytes
from workbook.cli import main
try:
    main()
finally:
    peak.write_text(str(peak_megabytes()))
"""


@pytest.mark.parametrize("kind", WORST)
def test_costs_little(kind: str, tmp_path: Path) -> None:
    """The system ends a command that takes more time, and no message is a traceback."""
    data = WORST[kind]()
    for command, options in COMMANDS.items():
        path = tmp_path / command / "plan.xlsx"
        path.parent.mkdir()
        path.write_bytes(data)
        code, said, megabytes = run_bounded([command, str(path), *options], path.parent)
        assert code in (0, 1, 4), (command, code, said[-500:])
        assert "Traceback" not in said
        assert 0 < megabytes < MOST_MEGABYTES, command


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process by itself is read from /proc")
def test_the_memory_of_other_processes_does_not_count(tmp_path: Path) -> None:
    ballast = b"x" * (400 << 20)
    code, _, megabytes = run_bounded(["--version"], tmp_path)
    assert code == 0
    assert len(ballast) >> 20 == 400
    assert 5 < megabytes < 200


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process by itself is read from /proc")
def test_memory_that_was_given_back_counts(tmp_path: Path) -> None:
    code = _CODE.replace("main()\n", "bytearray(b'x' * (300 << 20))\n    main()\n", 1)
    _, _, megabytes = run_bounded(["--version"], tmp_path, code)
    assert megabytes > 300


def run_bounded(arguments: list[str], folder: Path, code: str = _CODE) -> tuple[int, str, float]:
    """Return the exit code of a command, what it said, and the megabytes that it took at most (0 if unknown)."""
    peak = folder / "peak.txt"
    run = subprocess.run(
        [sys.executable, "-c", code, str(ceil(slowness() * MOST_SECONDS)), str(peak), *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )
    return run.returncode, run.stderr, float(peak.read_text(encoding="ascii")) if peak.exists() else 0
