"""What a written workbook looks like inside: charts, marks on every sheet."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from lxml import etree

from tests.conftest import book_of, plan_sample, results_of
from tests.engines import formulas, stored_values
from workbook.address import Cell, parse_a1, parse_area
from workbook.files.package.opening import open_package
from workbook.sheets.prefix import RESULT_SHEETS
from workbook.sheets.theme.look import load_theme

pytestmark = pytest.mark.slow

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def charts_of(data: bytes) -> dict[str, etree._Element]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]
        return {name: etree.fromstring(archive.read(name)) for name in names}


def names_of(sample: str) -> tuple[str, ...]:
    return tuple(layout.name for layout in book_of(sample).layouts)


def test_charts_are_titled_and_have_stored_values(sample: str) -> None:
    data, _ = plan_sample(sample)
    charts = charts_of(data)
    assert charts
    for chart in charts.values():
        assert chart.find(f"{CHART}chart/{CHART}title") is not None
        drawn = [
            len(series.findall(f"{CHART}val/{CHART}numRef/{CHART}numCache/{CHART}pt"))
            for series in chart.findall(f".//{CHART}ser")
        ]
        if chart.find(f".//{CHART}dateAx") is not None:
            assert min(drawn) >= 24
        else:
            # A month of a year is measured or planned, so only together they have them all; a range has two ends.
            is_tornado = chart.find(f".//{CHART}barDir[@val='bar']") is not None
            assert min(drawn) >= 1 if is_tornado else sum(drawn) >= 12


ORDER = " ".join(
    (
        "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges",
        "scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting",
        "dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks",
        "customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF picture oleObjects",
        "controls webPublishItems tableParts extLst",
    )
)
"""The children of a worksheet in the order of the transitional schema (ECMA-376, part 1, 18.3.1.99)."""
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def test_no_formula_is_marked_in_green_for_differing_from_its_neighbours(sample: str) -> None:
    data, _ = plan_sample(sample)
    package = open_package(data)
    for entry in package.sheets:
        if entry.name not in RESULT_SHEETS:
            continue
        sheet = etree.fromstring(package.read(entry.part))
        children = [etree.QName(child).localname for child in sheet]
        assert children == sorted(children, key=ORDER.split().index)
        ignored = {
            name: parse_area(str(one.get("sqref")))
            for one in sheet.findall(f"{MAIN}ignoredErrors/{MAIN}ignoredError")
            for name, value in one.attrib.items()
            if name != "sqref" and value == "1"
        }
        assert set(ignored) == {"formula", "formulaRange"}
        for cell in sheet.iter(f"{MAIN}c"):
            row, column = parse_a1(str(cell.get("r")))
            if cell.find(f"{MAIN}f") is not None:
                assert all(row <= area.last_row and column <= area.last_column for area in ignored.values())


def test_stored_chart_values_are_the_cells(sample: str) -> None:
    data, _ = plan_sample(sample)
    values = stored_values(data, names_of(sample))
    compared = 0
    for chart in charts_of(data).values():
        for reference in chart.findall(f".//{CHART}val/{CHART}numRef"):
            formula = reference.findtext(f"{CHART}f") or ""
            sheet, area = formula.split("!")
            first = parse_area(area.replace("$", ""))
            for point in reference.findall(f"{CHART}numCache/{CHART}pt"):
                place = int(str(point.get("idx")))
                down, right = (place, 0) if first.first_column == first.last_column else (0, place)
                cell = values[Cell(sheet.strip("'"), first.first_row + down, first.first_column + right)]
                assert isinstance(cell, int | float)
                assert abs(cell - float(point.findtext(f"{CHART}v") or "nan")) <= 1e-9 * max(1, abs(cell))
                compared += 1
    assert compared > 500


def test_every_chart_has_an_alternative_text(sample: str) -> None:
    data, _ = plan_sample(sample)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        drawings = [
            archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/drawings/drawing")
        ]
    frames = [frame for text in drawings for frame in re.findall(r"<xdr:cNvPr [^>]*>", text)]
    assert frames
    assert len(frames) == len(charts_of(data))
    assert all(re.search(r'descr="[^"]{20,}"', frame) for frame in frames)


def test_master_check_stands_on_every_sheet(sample: str) -> None:
    data, results = plan_sample(sample)
    values = stored_values(data, names_of(sample))
    rows = {name: 6 if name == "Summary" else 3 for name in names_of(sample)}
    shown = {values[Cell(name, row, 1)] for name, row in rows.items()}
    assert shown == {f"Model integrity: all {len(results.items('check.passed'))} checks passed"}


def test_every_style_has_a_look(sample: str) -> None:
    results = results_of(sample)
    theme = load_theme()
    for layout in book_of(sample).layouts:
        styles = {cell.style for cell in layout.words} | {cell.style for cell in layout.cells}
        for style in styles | {cell.style for cell in layout.plain}:
            theme.look(style)
    assert {line.unit for line in results.lines.values()} <= set(theme.formats)


def test_no_sheet_is_selected_beside_the_one_that_is_shown(sample: str) -> None:
    data, _ = plan_sample(sample)
    package = open_package(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        selected = [s.name for s in package.sheets if b'tabSelected="1"' in archive.read(s.part.lstrip("/"))]
    assert selected == ["Summary"]


def test_a_number_is_not_stored_as_text(sample: str) -> None:
    data, results = plan_sample(sample)
    typed = {name for dimension in results.frame.tables for name in results.frame.items[dimension]}
    calculated = formulas(data, RESULT_SHEETS)
    constants = {cell: value for cell, value in stored_values(data, RESULT_SHEETS).items() if cell not in calculated}
    assert any(isinstance(value, str) for value in constants.values())
    assert [
        (cell, value)
        for cell, value in constants.items()
        if isinstance(value, str) and value not in typed and re.fullmatch(r"\s*[-+−]?[0-9][0-9., ]*%?\s*", value)
    ] == []
