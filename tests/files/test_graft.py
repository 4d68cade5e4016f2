"""The graft: the person's parts byte for byte, a second graft the same as one, and nothing Excel would repair."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
import xlsxwriter

from tests.conftest import exit_code_of
from tests.edits import parts_of
from tests.files.graft_checks import findings, fitting, grafted, loads, removed
from tests.files.hosts import HAND_MADE, generated, generated_parts, made_by_xlsxwriter, pack, plain_parts, streamed
from tests.files.rich_objects import RICH
from workbook.files.grafting.graft import graft
from workbook.files.package.opening import open_package
from workbook.files.package.package import Package, owned_sheets
from workbook.problems import Code, Refusal

HOSTS: dict[str, Callable[[], bytes]] = {
    **{kind: lambda make=make: pack(make()) for kind, make in HAND_MADE.items()},  # type: ignore[misc]
    "made by XlsxWriter": made_by_xlsxwriter,
    "streamed zip": streamed,
    "counted from 1904": lambda: made_by_xlsxwriter(date_1904=True),
    **RICH,
}


@pytest.mark.parametrize("kind", HOSTS)
def test_holds_for_hand_made_hosts(kind: str) -> None:
    host = HOSTS[kind]()
    assert findings(host, fitting(host)) == []


@pytest.mark.parametrize("kind", HOSTS)
def test_values_and_formats_arrive(kind: str) -> None:
    host = HOSTS[kind]()
    if not loads(host) or kind == "workbook at the root":
        pytest.skip("openpyxl reads styles at xl/styles.xml only, and no backslashes or bare external links")
    data = io.BytesIO(grafted(host, fitting(host)))
    cell = openpyxl.load_workbook(data)["Cost"]["A2"]
    assert cell.value == "=1*2"
    assert cell.number_format == "#,##0.0"
    sheet = openpyxl.load_workbook(data, data_only=True)["Cost"]
    assert sheet["A2"].value == 1
    assert sheet["A1"].value == 'é < & "quoted"'
    assert sheet["A1"].font.bold
    assert sheet.print_title_rows == "$1:$1"


def test_tells_what_became_of_each_part() -> None:
    host = open_package(pack(HAND_MADE["calculation chain, macros"]()))
    out = io.BytesIO()
    first = graft(host, generated_parts(), out)
    assert "xl/vbaProject.bin" in first.kept
    assert set(first.edited) == {
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
    }
    assert "xl/sharedStrings.xml" in first.added
    assert first.dropped == ("xl/calcChain.xml",)
    # sheet2.xml is taken by a content type without a part.
    assert {"xl/worksheets/sheet3.xml", "xl/worksheets/sheet4.xml"} <= set(first.added)
    again = graft(open_package(out.getvalue()), generated_parts(), io.BytesIO())
    assert set(again.replaced) == set(first.added)
    assert (again.added, again.edited, again.dropped) == ((), (), ())


def test_untouched_entries_keep_their_compressed_bytes_and_order() -> None:
    host = pack(HAND_MADE["calculation chain, macros"]())
    before, after = open_package(host), open_package(grafted(host, generated()))
    kept = [name for name in before.entries if name in after.entries]
    assert list(after.entries)[: len(kept)] == kept
    for part in ("xl/vbaproject.bin", "xl/worksheets/sheet1.xml"):
        packed = (b"".join(package.packed(package.entries[part])) for package in (before, after))
        assert len(set(packed)) == 1


def test_replaces_in_place_and_keeps_what_the_person_set_on_the_tab() -> None:
    parts = parts_of(grafted(pack(plain_parts()), generated()))
    book = _first_two_tabs_swapped(parts["xl/workbook.xml"].decode())
    parts["xl/workbook.xml"] = book.replace('<sheet name="Results"', '<sheet state="hidden" name="Results"').encode()
    after = open_package(grafted(pack(parts), generated(value=5.0)))
    assert [(sheet.name, sheet.state) for sheet in after.sheets] == [
        ("Results", "hidden"),
        ("Mine", "visible"),
        ("Cost", "visible"),
    ]
    assert owned_sheets(after) == {"Results": True, "Cost": True}
    assert b"<v>40.0</v>" in after.read(after.sheets[0].part)


def test_drops_what_only_the_old_sheets_reached() -> None:
    rich = grafted(made_by_xlsxwriter(), generated())
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet("Results")
    book.add_worksheet("Cost")
    book.close()
    receipt = graft(open_package(rich), Package(out), io.BytesIO())
    assert {"xl/charts/chart2.xml", "xl/drawings/drawing3.xml", "xl/tables/table2.xml"} <= set(receipt.dropped)
    assert {"xl/charts/chart1.xml", "xl/drawings/drawing1.xml", "xl/tables/table1.xml"} <= set(receipt.kept)


def test_takes_only_sheets_that_are_ours() -> None:
    for name in ("Mine", "mine"):
        with pytest.raises(Refusal) as caught:
            grafted(pack(plain_parts()), generated((name,)))
        assert (caught.value.problem.code, exit_code_of(caught.value)) == (Code.SHEET_NAME_TAKEN, 1)
    theirs = grafted(pack(plain_parts()), generated(("Inputs",)), mark=False)
    assert owned_sheets(open_package(theirs)) == {}
    with pytest.raises(Refusal):
        grafted(theirs, generated(("Inputs",)))


def test_takes_only_names_that_are_ours() -> None:
    host = pack(plain_parts("<definedNames><definedName name='RESULTOFALL'>Mine!$A$1</definedName></definedNames>"))
    with pytest.raises(Refusal) as caught:
        grafted(host, generated())
    assert (caught.value.problem.code, exit_code_of(caught.value)) == (Code.DEFINED_NAME_TAKEN, 1)


def test_numbers_a_table_whose_name_is_taken_and_its_formulas() -> None:
    package = open_package(grafted(made_by_xlsxwriter(), generated(("Results",))))
    assert [table.name for table in package.tables()] == ["Users", "TResults"]
    names = "<definedNames><definedName name='tresults'>Mine!$A$1</definedName></definedNames>"
    package = open_package(grafted(pack(plain_parts(names)), generated(("Results",))))
    assert [table.name for table in package.tables()] == ["TResults2"]
    assert b"<f>SUM(TResults2[a])</f>" in package.read(package.sheets[1].part)


def test_selects_no_second_tab_and_asks_for_recalculation() -> None:
    package = open_package(grafted(pack(HAND_MADE["self-closed"]()), generated()))
    assert b"tabSelected" not in package.read(package.sheets[1].part)
    calculation = package.workbook.find("calcPr")
    assert calculation is not None
    assert calculation.attributes == {"calcMode": "manual", "iterate": "1", "fullCalcOnLoad": "1"}


def test_removal_moves_what_counts_tabs() -> None:
    """The person moves our first sheet before their own, looks at the last tab and names something on their own."""
    parts = parts_of(grafted(pack(plain_parts()), generated()))
    book = _first_two_tabs_swapped(parts["xl/workbook.xml"].decode())
    views = '<bookViews><workbookView activeTab="1" firstSheet="2"/></bookViews><sheets>'
    local = '<definedName name="Local" localSheetId="1">Mine!$A$1</definedName></definedNames>'
    parts["xl/workbook.xml"] = book.replace("<sheets>", views).replace("</definedNames>", local).encode()
    root = open_package(removed(pack(parts))).workbook
    assert root.under("bookViews")[0].attributes == {"activeTab": "0", "firstSheet": "0"}
    names = [(name.attributes["name"], name.attributes["localSheetId"]) for name in root.under("definedNames")]
    assert names == [("Local", "0")]


def test_refuses_to_remove_the_last_visible_sheet() -> None:
    parts = parts_of(grafted(pack(plain_parts()), generated()))
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b'name="Mine"', b'name="Mine" state="hidden"')
    with pytest.raises(Refusal) as caught:
        removed(pack(parts))
    assert (caught.value.problem.code, exit_code_of(caught.value)) == (Code.NO_SHEET_LEFT, 1)


def test_a_generated_package_that_does_not_fit_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="dates"):
        grafted(pack(plain_parts()), generated(date_1904=True))


def test_writes_nothing_of_its_own_time() -> None:
    out = io.BytesIO()
    graft(open_package(pack(plain_parts())), generated_parts(), out)
    with zipfile.ZipFile(out) as archive:
        dates = {info.date_time for info in archive.infolist() if "sheets/sheet2" in info.filename}
        assert archive.testzip() is None
    assert dates == {(1980, 1, 1, 0, 0, 0)}


def _first_two_tabs_swapped(book: str) -> str:
    first, second = re.findall(r"<sheet .*?/>", book)[:2]
    tabs = {"0": "1", "1": "0"}
    moved = book.replace(second, "").replace(first, second + first)
    return re.sub(r'(?<=localSheetId=")[0-9]+', lambda hit: tabs.get(hit[0], hit[0]), moved)
