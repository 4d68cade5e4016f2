"""Checks across rows and sheets: figures that are each fine, but do not fit each other (plan floor).

Every check takes a draft and gives problems; a check stays silent where rows it needs could not be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from workbook.inputs.checks import budgets, extrapolation, names, operations, prices, ranges, rows, sizes, tables
from workbook.inputs.parse.draft import PlanDraft
from workbook.problems import Problem

Check = Callable[[PlanDraft], Iterable[Problem]]

CHECKS: tuple[Check, ...] = (
    names.reserved_segment,
    names.references,
    names.active_scenario,
    names.resilience_spelling,
    names.earlier_names,
    tables.review_month,
    tables.utilisation_band,
    tables.simulation_runs,
    rows.counting_windows,
    rows.counted_users,
    tables.anchor_order,
    tables.growth_stays_positive,
    ranges.growth_ends,
    ranges.growth_gaps,
    tables.seasonality_mean,
    rows.event_months,
    rows.large_events,
    sizes.sizes,
    rows.fast_growth,
    extrapolation.growth_beyond_anchors,
    extrapolation.retention_before_the_plan,
    extrapolation.collected_from_later,
    rows.objectives,
    tables.percentiles,
    tables.shares,
    rows.redundancy,
    rows.repair_times,
    rows.rates,
    prices.unused_columns,
    prices.bought_already,
    prices.age_of_prices,
    budgets.budgets,
    tables.base_scenario,
    ranges.range_rows,
    ranges.named_twice,
    ranges.all_alone,
    operations.operations,
    operations.load_profile,
    rows.claims,
)


def check_draft(draft: PlanDraft) -> Iterator[Problem]:
    """Run every check."""
    for check in CHECKS:
        yield from check(draft)
