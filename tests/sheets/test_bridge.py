"""The sheet Bridge: its formulas agree with other programs, its comments come back, and it goes with its version."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.conftest import approve_file, plan_file, run
from tests.edits import with_values
from tests.engines import (
    differences,
    formulas,
    poisoned,
    recalculated_by_office,
    recalculated_by_package,
    stored_values,
)
from workbook import actions
from workbook.address import Cell
from workbook.files.package.book_parts import OWNED
from workbook.files.package.names import defined_names
from workbook.files.package.opening import open_package
from workbook.inputs.plan import Plan
from workbook.problems import Code

pytestmark = pytest.mark.whole

SHEETS = ("Bridge", "Bridge workings", "Checks", "Summary")
GOLDEN_STEPS = {
    "Users and growth": (8508.262173, 18564.590565, 34000.231017, 0, -1),
    "Usage per user": (1810.400000, 3135.350000, 11355.150000, 12, -1),
    "Stored data": (-430.980652, -20968.851300, -702322.135034, 0, 0),
    "Headroom and resilience": (-2109.700000, -3208.350000, -11380.700000, -8, 0),
}
"""The golden bridge of the specification, but for prices, to which it adds an item that the sample does not have."""


def plan_in(path: Path) -> Plan:
    plan = actions.read_plan(path).plan
    assert plan is not None
    return plan


def cell(plan: Plan, sheet: str, row: int, field: str) -> Cell:
    found = plan.tables[sheet].cell(row, field)
    assert found is not None
    return found


def edits_of(plan: Plan) -> dict[Cell, float | str | None]:
    """Return the changes of the golden bridge, without the new item."""
    items = [row.item for row in plan.rows("rates")]  # type: ignore[attr-defined]
    logs = [row.dataset for row in plan.rows("retention")].index("Logs")  # type: ignore[attr-defined]
    year = [row.month for row in plan.rows("growth")].index(12)  # type: ignore[attr-defined]
    return {
        cell(plan, "users", 0, "current_users"): 5400,
        cell(plan, "growth", year, "total_growth"): 1.2,
        cell(plan, "users", 0, "cpu_per_request_s"): 0.0024,
        cell(plan, "users", 0, "memory_per_session_mb"): 11,
        cell(plan, "retention", logs, "growth_per_month"): 0.27,
        plan.setting_cells["dr_buffer"]: 0.2,
        cell(plan, "rates", items.index("node 6x16"), "on_demand"): 0.33,
        cell(plan, "rates", items.index("Object storage"), "on_demand"): 0.021,
    }


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the first sample, approved as Budget 2026 and planned again with the golden changes."""
    path = tmp_path_factory.mktemp("bridge") / "plan.xlsx"
    actions.new_workbook(path, "erlmcp")
    plan_file(path)
    approve_file(path, actions.Approval("Budget 2026"))
    path.write_bytes(with_values(path.read_bytes(), edits_of(plan_in(path))))
    plan_file(path)
    return path


@pytest.fixture
def own(compared: Path, tmp_path: Path) -> Path:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(compared.read_bytes())
    return path


def rows_below(path: Path, header: str) -> dict[str, list[object]]:
    """Return the rows of a table of Bridge, by their names."""
    sheet = openpyxl.load_workbook(path, data_only=True)["Bridge"]
    head = next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == header)
    found: dict[str, list[object]] = {}
    for row in range(head + 1, sheet.max_row + 1):
        if not sheet.cell(row, 1).value:
            break
        found[str(sheet.cell(row, 1).value)] = [sheet.cell(row, column).value for column in range(2, 25)]
    return found


def test_the_steps_are_the_golden_ones_at_nine_digits(compared: Path) -> None:
    steps = rows_below(compared, "Step")
    assert next(iter(steps)) == "Budget 2026"
    assert list(steps)[-1] == "Now"
    for name, figures in GOLDEN_STEPS.items():
        assert [float(str(value)) for value in steps[name][:5]] == pytest.approx(figures, rel=1e-8, abs=1e-6)
    assert float(str(steps["Prices"][0])) + 3000 == pytest.approx(2591.834639, rel=1e-7)


def test_cost_is_compared_by_category_and_period(compared: Path) -> None:
    rows = rows_below(compared, "Category")
    assert list(rows) == ["Nodes", "Storage", "Network", "Fixed", "Cost"]
    assert rows["Nodes"][:3] == pytest.approx([23739.6, 25995.3, 2255.7])
    assert [rows[name][4] for name in rows] == ["U", "F", "U", "–", "U"]
    for column in (0, 1, 2, 5, 6, 7, 10, 11, 12):
        parts = [float(str(rows[name][column])) for name in list(rows)[:-1]]
        assert sum(parts) == pytest.approx(float(str(rows["Cost"][column])), rel=1e-12)


@pytest.mark.slow
@pytest.mark.office
def test_libreoffice_agrees_with_every_cell(compared: Path) -> None:
    data = compared.read_bytes()
    theirs = stored_values(recalculated_by_office(poisoned(data)), SHEETS)
    assert differences(stored_values(data, SHEETS), theirs, formulas(data, SHEETS)) == []


@pytest.mark.slow
def test_an_engine_agrees_with_every_cell(compared: Path) -> None:
    data = compared.read_bytes()
    theirs = stored_values(recalculated_by_package(poisoned(data)), SHEETS)
    assert differences(stored_values(data, SHEETS), theirs, formulas(data, SHEETS)) == []


