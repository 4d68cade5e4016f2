"""What reads like a breach of a rule and is none, and breaches that are easily missed."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.workbooks import workbook_from_markdown
from workbook.files.package.opening import open_package
from workbook.files.reading.survey import survey
from workbook.lint.check import lint
from workbook.lint.text_numbers import text_number
from workbook.lint.violations import Violation, load_rules
from workbook.problems import Severity

CASES = Path(__file__).parents[3] / "shared" / "cases" / "lint"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
Build = Callable[[Any, Any], None]

FIGURES = ["12\u202f345", "12\u00a0345", "\u2212500", "100-", "5,000 €", "€ 5,000", "1\u2019234", "1.5M", "5k", "£5k",
           "EUR 100", "100 EUR", "1e6", "12,5 %", "(1,234)", "$1,234.50", "1 234,50",
           "1.234.567,8", "1200"]  # fmt: skip
LABELS = ["10.0.0.1", "192.168.100.200", "1.2.3", "1.1.", "004711", "030 1234", "2024-01-31", "31.01.2024", "1/2/2024",
          "12:30", "A4", "3-4", "5 m", "", " ", "-", "1,2,3", "(5", "EUR"]  # fmt: skip

NEAR = {
    "addresses and versions": (
        "EU-text-number",
        """
        ## Hosts
        | Host | IP | Port | Version | Cores |
        | a | '10.0.0.1 | 8080 | '1.2.3 | 4 |
        | b | '10.0.0.2 | 8080 | '1.2.3 | 4 |
        """,
    ),
    "outline numbers": ("EU-text-number", "## D\n| No | Value |\n| '1.1. | 10 |\n| '1.2. | 11 |\n| '2 | 12 |"),
    "cost centres": ("EU-text-number", "## D\n| Centre | Value |\n| '004711 | 10 |\n| '4712 | 11 |"),
    "headers with years": ("EU-text-number", "## D\n| Item | '2024 | '2025 |\n| Rent | 100 | 110 |"),
    "headers with numbers": ("EU-text-number", "## D\n| Quarter | | |\n| Item | '1 | '2 |\n| Rent | 100 | 110 |"),
    "labels of a pivot table": (
        "EU-text-number",
        "## D\n| Row Labels | Sum |\n| '2022 | 1 |\n| '2023 | 2 |\n| '17 | 2 |",
    ),
    "a year beside quarters": (
        "EU-range",
        """
        ## Model
        | Item | 'Q4 23 | 'Q1 24 | 'Q2 24 | 'Q3 24 | 'Q4 24 | FY23 | FY24 |
        | Sales | 90 | 100 | 110 | 120 | 130 | 340 | =SUM(C2:F2) -> 460 |
        """,
    ),
    "the rest of a year": (
        "EU-range",
        "## M\n| Item | 'Q1 | 'Q2 | 'Q3 | 'Q4 | Year |\n| Sales | 1 | 2 | 3 | =F2-SUM(C2:D2) -> 4 | 10 |",
    ),
    "a share": ("EU-range", "## M\n| A | 1 | 2 | 3 | =B1/SUM(B1:C1) -> 0.3 |"),
    "a union": (
        "EU-range",
        "## M\n| A | 1 |\n| B | 2 |\n| C | 3 |\n| D | 4 |\n| E | 5 |\n| T | =SUM(B1:B2,B4:B5) -> 12 |",
    ),
    "a year among quarters": (
        "FAST-one-formula",
        """
        ## Model
        | Item | 'Q3 23 | 'Q4 23 | FY23 | 'Q1 24 | 'Q2 24 | 'Q3 24 |
        | Sales | 1 | 2 | 3 | 4 | 5 | 6 |
        | Twice | =B2*2 -> 2 | =C2*2 -> 4 | =SUM(B3:C3) -> 6 | =E2*2 -> 8 | =F2*2 -> 10 | =G2*2 -> 12 |
        """,
    ),
    "a typed year among quarters": (
        "EU-overwritten",
        """
        ## Model
        | Item | 'Q3 23 | 'Q4 23 | FY23 | 'Q1 24 | 'Q2 24 | 'Q3 24 |
        | Sales | 1 | 2 | 3 | 4 | 5 | 6 |
        | Twice | =B2*2 -> 2 | =C2*2 -> 4 | 6 | =E2*2 -> 8 | =F2*2 -> 10 | =G2*2 -> 12 |
        """,
    ),
    "a column named by a year": ("NJ-external-link", "## Budget\n| A | =SUM(Budget[2024]) -> 5 |"),
    "a deleted reference as text": ("FMC-error", '## M\n| A | =IF(B2="#REF!",0,1) -> 1 |'),
}

FOUND = {
    "a deleted reference in a trap": ("FMC-error", "## M\n| A | =IFERROR(Rates!#REF!*2,0) -> 0 |", "M!B1"),
    "a deleted reference in a sum": ("FMC-error", "## M\n| A | =SUM(A2,#REF!) -> 0 |", "M!B1"),
    "December left out": (
        "EU-range",
        """
        ## M
        | Item | 'Oct 2024 | 'Nov 2024 | 'Dec 2024 | Total |
        | Sales | 1 | 2 | 3 | =SUM(B2:C2) -> 3 |
        """,
        "M!E2",
    ),
    "a workbook by its number": ("NJ-external-link", "## M\n| A | ='[1]My sheet'!B4 -> 5 |", "M!B1"),
}


def _markdown(text: str) -> bytes:
    return workbook_from_markdown("\n".join(line.strip() for line in text.splitlines()))


def _violations(data: bytes, rule: str = "") -> tuple[Violation, ...]:
    return lint(survey(open_package(data, "model.xlsx", for_writing=False)), rules=[rule] if rule else [])


def _written(build: Build) -> bytes:
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    build(workbook, workbook.add_worksheet("Data"))
    workbook.close()
    return stream.getvalue()


@pytest.mark.parametrize("case", NEAR)
def test_a_near_miss_is_no_violation(case: str) -> None:
    rule, text = NEAR[case]
    assert _violations(_markdown(text), rule) == ()


@pytest.mark.parametrize("case", FOUND)
def test_a_breach_that_hides_is_found(case: str) -> None:
    rule, text, where = FOUND[case]
    assert [one.where for one in _violations(_markdown(text), rule)] == [where]


@pytest.mark.parametrize("text", FIGURES)
def test_a_number_in_any_spelling_is_a_warning_among_numbers(text: str) -> None:
    (found,) = _violations(_markdown(f"## D\n| Item | Amount |\n| a | '{text} |\n| b | 5 |"), "EU-text-number")
    assert (found.where, found.severity) == ("D!B2", Severity.WARNING)


@pytest.mark.parametrize("text", LABELS)
def test_a_label_that_looks_like_a_number_is_none(text: str) -> None:
    assert text_number(text) is None


def test_a_neighbour_is_shown_as_it_reads_in_its_own_cell() -> None:
    text = "## M\n| A | 1 | 2 | 3 | 4 | 5 |\n| B | =B1*2 -> 2 | =C1*2 -> 4 | =D1*3 -> 9 | =E1*2 -> 8 | =F1*2 -> 10 |"
    (found,) = _violations(_markdown(text), "FAST-one-formula")
    assert found.where == "M!D2"
    assert "=D1*3; its neighbour C2 has =C1*2" in found.seen
    assert found.severity is Severity.WARNING


def test_a_typed_number_is_shown_with_its_neighbour() -> None:
    text = "## M\n| A | 1 | 2 | 3 | 4 | 5 |\n| B | =B1*2 -> 2 | =C1*2 -> 4 | 7 | =E1*2 -> 8 | =F1*2 -> 10 |"
    (found,) = _violations(_markdown(text), "EU-overwritten")
    assert found.seen == "7; its neighbour C2 has =C1*2"


def test_a_picture_in_a_cell_is_no_error_value() -> None:
    def build(_: Any, sheet: Any) -> None:  # noqa: ANN401
        sheet.embed_image(3, 1, "logo.png", {"image_data": io.BytesIO(PIXEL)})

    assert _violations(_written(build), "FMC-error") == ()


def test_a_missing_value_for_a_chart_is_no_error() -> None:
    (found,) = _violations(_markdown("## M\n| A | =NA() -> #N/A |"), "FMC-error")
    assert found.severity is Severity.WARNING


def test_a_collapsed_group_is_not_hidden() -> None:
    def build(_: Any, sheet: Any) -> None:  # noqa: ANN401
        for row in range(6):
            sheet.write_row(row, 0, [row, 1, 2, 3])
        for row in range(1, 4):
            sheet.set_row(row, None, None, {"level": 1, "hidden": True})
        sheet.set_column(2, 2, 8, None, {"level": 1, "hidden": True})

    assert _violations(_written(build), "FMC-hidden") == ()


@pytest.mark.parametrize("as_table", [False, True])
def test_rows_that_a_filter_leaves_out_are_not_hidden(as_table: bool) -> None:
    def build(_: Any, sheet: Any) -> None:  # noqa: ANN401
        for row, value in enumerate([1, 2, 1], start=1):
            sheet.write_row(row, 0, [value, 10 * value])
        if as_table:
            sheet.add_table(0, 0, 3, 1, {"columns": [{"header": "Kind"}, {"header": "Value"}]})
        else:
            sheet.write_row(0, 0, ["Kind", "Value"])
            sheet.autofilter(0, 0, 3, 1)
            sheet.filter_column(0, "x == 1")
        sheet.set_row(2, None, None, {"hidden": True})

    found = _violations(_written(build), "FMC-hidden")
    assert [one.where for one in found] == (["Data!3:3"] if as_table else [])


@pytest.mark.parametrize(
    ("number_format", "is_unit"),
    [
        ("#,##0;[Red]-#,##0", False), ("[Blue]0", False), ("[>100]0.0", False), ("[$-409]0", False), ("0_)", False),
        ("General", False), ("0%", True), ('0 "GB"', True), ("[$€-407] 0", True), ("[$EUR] 0", True), ("£0", True),
    ],
)  # fmt: skip
def test_a_colour_in_a_number_format_is_no_unit(number_format: str, is_unit: bool) -> None:
    def build(workbook: Any, sheet: Any) -> None:  # noqa: ANN401
        sheet.write_row(0, 0, ["Item", *range(2024, 2032)])
        sheet.write(1, 0, "Storage")
        sheet.write_row(1, 1, [100.5 + n for n in range(8)], workbook.add_format({"num_format": number_format}))

    assert bool(_violations(_written(build), "FAST-units")) != is_unit


def test_only_an_error_value_is_certainly_wrong() -> None:
    assert [rule.id for rule in load_rules().values() if rule.severity is Severity.ERROR] == ["FMC-error"]


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(CASES.glob("*.xlsx")) or [None], ids=str)
def test_workbooks_of_other_programs_have_no_false_error(path: Path | None) -> None:
    if path is None:
        pytest.skip("there are no workbooks of other programs")
    errors = [one for one in _violations(path.read_bytes()) if one.severity is Severity.ERROR]
    assert bool(errors) == (path.stem == "hidden_ref")
