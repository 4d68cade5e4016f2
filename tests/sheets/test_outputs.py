"""The sheet Outputs: addresses and names that never move, the figures in them, and what becomes of the names."""

from __future__ import annotations

import io
import os
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import ROOT, plan_file, plan_sample, planned_base, run
from tests.edits import parts_of, rewritten
from tests.files.readers import formula_rows, sheet_xml, with_inputs, with_mine
from tests.help.sections import HELP, check_section
from tests.workbooks import replaced, valid_markdown, valid_workbook
from workbook import actions
from workbook.address import a1, column_letters
from workbook.files.package.names import COMMENT, DefinedName, defined_names
from workbook.files.package.opening import open_package
from workbook.model.board.outputs import COLUMN_TITLES, OUTPUTS, Column, Output
from workbook.model.results import Results
from workbook.problems import Code
from workbook.sheets.outputs import COLUMNS, FIRST_ROW, addresses
from workbook.units import UNITS

pytestmark = pytest.mark.whole

GOLDEN = ROOT / "tests" / "golden" / "outputs.txt"


def named(data: bytes) -> dict[str, DefinedName]:
    names = defined_names(open_package(data).workbook)
    return {name.name: name for name in names if name.sheet is None and not name.is_hidden}


def figures(data: bytes) -> dict[str, object]:
    """Return the stored value of each named cell."""
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["Outputs"]
    return {name: sheet.cell(*place).value for name, place in addresses().items()}


def test_addresses_never_move() -> None:
    """WORKBOOK_UPDATE_GOLDEN=1 adds cells; those that are published stay where they are."""
    now = {name: a1(row, column) for name, (row, column) in addresses().items()}
    before = dict(line.split() for line in GOLDEN.read_text(encoding="utf-8").splitlines())
    assert {name: now.get(name) for name in before} == before
    if os.environ.get("WORKBOOK_UPDATE_GOLDEN"):
        GOLDEN.write_text("".join(f"{name} {cell}\n" for name, cell in now.items()), encoding="utf-8")
        before = now
    assert now == before


def _columns(output: Output) -> str:
    titles = (f"{COLUMN_TITLES[column]} ({column_letters(COLUMNS[column])})" for column in output.cells)
    return ", ".join(titles)


def test_the_published_list_is_what_is_written() -> None:
    rows = [
        f"| {row} | {output.title} | {UNITS[output.unit].label} | `Plan_{output.name}_…` | {_columns(output)} "
        f"| {output.meaning} |\n"
        for row, output in enumerate(OUTPUTS, FIRST_ROW)
    ]
    head = "| row | figure | unit | names | columns | what the columns hold |\n|---|---|---|---|---|---|\n"
    endings = ", ".join(f"`_{column}` ({COLUMN_TITLES[column]})" for column in Column)
    check_section(HELP / "outputs.md", "outputs", f"Names end in {endings}.\n\n{head}{''.join(rows)}")


def test_each_filled_cell_is_a_name(sample: str) -> None:
    data = plan_sample(sample)[0]
    names = {name: one.text for name, one in named(data).items() if name.startswith("Plan_")}
    expected = {name: f"Outputs!${column_letters(column)}${row}" for name, (row, column) in addresses().items()}
    assert names == expected
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Outputs"]
    filled = {
        (cell.row, cell.column)
        for row in sheet.iter_rows(FIRST_ROW, FIRST_ROW + len(OUTPUTS), min(COLUMNS.values()), max(COLUMNS.values()))
        for cell in row
        if cell.value is not None
    }
    assert filled == set(addresses().values())


def _sum(results: Results, line: str, months: range) -> float:
    return sum(float(results.value(line, 0, month) or 0) for month in months)


def test_the_figures_are_those_of_the_lines() -> None:
    data, results = plan_sample("erlmcp")
    found = figures(data)
    horizon = results.plan.timeline.horizon
    for name, line in (("Cost", "cost.total"), ("Cost_nodes", "cost.nodes_total"), ("Cost_network", "cost.network")):
        expected = [_sum(results, line, months) for months in (range(1), range(12), range(12, 24), range(horizon))]
        columns = ("now", "this_FY", "next_FY", "whole_plan")
        assert [found[f"Plan_{name}_{column}"] for column in columns] == pytest.approx(expected)
    for name, line in (("Users", "users.all"), ("Nodes", "nodes.total"), ("Storage", "storage.total")):
        expected = [float(results.value(line, 0, month) or 0) for month in (0, 11, 23, horizon)]
        columns = ("now", "this_FY", "next_FY", "whole_plan")
        assert [found[f"Plan_{name}_{column}"] for column in columns] == pytest.approx(expected)
        peak = max(float(results.value(line, 0, month) or 0) for month in range(horizon + 1))
        assert found[f"Plan_{name}_peak"] == pytest.approx(peak)
    assert found["Plan_Cost_change_next_FY"] == pytest.approx(150885.0713986718)
    assert found["Plan_Failed_checks_now"] == 0
    assert found["Plan_Nodes_today_now"] == results.value("limit.nodes")
    assert isinstance(found["Plan_Overloaded_from_whole_plan"], datetime)


