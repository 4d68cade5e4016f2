"""Plans to roll: the samples under terms of a year, with other inputs, and what their results must share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from msgspec.structs import replace

from tests.conftest import results_of
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.evidence import Actual
from workbook.inputs.sheets.registry import SHEETS
from workbook.inputs.template import load_template
from workbook.model import calculate
from workbook.model.results import Results
from workbook.schema import Row
from workbook.timeline import Timeline

SAME_LINES = (
    "users.all",
    "demand.total",
    "cpu.required",
    "memory.required",
    "nodes.provisioned",
    "storage.required",
    "network.egress",
    "reserved.nodes",
    "cost.nodes",
    "cost.storage",
    "cost.network",
    "cost.fixed",
)


def sample(name: str) -> Plan:
    """Return a sample whose commitments all run for the default term of a year, as the published figures have it."""
    return with_column(results_of(name).plan, "rates", "term_months", 12)


def with_column(plan: Plan, sheet: str, field: str, value: object, rows: Iterable[int] | None = None) -> Plan:
    """Return the plan with one value in a column, in some of its rows or in all."""
    table = plan.tables[sheet]
    places = set(range(len(table.rows)) if rows is None else rows)
    changed = (row.model_copy(update={field: value}) if i in places else row for i, row in enumerate(table.rows))
    return replace(plan, tables={**plan.tables, sheet: replace(table, rows=tuple(changed))})


def with_settings(plan: Plan, **values: object) -> Plan:
    """Return the plan with other settings."""
    settings = plan.settings.model_copy(update=values)
    timeline = Timeline(settings.plan_start, settings.horizon_months, settings.fiscal_year_start)
    return replace(plan, settings=settings, timeline=timeline)


def with_rows(plan: Plan, sheet: str, rows: Sequence[Row]) -> Plan:
    """Return the plan with these rows alone on a sheet, from row 2 on; without any the sheet is absent."""
    if not rows:
        return replace(plan, tables={name: table for name, table in plan.tables.items() if name != sheet})
    columns = {column.field: number for number, column in enumerate(SHEETS[sheet].as_written().columns, 1)}
    template = load_template("erlmcp").read()[0]
    assert template is not None
    table = replace(
        template.tables["users"],
        sheet=SHEETS[sheet],
        title=SHEETS[sheet].title,
        rows=tuple(rows),
        row_numbers=tuple(range(2, len(rows) + 2)),
        column_numbers=columns,
        first_row=2,
        last_row=len(rows) + 1,
        spelling={},
    )
    elsewhere = {cell: value for cell, value in plan.cells.items() if cell.sheet != table.title}
    return replace(plan, tables={**plan.tables, sheet: table}, cells=elsewhere)


def measured(plan: Plan, *rows: Mapping[str, object]) -> Plan:
    """Return the plan with months of Actuals; `month` is a date, figures that are left out were not measured."""
    return with_rows(plan, "actuals", [Actual.model_validate(row) for row in rows])


def common_cost(plan: Plan, rolled: Plan) -> float:
    """Return what the rolled plan costs in the months that the plan bills as well."""
    months = plan.settings.horizon_months - offset(plan, rolled)
    return float(calculate(rolled).values["cost.total"][0, 0, :months].sum())


def offset(plan: Plan, rolled: Plan) -> int:
    """Return the months by which a rolled plan starts later."""
    first, second = plan.settings.plan_start, rolled.settings.plan_start
    return (second.year - first.year) * 12 + second.month - first.month


def differing(before: Results, after: Results) -> list[str]:
    """Return the lines that are not the same to 1e-9 in the months that both plans bill."""
    k = offset(before.plan, after.plan)
    last = min(before.plan.settings.horizon_months, after.plan.settings.horizon_months + k)
    pairs = {line: (before.values[line][0][:, k:last], after.values[line][0][:, : last - k]) for line in SAME_LINES}
    return [line for line, (was, now) in pairs.items() if not np.allclose(was, now, rtol=1e-9, atol=1e-9)]
