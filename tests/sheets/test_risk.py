"""The sheet Risk: its sentences and figures, what is live in it, and that other programs agree with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from tests.conftest import plan_file, results_of, run
from tests.edits import with_values
from tests.engines import ENGINES, EVERY_ENGINE, differences, formulas, poisoned, stored_values
from tests.history.rolls import with_rows, with_settings
from tests.workbooks import replaced, valid_workbook
from workbook import actions
from workbook.address import Cell
from workbook.history.calculate import calculate
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.uncertainty import RangeRow
from workbook.model.results import Results
from workbook.problems import Severity
from workbook.report.statements import range_text
from workbook.sheets.book import lay_out_book, written_sheets
from workbook.whatif.at_risk import problems

pytestmark = pytest.mark.whole

ROWS = (
    ("Users", "erlmcp users", "Current users", 4500, 5600),
    ("Growth", "erlmcp users, month 12", "Total growth", 0.8, 1.3),
    ("Users", "erlmcp users", "Memory per session", 8, 13),
    ("Retention", "Logs", "Growth per month", 0.2, 0.35),
    ("Rates", "node 6x16", "On-demand", 0.27, 0.36),
)
NAMES = (
    "Current users of erlmcp users",
    "Memory per session of erlmcp users",
    "Total growth of erlmcp users, month 12",
    "Growth per month of Logs",
    "On-demand of node 6x16",
)
SWINGS = (16917.489623, 10227.3, 6167.685609, 2188.568234, 262.8)
SHEETS = ("Risk", "Risk workings", "Compare", "Cases", "Checks", "Summary")


def with_ranges(
    plan: Plan, rows: Sequence[tuple[str, str, str, float, float]] = ROWS, means: Literal["ends", "p10-p90"] = "ends"
) -> Plan:
    """Return a plan with rows on Ranges."""
    made = [
        RangeRow(sheet=sheet, row=row, column=column, low=low, high=high, means=means)
        for sheet, row, column, low, high in rows
    ]
    return with_rows(plan, "ranges", made)


@pytest.fixture(scope="module")
def erlmcp() -> Results:
    return calculate(with_settings(with_ranges(results_of("erlmcp").plan), budget=100_000.0))


def test_the_sentence_says_where_the_plan_lies_and_what_to_measure(erlmcp: Results) -> None:
    assert erlmcp.value("risk.words") == (
        "FY2026: USD 90k to USD 100k in eight of ten cases; the plan says USD 94.4k (P43); "
        "over budget in 11% of cases. "
        "Measure first: Current users of erlmcp users (USD 16.9k between low and high), "
        "Memory per session of erlmcp users (USD 10.2k), Total growth of erlmcp users, month 12 (USD 6.17k)."
    )
    assert str(erlmcp.value("risk.words")) in range_text(erlmcp)
    assert "Across the scenarios, FY2026, planned: USD 81.9k (Low growth) to USD 102k (High growth)." in range_text(
        erlmcp
    )


def test_published_figures_are_shown_at_nine_digits(erlmcp: Results) -> None:
    points = [erlmcp.value(f"risk.year_{name}") for name in ("p10", "p50", "p90", "mean")]
    assert points == [89971.6781, 95060.7772, 100288.841, 95091.1579]
    assert erlmcp.value("risk.over_budget") == pytest.approx(0.1119)
    assert erlmcp.value("risk.plan_place") == pytest.approx(0.4338)
    assert erlmcp.value("risk.whole_place") == pytest.approx(0.5825)
    assert [erlmcp.value("risk.runs_out_any", 0, month) for month in (0, 1, 2, 3)] == [0.3262, 0.5451, 0.7462, 0.8974]
    december = [erlmcp.value(f"risk.cost_{name}", 0, 11) for name in ("p10", "p50", "p90")]
    assert december == [10362.2197, 10940.6914, 11773.617]


def test_ranges_are_told_by_what_they_change_and_bands_add_up(erlmcp: Results) -> None:
    assert erlmcp.items("tornado.swing") == NAMES
    assert erlmcp.values["tornado.swing"][0, :, 0] == pytest.approx(SWINGS, rel=1e-8)
    low, high = (erlmcp.values[f"risk.cost_band_{band}"] for band in ("low", "high"))
    tops = erlmcp.values["risk.cost_p10"] + low + high
    np.testing.assert_allclose(tops, erlmcp.values["risk.cost_p90"], rtol=1e-12)
    assert [erlmcp.value("risk.carries", item) for item in range(4)] == pytest.approx([5333.333333] * 4)


def test_the_middle_is_the_input_and_a_curve_has_a_row_a_milestone() -> None:
    results = results_of("meridian")
    assert results.items("range.middle") == (
        "Total growth of Shoppers, month 6",
        "Total growth of Shoppers, month 12",
        "Total growth of Shoppers, month 24",
    )
    assert results.values["range.middle"][0, :, 0].tolist() == [0.12, 0.3, 0.7]
    assert results.values["range.low"][0, :, 0].tolist() == [0.08, 0.2, 0.4]
    assert results.value("range.place") == pytest.approx(1 / 3)
    assert results.items("tornado.swing") == ("Growth of Shoppers",)


def test_a_setting_has_a_range_too_and_no_budget_is_not_exceeded() -> None:
    rows = (("Settings", "Hours per month", "", 700, 740),)
    results = calculate(with_settings(with_ranges(results_of("erlmcp").plan, rows), simulation_runs=200))
    assert results.value("range.middle") == 730
    assert results.value("risk.over_budget") is None
    assert "over budget" not in str(results.value("risk.words"))
    assert results.value("risk.runs") == 200


def test_without_runs_there_is_no_simulation_but_what_to_measure(erlmcp: Results) -> None:
    results = calculate(with_settings(erlmcp.plan, simulation_runs=0))
    assert not [line for line in results.lines if line.startswith("risk.year_")]
    assert results.value("risk.words").startswith("No simulation, because Simulation runs is 0. Measure first: ")  # type: ignore[union-attr]
    layout = next(layout for layout in lay_out_book(results).layouts if layout.name == "Risk")
    assert [chart.kind for chart in layout.charts] == ["tornado"]


def test_values_beyond_a_limit_are_counted() -> None:
    rows = (("Settings", "Utilisation low", "", 0.6, 0.99),)
    plan = with_settings(with_ranges(results_of("erlmcp").plan, rows, means="p10-p90"), simulation_runs=1000)
    (problem,) = problems(calculate(plan))
    assert problem.severity is Severity.INFO
    assert "at a limit" in problem.message
    assert problems(results_of("meridian")) == ()


def test_a_plan_without_ranges_has_no_risk() -> None:
    assert not {"Risk", "Risk workings"} & set(written_sheets(results_of("erlmcp")))


HORIZON = "| Horizon (months) | 24         | months |"
RANGES = """| Sheet | Row | Column | Low | High |
| Users | Staff | Current users | 4000 | 6000 |
| Growth | Staff, month 12 | Total growth | 1 | 1.5 |
| Settings | Safety factor | | 1.2 | 1.6 |"""


SCENARIOS = """| Scenario | Growth multiplier |
| Base | |
| High | 1.5 |"""


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("risk") / "plan.xlsx"
    more = "| Simulation runs | 500 | |\n| Safety factor | 1.4 | |"
    settings = replaced("Settings", HORIZON, f"{HORIZON}\n{more}")
    path.write_bytes(valid_workbook(Ranges=RANGES, Scenarios=SCENARIOS, **settings))
    plan_file(path)
    return path


@pytest.mark.parametrize("engine", EVERY_ENGINE)
def test_other_programs_calculate_what_is_stored(planned: Path, engine: str) -> None:
    data = planned.read_bytes()
    cells = formulas(data, SHEETS)
    theirs = stored_values(ENGINES[engine](poisoned(data)), SHEETS)
    assert differences(stored_values(data, SHEETS), theirs, cells) == []


def test_ranges_follow_their_cells_and_a_changed_input_fails_the_check(planned: Path) -> None:
    data, plan = planned.read_bytes(), actions.read_plan(planned).plan
    assert plan is not None
    users = plan.tables["users"].cell(0, "current_users")
    assert users is not None
    before = stored_values(data, SHEETS)
    row = next(cell for cell, value in before.items() if value == "Current users of Staff" and before.get(
        Cell(cell.sheet, cell.row, cell.column + 1)) == 4000)  # fmt: skip
    after = stored_values(ENGINES["formualizer"](with_values(data, {users: 5200})), SHEETS)
    assert after[Cell("Risk", row.row, row.column + 2)] == 5200
    assert after[Cell("Risk", row.row, row.column + 4)] == pytest.approx(0.6)
    check = next(cell for cell, value in before.items() if value == "Inputs unchanged since ranges were drawn")
    states = [[values[Cell("Checks", check.row, column)] for column in range(2, 8)] for values in (before, after)]
    assert [("OK" in state, "ACTION" in state) for state in states] == [(True, False), (False, True)]


def test_planning_twice_gives_the_same_bytes_and_the_sheets_lint_clean(planned: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(planned.read_bytes())
    plan_file(path)
    assert path.read_bytes() == planned.read_bytes()
    found = [one for one in actions.lint_workbook(path) if str(one.where).startswith("Risk")]
    assert found == []


def test_other_runs_and_seeds_are_tried_without_editing(planned: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    done = run("plan", planned, "-o", out, "--runs", 100, "--seed", 7)
    assert done.exit_code == 0, done.output
    values = stored_values(out.read_bytes(), ("Risk",))
    shown = {value: values.get(Cell("Risk", cell.row, cell.column + 1)) for cell, value in values.items()}
    assert (shown["Runs (count)"], shown["Seed (count)"]) == (100, 7)
    assert run("plan", planned, "--runs", 7).exit_code == 2
    assert run("plan", planned, "--seed", -1).exit_code == 2


def test_the_runs_done_are_told(planned: Path) -> None:
    plan = actions.read_plan(planned).plan
    assert plan is not None
    told: list[tuple[int, int]] = []
    calculate(plan, lambda done, every: told.append((done, every)))
    assert told[-1] == (500, 500)
