"""A plan with ranges into where it lies in them: what is drawn, found and counted at the run (many floor)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from workbook.expr.frame import Frame
from workbook.expr.functions import Array, found_numbers, numbers, texts
from workbook.expr.tree import Line
from workbook.inputs.input_names import row_name
from workbook.inputs.plan import Plan
from workbook.inputs.ranges import Range, RangedInput, ranges_of
from workbook.inputs.sheets.registry import SHEETS
from workbook.model import Extension
from workbook.model.results import Results
from workbook.problems import Code, Problem, Severity
from workbook.whatif.lines import carry, risk

if TYPE_CHECKING:
    from workbook.whatif.runs import Progress
    from workbook.whatif.simulation import Risk, Spread
    from workbook.whatif.tornado import Tornado

CLIPPED = "range.clipped"
NOTHING = 0.005
"""A change of this fiscal year's cost below half a cent is none."""


def extensions(plan: Plan, progress: Progress | None = None) -> Iterator[Extension]:
    """Yield what the ranges of a plan add to it; `progress` is told of the runs done and of all of them."""
    ranges = ranges_of(plan)
    if not ranges:
        return

    def extend(frame: Frame, lines: Mapping[str, Line]) -> tuple[Frame, Iterable[Line]]:
        from workbook.whatif.break_points import break_points  # noqa: PLC0415 - a plan without ranges does without
        from workbook.whatif.tornado import tornado  # noqa: PLC0415

        carried = {line.id: line for line in carry.lines()}
        swings = tornado(frame, lines, ranges)
        order = np.argsort(-swings.swing, kind="stable")
        simulated = _simulated(plan, (frame, lines), ranges, progress)
        found = {
            **_of_tornado(ranges, swings, order),
            **break_points(frame, {**lines, **carried}),
            **(_of_simulation(plan, simulated) if simulated else {}),
        }
        inputs = tuple(_cells(plan, ranges))
        items = {risk.RANGED: tuple(cell.name for cell in inputs), risk.RANGE: tuple(ranges[one].name for one in order)}
        moving = int(np.count_nonzero(np.nan_to_num(swings.swing) > NOTHING))
        ranged = risk.Ranged(inputs, moving, is_simulated=simulated is not None)
        extended = replace(frame, items={**frame.items, **items}, found={**frame.found, **found})
        return extended, (*risk.lines(ranged), *carried.values())

    yield extend


def problems(results: Results) -> tuple[Problem, ...]:
    """Return a remark where values that were drawn lay beyond the limits of their columns."""
    count = results.value(CLIPPED) if CLIPPED in results.lines else None
    if not isinstance(count, int | float) or count <= 0:
        return ()
    return (
        Problem(
            Code.RANGES_CLIPPED,
            f"values drawn from ranges were capped at a limit of their column {count:,.0f} times",
            next(results.plan.tables[sheet].title for sheet in ("ranges", "growth") if sheet in results.plan.tables),
            seen=f"{count:,.0f} of {float(results.value('risk.runs') or 0):,.0f} runs times the ranges",
            expected="ranges within the limits of their columns",
            remedy="nothing if this is intended; otherwise bring Low and High closer to the limits",
            severity=Severity.INFO,
        ),
    )


def _simulated(
    plan: Plan, model: tuple[Frame, Mapping[str, Line]], ranges: Sequence[Range], progress: Progress | None
) -> Risk | None:
    """Return what the runs come to; None for a plan that wants none."""
    settings = plan.settings
    if not settings.simulation_runs:
        return None
    from workbook.whatif.draws import Sampling  # noqa: PLC0415 - a plan without runs does without
    from workbook.whatif.simulation import Options, simulate  # noqa: PLC0415

    sampling = Sampling(settings.simulation_runs, settings.simulation_seed, settings.correlation)
    return simulate(*model, ranges, Options(sampling, progress=progress))


def _cells(plan: Plan, ranges: Sequence[Range]) -> Iterator[risk.RangedCell]:
    table = plan.tables.get("ranges")
    rows = {number: place for place, number in enumerate(table.row_numbers)} if table else {}
    for one in ranges:
        for place in one.inputs:
            is_growth = table is None or place.low_cell is None or place.low_cell.sheet != table.title
            row = None if is_growth or place.low_cell is None else rows[place.low_cell.row]
            yield risk.RangedCell(_name(plan, one, place), place, row)


def _name(plan: Plan, one: Range, place: RangedInput) -> str:
    """Return the name of an input: that of its range, or of its own milestone where the range is a curve."""
    if len(one.inputs) == 1:
        return one.name
    return f"{place.column.header} of {row_name(SHEETS[place.table], plan.rows(place.table)[place.row])}"


def _of_tornado(ranges: Sequence[Range], swings: Tornado, order: Array) -> dict[str, Array]:
    """Return what each range changes by itself, the largest change of this fiscal year first."""
    ends = {
        f"tornado.{end}_{what}": _rounded(getattr(swings, f"{end}_{what}")[order])
        for end in risk.ENDS
        for what in ("year", "plan", "exhaustion")
    }
    return {"tornado.name": texts(ranges[place].name for place in order), **ends}


def _of_simulation(plan: Plan, runs: Risk) -> dict[str, Array]:
    """Return the figures of many runs, at the digits with which they are kept."""
    fans = {
        f"risk.{name}_{point}": _rounded(getattr(getattr(runs, name), point))[None, :]
        for name in risk.MONTHLY
        for point in risk.PERCENTILES
    }
    years = {f"risk.{name}": _rounded(_of_spread(runs.years, name)) for name in risk.OF_YEAR}
    whole = {
        f"risk.whole_{name}": _rounded(getattr(runs.whole, name))
        for name in (*risk.PERCENTILES, "mean", "place", "over_budget")
    }
    return {
        "risk.runs": numbers([plan.settings.simulation_runs]),
        "risk.seed": numbers([plan.settings.simulation_seed]),
        "risk.correlation": numbers([plan.settings.correlation]),
        "risk.runs_out": _rounded(runs.runs_out[:-1]),
        "risk.runs_out_any": _rounded(runs.runs_out[-1:]),
        "risk.this_plan": _rounded(runs.years.plan[:1]),
        CLIPPED: numbers([float(sum(runs.clipped))]),
        **fans,
        **years,
        **whole,
    }


def _of_spread(spread: Spread, name: str) -> Array:
    found: Array = getattr(spread, name.removeprefix("year_").removeprefix("plan_"))
    return found


def _rounded(figures: Array) -> Array:
    return found_numbers(np.ravel(figures).tolist()).reshape(figures.shape)
