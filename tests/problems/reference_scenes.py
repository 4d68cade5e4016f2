"""A scene for each problem of references that cannot follow their lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import planned_base
from tests.files.readers import LineCells, formula_rows, line_cells, sheet_xml, with_inputs, with_mine
from tests.workbooks import replaced, valid_markdown, valid_workbook
from workbook import actions
from workbook.problems import Code, Problem, Refusal

_ROWS = "| edge      | 40 %          | 50 %             | Large     |               |"


@cache
def _base() -> LineCells:
    return line_cells(planned_base())


def _planned(formula: str, sheets: dict[str, str], code: Code, policy: str = "follow") -> Callable[[Path], Problem]:
    """Return the problem of a code that a run finds when a formula of the user reads the results of the run before."""

    def scene(folder: Path) -> Problem:
        path = folder / "plan.xlsx"
        data = with_mine(planned_base(), sheet_xml(formula_rows({"": formula})))
        path.write_bytes(with_inputs(data, valid_markdown(**sheets)))
        reading = actions.read_plan(path)
        assert reading.plan is not None, reading.problems
        try:
            found = actions.preview_references(
                reading, actions.calculate(reading.plan), actions.ReferencePolicy(policy)
            ).problems
        except Refusal as refusal:
            found = (refusal.problem, *refusal.more)
        return next(problem for problem in found if problem.code is code)

    return scene


def _gone(folder: Path) -> Problem:
    formula = _base().cell("nodes.provisioned", "edge", date(2026, 5, 1))
    return _planned(formula, replaced("Components", "| edge ", "| rim "), Code.REFERENCE_TO_GONE_LINE)(folder)


def _before_start(folder: Path) -> Problem:
    formula = _base().cell("cost.total", "", date(2026, 1, 1))
    later = replaced("Settings", "2026-01-01", "2026-04-01")
    return _planned(formula, later, Code.REFERENCE_TO_GONE_MONTH)(folder)


def _crossed(folder: Path) -> Problem:
    """A range from a line's last item to the next line's first: the items of the first line change places."""
    sheet, row = _base().row("nodes.today", "edge")
    core = "| core      | 60 %          | 50 %             | Large     | 2             |"
    swapped = valid_markdown().replace(core, "").replace(_ROWS, f"{_ROWS}\n{core}")
    components = swapped.partition("## Components\n")[2].partition("## ")[0]
    return _planned(f"SUM({sheet}!D{row}:D{row + 1})", {"Components": components}, Code.REFERENCE_CROSSED)(folder)


def _kept(folder: Path) -> Problem:
    formula = _base().cell("cost.nodes_total", "", date(2026, 5, 1))
    more = replaced("Components", _ROWS, f"{_ROWS}\n| mid | 0 % | 0 % | Large | 1 |")
    return _planned(formula, more, Code.REFERENCES_KEPT, "keep")(folder)


def _fixed(folder: Path) -> Problem:
    formula = f'INDIRECT("{_base().cell("cost.total", "", date(2026, 5, 1))}")'
    return _planned(formula, {}, Code.REFERENCE_FIXED)(folder)


def _unbound(folder: Path) -> Problem:
    path = folder / "plan.xlsx"
    path.write_bytes(with_mine(valid_workbook(), sheet_xml(formula_rows({"": "Cost!J140"}))))
    reading = actions.read_plan(path)
    assert reading.plan is not None, reading.problems
    with pytest.raises(Refusal) as refused:
        actions.write_plan(reading, actions.calculate(reading.plan))
    return refused.value.problem


def _name_taken(folder: Path) -> Problem:
    path = folder / "plan.xlsx"
    path.write_bytes(with_mine(valid_workbook(), sheet_xml(""), names={"Plan_Cost_now": "Mine!$B$2"}))
    reading = actions.read_plan(path)
    assert reading.plan is not None, reading.problems
    return actions.write_plan(reading, actions.calculate(reading.plan)).problems[0]


REFERENCE_SCENES: dict[str, Callable[[Path], Problem]] = {
    "reference to a gone line": _gone,
    "reference to a gone month": _before_start,
    "range that crosses": _crossed,
    "references kept": _kept,
    "references that cannot follow": _fixed,
    "references to sheets that were not there": _unbound,
    "name of an output": _name_taken,
}
