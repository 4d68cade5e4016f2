"""Plans with other inputs, as a user would type them, and the measure of all that a bridge compares."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

import numpy as np
from msgspec.structs import replace

from tests.conftest import results_of
from workbook.expr.functions import Array
from workbook.inputs.input_names import naming
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.registry import SHEETS
from workbook.naming import name_key
from workbook.schema import Row
from workbook.whatif.alike import with_fleet
from workbook.whatif.coalitions import Outcomes

Chooses = Callable[[Row], bool]


def with_cell(plan: Plan, sheet: str, name: object, field: str, value: object, chosen: Chooses | None = None) -> Plan:
    """Return a plan with another value in one cell of the rows of a name, or of those that are chosen among them."""
    key = naming(SHEETS[sheet])[0]

    def change(row: Row) -> Row:
        is_meant = getattr(row, key) == name and (chosen is None or chosen(row))
        return row.model_copy(update={field: value}) if is_meant else row

    return with_rows(plan, sheet, tuple(change(row) for row in plan.rows(sheet)))


def with_setting(plan: Plan, field: str, value: object) -> Plan:
    spelling = {name: text for name, text in plan.setting_spelling.items() if name != field}
    return replace(plan, settings=plan.settings.model_copy(update={field: value}), setting_spelling=spelling)


def with_row(plan: Plan, sheet: str, like: object, **values: object) -> Plan:
    """Return a plan with one more row, which is like another one but for some values."""
    key = naming(SHEETS[sheet])[0]
    row = next(row for row in plan.rows(sheet) if getattr(row, key) == like)
    return with_rows(plan, sheet, (*plan.rows(sheet), row.model_copy(update=values)))


def without_row(plan: Plan, sheet: str, name: object) -> Plan:
    key = naming(SHEETS[sheet])[0]
    return with_rows(plan, sheet, tuple(row for row in plan.rows(sheet) if getattr(row, key) != name))


def without_table(plan: Plan, sheet: str) -> Plan:
    return replace(plan, tables={name: table for name, table in plan.tables.items() if name != sheet})


def with_rows(plan: Plan, sheet: str, rows: tuple[Row, ...]) -> Plan:
    table = plan.tables[sheet]
    assert rows != table.rows
    first = table.row_numbers[0]
    new = replace(table, rows=rows, row_numbers=tuple(range(first, first + len(rows))), spelling={})
    return replace(plan, tables={**plan.tables, sheet: new})


def sample(name: str) -> Plan:
    return results_of(name).plan


def changed_example() -> Plan:
    """Return the sample erlmcp with changes of five drivers."""
    plan = with_cell(sample("erlmcp"), "users", "erlmcp users", "current_users", 5400.0)
    plan = with_cell(plan, "growth", "erlmcp users", "total_growth", 1.2, lambda row: getattr(row, "month", 0) == 12)
    plan = with_cell(plan, "users", "erlmcp users", "cpu_per_request_s", 0.0024)
    plan = with_cell(plan, "users", "erlmcp users", "memory_per_session_mb", 11.0)
    plan = with_cell(plan, "retention", "Logs", "growth_per_month", 0.27)
    plan = with_setting(plan, "dr_buffer", 0.2)
    plan = with_cell(plan, "rates", "node 6x16", "on_demand", 0.33)
    plan = with_cell(plan, "rates", "Object storage", "on_demand", 0.021)
    return with_row(plan, "rates", "Support contract", item="Licence", on_demand=250.0)


def fleet_held(plan: Plan) -> Plan:
    """Return a variant of a sample with the nodes that run in the sample where it names none."""
    results = results_of("meridian" if plan.settings.plan_name.startswith("Meridian") else "erlmcp")
    nodes = results.values["nodes.today"][0, :, 0].tolist()
    fleet = {name_key(name): int(count) for name, count in zip(results.items("nodes.today"), nodes, strict=True)}
    return with_fleet(plan, fleet, is_blank_only=True)


def measure(outcomes: Outcomes) -> Array:
    """Return cost of each year, nodes at the horizon, highest nodes, first exhaustion and first order."""
    cost = outcomes.cost
    years = (cost[:, :12].sum(axis=1), cost[:, 12:24].sum(axis=1), cost.sum(axis=1))
    nodes = outcomes.nodes
    return np.stack((*years, nodes[:, -1], nodes.max(axis=1), outcomes.exhaustion, outcomes.order_by), axis=1)


def varied(plan: Plan, seed: int) -> Plan:
    """Return a plan with some of its inputs moved at random, of every driver some of the time."""
    chance = random.Random(seed)
    moves: list[Callable[[Plan], Plan]] = [
        lambda one: _scaled(one, "users", "current_users", chance),
        lambda one: _scaled(one, "users", "requests_per_user", chance),
        lambda one: _scaled(one, "users", "memory_per_session_mb", chance),
        lambda one: _scaled(one, "growth", "total_growth", chance) if one.rows("growth") else one,
        lambda one: _scaled(one, "retention", "growth_per_month", chance),
        lambda one: _scaled(one, "rates", "on_demand", chance),
        lambda one: with_cell(one, "rates", _any(one, "rates", chance), "term_months", chance.choice((6, 18))),
        lambda one: with_cell(one, "components", _any(one, "components", chance), "minimum_nodes", 7),
        lambda one: with_setting(one, "dr_buffer", chance.choice((0.1, 0.5))),
        lambda one: with_setting(one, "lead_time_months", chance.choice((0, 5))),
        lambda one: with_setting(one, "active_scenario", one.rows("scenarios")[chance.choice((1, 2))].scenario),  # type: ignore[attr-defined]
        lambda one: with_row(one, "users", _any(one, "users", chance), segment="New segment"),
        lambda one: without_row(one, "retention", _any(one, "retention", chance)),
        lambda one: with_row(one, "retention", _any(one, "retention", chance), dataset="New dataset"),
        lambda one: _with_other_type(one, chance),
        lambda one: without_table(one, chance.choice(("features", "events", "seasonality", "growth"))),
        lambda one: without_row(one, "components", getattr(one.rows("components")[-1], "component")),  # noqa: B009
        lambda one: with_row(one, "components", _any(one, "components", chance), component="New component"),
        lambda one: without_row(one, "resilience", getattr(one.rows("resilience")[0], "component")),  # noqa: B009
        lambda one: _with_reserved(one, chance),
    ]
    for move in chance.sample(moves, chance.randint(3, 9)):
        plan = move(plan)
    return plan


def _any(plan: Plan, sheet: str, chance: random.Random) -> str:
    return str(getattr(chance.choice(plan.rows(sheet)), naming(SHEETS[sheet])[0]))


def _scaled(plan: Plan, sheet: str, field: str, chance: random.Random) -> Plan:
    rows = tuple(
        row.model_copy(update={field: getattr(row, field) * chance.uniform(0.8, 1.2)}) for row in plan.rows(sheet)
    )
    return with_rows(plan, sheet, rows)


def _with_other_type(plan: Plan, chance: random.Random) -> Plan:
    types = [str(getattr(row, "item")) for row in plan.rows("rates") if getattr(row, "kind") == "node"]  # noqa: B009
    component = _any(plan, "components", chance)
    row = next(row for row in plan.rows("components") if getattr(row, "component") == component)  # noqa: B009
    other = [one for one in types if one != getattr(row, "node_type")]  # noqa: B009
    return with_cell(plan, "components", component, "node_type", chance.choice(other))


def _with_reserved(plan: Plan, chance: random.Random) -> Plan:
    component = _any(plan, "components", chance)
    plan = with_cell(plan, "components", component, "reserved_today", 3)
    return with_cell(plan, "components", component, "reserved_until", date(2026, 11, 30))
