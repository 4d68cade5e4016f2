"""References of the user's own to result sheets follow their lines when a run lays these out anew."""

from __future__ import annotations

import io
import json
import warnings
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import plan_file, planned_base, run
from tests.edits import parts_of
from tests.engines import recalculated_by_office
from tests.files.readers import (
    MINE,
    LineCells,
    everything,
    formula_rows,
    line_cells,
    sheet_xml,
    with_inputs,
    with_mine,
)
from tests.workbooks import replaced, valid_markdown
from workbook.files.package.names import defined_names
from workbook.files.package.opening import open_package

pytestmark = pytest.mark.slow

JANUARY, APRIL, MAY, JUNE = (date(2026, month, 1) for month in (1, 4, 5, 6))
TOTAL = "cost.nodes_total"
"""Of all nodes: it lies below the cost of each component, which moves it."""
ONE_MORE = replaced("Components", "| edge", "| mid | 0 % | 0 % | Large | 1 |\n| edge")
"""A component between the two of the base: every line of components has one more row."""
_EDGE = "| edge      | 40 %          | 50 %             | Large     |               |"
ONE_BELOW = replaced("Components", _EDGE, f"{_EDGE}\n| mid | 0 % | 0 % | Large | 1 |")


@cache
def base() -> LineCells:
    return line_cells(planned_base())


def planned(tmp_path: Path, data: bytes, *options: str, **sheets: str) -> tuple[Path, Any]:
    """Plan a planned workbook again, with other input sheets."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(with_inputs(data, valid_markdown(**sheets)))
    return path, run("plan", path, *options)


def formulas(path: Path) -> list[str]:
    """Return the formulas of the sheet Mine, from top to bottom."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sheet = openpyxl.load_workbook(path)[MINE]
    cells = (sheet.cell(row, 2).value for row in range(1, sheet.max_row + 1))
    return [str(getattr(cell, "text", cell)).removeprefix("=") for cell in cells if cell is not None]


def names_of(path: Path) -> dict[str, str]:
    """Return the defined names of a workbook."""
    return {name.name: name.text for name in defined_names(open_package(path.read_bytes()).workbook)}


def mine(*texts: str, attributes: dict[str, str] | None = None, names: dict[str, str] | None = None) -> bytes:
    """Return the planned base with formulas in column B of a sheet Mine."""
    named = dict(zip(map(str, range(len(texts))), texts, strict=True))
    return with_mine(planned_base(), sheet_xml(formula_rows(named, attributes)), names=names)


def follows(tmp_path: Path, before: str, **sheets: str) -> str:
    """Return what becomes of one formula when the plan is planned again with other inputs."""
    path, done = planned(tmp_path, mine(before), **(sheets or ONE_MORE))
    assert done.exit_code == 0, done.output
    return formulas(path)[0]


def now(path: Path) -> LineCells:
    return line_cells(path.read_bytes())


def over(book: LineCells, first: date, last: date, line: str = TOTAL, item: str = "") -> str:
    """Return the months of a line from a first to a last one, without `$`."""
    return book.cell(line, item, first, fixed=False) + ":" + book.cell(line, item, last, fixed=False).partition("!")[2]


def columns(book: LineCells, first: date, last: date) -> str:
    """Return the whole columns of months on the sheet Cost."""
    return f"Cost!{book.letters('Cost', first)}:{book.letters('Cost', last)}"


def test_a_formula_reads_the_line_that_it_read_before(tmp_path: Path) -> None:
    total = base().cell(TOTAL, "", APRIL, fixed=False)
    path, done = planned(tmp_path, mine(f"-{total}"), **ONE_MORE)
    assert done.exit_code == 0, done.output
    after = now(path).cell(TOTAL, "", APRIL, fixed=False)
    assert formulas(path) == [f"-{after}"]
    assert after != total
    assert f"Mine!B1: -{total} → -{after}" in done.output


