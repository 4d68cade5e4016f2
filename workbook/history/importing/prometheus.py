"""The answer of Prometheus to a range query into series (many floor)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from workbook.history.importing.filtering import chosen_labels
from workbook.history.importing.records import ImportOptions, Metric, PlanFacts, SourceFormat, SourceReading
from workbook.history.importing.said import ambiguous, bad_value, unknown_format
from workbook.history.importing.series import Series, metric_of, scale
from workbook.history.importing.times import YEARS
from workbook.problems import Code, Problem

_LAST = datetime(YEARS[-1], 1, 1, tzinfo=UTC).timestamp()

Answer = tuple[SourceReading, list[Series], list[Problem]]


def is_answer(data: object) -> bool:
    """Whether JSON is an answer of Prometheus."""
    return isinstance(data, dict) and ("status" in data or "resultType" in data)


def read_answer(source: str, data: Mapping[str, Any], options: ImportOptions, facts: PlanFacts) -> Answer:
    """Return the series of an answer, and the errors for which there is none."""
    nothing = SourceReading(source, SourceFormat.PROMETHEUS, 0)
    found = data.get("data", data)
    if data.get("status", "success") != "success" or not isinstance(found, Mapping):
        return nothing, [], [_failed(source, data)]
    if found.get("resultType") != "matrix":
        return nothing, [], [_no_range(source, str(found.get("resultType")))]
    try:
        rows = [(dict(one["metric"]), list(one["values"])) for one in found["result"]]
    except (KeyError, TypeError, ValueError):
        return nothing, [], [_malformed(source)]
    chosen = [(labels, values) for labels, values in rows if chosen_labels(labels, options.where)]
    return _series(source, chosen, options, facts)


def _series(
    source: str, rows: Sequence[tuple[Mapping[str, str], list[Any]]], options: ImportOptions, facts: PlanFacts
) -> Answer:
    made, problems = [], []
    for labels, values in rows:
        name = _name(labels)
        metric = _metric(labels, options)
        if metric is None:
            problems.append(_no_metric(source, name))
            continue
        try:
            made.append(_one(source, name, metric, values, facts))
        except (TypeError, ValueError) as error:
            problems.append(bad_value(source, 0, f"a sample of {name}", str(error), "a time and a number"))
    count = sum(one.rows for one in made)
    return SourceReading(source, SourceFormat.PROMETHEUS, count), made, problems


def _one(source: str, name: str, metric: Metric, values: Iterable[Any], facts: PlanFacts) -> Series:
    pairs = [(_checked(float(time)), float(value)) for time, value in values]
    divisor = scale(name, metric, facts)
    samples = {time: value / divisor for time, value in pairs if math.isfinite(value)}
    dropped = sum(not math.isfinite(value) for _, value in pairs)
    return Series(name, metric, samples, source, dropped, rows=len(pairs))


def _checked(time: float) -> float:
    """Return the time of a sample. Raises ValueError for one of no calendar."""
    if not 0 <= time < _LAST:
        raise ValueError(str(time))
    return time


def _metric(labels: Mapping[str, str], options: ImportOptions) -> Metric | None:
    if len(options.assignments) == 1:
        return next(iter(options.assignments))
    return metric_of(labels.get("__name__", ""))


def _name(labels: Mapping[str, str]) -> str:
    """Return a series as Prometheus writes it: `up{job="api"}`."""
    rest = ",".join(f'{name}="{value}"' for name, value in sorted(labels.items()) if name != "__name__")
    return f"{labels.get('__name__', '')}{{{rest}}}" if labels else "the series"


def _failed(source: str, data: Mapping[str, Any]) -> Problem:
    words = ": ".join(str(data[key]) for key in ("errorType", "error") if data.get(key))
    return Problem(
        Code.SOURCE_QUERY,
        "Prometheus answered with an error",
        source,
        seen=words or f"status {data.get('status')}",
        expected="an answer with status success",
        remedy="correct the query and save its answer again",
    )


def _no_range(source: str, kind: str) -> Problem:
    return Problem(
        Code.SOURCE_QUERY,
        "the answer has values of one moment; a range query is needed",
        source,
        seen=f"resultType {kind}",
        expected="resultType matrix",
        remedy="query /api/v1/query_range with start, end and step",
    )


def _malformed(source: str) -> Problem:
    return unknown_format(
        source,
        "the answer of Prometheus is incomplete",
        "a series without metric or values",
        "data.result with metric and values of each series",
        "save the whole answer of /api/v1/query_range",
    )


def _no_metric(source: str, name: str) -> Problem:
    return ambiguous(
        source,
        f"the series {name} does not say which metric it measures",
        name,
        f"a name with one of the words {', '.join(Metric)}",
        "say it with --as METRIC, such as --as requests",
    )
