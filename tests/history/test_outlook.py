"""The outlook of a fiscal year: the published example, gaps, and many plans counted again month by month."""

from __future__ import annotations

import math
import random
from datetime import date

import pytest

from tests.conftest import results_of
from tests.history.approved import with_versions
from tests.history.rolls import measured, sample, with_rows, with_settings
from tests.history.test_bridge import rolled_example
from workbook.history.calculate import calculate
from workbook.history.lines.outlook import has_closed
from workbook.history.recorded import recorded
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.evidence import Actual
from workbook.inputs.sheets.spending import BudgetRow
from workbook.model import calculate as calculate_lines
from workbook.model.results import Results
from workbook.report.statements import forecast, year_figures
from workbook.sheets.book import lay_out_book
from workbook.timeline import fiscal_year_of, months_between

pytestmark = pytest.mark.whole

COSTS = {date(2026, 1, 1): 6400.0, date(2026, 2, 1): 6700.0, date(2026, 3, 1): 7050.0}
QUARTER = [{"month": month, "cost": cost} for month, cost in COSTS.items()]


def check_of(results: Results, title: str) -> float:
    """Return whether a check passes."""
    place = results.items("check.passed").index(title)
    return float(results.values["check.passed"][0, place, 0])


def test_a_quarter_measured_and_nine_months_planned() -> None:
    results = calculate(with_settings(measured(sample("erlmcp"), *QUARTER), budget=100_000.0))
    assert results.value("outlook.measured") == 20150
    assert results.value("outlook.planned") == pytest.approx(76610.310142, abs=5e-7)
    assert results.value("outlook.cost") == pytest.approx(96760.310142, abs=5e-7)
    assert results.value("outlook.left") == pytest.approx(3239.689858, abs=5e-7)
    assert results.value("ytd.change") == pytest.approx(2398.848003, abs=5e-7)
    assert results.value("ytd.months") == 3
    assert results.value("ytd.verdict") == "U"
    assert results.value("outlook.run_rate") == 80600
    assert results.value("outlook.words") == (
        "FY2026: USD 20.2k measured to Mar 2026 + USD 76.6k planned = USD 96.8k, USD 3.24k under budget"
    )
    assert results.value("planned.basis") == "this plan"
    assert check_of(results, "Measured and planned cover the year") == 1


def test_the_same_year_after_a_roll() -> None:
    results = calculate(measured(rolled_example(), *QUARTER))
    assert results.value("outlook.cost") == pytest.approx(99288.669982, abs=5e-7)
    assert results.value("outlook.months") == 12
    assert results.items("outlook.month_measured")[:2] == ("Jan 2026", "Feb 2026")
    by_month = results.values["outlook.month_measured"][0, :, 0], results.values["outlook.month_planned"][0, :, 0]
    assert by_month[0][:3].tolist() == list(COSTS.values())
    assert sum(map(math.isnan, by_month[0])) == 9
    assert sum(by_month[1][3:]) == pytest.approx(99288.669982 - 20150, abs=5e-7)


def test_a_year_with_a_closed_month_is_told_by_its_outlook() -> None:
    results = calculate(with_settings(measured(sample("erlmcp"), *QUARTER), budget=100_000.0))
    assert results.value("outlook.year_cost") == results.value("outlook.cost")
    assert results.value("outlook.year_left") == pytest.approx(3239.689858, abs=5e-7)
    assert results.value("outlook.year_left", 1) == results.value("budget.left", 1)
    assert results.value("outlook.year_cost", 1) == results.value("cost.year", 1)
    said = forecast(results)
    assert said.startswith(
        "FY2026: USD 96.8k (USD 20.2k of it measured over 3 months) against a budget of USD 100k, 3.2%"
    )
    assert year_figures(results)[0].cost == "USD 96.8k"
    summary = lay_out_book(results).layouts[0]
    shown = next(grid for grid in summary.grids if grid.dimension == "fiscal_year")
    assert list(shown.lines)[-3:] == ["outlook.year_cost", "outlook.year_budget", "outlook.year_left"]


