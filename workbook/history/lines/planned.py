"""Each measured month next to what was planned for it (many floor; help: planning, Outlook).

Planned is what the version compared with says of the month, else what this plan says, else nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    AtMonth,
    Expr,
    Line,
    LineKind,
    Number,
    Position,
    Ref,
    Section,
    StoredFigure,
    Text,
    all_of,
    any_of,
    call,
    eq,
    if_,
    is_blank,
    largest,
)
from workbook.history.lines.compared import FAVOURABLE, IMMATERIAL, MONTHLY, UNFAVOURABLE, verdict
from workbook.history.lines.measured import EACH
from workbook.history.lines.metrics import METRICS, MetricLine
from workbook.model.terms import setting

ROWS = Section("Figures of the version for measured months", LineKind.WORKING)
MONTHS = Section("Measured months against plan")

_MONTH = Ref("measured.month")
_JUDGED = ("nodes", "cost")


def lines(has_version: bool) -> Iterator[Line]:
    """Yield what was planned for each measured month, and how far off it was."""
    if has_version:
        yield from _of_version()
    yield from _counted()
    yield from _against(has_version)


@ROWS
def _of_version() -> Iterator[Line]:
    """The rows of users, nodes and cost are found by the comparison by month already."""
    by_month = {f"version.row_{name}" for name in MONTHLY}
    for metric in METRICS:
        row = Ref(f"version.row_{metric.id}")
        if row.line not in by_month:
            key = Ref("bridge.version") & f"|{metric.line}|total"
            found = Position("version_figures", key, optional=True)
            yield Line(row.line, f"Row of figures: {metric.title} of version", "row", (), found)
        month = metric.month(_MONTH + Ref("version.offset"))
        yield Line(
            f"planned.version_{metric.id}",
            f"Planned in version: {metric.title}",
            metric.unit,
            EACH,
            stored(metric, row, month, Ref("version.horizon")),
        )


def stored(metric: MetricLine, row: Expr, month: Expr, horizon: Expr) -> Expr:
    """Return the figure of a version in one of its months; blank where it has none."""
    is_outside = any_of(eq(row, 0), month < 0, month > metric.last(horizon))
    return if_(is_outside, BLANK, StoredFigure(row, largest(month, 0)))


@MONTHS
def _counted() -> Iterator[Line]:
    """A blank cell of a closed month is not measured, and counts nowhere."""
    for metric in METRICS:
        figure = if_(is_blank(metric.input), BLANK, metric.input)
        yield Line(f"measured.{metric.id}", f"Measured: {metric.title}", metric.unit, EACH, figure)
        is_measured = all_of(Ref("measured.is_closed") > 0, call("NOT", is_blank(metric.input)))
        flag = f"closed.is_{metric.id}"
        yield Line(
            flag, f"Closed and measured (1/0): {metric.title}", "flag", EACH, if_(is_measured, 1, 0), section=ROWS
        )


@MONTHS
def _against(has_version: bool) -> Iterator[Line]:
    yield Line("planned.basis", "Planned according to", "text", (), _basis(has_version))
    for metric in METRICS:
        measured, planned = Ref(f"measured.{metric.id}"), Ref(f"planned.{metric.id}")
        yield Line(planned.line, f"Planned: {metric.title}", metric.unit, EACH, _planned(metric, has_version))
        change = Ref(f"measured.change_{metric.id}")
        has_none = any_of(is_blank(measured), is_blank(planned))
        yield Line(
            change.line,
            f"Measured less planned: {metric.title}",
            metric.unit,
            EACH,
            if_(has_none, BLANK, measured - planned),
        )
        share = if_(is_blank(change), BLANK, if_(eq(planned, 0), BLANK, change / planned))
        yield Line(
            f"measured.percent_{metric.id}", f"Measured less planned, relative: {metric.title}", "ratio", EACH, share
        )
        if metric.id in _JUDGED:
            judge = verdict if metric.id == "cost" else nodes_verdict
            judged = if_(is_blank(change), BLANK, judge(change, planned))
            yield Line(f"measured.verdict_{metric.id}", f"Verdict: {metric.title}", "text", EACH, judged)


def _basis(has_version: bool) -> Expr:
    ours = Text("this plan")
    if not has_version:
        return ours
    return if_(eq(Ref("version.row"), 0), ours, Ref("bridge.version") & "; months outside it: " & ours)


def _planned(metric: MetricLine, has_version: bool) -> Expr:
    month = metric.month(_MONTH)
    is_outside = any_of(month < 0, month > metric.last(setting("horizon_months")))
    ours = if_(is_outside, BLANK, AtMonth(Ref(metric.line), month))
    if not has_version:
        return ours
    theirs = Ref(f"planned.version_{metric.id}")
    return if_(is_blank(theirs), ours, theirs)


def nodes_verdict(change: Expr, before: Expr) -> Expr:
    """Return whether a change in nodes is favourable: fewer cost less. A part of a node is not material."""
    least = largest(Number(1, "node"), setting("materiality") * before)
    return if_(call("ABS", change) < least, Text(IMMATERIAL), if_(change > 0, UNFAVOURABLE, FAVOURABLE))
