"""A result that could not be read again is refused before it is made, and none that could."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import plan_sample, run
from tests.workbooks import valid_workbook
from workbook import actions
from workbook.files.package.caps import VARIABLE
from workbook.files.package.opening import open_package
from workbook.files.package.parts import key
from workbook.files.package.result_size import LARGEST, PACKED, UNPACKED, check_result_size
from workbook.problems import Code, Refusal


@pytest.mark.whole
def test_the_estimate_is_below_the_sample_and_not_far(sample: str) -> None:
    data, results = plan_sample(sample)
    package, values = open_package(data), sum(value[0].size for value in results.values.values())
    own = [package.entries[key(sheet.part)] for sheet in package.sheets if sheet.name in package.owners]
    found = (
        (UNPACKED, sum(info.file_size for info in own)),
        (PACKED, sum(info.compress_size for info in own)),
        (LARGEST, max(info.file_size for info in own)),
    )
    for factor, size in found:
        assert 0.4 * size < factor * values <= size


def test_the_size_is_refused_with_its_figures_and_the_way_on() -> None:
    host = open_package(valid_workbook(), "plan.xlsx")
    check_result_size(host, 3_400_000)
    with pytest.raises(Refusal) as found:
        check_result_size(host, 5_000_000)
    assert found.value.problem.code is Code.RESULT_TOO_LARGE
    assert "MB in all with its result sheets, where 512 MB are allowed" in found.value.problem.message
    assert f"{VARIABLE} to 790" in found.value.problem.remedy


@pytest.mark.whole
def test_a_result_just_beyond_the_limits_is_found_when_it_is_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file as it was fits, and the file as it would be does not: nothing is written that is refused afterwards."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook())
    before = path.read_bytes()
    monkeypatch.setenv(VARIABLE, "10")
    monkeypatch.setattr("workbook.actions.plan.check_result_size", lambda *_: None)
    done = run("plan", path)
    assert "WB551" in done.stderr
    assert (done.exit_code, path.read_bytes()) == (1, before)
    assert not [left for left in tmp_path.iterdir() if left != path]
    monkeypatch.undo()
    assert run("plan", path).exit_code == 0
    assert actions.read_plan(path).plan is not None
