"""The system's own calls fail and kill, under strace; the whole matrix is `python -m tests.slow.faults`."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.faults


@cache
def can_trace() -> bool:
    code = "from tests.slow.faults.system import can_trace; print(can_trace())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout == "True\n"


def matrix(part: str) -> str:
    """Run a part in a process of its own, because it forks."""
    command = [sys.executable, "-m", "tests.slow.faults", part, "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    print(done.stdout, done.stderr)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(("part", "least"), [("system", 200), ("plan", 5)])
def test_whatever_the_system_refuses_nothing_is_lost(part: str, least: int) -> None:
    if not can_trace():
        if os.environ.get("WORKBOOK_REQUIRE_STRACE"):
            pytest.fail("strace is missing, or may not take hold of a process")
        pytest.skip("strace is not installed, or may not take hold of a process")
    assert int(matrix(part).split()[1]) > least


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that can be killed anywhere")
def test_whenever_a_save_is_killed_nothing_is_lost() -> None:
    assert "and 60 kills" in matrix("kills")
