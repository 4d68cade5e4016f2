"""The proposals of a roll into edits of a workbook's cells, the Source of each changed row included (roof)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.address import Cell
from workbook.files.grafting.cell_edits import CellEdit, Edits, append_rows
from workbook.files.grafting.sheet_rows import SheetRows
from workbook.files.package.package import Package
from workbook.history.rolling.proposals import RollProposal
from workbook.history.rolling.steps import Addition, Edit, Removal
from workbook.inputs.plan import Plan

_MARK = "rolled from "
_BETWEEN = " · "
_LONGEST_SOURCE = 250


def rolled_edits(host: Package, plan: Plan, proposals: tuple[RollProposal, ...], origin: str) -> Edits:
    """Return the edits of all proposals; `origin` names the file and the run that the plan is rolled from.

    A formula in Source or Notes stays, also in a row that is over.
    """
    cells = [*_values(proposals), *_sources(plan, proposals, origin)]
    pages = {sheet.name: sheet for sheet in host.sheets}
    rows = {name: SheetRows(host, pages[name]) for name in {edit.cell.sheet for edit in cells}}
    free = tuple(edit for edit in cells if not rows[edit.cell.sheet].has_formula(edit.cell))
    return Edits(free) + _new_rows(host, plan, proposals, origin)


def _values(proposals: tuple[RollProposal, ...]) -> Iterator[CellEdit]:
    for proposal in proposals:
        value = None if isinstance(proposal.change, Removal) else _plain(proposal.value)
        yield from (CellEdit(cell, value) for cell in proposal.cells)


def _plain(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _sources(plan: Plan, proposals: tuple[RollProposal, ...], origin: str) -> Iterator[CellEdit]:
    """Yield the new Source of each row in which a value changes."""
    found: dict[Cell, str] = {}
    for proposal in proposals:
        match proposal.change:
            case Edit(sheet, None, field):
                column = plan.setting_columns.get(sheet, {}).get("source")
                if column:
                    found[Cell(proposal.sheet, proposal.cells[0].row, column)] = plan.setting_sources.get(field, "")
            case Edit(sheet, int(index), _):
                cell = plan.tables[sheet].cell(index, "source")
                if cell:
                    found[cell] = plan.rows(sheet)[index].source
    yield from (CellEdit(cell, _marked(source, origin)) for cell, source in found.items())


def _marked(source: str, origin: str) -> str:
    """Return a source with where it was rolled from; what an earlier roll said there goes."""
    before = source.partition(_MARK)[0].removesuffix(_BETWEEN)
    return f"{before}{_BETWEEN if before else ''}{_MARK}{origin}"[:_LONGEST_SOURCE]


def _new_rows(host: Package, plan: Plan, proposals: tuple[RollProposal, ...], origin: str) -> Edits:
    edits = Edits()
    added = [proposal.change for proposal in proposals if isinstance(proposal.change, Addition)]
    for sheet in dict.fromkeys(change.sheet for change in added):
        table = plan.tables[sheet]
        rows = (change.row.model_dump(exclude_none=True) for change in added if change.sheet == sheet)
        filled = [{**row, "source": _marked("", origin)} for row in rows]
        known = [{name: value for name, value in row.items() if name in table.column_numbers} for row in filled]
        edits += append_rows(host, table, known)
    return edits
