"""A month of the plan may be typed as a month number or as a date in the calendar month, mixed in one column."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tests.inputs.cases import text_of
from tests.workbooks import parse, read_plan, valid_markdown, valid_workbook, workbook_from_markdown
from workbook.explain.dependencies import inputs_of
from workbook.inputs.plan import Plan
from workbook.model import calculate
from workbook.report.compare import changes
from workbook.timeline import Timeline

pytestmark = pytest.mark.whole

NUMBERS = {
    "Growth": "| Segment | Month | Total growth (%) |\n| Staff | 6 | 50 % |\n| Staff | 14 | 90 % |",
    "Features": """
| Feature | Segment | Extra requests per user | Adoption ceiling | Midpoint month | Ramp |
| Search  | Staff   | 0.1                     | 60 %             | 9              | 8    |
| Old     | Staff   | 0.1                     | 60 %             | -3             | 8    |
""",
    "Events": """
| Event  | First month | Last month | User multiplier |
| Launch | 9           | 10         | 1.5             |
| Sale   | 3           | 3          | 1.2             |
""",
}
"""The plan of tests/workbooks.py starts in January 2026."""

DATES = {
    "Growth": "| Segment | Month | Total growth (%) |\n| Staff | 2026-07-31 | 50 % |\n| Staff | 14 | 90 % |",
    "Features": """
| Feature | Segment | Extra requests per user | Adoption ceiling | Midpoint month | Ramp |
| Search  | Staff   | 0.1                     | 60 %             | 2026-10-15     | 8    |
| Old     | Staff   | 0.1                     | 60 %             | 2025-10-01     | 8    |
""",
    "Events": """
