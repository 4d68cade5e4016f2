"""Which measured months count where a plan is compared with a version: the same in the bridge and in its formulas."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from msgspec.structs import replace

from tests.conftest import results_of
from tests.history.approved import with_versions
from workbook.history.calculate import calculate
from workbook.history.recorded import compared_costs
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.evidence import Actual

pytestmark = pytest.mark.whole

START = 4
"""The sample begins in April."""


def plan_with(costs: Sequence[tuple[int, float | None, str]]) -> Plan:
    """Return the sample, approved, with these months of 2026: number, cost, status."""
    plan = results_of("meridian").plan
    rows = tuple(
        Actual(month=date(2026, month, 1), users=45000.0, cost=cost, status=status)  # type: ignore[arg-type]
        for month, cost, status in costs
    )
    numbers = tuple(range(2, len(rows) + 2))
    table = replace(plan.tables["actuals"], rows=rows, row_numbers=numbers, last_row=numbers[-1])
    measured = replace(plan, tables={**plan.tables, "actuals": table})
    return with_versions(measured, {"Budget": results_of("meridian")})


@pytest.mark.parametrize(
    ("costs", "counted"),
    [
        ([(4, 100.0, "final"), (5, 200.0, "final")], [4, 5]),
        ([(4, 100.0, "final"), (5, None, "final")], [4]),
        ([(4, 100.0, "final"), (5, None, "final"), (6, 300.0, "final")], [4]),
        ([(4, None, "final"), (5, 200.0, "final")], []),
        ([(3, 90.0, "final"), (4, 100.0, "final")], [3, 4]),
        ([(2, 90.0, "final"), (3, None, "final"), (4, 100.0, "final")], [2]),
        ([(4, 100.0, "final"), (5, 200.0, "preliminary")], [4]),
        ([(4, None, "final"), (5, None, "final")], []),
    ],
)
def test_the_bridge_and_its_formulas_count_the_same_months(
    costs: Sequence[tuple[int, float | None, str]], counted: Sequence[int]
) -> None:
    plan = plan_with(costs)
    assert [day.month for day in compared_costs(plan, plan.timeline.start)] == list(counted)
    results = calculate(plan)
    assert results.value("compared.closed_month") == (counted[-1] - START if counted else None)
    for period in ("year", "next", "plan"):
        assert results.value(f"bridge.residual_{period}") == 0
    # A month of the year without a cost, between two that have one, leaves no outlook.
    has_gap = [month for month, cost, _ in costs if cost] == [4, 6]
    assert results.value("checks.failed") == int(has_gap)
