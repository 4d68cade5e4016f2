"""A planned workbook that another program has saved is planned and reported again without a false alarm."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import plan_sample, run
from tests.engines import recalculated_by_office
from workbook import actions

pytestmark = pytest.mark.office


def test_a_save_in_libreoffice_changes_no_input(sample: str, tmp_path: Path) -> None:
    path, planned = tmp_path / "plan.xlsx", plan_sample(sample)[0]
    path.write_bytes(planned)
    before = actions.read_plan(path).plan
    path.write_bytes(recalculated_by_office(planned))
    after = actions.read_plan(path).plan
    assert before is not None
    assert after is not None
    assert after.run_id == before.run_id
    done = run("report", path)
    assert done.exit_code == 0, done.stderr
