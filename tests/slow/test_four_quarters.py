"""Four quarters of a plan: nothing that was approved, typed or read is lost, and the closing figures are right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from math import fsum

import pytest

from tests.engines import differences, formulas, poisoned, recalculated_by_office
from tests.files.readers import MINE
from tests.slow.quarters import (
    BUDGET,
    COMMENT,
    COSTS,
    FORECASTS,
    MONTHS,
    OWN,
    STARTS,
    TOTAL,
    USERS,
    Story,
    cells_of,
    figure,
    place,
    play,
    values_of,
)
from tests.slow.test_agreement import ERRORS
from workbook.address import Cell
from workbook.inputs.sheets.kept import KEPT_SHEETS
from workbook.sheets.prefix import OPTIONAL_SHEETS, RESULT_SHEETS

SHEETS = (*RESULT_SHEETS, *OPTIONAL_SHEETS)
Records = list[tuple[object, ...]]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return play(tmp_path_factory.mktemp("quarters"))


def records(data: bytes, sheet: str) -> Records:
    """Return the rows of a kept sheet as they are stored, each from its first column on."""
    rows: dict[int, dict[int, object]] = {}
    for cell, value in values_of(data, (sheet,)).items():
        rows.setdefault(cell.row, {})[cell.column] = value
    return [tuple(value for _, value in sorted(rows[row].items())) for row in sorted(rows) if row > 1]


def monthly(data: bytes, line: str, item: str = "") -> dict[date, float]:
    """Return a line by calendar month as a workbook has it stored."""
    book = cells_of(data)
    sheet, row = book.row(line, item)
    values = values_of(data, (sheet,))
    found = {month: values[Cell(sheet, row, column)] for month, column in book.months[sheet].items()}
    return {month: float(value) for month, value in found.items() if isinstance(value, int | float)}


def own_formulas(data: bytes) -> dict[str, str]:
    """Return the formulas of the planner's own sheet by what they read."""
    texts = formulas(data, (MINE,))
    return {name: texts[Cell(MINE, row, 2)].removeprefix("=") for row, name in enumerate(OWN, 1)}


# What is kept


def test_versions_are_as_they_were_approved_and_signed(story: Story) -> None:
    names = (BUDGET, *FORECASTS)
    first = {name: story.approved[max(0, place - 1)] for place, name in enumerate(names)}
    for sheet in ("Version figures", "Version inputs"):
        after = records(story.last, sheet)
        for name, data in first.items():
            of_version = [row for row in after if name in row[:2]]
            assert of_version == [row for row in records(data, sheet) if name in row[:2]]
            assert len(of_version) > 50
    versions = {str(row[0]): row for row in records(story.last, "Versions")}
    assert tuple(versions) == names
    for name in FORECASTS:
        assert {"A. Jones", f"agreed as {name}"} <= set(versions[name])
        assert versions[name] == next(row for row in records(first[name], "Versions") if row[0] == name)
    assert not [text for text in story.printed.values() if "WB805" in text]


def test_a_version_says_through_which_month_it_is_measured(story: Story) -> None:
    values = values_of(story.last, ("Versions",))
    closed = [values[place(values, name, "Closed through")] for name in FORECASTS]
    assert [f"{month:%Y-%m}" for month in closed] == ["2026-06", "2026-09", "2026-12", "2027-03"]


def test_own_formulas_read_the_same_lines_and_calendar_months(story: Story) -> None:
    for quarter, data in enumerate((*story.measured, story.last)):
        book, texts = cells_of(data), own_formulas(data)
        year = 2026 if quarter < 3 else 2027
        assert book.at(texts["busiest month"]) == (TOTAL, "", date(year, 12, 1))
        assert book.at(texts["shoppers"]) == ("users.total", "Shoppers", date(2027, 12, 1))
        first, last = re.findall(r"\$?[A-Z]+\$?\d+", texts["winter"])
        spring = 2028 if quarter == 4 else 2027
        assert book.at(f"Cost!{first}") == (TOTAL, "", date(spring, 1, 1))
        assert book.at(f"Cost!{last}") == (TOTAL, "", date(spring, 3, 1))
        assert (texts["this year"], texts["whole plan"]) == ("Plan_Cost_this_FY", "Outputs!$F$6")


def test_comments_on_bridge_come_back_and_are_parked_with_another_version(story: Story) -> None:
    for data in story.measured:
        values = values_of(data, ("Bridge",))
        assert values[place(values, "Fixed", "Comment")] == COMMENT
    assert Counter(values_of(story.last, ("Bridge",)).values())[COMMENT] == len(story.measured)


