"""Fixtures that many tests share: the samples, planned once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from workbook import actions
from workbook.cli.exit_codes import OF_REASON
from workbook.model.results import Results
from workbook.problems import Refusal
from workbook.report.mail.send import Outcome

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
NAMES = ("erlmcp", "meridian")


@cache
def plan_sample(name: str) -> tuple[bytes, Results]:
    """Return a sample with its result sheets, and the results that were written."""
    import tempfile  # noqa: PLC0415 - fixtures outlive no test's own folder

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / f"{name}.xlsx"
        results = plan_file(SAMPLES / f"{name}.xlsx", out)
        return out.read_bytes(), results


def plan_file(source: Path, out: Path | None = None) -> Results:
    """Plan a workbook as the command does; in place without `out`."""
    reading = actions.read_plan(source)
    assert reading.plan is not None, reading.problems
    results = actions.calculate(reading.plan)
    actions.write_plan(reading, results, out)
    return results


@pytest.fixture(params=NAMES)
def sample(request: pytest.FixtureRequest) -> str:
    """Each sample's name in turn."""
    return str(request.param)


def exit_code_of(refused: Refusal | Outcome) -> int:
    """Return the exit code that the command line makes of a refusal or of a mail's outcome."""
    return OF_REASON[refused.reason]
