"""Plan start moved while month numbers stayed: a warning that names them, until the next run."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.conftest import plan_file
from tests.edits import with_values
from tests.inputs.cases import text_of
from tests.inputs.test_plan_months import DATES, NUMBERS
from tests.workbooks import valid_workbook
from workbook import actions
from workbook.address import Cell
from workbook.problems import Code
from workbook.timeline import serial_of

pytestmark = pytest.mark.slow

START = Cell("Settings", 3, 2)


def warnings_after(folder: Path, sheets: dict[str, str], edits: dict[Cell, float | str | None]) -> list[str]:
    """Plan a workbook, edit it, and return the warnings of a moved start when it is read again."""
    path = folder / "plan.xlsx"
    path.write_bytes(valid_workbook(**sheets))
    plan_file(path)
    path.write_bytes(with_values(path.read_bytes(), edits))
    reading = actions.read_plan(path)
    assert reading.plan is not None
    return [text_of(problem) for problem in reading.problems if problem.code is Code.START_MOVED]


def serial(year: int, month: int) -> float:
    return serial_of(date(year, month, 1))


def test_numbers_that_stayed_are_named(tmp_path: Path) -> None:
    assert warnings_after(tmp_path, NUMBERS, {START: serial(2026, 4)}) == [
        "warning WB262 Settings!B3: Plan start moved from 2026-01-01 to 2026-04-01, but month numbers did not change: "
        "they now mean other months | seen: month numbers as at the last run in Growth!B2, Growth!B3, Features!E2, "
        "Features!E3, Events!B2, Events!B3, Events!C2, Events!C3 | expected: month numbers counted from 2026-04-01, or "
        "dates, which keep their calendar month | remedy: subtract 3 from the month numbers, or type dates in their "
        "place"
    ]


def test_a_run_takes_the_numbers_as_they_are(tmp_path: Path) -> None:
    assert warnings_after(tmp_path, NUMBERS, {START: serial(2025, 11)})[0].endswith(
        "add 2 to the month numbers, or type dates in their place"
    )
    plan_file(tmp_path / "plan.xlsx")
    assert all(problem.code is not Code.START_MOVED for problem in actions.read_plan(tmp_path / "plan.xlsx").problems)


@pytest.mark.parametrize(
    ("edits", "stayed"),
    [
        ({}, ""),
        ({START: serial(2026, 1)}, ""),
        ({START: serial(2025, 12)}, "Growth!B3, Events!B3, Events!C2"),
        # every number follows
        (
            {
                START: serial(2025, 12),
                Cell("Growth", 3, 2): 15,
                Cell("Events", 3, 2): 4,
                Cell("Events", 2, 3): 11,
            },
            "",
        ),
        # the first is corrected, the others are not
        ({START: serial(2025, 12), Cell("Growth", 3, 2): 15}, "Events!B3, Events!C2"),
    ],
)
def test_dates_and_changed_numbers_are_no_reason(
    tmp_path: Path, edits: dict[Cell, float | str | None], stayed: str
) -> None:
    found = warnings_after(tmp_path, DATES, edits)
    assert [text.partition("in ")[2].partition(" |")[0] for text in (one.partition("seen: ")[2] for one in found)] == (
        [stayed] if stayed else []
    )


def test_an_unplanned_workbook_has_no_last_run(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook(**NUMBERS))
    assert actions.read_plan(path).problems == ()