def test_an_absolute_a_mixed_and_a_quoted_reference_keep_how_they_are_written(tmp_path: Path) -> None:
    sheet, row = base().row(TOTAL)
    at = base().letters(sheet, APRIL)
    texts = [
        f"{sheet}!${at}{row}+{sheet}!{at}${row}",
        f"'{sheet}'!${at}${row}",
        f"cost!{at}{row}",
        f'"{sheet}!{at}{row}"&{sheet}!{at}{row}',
    ]
    path, _ = planned(tmp_path, mine(*texts), **ONE_MORE)
    new = now(path).row(TOTAL)[1]
    assert new != row
    assert formulas(path) == [
        f"{sheet}!${at}{new}+{sheet}!{at}${new}",
        f"'{sheet}'!${at}${new}",
        f"cost!{at}{new}",
        f'"{sheet}!{at}{row}"&{sheet}!{at}{new}',
    ]


def test_a_range_over_all_items_stays_all_items(tmp_path: Path) -> None:
    first, last = base().row("nodes.today", "core"), base().row("nodes.today", "edge")
    path, done = planned(tmp_path, mine(f"SUM(Capacity!$D${first[1]}:D{last[1]})"), **ONE_MORE)
    assert done.exit_code == 0, done.output
    new = now(path)
    rows = [new.row("nodes.today", item)[1] for item in ("core", "mid", "edge")]
    assert rows == list(range(rows[0], rows[0] + 3))
    assert formulas(path) == [f"SUM(Capacity!$D${rows[0]}:D{rows[2]})"]


def test_one_item_over_its_months_gets_no_further_item(tmp_path: Path) -> None:
    line = "storage.required", "Logs"
    before = over(base(), APRIL, date(2026, 12, 1), *line)
    more = replaced("Retention", "| Logs", "| Traces | 50 | 1 % | 30 | Disk |\n| Logs")
    after = follows(tmp_path, f"SUM({before})", **more)
    new = over(now(tmp_path / "plan.xlsx"), APRIL, date(2026, 12, 1), *line)
    assert after == f"SUM({new})"
    assert after != f"SUM({before})"


def test_whole_rows_columns_and_what_does_not_move(tmp_path: Path) -> None:
    sheet, row = base().row(TOTAL)
    april, may = (base().letters(sheet, month) for month in (APRIL, MAY))
    texts = [
        f"SUM({sheet}!{row}:{row})",
        f"SUM({sheet}!${april}:${may})",
        f"{sheet}!A1",
        f"{sheet}!{april}7",
        "Summary!A1",
        f"MATCH(1,{sheet}!F:F,0)",
    ]
    path, _ = planned(tmp_path, mine(*texts), **ONE_MORE)
    new = now(path).row(TOTAL)[1]
    assert formulas(path) == [f"SUM({sheet}!{new}:{new})", *texts[1:]]


def test_a_later_start_moves_references_to_their_calendar_month(tmp_path: Path) -> None:
    later = replaced("Settings", "2026-01-01", "2026-04-01")

    def text(book: LineCells) -> str:
        april = book.cell(TOTAL, "", APRIL, fixed=False)
        return f"{april}+SUM({columns(book, MAY, JUNE)})+SUM({over(book, APRIL, JUNE)})"

    after = follows(tmp_path, text(base()), **later)
    assert after == text(now(tmp_path / "plan.xlsx")) != text(base())


@pytest.mark.office
def test_a_recalculation_before_the_run_does_not_move_what_was_read(tmp_path: Path) -> None:
    """A program recalculates the heads as soon as Plan start is edited, so they show other months than the run did."""
    april, january = (base().cell(TOTAL, "", month) for month in (APRIL, JANUARY))
    later = valid_markdown(**replaced("Settings", "2026-01-01", "2026-04-01"))
    path = tmp_path / "plan.xlsx"
    path.write_bytes(recalculated_by_office(with_inputs(mine(april), later)))
    done = run("plan", path)
    assert done.exit_code == 0, done.output
    assert formulas(path) == [now(path).cell(TOTAL, "", APRIL)]
    assert formulas(path) != [april]
    path.write_bytes(recalculated_by_office(with_inputs(mine(january), later)))
    refused = run("plan", path)
    assert (refused.exit_code, "WB541" in refused.output) == (1, True)


