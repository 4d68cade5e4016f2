"""What has changed since a version: the worked example, other workbooks, and what cannot be compared."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.conftest import plan_file
from tests.edits import with_values
from tests.history.approved_files import VERSION, approved_file, changed_since, plan_in
from tests.whatif.changes import changed_example, sample
from workbook import actions
from workbook.history.checks import version_problems
from workbook.history.compared import Figure
from workbook.problems import Code, Refusal, Severity

pytestmark = pytest.mark.whole

STEPS = {
    "volume": (8508.262173, 18564.590565, 34000.231017, 0, -1),
    "usage": (1810.4, 3135.35, 11355.15, 12, -1),
    "data": (-430.980652, -20968.8513, -702322.135034, 0, 0),
    "policy": (-2109.7, -3208.35, -11380.7, -8, 0),
    "price": (2591.834639, -2421.233697, -89467.6543, 0, 0),
}
FIGURES = (Figure.COST_YEAR, Figure.COST_NEXT, Figure.COST_PLAN, Figure.NODES, Figure.EXHAUSTION)


def codes(path: Path) -> list[tuple[Code, Severity]]:
    return [(problem.code, problem.severity) for problem in actions.read_plan(path).problems]


def in_euros(path: Path) -> Path:
    """Return an approved plan in USD that is in EUR now."""
    return approved_file(path, ("settings", "", "currency", "EUR"))


def test_the_example(tmp_path: Path) -> None:
    found = actions.explain_change(changed_since(tmp_path / "plan.xlsx"))
    effects = {step.id: step.effects for step in found.bridge.steps}
    assert found.before == VERSION
    assert found.problems == ()
    for name, golden in STEPS.items():
        assert [effects[name][figure] for figure in FIGURES] == pytest.approx(golden, abs=1e-6), name
    text = actions.change_text(found)
    assert text.splitlines()[0] == found.words
    assert "Users and growth" in text
    assert "+8,508" in text
    assert "Growth, erlmcp users, Total growth" in text


def test_the_data_have_every_step_in_full_precision(tmp_path: Path) -> None:
    found = actions.explain_change(changed_since(tmp_path / "plan.xlsx"))
    data = found.as_json()
    steps, inputs = data["steps"], data["inputs"]
    assert isinstance(steps, list)
    assert isinstance(inputs, list)
    assert [step["effects"] for step in steps] == [dict(step.effects) for step in found.bridge.steps]
    users = next(one for one in inputs if one["column"] == "Current users")
    assert users["effects"]["cost_year"] == pytest.approx(6565.383650, abs=1e-6)
    assert users["step"] == "volume"


def test_another_workbook_counts_with_the_figures_that_are_calculated(tmp_path: Path) -> None:
    found = actions.explain_change_between(sample("erlmcp"), changed_example(), "old.xlsx")
    version = actions.explain_change(changed_since(tmp_path / "plan.xlsx"))
    assert found.before == "old.xlsx"
    assert found.bridge.now == version.bridge.now
    assert found.bridge.before == pytest.approx(version.bridge.before)


def test_a_version_of_the_run_itself_is_the_same(tmp_path: Path) -> None:
    found = actions.explain_change(plan_in(approved_file(tmp_path / "plan.xlsx")))
    assert "the same as Budget 2026" in found.words
    assert len(actions.change_text(found).splitlines()) == len((found.words, "", "head", VERSION, "Now"))


def test_without_a_version_there_is_nothing_to_compare_with() -> None:
    with pytest.raises(Refusal) as refused:
        actions.explain_change(sample("erlmcp"))
    assert (refused.value.problem.code, refused.value.problem.severity) == (Code.NO_VERSION, Severity.ERROR)


def test_a_name_that_no_version_has(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        actions.explain_change(changed_since(tmp_path / "plan.xlsx"), "Budget 2025")
    assert refused.value.problem.code is Code.NO_SUCH_VERSION
    assert refused.value.problem.seen == VERSION


def test_names_are_compared_without_case(tmp_path: Path) -> None:
    assert actions.explain_change(changed_since(tmp_path / "plan.xlsx"), VERSION.upper()).before == VERSION


def test_a_version_in_another_currency_is_a_warning_and_no_sheet(tmp_path: Path) -> None:
    path = in_euros(tmp_path / "plan.xlsx")
    assert (Code.VERSION_CURRENCY, Severity.WARNING) in codes(path)
    results = plan_file(path)
    assert "bridge.version" not in results.lines
    names = [sheet.name for sheet in actions.read_plan(path).package.sheets]
    assert not [name for name in names if name.startswith("Bridge")]
    with pytest.raises(Refusal) as refused:
        actions.explain_change(results.plan)
    assert (refused.value.problem.code, refused.value.problem.severity) == (Code.VERSION_CURRENCY, Severity.ERROR)


def test_a_sheet_of_an_earlier_run_goes_with_its_currency(tmp_path: Path) -> None:
    path = approved_file(tmp_path / "plan.xlsx", ("users", "erlmcp users", "current_users", 5400))
    plan_file(path)
    assert "Bridge" in [sheet.name for sheet in actions.read_plan(path).package.sheets]
    plan = plan_in(path)
    path.write_bytes(with_values(path.read_bytes(), {plan.setting_cells["currency"]: "EUR"}))
    plan_file(path)
    assert "Bridge" not in [sheet.name for sheet in actions.read_plan(path).package.sheets]


def test_inputs_with_errors_compare_totals_only(tmp_path: Path) -> None:
    plan = changed_since(tmp_path / "plan.xlsx")
    kept = plan.kept["version_inputs"]
    rows = tuple({**row, "value": 7} if row["column"] == "CPU share" else row for row in kept.rows)
    assert rows != kept.rows
    broken = replace(plan, kept={**plan.kept, "version_inputs": replace(kept, rows=rows)})
    found = actions.explain_change(broken)
    assert [problem.code for problem in found.problems] == [Code.VERSION_CHANGED, Code.VERSION_INPUTS]
    assert [step.id for step in found.bridge.steps if step.effects[Figure.COST_YEAR]] == ["unattributed"]
    assert actions.calculate(broken).value("bridge.words") == found.words


@pytest.mark.parametrize(
    ("sheet", "lost"),
    [("version_figures", "line"), ("version_figures", "m0"), ("versions", "plan_start"), ("versions", "horizon")],
)
def test_a_version_without_its_figures_is_compared_with_nothing(sheet: str, lost: str, tmp_path: Path) -> None:
    plan = changed_since(tmp_path / "plan.xlsx")
    table = plan.kept[sheet]
    rows = tuple({field: value for field, value in row.items() if field != lost} for row in table.rows)
    broken = replace(plan, kept={**plan.kept, sheet: replace(table, rows=rows)})
    with pytest.raises(Refusal) as refused:
        actions.explain_change(broken)
    assert (refused.value.problem.code, refused.value.problem.severity) == (Code.VERSION_CHANGED, Severity.ERROR)
    assert "bridge.version" not in actions.calculate(broken).lines
    warned = [problem for problem in version_problems(broken) if problem.severity is Severity.WARNING]
    assert "has lost what it is compared by" in warned[0].message


def test_rows_that_look_alike_are_remarked(tmp_path: Path) -> None:
    path = approved_file(tmp_path / "renamed.xlsx", ("retention", "Logs", "dataset", "Access logs"))
    assert (Code.ROWS_LOOK_ALIKE, Severity.INFO) in codes(path)
    assert [one.code for one in actions.explain_change(plan_in(path)).problems] == [Code.ROWS_LOOK_ALIKE]
