"""One rule of inputs that cannot all be true: its condition, its words and its cells (plan floor)."""

from __future__ import annotations

from msgspec import Struct

from workbook.expr.tree import (
    Expr,
    Number,
)
from workbook.model.assurance.contradiction_cells import (
    Cells,
)
from workbook.problems import Code

_NONE = Number(0)


class Contradiction(Struct, frozen=True):
    """One rule: `found` has to be at most, at least or equal to `limit`, give or take `allowed`.

    `over` is the dimension of its subjects, blank for the whole plan; `fix` is the value that would reconcile the two,
    in `fix_unit`. `cells` finds the two cells that a row compares: the one to correct, and the one next to which it
    stands. In the texts {a} is the first cell, {b} the second; figures are {found}, {limit} and {fix}. Without a `code`
    nothing is reported here, because a check of the inputs does.
    """

    id: str
    title: str
    over: str
    found: Expr
    relation: str
    limit: Expr
    fix: Expr
    unit: str
    cells: Cells
    fix_unit: str = ""
    allowed: Expr = _NONE
    code: Code | None = None
    message: str = ""
    expected: str = ""
    remedy: str = ""