def test_a_month_before_the_start_stops_the_run(tmp_path: Path) -> None:
    january, june = (base().cell(TOTAL, "", month, fixed=False) for month in (JANUARY, JUNE))
    data = mine(january, f"SUM({over(base(), JANUARY, JUNE)})", june)
    later = replaced("Settings", "2026-01-01", "2026-04-01")
    path, done = planned(tmp_path, data, **later)
    before = path.read_bytes()
    assert done.exit_code == 1
    assert "WB541" in done.output
    assert "Mine!B1 (Jan 2026), Mine!B2 (Jan 2026)" in " ".join(done.output.split())
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["plan.xlsx"]
    assert "--anyway" in done.output
    assert "--keep-references" in done.output
    again = run("plan", path, "--anyway")
    assert again.exit_code == 0, again.output
    new = now(path)
    left = over(new, APRIL, JUNE)
    assert formulas(path) == ["Cost!#REF!", f"SUM({left})", new.cell(TOTAL, "", JUNE, fixed=False)]


def test_an_item_that_is_gone_stops_the_run(tmp_path: Path) -> None:
    cell = base().cell("nodes.provisioned", "core", MAY)
    gone = {
        **replaced("Components", "| core      | 60 %          | 50 %             | Large     | 2             |\n", ""),
        **replaced("Resilience", "| core ", "| edge "),
    }
    gone["Components"] = gone["Components"].replace("40 %", "100 %").replace("50 %", "100 %")
    path, done = planned(tmp_path, mine(f"{cell}*2", names={"Core_nodes": cell}), **gone)
    assert done.exit_code == 1, done.output
    assert "WB540" in done.output
    assert "Mine!B1 (nodes.provisioned · core), the name Core_nodes (nodes.provisioned · core)" in " ".join(
        done.output.split()
    )
    assert run("plan", path, "--anyway", "--keep-references").exit_code == 2
    kept = run("plan", path, "--keep-references", "-o", tmp_path / "kept.xlsx")
    assert "WB543" in kept.output
    assert formulas(tmp_path / "kept.xlsx") == [f"{cell}*2"]
    assert run("plan", path, "--anyway").exit_code == 0
    assert formulas(path) == ["Capacity!#REF!*2"]
    assert {name.name: name.text for name in defined_names(open_package(path.read_bytes()).workbook)}[
        "Core_nodes"
    ] == "Capacity!#REF!"


def test_ends_that_would_cross_stop_the_run(tmp_path: Path) -> None:
    rows = ["| a | 20 % | 20 % | Large | 1 |", "| b | 20 % | 20 % | Large | 1 |", "| c | 60 % | 60 % | Large | 1 |"]
    head = "| Component | CPU share (%) | Memory share (%) | Node type | Minimum nodes |"
    none = "| Component | Target availability (%) | Redundancy | k |\n| a | 99 % | N+k | 1 |"
    first = {"Components": "\n".join([head, *rows]), "Resilience": none}
    path = tmp_path / "first.xlsx"
    path.write_bytes(with_inputs(planned_base(), valid_markdown(**first)))
    assert run("plan", path).exit_code == 0
    book = line_cells(path.read_bytes())
    sheet, row = book.row("nodes.today", "a")
    data = with_mine(path.read_bytes(), sheet_xml(formula_rows({"part": f"SUM({sheet}!D{row}:D{row + 1})"})))
    _, done = planned(tmp_path, data, Components="\n".join([head, rows[1], rows[2], rows[0]]), Resilience=none)
    assert done.exit_code == 1
    assert "WB542" in done.output
    _, done = planned(tmp_path, data, Components="\n".join([head, rows[0], rows[2], rows[1]]), Resilience=none)
    assert done.exit_code == 1, done.output
    assert "WB542" in done.output


def year_of(book: LineCells) -> str:
    """Return the months of 2026 of the total cost."""
    last = book.cell(TOTAL, "", date(2026, 12, 1)).partition("!")[2]
    return book.cell(TOTAL, "", date(2026, 1, 1)) + ":" + last


