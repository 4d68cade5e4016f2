"""Each closed month next to what each version forecast for it (many floor; help: planning, Accuracy).

A row is a version, a metric and a measured month; one that is not closed, not measured or outside the version counts
nowhere. The rows of one version and metric are side by side, so that its score is a sum of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from workbook.expr.tree import (
    BLANK,
    Below,
    Expr,
    Label,
    Line,
    LineKind,
    Lookup,
    Number,
    Parent,
    PerItem,
    Picked,
    Position,
    Ref,
    Section,
    Stacked,
    StoredFigure,
    SumWhere,
    Text,
    all_of,
    any_of,
    call,
    eq,
    if_,
    is_blank,
    largest,
)
from workbook.history.lines.measured import EACH as EACH_MEASURED
from workbook.history.lines.measured import OVER as MEASURED_MONTH
from workbook.history.lines.metrics import SCORED, MetricLine
from workbook.model.demand.timing import months_between
from workbook.model.figure_text import percent_text
from workbook.model.terms import setting

LIMITS = Section("Limits of accuracy", LineKind.WORKING)
NEIGHBOURS = Section("Closed months next to the month before", LineKind.WORKING)
VERSIONS = Section("Versions that are scored", LineKind.WORKING)
FORECASTS = Section("Forecasts of closed months", LineKind.WORKING)

METRIC, SCORE, FORECAST = "scored metric", "score", "forecast"
EACH_METRIC, EACH_SCORE, EACH_FORECAST = (METRIC,), (SCORE,), (FORECAST,)
BANDS = ("0–2", "3–5", "6–11")
"""Months after a version's plan start that are scored together."""


class Scored(Struct, frozen=True):
    """One metric of one version."""

    version: str
    metric: MetricLine

    @property
    def name(self) -> str:
        """What its row is called."""
        return f"{metric_name(self.metric)}, {self.version}"


def metric_name(metric: MetricLine) -> str:
    """Return what a row of a metric is called."""
    return metric.title[0].upper() + metric.title[1:]


def lines(scores: Sequence[Scored]) -> Iterator[Line]:
    """Yield the closed months of each metric, the versions, and their forecasts month by month."""
    yield from _neighbours()
    yield from _versions(scores)
    yield from _forecasts(scores)
    yield from _errors()


@LIMITS
def limits() -> Iterator[Line]:
    """Yield what scores and ranges are judged by."""
    for name, title, unit, value in (
        ("good", "Error of a good forecast, at most", "ratio", 0.12),
        ("fair", "Error of a fair forecast, at most", "ratio", 0.2),
        ("fewest", "Months without which nothing is scored", "whole", 3),
        ("judged", "Months without which no bias is seen", "whole", 5),
        ("biased", "Tracking signal of a biased forecast, above", "×", 4),
        ("first", "Months of a version that make its ratio", "whole", 3),
        ("middle", "First month of the second lead", "whole", 3),
        ("late", "First month of the third lead", "whole", 6),
        ("last", "Month after the third lead", "whole", 12),
        ("most", "Largest power of e that a sheet can hold", "×", 700),
        ("beyond_80", "Probability outside of an 80% range", "ratio", 0.2),
        ("beyond_95", "Probability outside of a 95% range", "ratio", 0.05),
    ):
        yield Line(f"accuracy.{name}", title, unit, (), Number(value))
    words = percent_text(Ref("accuracy.good"))
    yield Line("accuracy.good_words", "Error of a good forecast: text", "text", (), words)


@NEIGHBOURS
def _neighbours() -> Iterator[Line]:
    """How far each closed month is from the one before it: what a forecast must beat."""
    before = Ref("measured.month") - Number(1, "month")
    for metric in SCORED:
        name, title = metric.id, metric.title
        is_closed, figure = Ref(f"closed.is_{name}"), Ref(f"closed.{name}")
        month = if_(is_closed > 0, Ref("measured.month"), BLANK)
        yield Line(f"closed.month_{name}", f"Month, if closed: {title}", "month", EACH_MEASURED, month)
        kept = if_(is_closed > 0, Ref(f"measured.{name}"), 0)
        yield Line(figure.line, f"Closed: {title}", metric.unit, EACH_MEASURED, kept)
        pairs = is_closed * SumWhere(MEASURED_MONTH, Ref("measured.month"), (before,), is_closed)
        has_pair = Ref(f"closed.pair_{name}")
        yield Line(has_pair.line, f"Month before is closed too (1/0): {title}", "flag", EACH_MEASURED, pairs)
        step = figure - SumWhere(MEASURED_MONTH, Ref("measured.month"), (before,), figure)
        size = if_(has_pair > 0, call("ABS", step), 0)
        yield Line(f"closed.step_{name}", f"Change from the month before: {title}", metric.unit, EACH_MEASURED, size)


def _of_each(scores: Sequence[Scored], value: Sequence[Expr]) -> PerItem:
    return PerItem(SCORE, tuple(zip((score.name for score in scores), value, strict=True)))


