"""A planned workbook that another program has saved is checked, planned, reported and cleared without a false alarm."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import SAMPLES, run
from tests.engines import OFFICE, Values, differences, poisoned, recalculated_by_office, stored_values
from tests.programs import PROGRAMS, program
from workbook import actions
from workbook.files.package.book_parts import OWNED
from workbook.files.package.names import defined_names
from workbook.files.package.opening import open_package
from workbook.problems import Code
from workbook.report.stamp import check_stamp
from workbook.sheets.prefix import RESULT_SHEETS

SAMPLE = open_package((SAMPLES / "erlmcp.xlsx").read_bytes())
SAID = {Code.MARKS_LOST}
"""What may be said of a file because another program has saved it."""


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_circle(name: str, tmp_path: Path) -> None:
    save, path = program(name).save, tmp_path / "plan.xlsx"
    assert run("new", path).exit_code == 0
    _plan(path)
    before, values = actions.read_plan(path), stored_values(path.read_bytes(), RESULT_SHEETS)
    path.write_bytes(save(path.read_bytes()))
    _check(path, before)
    _plan(path)
    _compare(values, stored_values(path.read_bytes(), RESULT_SHEETS))
    if OFFICE:
        _compare(values, stored_values(recalculated_by_office(poisoned(path.read_bytes())), RESULT_SHEETS))
    done = run("report", path, "-o", tmp_path / "reports")
    assert done.exit_code == 0, done.stderr
    path.write_bytes(save(path.read_bytes()))
    _check(path, before)
    assert run("remove", path).exit_code == 0
    left = open_package(path.read_bytes())
    assert [sheet.name for sheet in left.sheets] == [one.name for one in SAMPLE.sheets]
    assert not [one.name for one in defined_names(left.workbook) if one.name == OWNED]
    _plan(path)


def _plan(path: Path) -> None:
    done = run("plan", path)
    assert done.exit_code == 0, done.stderr
    assert "by hand" not in done.stderr


def _check(path: Path, before: actions.ReadWorkbook) -> None:
    """Hold a file that was saved elsewhere against what it was: the same inputs, nothing to say, fit for a report."""
    after = actions.read_plan(path)
    assert before.plan is not None
    assert after.plan is not None, after.problems
    assert [one for one in after.problems if one.code not in SAID] == list(before.problems)
    assert after.plan.run_id == before.plan.run_id
    check_stamp(after.package, after.plan.run_id)


def _compare(ours: Values, theirs: Values) -> None:
    assert not differences(ours, theirs, ours)
