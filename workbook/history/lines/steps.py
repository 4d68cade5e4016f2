"""The bridge from a version to now: what each step is worth, and the columns of its chart (many floor).

Steps and effects are plain values as of the run; a live residual says whether they still add up.
"""

from __future__ import annotations

from collections.abc import Iterator

from workbook.expr.tree import (
    AsOfRun,
    Expr,
    Line,
    LineKind,
    Number,
    Picked,
    Ref,
    Section,
    call,
    if_,
    is_blank,
    largest,
    smallest,
)
from workbook.history.lines.compared import COST_ROW, PERIODS, rows

STEPS = Section("Bridge")
INPUTS = Section("Changed inputs")
RESIDUAL = Section("What the bridge leaves", LineKind.WORKING)
CHART = Section("Columns of the chart", LineKind.WORKING)

STEP, INPUT = "bridge step", "moved input"
EACH, EACH_INPUT = (STEP,), (INPUT,)
COUNTS = {
    "nodes": ("Nodes in the last common month", "nodes"),
    "exhaustion": ("First exhaustion, months", "months"),
}
WORDS = {
    "sheet": "Sheet",
    "row": "Row",
    "column": "Column",
    "was": "Was",
    "is": "Is",
    "change": "Change",
}


def lines(has_measured: bool) -> Iterator[Line]:
    """Yield the steps, the inputs that moved, the residual, and the columns of the chart."""
    yield from _steps()
    yield from _inputs()
    yield from _residual(has_measured)
    yield from _chart()


@STEPS
def _steps() -> Iterator[Line]:
    yield Line("bridge.words", "What changed", "text", (), AsOfRun("bridge.words"))
    for name, title in PERIODS.items():
        yield Line(f"bridge.step_{name}", f"Cost, {title}", "currency", EACH, AsOfRun(f"bridge.step_{name}"))
    for name, (title, unit) in COUNTS.items():
        yield Line(f"bridge.{name}", title, unit, EACH, AsOfRun(f"bridge.{name}"))


@INPUTS
def _inputs() -> Iterator[Line]:
    for name, title in WORDS.items():
        yield Line(f"input.{name}", title, "text", EACH_INPUT, AsOfRun(f"input.{name}"))
    for name, title in PERIODS.items():
        effect = f"input.effect_{name}"
        yield Line(effect, f"Effect on cost, {title}", "currency", EACH_INPUT, AsOfRun(effect))
    for name, (title, unit) in COUNTS.items():
        yield Line(f"input.effect_{name}", title, unit, EACH_INPUT, AsOfRun(f"input.effect_{name}"))


@RESIDUAL
def _residual(has_measured: bool) -> Iterator[Line]:
    # What the version and now are stand in the bridge's first and last row; the steps between them are its sum.
    place = Number(rows(has_measured).index(COST_ROW) + 1)
    for name, title in PERIODS.items():
        yield Line(f"bridge.sum_{name}", f"Sum of the steps, {title}", "currency", (), AsOfRun(f"bridge.sum_{name}"))
        now = Picked("variance", Ref(f"variance.change_{name}"), place)
        left = if_(is_blank(now), 0, now) - Ref(f"bridge.sum_{name}")
        yield Line(f"bridge.residual_{name}", f"Change less steps, {title}", "currency", (), call("ROUND", left, 2))
    sizes = [call("ABS", Ref(f"bridge.residual_{name}")) for name in PERIODS]
    yield Line("bridge.residual", "Largest residual", "currency", (), largest(*sizes))


@CHART
def _chart() -> Iterator[Line]:
    """Yield the columns of a waterfall of this fiscal year: levels, and what hides, totals, rises and falls."""
    step, is_total = Ref("bridge.step_year"), Ref("bridge.is_total")
    before, after = Ref("bridge.level_before"), Ref("bridge.level")
    yield Line(is_total.line, "A total (1/0)", "flag", EACH, AsOfRun(is_total.line))
    yield Line(before.line, "Level before", "currency", EACH, AsOfRun(before.line))
    yield Line(after.line, "Level after", "currency", EACH, AsOfRun(after.line))
    yield from _columns(step, is_total, smallest(before, after), largest(before, after))


def _columns(step: Expr, is_total: Expr, low: Expr, high: Expr) -> Iterator[Line]:
    hidden = largest(low, 0) + smallest(high, 0)
    over = largest(high, 0) - largest(low, 0)
    under = smallest(low, 0) - smallest(high, 0)
    columns = {
        "hidden": ("Hidden", if_(is_total > 0, 0, hidden)),
        "total": ("Total", if_(is_total > 0, step, 0)),
        "up": ("Increase", if_(is_total > 0, 0, if_(step > 0, over, 0))),
        "down": ("Decrease", if_(is_total > 0, 0, if_(step > 0, 0, over))),
        "up_below": ("Increase below zero", if_(is_total > 0, 0, if_(step > 0, under, 0))),
        "down_below": ("Decrease below zero", if_(is_total > 0, 0, if_(step > 0, 0, under))),
    }
    for name, (title, expr) in columns.items():
        yield Line(f"bridge.{name}", title, "currency", EACH, expr)
