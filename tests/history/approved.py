"""Plans with approved versions, as a workbook that holds them is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from tests.conftest import results_of
from workbook.history.calculate import calculate
from workbook.history.versions import APPROVED, version_rows
from workbook.inputs.plan import KeptTable, Plan
from workbook.inputs.sheets.evidence import Actual
from workbook.inputs.sheets.kept import KEPT_SHEETS, MONTH_COLUMNS
from workbook.model.results import Results

Figures = Mapping[str, Sequence[float]]
"""The figures of some lines of a version, month 0 first."""
NO_FIGURES: Mapping[str, Figures] = {}


def with_versions(plan: Plan, versions: Mapping[str, Results], figures: Mapping[str, Figures] = NO_FIGURES) -> Plan:
    """Return the plan with its kept sheets: a version of each of these results, the first of them approved first.

    `figures` take the place of those of a version's lines.
    """
    rows = {name: version_rows(results, name) for name, results in versions.items()}
    about: list[Mapping[str, object]] = [
        {
            "version": name,
            "status": APPROVED,
            "plan_start": results.plan.settings.plan_start,
            "horizon": results.plan.settings.horizon_months,
            "run": results.plan.run_id + "-",
            "seal": rows[name].seal,
        }
        for name, results in versions.items()
    ]
    kept: dict[str, list[Mapping[str, object]]] = {
        "versions": about,
        "version_figures": [_replaced(row, figures.get(name, {})) for name, one in rows.items() for row in one.figures],
        "version_inputs": [row for one in rows.values() for row in one.inputs],
    }
    return replace(plan, kept={sheet: _table(sheet, found) for sheet, found in kept.items()})


def _replaced(row: Mapping[str, object], figures: Figures) -> Mapping[str, object]:
    line = str(row["line"])
    if row["item"] != "total" or line not in figures:
        return row
    kept = {field: value for field, value in row.items() if field not in MONTH_COLUMNS}
    return {**kept, **{f"m{month}": figure for month, figure in enumerate(figures[line])}}


def _table(sheet_id: str, rows: Sequence[Mapping[str, object]]) -> KeptTable:
    sheet = KEPT_SHEETS[sheet_id]
    return KeptTable(
        sheet=sheet,
        title=sheet.title,
        rows=tuple(rows),
        row_numbers=tuple(range(2, len(rows) + 2)),
        column_numbers={column.field: number for number, column in enumerate(sheet.columns, 1)},
        first_row=2,
        last_row=len(rows) + 1,
    )


def measured_plan(months: int = 8) -> Results:
    """Return a sample with an approved version and so many closed months of it, calculated."""
    plan = results_of("meridian").plan
    table = plan.tables["actuals"]
    rows = tuple(
        Actual(month=plan.timeline.date_of(month), users=45000.0 + 900 * month, cost=11000.0 + 150 * month)
        for month in range(months)
    )
    numbers = tuple(range(2, len(rows) + 2))
    actuals = replace(table, rows=rows, row_numbers=numbers, last_row=numbers[-1])
    measured = replace(plan, tables={**plan.tables, "actuals": actuals})
    return calculate(with_versions(measured, {"Budget": results_of("meridian")}))
