"""Two plans into two of one naming and of one fleet, so that their rows can be exchanged (many floor).

Formerly joins a new name to an old one. What runs today is a fact of the plan that a change starts from: where Current
nodes is blank, it is not calculated again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from workbook.inputs.plan import Plan, Table
from workbook.inputs.sheets.registry import SETTINGS_OF, SHEETS
from workbook.inputs.sheets.supply import Component
from workbook.naming import name_key
from workbook.schema import Column, NamedRow, Row, Sheet

Renames = Mapping[str, Mapping[str, str]]
"""By sheet: old names as names are compared, to new ones."""
Fleet = Mapping[str, int]
"""Nodes that run today, by component as names are compared."""


def renames_of(before: Plan, now: Plan) -> Renames:
    """Return what has been renamed: the row of the old name is gone, and the new name was none of the earlier plan."""
    return {sheet.id: dict(_renamed_rows(sheet, before, now)) for sheet in SHEETS.values() if sheet.key}


def _renamed_rows(sheet: Sheet, before: Plan, now: Plan) -> Iterator[tuple[str, str]]:
    then, here = (_names(sheet, plan) for plan in (before, now))
    for row in now.rows(sheet.id):
        if isinstance(row, NamedRow) and row.formerly:
            old, new = name_key(row.formerly), str(getattr(row, sheet.key or ""))
            if old in then and old not in here and name_key(new) not in then:
                yield old, new


def _names(sheet: Sheet, plan: Plan) -> set[str]:
    return {name_key(str(getattr(row, sheet.key or ""))) for row in plan.rows(sheet.id)}


def renamed(plan: Plan, renames: Renames) -> Plan:
    """Return a plan in which rows, and what refers to them, have their new names."""
    # A row of Resilience is about a component, whose name may have changed there alone.
    names = {**renames, "resilience": {**renames["components"], **renames["resilience"]}}
    tables = {sheet_id: _renamed_table(table, names) for sheet_id, table in plan.tables.items()}
    fields = _new_names(plan.settings, SETTINGS_OF["settings"], "settings", names)
    return replace(plan, settings=plan.settings.model_copy(update=fields), tables=tables)


def _renamed_table(table: Table[Row], names: Renames) -> Table[Row]:
    rows = (row.model_copy(update=_new_names(row, table.sheet.columns, table.sheet.id, names)) for row in table.rows)
    return replace(table, rows=tuple(rows))


def _new_names(row: object, columns: tuple[Column, ...], sheet: str, names: Renames) -> dict[str, str]:
    found = {}
    for column in columns:
        known = names.get(sheet if column.is_key else column.table_reference or "", {})
        new = known.get(name_key(str(getattr(row, column.field)))) if known else None
        if new is not None:
            found[column.field] = new
    return found


def with_fleet(plan: Plan, fleet: Fleet, *, is_blank_only: bool) -> Plan:
    """Return a plan with nodes that run today: of all components in a fleet, or only where Current nodes is blank."""
    table = plan.tables.get("components")
    if table is None:
        return plan
    rows = tuple(_with_nodes(row, fleet, is_blank_only) for row in table.rows)
    return replace(plan, tables={**plan.tables, "components": replace(table, rows=rows)})


def _with_nodes(row: Row, fleet: Fleet, is_blank_only: bool) -> Row:
    if not isinstance(row, Component) or (is_blank_only and row.current_nodes is not None):
        return row
    nodes = fleet.get(name_key(row.component), row.current_nodes)
    return row.model_copy(update={"current_nodes": nodes})


def renamed_fleet(fleet: Fleet, renames: Renames) -> Fleet:
    """Return the nodes that run today by the new names of their components."""
    return {name_key(renames["components"].get(name, name)): nodes for name, nodes in fleet.items()}
