"""Each rule finds what breaks it, and leaves the near miss alone."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter

from tests.workbooks import workbook_from_markdown
from workbook.files.package.opening import open_package
from workbook.files.reading.survey import survey
from workbook.lint.check import lint
from workbook.lint.violations import Violation, load_rules, place

MARKDOWN = {
    "FAST-one-formula": (
        """
        ## Model
        | Price | 2 -> | 3 | 4 | 5 | 6 |
        | Units | 1 | 1 | 1 | 1 | 1 |
        | Sales | =B1*B2 -> 2 | =C1*C2 -> 3 | =D1*D2*B1 -> 8 | =E1*E2 -> 5 | =F1*F2 -> 6 |
        """,
        "Model!D3",
        """
        ## Model
        | Price | 2 | 3 | 4 | 5 | 6 |
        | Units | 1 | 1 | 1 | 1 | 1 |
        | Sales | =B1*B2 -> 2 | =C1*C2 -> 3 | =D1*D2 -> 4 | =E1*E2 -> 5 | =SUM(B3:E3) -> 14 |
        """,
    ),
    "EU-overwritten": (
        """
        ## Model
        | Price | 2 | 3 | 4 | 5 |
        | Sales | =B1*2 -> 4 | 7 | =D1*2 -> 8 | =E1*2 -> 10 |
        """,
        "Model!C2",
        """
        ## Model
        | Price | 2 | 3 | 4 | 5 |
        | Sales | 7 | =C1*2 -> 6 | =D1*2 -> 8 | =E1*2 -> 10 |
        """,
    ),
    "FAST-constant": (
        "## Model\n| Net | 10 |\n| Gross | =B1*1.19 -> 11.9 |",
        "Model!B2",
        """
        ## Model
        | Net | 10 |
        | Year | =ROUND(B1*12/365,3)+IF(B3="",0.5,B3) -> 0.8 |
        | Sum typed | =3.5*7 -> 24.5 |
        """,
    ),
    "EU-range": (
        "## Model\n| Region | Sales |\n| A | 1 |\n| B | 2 |\n| C | 3 |\n| Total | =SUM(B2:B3) -> 3 |",
        "Model!B5",
        """
        ## Model
        | Region | 2024 |
        | A | 1 |
        | B | 2 |
        | Part | =SUM(B2:B3) -> 3 |
        | C | 3 |
        | D | 4 |
        | Part | =SUM(B5:B6) -> 7 |
        | Running | =SUM($B$2:B2) -> 1 |
        """,
    ),
    "FAST-volatile": (
        "## Model\n| A | 1 |\n| B | =OFFSET(B1,0,0) -> 1 |",
        "Model!B2",
        "## Model\n| A | 1 |\n| B | =INDEX(B1:B1,1) -> 1 |\n| Text | 'OFFSET(B1,0,0) |",
    ),
    "FAST-short": (
        "## Model\n| A | 1 |\n| B | =" + "+".join(["$B$1"] * 60) + " -> 60 |",
        "Model!B2",
        "## Model\n| A | 1 |\n| B | =" + "+".join(["$B$1"] * 40) + " -> 40 |",
    ),
    "FAST-nested-if": (
        "## Model\n| A | 1 |\n| B | =IF(B1=0,0,IF(B1=1,1,IF(B1=2,2,IF(B1=7,7,8)))) -> 1 |",
        "Model!B2",
        "## Model\n| A | 1 |\n| B | =IF(B1=0,0,IF(B1=1,1,IF(B1=2,2,8)))+IF(B1=7,1,0) -> 1 |",
    ),
    "EU-text-number": (
        "## Model\n| Grant | Amount |\n| A | 10 |\n| B | '30,000 |\n| C | 5 |",
        "Model!B3",
        "## Model\n| Grant | Amount |\n| A | 10 |\n| B | see 30,000 |\n\n| Phone | '030 1234 |",
    ),
    "FMC-error": (
        "## Model\n| A | =1/0 -> #DIV/0! |",
        "Model!B1",
        "## Model\n| A | 'an error such as #DIV/0! |",
    ),
}


def _findings(data: bytes, rule: str) -> tuple[Violation, ...]:
    return lint(survey(open_package(data, "model.xlsx", for_writing=False)), rules=[rule])


def _markdown(text: str) -> bytes:
    return workbook_from_markdown("\n".join(line.strip() for line in text.splitlines()).replace(" -> |", " |"))


@pytest.mark.parametrize("rule", MARKDOWN)
def test_a_breach_is_found_where_it_is(rule: str) -> None:
    wrong, where, _ = MARKDOWN[rule]
    assert [one.where for one in _findings(_markdown(wrong), rule)] == [where]


@pytest.mark.parametrize("rule", MARKDOWN)
def test_a_near_miss_is_left_alone(rule: str) -> None:
    assert _findings(_markdown(MARKDOWN[rule][2]), rule) == ()


Build = Callable[[Any], None]


def _written(build: Build) -> bytes:
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    build(workbook)
    workbook.close()
    return stream.getvalue()


def _axis(sheet: Any, row: int = 0, column: int = 2) -> None:  # noqa: ANN401
    for month in range(8):
        sheet.write(row, column + month, f"{['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug'][month]} 2026")


def _series(label: str, unit: str = "", *, frozen: bool = False, fitted: bool = False) -> Build:
    def build(workbook: Any) -> None:  # noqa: ANN401
        sheet = workbook.add_worksheet("Series")
        _axis(sheet)
        for month in range(20):
            sheet.write(0, 2 + month, 2020 + month)
            sheet.write(1, 2 + month, 1.5 * month)
        sheet.write(1, 0, label)
        if unit:
            sheet.write(1, 1, unit)
        if frozen:
            sheet.freeze_panes(1, 2)
        if fitted:
            sheet.fit_to_pages(1, 0)

    return build


def _hidden_rows(*, hidden: bool, figure: object = 5) -> Build:
    def build(workbook: Any) -> None:  # noqa: ANN401
        sheet = workbook.add_worksheet("Data")
        sheet.write(0, 0, "seen")
        sheet.write(4, 0, figure)
        sheet.set_row(4, None, None, {"hidden": hidden})

    return build


def _hidden_sheet(figure: object) -> Build:
    def build(workbook: Any) -> None:  # noqa: ANN401
        workbook.add_worksheet("Seen")
        sheet = workbook.add_worksheet("Secret")
        sheet.write(0, 0, figure)
        sheet.hide()

    return build


def _hidden_column(figure: object) -> Build:
    def build(workbook: Any) -> None:  # noqa: ANN401
        sheet = workbook.add_worksheet("Data")
        sheet.write(0, 2, figure)
        sheet.set_column(2, 2, 8, None, {"hidden": True})

    return build


def _two_axes(column: int) -> Build:
    def build(workbook: Any) -> None:  # noqa: ANN401
        _axis(workbook.add_worksheet("Sales"))
        _axis(workbook.add_worksheet("Costs"), column=column)

    return build


def _name(text: str) -> Build:
    def build(workbook: Any) -> None:  # noqa: ANN401
        workbook.add_worksheet("Data")
        workbook.define_name("TaxRate", text)

    return build


WRITTEN: dict[str, tuple[str, Build, str, Build]] = {
    "hidden rows": ("FMC-hidden", _hidden_rows(hidden=True), "Data!5:5", _hidden_rows(hidden=False)),
    "hidden rows of text": (
        "FMC-hidden",
        _hidden_rows(hidden=True),
        "Data!5:5",
        _hidden_rows(hidden=True, figure="note"),
    ),
    "hidden sheet": ("FMC-hidden", _hidden_sheet(5), "Secret", _hidden_sheet("list")),
    "hidden column": ("FMC-hidden", _hidden_column(5), "Data", _hidden_column("list")),
    "no unit": ("FAST-units", _series("Storage"), "Series!A2", _series("Storage", "GB")),
    "unit in brackets": ("FAST-units", _series("Storage"), "Series!A2", _series("Storage (GB)")),
    "no frozen panes": ("FAST-frozen-axis", _series("Storage"), "Series", _series("Storage", frozen=True)),
    "not fitted": ("FAST-print", _series("Storage"), "Series", _series("Storage", fitted=True)),
    "axes apart": ("FAST-one-axis", _two_axes(4), "Costs", _two_axes(2)),
    "lost name": ("FAST-names", _name("=#REF!"), "", _name("=Data!$A$1")),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_a_breach_of_layout_is_found_and_its_near_miss_is_not(case: str) -> None:
    rule, wrong, where, near = WRITTEN[case]
    assert [one.where for one in _findings(_written(wrong), rule)] == [where]
    assert _findings(_written(near), rule) == ()


def test_another_workbook_is_told_by_its_number_and_its_name() -> None:
    def build(workbook: Any) -> None:  # noqa: ANN401
        workbook.add_worksheet("Data").write_formula(0, 0, "=[1]Prices!$B$4", None, 5)

    found = _findings(_written(build), "NJ-external-link")
    assert [one.where for one in found] == ["Data!A1"]


def test_every_rule_has_its_texts_and_a_case_of_its_own() -> None:
    tried = {*MARKDOWN, *(rule for rule, *_ in WRITTEN.values()), "NJ-external-link", "FMC-macros", "NJ-readable"}
    assert set(load_rules()) == tried
    for rule in load_rules().values():
        assert rule.id.split("-")[0] in rule.source or rule.id.startswith("EU-")
        assert all((rule.title, rule.expected, rule.remedy, rule.example))
        assert len(rule.explanation) > 80


def test_neighbouring_cells_are_named_as_areas() -> None:
    cells = [(row, column) for row in (2, 3) for column in (2, 3, 4)] + [(9, 1)]
    assert place("My data", cells) == "'My data'!B2:D3, A9"
    assert place("S", [(row, 1) for row in range(1, 21, 2)]) == "S!A1, A3, A5, A7 and 6 more"
