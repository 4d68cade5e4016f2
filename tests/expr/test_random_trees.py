"""Random trees print to formulas that engines which are not ours evaluate to what `evaluate` gives.

Trees are drawn as lines are written: INT and ceilings over ROUND(x, 9), because a floor of float noise is nobody's
meaning, and engines differ in it. Draws whose value hangs on noise are left out: nearly equal comparisons, cancelled
differences, 0^0, numbers beyond the grid's reach. An error anywhere in what is calculated is an error of the cell.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from tests.expr import bench
from workbook.address import Cell
from workbook.expr import tree
from workbook.expr.evaluate import evaluate, evaluate_lines
from workbook.expr.formula import Home, InputColumn, Place, Placement, print_formula, print_formulas
from workbook.expr.frame import Frame, Scope
from workbook.expr.functions import FUNCTIONS, OPERATORS, Array
from workbook.expr.tree import Binary, Expr, Input, Line, Number, Ref, Unary, call, ceiling, if_, total, whole

GRID = {
    "small": [0.5, -0.25, 2.0],
    "large": [7.0, 100.0, -31.5],
    "fraction": [0.1, 1 / 3, -2.7],
    "count": [3.0, 1.0, 12.0],
    "zero": [0.0, 2.5, 0.0],
}
LINES = {name: Line(name, name, "", ("row",), Input("grid", name)) for name in GRID}
ROWS = len(GRID["small"])
FRAME = Frame(
    months=1,
    items={"row": tuple("abc")},
    tables={"row": "grid"},
    rows={"row": (0, 1, 2)},
    keys={},
    columns={("grid", name): np.array(column) for name, column in GRID.items()},
    defaults={},
    settings={},
)
PLACEMENT = Placement(
    lines=LINES,
    spots={name: Home("Out", 2, column) for column, name in enumerate(GRID, 1)},
    inputs={("grid", name): InputColumn("In", column, (2, 3, 4), 2, 4) for column, name in enumerate(GRID, 1)},
    settings={},
    months=(4, 4),
)
CELLS: dict[Cell, float | str] = {
    Cell(sheet, row, column): value
    for sheet in ("In", "Out")
    for column, values in enumerate(GRID.values(), 1)
    for row, value in enumerate(values, 2)
}
Value: TypeAlias = float | bool


class _Unclear(Exception):
    """The value hangs on float noise: every engine is right."""


class _Fails(Exception):
    """A sheet shows an error."""


def of_row(node: Expr, row: int) -> Value:
    """Calculate a tree for one row, branch by branch, through the table of functions. Raises _Fails or _Unclear."""
    match node:
        case Number():
            return float(node.value)
        case Input():
            return GRID[node.field][row]
        case Ref():
            return GRID[node.line][row]
        case tree.Reduce():
            return math.fsum(GRID[node.body.line])
        case Unary():
            return -of_row(node.operand, row)
        case tree.Call("IF", (condition, then, otherwise)):
            return of_row(then if of_row(condition, row) else otherwise, row)
        case tree.Call():
            apply = FUNCTIONS[node.function].apply
            assert apply is not None
            return _clear(node, [of_row(argument, row) for argument in node.arguments], apply)
        case Binary():
            pair = [of_row(node.left, row), of_row(node.right, row)]
            return _clear(node, pair, OPERATORS[node.operator].apply)
        case _:
            raise AssertionError(node)


def _clear(node: Expr, operands: list[Value], apply: Callable[..., Array]) -> Value:
    """Apply a function, and refuse what is noise."""
    operator = node.operator if isinstance(node, Binary) else ""
    with np.errstate(all="ignore"):
        result = apply(*(np.array(operand) for operand in operands)).item()
    size = max(abs(float(operand)) for operand in operands)
    gap = abs(float(operands[0]) - float(operands[-1]))
    if operator == "^" and operands[0] == 0:
        raise _Unclear
    if operator in ("<", "<=", ">", ">=", "=") and 0 < gap <= 1e-9 * size:
        raise _Unclear
    if isinstance(result, bool):
        return result
    if not math.isfinite(result):
        raise _Fails
    if operator in ("+", "-") and 0 < abs(result) < 1e-6 * size:
        raise _Unclear
    if abs(result) > 1e9 or 0 < abs(result) < 1e-9:
        raise _Unclear
    return float(result)


def _comparison(numbers: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    return st.builds(Binary, st.sampled_from(["<", "<=", ">", ">=", "="]), numbers, numbers)


def _condition(numbers: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    single = _comparison(numbers)
    return st.one_of(
        single,
        st.builds(tree.all_of, single, single),
        st.builds(tree.any_of, single, single, single),
        st.builds(lambda one: call("NOT", one), single),
    )


def _larger(numbers: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    exponents = st.sampled_from([Number(1), Number(2), Number(3), -Number(1), -Number(2), Number(2) - 1])
    rounded = st.builds(
        lambda x, digits: call("ROUND", call("ROUND", x, 9), digits), numbers, st.sampled_from([0, 1, 9])
    )
    # Drawn often: what stands beside what is where parentheses go wrong.
    binary = st.builds(Binary, st.sampled_from("+-*/"), numbers, numbers)
    nested = st.builds(Binary, st.sampled_from("-/+*"), binary, binary)
    return st.one_of(
        binary,
        nested,
        st.builds(Binary, st.sampled_from("-/"), numbers, binary),
        st.builds(Binary, st.just("^"), st.one_of(numbers, binary), exponents),
        st.builds(lambda x: Unary("-", x), binary),
        st.builds(lambda x: Unary("-", x), numbers),
        st.builds(if_, _condition(numbers), numbers, numbers),
        st.builds(tree.largest, numbers, numbers),
        st.builds(tree.smallest, numbers, numbers, numbers),
        st.builds(ceiling, numbers),
        st.builds(whole, numbers),
        st.builds(lambda x, y: call("MOD", whole(x), whole(y)), numbers, numbers),
        st.builds(lambda x: call("ABS", x), numbers),
        rounded,
    )


LEAVES = st.one_of(
    st.sampled_from([Number(value) for value in (0, 1, 2, 9, 12, 0.5)]),
    st.sampled_from([Input("grid", name) for name in GRID]),
    st.sampled_from([Ref(name) for name in GRID]),
    st.sampled_from([total("row", name) for name in GRID]),
)
TREES: st.SearchStrategy[Expr] = st.recursive(LEAVES, _larger, max_leaves=12)


def _expected(expr: Expr) -> list[float | str] | None:
    """Return the value of each row, or `ERROR`; nothing where a value hangs on noise."""
    found: list[float | str] = []
    for row in range(ROWS):
        try:
            found.append(float(of_row(expr, row)))
        except _Fails:
            found.append(bench.ERROR)
        except _Unclear:
            return None
    return found


def _ours(expr: Expr) -> list[float]:
    lines = tuple(LINES.values())
    values = evaluate_lines(lines, FRAME)
    return [float(cell) for cell in evaluate(expr, Scope("row", ""), LINES, values, FRAME)[0, :, 0]]


def _printed(expr: Expr) -> list[str]:
    return [print_formula(expr, Place("Out", Scope("row", ""), row), PLACEMENT, FRAME) for row in range(ROWS)]


@settings(max_examples=500, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(TREES)
def test_a_random_tree_means_the_same_here_and_there(expr: Expr) -> None:
    expected = _expected(expr)
    assume(expected is not None)
    assert expected is not None
    assert list(print_formulas(expr, Place("Out", Scope("row", "")), PLACEMENT, FRAME, ROWS)) == _printed(expr)
    theirs = bench.by_package(_printed(expr), CELLS)
    for row, (value, ours, found) in enumerate(zip(expected, _ours(expr), theirs, strict=True)):
        assert bench.same(value, found), (row, _printed(expr)[row])
        assert value == bench.ERROR or bench.same(value, ours), (row, expr)


@pytest.mark.office
@pytest.mark.fuzz
def test_random_trees_mean_the_same_in_libreoffice() -> None:
    trees: list[Expr] = []

    @settings(
        max_examples=600, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(TREES)
    def draw(expr: Expr) -> None:
        if expr not in trees and _expected(expr) is not None:
            trees.append(expr)

    draw()
    assert len(trees) >= 200
    formulas = [formula for expr in trees for formula in _printed(expr)]
    expected = [value for expr in trees for value in _expected(expr) or []]
    found = bench.by_office(formulas, CELLS)
    wrong = [row for row in zip(formulas, expected, found, strict=True) if not bench.same(row[1], row[2])]
    assert wrong == []
