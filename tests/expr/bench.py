"""A tiny world in which single expressions are evaluated, printed and recalculated by engines that are not ours.

Two shops with three deliveries between them, three months, two halls that stand in no table, two milestones.
Sheet In holds the inputs as a person would (row 4 of Shops is blank), sheet Out the lines.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import formualizer
import numpy as np
import xlsxwriter
from msgspec.structs import replace

from tests.engines import POISON, recalculated_by_office, stored_values
from workbook.address import Cell, column_letters
from workbook.expr.evaluate import evaluate, evaluate_lines
from workbook.expr.formula import COLUMN, PREVIOUS, Home, InputColumn, Place, Placement, SettingCell, print_formula
from workbook.expr.frame import Frame, Scope
from workbook.expr.functions import Array
from workbook.expr.tree import BLANK, Expr, Input, Line, MonthNumber, Number, PerItem, Ref, Text, call, if_

ERROR = "error"
NAN = float("nan")
FIRST_MONTH = 4

SHOPS: dict[str, list[float | str]] = {
    "name": ["North", "South"],
    "size": [3.0, 7.0],
    "rent": [0.5, NAN],
    "kind": ["big", "small"],
    "spare": [NAN, 4.0],
}
DELIVERIES: dict[str, list[float | str]] = {
    "shop": ["North", "North", "South"],
    "month": [1.0, 2.0, 2.0],
    "weight": [2.0, 5.0, 11.0],
}
SETTINGS: dict[str, float | str] = {"rate": 0.25, "mode": "Fast", "start": 46023.0, "gone": 9.0}


def _array(values: Sequence[float | str]) -> Array:
    return np.array(values, dtype=str if isinstance(values[0], str) else float)


def frame() -> Frame:
    """Return what the bench's lines are calculated over; `rent` is 2 where it is blank, `late` is absent and 6."""
    columns = {("shops", name): _array(values) for name, values in SHOPS.items()}
    columns["shops", "rent"] = np.array([0.5, 2.0])
    columns["shops", "late"] = np.array([6.0, 6.0])
    columns |= {("deliveries", name): _array(values) for name, values in DELIVERIES.items()}
    defaults = {key: np.full((1, 1, 1), "" if column.dtype.kind == "U" else NAN) for key, column in columns.items()}
    defaults["shops", "rent"] = np.full((1, 1, 1), 2.0)
    return Frame(
        months=3,
        items={
            "shop": ("North", "South"),
            "delivery": ("first", "second", "third"),
            "hall": ("A", "B"),
            "milestone": ("Now", "End"),
            "nobody": (),
        },
        tables={"shop": "shops", "delivery": "deliveries"},
        rows={"shop": (0, 1), "delivery": (0, 1, 2)},
        keys={"shops": "name", "deliveries": "shop"},
        columns=columns,
        defaults=defaults,
        settings={name: _array([value]) for name, value in SETTINGS.items()},
        groups={"delivery": (0, 0, 1)},
        found={"searched": _array([0.25])},
    )


LINES = {
    line.id: line
    for line in (
        Line("time.month", "", "", ("month",), MonthNumber()),
        Line("size", "", "", ("shop",), Input("shops", "size")),
        Line("kind", "", "text", ("shop",), Input("shops", "kind")),
        Line("weight", "", "", ("delivery",), Input("deliveries", "weight")),
        Line("of_shop", "", "text", ("delivery",), Input("deliveries", "shop")),
        Line("load", "", "", ("shop", "month"), Input("shops", "size") * (Ref("time.month") + 1)),
        Line("parcel", "", "", ("delivery", "month"), Input("deliveries", "weight") * Ref("time.month")),
        Line("even", "", "", ("month",), if_(Ref("time.month") < 1, BLANK, Ref("time.month") * 10)),
        Line("half", "", "", ("month",), call("INT", Ref("time.month") / 2)),
        Line("two", "", "", (), Number(2)),
        Line("hall", "", "", ("hall",), PerItem("hall", (("A", Number(1)), ("B", Ref("two") * 4)))),
        Line("word", "", "text", (), Text("fast")),
        Line("nobody", "", "", ("nobody",), Number(1)),
    )
}
_ROWS = {"time.month": 1, "size": 2, "kind": 4, "weight": 6, "of_shop": 9, "load": 12, "parcel": 14, "even": 17,
         "two": 18, "hall": 19, "word": 21, "nobody": 22, "half": 23}  # fmt: skip


def placement() -> Placement:
    """Return where the bench's inputs and lines lie; constants in column C, months in D to F."""
    shops = {
        ("shops", name): InputColumn("In", number, (2, 3), 2, 4, 2.0 if name == "rent" else None)
        for number, name in enumerate(SHOPS, 1)
    }
    deliveries = {
        ("deliveries", name): InputColumn("My inputs", number, (2, 3, 4), 2, 4)
        for number, name in enumerate(DELIVERIES, 1)
    }
    settings = {name: SettingCell(Cell("Set", row, 2)) for row, name in enumerate(SETTINGS, 1)}
    return Placement(
        lines=LINES,
        spots={name: Home("Out", row, FIRST_MONTH if LINES[name].axis else 3) for name, row in _ROWS.items()},
        inputs={**shops, ("shops", "late"): InputColumn("In", None, (2, 3), 2, 4, 6.0), **deliveries},
        settings={**settings, "gone": SettingCell(None, 9.0)},
        months=(FIRST_MONTH, FIRST_MONTH + 2),
        snapshots={("rows", "North"): "(1-1)", ("rows", "South"): "(2-2)"},
    )