def comment_cells(path: Path, header: str) -> dict[str, Cell]:
    sheet = openpyxl.load_workbook(path)["Bridge"]
    head = next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == header)
    column = next(place for place in range(2, 40) if sheet.cell(head, place).value == "Comment")
    rows = range(head + 1, head + 1 + len(rows_below(path, header)))
    return {str(sheet.cell(row, 1).value): Cell("Bridge", row, column) for row in rows}


def test_comments_come_back_beside_their_rows(own: Path) -> None:
    cells = comment_cells(own, "Category")
    own.write_bytes(with_values(own.read_bytes(), {cells["Storage"]: "a cheaper tier", cells["Cost"]: "agreed"}))
    found = actions.read_plan(own).problems
    assert Code.EDITED_RESULT not in {problem.code for problem in found}
    plan_file(own)
    sheet = openpyxl.load_workbook(own)["Bridge"]
    again = comment_cells(own, "Category")
    assert sheet.cell(again["Storage"].row, again["Storage"].column).value == "a cheaper tier"
    assert sheet.cell(again["Cost"].row, again["Cost"].column).value == "agreed"


def test_a_comment_whose_row_is_gone_is_parked_and_comes_back(own: Path) -> None:
    cells = comment_cells(own, "Input")
    name = next(name for name in cells if "Object storage" in name)
    own.write_bytes(with_values(own.read_bytes(), {cells[name]: "a new contract"}))
    plan = plan_in(own)
    price = next(place for place in edits_of(plan) if place.sheet == "Rates" and place.row != 2)
    own.write_bytes(with_values(own.read_bytes(), {price: 0.023}))
    plan_file(own)
    texts = [[one.value for one in row] for row in openpyxl.load_workbook(own)["Bridge"].iter_rows()]
    parked = next(place for place, row in enumerate(texts) if row[0] == "Parked comments" and "Table" in row)
    assert [text for text in texts[parked + 1] if text] == ["Budget 2026", "Input", name, "a new contract"]
    own.write_bytes(with_values(own.read_bytes(), {price: 0.021}))
    plan_file(own)
    again = comment_cells(own, "Input")[name]
    assert openpyxl.load_workbook(own)["Bridge"].cell(again.row, again.column).value == "a new contract"


def test_the_sheet_goes_with_the_version(own: Path) -> None:
    own.write_bytes(with_values(own.read_bytes(), {Cell("Versions", 2, 3): "withdrawn"}))
    plan_file(own)
    names = openpyxl.load_workbook(own).sheetnames
    assert "Versions" in names
    assert not [name for name in names if name.startswith("Bridge")]


def test_a_plan_without_a_version_has_no_such_sheet(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    actions.new_workbook(path, "meridian")
    plan_file(path)
    assert "Bridge" not in openpyxl.load_workbook(path).sheetnames


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("Bridge!B10", "the sum of the version's figures on Version figures"),
        ("Bridge!E14", "7.81"),
        ("Bridge workings!D13", "[Versions!E2]"),
        ("Bridge!A6", "Budget 2026"),
    ],
)
def test_explain_leads_to_the_version(compared: Path, where: str, words: str) -> None:
    told = run("explain", str(compared), where)
    assert (told.exit_code, words in told.output) == (0, True), told.output


def test_sheets_that_come_later_stand_among_the_others(own: Path) -> None:
    names = openpyxl.load_workbook(own).sheetnames
    assert names[: names.index("Guide")][-4:] == ["Alerts and scaling", "Bridge", "Compare", "Outputs"]
    workings = names[names.index("Cost workings") + 1 : names.index("Versions")]
    assert workings == ["Bridge workings", "Compare workings", "Cases", "Checks"]
    package = open_package(own.read_bytes())
    local = {name.sheet for name in defined_names(package.workbook) if name.name == OWNED}
    assert {package.sheets[place].name for place in local if place is not None} == set(package.owners)
    plan_file(own)
    assert openpyxl.load_workbook(own).sheetnames == names


def test_comments_stay_while_there_is_no_version(own: Path) -> None:
    cells = comment_cells(own, "Category")
    own.write_bytes(with_values(own.read_bytes(), {cells["Storage"]: "a cheaper tier"}))
    plan_file(own)
    for status in ("withdrawn", "approved"):
        own.write_bytes(with_values(own.read_bytes(), {Cell("Versions", 2, 3): status}))
        plan_file(own)
        plan_file(own)
        assert actions.read_plan(own).package.owners.keys() >= {"Bridge"}
    again = comment_cells(own, "Category")["Storage"]
    assert openpyxl.load_workbook(own)["Bridge"].cell(again.row, again.column).value == "a cheaper tier"


def test_comments_survive_a_program_that_stores_no_results(own: Path) -> None:
    cells = comment_cells(own, "Category")
    texts = {"Storage": "a cheaper tier", "Cost": "_x0041_ is no letter", "Network": "=1+1"}
    own.write_bytes(with_values(own.read_bytes(), {cells[name]: text for name, text in texts.items()}))
    plan_file(own)
    book = openpyxl.load_workbook(own)
    del book["Claims"]  # formulas, which openpyxl saves without results
    book["Bridge"].cell(cells["Nodes"].row, cells["Nodes"].column).value = "=2+2"
    book.save(own)
    for _ in range(2):
        plan_file(own)
    sheet = openpyxl.load_workbook(own)["Bridge"]
    again = comment_cells(own, "Category")
    found = {name: sheet.cell(place.row, place.column).value for name, place in again.items()}
    assert found["Storage"] == texts["Storage"]
    assert found["Nodes"] == "=2+2"