def test_every_kind_of_place_follows_and_only_references_change(tmp_path: Path) -> None:
    first, second = base().cell(TOTAL, "", APRIL), base().cell("nodes.today", "edge")
    data = with_mine(planned_base(), **everything(first, second, year_of(base())))
    path, done = planned(tmp_path, data, **ONE_MORE)
    assert done.exit_code == 0, done.output
    new = now(path)
    cells = new.cell(TOTAL, "", APRIL), new.cell("nodes.today", "edge"), year_of(new)
    expected = parts_of(with_mine(planned_base(), **everything(*cells, text=first)))
    after = parts_of(path.read_bytes())
    changed = [name for name in expected if "mine" in name and parts_of(data)[name] != expected[name]]
    assert len(changed) == 4
    assert {name: after[name] for name in changed} == {name: expected[name] for name in changed}
    assert names_of(path)["Mine_total"] == cells[0]
    listed = done.output
    for place in (
        "Mine!B1", "a chart on Mine", "a text box or picture on Mine", "a hyperlink in A1 of Mine",
        "a hyperlink on Mine", "a conditional format in D1 of Mine", "a validation in D2 of Mine",
        "a validation in D3 of Mine", "a conditional format in D4 of Mine", "the name Mine_total",
    ):  # fmt: skip
        assert f"  {place}: " in listed, place


def test_a_shared_formula_is_split_where_its_cells_part(tmp_path: Path) -> None:
    """Three cells read three rows one below the other; a component comes between the second and the third."""
    sheet, row = base().row("exhaustion.date", "core")
    cells = (
        f'<row r="1"><c r="B1"><f t="shared" ref="B1:B3" si="0">{sheet}!$D{row}</f></c></row>'
        '<row r="2"><c r="B2"><f t="shared" si="0"/></c></row><row r="3"><c r="B3"><f t="shared" si="0"/></c></row>'
    )
    key = next(key for key, places in base().rows.items() if (sheet, row + 2) in places)
    path, done = planned(tmp_path, with_mine(planned_base(), sheet_xml(cells)), **ONE_BELOW)
    assert done.exit_code == 0, done.output
    new = now(path)
    rows = [new.row("exhaustion.date", "core")[1], new.row("exhaustion.date", "edge")[1], new.row(*key)[1]]
    part = parts_of(path.read_bytes())["xl/worksheets/mine.xml"].decode()
    assert (rows[1] - rows[0], rows[2] - rows[1]) == (1, 2)
    assert f'<f t="shared" ref="B1:B3" si="0">{sheet}!$D{rows[0]}</f>' in part
    assert '<c r="B2"><f t="shared" si="0"/></c>' in part
    assert f'<c r="B3"><f>{sheet}!$D{rows[2]}</f></c>' in part
    for number, (before, after) in enumerate(zip(range(row, row + 3), rows, strict=True), 1):
        assert f"Mine!B{number}: {sheet}!$D{before} → {sheet}!$D{after}" in done.output


def test_an_array_formula_follows(tmp_path: Path) -> None:
    data = mine(f"SUM({over(base(), APRIL, JUNE)}*2)", attributes={"0": ' t="array" ref="B1"'})
    path, _ = planned(tmp_path, data, **ONE_MORE)
    new = over(now(path), APRIL, JUNE)
    assert new != over(base(), APRIL, JUNE)
    assert f'<f t="array" ref="B1">SUM({new}*2)</f>' in parts_of(path.read_bytes())["xl/worksheets/mine.xml"].decode()


def test_a_table_of_the_summary_is_followed_by_what_it_shows(tmp_path: Path) -> None:
    before = summary_cell(planned_base(), "edge", "Nodes today")
    path, done = planned(tmp_path, mine(f"'Summary workings'!{before}"), **ONE_MORE)
    assert done.exit_code == 0, done.output
    after = summary_cell(path.read_bytes(), "edge", "Nodes today")
    assert after != before
    assert formulas(path) == [f"'Summary workings'!{after}"]


def summary_cell(data: bytes, label: str, heading: str) -> str:
    """Return the address of a table's cell on Summary workings by its row's label and its column's heading."""
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["Summary workings"]
    head = next(cell for row in sheet.iter_rows() for cell in row if cell.value == heading)
    below = range(head.row + 1, head.row + 9)
    row = next(row for row in below for at in range(1, head.column) if sheet.cell(row, at).value == label)
    return f"{head.column_letter}{row}"