| Event  | First month | Last month | User multiplier |
| Launch | 2026-10-02  | 10         | 1.5             |
| Sale   | 3           | 2026-04-30 | 1.2             |
""",
}


def _plan(sheets: dict[str, str], *, date_1904: bool = False, start: str = "2026-01-01") -> Plan:
    markdown = valid_markdown(**sheets).replace("2026-01-01", start)
    plan, problems = read_plan(workbook_from_markdown(markdown, date_1904=date_1904))
    assert plan is not None, [text_of(problem) for problem in problems]
    return plan


@pytest.mark.parametrize("date_1904", [False, True])
def test_dates_mean_the_months_that_they_lie_in(*, date_1904: bool) -> None:
    assert parse(valid_markdown())["Settings"][2][:2] == ["Plan start", "2026-01-01"]
    numbers, dates = calculate(_plan(NUMBERS)), calculate(_plan(DATES, date_1904=date_1904))
    assert dates.frame.items["anchor"] == ("Staff, month 6", "Staff, month 14")
    for line in ("anchor.month", "events.first", "events.last", "features.midpoint", "users.total", "cost.total"):
        assert np.array_equal(numbers.values[line], dates.values[line]), line


def test_a_number_in_the_range_of_dates_is_a_date_whatever_its_format() -> None:
    serial = DATES["Growth"].replace("2026-07-31", "46234")
    assert calculate(_plan({"Growth": serial})).frame.items["anchor"][0] == "Staff, month 6"


def test_dated_months_stay_where_they_are_when_the_plan_starts_later() -> None:
    # every month as a date, so that nothing but the start differs
    dated = {"Events": DATES["Events"].replace("| 10 ", "| 2026-11-01 ").replace("| 3  ", "| 2026-04-01 ")}
    earlier, later = _plan(dated), _plan(dated, start="2026-04-01")
    assert [change for change in changes(later, earlier) if change.sheet == "Events"] == []
    for plan in (earlier, later):
        results = calculate(plan)
        october = plan.timeline.month_of(date(2026, 10, 1))
        assert october is not None
        multipliers = results.values["events.multiplier"][0, 0]
        assert multipliers[october - 1] == pytest.approx(1, abs=1e-12)
        assert multipliers[october] == pytest.approx(1.5, abs=1e-12)


def test_an_explanation_shows_the_date() -> None:
    from workbook.explain.at import At  # noqa: PLC0415
    from workbook.expr.frame import Scope  # noqa: PLC0415
    from workbook.expr.tree import Input  # noqa: PLC0415

    at = At(calculate(_plan(DATES)), Scope("event", ""), 0, 0)
    shown = [cell.value for field in ("first_month", "last_month") for cell in inputs_of(at, Input("events", field))]
    assert shown == ["2026-10-02, month 9", "10"]


@pytest.mark.parametrize(
    ("sheet", "old", "new", "expected"),
    [
        (
            "Growth",
            "2026-07-31",
            "2025-12-31",
            "error WB308 Growth!B2: Month must be a whole number, 1 to 240, or a date in that month, not 2025-12-31 "
            "(plan month -1) | seen: 2025-12-31 | expected: a whole number, 1 to 240, or a date in that month; month 0 "
            "is 2026-01-01 | remedy: growth before 2026-01-01 is part of Current users: delete the row, or give the "
            "growth of a later month",
        ),
        (
            "Events",
            "2026-10-02",
            "2025-10-02",
            "error WB308 Events!B2: First month must be a whole number, at least 0, or a date in that month, not "
            "2025-10-02 (plan month -3) | seen: 2025-10-02 | expected: a whole number, at least 0, or a date in that "
            "month; month 0 is 2026-01-01 | remedy: type 2026-01-01, the first month of the plan, if the event still "
            "goes on; else delete its row",
        ),
        (
            "Events",
            "2026-04-30",
            "2025-04-30",
            "error WB308 Events!C3: Last month must be a whole number, at least 0, or a date in that month, not "
            "2025-04-30 (plan month -9) | seen: 2025-04-30 | expected: a whole number, at least 0, or a date in that "
            "month; month 0 is 2026-01-01 | remedy: the event is over before 2026-01-01, the first month of the plan: "
            "delete its row",
        ),
        (
            "Events",
            "2026-10-02",
            "1900-01-02",
            "error WB305 Events!B2: First month is the number 2 in a date format, which shows it as 1900-01-02 | seen: "
            "1900-01-02 | expected: a whole number, at least 0, or a date in that month | remedy: set the cell's "
            "format to General, so that it shows 2; or type a date of the plan",
        ),
        (
            "Growth",
            "2026-07-31",
            "2026",
            "error WB308 Growth!B2: Month must be a whole number, 1 to 240, or a date in that month, not 2026 | seen: "
            "2026 | expected: a whole number, 1 to 240, or a date in that month; month 0 is 2026-01-01 | remedy: type "
            "a month number, or a date of the month that is meant",
        ),
        (
            "Growth",
            "2026-07-31",
            "2026-07 ",
            "error WB302 Growth!B2: Month is text, not a number | seen: '2026-07' | expected: a whole number, 1 to "
            "240, or a date in that month | remedy: type a month number, or a date such as 2026-10-01",
        ),
        (
            "Growth",
            "2026-07-31",
            "2027-09-01",
            "error WB404 Growth!B3: month 14 of segment 'Staff' stands below month 20 | seen: 14 | expected: a month "
            "above 20: months of a segment ascend, each once | remedy: sort the table by Segment, then by Month",
        ),
        (
            "Events",
            "2026-04-30",
            "1000000000000000",
            "error WB308 Events!C3: Last month must be a whole number, at least 0, or a date in that month, not "
            "1000000000000000 | seen: 1000000000000000 | expected: a whole number, at least 0, or a date in that "
            "month; month 0 is 2026-01-01 | remedy: type a month number, or a date of the month that is meant",
        ),
        (
            "Events",
            "2026-10-02",
            "2026-12-02",
            "error WB418 Events!C2: event 'Launch' ends before it starts | seen: first month 11, last month 10 | "
            "expected: a last month of at least 11 | remedy: swap the two months if they were mixed up",
        ),
    ],
)
def test_dates_outside_the_range(sheet: str, old: str, new: str, expected: str) -> None:
    _, problems = read_plan(valid_workbook(**{sheet: DATES[sheet].replace(old, new)}))
    assert [text_of(problem) for problem in problems] == [expected]


def test_without_a_start_no_month_can_be_counted_and_only_the_start_is_reported() -> None:
    markdown = valid_markdown(**DATES).replace("2026-01-01", "soon")
    _, problems = read_plan(workbook_from_markdown(markdown))
    assert [str(problem.where) for problem in problems] == ["Settings!B3"]


def test_months_between_counts_calendar_months() -> None:
    assert Timeline(date(2026, 11, 1), 24).month_of(date(2027, 2, 28)) == 3


@pytest.mark.parametrize(
    ("day", "number", "date_1904"),
    [("1900-01-02", 2, False), ("1900-02-28", 59, False), ("1900-03-01", 61, False), ("1904-01-03", 2, True)],
)
def test_a_month_number_in_a_date_format_is_named_as_its_cell_stores_it(
    day: str, number: int, *, date_1904: bool
) -> None:
    markdown = valid_markdown(Events=DATES["Events"].replace("2026-10-02", day))
    _, problems = read_plan(workbook_from_markdown(markdown, date_1904=date_1904))
    assert problems[0].code.value == "WB305"
    assert problems[0].message == f"First month is the number {number} in a date format, which shows it as {day}"
