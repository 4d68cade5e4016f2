"""Charts say their finding, hold demand against its limit, and are readable in grey and at their size."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import pairwise

import openpyxl
import pytest
from lxml import etree

from tests.conftest import book_of, plan_sample, results_of
from tests.edits import with_values
from tests.engines import ENGINES, stored_values
from tests.model.cases import plan_of
from workbook.address import Cell, parse_a1
from workbook.model import calculate
from workbook.model.board.insights import InsightId
from workbook.sheets.prefix import RESULT_SHEETS
from workbook.sheets.statements import STATEMENTS, SUMMARY_CHARTS
from workbook.sheets.statements.charts import MOST_SERIES, chart_of
from workbook.sheets.statements.records import ChartPlan
from workbook.sheets.summary.top import NAME_OF_WORKINGS
from workbook.sheets.theme.colours import contrast
from workbook.sheets.theme.look import load_theme

pytestmark = pytest.mark.slow

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
PLANS = [*SUMMARY_CHARTS, *(plan for content in STATEMENTS for plan in content.charts)]


def parts(data: bytes, pattern: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if re.fullmatch(pattern, name)}


def charts_of(data: bytes) -> list[etree._Element]:
    return [etree.fromstring(body) for body in parts(data, r"xl/charts/chart\d+\.xml").values()]


def titles(data: bytes) -> dict[str, str]:
    """Return the cell that each chart's title refers to, and the text that is stored beside."""
    found = {}
    for chart in charts_of(data):
        reference = chart.find(f"{C}chart/{C}title/{C}tx/{C}strRef")
        assert reference is not None
        found[reference.findtext(f"{C}f") or ""] = reference.findtext(f".//{C}v") or ""
    return found


SENTENCES = (
    "outlook.words",
    "compare.cost_plan_words",
    "compare.nodes_horizon_words",
    "risk.words_year",
    "risk.words_most",
    "risk.words_fleets",
)
"""What charts say that show no insight."""


def test_titles_are_cells_that_say_the_finding(sample: str) -> None:
    data, results = plan_sample(sample)
    values = stored_values(data, tuple(layout.name for layout in book_of(sample).layouts))
    said = {results.value("finding.title", item) for item in range(len(results.items("finding.title")))}
    said |= {results.value(line) for line in SENTENCES if line in results.lines}
    assert len(titles(data)) >= 8
    for formula, stored in titles(data).items():
        sheet, address = formula.split("!")
        assert values[Cell(sheet.strip("'"), *parse_a1(address.replace("$", "")))] == stored
        assert stored in said
        assert re.search(r"\d", stored)


def test_titles_follow_an_edit() -> None:
    data, results = plan_sample("meridian")
    cell = results.plan.tables["users"].cell(0, "current_users")
    assert cell is not None
    values = stored_values(ENGINES["formualizer"](with_values(data, {cell: 99_999})), (NAME_OF_WORKINGS,))
    before = stored_values(data, (NAME_OF_WORKINGS,))
    findings = {formula: stored for formula, stored in titles(data).items() if NAME_OF_WORKINGS in formula}
    cells = {formula: parse_a1(formula.split("!")[1].replace("$", "")) for formula in findings}
    shown = {formula: values[Cell(NAME_OF_WORKINGS, *cell)] for formula, cell in cells.items()}
    moved = {stored for formula, stored in findings.items() if shown[formula] != stored}
    assert {text.partition(":")[0] for text in moved} >= {"Users", "Nodes", "Cost"}
    assert before != values


def test_a_chart_has_six_series_at_most_and_titles_only_where_a_unit_needs_one(sample: str) -> None:
    data, _ = plan_sample(sample)
    assert charts_of(data)
    for chart in charts_of(data):
        drawn = chart.findall(f".//{C}ser")
        limits = [one for one in drawn if one.find(f"{C}spPr//{A}srgbClr[@val='000000']") is not None]
        assert 1 <= len(drawn) - len(limits) <= MOST_SERIES
        across = [*chart.findall(f".//{C}dateAx"), *chart.findall(f".//{C}catAx")]
        assert len(across) == 1
        assert across[0].find(f"{C}title") is None
        shown = chart.find(f".//{C}valAx/{C}numFmt")
        assert shown is not None
        has_unit = "%" not in shown.get("formatCode", "") and not is_of_counts(chart)
        assert [axis.find(f"{C}title") is not None for axis in chart.findall(f".//{C}valAx")] == [has_unit]
        sizes = [int(size) for element in chart.iter(f"{A}defRPr") if (size := element.get("sz"))]
        assert min(sizes) >= 900


def is_of_counts(chart: etree._Element) -> bool:
    """Whether a chart counts users or nodes, which its title names."""
    return (chart.findtext(f"{C}chart/{C}title/{C}tx/{C}strRef//{C}v") or "").startswith(("Users", "Nodes"))


def test_the_end_of_a_line_carries_its_value_and_no_other_point(sample: str) -> None:
    data, _ = plan_sample(sample)
    lines = [one for chart in charts_of(data) for one in chart.findall(f".//{C}lineChart/{C}ser")]
    assert lines
    for line in lines:
        gone = {int(label.find(f"{C}idx").get("val")) for label in line.findall(f"{C}dLbls/{C}dLbl")}  # type: ignore[union-attr, arg-type]
        points = [int(point.get("idx", "")) for point in line.findall(f"{C}val//{C}pt")]
        assert [point for point in points if point not in gone] == points[-1:]
        assert line.find(f"{C}dLbls/{C}showVal").get("val") == "1"  # type: ignore[union-attr]


