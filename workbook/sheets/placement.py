"""Layouts and a plan into the placement that formulas are printed with (paper floor)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from workbook.address import Cell
from workbook.expr.formula import STORED, Home, InputColumn, Placement, SettingCell
from workbook.inputs.plan import Plan, Table
from workbook.inputs.sheets.kept import MONTH_COLUMNS
from workbook.inputs.sheets.registry import SETTINGS, SHEETS
from workbook.model.assurance.claims import HALF_DIGIT
from workbook.model.results import Results
from workbook.schema import Column, Row
from workbook.sheets.checks.layout import half_digit_column
from workbook.sheets.layout import CONSTANT, HEADER_LINES, Layout, columns_of


def place(layouts: Sequence[Layout], results: Results, snapshots: Mapping[tuple[str, str], str]) -> Placement:
    """Return place of every line, input column and setting. Raises ValueError where a line has two homes or none."""
    columns = columns_of(results.frame)
    spots: dict[str, Home] = {}
    for layout in layouts:
        for line, spot in _homes(layout, results):
            if line in spots:
                raise ValueError(f"{line} has two homes")
            spots[line] = spot
    if homeless := [line for line in results.lines if line not in spots and results.items(line)]:
        raise ValueError(f"lines without a home: {', '.join(homeless)}")
    return Placement(
        lines=results.lines,
        spots=spots,
        inputs={**dict(_inputs(results.plan)), **dict(_kept(results.plan)), HALF_DIGIT: half_digit_column(results)},
        settings={column.field: _setting(column, results.plan) for column in SETTINGS},
        months=(columns.first_month, columns.last),
        periods=columns.periods,
        snapshots=snapshots,
        headers={
            (layout.name, line): row for layout in layouts if layout.has_months for line, row in HEADER_LINES.items()
        },
    )


def homes(layouts: Iterable[Layout], results: Results) -> dict[str, str]:
    """Return the name of the sheet on which each line lives."""
    return {line: spot.sheet for layout in layouts for line, spot in _homes(layout, results)}


def _homes(layout: Layout, results: Results) -> Iterator[tuple[str, Home]]:
    for band in layout.bands:
        constant = CONSTANT if layout.has_months else 2
        axis = columns_of(results.frame).first_month if layout.has_months else 2
        column = axis if results.lines[band.line].axis else constant
        yield band.line, Home(layout.name, band.row, column)
    for cell in layout.cells:
        if cell.line:
            yield cell.line, Home(layout.name, cell.row, cell.column)
    for grid in layout.grids:
        if grid.is_home:
            for line, column in grid.columns().items():
                yield line, Home(layout.name, grid.row + 1, column)


def _inputs(plan: Plan) -> Iterator[tuple[tuple[str, str], InputColumn]]:
    for sheet_id, table in plan.tables.items():
        for column in SHEETS[sheet_id].columns:
            yield (sheet_id, column.field), _input_column(table, column)


def _kept(plan: Plan) -> Iterator[tuple[tuple[str, str], InputColumn]]:
    for sheet_id, table in plan.kept.items():
        for name, number in table.column_numbers.items():
            yield (sheet_id, name), InputColumn(table.title, number, (), table.first_row, table.last_row)
    if figures := plan.kept.get(STORED[0]):
        months = sorted(figures.column_numbers[name] for name in MONTH_COLUMNS if name in figures.column_numbers)
        if months:
            columns = (figures.title, months[0], (), figures.first_row, figures.last_row)
            yield STORED, InputColumn(*columns, last_column=months[-1])


def _input_column(table: Table[Row], column: Column) -> InputColumn:
    spelling = {row: text for (row, field), text in table.spelling.items() if field == column.field}
    return InputColumn(
        sheet=table.title,
        column=table.column_numbers.get(column.field),
        rows=table.row_numbers,
        first_row=table.first_row,
        last_row=table.last_row,
        default=None if column.required else column.default,
        spelling=spelling,
    )


def _setting(column: Column, plan: Plan) -> SettingCell:
    cell: Cell | None = plan.setting_cells.get(column.field)
    default = None if column.required else column.default
    return SettingCell(cell, default, plan.setting_spelling.get(column.field, ""))