def test_indirect_and_offset_are_named(tmp_path: Path) -> None:
    april = base().cell(TOTAL, "", APRIL, fixed=False)
    path, done = planned(tmp_path, mine(f'INDIRECT("{april}")', f"OFFSET({april},0,3)"), **ONE_MORE)
    assert done.exit_code == 0, done.output
    assert "warning[WB544]" in done.output
    assert "Mine!B1, Mine!B2" in done.output
    assert formulas(path)[0] == f'INDIRECT("{april}")'


def test_json_lists_what_would_change_and_writes_nothing(tmp_path: Path) -> None:
    total = base().cell(TOTAL, "", APRIL)
    path = tmp_path / "plan.xlsx"
    path.write_bytes(with_inputs(mine(total), valid_markdown(**ONE_MORE)))
    before = path.read_bytes()
    done = run("plan", path, "--json")
    [change] = json.loads(done.stdout)["references"]
    assert path.read_bytes() == before
    plan_file(path)
    assert change == {"where": "Mine!B1", "before": total, "after": now(path).cell(TOTAL, "", APRIL)}
    assert run("check", path).exit_code == 0


def test_a_second_run_changes_nothing_of_the_users(tmp_path: Path) -> None:
    first, second = base().cell(TOTAL, "", APRIL), base().cell("nodes.today", "edge")
    data = with_mine(planned_base(), **everything(first, second, year_of(base())))
    path, done = planned(tmp_path, data)
    assert "follow" not in done.output
    before, after = parts_of(data), parts_of(path.read_bytes())
    assert [name for name in before if "mine" in name and before[name] != after[name]] == []


def test_a_shorter_horizon_keeps_its_months_and_names_those_that_are_gone(tmp_path: Path) -> None:
    shorter = replaced("Settings", "24         |", "12         |")
    path, done = planned(tmp_path, mine(base().cell(TOTAL, "", date(2027, 8, 1))), **shorter)
    assert done.exit_code == 1
    assert "(Aug 2027)" in done.output
    path, done = planned(tmp_path, mine(base().cell(TOTAL, "", APRIL)), **shorter)
    assert done.exit_code == 0
    assert now(path).at(formulas(path)[0]) == (TOTAL, "", APRIL)


@pytest.mark.parametrize("rest", ["", ":Capacity"])
def test_a_reference_through_sheets_follows_where_all_move_alike(tmp_path: Path, rest: str) -> None:
    row, at = base().row(TOTAL)[1], base().letters("Cost", APRIL)
    text = f"SUM(Cost:Cost!{at}{row})" if not rest else f"SUM(Capacity:Cost!{at}7,Cost:{rest[1:]}!A1)"
    after = follows(tmp_path, text, **ONE_MORE)
    new = now(tmp_path / "plan.xlsx").row(TOTAL)[1]
    assert new != row
    assert after == (f"SUM(Cost:Cost!{at}{new})" if not rest else text)


def test_a_rule_for_many_cells_follows_only_where_all_of_them_do(tmp_path: Path) -> None:
    sheet, row = base().row("exhaustion.date", "core")
    rule = (
        '<conditionalFormatting sqref="B1:B2"><cfRule type="expression" priority="1">'
        f"<formula>B1&gt;{sheet}!D{row}</formula></cfRule></conditionalFormatting>"
    )
    data = with_mine(planned_base(), sheet_xml("", rule))
    path, done = planned(tmp_path, data, **ONE_BELOW)
    assert done.exit_code == 0, done.output
    new = now(path).row("exhaustion.date", "core")[1]
    assert new != row
    assert f"<formula>B1&gt;{sheet}!D{new}</formula>" in parts_of(path.read_bytes())["xl/worksheets/mine.xml"].decode()
    _, done = planned(tmp_path, data, **ONE_MORE)
    assert done.exit_code == 1
    assert "a conditional format in B1:B2 of Mine" in done.output
