"""The Summary answers a manager on its first screen, and leads to every sheet and back."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from tests.conftest import plan_sample
from tests.edits import with_values
from tests.engines import ENGINES, stored_values
from tests.model.cases import plan_of
from workbook.address import Cell
from workbook.files.package.opening import open_package
from workbook.model import calculate
from workbook.model.board.headline import WATCHED
from workbook.sheets.book import lay_out_book
from workbook.sheets.layout import Layout
from workbook.sheets.prefix import RESULT_SHEETS
from workbook.sheets.statements import STATEMENTS
from workbook.sheets.summary.tables import SHOWN_ON
from workbook.sheets.summary.tiles import FIRST_ROW, HEADLINE_ROW

SCREEN_ROWS, SCREEN_CHARACTERS = 45, 240


def summary(name: str) -> Layout:
    return lay_out_book(plan_sample(name)[1]).layouts[0]


def below(values: dict[Cell, object], heading: str) -> list[list[object]]:
    """Return the rows below a table's heading and header, up to a blank one."""
    start = next(cell.row for cell, value in values.items() if cell.column == 1 and str(value).startswith(heading))
    rows: list[list[object]] = []
    for row in range(start + 2, start + 200):
        if values.get(Cell("Summary", row, 1)) is None:
            return rows
        rows.append([values.get(Cell("Summary", row, column)) for column in range(1, 16)])
    return rows


def test_the_verdict_comes_first_in_one_sentence(sample: str) -> None:
    data, results = plan_sample(sample)
    said = stored_values(data, ("Summary",))[Cell("Summary", HEADLINE_ROW, 1)]
    assert said == results.value("summary.headline")
    assert isinstance(said, str)
    assert said.count(";") == 1
    assert said.endswith(".")
    assert "check" not in said


def test_tiles_charts_and_decisions_are_on_the_first_screen(sample: str) -> None:
    layout = summary(sample)
    tiles = [words for words in layout.words if words.style.role == "tile_label"]
    assert 6 <= len(tiles) <= 8
    assert {words.row for words in tiles} == {FIRST_ROW}
    assert sum(layout.widths) <= SCREEN_CHARACTERS
    decisions = next(grid for grid in layout.grids if grid.dimension == "decision")
    assert decisions.row < SCREEN_ROWS
    assert min(chart.row for chart in layout.charts) < decisions.row
    assert 4 <= len(layout.charts) <= 6
    assert len([chart for chart in layout.charts if chart.row < SCREEN_ROWS]) >= 4


def test_tiles_hold_texts_so_that_no_figure_is_too_wide() -> None:
    head = "| Segment | Current users | Requests per user | CPU per request | Memory per session | Session duration |"
    results = calculate(plan_of(sheets={"Users": f"{head}\n| Staff | 4000000000 | 0.5 | 0.002 | 10 | 30 |"}))
    assert results.value("finding.now_words", 0) == "4bn"


def test_decisions_are_sorted_by_date_and_follow_an_edit() -> None:
    data, results = plan_sample("meridian")
    before = below(stored_values(data, ("Summary",)), "Orders to place")
    assert [row[0] for row in before] == [results.value("decision.component", item) for item in range(6)]
    assert [str(row[2]).partition(" ")[0] for row in before] == ["overdue", "overdue", "overdue", "in", "in", "in"]
    cell = results.plan.tables["components"].cell(0, "current_nodes")
    assert cell is not None
    # Gateway with hardly a node is the first to order for.
    after = below(stored_values(ENGINES["formualizer"](with_values(data, {cell: 1})), ("Summary",)), "Orders to place")
    assert after[0][0] == "Gateway"
    assert before[0][0] != "Gateway"
    assert sorted(str(row[0]) for row in after) == sorted(str(row[0]) for row in before)
    # And with many it has nothing to order, and stands last.
    last = below(stored_values(ENGINES["formualizer"](with_values(data, {cell: 99})), ("Summary",)), "Orders to place")
    assert (last[-1][0], last[-1][2]) == ("Gateway", "nothing to order")


def test_what_needs_attention_is_counted_and_linked(sample: str) -> None:
    data, results = plan_sample(sample)
    rows = below(stored_values(data, ("Summary",)), "Items requiring attention")
    assert [row[0] for row in rows] == list(results.items("attention.count"))
    for row in rows:
        word = next(watched.word for watched in WATCHED if watched.title == row[0])
        assert row[2] == (word if row[1] else "OK")
    assert [watched.line for watched in WATCHED] == list(SHOWN_ON)
    book = lay_out_book(results)
    spots = book.placement.spots
    for line, sheet in SHOWN_ON.items():
        assert line not in spots or spots[line].sheet == sheet


def links(data: bytes, sheet: str) -> set[str]:
    """Return the targets of a sheet's links."""
    part = next(entry.part for entry in open_package(data).sheets if entry.name == sheet)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = archive.read(part.lstrip("/")).decode()
    return set(re.findall(r'<hyperlink [^>]*location="([^"]*)"', text))


def test_links_lead_to_every_sheet_and_back(sample: str) -> None:
    data, results = plan_sample(sample)
    reached = {target.rpartition("!")[0].strip("'") for target in links(data, "Summary")}
    inputs = {results.plan.setting_title, *(table.title for table in results.plan.tables.values())}
    assert reached >= {*(statement.name for statement in STATEMENTS), "Checks"} | inputs
    for sheet in set(RESULT_SHEETS) - {"Summary"}:
        assert "'Summary'!A1" in links(data, sheet)


def test_links_lead_to_the_row_that_they_name(sample: str) -> None:
    data, results = plan_sample(sample)
    spot = lay_out_book(results).placement.spots["availability.missed"]
    assert f"'{spot.sheet}'!A{spot.row}" in links(data, "Summary")


def test_overdue_orders_are_marked() -> None:
    data, _ = plan_sample("meridian")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name]
    assert any(re.search(r'operator="beginsWith" text="overdue"', sheet) for sheet in sheets)


@pytest.mark.parametrize("horizon", [1, 120])
def test_the_shortest_and_the_longest_plan_have_a_summary(horizon: int) -> None:
    results = calculate(plan_of(settings={"Horizon (months)": horizon}))
    layout = lay_out_book(results).layouts[0]
    assert len(layout.charts) >= 4
    assert results.value("summary.headline")
