"""The scenarios of a plan side by side: live where the sheets hold their blocks, else as of the run (many floor)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from workbook.expr.evaluate import evaluate_lines
from workbook.expr.frame import Frame
from workbook.expr.functions import Array
from workbook.expr.tree import PERIODS, Line
from workbook.inputs.plan import Plan
from workbook.inputs.sheets.commitments import Scenario
from workbook.model import Extension, lines_of, with_references
from workbook.model.dimensions import frame_of
from workbook.problems import Code, Problem, Severity
from workbook.whatif.lines import cases, compare

MOST_CELLS = 200_000
"""Formulas of all blocks together, above which the comparison holds plain values."""
LEAST_SCENARIOS = 2
_MOST_LINES = 100
"""More than a block has."""


def extensions(plan: Plan) -> Iterator[Extension]:
    """Yield what the scenarios of a plan add to it; one alone is the plan itself."""
    names = _names(plan)
    if len(names) < LEAST_SCENARIOS:
        return

    def extend(frame: Frame, lines: Mapping[str, Line]) -> tuple[Frame, Sequence[Line]]:
        live = _compared(frame, names, lines, is_live=True)
        if cells(frame, names, lines) <= MOST_CELLS:
            return frame, live
        found = _found({**lines, **{line.id: line for line in live}}, frame)
        return replace(frame, found={**frame.found, **found}), _compared(frame, names, lines, is_live=False)

    yield extend


def problems(plan: Plan) -> tuple[Problem, ...]:
    """Return a warning where the scenarios of a plan are too many to be compared live."""
    names, months = _names(plan), plan.timeline.horizon + 1
    longest = max((len(table.rows) for table in plan.tables.values()), default=1)
    # No line has more rows than a table, so that most plans need not be counted.
    if len(names) < LEAST_SCENARIOS or len(names) * _MOST_LINES * longest * 2 * months <= MOST_CELLS:
        return ()
    count = cells(frame_of(plan), names, lines_of(frozenset(plan.tables)))
    if count <= MOST_CELLS:
        return ()
    table = plan.tables["scenarios"]
    return (
        Problem(
            Code.CASES_NOT_LIVE,
            f"{len(names)} scenarios would need {count:,} formulas, so Compare shows the figures of the last run",
            table.cell(0, "scenario") or table.title,
            seen=f"{len(names)} scenarios",
            expected=f"scenarios that need at most {MOST_CELLS:,} formulas together",
            remedy="delete scenarios that are no longer compared, or plan again whenever an input has changed",
            severity=Severity.WARNING,
        ),
    )


def _names(plan: Plan) -> tuple[str, ...]:
    return tuple(row.scenario for row in plan.rows("scenarios") if isinstance(row, Scenario))


def cells(frame: Frame, scenarios: Sequence[str], lines: Mapping[str, Line]) -> int:
    """Return how many formulas the blocks of all scenarios take."""
    axis = frame.months + sum(len(frame.periods[over]) for over in PERIODS)
    block = cases.block_lines(lines)
    return len(scenarios) * sum(frame.length(line.item) * (axis if line.axis == "month" else 1) for line in block)


def _compared(frame: Frame, names: tuple[str, ...], lines: Mapping[str, Line], *, is_live: bool) -> tuple[Line, ...]:
    years = frame.length("fiscal_year")
    figures = compare.lines(names, years, has_outlook="outlook.left" in lines, is_live=is_live)
    return (*figures, *(cases.lines(names, lines) if is_live else ()))


def _found(lines: Mapping[str, Line], frame: Frame) -> dict[str, Array]:
    """Return the figures that are compared as plain values, one a scenario."""
    wanted = [compare.figure(name) for name in compare.FIGURES]
    values = evaluate_lines(tuple(with_references(wanted, lines).values()), frame)
    return {line: values[line][0, :, 0] for line in wanted}
