"""Plans with more of a kind than can be listed: cells in other programs, an edit that brings another item up."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.conftest import plan_file, run
from tests.edits import with_values
from tests.engines import ENGINES, EVERY_ENGINE, differences, formulas, poisoned, stored_values
from tests.files.readers import MINE, formula_rows, line_cells, sheet_xml, with_inputs, with_mine
from tests.model.cases import all_cases, workbook_of
from tests.workbooks import valid_markdown, valid_workbook
from workbook.address import Cell
from workbook.files.package.opening import open_package
from workbook.files.reading.survey import survey
from workbook.lint.check import lint
from workbook.sheets.prefix import RESULT_SHEETS

CASE = next(case for case in all_cases() if case.title.startswith("of seven segments"))


def workbook() -> bytes:
    return workbook_of(sheets=CASE.content["sheets"], settings=CASE.content["settings"])


@pytest.mark.parametrize("engine", EVERY_ENGINE)
def test_another_item_comes_up_live(engine: str, tmp_path: Path) -> None:
    path, again = tmp_path / "plan.xlsx", tmp_path / "again.xlsx"
    path.write_bytes(workbook())
    plan_file(path)
    data = path.read_bytes()
    cells = [cell for cell in formulas(data, RESULT_SHEETS) if cell.sheet != "Checks"]
    assert (
        differences(
            stored_values(data, RESULT_SHEETS), stored_values(ENGINES[engine](poisoned(data)), RESULT_SHEETS), cells
        )
        == []
    )

    edited = with_values(data, {Cell("Users", 4, 2): 9000, Cell("Retention", 4, 2): 9000})
    again.write_bytes(edited)
    fresh = plan_file(again)
    assert fresh.value("top_segment.name", 0) == fresh.value("top_dataset.name", 0) == "C"
    live = stored_values(ENGINES[engine](poisoned(edited)), RESULT_SHEETS)
    watched = [cell for cell in cells if cell.sheet in ("Cost", "Capacity", "Demand") and cell.row > 3]
    assert differences(stored_values(again.read_bytes(), RESULT_SHEETS), live, watched) == []


def test_its_sheets_break_no_rule(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(workbook())
    plan_file(path)
    found = lint(survey(open_package(path.read_bytes(), "plan.xlsx", for_writing=False)))
    assert [one for one in found if one.where.partition("!")[0] in RESULT_SHEETS] == []


@pytest.mark.parametrize(("before", "after"), [(6, 7), (7, 6), (7, 8)])
def test_references_follow_an_item_to_where_it_is_listed(before: int, after: int, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook(Retention=_datasets(before)))
    plan_file(path)
    own = _references(path)
    data = with_mine(path.read_bytes(), sheet_xml(formula_rows(dict(zip("12", own, strict=True)))))
    path.write_bytes(with_inputs(data, valid_markdown(Retention=_datasets(after))))
    done = run("plan", path)
    assert done.exit_code == 0, done.output
    found = formulas(path.read_bytes(), (MINE,)).values()
    assert [text.removeprefix("=").replace("$", "") for text in found] == _references(path)
    assert _references(path) != own


def _references(path: Path) -> list[str]:
    """Return the cells of one dataset's cost and of the total in a month."""
    book, may = line_cells(path.read_bytes()), date(2026, 5, 1)
    cells = book.cell("cost.storage", "A", may), book.cell("cost.storage_total", "", may)
    return [cell.replace("$", "") for cell in cells]


def _datasets(count: int) -> str:
    head = "| Dataset | Base size | Growth per month | Retention | Storage tier |"
    return "\n".join(
        [head, *(f"| {name} | {100 + place} | 0 % | 30 | Disk |" for place, name in enumerate("ABCDEFGH"[:count]))]
    )
