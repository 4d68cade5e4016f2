"""A checked plan into the ranges of its inputs: what is drawn, between which ends, and in which shape (plan floor).

A row of Ranges is one draw. The milestones of a segment with Low and High on Growth are another: one curve.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from msgspec import Struct

from workbook.address import Cell
from workbook.inputs.named_inputs import SEPARATOR, NamedInput, named_input
from workbook.inputs.plan import Plan, Table
from workbook.inputs.sheets.demand import GrowthAnchor
from workbook.inputs.sheets.registry import SETTINGS, SHEETS
from workbook.inputs.sheets.uncertainty import RangeRow
from workbook.naming import name_key
from workbook.schema import Column, Row

OF_SETTINGS = "settings"
_GROWTH = SHEETS["growth"]
_SETTINGS: Mapping[str, Column] = {column.field: column for column in SETTINGS}


class Means(StrEnum):
    """What Low and High of a range are: its ends, or the points that one case in ten lies below or above."""

    ENDS = "ends"
    P10_P90 = "p10-p90"


class Shape(StrEnum):
    """How likely each value between the ends is."""

    PERT = "pert"
    TRIANGULAR = "triangular"
    UNIFORM = "uniform"


class RangedInput(Struct, frozen=True):
    """One input of a range: its place, and low, middle and high in the unit in which a plan holds it.

    `table` is the id of its input sheet, `row` the place among the sheet's rows; of a setting `settings` and 0.
    """

    table: str
    row: int
    field: str
    low: float
    middle: float
    high: float
    low_cell: Cell | None = None
    high_cell: Cell | None = None
    middle_cell: Cell | None = None
    """The input's own cell; none where its column or the row of the setting is absent. It may be blank."""

    @property
    def column(self) -> Column:
        """Return the column of the input, or the setting."""
        return _SETTINGS[self.field] if self.table == OF_SETTINGS else SHEETS[self.table].column(self.field)


class Range(Struct, frozen=True):
    """One draw: a single input, or the milestones of one segment's growth, which move as one curve.

    `key` is what the draw is seeded with (`Users · Shoppers · Current users`, `Growth · Shoppers`), `name` what people
    read, `group` the ranges that it moves with (blank: alone).
    """

    key: str
    name: str
    inputs: tuple[RangedInput, ...]
    means: Means = Means.ENDS
    shape: Shape = Shape.PERT
    group: str = ""


def ranges_of(plan: Plan) -> tuple[Range, ...]:
    """Return the ranges of a plan: the rows of Ranges, then the curves of Growth with a Low and a High."""
    return (*_rows(plan), *_curves(plan))


def shape_of(entry: RangeRow) -> Shape:
    """Return the shape of a row of Ranges: triangular for p10-p90, else pert, unless it names another."""
    usual = Shape.TRIANGULAR if Means(entry.means) is Means.P10_P90 else Shape.PERT
    return Shape(entry.shape) if entry.shape else usual


def _rows(plan: Plan) -> Iterator[Range]:
    """Yield a range for each row of Ranges; the checks have refused those that name nothing or miss a figure."""
    table = plan.tables.get("ranges")
    titles = {sheet_id: found.title for sheet_id, found in plan.tables.items()}
    for index, entry in enumerate(table.rows if table else ()):
        if table is None or not isinstance(entry, RangeRow):
            continue
        named = named_input(plan.tables, titles, entry)
        drawn = _ranged(plan, named, table, index) if isinstance(named, NamedInput) else None
        if isinstance(named, NamedInput) and drawn:
            yield Range(named.key, named.name, (drawn,), Means(entry.means), shape_of(entry), entry.moves_with)


def _ranged(plan: Plan, named: NamedInput, table: Table[Row], index: int) -> RangedInput | None:
    sheet_id, row, field = named.place
    if sheet_id == OF_SETTINGS:
        middle, own = plan.setting(field), plan.setting_cells.get(field)
    else:
        middle, own = getattr(plan.tables[sheet_id].rows[row], field), plan.tables[sheet_id].cell(row, field)
    entry = table.rows[index]
    if not isinstance(middle, int | float) or not isinstance(entry, RangeRow):
        return None
    if entry.low is None or entry.high is None:
        return None
    cells = (table.cell(index, "low"), table.cell(index, "high"), own)
    return RangedInput(sheet_id, row, field, entry.low, float(middle), entry.high, *cells)


def _curves(plan: Plan) -> Iterator[Range]:
    """Yield a range for each segment with a Low and a High, in the order of the segments on Growth."""
    table = plan.tables.get(_GROWTH.id)
    segments: dict[str, list[RangedInput]] = {}
    names: dict[str, str] = {}
    for index, row in enumerate(table.rows if table else ()):
        if table and isinstance(row, GrowthAnchor) and row.low is not None and row.high is not None:
            cells = (table.cell(index, name) for name in ("low", "high", "total_growth"))
            ends = RangedInput(_GROWTH.id, index, "total_growth", row.low, row.total_growth, row.high, *cells)
            segments.setdefault(name_key(row.segment), []).append(ends)
            names.setdefault(name_key(row.segment), row.segment)
    for key, inputs in segments.items():
        yield Range(f"{_GROWTH.title}{SEPARATOR}{names[key]}", f"{_GROWTH.title} of {names[key]}", tuple(inputs))
