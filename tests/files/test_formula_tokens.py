"""A formula's references: found wherever they are, and nowhere else."""

from __future__ import annotations

import time

import pytest

from workbook.address import Area
from workbook.files.reading.formula_tokens import Reference, names, references


def found(formula: str) -> list[tuple[tuple[str, ...], str]]:
    return [(one.sheets, one.cells) for one in references(formula)]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("-Cost!J140", [(("Cost",), "J140")]),
        ("=SUM('My ''s'!$A$1:B$2,Cost!A:C,Cost!$5:7)",
         [(("My 's",), "$A$1:B$2"), (("Cost",), "A:C"), (("Cost",), "$5:7")]),
        ("Capacity:Cost!D5+'Cap x:Cost'!D$5", [(("Capacity", "Cost"), "D5"), (("Cap x", "Cost"), "D$5")]),
        ('"Cost!A1"&Cost!A1&"say ""Cost!B2"""', [(("Cost",), "A1")]),
        ("Cost!A1:Cost!B5", [(("Cost",), "A1:B5")]),
        ("Cost!A1:INDEX(Cost!A:A,5)", [(("Cost",), "A1"), (("Cost",), "A:A")]),
        ("Table1[[#This Row],[Cost!A1]]+LOG10(A1)", [((), "A1")]),
        ("@Cost!B2+Cost!B3#", [(("Cost",), "B2"), (("Cost",), "B3")]),
        ("Cost!XFE1+Cost!A1048577+Cost!MyName+Cost!#REF!+A1.b+1E5", []),
        ("(Cost!$A$1,Cost!$B$1) Cost!A1:B2", [(("Cost",), "$A$1"), (("Cost",), "$B$1"), (("Cost",), "A1:B2")]),
        ("IF(TRUE,rate,Q1)", [((), "Q1")]),
        ("{1,2;3,4}*Cost!A1%", [(("Cost",), "A1")]),
    ],
)  # fmt: skip
def test_references(formula: str, expected: list[tuple[tuple[str, ...], str]]) -> None:
    assert found(formula) == expected


def test_another_workbook_is_foreign() -> None:
    assert [one.is_foreign for one in references("[1]Cost!A1+'C:\\x\\[b.xlsx]Cost'!A2+Cost!A3")] == [True, True, False]


def test_names_are_no_references() -> None:
    assert list(names("IF(TRUE,Rate,Q1)*'Rate'!A1+SUM(Umsatz_1,Table1[Rate])")) == ["Rate", "Umsatz_1"]


def one(formula: str) -> Reference:
    [reference] = references(formula)
    return reference


@pytest.mark.parametrize(
    ("formula", "area", "expected"),
    [
        ("Cost!$B$3:A1", Area(5, 7, 9, 8), "$H$9:G5"), ("Cost!A1", Area(5, 7, 5, 7), "G5"),
        ("Cost!$A:B", Area(1, 3, 1048576, 4), "$C:D"), ("Cost!1:$2", Area(3, 1, 4, 16384), "3:$4"),
        ("Cost!A1:A1", Area(2, 2, 2, 2), "B2:B2"),
    ],
)  # fmt: skip
def test_a_reference_over_other_cells_keeps_how_it_is_written(formula: str, area: Area, expected: str) -> None:
    assert one(formula).at(area).cells == expected


def test_a_reference_moves_as_a_shared_formula_does() -> None:
    assert one("Cost!$A1:B$2").moved(3, 4).cells == "$A4:F$2"
    assert not one("Cost!B2").moved(-2, 0).is_inside
    assert one("Cost!B:B").moved(-2, 0).is_inside


@pytest.mark.whole
@pytest.mark.parametrize("unit", ["Cost!A1+", "'", '"', "[", "A:", "A1:", "Cost!", "@", "'a'!", "$", "a.b!"])
def test_time_grows_with_the_length(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * length
        started = time.process_time()
        list(references(text))
        list(names(text))
        return time.process_time() - started

    seconds(1000)
    base = max(min(seconds(4_000) for _ in range(3)), 0.002)
    assert min(seconds(16_000) for _ in range(2)) < 10 * base
