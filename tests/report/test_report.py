"""What a report says: golden texts, the same figures everywhere, changes by name, figures as a person writes them."""

from __future__ import annotations

import os
import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from tests.model import cases
from tests.report.reports import plan_of, planned_twice, report_of, report_of_sample
from tests.workbooks import replaced, valid_workbook
from workbook.model import calculate
from workbook.report.compare import changes
from workbook.report.compose import compose
from workbook.report.report import one_line
from workbook.report.wording import change_text, value_text

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).parent / "golden"


def plain(page: str) -> str:
    """Return a page's words without its tags."""
    unbroken = re.sub(r"</?(?:span|strong)\b[^>]*>", "", page)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", unbroken)).split())


def test_text_is_as_reviewed(sample: str) -> None:
    """A change of any word shows in review; WORKBOOK_UPDATE_GOLDEN=1 writes the file anew."""
    path, text = GOLDEN / f"{sample}.txt", report_of_sample(sample).text
    if os.environ.get("WORKBOOK_UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_text_and_page_hold_the_same_figures(tmp_path: Path) -> None:
    path = planned_twice(tmp_path)
    rendered = report_of(path, tmp_path / "plan.backup-2.xlsx")
    report, text, page = rendered.report, plain(rendered.text), plain(rendered.page)
    assert 5 <= len(report.figures) <= 10
    wanted = [
        report.ask,
        report.ask_details,
        report.forecast,
        report.why,
        report.levers_note,
        report.range,
        report.since,
        report.confidence,
        report.run_id,
        *(part for year in report.years for part in (year.year, year.cost, year.budget, year.variance)),
        *(part for driver in report.drivers for part in (driver.name, driver.change, driver.share)),
        *(part for lever in report.levers for part in (lever.action, lever.saving)),
        report.sources,
        *(part for figure in report.figures for part in (figure.label, figure.value, figure.before, figure.change)),
        *(picture.finding for picture in report.pictures),
        *(
            part
            for decision in report.decisions
            for part in (decision.when, decision.order, decision.why, decision.late)
        ),
        *(part for change in report.changes for part in (change.row, change.old, change.new)),
        *(part for assumption in report.assumptions for part in (assumption.value, assumption.source)),
    ]
    for part in wanted:
        assert part in text
        assert part in page


def test_the_ask_comes_first_and_the_rest_in_the_order_of_the_questions(sample: str) -> None:
    text = report_of_sample(sample).text
    headings = [
        "ASK", "FORECAST AGAINST BUDGET", "WHY", "LEVERS", "RANGE", "SINCE LAST TIME", "CONFIDENCE", "KEY FIGURES",
        "CHARTS", "PROCUREMENT SCHEDULE", "APPENDIX: ASSUMPTIONS AND SOURCES",
    ]  # fmt: skip
    assert [line for line in text.splitlines() if line in headings] == headings


def test_the_subject_has_the_ask_and_the_money() -> None:
    subject = report_of_sample("meridian").report.subject
    assert subject.startswith("Approve EUR 610 per month by Apr 2026: Meridian")
    assert len(subject) <= 70
    # The base of the cases stands still: 13 nodes at 0.2 and 125 GB at 0.1 cost 1910.5 per month.
    report = compose(calculate(cases.plan_of()), (), (), "plan.xlsx", None)
    assert report.subject == "No approval needed, FY2026 costs USD 22.9k: Base plan"
    assert report.ask == "No approval is needed: current capacity is sufficient through Jan 2027."
    assert report.decisions == ()


def test_orders_are_summed_and_then_listed() -> None:
    report = report_of_sample("meridian").report
    assert report.ask.startswith("Approve 5 nodes for 3 components by Apr 2026 (EUR 610 per month).")
    assert "All orders: 13 nodes, EUR 2.45k per month, " in report.ask
    assert [(one.item, one.order, one.cost) for one in report.decisions][:2] == [
        ("Payments", "3 nodes", "EUR 530"),
        ("Notifications", "1 node", "EUR 41.6"),
    ]
    assert "orders for Payments, Notifications and Reporting are overdue" in report.ask_details


def test_why_names_the_three_largest_drivers_with_their_shares() -> None:
    report = report_of_sample("meridian").report
    assert report.why == "FY2028 costs EUR 34k more than FY2027 (+24%). Largest drivers:"
    assert [(one.name, one.share) for one in report.drivers] == [
        ("Network", "30%"),
        ("Storage · Transactions", "25%"),
        ("Nodes · Gateway", "16%"),
    ]
    assert [one.saving for one in report.levers] == ["EUR 17.1k", "EUR 1.16k", "EUR 333"]


def test_figures_of_sentences_have_three_digits_at_most_and_no_loose_units(sample: str) -> None:
    report = report_of_sample(sample).report
    for text in (report.ask, report.forecast, report.why, report.since, *(one.saving for one in report.levers)):
        said = re.sub(r"\b(?:FY|[A-Z][a-z]{2} )?\d{4}(?:-\d\d)?\b", "", text)
        assert " %" not in said
        for number in re.findall(r"\d[\d.,]*", said):
            assert len(number.strip(".,").replace(".", "").lstrip("0")) <= 3, (number, text)


def test_two_to_four_charts_tell_their_finding(sample: str) -> None:
    pictures = report_of_sample(sample).report.pictures
    assert 2 <= len(pictures) <= 4
    for picture in pictures:
        assert picture.width <= 600
        assert picture.png.startswith(b"\x89PNG")
        assert int.from_bytes(picture.png[16:20], "big") == 2 * picture.width
        assert int.from_bytes(picture.png[20:24], "big") == 2 * picture.height
        assert picture.png[25] in (2, 6)
        assert picture.finding in picture.description
        assert b"Software" not in picture.png


def test_report_is_the_same_each_time() -> None:
    report_of_sample.cache_clear()
    once = report_of_sample("erlmcp")
    report_of_sample.cache_clear()
    assert report_of_sample("erlmcp") == once


def test_changes_are_told_by_name(tmp_path: Path) -> None:
    now, then = tmp_path / "now.xlsx", tmp_path / "then.xlsx"
    then.write_bytes(valid_workbook())
    users = """
| Segment | Current users | Requests per user | CPU per request (s) | Memory per session | Session duration | Source |
| Robots | 20 | 0.5 | 0.002 | 10 | 30 | |
| Staff | 5500 | 0.5 | 0.002 | 10 | 30 | another census |
"""
    now.write_bytes(valid_workbook(Users=users, **replaced("Retention", "| 5 %  ", "| 6 % ")))
    found = [(one.sheet, one.row, one.column, one.old, one.new) for one in changes(plan_of(now), plan_of(then))]
    assert found == [
        ("Users", "Robots", "", "", "row added"),
        ("Users", "Staff", "Current users", "5,000", "5,500"),
        ("Users", "Guests", "", "row removed", ""),
        ("Retention", "Logs", "Growth per month", "5%", "6%"),
    ]


def test_a_row_that_moved_has_not_changed(tmp_path: Path) -> None:
    now, then = tmp_path / "now.xlsx", tmp_path / "then.xlsx"
    then.write_bytes(valid_workbook())
    moved = """
| Current users | Segment | Requests per user | CPU per request (s) | Memory per session | Session duration |
| 800 | Guests | 0.1 | 0.002 | 5 | 10 |
| 5000 | Staff | 0.5 | 0.002 | 10 | 30 |
"""
    now.write_bytes(valid_workbook(Users=moved))
    assert changes(plan_of(now), plan_of(then)) == ()


def test_a_last_digit_is_no_change(tmp_path: Path) -> None:
    """Programs store 15 or 17 digits, and whole numbers with or without a fraction."""
    now, then = tmp_path / "now.xlsx", tmp_path / "then.xlsx"
    then.write_bytes(valid_workbook(**replaced("Retention", "| 5 %  ", f"| {1 / 3!r} ")))
    now.write_bytes(valid_workbook(**replaced("Retention", "| 5 %  ", "| 0.333333333333333 ")))
    assert changes(plan_of(now), plan_of(then)) == ()
    assert plan_of(now).run_id == plan_of(then).run_id


def test_long_lists_are_counted(tmp_path: Path) -> None:
    now, then = tmp_path / "now.xlsx", tmp_path / "then.xlsx"
    rows = "\n".join(f"| D{number:02} | 100 | 5 % | 90 | Disk |" for number in range(30))
    head = "| Dataset | Base size (GB) | Growth per month (%) | Retention (days) | Storage tier |\n"
    then.write_bytes(valid_workbook())
    now.write_bytes(valid_workbook(Retention=f"\n{head}{rows}\n"))
    rendered = report_of(now, then)
    assert len(rendered.report.changes) == 20
    assert rendered.report.more_changes == 11
    assert "and 11 more" in rendered.text
    assert "and 11 more" in rendered.page


def test_sources_that_are_missing_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook())
    sources = report_of(path).report.sources
    assert re.match(r"\d+ of \d+ inputs have no source \(", sources), sources
    assert "Users 1" in sources


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (142316.6, "EUR", "EUR 142k"),
        (-0.2, "", "−0.2"),
        (None, "EUR", "–"),
        (date(2026, 5, 1), "", "May 2026"),
        (-22397.0, "EUR", "−EUR 22.4k"),
        (1_090_000.0, "USD", "USD 1.09M"),
    ],
)
def test_values_are_written_once(value: float | date | None, unit: str, text: str) -> None:
    assert value_text(value, unit) == text


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [
        (120.0, 100.0, "+EUR 20 (+20%)"),
        (80.0, 100.0, "−EUR 20 (−20%)"),
        (5.0, 0.0, "+EUR 5"),
        (100.0, 100.0, "no change"),
        (100.0004, 100.0, "no change"),
        (-50.0, -100.0, "+EUR 50 (+50%)"),
        (100.0, None, "–"),
        (date(2026, 5, 1), date(2026, 7, 1), "2 months earlier"),
        (date(2027, 1, 1), date(2026, 12, 1), "1 month later"),
        (date(2027, 1, 1), None, "new"),
        (None, date(2026, 12, 1), "no longer"),
    ],
)
def test_changes_are_worded(now: float | date | None, before: float | date | None, text: str) -> None:
    assert change_text(now, before, "EUR") == text


def test_texts_of_cells_become_one_plain_line() -> None:
    assert one_line("a\r\nBcc: x\u2028b\x1b[31m\u202ec\u200bd") == "a Bcc: x b [31mcd"
    assert one_line("\ud800") == "\ufffd"
