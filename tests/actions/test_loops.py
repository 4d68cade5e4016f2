"""Inputs that read result sheets are an error that names the way back."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from msgspec.structs import replace
from openpyxl.workbook.defined_name import DefinedName

from tests.conftest import planned_base
from workbook import actions
from workbook.actions.loops import input_loops
from workbook.address import Cell, parse_a1
from workbook.problems import Code

pytestmark = pytest.mark.slow


def problems_of(path: Path, cells: dict[str, object], names: dict[str, str] | None = None) -> list[str]:
    """Return the ways of the loops in a planned workbook after some cells were typed and stored with results."""
    path.write_bytes(planned_base())
    book = openpyxl.load_workbook(path)
    if "Mine" not in book.sheetnames:
        book.create_sheet("Mine")
    owners = [name for name in book.sheetnames if "_workbook.owned" in book[name].defined_names]
    assert owners, "the marks of the result sheets survive in openpyxl"
    for place, value in cells.items():
        sheet, _, cell = place.rpartition("!")
        book[sheet][cell] = value  # type: ignore[assignment]
    for name, text in (names or {}).items():
        book.defined_names[name] = DefinedName(name, attr_text=text)
    book.save(path)
    reading = actions.read_plan(path)
    base = actions.read_plan(_saved(path.with_name("base.xlsx"))).plan
    assert base is not None
    formulas = {
        Cell(place.rpartition("!")[0], *parse_a1(place.rpartition("!")[2])): str(value)
        for place, value in cells.items()
        if not place.startswith("Mine!") and str(value).startswith("=")
    }
    found = list(input_loops(reading.package, replace(base, formulas=formulas)))
    assert {problem.code for problem in found} <= {Code.INPUT_LOOP}
    return [problem.seen for problem in found]


def _saved(path: Path) -> Path:
    path.write_bytes(planned_base())
    return path


@pytest.mark.parametrize(
    ("cells", "names", "way"),
    [
        ({"Users!B2": "=Demand!U27"}, {}, "Users!B2 → Demand!U27"),
        ({"Users!B2": "=SUM('Cost'!J:J)"}, {}, "Users!B2 → Cost!J1"),
        (
            {"Users!B2": "=Mine!A1*2", "Mine!A1": "=B1", "Mine!B1": "=Capacity!$D$30"},
            {},
            "Mine!A1 → Mine!B1 → Capacity!D30",
        ),
        ({"Users!B2": "=Peak+1"}, {"Peak": "Demand!$D$27"}, "Users!B2 → Demand!D27"),
        ({"Users!B2": "=SUM(Mine!A:A)", "Mine!A3": "=MAX(Cost!7:7)"}, {}, "Mine!A3 → Cost!A7"),
    ],
)
def test_the_way_back_is_named(tmp_path: Path, cells: dict[str, object], names: dict[str, str], way: str) -> None:
    found = problems_of(tmp_path / "plan.xlsx", cells, names)
    assert len(found) == 1
    assert way in found[0]


@pytest.mark.parametrize(
    "cells",
    [
        {"Users!B2": "=Mine!A1", "Mine!A1": 5000, "Mine!B1": "=Cost!J27"},
        {"Users!B2": '=LEN("Cost!J27")'},
        {"Users!B2": "=B3*2", "Mine!A1": "=Demand!U27"},
    ],
)
def test_a_formula_beside_a_reader_of_results_is_no_loop(tmp_path: Path, cells: dict[str, object]) -> None:
    assert problems_of(tmp_path / "plan.xlsx", cells) == []
