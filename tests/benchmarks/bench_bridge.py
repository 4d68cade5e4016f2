"""The effects of nine drivers, 512 plans side by side, against calculating one plan by the whole model.

Run it as `python -m tests.benchmarks.bench_bridge`.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date

from tests.conftest import NAMES
from tests.whatif.changes import fleet_held, measure, sample, with_cell, with_row, with_setting
from workbook.inputs.plan import Plan
from workbook.model import calculate
from workbook.whatif.attribution import attribute
from workbook.whatif.drivers import Driver

PAIRS = 5


def moved(plan: Plan) -> Plan:
    """Return a plan with inputs of all nine drivers moved, rows of two of them as well."""
    segment, component, dataset, node = (
        str(getattr(plan.rows(sheet)[0], field))
        for sheet, field in (
            ("users", "segment"),
            ("components", "component"),
            ("retention", "dataset"),
            ("rates", "item"),
        )
    )
    plan = with_cell(plan, "users", segment, "current_users", 5400.0)
    plan = with_cell(plan, "users", segment, "memory_per_session_mb", 11.0)
    plan = with_cell(plan, "users", segment, "cpu_per_request_s", 0.0024)
    plan = with_cell(plan, "retention", dataset, "growth_per_month", 0.05)
    plan = with_row(plan, "retention", dataset, dataset="New dataset")
    plan = with_setting(plan, "dr_buffer", 0.25)
    plan = with_cell(plan, "rates", node, "cores", 5)
    plan = with_cell(plan, "rates", node, "on_demand", 0.33)
    plan = with_row(plan, "rates", plan.rows("rates")[-1].item, item="Licence", on_demand=250.0)  # type: ignore[attr-defined]
    plan = with_cell(plan, "components", component, "reserved_today", 2)
    plan = with_cell(plan, "components", component, "reserved_until", date(2026, 12, 31))
    plan = with_cell(plan, "components", component, "current_nodes", 5)
    return with_setting(plan, "active_scenario", plan.rows("scenarios")[1].scenario)  # type: ignore[attr-defined]


def seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def main() -> None:
    """Print the ratios; the goal is at most 1 s."""
    for name in NAMES:
        before = fleet_held(sample(name))
        now = moved(before)
        drivers = attribute(before, now, measure).drivers
        assert len(drivers) == len(Driver)
        runs = [
            (seconds(lambda: attribute(before, now, measure)), seconds(lambda: calculate(now)))  # noqa: B023
            for _ in range(PAIRS)
        ]
        ratio = statistics.median(all_plans / one_plan for all_plans, one_plan in runs)
        taken = statistics.median(run[0] for run in runs)
        inputs = sum(len(share.inputs) for share in drivers)
        print(
            f"{name}: {len(drivers)} drivers, {inputs} inputs: {taken:.3f} s (goal 1 s) · {ratio:.1f} × one whole plan"
        )


if __name__ == "__main__":
    main()
