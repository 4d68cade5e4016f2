"""The sheet Compare: what a person's own formulas read of a scenario follows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import plan_file
from tests.edits import with_values
from tests.engines import formulas, stored_values
from tests.files.readers import formula_rows, sheet_xml, with_mine
from tests.workbooks import valid_workbook
from workbook.address import Cell, a1, parse_a1
from workbook.problems import Code, Refusal

pytestmark = pytest.mark.whole

SCENARIOS = "| Scenario | Growth multiplier |\n| Base | |\n| Low | 0.5 |\n| High | 1.5 |\n| Flat | 0 |"
COLUMNS = (1, 3, 6)
"""The name, and the first and another figure of both tables."""
SWAPPED: dict[Cell, float | str | None] = {
    Cell("Scenarios", 3, 1): "High",
    Cell("Scenarios", 3, 2): 1.5,
    Cell("Scenarios", 4, 1): "Low",
    Cell("Scenarios", 4, 2): 0.5,
}


@pytest.fixture
def linked(tmp_path: Path) -> tuple[Path, list[tuple[str, object]]]:
    """Return a workbook whose own sheet reads rows of Compare, and the scenario and the value that each reads."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(valid_workbook(Scenarios=SCENARIOS))
    plan_file(path)
    values = stored_values(path.read_bytes(), ("Compare",))
    names = [cell for cell, value in values.items() if cell.column == 1 and value in ("Low", "High", "Flat")]
    cells = [Cell("Compare", name.row, column) for name in names for column in COLUMNS]
    links = {f"{cell}": f"Compare!{a1(cell.row, cell.column)}" for cell in cells}
    path.write_bytes(with_mine(path.read_bytes(), sheet_xml(formula_rows(links))))
    return path, [(str(values[Cell("Compare", cell.row, 1)]), values.get(cell)) for cell in cells]


def test_formulas_follow_a_scenario_to_another_row(linked: tuple[Path, list[tuple[str, object]]]) -> None:
    path, before = linked
    assert len(before) == 18
    path.write_bytes(with_values(path.read_bytes(), SWAPPED))
    plan_file(path)
    values = stored_values(path.read_bytes(), ("Compare",))
    read = [parse_a1(text.partition("!")[2]) for text in formulas(path.read_bytes(), ("Mine",)).values()]
    after = [(str(values[Cell("Compare", row, 1)]), values.get(Cell("Compare", row, column))) for row, column in read]
    assert after == before


def test_formulas_of_a_scenario_that_is_gone_are_told(linked: tuple[Path, list[tuple[str, object]]]) -> None:
    path, _ = linked
    gone: dict[Cell, float | str | None] = {Cell("Scenarios", 4, column): None for column in (1, 2)}
    path.write_bytes(with_values(path.read_bytes(), gone))
    with pytest.raises(Refusal) as refused:
        plan_file(path)
    assert refused.value.problem.code is Code.REFERENCE_TO_GONE_LINE
    assert refused.value.problem.seen.count("(High)") == 6
