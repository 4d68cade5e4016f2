"""Steps of a roll into proposals that a user can read cell by cell (many floor).

What a cell says already is not proposed again. A cell that holds a formula of the user's is left to the user, and so is
a value for which the sheet has no column or row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from workbook.address import Cell
from workbook.history.rolling.steps import Addition, Change, Edit, ProposalBasis, Removal, Step, cell_of, row_cells
from workbook.inputs.input_names import input_text, row_name
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.demand import GrowthAnchor
from workbook.inputs.sheets.registry import SETTINGS, SHEETS
from workbook.naming import name_key
from workbook.problems import Code, Problem, Severity
from workbook.schema import Column, show
from workbook.timeline import Timeline, months_between

START = "start"
ROW_GOES = "row"
ROW_CLEARED = "cleared"
NEW_ROW = "new row"
_DIGITS = 8


class RollProposal(Struct, frozen=True):
    """One change that a roll proposes: where, what the cell says and would say, why, and what that rests on.

    `cells` are the cell that changes, or those of a row that is cleared; none where the sheet has no column or row for
    it yet. `column` is None where a whole row goes or comes. Plan months given as dates are dates here.
    """

    id: str
    sheet: str
    row: str
    column: Column | None
    cells: tuple[Cell, ...]
    was: object
    value: object
    why: str
    basis: ProposalBasis
    change: Change

    @property
    def place(self) -> str:
        """The place as a user finds it: the cell, or the names of sheet, row and column."""
        if self.column is None and self.cells:
            return f"{self.cells[0]}:{str(self.cells[-1]).rpartition('!')[2]}"
        if self.cells:
            return str(self.cells[0])
        return ", ".join(part for part in (self.sheet, self.row, self.header) if part)

    @property
    def header(self) -> str:
        """The header of the column; nothing for a whole row."""
        return self.column.header if self.column else ""

    @property
    def was_text(self) -> str:
        """What the cell says, as a user would type it."""
        return _text(self.column, self.was)

    @property
    def value_text(self) -> str:
        """What the cell would say, as a user would type it."""
        return _text(self.column, self.value)

    def as_json(self) -> dict[str, object]:
        """Return the proposal as `--json` prints it: ratios are ratios, dates are ISO texts."""
        return {
            "id": self.id,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.header,
            "cells": [str(cell) for cell in self.cells],
            "was": _plain(self.was),
            "value": _plain(self.value),
            "why": self.why,
            "basis": self.basis.value,
        }


class Listed(Struct, frozen=True):
    """The proposals of a roll, the steps that they and unchanged dates take, and what is left to the user.

    A date keeps its calendar month without a proposal, but the plan counts it from the new start.
    """

    proposals: tuple[RollProposal, ...]
    steps: tuple[Step, ...]
    by_hand: tuple[RollProposal, ...]


def list_proposals(plan: Plan, timeline: Timeline, steps: Iterable[Step], skip: Collection[str] = ()) -> Listed:
    """Return the proposals of these steps but those with an id to skip; `timeline` is that of the rolled plan.

    A growth curve is changed as a whole or not at all: milestones out of step with each other are no curve.
    """
    pairs = [(step, _proposal(plan, timeline, step)) for step in steps]
    changed = [proposal for _, proposal in pairs if proposal.was != proposal.value and proposal.id not in skip]
    held = [proposal for proposal in changed if _formula_cell(plan, proposal) or _has_no_cell(proposal)]
    curves = {_segment(plan, proposal) for proposal in held} - {""}
    by_hand = [proposal for proposal in changed if proposal in held or _segment(plan, proposal) in curves]
    proposals = [proposal for proposal in changed if proposal not in by_hand]
    shown = (replace(proposal, was=_typed(plan, proposal)) for proposal in proposals)
    # Without the start no other step makes sense: that it is typed by hand is taken for granted.
    taken = [step for step, one in pairs if one in proposals or one.was == one.value or one.id == START]
    return Listed(tuple(shown), tuple(taken), tuple(by_hand))


def by_hand_problems(plan: Plan, listed: Listed) -> Iterator[Problem]:
    """Yield what is left to the user, cell by cell."""
    for proposal in listed.by_hand:
        yield Problem(
            Code.ROLL_BY_HAND,
            f"{proposal.place} is left as it is, but would change: {proposal.why}",
            proposal.cells[0] if proposal.cells else proposal.place,
            seen=_hindrance(plan, proposal),
            expected=proposal.value_text,
            remedy="change it by hand in the new file",
            severity=Severity.INFO,
        )


def _hindrance(plan: Plan, proposal: RollProposal) -> str:
    """Return why a proposal is left to the user."""
    if cell := _formula_cell(plan, proposal):
        return plan.formulas[cell]
    if _has_no_cell(proposal):
        return f"no cell for {proposal.header}"
    return f"{proposal.was_text}, on a curve with a formula of your own"


def _has_no_cell(proposal: RollProposal) -> bool:
    """Whether the sheet has no column or row for a value."""
    return isinstance(proposal.change, Edit) and not proposal.cells


def _typed(plan: Plan, proposal: RollProposal) -> object:
    """Return what a proposal's cell says: nothing where it is blank and its default counts."""
    blank = (cell for cell in proposal.cells if cell in plan.cells and plan.cells[cell] in (None, ""))
    return None if proposal.column is not None and any(blank) else proposal.was


