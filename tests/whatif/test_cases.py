"""Scenarios side by side: published figures, and every line of a block against the plan with that scenario active."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conftest import results_of
from tests.history.rolls import sample as plan_of_sample
from tests.history.rolls import with_rows, with_settings
from workbook.history.calculate import calculate
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.commitments import Scenario
from workbook.model.results import Results
from workbook.naming import name_key
from workbook.problems import Code, Severity
from workbook.sheets.book import lay_out_book, written_sheets
from workbook.whatif import scenarios
from workbook.whatif.alike import with_fleet
from workbook.whatif.lines import cases, compare

pytestmark = pytest.mark.whole

PUBLISHED = {
    # this fiscal year, the next, the whole plan; nodes in 12 months and at the horizon; the first month of a shortfall
    "erlmcp": {
        "Base": (94361.462139, 245246.533538, 2178116.889048, 24, 80, "2026-03-01"),
        "High growth": (101992.597809, 272965.568403, 2291767.364310, 28, 104, "2026-02-01"),
        "Low growth": (81930.789543, 199236.677039, 1994133.299087, 17, 44, "2026-04-01"),
    },
    "meridian": {
        "Base": (142603.128809, 176683.352579, 319286.481388, 36, 40, "2026-05-01"),
        "Fast growth": (150656.943341, 204999.439129, 355656.382470, 42, 57, "2026-04-01"),
        "Lean year": (139931.286022, 162120.127368, 302051.413390, 29, 33, "2026-06-01"),
    },
}
FIGURES = ("cost_year", "cost_next", "cost_plan", "nodes_12", "nodes_horizon", "exhaustion")


def test_published_figures_of_each_scenario(sample: str) -> None:
    results = calculate(plan_of_sample(sample))
    for item, name in enumerate(results.items("compare.cost_year")):
        for figure, expected in zip(FIGURES, PUBLISHED[sample][name], strict=True):
            found = results.value(f"compare.{figure}", item)
            assert found == (expected if isinstance(expected, str) else pytest.approx(expected, abs=1e-6)), figure


def _with_scenario(plan: Plan, name: str, results: Results) -> Results:
    """Return the plan with another scenario active, and today's nodes as they are."""
    today = results.values["nodes.today"][0, :, 0]
    fleet = {name_key(one): int(nodes) for one, nodes in zip(results.items("nodes.today"), today, strict=True)}
    return calculate(with_fleet(with_settings(plan, active_scenario=name), fleet, is_blank_only=True))


def test_every_line_of_a_block_is_that_of_the_plan_with_its_scenario_active(sample: str) -> None:
    results = results_of(sample)
    block = cases.block_lines(results.lines)
    assert len(block) > 60
    for name in results.items("compare.cost_year"):
        alone = _with_scenario(results.plan, name, results)
        for line in block:
            ours, theirs = results.values[cases.case_id(name, line.id)], alone.values[line.id]
            if ours.dtype.kind == "U":
                assert ours.tolist() == theirs.tolist(), line.id
            else:
                np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-9, err_msg=f"{name}: {line.id}")


def test_the_comparison_is_the_same_whichever_scenario_is_active(sample: str) -> None:
    before = results_of(sample)
    other = before.items("compare.cost_year")[1]
    after = _with_scenario(before.plan, other, before)
    for name, (_, unit) in compare.FIGURES.items():
        ours, theirs = (results.values[f"compare.{name}"] for results in (before, after))
        if unit == "text":
            assert ours.tolist() == theirs.tolist()
        else:
            np.testing.assert_allclose(ours, theirs, rtol=1e-12, err_msg=name)
    assert after.values["compare.is_active"][0, :, 0].tolist() == [0, 1, 0]
    assert after.value(cases.DIFFERENCE, 0, 5) == pytest.approx(0, abs=1e-9)


def test_a_single_scenario_is_not_compared() -> None:
    plan = plan_of_sample("erlmcp")
    results = calculate(with_rows(plan, "scenarios", plan.rows("scenarios")[:1]))
    assert not [line for line in results.lines if line.startswith(("compare.", "case."))]
    assert not {"Compare", "Cases"} & set(written_sheets(results))


def test_dates_differ_in_months_and_a_blank_one_not_at_all() -> None:
    plan = plan_of_sample("erlmcp")
    row = next(row for row in plan.rows("scenarios") if isinstance(row, Scenario))
    none = row.model_copy(update={"scenario": "No growth", "growth_multiplier": 0.0})
    results = calculate(with_rows(plan, "scenarios", [*plan.rows("scenarios"), none]))
    assert results.values["compare.exhaustion_change"][0, :3, 0].tolist() == [0, -1, 1]
    assert results.value("compare.exhaustion", 3) is None
    assert results.value("compare.exhaustion_change", 3) is None
    assert results.value("compare.first", 3) is None


def test_too_many_scenarios_are_compared_as_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    live = results_of("meridian")
    assert scenarios.problems(live.plan) == ()
    monkeypatch.setattr(scenarios, "MOST_CELLS", 1000)
    (problem,) = scenarios.problems(live.plan)
    assert (problem.code, problem.severity, str(problem.where)) == (
        Code.CASES_NOT_LIVE,
        Severity.WARNING,
        "Scenarios!A2",
    )
    plain = calculate(live.plan)
    assert not [line for line in plain.lines if line.startswith("case.")]
    for name, (_, unit) in compare.FIGURES.items():
        ours, theirs = (results.values[f"compare.{name}"] for results in (plain, live))
        if unit == "text":
            assert ours.tolist() == theirs.tolist()
        else:
            np.testing.assert_array_equal(ours, theirs)
    book = lay_out_book(plain)
    names = [layout.name for layout in book.layouts]
    assert "Compare" in names
    assert "Cases" not in names
    sheet = next(layout for layout in book.layouts if layout.name == "Compare")
    assert any(words.text.startswith("Figures of the last run") for words in sheet.words)
    assert not sheet.charts
