"""A plan that is written shows its warnings as one line per kind, and the useful lines last."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import SAMPLES, run
from tests.workbooks import valid_workbook

pytestmark = pytest.mark.whole

EVENTS = """
| Event | First month | Last month | User multiplier |
| Fair  | 1           | 2          | 150             |
| Sale  | 1           | 2          | 20              |
"""


def test_one_line_per_kind(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook(Events=EVENTS))
    done = run("plan", path)
    assert done.exit_code == 0
    assert done.stderr.splitlines()[:2] == [
        "warning[WB264] Events!D2: event 'Fair' multiplies users by 150 (and 1 more)",
        f"Details: workbook check {path}",
    ]


def test_all_of_it_with_verbose(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook(Events=EVENTS))
    done = run("-v", "plan", path)
    assert "  --> plan.xlsx › Events!D3" in done.stderr


def test_the_default_template_fits_on_a_screen(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes((SAMPLES / "erlmcp.xlsx").read_bytes())
    done = run("plan", path)
    lines = done.output.splitlines() + done.stderr.splitlines()
    assert done.exit_code == 0
    assert len(set(lines)) < 24