def test_a_gap_in_the_year_leaves_no_cost_to_tell() -> None:
    results = calculate(with_settings(measured(rolled_example(), *QUARTER[:2]), budget=100_000.0))
    assert results.value("outlook.year_cost") is None
    assert forecast(results).startswith(
        "FY2026 (11 of 12 months): no outlook, because months of it are neither measured nor planned."
    )


def test_without_a_closed_cost_the_plan_tells_the_year() -> None:
    results = calculate(measured(sample("erlmcp"), {**QUARTER[0], "status": "preliminary"}))
    assert not has_closed(results)
    assert year_figures(results) == year_figures(calculate_lines(results.plan))


def test_a_month_that_is_neither_measured_nor_planned_leaves_no_outlook() -> None:
    results = calculate(with_settings(measured(rolled_example(), *QUARTER[:2]), budget=100_000.0))
    assert results.value("outlook.gap") == 1
    assert results.value("outlook.cost") is None
    assert results.value("outlook.left") is None
    assert results.value("outlook.words") == "FY2026: no outlook, because 1 month is neither measured nor planned"
    assert check_of(results, "Measured and planned cover the year") == 0


def test_an_open_month_is_shown_and_counts_as_planned() -> None:
    rows = [*QUARTER[:2], {**QUARTER[2], "status": "preliminary"}]
    results = calculate(measured(sample("erlmcp"), *rows))
    assert results.value("outlook.measured") == 13100
    assert results.value("measured.cost", 2) == 7050
    assert results.value("outlook.planned_months") == 10
    assert results.value("outlook.left") is None


