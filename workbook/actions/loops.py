"""Inputs that depend on result sheets, as problems (roof)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.files.package.package import Package
from workbook.files.reading.loops import Loop, loops
from workbook.inputs.plan import Plan
from workbook.problems import Code, Problem
from workbook.sheets.prefix import every_result_sheet

NOT_CALCULATED_WITH = ("claims", "actuals")
"""Input sheets that no planning line reads: their formulas may compare with results."""


def input_loops(package: Package, plan: Plan) -> Iterator[Problem]:
    """Yield an error for each input cell whose formula leads back to a result sheet of the tool."""
    ours = [name for name in every_result_sheet(package.prefix) if name in package.owners]
    free = {plan.tables[sheet].title for sheet in NOT_CALCULATED_WITH if sheet in plan.tables}
    formulas = {cell: formula for cell, formula in plan.formulas.items() if cell.sheet not in free}
    if ours:
        yield from (_problem(loop, plan.formulas[loop.cell]) for loop in loops(package, formulas, ours))


def _problem(loop: Loop, formula: str) -> Problem:
    way = " → ".join(map(str, (loop.cell, *loop.path)))
    return Problem(
        Code.INPUT_LOOP,
        f"the input depends on the result sheet {loop.path[-1].sheet!r}, which depends on the input",
        loop.cell,
        seen=f"{formula} ({way})",
        expected="a value, or a formula that does not depend on result sheets",
        remedy="enter the value itself, or calculate it from cells of your own",
    )
