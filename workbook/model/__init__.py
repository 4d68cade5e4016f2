"""The planning lines and what they calculate (plan floor).

One room a subject, each a handful of functions that yield lines; `lines_of` gathers them for the tables that a plan
has, `calculate` gives their values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from msgspec.structs import replace

from workbook.expr.evaluate import evaluate_lines
from workbook.expr.frame import Frame
from workbook.expr.tree import Line, in_order
from workbook.inputs.plan import Plan
from workbook.model.assurance import (
    availability,
    claims,
    contradiction_lines,
    contradiction_problems,
    integrity,
    late_share,
    magnitudes,
    service,
)
from workbook.model.board import (
    chart_lines,
    extremes,
    headline,
    insights,
    largest,
    order_costs,
    orders,
    outputs,
    overview,
    reviews,
    verdict,
)
from workbook.model.demand import compute, requests, storage, timing
from workbook.model.dimensions import frame_of
from workbook.model.fleet import headroom, nodes, recovery
from workbook.model.money import budget, change, commitments, cost, levers, purchase
from workbook.model.operations import alerts, limits, replicas, week
from workbook.model.results import Results
from workbook.model.search import search
from workbook.model.terms import setting_lines
from workbook.problems import Problem, Reason, Refusal
from workbook.units import unit_in_base

HEADING_SETTINGS = frozenset({"setting.plan_name", "setting.currency"})
"""Settings that no line calculates with, but every sheet's head shows."""

__all__ = ["Extension", "Results", "audit", "calculate", "calculate_some", "lines_of", "with_references"]


def lines_of(tables: frozenset[str], memory_base: int = 1000) -> dict[str, Line]:
    """Return every planning line by id; `tables` names the input sheets that have rows."""
    return _lines_of(tables, memory_base)


# The cache tells an argument that is given from one that is left out.
@cache
def _lines_of(tables: frozenset[str], memory_base: int) -> dict[str, Line]:
    lines = [
        *timing.lines(),
        *timing.scenario_lines(),
        *requests.lines(tables),
        *compute.lines(),
        *storage.lines(),
        *recovery.lines(),
        *nodes.lines(),
        *availability.lines(),
        *late_share.lines(),
        *service.lines(),
        *cost.lines(),
        *budget.lines(tables),
        *commitments.lines(),
        *change.lines(),
        *integrity.lines(),
        *overview.lines(),
        *chart_lines.lines(),
        *orders.lines(),
        *verdict.lines(tables),
        *order_costs.lines(),
        *insights.lines(),
        *headline.lines(tables),
        *outputs.lines(),
        *headroom.lines(),
        *extremes.lines(),
        *purchase.lines(),
        *levers.lines(),
        *largest.worths(),
        *limits.lines(tables),
        *alerts.lines(tables),
        *replicas.lines(tables),
        *week.lines(tables),
    ]
    lines += [
        *largest.lines({line.id: line for line in lines}),
        *reviews.lines(tables),
        *contradiction_lines.lines(),
        *claims.lines(tables),
    ]
    named = HEADING_SETTINGS.union(*(line.reads for line in lines))
    every = (*setting_lines(named), *lines)
    if homeless := [line.id for line in every if line.section is None]:
        raise ValueError(f"lines without a section: {', '.join(homeless)}")
    return {line.id: _in_base(line, memory_base) for line in every}


def _in_base(line: Line, memory_base: int) -> Line:
    """Return a line with its unit in powers of 1000 or 1024; the same line where it measures no memory."""
    unit = unit_in_base(line.unit, memory_base)
    return line if unit == line.unit else replace(line, unit=unit)


Extension = Callable[[Frame, Mapping[str, Line]], tuple[Frame, Iterable[Line]]]
"""From what the lines so far are calculated over, and these lines, to the same with more in it, and further lines.

A further line takes the place of one with the same id.
"""


def _founded(plan: Plan, extensions: Sequence[Extension] = ()) -> tuple[Frame, dict[str, Line]]:
    """Return what the lines of a plan and of its extensions are calculated over, and these lines."""
    base, frame = plan.settings.memory_unit_base, frame_of(plan)
    lines = lines_of(frozenset(plan.tables), base)
    for extend in extensions:
        frame, further = extend(frame, lines)
        more = {line.id: line for line in further}
        named = frozenset[str]().union(*(line.reads for line in more.values())) - lines.keys()
        settings = {line.id: line for line in setting_lines(named)}
        every = {**settings, **more}
        lines = lines | {line.id: _in_base(line, base) for line in every.values()}
    return frame, {**lines, **claims.cited(plan, frame, lines)}


def audit(plan: Plan) -> tuple[Problem, ...]:
    """Find figures too large to calculate with, claims that name what is not there, and inputs that contradict.

    Only the lines that this takes are calculated.
    """
    frame, lines = _founded(plan)
    founded = _foundations(plan, frame, lines)
    if large := tuple(magnitudes.too_large(founded, founded.lines)):
        return large
    wanted = with_references(("contradiction.status", "contradiction.fix"), lines)
    results = Results(plan, frame, wanted, evaluate_lines(tuple(wanted.values()), frame, founded.values))
    return (*claims.problems(plan, frame, lines), *contradiction_problems.contradictions(results))


def with_references(names: Iterable[str], lines: Mapping[str, Line]) -> dict[str, Line]:
    """Return the lines of these names and all that they are made of."""
    wanted: dict[str, Line] = {}
    waiting = list(names)
    while waiting:
        line = lines[waiting.pop()]
        if line.id not in wanted:
            wanted[line.id] = line
            waiting.extend(line.reads)
    return wanted


def _foundations(plan: Plan, frame: Frame, lines: Mapping[str, Line]) -> Results:
    """Calculate the lines of which everything large is made, in the order in which they are calculated."""
    founded = with_references(magnitudes.FOUNDATIONS, lines)
    ordered = {line.id: line for line in in_order(tuple(founded.values()))}
    return Results(plan, frame, ordered, evaluate_lines(tuple(ordered.values()), frame))


def calculate_some(plan: Plan, extensions: Sequence[Extension], names: Iterable[str]) -> Results:
    """Calculate some lines of a checked plan and of its extensions, those of the names that there are."""
    frame, lines = _founded(plan, extensions)
    wanted = with_references([name for name in names if name in lines], lines)
    return Results(plan, frame, wanted, evaluate_lines(tuple(wanted.values()), frame))


def calculate(plan: Plan, extensions: Sequence[Extension] = ()) -> Results:
    """Calculate every line of a checked plan, and of its extensions, each of which builds on those before it.

    Raises Refusal (inputs) if a figure is infinite, which `audit` finds only in the lines that all others rest on.
    """
    frame, lines = _founded(plan, extensions)
    results = Results(plan, frame, lines, evaluate_lines(tuple(lines.values()), frame))
    if infinite := next(magnitudes.infinite(results), None):
        raise Refusal(infinite, reason=Reason.INPUTS)
    return search(results)