def test_a_year_that_is_over_is_measured_alone() -> None:
    rows = [{"month": date(2026 + month // 12, month % 12 + 1, 1), "cost": 8000.0} for month in range(14)]
    results = calculate(with_settings(measured(sample("erlmcp"), *rows), budget=96_000.0))
    assert results.value("outlook.words") == "FY2026: USD 96k measured, on budget"
    assert results.values["outlook.measured_months"][0, :, 0].tolist() == [12, 2, 0]
    later = calculate(with_settings(measured(sample("erlmcp"), *rows[1:14]), closed_through=rows[13]["month"]))
    assert later.value("outlook.words") == "FY2026 (11 of 12 months): USD 88k measured"


def test_nothing_is_closed_yet() -> None:
    results = calculate(measured(sample("erlmcp"), {**QUARTER[0], "status": "preliminary"}))
    assert results.value("outlook.words") == "FY2026: no month is closed; USD 94.4k planned"
    assert results.value("outlook.run_rate") is None


def test_a_budget_by_category_is_that_of_the_year() -> None:
    rows = [
        BudgetRow.model_validate({"fiscal_year": "FY2026", "category": category, "amount": amount})
        for category, amount in (("Nodes", 60_000), ("Storage", 30_000))
    ]
    plan = with_rows(measured(sample("erlmcp"), *QUARTER), "budget", rows)
    results = calculate(with_settings(plan, budget=50_000.0))
    assert results.values["outlook.budget"][0, :, 0].tolist() == [90_000, 50_000, 50_000]
    assert results.value("outlook.month_budget", 11) == 7500


@pytest.mark.whole
def test_what_was_planned_is_the_version_s_figure_first() -> None:
    before = results_of("erlmcp")
    plan = measured(rolled_example(), {**QUARTER[2], "storage_used_gb": 9000.0, "users": 5900.0, "nodes": 19})
    results = calculate(with_versions(plan, {"Budget": before}))
    assert results.value("planned.basis") == "Budget; months outside it: this plan"
    for name, line, month in (
        ("users", "users.all", 2),
        ("storage", "storage.total", 3),
        ("nodes", "nodes.total", 2),
        ("cost", "cost.total", 2),
    ):
        planned = before.values[line][0, 0, month]
        assert results.value(f"planned.{name}") == pytest.approx(planned, rel=1e-12), name
    assert results.value("measured.change_users") == pytest.approx(5900 - before.values["users.all"][0, 0, 2])
    assert results.value("measured.verdict_nodes") == "U"


def test_without_a_version_what_was_planned_is_this_plan_s() -> None:
    plan = rolled_example()
    late = {"month": date(2029, 4, 1), "cost": 1.0, "storage_used_gb": 1.0, "users": 5.0}
    results = calculate(measured(plan, QUARTER[2], {"month": date(2026, 5, 1), "storage_used_gb": 9000.0}, late))
    stored = calculate_lines(plan).values["storage.total"][0, 0]
    assert results.value("planned.storage", 1) == stored[2]
    # The plan from April has users of the month of its horizon, but neither its cost nor what is stored at its end.
    assert [results.value(f"planned.{name}", 2) is None for name in ("users", "storage", "cost")] == [False, True, True]
    assert results.value("planned.cost", 0) is None


@pytest.mark.whole
def test_nodes_are_judged_by_whole_ones() -> None:
    first = results_of("erlmcp").values["nodes.total"][0, 0, 0]
    for nodes, verdict in ((first + 0.4, "–"), (first + 1, "U"), (first - 1, "F"), (first, "–")):
        results = calculate(measured(sample("erlmcp"), {"month": date(2026, 1, 1), "nodes": nodes}))
        assert results.value("measured.verdict_nodes") == verdict, nodes


def random_plan(seed: int) -> Plan:
    """Return a plan with measured months in any order, some of them missing, blank or preliminary."""
    chance = random.Random(seed)
    plan = with_settings(
        sample("erlmcp"),
        plan_start=date(2026, chance.choice((1, 4, 10)), 1),
        fiscal_year_start=chance.choice((1, 4, 7)),
        horizon_months=chance.choice((12, 27, 36)),
        budget=chance.choice((None, 120_000.0)),
    )
    days = [date(2025 + month // 12, month % 12 + 1, 1) for month in range(6, 6 + chance.randint(1, 16))]
    rows = [
        {
            "month": day,
            "cost": chance.choice((None, *(1000.0 * chance.random() for _ in range(6)))),
            "status": chance.choice(("final",) * 7 + ("preliminary",)),
        }
        for day in days
        if chance.random() < 0.9
    ]
    chance.shuffle(rows)
    given = chance.choice((None, max(row["month"] for row in rows)))  # type: ignore[type-var]
    return with_settings(measured(plan, *(rows or QUARTER[:1])), closed_through=given)


@pytest.mark.whole
@pytest.mark.parametrize("seed", range(30))
def test_outlook_counted_again_month_by_month(seed: int) -> None:
    plan = random_plan(seed)
    results, known = calculate(plan), recorded(plan)
    start, first = plan.timeline.start, plan.settings.fiscal_year_start
    cost = calculate_lines(plan).values["cost.total"][0, 0]
    for item, name in enumerate(results.items("outlook.cost")):
        year = int(name[2:])
        of_year = [day for day in _days() if fiscal_year_of(day, first) == year]
        closed = {day: known.rows[day].cost for day in of_year if known.is_closed(day)}
        done = {day: value for day, value in closed.items() if value is not None}
        last = known.closed_through or date(1900, 1, 1)
        ahead = [months_between(start, day) for day in of_year if day > last]
        planned = [month for month in ahead if 0 <= month < plan.timeline.horizon]
        covered = sorted([*done, *(day for day in of_year if months_between(start, day) in planned)])
        gap = 12 if not covered else len([day for day in of_year if day >= covered[0]]) - len(covered)
        assert results.value("outlook.gap", item) == gap
        total = sum(done.values()) + sum(cost[month] for month in planned)
        expected = None if gap else pytest.approx(total, rel=1e-9)
        assert results.value("outlook.cost", item) == expected
        assert results.value("outlook.months", item) == len(covered)
        budget = plan.settings.budget
        left = None if gap or budget is None else pytest.approx(budget * len(covered) / 12 - total, rel=1e-9)
        assert results.value("outlook.left", item) == left
        rate = pytest.approx(12 * sum(done.values()) / len(done), rel=1e-9) if done else None
        assert results.value("outlook.run_rate", item) == rate


def _days() -> list[date]:
    return [date(year, month, 1) for year in range(2024, 2031) for month in range(1, 13)]


def test_a_measured_month_without_cost_counts_as_planned() -> None:
    rows = [Actual.model_validate(row) for row in (*QUARTER[:2], {"month": date(2026, 3, 1), "users": 5900})]
    results = calculate(with_rows(sample("erlmcp"), "actuals", rows))
    assert (results.value("outlook.measured_months"), results.value("outlook.gap")) == (2, 0)
