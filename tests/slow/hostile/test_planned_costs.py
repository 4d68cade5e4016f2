"""A command on a planned workbook costs at most ten seconds and a gigabyte, whatever lies in the file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.slow.hostile.planned import WORST

MOST_SECONDS, MOST_MEGABYTES = 10, 1024
COMMANDS = {"check": (), "report": ("--force",), "remove": ("--anyway",)}
_CODE = f"""
import resource
resource.setrlimit(resource.RLIMIT_CPU, ({MOST_SECONDS}, {MOST_SECONDS}))
from workbook.cli import main
main()
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
        assert megabytes < MOST_MEGABYTES, command


def run_bounded(arguments: list[str], folder: Path) -> tuple[int, str, float]:
    """Return the exit code of a command, what it said, and the megabytes that it took at most."""
    said = folder / "said.txt"
    with said.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-c", _CODE, *arguments],
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, said.read_text(encoding="utf-8"), used.ru_maxrss / 1024
