"""Taking the sheets out again: what a person had comes back, and nothing that they still read is taken unasked."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from openpyxl.chart import LineChart, Reference
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tests.conftest import SAMPLES, exit_code_of, plan_file, run
from tests.files.graft_checks import grafted, lost_or_changed, not_given_back, removed
from tests.files.hosts import generated, made_by_xlsxwriter, pack, plain_parts
from tests.files.rich_objects import RICH
from workbook import actions
from workbook.files.grafting.ownership import added_sheets
from workbook.files.grafting.references import readers_of, without_readings
from workbook.files.package.names import defined_names
from workbook.files.package.opening import open_package
from workbook.problems import Code, Refusal
from workbook.sheets.book import lay_out_book
from workbook.sheets.prefix import RESULT_SHEETS

pytestmark = pytest.mark.slow


def sums(data: bytes) -> dict[str, str]:
    package = open_package(data)
    return {name: hashlib.sha256(package.read(name)).hexdigest() for name in package.entries}


def test_gives_the_sample_back_and_keeps_a_backup(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes((SAMPLES / "erlmcp.xlsx").read_bytes())
    made = [layout.name for layout in lay_out_book(plan_file(path)).layouts]
    planned = path.read_bytes()
    done = run("remove", path)
    assert done.exit_code == 0, done.output
    assert set(RESULT_SHEETS) < set(made)
    assert done.output.startswith(f"Removed from plan.xlsx: {', '.join(made)}.")
    assert (tmp_path / "plan.backup.xlsx").read_bytes() == planned
    before, after = sums((SAMPLES / "erlmcp.xlsx").read_bytes()), sums(path.read_bytes())
    assert {name for name in before if after.get(name) != before[name]} <= {"xl/styles.xml"}
    assert after.keys() == before.keys()


@pytest.mark.parametrize("kind", ["threaded comments", "other sheets", "names beyond ASCII", "plain"])
def test_gives_every_part_back_with_the_inputs(tmp_path: Path, kind: str) -> None:
    host = RICH[kind]() if kind in RICH else pack(plain_parts())
    path = tmp_path / "plan.xlsx"
    path.write_bytes(host)
    actions.add_input_sheets(path)
    plan_file(path)
    assert len(added_sheets(open_package(path.read_bytes()))) > 9
    done = run("remove", path, "--inputs")
    assert done.exit_code == 0, done.output
    before, after = open_package(host), open_package(path.read_bytes())
    assert lost_or_changed(before, after) == []
    assert not_given_back(before, after) == []
    assert set(after.entries) == set(before.entries)


def test_leaves_the_inputs_where_only_results_shall_go(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(pack(plain_parts()))
    actions.add_input_sheets(path)
    with_inputs = [sheet.name for sheet in open_package(path.read_bytes()).sheets]
    plan_file(path)
    assert run("remove", path).exit_code == 0
    assert [sheet.name for sheet in open_package(path.read_bytes()).sheets] == with_inputs
    assert run("remove", path).exit_code == 1


def test_a_view_that_looked_at_a_removed_sheet_looks_at_the_persons() -> None:
    """The person saved a view of the workbook, and of one of our sheets as the active one."""
    planned = open_package(grafted(RICH["custom views"](), generated()))
    ours = next(sheet.sheet_id for sheet in planned.sheets if sheet.name == "Cost")
    parts = {info.filename: planned.read(info.filename) for info in planned.zip.infolist()}
    old, new = b'activeSheetId="7"', f'activeSheetId="{ours}"'.encode()
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(old, new)
    assert new in parts["xl/workbook.xml"]
    back = open_package(removed(pack(parts)))
    assert old in back.read("xl/workbook.xml")


def test_refuses_where_nothing_is_ours(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(pack(plain_parts()))
    done = run("remove", path)
    assert (done.exit_code, "WB518" in done.output) == (1, True)
    assert path.read_bytes() == pack(plain_parts())
    assert run("remove", tmp_path / "none.xlsx").exit_code == 4


def reading_host() -> bytes:
    """Return a workbook whose own cells, rule, chart and name read a result sheet; one cell only looks like it."""
    book = openpyxl.load_workbook(io.BytesIO(grafted(made_by_xlsxwriter(), generated(("Cost", "Re'sults")))))
    sheet = book["Inputs"]
    assert isinstance(sheet, Worksheet)
    sheet["K1"] = "=SUM(Cost!A1:A9)"
    sheet["K2"] = "='Re''sults'!A1&\"x\""
    sheet["K3"] = '=OtherCost!A1&"Cost!A1"'
    sheet["K4"] = "=TCost[a]"
    rule = DataValidation(type="list", formula1="=Cost!$A$1:$A$3")
    rule.add("L1")
    sheet.add_data_validation(rule)
    chart = LineChart()
    chart.add_data(Reference(range_string="Cost!$A$2:$A$9"))
    sheet.add_chart(chart, "N1")  # type: ignore[call-arg]
    book.defined_names["Mine"] = DefinedName("Mine", attr_text="Cost!$A$1")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_names_everything_that_reads_the_sheets(tmp_path: Path) -> None:
    package = open_package(reading_host())
    found = readers_of(package, ["Cost", "Re'sults"])
    assert {
        "Inputs!K1",
        "Inputs!K2",
        "Inputs!K4",
        "a validation in L1 of Inputs",
        "a chart on Inputs",
        "the name Mine",
    } <= set(found)
    assert "Inputs!K3" not in readers_of(package, ["Re'sults"])
    assert readers_of(package, ["Nothing"]) == []
    assert [place for place in found if place.startswith(("Cost", "Re'sults"))] == []


def test_removes_what_is_read_only_when_told_so(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    data = reading_host()
    path.write_bytes(data)
    with pytest.raises(Refusal) as caught:
        actions.remove_sheets(path)
    assert (caught.value.problem.code, exit_code_of(caught.value)) == (Code.SHEET_IN_USE, 1)
    assert "Inputs!K1" in caught.value.problem.seen
    assert path.read_bytes() == data
    done = run("remove", path, "--anyway")
    assert done.exit_code == 0
    assert "warning[WB517]" in done.output
    left = open_package(path.read_bytes())
    assert [sheet.name for sheet in left.sheets] == ["Inputs", "Other"]
    assert {name.name: name.text for name in defined_names(left.workbook)}["Mine"] == "#REF!"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Cost!$A$1", "#REF!"), ("Cost!$A$1:$B$9*2+Inputs!$A$1", "#REF!*2+Inputs!$A$1"),
        ("SUM(TCost[a])", "SUM(#REF!)"),
        ("'Re''sults'!A:A", "#REF!"),
        ('"Cost!A1"&Cost!A1', '"Cost!A1"&#REF!'), ("SUM(Inputs:Cost!A1)", "#REF!"),
        ("OtherCost!A1", "OtherCost!A1"),
    ],
)  # fmt: skip
def test_a_name_that_read_a_removed_sheet_leads_nowhere(text: str, left: str) -> None:
    package = open_package(reading_host())
    assert without_readings(text, package, ["Cost", "Re'sults"]) == left


def test_text_boxes_pictures_and_hyperlinks_are_readers() -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("Mine")
    sheet.insert_textbox(2, 2, "", {"textlink": "=Cost!$A$1"})
    sheet.write_url("A1", "internal:Cost!A1", string="there")
    sheet.insert_textbox(20, 2, "click", {"url": "internal:'Cost'!A1"})
    book.add_worksheet("Cost")
    book.close()
    found = readers_of(open_package(stream.getvalue()), ["Cost"])
    assert found == ["a hyperlink in A1 of Mine", "a hyperlink on Mine", "a text box or picture on Mine"]
