"""A series of samples into measured months: the peak, the mean or the end of each (many floor)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from datetime import date, datetime
from statistics import fmean, median

from msgspec import Struct

from workbook.history.importing.records import (
    LEAST_DAYS,
    ImportOptions,
    MeasuredStatus,
    Measurement,
    Metric,
    PlanFacts,
    is_billed,
    length,
    month_of,
)
from workbook.history.importing.said import left_out, months_text, partial_month
from workbook.history.importing.series import Series
from workbook.history.importing.times import zone_of
from workbook.problems import Problem
from workbook.problems.problem import listed

_DAY = 86_400
_LEAST_SAMPLES = 0.8
_PEAK_OF_A_DAY, _PEAK_OF_DAYS = 0.99, 0.95
_AT_THE_END = (Metric.STORAGE, Metric.NODES)


class _Days(Struct, frozen=True):
    """The days of a series that have enough samples, and the others."""

    kept: dict[date, list[float]]
    thin: tuple[date, ...]
    months: tuple[date, ...]
    """Months with any sample."""


def months_of(series: Series, options: ImportOptions, facts: PlanFacts) -> tuple[list[Measurement], list[Problem]]:
    """Return what a series measures of each month, with what was left out."""
    dropped = (
        [left_out(series.source, "non-numeric samples are left out", f"{series.dropped} of {series.name}")]
        if series.dropped
        else []
    )
    if series.is_by_month:
        made, said = _by_month(series, options)
    else:
        made, said = _by_day(series, options, facts)
    return made, [*dropped, *said]


def _running(month: date, options: ImportOptions) -> bool:
    return options.today is not None and month >= month_of(options.today)


def _by_month(series: Series, options: ImportOptions) -> tuple[list[Measurement], list[Problem]]:
    zone = zone_of(options.zone)
    made, running = [], []
    for time, value in sorted(series.samples.items()):
        month = month_of(datetime.fromtimestamp(time, zone).date())
        if _running(month, options) and not options.is_partial:
            running.append(month)
            continue
        is_open = _running(month, options) or _is_growing(series.metric, month, options.today)
        status = MeasuredStatus.PRELIMINARY if is_open else MeasuredStatus.FINAL
        made.append(Measurement(month, series.metric, value, status, series.source, 1))
    return made, _not_yet(series, running)


def _is_growing(metric: Metric, month: date, reach: date | None) -> bool:
    return metric is Metric.COST and reach is not None and not is_billed(month, reach)


def _by_day(series: Series, options: ImportOptions, facts: PlanFacts) -> tuple[list[Measurement], list[Problem]]:
    days = _split(series, options.zone)
    made: list[Measurement] = []
    problems = _thin(series, days)
    running = []
    for month in days.months:
        kept = {day: values for day, values in days.kept.items() if month_of(day) == month}
        if _running(month, options) and not options.is_partial:
            running.append(month)
        elif kept:
            one = _measured(series, month, kept, facts, max(days.kept), _running(month, options))
            made.append(one)
            if one.days is not None:
                problems.append(partial_month(series.source, month, one.days, length(month)))
    return made, [*problems, *_not_yet(series, running)]


def _split(series: Series, zone_name: str) -> _Days:
    zone = zone_of(zone_name)
    found: dict[date, list[float]] = {}
    for time in sorted(series.samples):
        found.setdefault(datetime.fromtimestamp(time, zone).date(), []).append(series.samples[time])
    least = _LEAST_SAMPLES * _DAY / _step(sorted(series.samples))
    kept = {day: values for day, values in found.items() if len(values) >= least}
    months = dict.fromkeys(map(month_of, found))
    return _Days(kept, tuple(day for day in found if day not in kept), tuple(months))


def _step(times: Sequence[float]) -> float:
    """Return the median distance of samples; a day for one sample."""
    return median(after - before for before, after in itertools.pairwise(times)) if len(times) > 1 else _DAY


def _measured(
    series: Series, month: date, days: dict[date, list[float]], facts: PlanFacts, reach: date, is_running: bool
) -> Measurement:
    is_short = is_running or len(days) < LEAST_DAYS * length(month)
    is_open = is_short or (series.metric is Metric.COST and not is_billed(month, reach))
    return Measurement(
        month,
        series.metric,
        _figure(series.metric, days, facts),
        MeasuredStatus.PRELIMINARY if is_open else MeasuredStatus.FINAL,
        series.source,
        sum(map(len, days.values())),
        float(len(days)) if is_short and len(days) < length(month) else None,
    )


def _figure(metric: Metric, days: dict[date, list[float]], facts: PlanFacts) -> float:
    if metric is Metric.COST:
        return math.fsum(map(math.fsum, days.values()))
    if metric in _AT_THE_END:
        return fmean(days[max(days)])
    if metric is Metric.USERS and not facts.has_peak_users:
        return fmean(map(fmean, days.values()))
    return percentile([percentile(values, _PEAK_OF_A_DAY) for values in days.values()], _PEAK_OF_DAYS)


def percentile(values: Sequence[float], share: float) -> float:
    """Return a percentile between the two values around it, as PERCENTILE.INC does."""
    ordered = sorted(values)
    whole, rest = divmod(share * (len(ordered) - 1), 1)
    low = ordered[int(whole)]
    return low + rest * (ordered[min(int(whole) + 1, len(ordered) - 1)] - low)


def _thin(series: Series, days: _Days) -> list[Problem]:
    if not days.thin:
        return []
    seen = listed([day.isoformat() for day in days.thin], 6)[0]
    return [left_out(series.source, f"days of {series.name} with less than 80% of their samples do not count", seen)]


def _not_yet(series: Series, running: Sequence[date]) -> list[Problem]:
    if not running:
        return []
    message = "months that are not over are not measured without --partial"
    return [left_out(series.source, message, months_text(running))]
