"""Ranges made by hand, and plans in which the inputs of one run are typed."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from tests.whatif.changes import sample
from workbook.expr.functions import Array
from workbook.inputs.input_names import naming
from workbook.inputs.plan import Plan
from workbook.inputs.ranges import OF_SETTINGS, Means, Range, RangedInput, Shape
from workbook.inputs.sheets.registry import SHEETS
from workbook.whatif.drawn import Drawn


def ranged(name: str, cell: tuple[str, object, str], low: float, high: float, month: int | None = None) -> Range:
    """Return a range of a cell of a sample: sheet, name of the row and field; in a curve the month as well."""
    sheet, row, field = cell
    plan = sample(name)
    if sheet == OF_SETTINGS:
        middle = float(getattr(plan.settings, field))
        return Range(f"Settings · {field}", field, (RangedInput(sheet, 0, field, low, middle, high),))
    key = naming(SHEETS[sheet])[0]
    rows = plan.rows(sheet)
    place = next(
        place
        for place, one in enumerate(rows)
        if getattr(one, key) == row and (month is None or getattr(one, "month", None) == month)
    )
    title = f"{row}" if month is None else f"{row}, month {month}"
    header = SHEETS[sheet].column(field).header
    middle = float(getattr(rows[place], field))
    found = RangedInput(sheet, place, field, low, middle, high)
    return Range(f"{SHEETS[sheet].title} · {title} · {header}", title, (found,))


def shaped(
    ranges: Sequence[Range], shape: Shape = Shape.PERT, means: Means = Means.ENDS, group: str = ""
) -> list[Range]:
    return [replace(one, shape=shape, means=means, group=group) for one in ranges]


def erlmcp_ranges() -> list[Range]:
    """Return five ranges of the sample erlmcp: those of the worked goldens."""
    return [
        ranged("erlmcp", ("users", "erlmcp users", "current_users"), 4500, 5600),
        ranged("erlmcp", ("growth", "erlmcp users", "total_growth"), 0.8, 1.3, 12),
        ranged("erlmcp", ("users", "erlmcp users", "memory_per_session_mb"), 8, 13),
        ranged("erlmcp", ("retention", "Logs", "growth_per_month"), 0.2, 0.35),
        ranged("erlmcp", ("rates", "node 6x16", "on_demand"), 0.27, 0.36),
    ]


def meridian_ranges() -> list[Range]:
    """Return five ranges of the sample meridian, one of them a setting."""
    plan = sample("meridian")
    users = plan.rows("users")[0].current_users  # type: ignore[attr-defined]
    price = plan.rows("rates")[0].on_demand  # type: ignore[attr-defined]
    memory = plan.rows("users")[1].memory_per_session_mb  # type: ignore[attr-defined]
    hours = plan.settings.hours_per_month
    return [
        ranged("meridian", ("users", "Shoppers", "current_users"), 0.9 * users, 1.15 * users),
        ranged("meridian", ("users", "Merchants", "memory_per_session_mb"), 0.7 * memory, 1.6 * memory),
        ranged("meridian", ("retention", "Transactions", "growth_per_month"), 0.0, 0.2),
        ranged("meridian", ("rates", "General 8x32", "on_demand"), 0.9 * price, 1.2 * price),
        ranged("meridian", (OF_SETTINGS, "", "hours_per_month"), hours - 20, hours + 10),
    ]


def typed(plan: Plan, drawn: Drawn, run: int) -> Plan:
    """Return a plan in which the inputs have the values of one run, as a user would type them."""
    for place, values in zip(drawn.inputs, drawn.values, strict=True):
        plan = _typed(plan, place, values[run])
    return plan


def _typed(plan: Plan, place: RangedInput, value: Array) -> Plan:
    change = {place.field: float(value)}
    if place.table == OF_SETTINGS:
        return replace(plan, settings=plan.settings.model_copy(update=change))
    table = plan.tables[place.table]
    rows = list(table.rows)
    rows[place.row] = rows[place.row].model_copy(update=change)
    return replace(plan, tables={**plan.tables, place.table: replace(table, rows=tuple(rows))})
