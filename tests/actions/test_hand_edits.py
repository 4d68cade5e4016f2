"""Sheets that a person changed by hand: said with the cells, kept in the backup; copies and renamed ones are theirs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import plan_file, plan_sample, run
from tests.edits import with_values
from tests.files.hosts import pack
from workbook import actions
from workbook.actions import check
from workbook.address import Cell
from workbook.files.package.opening import open_package
from workbook.problems import Code, Problem, Severity

pytestmark = pytest.mark.slow

EDITS = {Code.EDITED_RESULT, Code.RENAMED_RESULT}


def planned() -> bytes:
    return plan_sample("erlmcp")[0]


def found(tmp_path: Path, data: bytes) -> list[Problem]:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(data)
    return [problem for problem in actions.read_plan(path).problems if problem.code in EDITS]


def changed(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    package = open_package(data)
    parts = {info.filename: package.read(info.filename) for info in package.zip.infolist()}
    change(parts)
    return pack(parts)


def part_of(sheet: str) -> str:
    return next(one.part for one in open_package(planned()).sheets if one.name == sheet)


def formula_cell(sheet: str) -> Cell:
    xml = open_package(planned()).read(part_of(sheet)).decode()
    address = re.search(r'<c r="(H)([0-9]+)"[^>]*><f>', xml)
    assert address
    return Cell(sheet, int(address[2]), 8)


def test_says_nothing_of_a_file_as_written(tmp_path: Path) -> None:
    assert found(tmp_path, planned()) == []


def test_says_nothing_when_only_inputs_were_changed(tmp_path: Path) -> None:
    assert found(tmp_path, with_values(planned(), {Cell("Users", 2, 2): 4321.0})) == []


def test_names_the_cells_that_were_changed(tmp_path: Path) -> None:
    cell = formula_cell("Capacity")
    (problem,) = found(tmp_path, with_values(planned(), {cell: 99.0}))
    assert problem.code is Code.EDITED_RESULT
    assert problem.severity is Severity.WARNING
    assert str(problem.where) == str(cell)
    assert problem.seen == f"changed: {str(cell).partition('!')[2]}"
    assert "plan.backup.xlsx" in problem.remedy


def test_names_an_overwritten_cell_after_the_inputs_changed_too(tmp_path: Path) -> None:
    cell = formula_cell("Cost")
    (problem,) = found(tmp_path, with_values(planned(), {cell: 99.0, Cell("Users", 2, 2): 4321.0}))
    assert problem.seen == f"changed: {str(cell).partition('!')[2]}"


def test_a_figure_beside_ours_is_an_edit(tmp_path: Path) -> None:
    def beside(parts: dict[str, bytes]) -> None:
        name = part_of("Service")
        parts[name] = parts[name].replace(b"</sheetData>", b'<row r="9001"><c r="A9001"><v>1</v></c></row></sheetData>')

    (problem,) = found(tmp_path, changed(planned(), beside))
    assert str(problem.where) == "Service!A9001"


def respelled(parts: dict[str, bytes]) -> None:
    """Write what Gnumeric writes: one cell for a range of one cell, and longer numbers."""
    for sheet in ("Capacity", "Cost"):
        name = part_of(sheet)
        once = re.sub(rb"(?<![A-Z$])([A-Z$]+[0-9$]+):\1(?![0-9])", rb"\1", parts[name])
        assert once != parts[name]
        parts[name] = once


def test_formulas_in_another_spelling_are_no_edit(tmp_path: Path) -> None:
    data = changed(planned(), respelled)
    assert found(tmp_path, data) == []
    assert found(tmp_path, with_values(data, {Cell("Users", 2, 2): 4321.0})) == []


def test_an_edit_among_formulas_in_another_spelling_is_named(tmp_path: Path) -> None:
    cell = formula_cell("Capacity")
    (problem,) = found(tmp_path, with_values(changed(planned(), respelled), {cell: 99.0}))
    assert problem.seen == f"changed: {str(cell).partition('!')[2]}"


def test_what_is_only_compared_with_is_not_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "plan.backup.xlsx"
    path.write_bytes(with_values(planned(), {formula_cell("Capacity"): 99.0}))
    expected = actions.read_plan(path).plan
    assert expected is not None

    def refuse(*_: object) -> list[Problem]:
        raise AssertionError("it was searched")

    monkeypatch.setattr(check, "hand_edits", refuse)
    plan = check.plan_to_compare(path)
    assert plan is not None
    assert plan.run_id == expected.run_id
    path.write_bytes(with_values(planned(), {Cell("Users", 2, 2): "many"}))
    assert check.plan_to_compare(path) is None


def test_a_chart_that_a_program_did_not_keep_is_no_edit_but_one_more_is(tmp_path: Path) -> None:
    anchor = re.compile(rb"<xdr:twoCellAnchor.*?</xdr:twoCellAnchor>", re.DOTALL)
    drawing = next(one for one in open_package(planned()).reachable(part_of("Cost")) if "drawings/drawing" in one)

    def saved(parts: dict[str, bytes]) -> None:
        parts[part_of("Cost")] = parts[part_of("Cost")].replace(b"<sheetData>", b"<sheetData >")

    def fewer(parts: dict[str, bytes]) -> None:
        saved(parts)
        parts[drawing] = anchor.sub(b"", parts[drawing], count=1)

    def more(parts: dict[str, bytes]) -> None:
        saved(parts)
        chart = anchor.findall(parts[drawing])[0]
        parts[drawing] = parts[drawing].replace(b"</xdr:wsDr>", chart + b"</xdr:wsDr>")

    assert found(tmp_path, changed(planned(), fewer)) == []
    (problem,) = found(tmp_path, changed(planned(), more))
    assert problem.seen == "cells, notes or charts that no run wrote"


def test_a_look_is_no_edit(tmp_path: Path) -> None:
    def wider(parts: dict[str, bytes]) -> None:
        name = part_of("Capacity")
        parts[name] = re.sub(rb'(<col [^>]*width=")[0-9.]+', rb"\g<1>33", parts[name])

    data = changed(planned(), wider)
    assert data != planned()
    assert found(tmp_path, data) == []


def test_a_copied_sheet_is_the_persons_and_stays(tmp_path: Path) -> None:
    """Excel copies the hidden name with the sheet; the name that it holds is not the copy's."""

    def copied(parts: dict[str, bytes]) -> None:
        book = parts["xl/workbook.xml"].decode()
        mark = re.search(r'<definedName name="_workbook.owned" localSheetId="\d+" hidden="1">[^<]* Cost"<', book)
        assert mark
        last = len(re.findall("<sheet ", book))
        copy = re.sub(r'localSheetId="\d+"', f'localSheetId="{last}"', mark[0]) + "/definedName></definedNames>"
        book = book.replace("</definedNames>", copy)
        book = book.replace("</sheets>", '<sheet name="Cost (2)" sheetId="900" r:id="rId900"/></sheets>')
        parts["xl/workbook.xml"] = book.encode()
        parts["xl/worksheets/sheet900.xml"] = parts[part_of("Cost")].replace(b"<drawing r:id", b"<drawing x:id", 0)
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
        new = f'<Relationship Id="rId900" Type="{kind}" Target="worksheets/sheet900.xml"/></Relationships>'
        rels = parts["xl/_rels/workbook.xml.rels"].decode()
        parts["xl/_rels/workbook.xml.rels"] = rels.replace("</Relationships>", new).encode()
        types = parts["[Content_Types].xml"].decode()
        sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
        override = f'<Override PartName="/xl/worksheets/sheet900.xml" ContentType="{sheet}"/></Types>'
        parts["[Content_Types].xml"] = types.replace("</Types>", override).encode()

    path = tmp_path / "plan.xlsx"
    data = changed(planned(), copied)
    assert found(tmp_path, data) == []
    before = open_package(data).read("xl/worksheets/sheet900.xml")
    plan_file(path)
    after = open_package(path.read_bytes())
    assert after.read("xl/worksheets/sheet900.xml") == before
    assert "Cost (2)" not in after.owners


