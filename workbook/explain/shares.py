"""The share of each number in the sum that is made from it, measured on the expression itself (post)."""

from __future__ import annotations

import math
from collections import ChainMap
from typing import TypeGuard

from workbook.explain.at import At
from workbook.explain.locate import LineValue
from workbook.expr import tree
from workbook.expr.evaluate import evaluate
from workbook.expr.tree import Expr

_STEP = 0.01
"""A small change: large enough for the digits of a float, small enough for a curve."""


def share(at: At, expr: Expr, used: LineValue) -> float | None:
    """Return the share of a sum that a number in it has: by how many per cent the sum rises with one per cent of it.

    None if either is a text, blank or zero, or if the number only chooses a month or a row.
    """
    results = at.results
    array, before = results.values[used.line], at.results.value(used.line, used.item, used.position)
    base = at.value(expr)
    if not (_counts(base) and _counts(before)) or used.line in choosing(expr):
        return None
    changed = array.copy()
    changed[0, used.item, used.position] *= 1 + _STEP
    values = ChainMap({used.line: changed}, dict(results.values))
    after = evaluate(expr, at.scope, results.lines, values, results.frame)[0, at.item, at.position].item()
    return (after - base) / (_STEP * base) if math.isfinite(after) else None


def choosing(expr: Expr) -> frozenset[str]:
    """Return the lines that only choose months or rows: one per cent more of a month is no month."""
    chosen: list[Expr] = []
    for node in tree.walk(expr):
        match node:
            case tree.SumWhere(_, key, values, _):
                chosen += [key, *values]
            case tree.LargeWhere(key, value, _, k):
                chosen += [key, value, k]
            case tree.AtMonth(_, month):
                chosen.append(month)
            case tree.Picked(_, _, position) | tree.Lookup(_, _, position):
                chosen.append(position)
    return frozenset().union(*(tree.references(one) for one in chosen))


def _counts(value: float | str | None) -> TypeGuard[float]:
    """Whether a value is a number that can change by a part of itself; dates are texts here."""
    return isinstance(value, int | float) and math.isfinite(value) and value != 0


def is_sum(expr: Expr) -> bool:
    """Whether a figure is a sum of numbers, so that each has a share of it."""
    match expr:
        case tree.Ref() | tree.Number():
            return True
        case tree.Binary("+" | "-", left, right):
            return is_sum(left) and is_sum(right)
        case tree.Reduce("SUM", _, _) | tree.Group("SUM", _, _) | tree.SumWhere():
            return True
        case _:
            return False