def test_neighbours_of_a_stack_differ_in_grey() -> None:
    palette = load_theme().palette
    assert all(contrast(one, other) > 1.2 for one, other in pairwise(palette))


def test_stacks_are_edged_in_their_items_colours_and_lines_differ_in_dashes(sample: str) -> None:
    data, _ = plan_sample(sample)
    palette = load_theme().palette
    assert charts_of(data)
    for chart in charts_of(data):
        stack = chart.findall(f".//{C}areaChart/{C}ser") + chart.findall(f".//{C}barChart/{C}ser")
        if any(series.find(f"{C}spPr/{A}noFill") is not None for series in stack):
            continue  # a fan, whose bands have colours of their own
        fills = [series.find(f"{C}spPr/{A}solidFill/{A}srgbClr").get("val") for series in stack]  # type: ignore[union-attr]
        assert [f"#{fill}" for fill in fills] == list(palette[: len(fills)])
        assert all(series.find(f"{C}spPr/{A}ln/{A}solidFill/{A}srgbClr[@val='FFFFFF']") is not None for series in stack)
        legend = chart.find(f".//{C}legend/{C}legendPos")
        assert legend is not None
        assert legend.get("val") in ("r", "b")
        assert legend.get("val") == "b" or stack
        lines = chart.findall(f".//{C}lineChart/{C}ser")
        looks = [
            (series.find(f".//{A}srgbClr").get("val"), series.find(f".//{A}prstDash").get("val"))  # type: ignore[union-attr]
            for series in lines
        ]
        assert len({dash for _, dash in looks}) == len(looks)


def test_alternative_texts_tell_the_finding(sample: str) -> None:
    data, _ = plan_sample(sample)
    texts = [
        text
        for body in parts(data, r"xl/drawings/drawing\d+\.xml").values()
        for text in re.findall(r'<xdr:cNvPr [^>]*descr="([^"]*)"', body.decode())
    ]
    stored = [title.replace("'", "&apos;") for title in titles(data).values()]
    assert len(texts) == len(charts_of(data))
    for text in texts:
        assert any(title in text or title.replace("&apos;", "'") in text for title in stored), text


@pytest.mark.parametrize("plan", PLANS, ids=[f"{plan.insight}, {plan.lines[0]}" for plan in PLANS])
def test_every_plan_of_a_chart_names_lines_of_months(plan: ChartPlan) -> None:
    results = results_of("meridian")
    for line in (*plan.lines, *plan.limits):
        assert results.lines[line].axis == "month"


def many_segments() -> str:
    rows = "\n".join(f"| S{number} | {1000 * number} | 0.5 | 0.002 | 10 | 30 |" for number in range(1, 10))
    head = "| Segment | Current users | Requests per user | CPU per request | Memory per session | Session duration |"
    return f"{head}\n{rows}"


def test_of_many_parts_the_largest_are_shown_and_the_others_as_one() -> None:
    results = calculate(plan_of(sheets={"Users": many_segments()}))
    plan = next(plan for plan in PLANS if plan.insight is InsightId.USERS)
    chart = chart_of(plan, results)
    assert chart is not None
    assert [one.name for one in chart.series] == ["S9", "S8", "S7", "S6", "S5", "Other"]
    shown = [results.values[one.line][0, one.item, 3] for one in chart.series]
    assert sum(shown) == pytest.approx(results.values["users.all"][0, 0, 3])
    assert [one.name_line for one in chart.series] == [*["top_segment.name"] * 5, ""]


def test_a_budget_line_stands_only_where_there_is_a_budget() -> None:
    plan = next(plan for plan in PLANS if plan.lines == ("cost.category",))
    with_budget = chart_of(plan, calculate(plan_of(settings={"Budget (per fiscal year)": 1000})))
    without = chart_of(plan, calculate(plan_of()))
    assert with_budget is not None
    assert without is not None
    assert [one.name for one in with_budget.series if one.is_limit] == ["Budget"]
    assert [one.name for one in without.series if one.is_limit] == []


def test_charts_lie_over_empty_cells_and_on_one_page(sample: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(plan_sample(sample)[0]))
    charts = [
        (sheet, chart.anchor._from, chart.anchor.to)
        for sheet in book.worksheets
        for chart in sheet._charts  # type: ignore[attr-defined]
    ]
    assert len(charts) > 12
    for sheet, first, last in charts:
        rows = range(first.row + 1, last.row + 1 + (last.rowOff > 0))
        columns = range(first.col + 1, last.col + 1 + (last.colOff > 0))
        cells = (sheet.cell(row, column) for row in rows for column in columns)
        assert [cell.coordinate for cell in cells if cell.value is not None or cell.border.bottom.style] == []
        assert [one.id for one in sheet.row_breaks.brk if one.id in rows[:-1]] == [], sheet.title


def test_sparklines_draw_the_months_of_lines(sample: str) -> None:
    data, results = plan_sample(sample)
    sheets = [body.decode() for body in parts(data, r"xl/worksheets/sheet\d+\.xml").values()]
    drawn = [text for body in sheets for text in re.findall(r"<xm:f>([^<]*)</xm:f>", body)]
    assert len(drawn) == 5
    every = stored_values(data, RESULT_SHEETS)
    for text in drawn:
        sheet, area = text.split("!")
        first, last = (parse_a1(end) for end in area.split(":"))
        assert first[0] == last[0]
        assert last[1] - first[1] + 1 in (results.frame.months, results.frame.months - 1)
        assert isinstance(every[Cell(sheet.strip("'"), *first)], int | float)
