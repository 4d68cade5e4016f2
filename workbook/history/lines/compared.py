"""A plan against an approved version: figures by month, cost by category and period (many floor; help: planning).

The figures of the version are read from its rows on Version figures, at the calendar month of each column. Months that
are closed count as measured in the plan of now; their cost is in one row, because it is not measured by category.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    BLANK,
    AsOfRun,
    Cumulative,
    Expr,
    Line,
    LineKind,
    Lookup,
    Number,
    PerItem,
    Picked,
    Position,
    Reduce,
    Ref,
    Section,
    StoredFigure,
    StoredSum,
    SumWhere,
    Text,
    any_of,
    call,
    eq,
    if_,
    is_blank,
    largest,
    smallest,
    total,
)
from workbook.history.lines import measured
from workbook.history.lines.measured import COMPARED, YEARS, is_open
from workbook.model.demand.timing import MONTH, MONTHS_PER_YEAR, months_between
from workbook.model.money.cost import CATEGORIES
from workbook.model.terms import setting

VERSION = Section("Version compared with", LineKind.WORKING)
BY_MONTH = Section("Compared with the version, by month")
WINDOWS = Section("Months of the version in each period", LineKind.WORKING)
VARIANCE = Section("Cost compared with the version")

OVER = "variance"
EACH = (OVER,)
MEASURED_ROW, COST_ROW = "Closed months, measured", "Cost"
PERIODS = {"year": "this FY", "next": "next FY", "plan": "whole plan"}
FAVOURABLE, UNFAVOURABLE, IMMATERIAL = "F", "U", "–"
_ROW, _OFFSET, _LAST = Ref("version.row"), Ref("version.offset"), Ref("version.horizon")
MONTHLY = {
    "cost": ("cost.total", "currency", "Cost of version"),
    "users": ("users.all", "users", "Users of version"),
    "nodes": ("nodes.total", "nodes", "Nodes of version"),
}
"""Lines of the version that are compared month by month."""


def rows(has_measured: bool) -> tuple[str, ...]:
    """Return the names of the rows of the comparison."""
    categories = tuple(title for title, _ in CATEGORIES.values())
    return (*categories, *([MEASURED_ROW] if has_measured else []), COST_ROW)


def lines(has_measured: bool) -> Iterator[Line]:
    """Yield the version, its figures by month, and cost by category and period against it."""
    yield from _version()
    if has_measured:
        yield from measured.compared_lines(_OFFSET)
    yield from _by_month()
    yield from _windows(has_measured)
    yield from _now(has_measured)
    yield from _variance(has_measured)


@VERSION
def _version() -> Iterator[Line]:
    asked, default = setting("compare_with"), Ref("version.default")
    yield Line("version.default", "Last approved version of another run", "text", (), AsOfRun("version.default"))
    yield Line("bridge.version", "Compared with", "text", (), if_(is_blank(asked), default, asked))
    yield Line("version.row", "Row on Versions", "row", (), Position("versions", Ref("bridge.version"), optional=True))
    start = if_(eq(_ROW, 0), setting("plan_start"), Lookup("versions", "plan_start", _ROW))
    yield Line("version.start", "Plan start of version", "date", (), start)
    horizon = if_(eq(_ROW, 0), 0, Lookup("versions", "horizon", _ROW))
    yield Line("version.horizon", "Horizon of version", "whole months", (), horizon)
    offset = months_between(Ref("version.start"), setting("plan_start"))
    yield Line("version.offset", "Months from its start to this plan's", "whole months", (), offset)


def _position(line: str, item: str) -> Position:
    key = Ref("bridge.version") & f"|{line}|{item}"
    return Position("version_figures", key, optional=True)


@BY_MONTH
def _by_month() -> Iterator[Line]:
    month = MONTH + _OFFSET
    for name, (line, unit, title) in MONTHLY.items():
        row = Ref(f"version.row_{name}")
        yield Line(
            row.line, f"Row of figures: {title.lower()}", "row", (), _position(line, "total"), kind=LineKind.WORKING
        )
        is_outside = any_of(eq(row, 0), month < 0, month > _LAST)
        figure = if_(is_outside, BLANK, StoredFigure(row, largest(month, 0)))
        yield Line(f"version.{name}", title, unit, ("month",), figure)
    now, before = Ref("cost.total"), Ref("version.cost")
    change = if_(is_blank(before), BLANK, cleared(now - before, before, now))
    yield Line("variance.month", "Cost above version", "currency", ("month",), change)
    counted = if_(is_blank(Ref("variance.month")), 0, Ref("variance.month"))
    yield Line("variance.counted", "Cost above version, or 0", "currency", ("month",), counted, kind=LineKind.WORKING)
    yield Line(
        "variance.cumulative",
        "Cumulative cost above version",
        "currency",
        ("month",),
        Cumulative(Ref("variance.counted")),
    )


def _per_row(has_measured: bool, category: Expr | list[Expr], closed: Expr, cost: Expr) -> PerItem:
    """Return an expression for each row: those of the categories, of the closed months, and of all cost."""
    parts = category if isinstance(category, list) else [category] * len(CATEGORIES)
    every = (*parts, *([closed] if has_measured else []), cost)
    return PerItem(OVER, tuple(zip(rows(has_measured), every, strict=True)))


@WINDOWS
def _windows(has_measured: bool) -> Iterator[Line]:
    categories: list[Expr] = [_position("cost.category", title) for title, _ in CATEGORIES.values()]
    every = _position("cost.total", "total")
    yield Line("variance.row", "Row of figures", "row", EACH, _per_row(has_measured, categories, every, every))
    in_year = call("MOD", call("MONTH", setting("plan_start")) - setting("fiscal_year_start"), MONTHS_PER_YEAR)
    yield Line("window.year", "First month of fiscal year", "month", (), 0 - in_year)
    yield Line("window.next", "First month of next fiscal year", "month", (), Ref("window.year") + MONTHS_PER_YEAR)
    closed = if_(is_blank(COMPARED), Number(0) - 1, COMPARED + _OFFSET) if has_measured else Number(0) - 1
    yield Line("window.closed", "Last closed month of version", "month", (), closed)
    for name, title in PERIODS.items():
        first: Expr = Number(0)
        last: Expr = _LAST
        if name in YEARS:
            start = Ref(f"window.{name}") + _OFFSET
            first, last = largest(start, 0), smallest(start + (MONTHS_PER_YEAR - 1), _LAST)
        shut = Ref("window.closed")
        from_row = _per_row(has_measured, largest(first, shut + 1), first, first)
        to_row = _per_row(has_measured, last, smallest(last, shut), last)
        yield Line(f"variance.from_{name}", f"From month of version, {title}", "month", EACH, from_row)
        yield Line(f"variance.to_{name}", f"To month of version, {title}", "month", EACH, to_row)


@WINDOWS
def _now(has_measured: bool) -> Iterator[Line]:
    kept = if_(is_open(MONTH, has_measured, COMPARED), Ref("cost.category"), 0)
    yield Line("open.category", "Cost of open months", "currency", ("category", "month"), kept)
    for name, title in PERIODS.items():
        body = Ref("open.category")
        own = (
            SumWhere("month", Ref("time.fiscal_year"), (YEARS[name],), body)
            if name in YEARS
            else Reduce("SUM", "month", body)
        )
        yield Line(f"open.{name}", f"Cost of open months, {title}", "currency", ("category",), own)


@VARIANCE
def _variance(has_measured: bool) -> Iterator[Line]:
    for name, title in PERIODS.items():
        row, first, last = Ref("variance.row"), Ref(f"variance.from_{name}"), Ref(f"variance.to_{name}")
        # A version that has lost a row says nothing about it, which is not nothing.
        before = if_(eq(row, 0), BLANK, if_(first > last, 0, StoredSum(row, first, largest(last, 0))))
        yield Line(f"variance.before_{name}", f"Version, {title}", "currency", EACH, before)
        open_months = f"open.{name}"
        parts: list[Expr] = [
            Picked("category", Ref(open_months), Number(place)) for place in range(1, 1 + len(CATEGORIES))
        ]
        closed: Expr = Ref(f"compared.cost_{name}") if has_measured else Number(0)
        now = _per_row(has_measured, parts, closed, total("category", open_months) + closed)
        yield Line(f"variance.now_{name}", f"Now, {title}", "currency", EACH, now)
        yield from _judged(name, title)


def _judged(name: str, title: str) -> Iterator[Line]:
    before, now = Ref(f"variance.before_{name}"), Ref(f"variance.now_{name}")
    change = Ref(f"variance.change_{name}")
    moved = if_(is_blank(before), BLANK, cleared(now - before, before, now))
    yield Line(change.line, f"Change, {title}", "currency", EACH, moved)
    share = if_(is_blank(before), BLANK, if_(eq(before, 0), BLANK, change / before))
    yield Line(f"variance.percent_{name}", f"Change, {title}, %", "ratio", EACH, share)
    judged = if_(is_blank(before), BLANK, verdict(change, before))
    yield Line(f"variance.verdict_{name}", f"Verdict, {title}", "text", EACH, judged)


def cleared(part: Expr, before: Expr, now: Expr) -> Expr:
    """Return a part of the change between two amounts, or 0 for one that is only what floats leave of nothing."""
    size = call("ABS", before) + call("ABS", now) + Number(1, "currency")
    return if_(eq(call("ROUND", part / size, 9), 0), 0, part)


def verdict(change: Expr, before: Expr) -> Expr:
    """Return whether a change of cost is favourable, unfavourable, or not material (help: planning, Versions)."""
    least = largest(setting("materiality_amount"), setting("materiality") * call("ABS", before))
    is_immaterial = any_of(call("ABS", change) < least, eq(change, 0))
    return if_(is_immaterial, Text(IMMATERIAL), if_(change > 0, UNFAVOURABLE, FAVOURABLE))
