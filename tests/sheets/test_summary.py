"""The Summary answers a manager on its first screen, and leads to every sheet and back."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import NAMES, book_of, plan_file, plan_sample
from tests.edits import with_values
from tests.engines import ENGINES, formulas, stored_values
from tests.files.readers import formula_rows, sheet_xml, with_mine
from tests.model.cases import plan_of
from tests.workbooks import valid_workbook
from workbook.address import Cell, a1, parse_a1
from workbook.files.package.opening import open_package
from workbook.files.writing.page import scale
from workbook.history.lines.outlook import has_closed
from workbook.model import calculate
from workbook.model.board.headline import WATCHED
from workbook.sheets.book import lay_out_book
from workbook.sheets.layout import Layout
from workbook.sheets.prefix import RESULT_SHEETS
from workbook.sheets.printing.widths import Widths
from workbook.sheets.statements import STATEMENTS
from workbook.sheets.summary.tables import COST, RIGHT, chosen_commitments
from workbook.sheets.summary.tiles import FIRST_ROW
from workbook.sheets.summary.top import STATUS_ROW, VERDICT_ROW
from workbook.sheets.theme.look import load_theme

pytestmark = pytest.mark.whole

MOST_ROWS = 60
RATES = """
| Item | Kind    | Cores | Memory | On-demand |
| One  | node    | 1     | 16     | 0.2       |
| Disk | storage |       |        | 0.1       |
"""


def summary(name: str) -> Layout:
    return book_of(name).layouts[0]


def values_of(data: bytes) -> dict[Cell, object]:
    return dict(stored_values(data, ("Summary",)))


def below(values: dict[Cell, object], heading: str) -> list[list[object]]:
    """Return the rows below a table's heading and header, from its first column on, up to a blank one or a total."""
    start = next(cell for cell, value in values.items() if str(value).startswith(heading))
    rows: list[list[object]] = []
    for row in range(start.row + 2, start.row + 200):
        first = values.get(Cell("Summary", row, start.column))
        if first is None or str(first).startswith(("Total", "All ")):
            return rows
        rows.append([values.get(Cell("Summary", row, column)) for column in range(start.column, start.column + 9)])
    return rows


def test_the_verdict_comes_first_in_one_sentence_with_a_date_and_money(sample: str) -> None:
    data, results = plan_sample(sample)
    values = values_of(data)
    said = values[Cell("Summary", VERDICT_ROW, 1)]
    assert VERDICT_ROW <= 3
    assert said == results.value("summary.headline")
    assert isinstance(said, str)
    assert said.startswith("Approve ")
    assert said.count(".") - len(re.findall(r"[0-9][.][0-9]", said)) == 1
    assert str(results.value("order_by.first_date"))[:4] in said
    assert results.plan.settings.currency in said
    below_it = [values.get(Cell("Summary", row, 1)) for row in range(VERDICT_ROW + 1, STATUS_ROW)]
    assert all(isinstance(text, str) and text.endswith(".") for text in below_it)
    assert 1 <= len(below_it) <= 3


def test_without_an_order_the_verdict_says_so() -> None:
    results = calculate(plan_of())
    assert str(results.value("summary.headline")).startswith("No orders are required through")


def test_links_come_after_everything_else(sample: str) -> None:
    layout = summary(sample)
    targets = [words for words in layout.words if words.target and words.column < RIGHT[0]]
    assert min(words.row for words in targets) > layout.printed[0]


def test_it_has_at_most_sixty_rows(sample: str) -> None:
    layout = summary(sample)
    rows = [*(one.row for one in layout.words), *(one.row for one in layout.cells), *(one.row for one in layout.plain)]
    assert max(rows) <= MOST_ROWS
    assert layout.bands == ()


def test_tiles_are_numbers_to_link_to_with_words_in_cells_of_their_own(sample: str) -> None:
    data, results = plan_sample(sample)
    values, layout = values_of(data), summary(sample)
    tiles = [words for words in layout.words if words.style.role == "tile_label"]
    assert 6 <= len(tiles) <= 8
    assert {words.row for words in tiles} == {FIRST_ROW}
    for words in tiles:
        assert isinstance(values[Cell("Summary", FIRST_ROW + 1, words.column)], int | float | date), words.text
        assert isinstance(values[Cell("Summary", FIRST_ROW + 2, words.column)], str), words.text
    costs = [words for words in tiles if words.text.startswith("Cost this fiscal year")]
    shown = [values[Cell("Summary", FIRST_ROW + 1, words.column)] for words in costs]
    assert shown == [results.value("cost.this_year")]
    notes = [values[Cell("Summary", FIRST_ROW + 2, words.column)] for words in costs]
    assert [str(note).startswith("outlook ") for note in notes] == [has_closed(results)]