def test_every_roll_is_logged_with_all_its_changes(story: Story) -> None:
    ids = [column.field for column in KEPT_SHEETS["roll"].columns]
    log = records(story.last, "Roll")
    to, proposal = ids.index("start_after"), ids.index("proposal")
    changes = Counter(row[to] for row in log if row[proposal] != "proof")
    said = [re.search(r"from ([\d-]+): (\d+) changes", story.printed["roll", place]) for place in range(4)]
    assert {f"{month:%Y-%m}": count for month, count in changes.items()} == {
        found[1]: int(found[2]) for found in said if found
    }
    assert [f"{month:%Y-%m}" for month in dict.fromkeys(row[to] for row in log)] == [
        f"{day:%Y-%m}" for day in STARTS[1:]
    ]
    assert {row[to] for row in log if row[proposal] == "proof"} == set(changes)


def test_a_rolled_file_needs_no_hand_and_no_plan_has_an_error_or_a_failed_check(story: Story) -> None:
    plans = [text for (command, _), text in story.printed.items() if command == "plan"]
    assert len(plans) == 5
    for text in plans:
        assert re.search(r"Model integrity: all \d+ checks passed", text)
        assert "error[" not in text
        assert "WB830" not in text
        assert "WB836" not in text
    assert "FY2027: EUR 34.4k measured to Jun 2026 + EUR " in plans[0]
    for quarter, start in enumerate(STARTS[1:]):
        assert f"--to {start:%Y-%m}" in story.printed["approve", quarter]
    for data in (*story.measured, story.last):
        assert [cell for cell, value in values_of(data, SHEETS).items() if value in ERRORS] == []


# Closing figures, worked by hand

BASE = {"Shoppers": 42000, "Merchants": 3200, "Partner systems": 180, "Support staff": 90}
CURVES: Mapping[str, Sequence[tuple[int, float]]] = {
    "Shoppers": ((0, 1), (6, 1.12), (12, 1.3), (24, 1.7)),
    "Merchants": ((0, 1), (12, 1.25), (24, 1.5)),
    "Partner systems": ((0, 1), (3, 1.1), (9, 1.6)),
    "Support staff": ((0, 1),),
}
SEASON = {1: 0.92, 2: 0.9, 3: 0.95, 4: 0.97, 6: 0.98, 7: 0.94, 8: 0.93, 10: 1.03, 11: 1.14, 12: 1.24}
EVENTS = (("Shoppers", (2, 3), 1.25), ("", (7,), 1.1), ("Merchants", (14,), 1.15))
"""Months are counted from April 2026, as in the first plan."""
BANDWIDTH = {"Shoppers": 0.01, "Merchants": 0.05, "Partner systems": 0.4, "Support staff": 0.1}


def grown(segment: str, month: int) -> float:
    """Return the growth of a segment: geometric between milestones, none after the last."""
    curve = CURVES[segment]
    for (start, low), (end, high) in pairwise(curve):
        if start <= month <= end:
            return low * float((high / low) ** ((month - start) / (end - start)))
    return curve[-1][1]


def users_of(segment: str, month: int) -> float:
    """Return the users of a segment as the first plan had them."""
    count = BASE[segment] * grown(segment, month) * SEASON.get((month + 3) % 12 + 1, 1)
    for whose, months, factor in EVENTS:
        if month in months and whose in ("", segment):
            count *= factor
    return count


def planned_users(month: int) -> float:
    return fsum(users_of(segment, month) for segment in BASE)


LEVELS = (1.0, *(USERS[3 * quarter + 2] / planned_users(3 * quarter + 2) for quarter in range(4)))
"""How far users are off the first plan from each roll on: as the last month of the quarter was."""


def test_users_go_on_growing_from_the_measured_level(story: Story) -> None:
    assert LEVELS[1] == pytest.approx(1.053338, abs=5e-7)
    found = monthly(story.last, "users.all")
    expected = [LEVELS[4] * planned_users(12 + month) for month in range(25)]
    assert list(found.values()) == pytest.approx(expected, rel=1e-9)
    shoppers = monthly(story.last, "users.total", "Shoppers")
    assert shoppers[date(2027, 12, 1)] == pytest.approx(LEVELS[4] * users_of("Shoppers", 20), rel=1e-9)


