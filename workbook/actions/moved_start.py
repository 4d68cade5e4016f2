"""A Plan start that moved since the last run while month numbers stayed, as a problem (roof)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.address import Cell
from workbook.files.package.package import Package
from workbook.files.reading.reader import OtherSheets
from workbook.history.rolling.logged import is_rolled
from workbook.inputs.plan import Plan, Table
from workbook.problems import Code, Problem, Severity, listed
from workbook.schema import Column, Row, show
from workbook.sheets.checks.last_run import LastRun, read_last_run
from workbook.sheets.checks.layout import NAME
from workbook.timeline import months_between

_MOST_SHOWN = 8


def moved_start(package: Package, plan: Plan) -> Iterator[Problem]:
    """Yield a warning if Plan start is another month than at the last run, and month numbers are those of that run.

    A roll moves both, so that a month number may well be one that another row had.
    """
    numbered = [(table, column) for table in plan.tables.values() for column in _plan_months(table)]
    checks = package.prefix + NAME
    if checks not in package.owners or not numbered:
        return
    grid = OtherSheets(package).named(checks).grid
    last = read_last_run({row: {column: cell.value for column, cell in cells.items()} for row, cells in grid.items()})
    start = plan.settings.plan_start
    moved = months_between(last.plan_start, start) if last else 0
    if last is None or not moved or is_rolled(plan, last.plan_start):
        return
    stayed = [cell for table, column in numbered for cell in _stayed(plan, table, column, last)]
    if stayed:
        yield _problem(plan, last, moved, stayed)


def _plan_months(table: Table[Row]) -> Iterator[Column]:
    yield from (column for column in table.sheet.columns if column.is_plan_month)


def _stayed(plan: Plan, table: Table[Row], column: Column, last: LastRun) -> Iterator[Cell]:
    """Yield the cells that hold the month number of the last run."""
    then = last.numbers(table.title, column.header)
    for index, row in enumerate(table.rows):
        cell = table.cell(index, column.field)
        said = str(getattr(row, table.sheet.columns[0].field)), float(getattr(row, column.field))
        if cell is not None and cell not in plan.dates and then[said] > 0:
            then[said] -= 1
            yield cell


def _problem(plan: Plan, last: LastRun, moved: int, stayed: list[Cell]) -> Problem:
    start, before = show(plan.settings.plan_start), show(last.plan_start)
    shown, whole = listed([str(cell) for cell in stayed], _MOST_SHOWN)
    step = f"subtract {moved} from" if moved > 0 else f"add {-moved} to"
    return Problem(
        Code.START_MOVED,
        f"Plan start moved from {before} to {start}, but month numbers did not change: they now mean other months",
        plan.setting_place("plan_start"),
        seen=f"month numbers as at the last run in {shown}",
        expected=f"month numbers counted from {start}, or dates, which keep their calendar month",
        remedy=f"{step} the month numbers, or type dates in their place",
        severity=Severity.WARNING,
        whole=f"month numbers as at the last run in {whole}" if whole else "",
    )