@pytest.mark.slow
def test_a_budget_that_is_not_given_is_an_empty_text(tmp_path: Path) -> None:
    data = planned_base()
    found = figures(data)
    assert {found[f"Plan_Budget_{column}"] for column in Column} <= {None, ""}
    path = tmp_path / "plan.xlsx"
    path.write_bytes(
        with_inputs(
            data,
            valid_markdown(
                **replaced("Settings", "| Plan start", "| Budget (per fiscal year) | 120000 | |\n| Plan start")
            ),
        )
    )
    results = plan_file(path)
    found = figures(path.read_bytes())
    assert found["Plan_Budget_now"] == 10000
    variance = 120000 - float(results.value("cost.this_year") or 0)
    assert found["Plan_Budget_variance_this_FY"] == pytest.approx(variance)


@pytest.mark.slow
def test_references_into_outputs_are_never_rewritten(tmp_path: Path) -> None:
    formulas = {"cell": "Outputs!$D$6", "rows": "SUM(Outputs!C6:G9)", "name": "Plan_Cost_this_FY*2"}
    path = tmp_path / "plan.xlsx"
    data = with_mine(planned_base(), sheet_xml(formula_rows(formulas)))
    more = replaced("Components", "| edge", "| mid | 0 % | 0 % | Large | 1 |\n| edge")
    path.write_bytes(with_inputs(data, valid_markdown(**more)))
    part = parts_of(path.read_bytes())["xl/worksheets/mine.xml"]
    result = run("plan", path)
    assert result.exit_code == 0, result.output
    assert "follow" not in result.stdout
    assert parts_of(path.read_bytes())["xl/worksheets/mine.xml"] == part


@pytest.mark.slow
def test_a_name_of_the_users_own_stays_and_the_cell_goes_without(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    # In another case, which is the same name to Excel.
    path.write_bytes(
        with_mine(valid_workbook(), sheet_xml(formula_rows({"": "1"})), names={"PLAN_COST_NOW": "Mine!$B$1"})
    )
    reading = actions.read_plan(path)
    assert reading.plan is not None
    written = actions.write_plan(reading, actions.calculate(reading.plan))
    assert [problem.code for problem in written.problems] == [Code.OUTPUT_NAME_TAKEN]
    assert "PLAN_COST_NOW" in str(written.problems[0].seen)
    names = named(path.read_bytes())
    assert names["PLAN_COST_NOW"].text == "Mine!$B$1"
    assert "Plan_Cost_now" not in names
    assert names["Plan_Cost_this_FY"].text == "Outputs!$D$6"
    assert len([name for name in names if name.startswith("Plan_")]) == len(addresses()) - 1


@pytest.mark.slow
def test_names_whose_mark_a_program_has_dropped_are_ours_still(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    mark = f' comment="{COMMENT}"'.encode()
    path.write_bytes(rewritten(planned_base(), lambda _, content: content.replace(mark, b"")))
    reading = actions.read_plan(path)
    assert reading.plan is not None
    assert actions.write_plan(reading, actions.calculate(reading.plan)).problems == ()
    assert set(addresses()) <= set(named(path.read_bytes()))


@pytest.mark.slow
def test_remove_takes_the_names_away(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(planned_base())
    assert run("remove", path).exit_code == 0
    assert named(path.read_bytes()) == {}


@pytest.mark.slow
def test_formulas_that_read_names_stop_remove_and_lose_what_they_read(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    formulas = {"": "Plan_Cost_this_FY*2"}
    path.write_bytes(
        with_mine(planned_base(), sheet_xml(formula_rows(formulas)), names={"Mine_now": "plan_cost_now+1"})
    )
    refused = run("remove", path)
    assert refused.exit_code != 0
    assert "Mine!B1" in refused.output
    assert "the name Mine_now" in refused.output
    assert run("remove", path, "--anyway").exit_code == 0
    names = named(path.read_bytes())
    assert {name: one.text for name, one in names.items()} == {
        "Mine_now": "#REF!+1",
        "Plan_Cost_now": "#REF!",
        "Plan_Cost_this_FY": "#REF!",
    }
    plan_file(path)
    assert named(path.read_bytes())["Plan_Cost_this_FY"].text == "Outputs!$D$6"
