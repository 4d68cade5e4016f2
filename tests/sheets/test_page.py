"""Sheets on screen and on paper: heads, panes, years, widths, zoom, tabs, footers, and nothing that shows as ###."""

from __future__ import annotations

import io
import re
import tempfile
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import SAMPLES, plan_file, plan_sample, results_of
from tests.edits import with_values
from workbook import actions
from workbook.address import Cell, column_letters
from workbook.files.writing.input_writer import InputJob, write_inputs
from workbook.files.writing.page import ZOOM, section_breaks
from workbook.inputs.sheets.registry import SHEETS
from workbook.inputs.template import load_guide, load_template
from workbook.model.results import Results
from workbook.sheets.layout import FIRST_PERIOD, HEADER_ROW, ITEM, MONTH_ROW, STATUS_ROW, YEAR_ROW, columns_of
from workbook.sheets.prefix import RESULT_SHEETS
from workbook.sheets.printing.widths import figure_width
from workbook.sheets.statements import STATEMENTS
from workbook.sheets.summary.top import MARK
from workbook.sheets.theme.look import load_theme
from workbook.sheets.workings import WORKINGS

pytestmark = pytest.mark.slow

SERIES = tuple(sheet.name for sheet in (*STATEMENTS, *WORKINGS))
Loaded = Any


@cache
def loaded(name: str) -> Loaded:
    return load(plan_sample(name)[0])


def load(data: bytes, *, values: bool = True) -> Loaded:
    with warnings.catch_warnings():
        # openpyxl tells of what it does not read, such as sparklines.
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


@cache
def inputs() -> Loaded:
    return load(write_inputs(InputJob(load_template("meridian").sheets, load_theme(), load_guide())).packed())


@cache
def edited(name: str, edits: tuple[tuple[Cell, float], ...]) -> tuple[bytes, Results]:
    """Plan a sample with other inputs."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "in.xlsx", Path(folder) / "out.xlsx"
        source.write_bytes(with_values((SAMPLES / f"{name}.xlsx").read_bytes(), dict(edits)))
        results = plan_file(source, out)
        return out.read_bytes(), results


def test_every_head_names_plan_scenario_run_and_master_check(sample: str) -> None:
    _, results = plan_sample(sample)
    for name in RESULT_SHEETS:
        sheet = loaded(sample)[name]
        head = " | ".join(str(cell.value) for row in sheet["A1:Z6"] for cell in row if cell.value is not None)
        assert f"{results.plan.settings.plan_name} · {name}" in head
        assert f"Scenario: {results.plan.settings.active_scenario}" in head
        assert f"Run {results.plan.run_id}" in head
        assert "checks passed" in head


def test_the_run_is_a_plain_text_and_the_scenario_is_live(sample: str) -> None:
    book = load(plan_sample(sample)[0], values=False)
    for name in RESULT_SHEETS:
        run = MARK if name == "Summary" else (STATUS_ROW, ITEM)
        assert re.fullmatch(r"Run [0-9a-f]{8} · model \d+", str(book[name].cell(*run).value))
        scenario = book[name]["K6" if name == "Summary" else "A2"]
        assert str(scenario.value).startswith('="Scenario: "')


def test_every_result_sheet_is_printed_as_a_board_paper(sample: str) -> None:
    _, results = plan_sample(sample)
    for name in RESULT_SHEETS:
        sheet = loaded(sample)[name]
        page = sheet.page_setup
        assert page.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (page.fitToWidth or 1, page.fitToHeight) == (1, 0)
        assert page.paperSize in (8, 9)
        assert bool(sheet.print_title_rows) == (name != "Summary")
        assert sheet.print_area
        footer = sheet.oddFooter
        assert footer.left.text == "&F"
        assert footer.center.text == "&A"
        assert footer.right.text == f"Run {results.plan.run_id}  ·  Page &P of &N"


def test_the_axis_is_repeated_on_paper_and_held_on_screen(sample: str) -> None:
    for name in SERIES:
        sheet = loaded(sample)[name]
        assert sheet.print_title_rows == f"${YEAR_ROW}:${HEADER_ROW}"
        assert sheet.print_title_cols == "$A:$B"
        assert sheet.freeze_panes == f"{column_letters(ITEM + 1)}{HEADER_ROW + 1}"
        assert sheet.page_setup.paperSize == 8


def test_the_snapshot_is_not_printed(sample: str) -> None:
    sheet = loaded(sample)["Checks"]
    last = int(re.findall(r"\d+", sheet.print_area)[-1])
    snapshot = next(row for row in range(1, 900) if str(sheet.cell(row, 1).value).startswith("Input snapshot"))
    assert last < snapshot
    below = [sheet.cell(row, 1).value for row in range(last + 1, snapshot)]
    assert not any(below)


def test_zoom_and_tabs_are_those_of_the_kind_of_sheet(sample: str) -> None:
    roles = load_theme().roles
    kinds = {**dict.fromkeys(RESULT_SHEETS, "presentation_tab"), "Checks": "control_tab"}
    kinds |= {name: "workings_tab" for name in RESULT_SHEETS if name.endswith(" workings")}
    for name, role in kinds.items():
        sheet = loaded(sample)[name]
        assert sheet.sheet_view.zoomScale == ZOOM
        assert not sheet.sheet_view.showGridLines
        assert sheet.sheet_properties.tabColor.rgb[-6:] == roles[role]["bg_color"][1:]
        pane = sheet.sheet_view.pane.activePane if sheet.sheet_view.pane else None
        assert [one.activeCell for one in sheet.sheet_view.selection if one.pane == pane] == ["A1"]


def test_input_sheets_have_the_same_zoom_and_page() -> None:
    book = inputs()
    for name in ("Guide", *(sheet.title for sheet in SHEETS.values())):
        sheet = book[name]
        assert sheet.sheet_view.zoomScale == ZOOM
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize in (8, 9)
        assert sheet.oddFooter.left.text == "&F"
        assert sheet.oddFooter.center.text == "&A"
        assert sheet.oddFooter.right.text == "Page &P of &N"
        role = "guide_tab" if name == "Guide" else "input_tab"
        assert sheet.sheet_properties.tabColor.rgb[-6:] == load_theme().roles[role]["bg_color"][1:]
    assert book.active.title == "Guide"


def test_years_stand_once_above_their_months_and_follow_live(sample: str) -> None:
    first = columns_of(results_of(sample).frame).first_month
    for name in SERIES:
        sheet = loaded(sample)[name]
        year, again, month = (sheet.cell(YEAR_ROW, first + place) for place in (0, 1, 0))
        assert isinstance(year.value, int)
        assert year.number_format.startswith('"FY"0')
        assert sheet.cell(MONTH_ROW, month.column).value == 0
        here, before = (f"{column_letters(first + place)}${YEAR_ROW}" for place in (1, 0))
        rules = {
            rule.formula[0]: rule
            for area in sheet.conditional_formatting
            for rule in area.rules
            if rule.type == "expression"
        }
        assert rules[f"{here}={before}"].dxf.numFmt.formatCode == ";;;"
        assert rules[f"{here}<>{before}"].dxf.border.left.style == "thin"
        assert again.value in (year.value, year.value + 1)


def test_the_same_column_is_as_wide_on_every_sheet_with_months(sample: str) -> None:
    """Labels may be wider on workings than on statements; periods and months are alike on all."""
    last = columns_of(results_of(sample).frame).first_month
    sheets = [loaded(sample)[name].column_dimensions for name in SERIES]
    widths = [[sheet[column_letters(column)].width for column in range(FIRST_PERIOD, last + 1)] for sheet in sheets]
    assert all(one == widths[0] for one in widths)


def too_wide(data: bytes) -> Iterator[str]:
    """Return the figures that Excel would show as ###."""
    book = load(data)
    for name in RESULT_SHEETS:
        sheet = book[name]
        widths: dict[int, float] = {}
        for dimension in sheet.column_dimensions.values():
            for column in range(dimension.min or 1, (dimension.max or 1) + 1):
                widths[column] = dimension.width
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
                    width = figure_width(cell.value, cell.number_format) * (cell.font.size / 11)
                    if width > widths.get(cell.column, 8.43):
                        yield f"{name}!{cell.coordinate}: {cell.value} needs {width:.1f}"


