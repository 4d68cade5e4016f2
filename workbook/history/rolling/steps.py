"""What one step of a roll is, and a plan with all of its steps taken (many floor).

A step changes a value, clears a row that is over, or adds a row. Which rows there are is decided at the end, so that
every step may name a row by its place in the plan as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from workbook.address import Cell
from workbook.inputs.plan import Plan, Table
from workbook.model.results import Results
from workbook.schema import Row
from workbook.timeline import Timeline, months_between


class ProposalBasis(StrEnum):
    """What a proposal rests on: the calendar alone, measured figures, or figures of the plan."""

    CALENDAR = "calendar"
    MEASURED = "measured"
    PLANNED = "planned"


class Edit(Struct, frozen=True):
    """Another value of a field: of a row by its place on the sheet, or of a setting (`index` is None).

    A value of None clears the cell, so that its default counts. Plan months are numbers, also where the cell has a
    date.
    """

    sheet: str
    index: int | None
    field: str
    value: object


class Removal(Struct, frozen=True):
    """A row that is over: its cells are cleared."""

    sheet: str
    index: int


class Addition(Struct, frozen=True):
    """A new row at the end of a sheet's table."""

    sheet: str
    row: Row


Change = Edit | Removal | Addition


class Step(Struct, frozen=True):
    """One change, by the id of its proposal, with its reason and what it rests on."""

    id: str
    change: Change
    why: str
    basis: ProposalBasis = ProposalBasis.CALENDAR


class Start(Struct, frozen=True):
    """A plan with its results, and the month of it in which the rolled plan starts."""

    plan: Plan
    results: Results
    months: int

    @property
    def day(self) -> date:
        """The first day of the rolled plan."""
        return self.plan.timeline.date_of(self.months)

    def figure(self, line: str, item: int = 0, month: int | None = None) -> float:
        """Return a monthly figure of the plan, in the month of the new start if no other is given."""
        return float(self.results.values[line][0, item, self.months if month is None else month])


def with_steps(plan: Plan, steps: Iterable[Step]) -> Plan:
    """Return the plan with every step taken; cells that hold dates keep theirs unless a step gives another month."""
    changes = [step.change for step in steps]
    settings = plan.settings.model_copy(
        update={
            change.field: _given(type(plan.settings).model_fields[change.field].default, change.value)
            for change in changes
            if isinstance(change, Edit) and change.index is None
        }
    )
    timeline = Timeline(settings.plan_start, settings.horizon_months, settings.fiscal_year_start)
    tables = {name: _rolled_table(table, changes) for name, table in plan.tables.items()}
    kept = {name: table for name, table in tables.items() if table.rows or table.sheet.required}
    rolled = replace(plan, settings=settings, timeline=timeline, tables=kept)
    values = dict(_cell_values(plan, changes))
    days = {cell: _day_in(timeline, plan.dates[cell], values[cell]) for cell in values.keys() & plan.dates.keys()}
    return replace(rolled, dates={**plan.dates, **days}, cells={**plan.cells, **values, **days})


def row_cells(plan: Plan, sheet: str, index: int) -> tuple[Cell, ...]:
    """Return the cells of a row that the table has columns for, from left to right."""
    table = plan.tables[sheet]
    return tuple(
        Cell(table.title, table.row_numbers[index], column) for column in sorted(table.column_numbers.values())
    )


def cell_of(plan: Plan, edit: Edit) -> Cell | None:
    """Return the cell of a value; None where the sheet has no column or row for it."""
    if edit.index is None:
        return plan.setting_cells.get(edit.field)
    return plan.tables[edit.sheet].cell(edit.index, edit.field)


def _given(default: object, value: object) -> object:
    return default if value is None else value


def _day_in(timeline: Timeline, day: date, month: object) -> date:
    """Return the date for a plan month: the one that stands there if it is in that month, else the first day of it."""
    if not isinstance(month, int | float):
        return day
    first = timeline.date_of(int(month))
    return first if months_between(first, day) else day


def _cell_values(plan: Plan, changes: Sequence[Change]) -> Iterator[tuple[Cell, object]]:
    for change in changes:
        match change:
            case Edit():
                cell = cell_of(plan, change)
                if cell is not None:
                    yield cell, change.value
            case Removal():
                yield from ((cell, None) for cell in row_cells(plan, change.sheet, change.index) if cell in plan.cells)


def _rolled_table(table: Table[Row], changes: Sequence[Change]) -> Table[Row]:
    mine = [change for change in changes if change.sheet == table.sheet.id]
    updates: dict[int, dict[str, object]] = {}
    for change in mine:
        if isinstance(change, Edit) and change.index is not None:
            default = type(table.rows[change.index]).model_fields[change.field].default
            updates.setdefault(change.index, {})[change.field] = _given(default, change.value)
    gone = {change.index for change in mine if isinstance(change, Removal)}
    kept = [index for index in range(len(table.rows)) if index not in gone]
    rows: list[Row] = [table.rows[index].model_copy(update=updates.get(index)) for index in kept]
    added = [change.row for change in mine if isinstance(change, Addition)]
    numbers = [table.row_numbers[index] for index in kept]
    last = table.last_row + len(added)
    return replace(
        table,
        rows=(*rows, *added),
        row_numbers=(*numbers, *range(table.last_row + 1, last + 1)),
        last_row=last,
    )