def spelled(fields: Mapping[tuple[str, str], Mapping[int, str]], mode: str = "") -> Placement:
    """Return the placement where a person wrote choices with other spaces."""
    place = placement()
    inputs = {key: replace(column, spelling=fields.get(key, {})) for key, column in place.inputs.items()}
    settings = {**place.settings, "mode": replace(place.settings["mode"], spelling=mode)}
    return replace(place, inputs=inputs, settings=settings)


def value(expr: Expr, *dimensions: str) -> list[list[Any]]:
    """Evaluate an expression over some dimensions: a row an item, a column a month; blanks are None."""
    scope = scope_of(dimensions)
    array = evaluate(expr, scope, LINES, evaluate_lines(tuple(LINES.values()), frame()), frame())
    return [[_plain(cell) for cell in row] for row in array[0].tolist()]


def text(expr: Expr, *dimensions: str, item: int = 0, position: int = 0, where: Placement | None = None) -> str:
    """Print an expression on sheet Out; the current month's column is `@`, the one before `<`."""
    place = Place("Out", scope_of(dimensions), item, position)
    return print_formula(expr, place, where or placement(), frame()).replace(COLUMN, "@").replace(PREVIOUS, "<")


def scope_of(dimensions: Sequence[str]) -> Scope:
    """Return the scope of an expression over these dimensions."""
    axis = next((name for name in dimensions if name in ("month", "milestone")), "")
    return Scope(next((name for name in dimensions if name != axis), ""), axis)


def _plain(cell: object) -> object:
    return None if cell == "" or (isinstance(cell, float) and cell != cell) else cell  # noqa: PLR0124 - NaN


def cells() -> dict[Cell, float | str]:
    """Return every cell that the formulas of the bench can name: inputs, settings, and lines as their formulas."""
    found: dict[Cell, float | str] = {}
    for sheet, table in (("In", SHOPS), ("My inputs", DELIVERIES)):
        for number, (name, values) in enumerate(table.items(), 1):
            found[Cell(sheet, 1, number)] = name
            found |= {Cell(sheet, row, number): item for row, item in enumerate(values, 2) if item == item}  # noqa: PLR0124
    found |= {Cell("Set", row, 2): item for row, item in enumerate(SETTINGS.values(), 1)}
    for name, line in LINES.items():
        spot = placement().spots[name]
        for item in range(frame().length(line.item)):
            template = print_formula(line.expr, Place("Out", Scope(line.item, line.axis), item), placement(), frame())
            for column in range(spot.column, spot.column + frame().length(line.axis)):
                found[Cell("Out", spot.row + item, column)] = at_column(template, column)
    return found


def at_column(template: str, column: int) -> str:
    """Put the letters of a column into a row's formula."""
    return template.replace(COLUMN, column_letters(column)).replace(PREVIOUS, column_letters(column - 1))


def by_package(formulas: Sequence[str], given: Mapping[Cell, float | str] | None = None) -> list[object]:
    """Calculate formulas on sheet Out, column H, in a formula engine from PyPI; errors are `ERROR`, blanks None."""
    book = formualizer.Workbook()
    filled = {**(given or {}), **{Cell("Out", row, 8): text for row, text in enumerate(formulas, 1)}}
    for sheet in dict.fromkeys(cell.sheet for cell in filled):
        book.add_sheet(sheet)
    for cell, content in filled.items():
        if isinstance(content, str) and content.startswith("="):
            book.set_formula(cell.sheet, cell.row, cell.column, content)
        else:
            book.set_value(cell.sheet, cell.row, cell.column, content)
    return [_result(book.evaluate_cell("Out", row, 8)) for row in range(1, len(formulas) + 1)]


def by_office(formulas: Sequence[str], given: Mapping[Cell, float | str] | None = None) -> list[object]:
    """Calculate formulas on sheet Out, column H, in LibreOffice; errors are `ERROR`, blanks None."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    filled = {**(given or {}), **{Cell("Out", row, 8): text for row, text in enumerate(formulas, 1)}}
    sheets = {name: book.add_worksheet(name) for name in dict.fromkeys(cell.sheet for cell in filled)}
    for cell, content in filled.items():
        if isinstance(content, str) and content.startswith("="):
            sheets[cell.sheet].write_formula(cell.row - 1, cell.column - 1, content, None, float(POISON))
        else:
            sheets[cell.sheet].write(cell.row - 1, cell.column - 1, content)
    book.close()
    values = stored_values(recalculated_by_office(stream.getvalue()), ("Out",))
    return [_result(values.get(Cell("Out", row, 8))) for row in range(1, len(formulas) + 1)]


def _result(found: object) -> object:
    if isinstance(found, dict) or (isinstance(found, str) and found.startswith("#")):
        return ERROR
    return None if found == "" else found


def same(ours: object, theirs: object) -> bool:
    """Whether two results are equal to 1e-9 of their size; conditions count as 1 and 0."""
    if isinstance(ours, int | float) and isinstance(theirs, int | float):
        left, right = float(ours), float(theirs)
        return abs(left - right) <= 1e-9 * max(abs(left), abs(right))
    return ours == theirs
