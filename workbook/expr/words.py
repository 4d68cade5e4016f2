"""Trees into plain words (languages floor): the third reading, for people who ask where a number comes from.

A leaf (a line, an input cell, a setting, a range) is worded by the caller: with names it becomes the formula in words,
with values the same formula with the numbers in it.
"""

from __future__ import annotations

from collections.abc import Callable

from workbook.expr import tree
from workbook.expr.functions import OPERATORS
from workbook.expr.tree import Expr
from workbook.figures import MONTHS, digits

Leaf = Callable[[Expr], str]

_SYMBOLS = {"*": "×", "/": "÷", "-": "−", "<=": "≤", ">=": "≥", "&": "followed by"}
_CALLS = {
    "MAX": "the largest of ({})",
    "MIN": "the smallest of ({})",
    "ABS": "the size of ({})",
    "EXP": "e to the power of ({})",
    "LN": "the natural logarithm of ({})",
    "NOT": "not ({})",
    "EDATE": "the date after adding months: ({})",
    "YEAR": "the year of {}",
    "MONTH": "the calendar month of {}",
    "MOD": "the remainder of ({})",
    "MID": "the letters of ({})",
}


def in_words(expr: Expr, leaf: Leaf) -> str:
    """Return an expression in words; `leaf` words what names a line, a cell or a range."""
    return _worded(expr, leaf, 0)


def _worded(node: Expr, leaf: Leaf, outer: int) -> str:
    match node:
        case tree.Number():
            return digits(node.value)
        case tree.Text():
            return f"“{node.value}”"
        case tree.Blank():
            return "blank"
        case tree.Unary():
            return f"−{_worded(node.operand, leaf, 9)}"
        case tree.Binary():
            return _binary(node, leaf, outer)
        case tree.Call():
            return _call(node, leaf)
        case _:
            return leaf(node)


def _binary(node: tree.Binary, leaf: Leaf, outer: int) -> str:
    own = OPERATORS[node.operator].precedence
    if node.operator == "=" and node.right == tree.BLANK:
        return f"{_worded(node.left, leaf, own)} is blank"
    left, right = _worded(node.left, leaf, own), _worded(node.right, leaf, own + 1)
    text = f"{left} {_SYMBOLS.get(node.operator, node.operator)} {right}"
    return f"({text})" if own < outer else text


def _call(node: tree.Call, leaf: Leaf) -> str:
    match node:
        case tree.Call("IF", (condition, then, otherwise)):
            chosen, other = _worded(then, leaf, 0), _worded(otherwise, leaf, 0)
            return f"[if {_worded(condition, leaf, 0)} then {chosen}, otherwise {other}]"
        case tree.Call("MID", (tree.Text(names), place, _)) if names == "".join(MONTHS):
            return f"the name of month ({_worded(place, leaf, 0)})"
        case tree.Call("ROUNDUP", (tree.Call("ROUND", (inner, _)), tree.Number(0))):
            return f"rounded up ({_worded(inner, leaf, 0)})"
        case tree.Call("INT", (tree.Call("ROUND", (inner, _)),)) | tree.Call("INT", (inner,)):
            return f"rounded down ({_worded(inner, leaf, 0)})"
        case tree.Call("AND" | "OR" as function, arguments):
            return f" {function.lower()} ".join(_worded(argument, leaf, 1) for argument in arguments)
        case _:
            inside = ", ".join(_worded(argument, leaf, 0) for argument in node.arguments)
            return _CALLS.get(node.function, node.function + "({})").format(inside)