def test_no_figure_shows_as_hashes(sample: str) -> None:
    assert list(too_wide(plan_sample(sample)[0])) == []


def setting(results: Results, field: str) -> Cell:
    return results.plan.setting_cells[field]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["erlmcp", "meridian"])
def test_no_figure_shows_as_hashes_over_ten_years(name: str) -> None:
    _, results = plan_sample(name)
    data, longer = edited(name, ((setting(results, "horizon_months"), 120),))
    assert longer.frame.months == 121
    assert list(too_wide(data)) == []


@pytest.mark.slow
def test_no_figure_shows_as_hashes_in_billions() -> None:
    """Prices a hundred million times as high: the plan costs more than 1e12."""
    reading = actions.read_plan(SAMPLES / "meridian.xlsx")
    assert reading.plan is not None
    rates = reading.plan.tables["rates"]
    prices = {
        cell: 1e8 * float(reading.plan.cells[cell])  # type: ignore[arg-type]
        for row in range(len(rates.rows))
        for field in ("on_demand", "reserved", "spot")
        if (cell := rates.cell(row, field)) is not None and isinstance(reading.plan.cells.get(cell), int | float)
    }
    data, results = edited("meridian", tuple(prices.items()))
    assert float(results.value("cost.horizon") or 0) > 1e12
    assert list(too_wide(data)) == []


def test_a_section_that_fits_on_a_page_stands_on_one() -> None:
    widths = [20.0] * 5  # A4 at full size: 34 rows
    assert section_breaks([9, 20, 30, 40], 60, widths, 3) == [29]
    assert section_breaks([9], 30, widths, 3) == []
    # A section longer than a page breaks where it must.
    assert section_breaks([9, 20], 90, widths, 3) == []