@VERSIONS
def _versions(scores: Sequence[Scored]) -> Iterator[Line]:
    """Where each version's figures are, and where its months lie."""
    version, row = Ref("score.version"), Ref("score.version_row")
    yield Line(version.line, "Version", "text", EACH_SCORE, _of_each(scores, [Text(one.version) for one in scores]))
    names = [Text(metric_name(one.metric)) for one in scores]
    yield Line("score.metric", "Metric", "text", EACH_SCORE, _of_each(scores, names))
    yield Line(row.line, "Row on Versions", "row", EACH_SCORE, Position("versions", version, optional=True))
    keys = _of_each(scores, [Text(f"|{one.metric.line}|total") for one in scores])
    yield Line("score.key", "End of key of figures", "text", EACH_SCORE, keys)
    found = Position("version_figures", version & Ref("score.key"), optional=True)
    yield Line("score.row", "Row of figures", "row", EACH_SCORE, found)
    start = months_between(Lookup("versions", "plan_start", row), setting("plan_start"))
    offset = if_(eq(row, 0), 0, start)
    yield Line("score.offset", "Months from its start to this plan's", "whole months", EACH_SCORE, offset)
    horizon = if_(eq(row, 0), 0, Lookup("versions", "horizon", row))
    yield Line("score.horizon", "Horizon of version", "whole months", EACH_SCORE, horizon)
    later = _of_each(scores, [Number(one.metric.later) for one in scores])
    yield Line("score.later", "Months by which figures are later", "whole months", EACH_SCORE, later)
    last = _of_each(scores, [Number(1 if one.metric.is_billed else 0) for one in scores])
    yield Line("score.unbilled", "Months without a figure at the horizon", "whole months", EACH_SCORE, last)


def _stacked(parts: Sequence[Expr]) -> Stacked:
    """Return an expression over measured months for each score, below each other."""
    return Stacked(tuple((MEASURED_MONTH, part) for part in parts))


@FORECASTS
def _forecasts(scores: Sequence[Scored]) -> Iterator[Line]:
    """A month that is measured at its end is planned as the beginning of the next."""
    lead, figure, actual = Ref("forecast.lead"), Ref("forecast.figure"), Ref("forecast.measured")
    months = _stacked([Ref("measured.month")] * len(scores))
    yield Line("forecast.month", "Month, from plan start", "month", EACH_FORECAST, months)
    since = Ref("forecast.month") + Parent(Ref("score.offset"))
    yield Line(lead.line, "Months after start of version", "month", EACH_FORECAST, since)
    closed = [if_(Ref(f"closed.is_{one.metric.id}") > 0, Ref(f"measured.{one.metric.id}"), BLANK) for one in scores]
    yield Line(actual.line, "Measured", "mixed", EACH_FORECAST, _stacked(closed))
    month, row = lead + Parent(Ref("score.later")), Parent(Ref("score.row"))
    last = Parent(Ref("score.horizon")) - Parent(Ref("score.unbilled"))
    is_outside = any_of(eq(row, 0), lead < 0, month > last)
    found = if_(is_outside, BLANK, StoredFigure(row, largest(month, 0)))
    yield Line(figure.line, "Forecast", "mixed", EACH_FORECAST, found)
    counts = all_of(call("NOT", is_blank(actual)), call("NOT", is_blank(figure)))
    yield Line("forecast.counts", "Scored (1/0)", "flag", EACH_FORECAST, if_(counts, 1, 0))
    earlier = _stacked([_earlier(place, one.metric) for place, one in enumerate(scores, 1)])
    yield Line("forecast.earlier", "Closed months before it, from its start", "whole", EACH_FORECAST, earlier)


def _earlier(place: int, metric: MetricLine) -> Expr:
    """Return how many months of a metric are closed from a version's start to before the current one."""
    closed, start = Ref(f"closed.month_{metric.id}"), 0 - Picked(SCORE, Ref("score.offset"), Number(place))
    return Below(MEASURED_MONTH, closed, Ref("measured.month")) - Below(MEASURED_MONTH, closed, start)


@FORECASTS
def _errors() -> Iterator[Line]:
    figure, actual, size = Ref("forecast.figure"), Ref("forecast.measured"), Ref("forecast.size")
    counts, lead = Ref("forecast.counts") > 0, Ref("forecast.lead")
    is_first = all_of(counts, Ref("forecast.earlier") < Ref("accuracy.first"))
    has_share = all_of(counts, Ref("forecast.actual") > 0)
    later = if_(lead < Ref("accuracy.late"), BANDS[1], if_(lead < Ref("accuracy.last"), BANDS[2], BLANK))
    band = if_(lead < Ref("accuracy.middle"), BANDS[0], later)
    for name, title, unit, expr in (
        ("actual", "Measured, if scored", "mixed", if_(counts, actual, 0)),
        ("error", "Forecast less measured", "mixed", if_(counts, figure - actual, 0)),
        ("size", "Size of error", "mixed", call("ABS", Ref("forecast.error"))),
        ("has_share", "Measured above 0 (1/0)", "flag", if_(has_share, 1, 0)),
        ("share", "Error, relative", "ratio", if_(Ref("forecast.has_share") > 0, size / Ref("forecast.actual"), 0)),
        ("scored_lead", "Lead, if scored", "month", if_(counts, lead, 0)),
        ("band", "Metric and lead", "text", if_(counts, Parent(Ref("score.metric")) & "|" & band, BLANK)),
        ("is_first", "Of the version's first months (1/0)", "flag", if_(is_first, 1, 0)),
        ("first_measured", "Measured, if of the first", "mixed", if_(is_first, actual, 0)),
        ("first_figure", "Forecast, if of the first", "mixed", if_(is_first, figure, 0)),
    ):
        yield Line(f"forecast.{name}", title, unit, EACH_FORECAST, expr)


def in_band(band: str, body: Ref) -> SumWhere:
    """Return the sum of a figure of forecasts over the months of a lead, of the current metric and all versions."""
    return SumWhere(FORECAST, Ref("forecast.band"), (Label(METRIC) & f"|{band}",), body)
