"""Measured figures into inputs that give them: what is asked for only with --calibrate and --fit (many floor)."""

from __future__ import annotations

from collections.abc import Iterator

from workbook.history.fit import Fit
from workbook.history.importing.records import Metric
from workbook.history.rolling.measured import Measured
from workbook.history.rolling.steps import Addition, Change, Edit, ProposalBasis, Removal, Start, Step
from workbook.inputs.sheets.demand import Feature, GrowthAnchor, UserSegment
from workbook.naming import name_key

_YEAR = 12
_CHANCE = 0.8
_USE = {
    Metric.REQUESTS: ("users", "requests_per_user"),
    Metric.CPU: ("users", "cpu_per_request_s"),
    Metric.MEMORY: ("users", "memory_per_session_mb"),
}
"""The input that a measured figure calibrates."""


def use_steps(start: Start, measured: Measured, metric: Metric) -> Iterator[Step]:
    """Yield what a user asks for, so that the plan gives the measured figure at the measured level of users."""
    ratio = measured.ratios.get(metric)
    if ratio is None or metric not in _USE:
        return
    base = measured.factor(Metric.REQUESTS) if metric is Metric.CPU else measured.level.value
    factor = ratio.value / base
    for sheet, index, field, value in _inputs(start, metric):
        yield Step(metric, Edit(sheet, index, field, value * factor), ratio.words, ProposalBasis.MEASURED)


def fit_steps(start: Start, fit: Fit) -> Iterator[Step]:
    """Yield one milestone a year ahead for each segment: what was fitted to all users, with its 80% interval."""
    low, high = fit.growth_range(_CHANCE, _YEAR)
    figures = {"month": _YEAR, "total_growth": fit.growth_year, "low": low, "high": high}
    why = f"growth fitted to {fit.months} closed months, with its 80% interval"
    for row in start.plan.rows("users"):
        if isinstance(row, UserSegment):
            for change in _one_milestone(start, row.segment, figures):
                yield Step("fit", change, why, ProposalBasis.MEASURED)


def _inputs(start: Start, metric: Metric) -> Iterator[tuple[str, int, str, float]]:
    """Yield sheet, row, field and value of the inputs of a metric."""
    sheet, field = _USE[metric]
    for index, row in enumerate(start.plan.rows(sheet)):
        yield sheet, index, field, getattr(row, field)
    if metric is Metric.REQUESTS:
        for index, row in enumerate(start.plan.rows("features")):
            if isinstance(row, Feature):
                yield "features", index, "extra_requests_per_user", row.extra_requests_per_user


def _one_milestone(start: Start, segment: str, figures: dict[str, float]) -> Iterator[Change]:
    rows = [
        index
        for index, row in enumerate(start.plan.rows("growth"))
        if isinstance(row, GrowthAnchor) and name_key(row.segment) == name_key(segment)
    ]
    if not rows:
        yield Addition("growth", GrowthAnchor.model_validate({"segment": segment, **figures}))
        return
    columns = start.plan.tables["growth"].column_numbers
    yield from (Edit("growth", rows[0], field, value) for field, value in figures.items() if field in columns)
    yield from (Removal("growth", index) for index in rows[1:])
