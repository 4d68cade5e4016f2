"""Checks across rows and sheets: figures that are each fine, but do not fit each other (plan floor).

Every check takes a draft and gives problems; a check stays silent where rows it needs could not be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from workbook.inputs import check_names, check_rows, check_tables
from workbook.inputs.draft import Draft
from workbook.problems import Problem

Check = Callable[[Draft], Iterable[Problem]]

CHECKS: tuple[Check, ...] = (
    check_names.reserved_segment,
    check_names.references,
    check_names.active_scenario,
    check_names.resilience_spelling,
    check_tables.review_month,
    check_tables.utilisation_band,
    check_rows.counting_windows,
    check_tables.anchor_order,
    check_tables.growth_stays_positive,
    check_rows.growth_ranges,
    check_tables.seasonality_mean,
    check_rows.event_months,
    check_rows.fast_growth,
    check_rows.objectives,
    check_tables.percentiles,
    check_tables.shares,
    check_rows.redundancy,
    check_rows.repair_times,
    check_rows.rates,
    check_tables.base_scenario,
    check_rows.claims,
)


def check_draft(draft: Draft) -> Iterator[Problem]:
    """Run every check."""
    for check in CHECKS:
        yield from check(draft)
