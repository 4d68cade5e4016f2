"""A plan in the making: what could be read so far, and every problem met (plan floor)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TypeVar

from msgspec import Struct, field
from pydantic import BaseModel, ValidationError

from workbook.address import Cell
from workbook.inputs.parse.cell_problems import blank_required, out_of_range
from workbook.inputs.plan import Table
from workbook.inputs.raw import RawCell
from workbook.inputs.sheets.operations import OperationSettings
from workbook.inputs.sheets.registry import SETTINGS, SHEET_OF_SETTING, SHEETS
from workbook.inputs.sheets.settings import Settings
from workbook.problems import Problem
from workbook.schema import Column, Row

ModelT = TypeVar("ModelT", bound=BaseModel)
RowT = TypeVar("RowT", bound=Row)


class PlanDraft(Struct):
    """What was read, good or not.

    `tables` holds the good rows. `broken` holds the ids of sheets where a row or a header could not be used, so that
    no check reports what only follows from that. `names` holds every readable key of a sheet, by the form in which
    names are compared, those of broken rows too.
    """

    settings: Settings | None = None
    operations: OperationSettings | None = field(default_factory=OperationSettings)
    setting_cells: dict[str, Cell] = field(default_factory=dict)
    setting_spelling: dict[str, str] = field(default_factory=dict)
    setting_titles: dict[str, str] = field(default_factory=dict)
    setting_columns: dict[str, Mapping[str, int]] = field(default_factory=dict)
    setting_sources: dict[str, str] = field(default_factory=dict)
    tables: dict[str, Table[Row]] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    cells: dict[Cell, object] = field(default_factory=dict)
    formats: dict[Cell, str] = field(default_factory=dict)
    formulas: dict[Cell, str] = field(default_factory=dict)
    is_1904: bool = False
    program: str = ""
    dates: dict[Cell, date] = field(default_factory=dict)
    """The plan months that are given as dates."""

    def each(self, sheet_id: str, model: type[RowT]) -> Iterator[tuple[int, RowT]]:
        """Return the good rows of a sheet with their index; none if the sheet is absent."""
        table = self.tables.get(sheet_id)
        for index, row in enumerate(table.rows if table else ()):
            if isinstance(row, model):
                yield index, row

    def where(self, sheet_id: str, index: int, field_name: str) -> Cell | str:
        """Return the cell of a field in a good row, or the sheet and row where the column is absent."""
        table = self.tables[sheet_id]
        return table.cell(index, field_name) or f"{table.title}, row {table.row_numbers[index]}"

    def setting_cell(self, field_name: str) -> Cell | str:
        """Return the Value cell of a setting, or the sheet where its row is absent."""
        sheet_id = SHEET_OF_SETTING[field_name]
        return self.setting_cells.get(field_name, self.setting_titles.get(sheet_id, SHEETS[sheet_id].title))

    @staticmethod
    def setting_column(field_name: str) -> Column:
        """Return the schema of a setting."""
        return next(column for column in SETTINGS if column.field == field_name)

    def is_whole(self, *sheet_ids: str) -> bool:
        """Whether all these sheets were read and have no row that could not be used."""
        return all(sheet_id in self.tables and sheet_id not in self.broken for sheet_id in sheet_ids)

    def keep(self, where: Cell, raw: RawCell) -> None:
        """Remember the raw value of a cell, whether a formula gave it, and the number format of a number."""
        self.cells[where] = None if raw.is_blank else raw.value
        if raw.formula:
            self.formulas[where] = raw.formula
        if isinstance(raw.value, int | float) and not isinstance(raw.value, bool):
            self.formats[where] = raw.number_format


def validate(
    model: type[ModelT],
    values: Mapping[str, object],
    columns: Mapping[str, Column],
    place: Callable[[str], Cell | str],
) -> tuple[ModelT | None, tuple[Problem, ...]]:
    """Make a model of the values, or the problems of those outside their range. `place` gives a field's cell."""
    try:
        return model.model_validate(dict(values)), ()
    except ValidationError as error:
        return None, tuple(_translated(error, columns, place))


def _translated(
    error: ValidationError, columns: Mapping[str, Column], place: Callable[[str], Cell | str]
) -> Iterator[Problem]:
    for detail in error.errors(include_url=False, include_context=False):
        name = str(detail["loc"][0])
        if detail["type"] == "missing":
            yield blank_required(columns[name], place(name))
        elif detail["type"].startswith(("greater_than", "less_than")):
            yield out_of_range(columns[name], float(detail["input"]), place(name))
        else:
            raise TypeError(f"field {name} was given {detail['input']!r}: {detail['msg']}")