def test_charts_fill_the_width_of_the_tables(sample: str) -> None:
    book = book_of(sample)
    layout = book.layouts[0]
    pixels = [width * 7 + 5 for width in Widths(book, load_theme()).of(layout)]
    assert 4 <= len(layout.charts) <= 6
    ends = [chart.offset + chart.width for chart in layout.charts]
    starts = [chart.offset for chart in layout.charts]
    assert starts[0] == 0
    assert all(0 < start - end < 20 for end, start in zip(ends, starts[1:], strict=False))
    assert 0.9 * sum(pixels) <= ends[-1] <= sum(pixels)


def test_it_prints_on_one_page_of_a4_in_letters_of_seven_points() -> None:
    for name in NAMES:
        layout = summary(name)
        widths = Widths(book_of(name), load_theme()).of(layout)
        assert 11 * scale(widths) >= 7
        assert len(widths) == layout.printed[1]


@pytest.mark.slow
def test_orders_are_sorted_by_date_and_follow_an_edit() -> None:
    data, results = plan_sample("meridian")
    before = below(values_of(data), "Orders to place")
    assert [row[0] for row in before] == [results.value("decision.component", item) for item in range(6)]
    assert [row[2:5] for row in before] == [
        [results.value(f"decision.{name}", item) for name in ("nodes", "monthly_cost", "late_cost")]
        for item in range(6)
    ]
    assert [str(row[5]).partition(" ")[0] for row in before] == ["overdue", "overdue", "overdue", "in", "in", "in"]
    cell = results.plan.tables["components"].cell(0, "current_nodes")
    assert cell is not None
    # Gateway with hardly a node is the first to order for.
    after = below(values_of(ENGINES["formualizer"](with_values(data, {cell: 1}))), "Orders to place")
    assert after[0][0] == "Gateway"
    assert before[0][0] != "Gateway"
    assert sorted(str(row[0]) for row in after) == sorted(str(row[0]) for row in before)
    # And with many it has nothing to order, and is last.
    last = below(values_of(ENGINES["formualizer"](with_values(data, {cell: 99}))), "Orders to place")
    assert (last[-1][0], last[-1][5]) == ("Gateway", "nothing to order")


def test_of_many_orders_six_are_listed_and_all_are_summed() -> None:
    names = [f"C{number}" for number in range(1, 9)]
    rows = "\n".join(f"| {name} | 12.5 % | 12.5 % | One | 1 |" for name in names)
    sheets = {
        "Components": f"| Component | CPU share | Memory share | Node type | Current nodes |\n{rows}",
        "Rates": RATES,
    }
    results = calculate(plan_of(sheets=sheets, cells={"Users": {"Staff": {"Current users": 9000}}}))
    layout = lay_out_book(results).layouts[0]
    grid = next(grid for grid in layout.grids if grid.dimension == "decision")
    assert grid.count(results.frame.length("decision")) == 6
    assert any(words.text == "All orders, 2 more included" for words in layout.words)
    assert results.value("order.nodes_total") == sum(int(results.value("order.nodes", item) or 0) for item in range(8))


def test_commitments_are_listed_by_date_and_the_others_summed(sample: str) -> None:
    data, results = plan_sample(sample)
    rows = below(values_of(data), "Commitments")
    further = [row for row in rows if str(row[0]).endswith(" others")]
    listed = [row for row in rows if row not in further]
    assert 1 <= len(listed) <= 6
    starts = [str(row[3]) for row in listed]
    assert starts == sorted(starts)
    money = sum(float(str(row[5])) for row in rows)
    assert money == pytest.approx(results.value("commitment.total"), rel=1e-12)
    items = range(len(results.items("commitment.money")))
    costly = [item for item in items if results.value("commitment.money", item)]
    assert [row[0] for row in further] == ([f"{len(costly) - 5} others"] if len(costly) > 6 else [])
    assert [row[0] for row in listed] == [
        results.value("commitment.name", item) for item in chosen_commitments(results)
    ]


