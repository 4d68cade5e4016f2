"""Claims on Checks are live: another stated figure, month or own formula changes ratio, status and count at once."""

from __future__ import annotations

import pytest

from tests.conftest import plan_sample
from tests.edits import with_values
from tests.engines import ENGINES, stored_values
from workbook.address import Cell
from workbook.model.results import Results
from workbook.sheets.book import lay_out_book
from workbook.sheets.prefix import RESULT_SHEETS


def _cell(results: Results, line: str, item: int = 0) -> Cell:
    spot = lay_out_book(results).placement.spots[line]
    return Cell(spot.sheet, spot.row + item, spot.column)


def _input(results: Results, field: str) -> Cell:
    cell = results.plan.tables["claims"].cell(0, field)
    assert cell is not None
    return cell


@pytest.mark.slow
def test_an_edit_of_a_claim_is_followed_live() -> None:
    data, results = plan_sample("erlmcp")
    assert results.value("claim.status") == "ARITHMETIC"
    edits = {_input(results, "stated"): 15, _input(results, "month"): 24, _input(results, "status"): None}
    for values, ratio, status, good in (
        ({_input(results, "stated"): 15}, 1.0, "OK", 30),
        (edits, 0.5, "DIFFERS", 29),
        ({_input(results, "recomputed"): 150}, 1.0, "OK", 30),
    ):
        live = stored_values(ENGINES["formualizer"](with_values(data, values)), RESULT_SHEETS)
        assert live[_cell(results, "claim.ratio")] == ratio
        assert live[_cell(results, "claim.status")] == status
        assert live[_cell(results, "claims.summary")] == f"{good} of 53 claims reproduced"
        assert any(f"{good} of 53 claims" in str(value) for cell, value in live.items() if cell.sheet == "Summary")


@pytest.mark.slow
def test_another_line_needs_another_run_and_a_check_says_so() -> None:
    data, results = plan_sample("erlmcp")
    edited = with_values(data, {_input(results, "line"): "memory.required"})
    live = stored_values(ENGINES["formualizer"](edited), RESULT_SHEETS)
    assert "1 of 15 checks failed" in str(live[_cell(results, "checks.master")])


@pytest.mark.slow
def test_a_contradiction_that_is_mended_turns_consistent_live() -> None:
    data, results = plan_sample("erlmcp")
    place = results.items("contradiction.status").index("DR buffer covers zone failures")
    assert results.value("contradiction.status", place) == "contradiction"
    edited = with_values(data, {results.plan.setting_cells["dr_buffer"]: 0.5})
    live = stored_values(ENGINES["formualizer"](edited), RESULT_SHEETS)
    assert live[_cell(results, "contradiction.status", place)] == "consistent"
    assert live[_cell(results, "contradictions.count")] == 10
