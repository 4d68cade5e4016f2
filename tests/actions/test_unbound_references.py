"""References to result sheets that are gone: removal breaks them, and no later run binds them by their position."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.actions.test_references import TOTAL, base, formulas, mine, names_of, year_of
from tests.conftest import planned_base, run
from tests.files.readers import MINE, everything, formula_rows, sheet_xml, with_mine
from tests.workbooks import valid_workbook
from workbook.files.grafting.breaking import without_readers
from workbook.files.grafting.references import readers_of
from workbook.files.package.opening import open_package
from workbook.sheets.prefix import RESULT_SHEETS

pytestmark = pytest.mark.slow

MAY = date(2026, 5, 1)


def test_removal_leaves_no_address_for_a_later_run_to_bind(tmp_path: Path) -> None:
    cell = base().cell(TOTAL, "", MAY)
    path = tmp_path / "plan.xlsx"
    path.write_bytes(mine(f"{cell}*2", f'"{cell}"&{cell}', "Plan_Cost_now+1", names={"Total": cell}))
    removed = run("remove", path, "--anyway")
    assert removed.exit_code == 0, removed.output
    assert formulas(path) == ["#REF!*2", f'"{cell}"&#REF!', "Plan_Cost_now+1"]
    assert names_of(path)["Total"] == "#REF!"
    assert b'fullCalcOnLoad="1"' in zipfile.ZipFile(path).read("xl/workbook.xml")
    assert run("plan", path).exit_code == 0
    assert formulas(path) == ["#REF!*2", f'"{cell}"&#REF!', "Plan_Cost_now+1"]
    assert names_of(path)["Plan_Cost_now"].startswith("Outputs!")


def test_removal_breaks_every_kind_of_formula() -> None:
    first, second = (base().cell(TOTAL, "", month) for month in (date(2026, 1, 1), MAY))
    data = with_mine(planned_base(), **everything(first, second, year_of(base()), text="no cell"))
    package = open_package(data)
    left = without_readers(package, RESULT_SHEETS)
    before, after = readers_of(package, RESULT_SHEETS), readers_of(left, RESULT_SHEETS)
    assert len(before) > len(after)
    assert [place for place in after if "hyperlink" not in place] == [
        place for place in after if place.startswith("the name ")
    ]


def test_a_reference_through_sheets_of_the_users_stays(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(valid_workbook()))
    book.create_sheet("Cost", 1)
    book.worksheets[3]["Z1"] = "=SUM(Settings:Users!A1)+SUM(Cost:Users!A1)+SUM(Settings:Cost!A1)"
    book.save(path)
    left = without_readers(open_package(path.read_bytes()), ["Cost"])
    assert b"SUM(Settings:Users!A1)+SUM(#REF!)+SUM(#REF!)" in left.read(left.sheets[3].part)


def test_a_sheet_that_was_deleted_elsewhere_is_not_bound_again(tmp_path: Path) -> None:
    """A program that only drops a sheet leaves the formulas that name it."""
    path = tmp_path / "plan.xlsx"
    cell, kept = base().cell(TOTAL, "", MAY), base().cell("nodes.provisioned", "core", MAY)
    book = openpyxl.load_workbook(io.BytesIO(mine(f"{cell}*2", kept)))
    del book["Cost"]
    book.save(path)
    data = path.read_bytes()
    done = run("plan", path)
    assert (done.exit_code, "WB545" in done.output) == (1, True)
    assert "Mine!B1 (no sheet Cost)" in done.output
    assert "Mine!B2" not in done.output
    assert path.read_bytes() == data
    assert run("plan", path, "--keep-references", "-o", tmp_path / "kept.xlsx").exit_code == 0
    assert formulas(tmp_path / "kept.xlsx")[0] == f"{cell}*2"
    assert run("plan", path, "--anyway").exit_code == 0
    assert formulas(path)[0].startswith("Cost!#REF!")


def test_outputs_may_be_named_before_the_first_run(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(with_mine(valid_workbook(), sheet_xml(formula_rows({"now": "Outputs!D5+Plan_Cost_now"}))))
    done = run("plan", path)
    assert done.exit_code == 0, done.output
    assert formulas(path) == ["Outputs!D5+Plan_Cost_now"]


REFERENCES = st.sampled_from([
    "Cost!A1", "Cost!$B$2:C9", "'Cost workings'!A:A", "'cost'!3:4", "SUM(Summary:Cost!A1)", "Capacity!B2:Capacity!C3",
    "Users!B2", "A1", "'Costs'!A1", '"Cost!A1"', "[1]Cost!A1", "Cost2", "Plan_Cost_now", "SUM(Mine!A1:A3)",
])  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(REFERENCES, st.sampled_from(["+", "&", ",", "*"])), min_size=1, max_size=5))
def test_a_removal_leaves_no_reader_and_nothing_else_changed(parts: list[tuple[str, str]]) -> None:
    text = "IF(" + "".join(reference + sign for reference, sign in parts) + "1)"
    package = open_package(with_mine(valid_workbook(), sheet_xml(formula_rows({"": text}))))
    left = without_readers(package, RESULT_SHEETS)
    assert readers_of(left, RESULT_SHEETS) == []
    own = next(sheet.part for sheet in package.sheets if sheet.name == MINE)
    if not readers_of(package, RESULT_SHEETS):
        assert left is package
    else:
        assert left.read(own) != package.read(own)
        assert left.read(own).count(b"#REF!") >= 1
    others = {sheet.part for sheet in package.sheets} - {own}
    assert all(left.read(part) == package.read(part) for part in others)
