"""Monthly lines into their figures by fiscal year and quarter (plan floor)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workbook.expr.evaluate import evaluate
from workbook.expr.frame import Scope
from workbook.expr.functions import Array
from workbook.expr.tree import PERIODS, Call, Expr, Line, OverPeriod, OverTime, Reduce, Ref, rewritten, walk
from workbook.model.results import Results

PeriodValues = Mapping[str, Mapping[str, Array]]
"""By the dimension of periods and the line: an array (run, item, period)."""


def has_periods(line: Line) -> bool:
    """Whether a line has figures of fiscal years and quarters."""
    return line.axis == "month" and line.over_time is not OverTime.NONE


def period_expr(line: Line, lines: Mapping[str, Line]) -> Expr:
    """Return what a line is in a period: its months' sum, end, peak or mean, or its own formula over such figures.

    Raises ValueError for a line that has no figure of a period.
    """
    if not has_periods(line):
        raise ValueError(f"{line.id} has no figure of a period")
    if line.over_time is not OverTime.RATIO:
        return OverPeriod(Ref(line.id), line.over_time or OverTime.NONE)
    return rewritten(line.expr, lambda ref: period_expr(lines[ref.line], lines) if lines[ref.line].axis else ref)


def over_time_text(line: Line, lines: Mapping[str, Line]) -> str:
    """Return how a line's months become the figure of a period: `sum`, or of a formula `ratio (sum, end)`."""
    if line.over_time is not OverTime.RATIO:
        return str(line.over_time)
    return f"ratio ({', '.join(dict.fromkeys(_hows(line, lines)))})"


def _hows(line: Line, lines: Mapping[str, Line]) -> Iterator[str]:
    """Yield how the figures of a formula are made, without those that only choose one of its branches."""
    figures = [one for branch in _branches(line.expr) for one in _of_months(branch, lines)]
    for one in figures or _of_months(line.expr, lines):
        yield from _hows(one, lines) if one.over_time is OverTime.RATIO else (str(one.over_time),)


def _of_months(expr: Expr, lines: Mapping[str, Line]) -> list[Line]:
    """Return the monthly lines that an expression names, in the order in which it does."""
    named = (lines[part.line] for part in walk(expr) if isinstance(part, Ref))
    return [line for line in named if line.axis]


def _branches(expr: Expr) -> Iterator[Expr]:
    """Yield what a formula may come to: the branches of a choice, else itself."""
    match expr:
        case Call("IF", (_, then, otherwise)):
            yield from _branches(then)
            yield from _branches(otherwise)
        case _:
            yield expr


def total_expr(line: Line, lines: Mapping[str, Line]) -> Expr | None:
    """Return what a monthly line comes to over all billed months; None for one that has no total."""
    if line.adds_up:
        return Reduce("SUM", "billed", Ref(line.id))
    if line.axis != "month" or line.over_time is not OverTime.RATIO:
        return None
    named = [name for name in line.reads if lines[name].axis]
    parts = {name: part for name in named if (part := _whole_plan(lines[name], lines)) is not None}
    if not parts or len(parts) < len(named):
        return None
    return rewritten(line.expr, lambda ref: parts.get(ref.line, ref))


def _whole_plan(line: Line, lines: Mapping[str, Line]) -> Expr | None:
    """Return what a line comes to within the formula of a total, where a peak is the peak of all billed months."""
    if line.axis == "month" and line.over_time is OverTime.PEAK:
        return Reduce("MAX", "billed", Ref(line.id))
    return total_expr(line, lines)


def period_values(results: Results) -> PeriodValues:
    """Return the figures of every line that has some. Raises ValueError as `period_expr` does."""
    lines = results.lines
    return {
        over: {
            line.id: evaluate(period_expr(line, lines), Scope(line.item, over), lines, results.values, results.frame)
            for line in lines.values()
            if has_periods(line)
        }
        for over in PERIODS
    }