def test_a_renamed_sheet_is_the_persons_and_is_said(tmp_path: Path) -> None:
    def renamed(parts: dict[str, bytes]) -> None:
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b'<sheet name="Cost"', b'<sheet name="Cost 2026"')
        # its own charts follow, as in Excel
        for name in open_package(planned()).reachable(part_of("Cost")):
            parts[name] = parts[name].replace(b">Cost!", b">'Cost 2026'!")

    path = tmp_path / "plan.xlsx"
    (problem,) = found(tmp_path, changed(planned(), renamed))
    assert problem.code is Code.RENAMED_RESULT
    assert str(problem.where) == "Cost 2026!A1"
    plan_file(path)
    names = [sheet.name for sheet in open_package(path.read_bytes()).sheets]
    assert {"Cost", "Cost 2026"} <= set(names)
    assert found(tmp_path, path.read_bytes()) == []


def test_the_run_goes_on_and_the_edited_sheet_stays_in_the_backup(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    edited = with_values(planned(), {formula_cell("Capacity"): 99.0})
    path.write_bytes(edited)
    done = run("plan", path)
    assert done.exit_code == 0, done.output
    assert "WB515" in done.output
    assert (tmp_path / "plan.backup.xlsx").read_bytes() == edited
    assert found(tmp_path, path.read_bytes()) == []


@pytest.mark.parametrize("command", ["check", "plan"])
def test_shows_in_json_too(tmp_path: Path, command: str) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(with_values(planned(), {formula_cell("Capacity"): 99.0}))
    done = run(command, path, "--json")
    codes = [problem["code"] for problem in json.loads(done.stdout)["problems"]]
    assert codes.count("WB515") == 1
