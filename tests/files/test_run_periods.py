"""What result sheets showed at their run, after a program has recalculated them for another start."""

from __future__ import annotations

from workbook.files.grafting.result_cells import ResultCells
from workbook.files.grafting.run_periods import month_number, restore_periods, start_of_run
from workbook.sheets.layout import CONSTANT, ID, ITEM, LABEL

APRIL, JULY = 2026 * 12 + 3, 2026 * 12 + 6


def sheets(item: str, *, typed: int = 0, fiscal: str = "1") -> dict[str, ResultCells]:
    """Return a Cost sheet as it shows now, and the Checks of a run from April 2026 with fiscal years from January."""
    cost = {20: {ID: "setting.fiscal_year_start", CONSTANT: fiscal}, 30: {ID: "cost.quarter", ITEM: item}}
    checks = {40: {LABEL: "Plan start", LABEL + 1: "46113"}, 41: {LABEL: "Fiscal year start", LABEL + 1: "1"}}
    return {"cost": ResultCells("Cost", True, cost, typed={30: typed}), "checks": ResultCells("Checks", texts=checks)}


def test_the_start_of_the_run_is_in_its_snapshot() -> None:
    assert start_of_run(sheets(""), is_1904=False) == APRIL
    assert start_of_run({}, is_1904=False) is None


def test_a_month_is_read_as_it_is_stored() -> None:
    assert [month_number(text, is_1904=False) for text in ("46113", "2026-04-01", "soon")] == [APRIL, APRIL, None]


def test_a_quarter_has_the_name_of_the_run() -> None:
    found = sheets("FY2026 Q3")
    restore_periods(found, APRIL, JULY, 25)
    assert found["cost"].texts[30][ITEM] == "FY2026 Q2"


def test_another_start_of_the_fiscal_year_names_periods_anew_only_now() -> None:
    found = sheets("FY2027 Q1", fiscal="4")
    restore_periods(found, APRIL, APRIL, 25)
    assert found["cost"].texts[30][ITEM] == "FY2026 Q2"


def test_a_name_that_the_user_gave_stays() -> None:
    found = sheets("FY2026 Q3", typed=1 << ITEM)
    restore_periods(found, APRIL, JULY, 25)
    assert found["cost"].texts[30][ITEM] == "FY2026 Q3"


def test_without_a_recalculation_nothing_changes() -> None:
    found = sheets("FY2026 Q2")
    restore_periods(found, APRIL, APRIL, 25)
    assert found["cost"].texts[30][ITEM] == "FY2026 Q2"
