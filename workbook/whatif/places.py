"""Where two plans may differ: settings, cells, rows, and the tables and curves that are one input (many floor).

A place is what a plan of some drivers takes from one of the two plans. Both name their rows alike.
"""

from __future__ import annotations

from msgspec import Struct

from workbook.inputs.input_names import FoundRow, RowKey, rows_by_name
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.commitments import Scenario
from workbook.inputs.sheets.demand import GrowthAnchor
from workbook.naming import name_key
from workbook.schema import Row, Sheet
from workbook.whatif.drivers import OWNED_RATES, ROWS, Driver

WHOLE: RowKey = ("", 0)
"""The row of a place that is no row: a setting, or a whole table."""


class Place(Struct, frozen=True):
    """A setting, a cell, a row (without a field) or a whole table of either plan."""

    sheet: str
    row: RowKey = WHOLE
    field: str = ""


ACTIVE_SCENARIO = Place("settings", field="active_scenario")
ALL_SHARES = Place("components", field="cpu_share")
SEASONS = Place("seasonality")


def named_rows(sheet: Sheet, plan: Plan) -> dict[RowKey, FoundRow]:
    """Return the rows of a sheet by their names; an item of the rate card of another kind is another row."""
    rows = rows_by_name(sheet, plan)
    if sheet.id != "rates":
        return rows
    return {(f"{name}, {getattr(found.row, 'kind', '')}", turn): found for (name, turn), found in rows.items()}


def row_driver(sheet: str, row: Row) -> Driver | None:
    """Return the driver that owns a row; items of the rate card that must be named to cost something have none."""
    if sheet == "rates" and getattr(row, "kind", "") not in OWNED_RATES:
        return None
    return ROWS.get(sheet)


def curves(plan: Plan) -> dict[RowKey, tuple[GrowthAnchor, ...]]:
    """Return the milestones of each segment, by segment as names are compared."""
    found: dict[RowKey, tuple[GrowthAnchor, ...]] = {}
    for row in plan.rows("growth"):
        if isinstance(row, GrowthAnchor):
            key = (name_key(row.segment), 1)
            found[key] = (*found.get(key, ()), row)
    return found


def active_scenario(plan: Plan) -> tuple[RowKey, Scenario]:
    """Return the name and the row of the scenario that a plan calculates with."""
    wanted = name_key(plan.settings.active_scenario)
    rows = [row for row in plan.rows("scenarios") if isinstance(row, Scenario)]
    row = next(row for row in rows if name_key(row.scenario) == wanted)
    return (row.scenario.casefold(), 1), row
