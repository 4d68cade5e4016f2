"""Approved versions live in the workbook: runs, removal and other programs leave them as they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pytest

from tests.conftest import NAMES, approve_file, plan_file, run
from tests.edits import parts_of, with_values
from tests.engines import recalculated_by_office
from tests.workbooks import valid_workbook
from workbook import actions
from workbook.address import Cell
from workbook.files.package.opening import open_package
from workbook.history.versions import STORED_LINES, plan_of, versions_of
from workbook.inputs.plan import Plan
from workbook.problems import Code, Reason, Refusal

pytestmark = pytest.mark.whole

KEPT = ("Versions", "Version figures", "Version inputs")


def plan_in(path: Path) -> Plan:
    plan = actions.read_plan(path).plan
    assert plan is not None
    return plan


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("made") / "plan.xlsx"
    actions.new_workbook(path, "meridian")
    plan_file(path)
    approve_file(path, actions.Approval("Budget 2026", prepared_by="J. Smith"))
    return path.read_bytes()


@pytest.fixture
def approved(made: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(made)
    return path


def kept_parts(path: Path) -> list[bytes]:
    data = path.read_bytes()
    parts = {sheet.name: sheet.part for sheet in open_package(data).sheets}
    return [parts_of(data)[parts[name]] for name in KEPT]


@pytest.mark.parametrize("name", NAMES)
def test_a_version_gives_back_the_plan_that_was_approved(name: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    actions.new_workbook(path, name)
    plan_file(path)
    approve_file(path, actions.Approval("Budget"))
    now = plan_in(path)
    (version,) = versions_of(now)
    before, _ = plan_of(version)
    assert before is not None
    assert version.is_sealed
    old, new = actions.calculate(before), actions.calculate(now)
    for line in STORED_LINES:
        np.testing.assert_array_equal(old.values[line], new.values[line])
        for place, item in enumerate(new.items(line) if new.lines[line].unit != "date" else ()):
            key = f"Budget|{line}|{item}"
            row = next(row for row in version.rows.figures if row["key"] == key)
            stored = np.array([row.get(f"m{month}", np.nan) for month in range(new.values[line].shape[-1])], float)
            figures = new.values[line][0, place].copy()
            if line.startswith("cost."):
                figures[-1] = np.nan
            np.testing.assert_allclose(stored, figures, rtol=1e-14)


def test_versions_survive_a_run_a_second_version_and_removal(approved: Path) -> None:
    before = kept_parts(approved)
    plan_file(approved)
    assert kept_parts(approved) == before
    plan_file(approved)
    actions.remove_sheets(approved)
    assert kept_parts(approved) == before
    assert versions_of(plan_in(approved))[0].is_sealed
    plan_file(approved)
    approve_file(approved, actions.Approval("Forecast", kind="forecast", supersedes="budget 2026"))
    first, second = versions_of(plan_in(approved))
    assert (first.about["status"], second.about["status"]) == ("superseded", "approved")
    assert first.is_sealed
    assert second.is_sealed


def test_the_run_is_the_same_with_versions_and_without(approved: Path) -> None:
    assert plan_in(approved).run_id == versions_of(plan_in(approved))[0].about["run"]


def test_signing_off_and_commenting_breaks_no_seal(approved: Path) -> None:
    cells: dict[Cell, float | str | None] = {Cell("Versions", 2, 16): "A. Jones", Cell("Versions", 2, 18): "agreed"}
    approved.write_bytes(with_values(approved.read_bytes(), cells))
    assert versions_of(plan_in(approved))[0].is_sealed


def test_a_longer_plan_adds_columns(approved: Path) -> None:
    settings = plan_in(approved).setting_cells["horizon_months"]
    approved.write_bytes(with_values(approved.read_bytes(), {settings: 40}))
    plan_file(approved)
    approve_file(approved, actions.Approval("Longer"))
    first, second = versions_of(plan_in(approved))
    assert first.is_sealed
    assert second.is_sealed
    sheet = openpyxl.load_workbook(approved)["Version figures"]
    assert [cell.value for cell in sheet[1]][-1] == "M40"


def test_removing_versions_is_asked_for(approved: Path) -> None:
    assert run("remove", str(approved), "--inputs").exit_code == 0
    assert set(KEPT) <= set(openpyxl.load_workbook(approved).sheetnames)
    plan_of_nothing = run("remove", str(approved), "--versions")
    assert plan_of_nothing.exit_code == 0, plan_of_nothing.output
    assert not set(KEPT) & set(openpyxl.load_workbook(approved).sheetnames)


def test_a_sheet_of_ones_own_called_versions_is_no_version(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook())
    book = openpyxl.load_workbook(path)
    book.create_sheet("Versions")["A1"] = "my own list"
    book.save(path)
    plan_file(path)
    assert versions_of(plan_in(path)) == ()
    done = run("approve", str(path), "--as", "Budget")
    assert (done.exit_code, "WB501" in done.output) == (1, True)


def test_the_command_says_what_it_kept(approved: Path) -> None:
    done = run("approve", str(approved), "--as", "Forecast", "--kind", "forecast", "--json")
    assert done.exit_code == 0, done.output
    assert '"version": "Forecast"' in done.output
    taken = run("approve", str(approved), "--as", "forecast")
    assert (taken.exit_code, "WB802" in taken.output) == (1, True)


@pytest.mark.office
@pytest.mark.slow
def test_a_save_in_libreoffice_breaks_no_seal(approved: Path) -> None:
    approved.write_bytes(recalculated_by_office(approved.read_bytes()))
    (version,) = versions_of(plan_in(approved))
    assert version.is_sealed


@pytest.mark.slow
def test_five_years_of_quarters_fit(approved: Path) -> None:
    """A workbook takes more versions than fit into a tree of cells."""
    for number in range(19):
        approve_file(approved, actions.Approval(f"Forecast {number}", kind="forecast"))
    versions = versions_of(plan_in(approved))
    assert len(versions) == 20
    assert all(version.is_sealed for version in versions)


def test_a_name_that_reads_badly_is_refused(approved: Path) -> None:
    before = approved.read_bytes()
    reading = actions.read_plan(approved)
    assert reading.plan is not None
    results = actions.calculate(reading.plan)
    for name in ("two\nlines", "a\tb", "\u202eBudget", "Bud\x07get", " Budget", "", "a*", "x" * 61):
        with pytest.raises(Refusal) as refused:
            actions.approve_plan(reading, results, actions.Approval(name))
        assert (refused.value.problem.code, refused.value.reason) == (Code.VERSION_EXISTS, Reason.USAGE), name
    assert approved.read_bytes() == before
