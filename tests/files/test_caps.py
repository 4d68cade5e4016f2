"""The bounds in force, and how a person widens them."""

from __future__ import annotations

import pytest

from tests.files.hosts import pack, plain_parts
from workbook.files.package.caps import CEILING, MB, VARIABLE, Caps, current_caps
from workbook.files.package.opening import open_package
from workbook.problems import Code, Reason, Refusal


@pytest.mark.parametrize("told", ["", " "])
def test_bounds_stay_where_the_variable_is_blank(told: str) -> None:
    assert current_caps({VARIABLE: told}) == Caps()


@pytest.mark.parametrize("told", ["abc", "-1", "1e3", "²", "1.5", "0", "4097", "99999999999", "٣", "1 024"])
def test_what_is_no_number_of_megabytes_is_a_usage_error(told: str) -> None:
    with pytest.raises(Refusal) as found:
        current_caps({VARIABLE: told})
    assert found.value.problem.code is Code.BAD_LIMIT
    assert found.value.reason is Reason.USAGE
    assert found.value.problem.seen == told


def test_all_bounds_are_widened_together_up_to_the_ceiling() -> None:
    twice = current_caps({VARIABLE: "1024"})
    assert twice == Caps().times(2)
    assert (twice.file, twice.parts, twice.part, twice.total) == (100 * MB, 2000, 512 * MB, 1024 * MB)
    assert current_caps({VARIABLE: "4096"}).total == CEILING * MB


def test_a_part_above_its_bound_is_refused_with_both_sizes_and_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    data = pack({**plain_parts(), "xl/media/a.bin": bytes(3 * MB)})
    assert open_package(data).sheets
    monkeypatch.setenv(VARIABLE, "4")
    with pytest.raises(Refusal) as caught:
        open_package(data, "plan.xlsx")
    assert caught.value.problem.code is Code.TOO_LARGE
    assert "more than 2 MB in its part xl/media/a.bin" in str(caught.value)
    assert VARIABLE in caught.value.problem.remedy


def test_widened_bounds_let_a_larger_workbook_part_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    names = '<definedName name="n">1</definedName>' * 1000
    data = pack(plain_parts(f"<definedNames>{names}</definedNames>"))
    monkeypatch.setenv(VARIABLE, "4")
    with pytest.raises(Refusal, match="too many to be read"):
        open_package(data)
    monkeypatch.setenv(VARIABLE, "64")
    assert open_package(data).sheets