def test_what_needs_attention_is_counted_and_linked_to_the_sheet_where_it_is(sample: str) -> None:
    data, results = plan_sample(sample)
    rows = below(values_of(data), "Items requiring attention")
    spots = book_of(sample).placement.spots
    assert [row[0] for row in rows] == list(results.items("attention.count"))
    for row, watched in zip(rows, WATCHED, strict=True):
        has_nothing = watched.is_unknown is not None and results.plan.settings.budget is None
        assert row[3] == (watched.word if row[2] else "NOT ASSESSED" if has_nothing else "OK")
        assert row[5] == (spots[watched.line].sheet if watched.line in spots else "Checks")


def links(data: bytes, sheet: str) -> set[str]:
    """Return the targets of a sheet's links."""
    part = next(entry.part for entry in open_package(data).sheets if entry.name == sheet)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = archive.read(part.lstrip("/")).decode()
    return set(re.findall(r'<hyperlink [^>]*location="([^"]*)"', text))


def test_links_lead_to_every_sheet_and_back(sample: str) -> None:
    data, results = plan_sample(sample)
    reached = {target.rpartition("!")[0].strip("'") for target in links(data, "Summary")}
    inputs = set(results.plan.titles)
    assert reached >= {*(statement.name for statement in STATEMENTS), "Outputs", "Checks"} | inputs
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


def test_milestones_name_the_unit_that_the_plan_counts_memory_in() -> None:
    for base, unit in ((1000, "GB"), (1024, "GiB")):
        layout = lay_out_book(calculate(plan_of(settings={"Memory unit base": base}))).layouts[0]
        labels = [caption.text for caption in layout.words if caption.text.startswith("Memory required")]
        assert labels == [f"Memory required, {unit}"]


def test_without_a_budget_its_total_is_blank_and_no_zero() -> None:
    data, results = plan_sample("erlmcp")
    assert results.plan.settings.budget is None
    values = values_of(data)
    heading = next(cell for cell, value in values.items() if value == "Cost by fiscal year")
    row = next(cell.row for cell, value in values.items() if value == "Total" and cell.row > heading.row + 1)
    shown = [values.get(Cell("Summary", row, column)) for column in range(1, 9)]
    assert shown[5] == pytest.approx(results.value("cost.horizon"))
    assert [value or "" for value in shown[6:]] == ["", ""]


@pytest.mark.whole
def test_links_to_a_plan_s_year_follow_its_figures_when_a_month_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook(Actuals="| Month | Cost | Status |\n| 2026-01-01 | 6400 | preliminary |"))
    plan_file(path)
    values = values_of(path.read_bytes())
    header = next(cell for cell, value in values.items() if value == "Fiscal year")
    places = range(header.column + 1, header.column + 1 + len(COST))
    columns = {str(values[Cell("Summary", header.row, column)]): column for column in places}
    assert list(columns) == list(COST.values())
    tile = next(cell for cell, value in values.items() if str(value).startswith("Cost this fiscal year"))
    links = {name: f"Summary!{a1(header.row + 1, column)}" for name, column in columns.items()}
    links["tile"] = f"Summary!{a1(tile.row + 1, tile.column)}"
    path.write_bytes(with_mine(path.read_bytes(), sheet_xml(formula_rows(links))))
    path.write_bytes(with_values(path.read_bytes(), {Cell("Actuals", 2, 3): "final"}))
    plan_file(path)
    found = dict(zip(links, formulas(path.read_bytes(), ("Mine",)).values(), strict=True))
    moved = {name: found.pop(name) for name in ("Budget", "Variance")}
    assert found == {name: f"={link}" for name, link in links.items() if name not in moved}
    assert all(text.startswith("='Cost workings'!") for text in moved.values())
    labels = stored_values(path.read_bytes(), ("Cost workings",))
    rows = {name: parse_a1(text.partition("!")[2].replace("$", ""))[0] for name, text in moved.items()}
    assert {name: labels[Cell("Cost workings", row, 1)] for name, row in rows.items()} == {
        "Budget": "Budget of fiscal year",
        "Variance": "Budget variance",
    }
