"""Two plans are compared over the calendar months that both have; a part of a year is never held against another."""

from __future__ import annotations

import re

import pytest

from tests.workbooks import read_plan, valid_markdown, workbook_from_markdown
from workbook.figures import money_text
from workbook.model import calculate
from workbook.model.results import Results
from workbook.report.compose import Earlier, compose
from workbook.report.key_figures import key_figures
from workbook.report.report import KeyFigure
from workbook.report.wording import growth_text

pytestmark = pytest.mark.whole

FLAT = {
    "Growth": "| Segment | Month | Total growth (%) |\n| | | |",
    "Retention": "| Dataset | Base size (GB) | Retention (days) | Storage tier |\n| Logs | 100 | 90 | Disk |",
}


def planned(start: str, horizon: int, budget: str = "", users: str = "5000") -> Results:
    """Return a plan in which every month costs the same, with fiscal years from April."""
    settings = f"""
| Setting                  | Value     |
| Plan start               | {start}   |
| Horizon (months)         | {horizon} |
| Fiscal year start        | 4         |
| Review month             | 0         |
| Budget (per fiscal year) | {budget}  |
"""
    markdown = valid_markdown(Settings=settings, **FLAT).replace("| Staff | 5000 |", f"| Staff | {users} |")
    plan, problems = read_plan(workbook_from_markdown(markdown))
    assert plan is not None, problems
    return calculate(plan)


def rows(results: Results, before: Results | None) -> dict[str, KeyFigure]:
    return {figure.label: figure for figure in key_figures(results, before)}


def test_seven_months_are_compared_with_the_same_seven_of_ten() -> None:
    now, then = planned("2026-09-01", 24, "12000"), planned("2026-06-01", 24, "12000")
    found = rows(now, then)
    cost = found["Cost FY2027, 7 months"]
    assert cost.before == cost.value
    assert cost.change == "no change in the same 7 months"
    left = found["Budget variance FY2027, 7 months"]
    assert (left.before, left.change) == (left.value, "no change in the same 7 months")
    assert found["Cost FY2028"].change == "no change"


def test_a_change_is_that_of_the_shared_months() -> None:
    now, then = planned("2026-09-01", 24, users="10000"), planned("2026-06-01", 24)
    monthly = [float(one.values["cost.total"][0, 0, 1]) for one in (now, then)]
    cost = rows(now, then)["Cost FY2027, 7 months"]
    assert cost.before == money_text(7 * monthly[1], "USD")
    growth = monthly[0] / monthly[1] - 1
    assert growth > 0.01
    moved = money_text(7 * (monthly[0] - monthly[1]), "USD")
    assert cost.change == f"+{moved} ({growth_text(growth)}) in the same 7 months"


def test_years_that_do_not_meet_are_not_compared() -> None:
    cost = rows(planned("2026-09-01", 24), planned("2024-09-01", 12))["Cost FY2027, 7 months"]
    assert (cost.before, cost.change) == ("–", "–")


def test_a_plan_that_ends_earlier_is_compared_up_to_its_end() -> None:
    cost = rows(planned("2026-04-01", 24), planned("2026-04-01", 5))["Cost FY2027"]
    assert cost.change == "no change in the same 5 months"


def test_the_largest_fleet_is_that_of_the_shared_months() -> None:
    events = "| Event | First month | Last month | User multiplier |\n| Fair | 2026-06-01 | 2026-06-30 | 30 |"
    plan, _ = read_plan(workbook_from_markdown(valid_markdown(Events=events)))
    assert plan is not None
    busy, quiet = calculate(plan), planned("2026-09-01", 24)
    found = rows(quiet, busy)["Peak nodes"]
    assert float(found.before.replace(",", "")) < busy.values["nodes.peak"].max()
    assert found.change.endswith("in the same 17 months")


@pytest.mark.parametrize("label", ["First shortfall", "Next order by"])
def test_what_is_due_now_in_both_plans_has_not_moved(label: str) -> None:
    growing = {"Growth": "| Segment | Month | Total growth (%) |\n| Staff | 1 | 900% |"}
    plans = []
    for start in ("2026-01-01", "2026-04-01"):
        markdown = valid_markdown(**growing).replace("2026-01-01", start)
        markdown = markdown.replace("| Minimum nodes |", "| Current nodes |")
        plan, problems = read_plan(workbook_from_markdown(markdown))
        assert plan is not None, problems
        plans.append(calculate(plan))
    found = rows(plans[1], plans[0])[label]
    assert found.value != found.before
    assert found.change == "no change"


def test_the_sentence_on_money_says_how_many_months() -> None:
    now, then = planned("2026-09-01", 24, users="10000"), planned("2026-06-01", 24)
    report = compose(now, (), (), "plan.xlsx", Earlier("old.xlsx", then))
    assert report.forecast.startswith("FY2027 (7 of 12 months): USD ")
    assert re.fullmatch(
        r"Cost is USD \S+ higher \(\+\d+%\) in the same 7 months, compared with old.xlsx\.", report.since
    )
