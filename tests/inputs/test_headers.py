"""Headers and sheet names as people write them."""

from __future__ import annotations

import pytest

from workbook.inputs.parse.headers import find_sheets, match_columns
from workbook.inputs.sheets.registry import SHEETS
from workbook.problems import Code, Severity


def fields_of(sheet_id: str, *headers: str) -> dict[str, int]:
    sheet = SHEETS[sheet_id]
    return dict(match_columns(sheet, sheet.title, 1, dict(enumerate(headers, 1))).column_numbers)


@pytest.mark.parametrize(
    "header",
    [
        "CPU per request (s)",
        "CPU per request",
        "cpu PER request",
        "  CPU   per request  ",
        "CPU per\nrequest\n(s)",
        "CPU\u00a0per request\u00a0(s)",
        "CPU per request(s)",
        "CPU per request ( seconds )",
        "ＣＰＵ per request",
    ],
)
def test_header_tolerance(header: str) -> None:
    assert fields_of("users", header) == {"cpu_per_request_s": 1}


@pytest.mark.parametrize(
    ("sheet_id", "header"),
    [
        ("users", "API bandwidth (Mbps per user)"),
        ("users", "Requests per user (1/s per user)"),
        ("users", "Counting window (minutes)"),
        ("growth", "Month (month)"),
        ("features", "Ramp (months from 10 to 90 %)"),
        ("components", "Load ramp (cores/min)"),
        ("components", "CPU share (percent)"),
        ("rates", "Cores (cores)"),
    ],
)
def test_spellings_of_the_same_unit(sheet_id: str, header: str) -> None:
    match = match_columns(SHEETS[sheet_id], "S", 1, {1: header})
    assert len(match.column_numbers) == 1
    assert not [problem for problem in match.problems if problem.code is Code.WRONG_UNIT]


@pytest.mark.parametrize("header", ["Base size (TB)", "Base size (MB)", "Retention (months)", "Dataset (%)"])
def test_another_unit_is_an_error(header: str) -> None:
    match = match_columns(SHEETS["retention"], "Retention", 1, {1: header})
    assert Code.WRONG_UNIT in {problem.code for problem in match.problems}


def test_order_is_free() -> None:
    assert fields_of("seasonality", "Notes", "Index", "Month") == {"notes": 1, "index": 2, "month": 3}


def test_every_title_matches_itself() -> None:
    for sheet in SHEETS.values():
        match = match_columns(sheet, sheet.title, 1, {n: column.title for n, column in enumerate(sheet.columns, 1)})
        assert match.problems == () or sheet.id in ("rates", "actuals")
        assert list(match.column_numbers) == [column.field for column in sheet.columns]


def test_missing_columns_of_a_table() -> None:
    match = match_columns(SHEETS["seasonality"], "Seasonality", 1, {1: "Month"})
    assert match.missing == {"index"}


def test_sheets_are_found_without_case() -> None:
    found, _ = find_sheets(["users", "SLAS ", "Settings"])
    assert found["users"] == "users"
    assert found["slas"] == "SLAS "


def test_copies_of_a_sheet() -> None:
    _, problems = find_sheets(["Users (2)"])
    assert "did you mean the sheet 'Users (2)'" in next(p for p in problems if p.expected == "Users").remedy


def test_sheets_of_the_tool_are_not_unknown() -> None:
    _, problems = find_sheets([sheet.title for sheet in SHEETS.values()] + ["Guide", "Summary", "Checks"])
    assert problems == ()


def test_optional_sheets_may_be_absent() -> None:
    _, problems = find_sheets([sheet.title for sheet in SHEETS.values() if sheet.required])
    assert not [problem for problem in problems if problem.severity is not Severity.INFO]