def _formula_cell(plan: Plan, proposal: RollProposal) -> Cell | None:
    """Return the first cell of a proposal that holds a formula of the user's."""
    return next((cell for cell in proposal.cells if cell in plan.formulas), None)


def _segment(plan: Plan, proposal: RollProposal) -> str:
    """Return the segment whose growth curve a proposal changes; nothing for other proposals."""
    change = proposal.change
    if change.sheet != "growth":
        return ""
    row = change.row if isinstance(change, Addition) else plan.rows("growth")[change.index or 0]
    return name_key(row.segment) if isinstance(row, GrowthAnchor) else ""


def _proposal(plan: Plan, timeline: Timeline, step: Step) -> RollProposal:
    match step.change:
        case Edit():
            return _of_edit(plan, timeline, step, step.change)
        case Removal(sheet, index):
            row, cells = row_name(SHEETS[sheet], plan.rows(sheet)[index]), row_cells(plan, sheet, index)
            title, was, value = plan.tables[sheet].title, ROW_GOES, ROW_CLEARED
        case Addition(sheet, added):
            row, cells = row_name(SHEETS[sheet], added), ()
            title, was, value = plan.tables[sheet].title, "", NEW_ROW
    return RollProposal(step.id, title, row, None, cells, was, value, step.why, step.basis, step.change)


def _of_edit(plan: Plan, timeline: Timeline, step: Step, edit: Edit) -> RollProposal:
    cell = cell_of(plan, edit)
    cells = (cell,) if cell else ()
    if edit.index is None:
        column = next(column for column in SETTINGS if column.field == edit.field)
        title, row, was = plan.setting_sheet(edit.field), column.header, plan.setting(edit.field)
    else:
        table = plan.tables[edit.sheet]
        column = SHEETS[edit.sheet].column(edit.field)
        title, row = table.title, row_name(table.sheet, table.rows[edit.index])
        was = getattr(table.rows[edit.index], edit.field)
    value = edit.value
    if cell and cell in plan.dates and isinstance(value, int | float):
        was = plan.dates[cell]
        first = timeline.date_of(int(value))
        value = first if months_between(first, was) else was
    return RollProposal(step.id, title, row, column, cells, was, value, step.why, step.basis, edit)


def _text(column: Column | None, value: object) -> str:
    """Return a value as a user would type it, with few enough digits to read."""
    if column is None:
        return str(value)
    return input_text(column, float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value)


def _plain(value: object) -> object:
    return show(value) if isinstance(value, date) else value
