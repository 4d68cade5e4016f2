"""The route of a plan through the user's file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SAMPLES
from workbook import actions
from workbook.files.package.package import Package


@pytest.mark.whole
@pytest.mark.parametrize("runs", [1, 2])
def test_the_file_is_opened_once_and_once_more_to_verify(
    runs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    real = Package.__init__

    def counted(self: Package, *arguments: object, **options: object) -> None:
        real(self, *arguments, **options)  # type: ignore[arg-type]
        opened.append(self.name)

    path = tmp_path / "plan.xlsx"
    path.write_bytes((SAMPLES / "erlmcp.xlsx").read_bytes())
    monkeypatch.setattr(Package, "__init__", counted)
    for _ in range(runs):
        opened.clear()
        reading = actions.read_plan(path)
        assert reading.plan is not None
        actions.write_plan(reading, actions.calculate(reading.plan))
    assert opened[0] == "plan.xlsx"
    assert len(opened) == 2


@pytest.mark.slow
def test_every_process_writes_the_same_bytes(tmp_path: Path) -> None:
    """Sets have another order in each process, and nothing that is written may come from one."""
    made = []
    for seed in ("0", "1", "5"):
        out = tmp_path / f"{seed}.xlsx"
        command = [sys.executable, "-m", "workbook", "plan", str(SAMPLES / "meridian.xlsx"), "-o", str(out)]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed})
        made.append(out.read_bytes())
    assert made[0] == made[1] == made[2]
