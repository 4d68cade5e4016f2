"""A rolled workbook is a new file: its inputs are those that were proposed, everything else is as it was."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import approve_file, plan_file
from tests.edits import parts_of, rewritten, with_values
from tests.workbooks import replaced, valid_workbook
from workbook import actions
from workbook.address import Cell
from workbook.files.package.opening import open_package
from workbook.inputs.plan import Plan
from workbook.problems import Code, Reason, Refusal

pytestmark = pytest.mark.whole

TODAY = date(2026, 7, 3)


def proposed(path: Path, to: str = "2026-07", options: actions.RollOptions | None = None) -> actions.ProposedRoll:
    return actions.propose_roll(actions.read_plan(path), to, options)


def written(path: Path, to: str = "2026-07", options: actions.RollOptions | None = None) -> Path:
    return actions.write_roll(proposed(path, to, options), unapproved=True, day=TODAY)


def plan_in(path: Path) -> Plan:
    reading = actions.read_plan(path)
    assert reading.plan is not None, reading.problems
    return reading.plan


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "plan 2026-04.xlsx"
    actions.new_workbook(path, "meridian")
    return path


def inputs_of(plan: Plan) -> dict[str, object]:
    """Return every row and setting of a plan, without where rows come from."""
    hidden = {"source", "notes"}
    rows: dict[str, object] = {
        name: [row.model_dump(exclude=hidden) for row in table.rows] for name, table in plan.tables.items()
    }
    return {**rows, "settings": plan.settings.model_dump()}


@pytest.mark.parametrize("name", ["erlmcp", "meridian", "example"])
@pytest.mark.parametrize("months", [1, 5])
def test_the_written_file_has_the_inputs_that_were_proposed(name: str, months: int, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    actions.new_workbook(path, name)
    day = plan_in(path).timeline.date_of(months)
    roll = proposed(path, f"{day:%Y-%m}")
    made = plan_in(actions.write_roll(roll, unapproved=True))
    assert inputs_of(made) == inputs_of(roll.rolled.plan)
    before, after = actions.calculate(roll.rolled.plan), actions.calculate(made)
    assert after.values["cost.total"].tolist() == before.values["cost.total"].tolist()


def test_the_file_that_was_read_stays_and_the_new_one_differs_in_cells_of_inputs_only(path: Path) -> None:
    plan_file(path)
    before = path.read_bytes()
    out = written(path)
    assert (path.read_bytes(), out.name) == (before, "plan 2026-07.xlsx")
    assert not out.with_name("plan 2026-07.backup.xlsx").exists()
    old, new = open_package(before), open_package(out.read_bytes())
    assert [sheet.name for sheet in new.sheets] == [*(sheet.name for sheet in old.sheets), "Roll"]
    kept = {"SLAs", "Resilience", "Rates", "Scenarios", "Load profile", "Seasonality", "Guide", "Summary", "Cost"}
    old_parts, new_parts = parts_of(before), parts_of(out.read_bytes())
    for one, other in zip(old.sheets, new.sheets, strict=False):
        if one.name in kept:
            assert old_parts[one.part.lstrip("/")] == new_parts[other.part.lstrip("/")], one.name


def test_a_rolled_file_can_be_planned_and_rolled_again(path: Path) -> None:
    plan_file(path)
    out = written(path)
    codes = {problem.code for problem in actions.read_plan(out).problems}
    assert Code.START_MOVED not in codes
    plan_file(out)
    again = written(out, "2026-10")
    assert again.name == "plan 2026-10.xlsx"
    row = plan_in(again).rows("users")[0]
    assert row.source.count("rolled from") == 1
    assert f"rolled from plan 2026-07.xlsx {plan_in(out).run_id}" in row.source


def test_the_source_of_a_changed_row_says_where_it_was_rolled_from(path: Path) -> None:
    source = plan_in(path).rows("users")[0].source
    origin = f"rolled from plan 2026-04.xlsx {plan_in(path).run_id}"
    made = plan_in(written(path))
    assert made.rows("users")[0].source == f"{source} · {origin}"
    assert made.setting_sources["plan_start"].endswith(origin)
    assert "rolled from" not in made.rows("slas")[0].source


def test_a_long_source_is_cut(path: Path) -> None:
    column = plan_in(path).tables["users"].column_numbers["source"]
    path.write_bytes(with_values(path.read_bytes(), {Cell("Users", 2, column): "x" * 240}))
    source = plan_in(written(path)).rows("users")[0].source
    assert len(source) == 250
    assert source.startswith("x" * 240 + " · rolled")


def test_each_change_is_logged_with_the_proof(path: Path) -> None:
    roll = proposed(path)
    out = actions.write_roll(roll, unapproved=True, day=TODAY)
    table = plan_in(out).kept["roll"]
    changes = [row for row in table.rows if row["proposal"] != "proof"]
    assert len(changes) == len(roll.rolled.proposals)
    assert changes[0] == {
        "when": TODAY,
        "start_before": date(2026, 4, 1),
        "start_after": date(2026, 7, 1),
        "proposal": "start",
        "sheet": "Settings",
        "row": "Plan start",
        "column": "Plan start",
        "was": "2026-04-01",
        "now": "2026-07-01",
        "why": "the plan starts 3 months later",
        "basis": "calendar",
    }
    proof = [row["why"] for row in table.rows if row["proposal"] == "proof"]
    assert tuple(proof) == roll.rolled.proof.words


def test_values_are_open_until_they_are_confirmed(path: Path) -> None:
    out = written(path)
    (problem,) = [one for one in actions.read_plan(out).problems if one.code is Code.ROLL_OPEN]
    table = plan_in(out).kept["roll"]
    column = table.column_numbers["confirmed"]
    rows = [number for number, row in zip(table.row_numbers, table.rows, strict=True) if row["basis"] != "calendar"]
    assert problem.where == Cell("Roll", rows[0], column)
    book = openpyxl.load_workbook(out)
    for number in rows:
        book["Roll"].cell(number, column).value = "JS"
    book.save(out)
    assert not [one for one in actions.read_plan(out).problems if one.code is Code.ROLL_OPEN]


def test_a_formula_of_the_users_stays(path: Path) -> None:
    part = next(sheet.part for sheet in open_package(path.read_bytes()).sheets if sheet.name == "Users").lstrip("/")
    value, formula = b"<v>42000</v>", b"<f>30000+12000</f><v>42000</v>"
    path.write_bytes(rewritten(path.read_bytes(), lambda n, data: data.replace(value, formula) if n == part else data))
    roll = proposed(path)
    assert [str(p.where) for p in roll.problems if p.code is Code.ROLL_BY_HAND] == ["Users!B2"]
    out = actions.write_roll(roll, unapproved=True)
    assert openpyxl.load_workbook(out)["Users"]["B2"].value == "=30000+12000"
    assert plan_in(out).rows("users")[0].model_dump()["current_users"] == 42000


def test_a_fitted_segment_without_milestones_gets_a_row(plain: Path) -> None:
    _measure(plain, [50_000.0, 51_000.0, 52_500.0, 53_000.0, 54_000.0, 55_500.0])
    roll = proposed(plain, "2027-07", actions.RollOptions(fit=True))
    added = [one.row for one in roll.rolled.proposals if one.value == "new row"]
    assert added == ["Partner systems, month 12"]
    made = plan_in(actions.write_roll(roll, unapproved=True))
    assert inputs_of(made)["growth"] == inputs_of(roll.rolled.plan)["growth"]
    assert "rolled from" in made.rows("growth")[-1].source


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """Return a workbook without formulas, which a library may save."""
    path = tmp_path / "plain.xlsx"
    actions.new_workbook(path, "example")
    return path


def _measure(path: Path, users: list[float]) -> None:
    """Type the users of months from January 2027 on into Actuals as a user would, and clear the growth of a segment."""
    book = openpyxl.load_workbook(path)
    sheet = book["Actuals"]
    for month, count in enumerate(users, 1):
        sheet.cell(month + 1, 1).value = date(2027, month, 1)
        sheet.cell(month + 1, 2).value = count
    for table in sheet.tables.values():
        table.ref = f"A1:{table.ref.partition(':')[2].rstrip('0123456789')}{len(users) + 1}"
    for row in book["Growth"].iter_rows(min_row=2):
        if row[0].value == "Partner systems":
            for cell in row:
                cell.value = None
    book.save(path)


def test_an_approved_plan_is_compared_with_after_the_roll(path: Path) -> None:
    plan_file(path)
    assert Code.ROLL_NOT_APPROVED in {problem.code for problem in proposed(path).problems}
    approve_file(path, actions.Approval("Budget 2026"))
    roll = proposed(path)
    assert roll.is_approved
    assert Code.ROLL_NOT_APPROVED not in {problem.code for problem in roll.problems}
    out = actions.write_roll(roll)
    assert plan_in(out).settings.compare_with == "Budget 2026"
    assert [str(row["version"]) for row in plan_in(out).kept["versions"].rows] == ["Budget 2026"]


def test_a_superseded_version_is_no_approval(path: Path) -> None:
    plan_file(path)
    approve_file(path, actions.Approval("Budget 2026"))
    table = plan_in(path).kept["versions"]
    cell = Cell("Versions", table.row_numbers[0], table.column_numbers["status"])
    path.write_bytes(with_values(path.read_bytes(), {cell: "superseded"}))
    assert not proposed(path).is_approved


def test_a_changed_input_is_not_approved(path: Path) -> None:
    plan_file(path)
    approve_file(path, actions.Approval("Budget 2026"))
    path.write_bytes(with_values(path.read_bytes(), {Cell("Users", 2, 2): 43000}))
    assert not proposed(path).is_approved


def test_no_file_is_replaced(path: Path) -> None:
    target = path.with_name("plan 2026-07.xlsx")
    target.write_bytes(b"mine")
    with pytest.raises(Refusal) as refused:
        written(path)
    assert (refused.value.problem.code, refused.value.reason) == (Code.ROLL_FILE_EXISTS, Reason.USAGE)
    assert target.read_bytes() == b"mine"


def test_a_plan_that_is_not_approved_is_not_written(path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        actions.write_roll(proposed(path))
    assert (refused.value.problem.code, refused.value.reason) == (Code.ROLL_NOT_APPROVED, Reason.INPUTS)
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_sheet_of_the_users_own_called_roll_stays(plain: Path) -> None:
    book = openpyxl.load_workbook(plain)
    book.create_sheet("Roll")["A1"] = "mine"
    book.save(plain)
    with pytest.raises(Refusal) as refused:
        written(plain, "2027-04")
    assert refused.value.problem.code is Code.SHEET_NAME_TAKEN


@pytest.mark.parametrize(
    "to", ["2026-04", "2026-03", "2028-04", "2026-13", "2026", "April", "2026-07-15", "0000-01", ""]
)
def test_a_month_outside_the_plan_is_refused(to: str, path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        proposed(path, to)
    assert (refused.value.problem.code, refused.value.reason) == (Code.ROLL_START, Reason.USAGE)


def test_a_plan_of_one_month_has_none_to_roll_to(path: Path) -> None:
    path.write_bytes(
        valid_workbook(
            **replaced("Settings", "| Horizon (months) | 24 ", "| Review month | 0 | |\n| Horizon (months) | 1 ")
        )
    )
    with pytest.raises(Refusal) as refused:
        proposed(path)
    assert refused.value.problem.expected == "2 months or more"


@pytest.mark.parametrize("to", ["2026-05", "2028-03", "2026-5", "2026-05-01"])
def test_a_month_within_the_plan_is_taken(to: str, path: Path) -> None:
    assert proposed(path, to).rolled.plan.settings.plan_start.day == 1


def test_formulas_of_the_users_that_read_moved_inputs_are_listed(plain: Path) -> None:
    book = openpyxl.load_workbook(plain)
    sheet = book.create_sheet("Mine")
    sheet["A1"], sheet["A2"] = "=Growth!C2", "=Users!B2"
    book.save(plain)
    plan_file(plain)
    roll = proposed(plain, "2027-04")
    assert roll.readers == ("Mine!A1",)
    assert [problem.seen for problem in roll.problems if problem.code is Code.ROLL_BY_HAND] == ["Mine!A1"]


def test_a_workbook_with_errors_has_nothing_to_roll(path: Path) -> None:
    path.write_bytes(with_values(path.read_bytes(), {Cell("Users", 2, 2): "many"}))
    with pytest.raises(ValueError, match="errors in its inputs"):
        proposed(path)
