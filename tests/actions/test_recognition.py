"""Result sheets without the hidden marks: planned again, reported, removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import planned_base, run
from tests.problems.builders import without_marks
from workbook import actions
from workbook.files.package.incoming import read_file
from workbook.files.package.opening import open_package
from workbook.problems import Code
from workbook.sheets.prefix import RESULT_SHEETS

pytestmark = pytest.mark.whole


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "plan.xlsx"
    made.write_bytes(without_marks())
    return made


def sheets_of(path: Path) -> list[str]:
    return [sheet.name for sheet in open_package(read_file(path), path.name).sheets]


def test_they_are_replaced_and_marked_again(path: Path) -> None:
    before = sheets_of(path)
    assert {problem.code for problem in actions.read_plan(path).problems} >= {Code.MARKS_LOST}
    done = run("plan", path)
    assert done.exit_code == 0, done.stderr
    assert sheets_of(path) == before
    again = actions.read_plan(path)
    assert set(RESULT_SHEETS) <= set(again.package.owners)
    assert Code.MARKS_LOST not in {problem.code for problem in again.problems}


def test_they_are_removed(path: Path) -> None:
    assert not set(RESULT_SHEETS) - set(sheets_of(path))
    actions.remove_sheets(path)
    assert not set(RESULT_SHEETS) & set(sheets_of(path))


def test_they_are_reported(path: Path) -> None:
    done = run("report", path)
    assert done.exit_code == 0, done.stderr


def test_a_sheet_of_the_users_own_with_such_a_name_is_theirs(path: Path) -> None:
    """The name alone is no mark: its head names no run."""
    import openpyxl  # noqa: PLC0415 - only this test writes a file by hand

    path.write_bytes(planned_base())
    actions.remove_sheets(path)
    book = openpyxl.load_workbook(path)
    book.create_sheet("Cost")["A3"] = "Run of the mill"
    book.save(path)
    found = actions.read_plan(path)
    assert Code.SHEET_NAME_TAKEN in {problem.code for problem in found.problems}
