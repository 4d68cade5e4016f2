"""Which two cells a contradiction compares (plan floor).

If a rule compares a setting with the worst of several rows, that row is named.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from workbook.address import Cell
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.registry import SETTINGS, SHEETS
from workbook.naming import name_key
from workbook.schema import Row, show

_COLUMNS = {column.field: column for column in SETTINGS}


class Named(Struct, frozen=True):
    """One cell of a comparison: where it is, what it shows, and what its row or setting is called."""

    where: Cell | str
    shown: str
    name: str


Cells = Callable[[Plan, int], tuple[Named, Named]]
"""Finds the two cells in a table's row."""


def of_setting(plan: Plan, field: str) -> Named:
    """Return the cell of a setting, the sheet if it has none."""
    column = _COLUMNS[field]
    return Named(plan.setting_place(field), show(plan.setting(field), column.kind), column.header)


def of_scenario(plan: Plan, field: str) -> Named:
    """Name the cell of the active scenario where it overrides the setting."""
    for index, row in enumerate(plan.rows("scenarios")):
        is_active = name_key(_text(row, "scenario")) == name_key(plan.settings.active_scenario)
        if is_active and getattr(row, field) is not None:
            return _of_row(plan, "scenarios", index, field)
    return of_setting(plan, field)


def _of_row(plan: Plan, table_id: str, index: int, field: str) -> Named:
    table, column = plan.tables[table_id], SHEETS[table_id].column(field)
    row = table.rows[index]
    where = table.cell(index, field) or f"{table.title}, row {table.row_numbers[index]}"
    value = getattr(row, field)
    kind = (
        "percent" if (table_id, field) == ("slas", "target") and _text(row, "kind") == "availability" else column.kind
    )
    return Named(where, "blank" if value is None else show(value, kind), _text(row, SHEETS[table_id].columns[0].field))


def _text(row: Row, field: str) -> str:
    return str(getattr(row, field))


def _extreme(
    plan: Plan, table_id: str, field: str, key: Callable[[Row], float | None], *, is_largest: bool = False
) -> Named:
    """Name the cell in the row whose figure is the smallest or the largest; the sheet where no row has one."""
    found = [(value, index) for index, row in enumerate(plan.rows(table_id)) if (value := key(row)) is not None]
    if not found:
        return Named(SHEETS[table_id].title, "blank", SHEETS[table_id].title)
    sign = -1 if is_largest else 1
    return _of_row(plan, table_id, min(found, key=lambda entry: sign * entry[0])[1], field)


def shortest_wait(plan: Plan) -> Named:
    """Return the cell of the shortest queue wait that is committed."""
    return _extreme(
        plan, "slas", "target", lambda row: _number(row, "target") if _text(row, "kind") == "queue wait" else None
    )


def p99_target(plan: Plan) -> Named:
    """Return the cell of the strictest P99 target."""

    def target(row: Row) -> float | None:
        percentile = getattr(row, "percentile", None)
        is_p99 = _text(row, "kind") == "latency" and percentile is not None and abs(percentile - 0.99) < 1e-9
        return _number(row, "target") if is_p99 else None

    return _extreme(plan, "slas", "target", target)


def _number(row: Row, field: str) -> float:
    return float(getattr(row, field))


def widest_zones(plan: Plan) -> Named:
    """Return the cell of Zones in the row that loses the largest share of its nodes with them."""

    def share(row: Row) -> float | None:
        zones, lost = _number(row, "zones"), _number(row, "zone_losses_survived")
        return lost / (zones - lost) if _text(row, "redundancy") == "Multi-AZ" and zones > lost else None

    return _extreme(plan, "resilience", "zones", share, is_largest=True)


def lowest_promise(plan: Plan) -> Named:
    """Return the cell of the lowest target availability."""
    return _extreme(plan, "resilience", "target_availability", lambda row: _number(row, "target_availability"))


def system_cells(plan: Plan, _row: int) -> tuple[Named, Named]:
    """Name the lowest promise of a component, and the lowest of all other rows."""
    components = {name_key(_text(row, "component")) for row in plan.rows("components")}

    def of_component(row: Row) -> float | None:
        return _number(row, "target_availability") if name_key(_text(row, "component")) in components else None

    first = _extreme(plan, "resilience", "target_availability", of_component)

    def of_others(row: Row) -> float | None:
        return None if _text(row, "component") == first.name else _number(row, "target_availability")

    return first, _extreme(plan, "resilience", "target_availability", of_others)


def busiest_segment(plan: Plan, _row: int) -> Named:
    """Return the cell of CPU per request of the segment that uses most cores."""

    def cores(row: Row) -> float:
        users = _number(row, "current_users") * _number(row, "peak_ratio")
        return users * _number(row, "requests_per_user") * _number(row, "cpu_per_request_s")

    return _extreme(plan, "users", "cpu_per_request_s", cores, is_largest=True)


def twelve_months(plan: Plan, row: int) -> Named:
    """Return the cell of the segment's growth of twelve months."""
    segment = name_key(_text(plan.rows("growth")[row], "segment"))

    def is_of_year(other: Row) -> float | None:
        return 0 if name_key(_text(other, "segment")) == segment and _number(other, "month") == 12 else None

    return _extreme(plan, "growth", "total_growth", is_of_year)


def pair(table: str, first: str, second: str) -> Cells:
    """Return a finder of two cells in one row."""
    return lambda plan, row: (_of_row(plan, table, row, first), _of_row(plan, table, row, second))


def setting_beside(setting: str, table: str, field: str) -> Cells:
    """Return a finder of the cell of a setting, and of one in a row."""
    return lambda plan, row: (of_setting(plan, setting), _of_row(plan, table, row, field))


def beside(table: str, field: str, other: Callable[[Plan, int], Named]) -> Cells:
    """Return a finder of a cell in a row, and of another one found in the plan."""
    return lambda plan, row: (_of_row(plan, table, row, field), other(plan, row))