def test_prices_escalate_in_the_same_calendar_months(story: Story) -> None:
    found = monthly(story.last, "cost.fixed", "Card network links")
    for month in range(24):
        assert found[date(2027 + (month + 3) // 12, (month + 3) % 12 + 1, 1)] == pytest.approx(
            1450 * 1.03 ** ((12 + month) // 12), rel=1e-9
        )
    traffic = fsum(users_of(segment, 20) * BANDWIDTH[segment] for segment in BASE) * LEVELS[4] / 1000
    december = traffic * 3600 * 730 / 8 * 0.012 * 1.03
    assert monthly(story.last, "cost.network")[date(2027, 12, 1)] == pytest.approx(december, rel=1e-9)


def test_the_outlook_is_what_was_measured_and_what_is_planned(story: Story) -> None:
    for quarter, data in enumerate(story.measured):
        measured = fsum(COSTS[: 3 * quarter + 3])
        cost = monthly(data, TOTAL)
        planned = fsum(cost[month] for month in MONTHS[3 * quarter + 3 :])
        assert figure(data, "Outlook", "FY2027", "Measured") == measured
        assert figure(data, "Outlook", "FY2027", "Planned") == pytest.approx(planned, rel=1e-9, abs=1e-9)
        assert figure(data, "Outlook", "FY2027", "Outlook") == pytest.approx(measured + planned, rel=1e-9)
        left = 165_000 - measured - planned
        assert figure(data, "Outlook", "FY2027", "Budget variance") == pytest.approx(left, rel=1e-9)
    assert figure(story.measured[3], "Outlook", "FY2027", "Outlook") == 147_450


def test_closed_months_are_compared_with_the_version_before(story: Story) -> None:
    before = monthly(story.approved[2], TOTAL)
    change = fsum(COSTS[6:]) - fsum(before[month] for month in MONTHS[6:])
    data = story.measured[3]
    values = values_of(data, ("Outlook",))
    label = next(cell for cell, value in values.items() if str(value).startswith("Measured less planned (EUR)"))
    assert values[Cell("Outlook", label.row, 2)] == pytest.approx(change, rel=1e-8)
    closed = figure(data, "Bridge", "Closed months", "EUR, this FY")
    assert closed == pytest.approx(change, rel=1e-8)
    steps = ("Forecast 9+3", "Closed months", "Months added", "Now")
    start, *moves, now = (figure(data, "Bridge", step, "EUR, this FY") for step in steps)
    assert start == pytest.approx(fsum(before[month] for month in MONTHS[6:]), rel=1e-8)
    assert start + fsum(moves) == pytest.approx(now, abs=0.01)
    assert now == 147_450


def test_forecasts_are_scored_at_each_lead(story: Story) -> None:
    wape: dict[str, tuple[float, float]] = {}
    for name, first, level in zip((BUDGET, *FORECASTS[:3]), (0, 0, 3, 6), (0, 0, 1, 2), strict=True):
        errors = [abs(LEVELS[level] * planned_users(month) - USERS[month]) for month in range(first, 12)]
        row = f"Users, {name}"
        expected = fsum(errors) / sum(USERS[first:])
        assert figure(story.last, "Accuracy", row, "WAPE") == pytest.approx(expected, rel=1e-8), name
        assert figure(story.last, "Accuracy", row, "Months scored") == 12 - first
        wape[name] = fsum(errors[6:12]), sum(USERS[first + 6 : 12])
    late = fsum(error for error, _ in wape.values()) / fsum(actual for _, actual in wape.values())
    assert figure(story.last, "Accuracy", "Users", "WAPE, months 6–11") == pytest.approx(late, rel=1e-8)


# Elsewhere


@pytest.mark.office
def test_the_last_workbook_recalculates_to_what_is_stored(story: Story) -> None:
    cells = formulas(story.last, SHEETS)
    assert len(cells) > 20_000
    recalculated = recalculated_by_office(poisoned(story.last))
    assert differences(values_of(story.last, SHEETS), values_of(recalculated, SHEETS), cells) == []
    mine = values_of(recalculated, (MINE,))
    cost = monthly(story.last, TOTAL)
    winter = fsum(cost[date(2028, month, 1)] for month in (1, 2, 3))
    shown = [mine[Cell(MINE, row, 2)] for row in range(1, 6)]
    shoppers = LEVELS[4] * users_of("Shoppers", 20)
    year = fsum(value for month, value in cost.items() if month < date(2028, 4, 1))
    assert shown == pytest.approx([cost[date(2027, 12, 1)], winter, shoppers, year, fsum(cost.values())], rel=1e-9)


def test_report_and_bridge_compare_with_the_version_before(story: Story) -> None:
    versions = (BUDGET, *FORECASTS[:3])
    for quarter, name in enumerate(versions):
        text = story.printed["bridge", quarter]
        assert f"than {name}" in text
        assert "Closed months" in text
    report = next(story.folder.glob("plan 2027-01-report.txt")).read_text()
    assert "SINCE FORECAST 9+3" in report
