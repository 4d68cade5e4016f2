"""Series of samples: which metric each measures, and several of them into one (many floor)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from workbook.history.importing.records import Metric, PlanFacts
from workbook.history.importing.said import ambiguous
from workbook.problems import Code, Problem
from workbook.problems.problem import listed

_WORDS: Mapping[str, Metric] = {
    "users": Metric.USERS,
    "requests": Metric.REQUESTS,
    "cpu": Metric.CPU,
    "memory": Metric.MEMORY,
    "storage": Metric.STORAGE,
    "disk": Metric.STORAGE,
    "nodes": Metric.NODES,
    "cost": Metric.COST,
}
_RATES = (Metric.REQUESTS, Metric.CPU)
"""Metrics that a monitoring system counts up, and that are measured as a rate."""
_A_DAY = 24
"""Samples after which a rate has fallen once."""


class Series(Struct, frozen=True):
    """Values by seconds since 1970."""

    name: str
    """What tells it from other series of the same metric."""
    metric: Metric
    samples: Mapping[float, float]
    source: str
    dropped: int = 0
    """Samples that are no number."""
    is_by_month: bool = False
    """Whether each value is that of a whole month."""
    rows: int = 0


def metric_of(name: str) -> Metric | None:
    """Return the metric that a name tells: that of the one word in it that names one."""
    found = {_WORDS[word] for word in re.split(r"[^a-z]+", name.casefold()) if word in _WORDS}
    return found.pop() if len(found) == 1 else None


def scale(name: str, metric: Metric, facts: PlanFacts) -> float:
    """Return what a value is divided by: a name that ends in `_bytes` is measured in bytes, the sheet in GB."""
    if metric not in (Metric.MEMORY, Metric.STORAGE) or not _bare(name).endswith("_bytes"):
        return 1.0
    return float(facts.memory_base if metric is Metric.MEMORY else 1000) ** 3


def counters(series: Iterable[Series]) -> list[Problem]:
    """Return an error for each series that counts up and is not a rate."""
    return [_counter(one) for one in series if _is_counter(one)]


def _is_counter(series: Series) -> bool:
    if re.fullmatch(r"[A-Za-z_:][\w:]*_total", _bare(series.name)):
        return True
    values = [series.samples[time] for time in sorted(series.samples)]
    if series.is_by_month or series.metric not in _RATES or len(values) <= _A_DAY:
        return False
    return values[-1] > values[0] and all(before <= after for before, after in itertools.pairwise(values))


def _bare(name: str) -> str:
    """Return a name without its labels."""
    return name.partition("{")[0].strip()


def _counter(series: Series) -> Problem:
    return Problem(
        Code.COUNTER_SERIES,
        f"{series.name} is a counter: it says how much there has ever been, not how much there was at a time",
        series.source,
        seen="a name that ends in _total, or values that never fall",
        expected=f"{series.metric.value} per second" if series.metric in _RATES else f"{series.metric.value} at a time",
        remedy=f"query its rate, such as sum(rate({_bare(series.name) or 'the counter'}[5m]))",
    )


def joined(series: Sequence[Series], sums: bool) -> tuple[list[Series], list[Problem]]:
    """Return one series per metric, and an error for each that has several while they are not to be added."""
    made: list[Series] = []
    problems: list[Problem] = []
    for metric in Metric:
        same, differing = _by_name([one for one in series if one.metric is metric])
        problems += differing
        if len(same) > 1 and not sums:
            problems.append(_several(same))
        elif same:
            made.append(_sum(same))
    return made, problems


def _by_name(series: Sequence[Series]) -> tuple[list[Series], list[Problem]]:
    """Return the series with what several files have of each put together."""
    found: dict[str, Series] = {}
    problems = []
    for one in series:
        other = found.get(one.name)
        if other and any(
            other.samples[time] != one.samples[time] for time in other.samples.keys() & one.samples.keys()
        ):
            problems.append(_differing(other, one))
            continue
        found[one.name] = _together(other, one, {**other.samples, **one.samples}) if other else one
    return list(found.values()), problems


def _together(first: Series, second: Series, samples: Mapping[float, float]) -> Series:
    sources = dict.fromkeys((*first.source.split(", "), second.source))
    return Series(
        first.name,
        first.metric,
        samples,
        ", ".join(sources),
        first.dropped + second.dropped,
        first.is_by_month and second.is_by_month,
        first.rows + second.rows,
    )


def _sum(series: Sequence[Series]) -> Series:
    total = series[0]
    for one in series[1:]:
        times = total.samples.keys() | one.samples.keys()
        total = _together(total, one, {time: total.samples.get(time, 0) + one.samples.get(time, 0) for time in times})
    return total


def _several(series: Sequence[Series]) -> Problem:
    metric = series[0].metric.value
    return ambiguous(
        series[0].source,
        f"{len(series)} series could be the {metric} of the plan",
        listed([one.name for one in series], 6)[0],
        "one series",
        f"query sum(…), choose one with --where or --as {metric}=COLUMN, or add them with --sum",
    )


def _differing(first: Series, second: Series) -> Problem:
    return ambiguous(
        second.source,
        f"{first.name} differs between {first.source} and {second.source} at the same time",
        "two values for one time",
        "files that do not overlap, or agree where they do",
        "import the files one at a time",
    )
