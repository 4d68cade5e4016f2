"""The planning lines and what they calculate (plan floor).

One room a subject, each a handful of functions that yield lines; `lines_of` gathers them for the tables that a plan
has, `calculate` gives their values.
"""

from __future__ import annotations

from dataclasses import replace

from workbook.expr.evaluate import evaluate_lines
from workbook.expr.tree import Line, references
from workbook.inputs.plan import Plan
from workbook.model import checks, compute, cost, demand, nodes, overview, recovery, storage, time
from workbook.model.frame import frame_of
from workbook.model.results import Results
from workbook.model.terms import setting_lines

HEADING_SETTINGS = frozenset({"setting.plan_name", "setting.currency"})
"""Settings that no line calculates with, but every sheet's head shows."""

__all__ = ["Results", "calculate", "lines_of"]


def lines_of(tables: frozenset[str], memory_base: int = 1000) -> dict[str, Line]:
    """Give every planning line by id; `tables` names the input sheets that have rows."""
    lines = [
        *time.lines(),
        *time.scenario_lines(),
        *demand.lines(tables),
        *compute.lines(),
        *storage.lines(),
        *nodes.lines(),
        *recovery.lines(),
        *cost.lines(),
        *checks.lines(),
        *overview.lines(),
    ]
    named = HEADING_SETTINGS.union(*(references(line.expr) for line in lines))
    every = (*setting_lines(named), *lines)
    return {line.id: _with_memory_unit(line, memory_base) for line in every}


def _with_memory_unit(line: Line, memory_base: int) -> Line:
    """With a base of 1024 the figures of memory are binary units, and labels follow."""
    is_memory = "memory" in line.id and line.unit == "GB"
    return replace(line, unit="GiB") if is_memory and memory_base == 1024 else line


def calculate(plan: Plan) -> Results:
    """Calculate every line of a checked plan."""
    frame = frame_of(plan)
    lines = lines_of(frozenset(plan.tables), plan.settings.memory_unit_base)
    return Results(plan, frame, lines, evaluate_lines(tuple(lines.values()), frame))
