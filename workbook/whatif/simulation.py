"""A plan and its ranges into what many runs come to: costs, users and nodes by month, costs by year (many floor).

Each run is a plan of the active scenario with other values of its ranged inputs. Today's fleet and what is measured are
facts, which no run changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from msgspec import Struct, field

from workbook.expr.frame import Frame
from workbook.expr.functions import Array
from workbook.expr.tree import Line
from workbook.inputs.ranges import Range
from workbook.whatif.drawn import MULTIPLIER, draw, inputs_of
from workbook.whatif.draws import Sampling
from workbook.whatif.reached import TODAY, Calculated
from workbook.whatif.runs import Progress, Runs

COST, USERS, NODES, PROVISIONED = "cost.total", "users.all", "nodes.total", "nodes.provisioned"
CUMULATIVE_BUDGET = "budget.cumulative"
YEAR_COST = ("outlook.year_cost", "cost.year")
YEAR_BUDGET = ("outlook.year_budget", "budget.year")
"""What a fiscal year comes to, and its budget: with its measured months where there are any."""
MEASURED = ("measured.month", "measured.closed_cost", "closed.is_cost")
"""The month of each measured row, counted from the plan's start, its cost if it is closed, and whether it has one."""
_SHARES = (10, 50, 90)


class Options(Struct, frozen=True):
    """How a simulation is run; its results are the same whatever the number of threads."""

    sampling: Sampling = field(default_factory=Sampling)
    threads: int = 2
    progress: Progress | None = None


class Fan(Struct, frozen=True):
    """What one run in ten, in two, and nine in ten are at or below, by month (month); the last one costs nothing."""

    p10: Array
    p50: Array
    p90: Array


class Spread(Struct, frozen=True):
    """Costs of periods over all runs, in the plan's currency (period); NaN where a period has none.

    `plan` is the plan's own cost, `place` the share of runs at or below it, `over_budget` that of runs above the budget
    (NaN without one).
    """

    p10: Array
    p50: Array
    p90: Array
    mean: Array
    place: Array
    over_budget: Array
    plan: Array


class Risk(Struct, frozen=True):
    """What the runs of a plan come to.

    Closed months cost what was measured, by month, by fiscal year and in `whole`, the single period of all months.
    `runs_out` is the share of runs (component, month) in which a fleet of today has been too small by then; its last
    row is any of them. `clipped` counts by range the values that were put on a limit of their column.
    """

    sampling: Sampling
    cost: Fan
    users: Fan
    nodes: Fan
    cumulative: Fan
    years: Spread
    whole: Spread
    runs_out: Array
    clipped: tuple[int, ...]


def simulate(frame: Frame, lines: Mapping[str, Line], ranges: Sequence[Range], options: Options) -> Risk:
    """Return what a plan comes to if its ranged inputs, at least one, are drawn.

    `lines` are those of the plan and of its extension, all that they name included, `frame` is theirs. Raises
    ValueError without a run or a range, or where a middle is not within its range.
    """
    if not ranges:
        raise ValueError("no range to draw from")
    names = (COST, USERS, NODES, PROVISIONED, TODAY, MULTIPLIER, CUMULATIVE_BUDGET, *YEAR_COST, *YEAR_BUDGET, *MEASURED)
    runs = Runs(frame, lines, names, inputs_of(ranges))
    drawn = draw(ranges, options.sampling, float(runs.plan.values[MULTIPLIER][0, 0, 0]))
    kept = Kept(runs.plan, options.sampling.runs)
    for done in runs.batches(drawn, kept.keep, options.threads):
        if options.progress:
            options.progress(done, options.sampling.runs)
    return kept.risk(options.sampling, drawn.clipped)


class Kept:
    """What percentiles need of each run; everything else of a run is forgotten with its batch."""

    def __init__(self, plan: Calculated, runs: int) -> None:
        """Make room for runs of a plan."""
        self.year_cost, self.year_budget = (
            next(name for name in names if name in plan.lines) for names in (YEAR_COST, YEAR_BUDGET)
        )
        self.plan = plan
        months, years = plan.frame.months, plan.frame.length("fiscal_year")
        self.monthly = {name: np.empty((months, runs)) for name in (COST, USERS, NODES)}
        self.yearly = {name: np.empty((years, runs)) for name in (self.year_cost, self.year_budget)}
        self.whole_budget = np.empty((1, runs))
        self.first_short = np.empty((plan.frame.length("component"), runs), dtype=np.int16)

    def keep(self, part: slice, values: Mapping[str, Array]) -> None:
        """Keep the figures of some runs."""
        for name, monthly in self.monthly.items():
            monthly[:, part] = values[name][:, 0, :].T
        for name, yearly in self.yearly.items():
            yearly[:, part] = values[name][:, :, 0].T
        self.whole_budget[:, part] = values[CUMULATIVE_BUDGET][:, :, -1].T
        self.first_short[:, part] = first_short(values, self.plan).T

    def risk(self, sampling: Sampling, clipped: tuple[int, ...]) -> Risk:
        """Return what the runs come to, once all are kept."""
        plan = self.plan.values
        cost, planned = self.monthly[COST], plan[COST][0, 0].copy()
        for month, measured in closed_months(self.plan):
            cost[month], planned[month] = measured, measured
        so_far = np.cumsum(cost, axis=0)
        years = spread(self.yearly[self.year_cost], self.yearly[self.year_budget], plan[self.year_cost][0, :, 0])
        whole = spread(so_far[-1:], self.whole_budget, np.cumsum(planned)[-1:])
        return Risk(
            sampling=sampling,
            cost=fan(cost),
            users=fan(self.monthly[USERS]),
            nodes=fan(self.monthly[NODES]),
            cumulative=fan(so_far),
            years=years,
            whole=whole,
            runs_out=self.runs_out(),
            clipped=clipped,
        )

    def runs_out(self) -> Array:
        """Return the share of runs in which a component, and at last any, has run out by each month."""
        first = np.concatenate([self.first_short, self.first_short.min(axis=0, initial=self.plan.frame.months)[None]])
        months = np.arange(self.plan.frame.months)
        return np.stack([np.mean(first <= month, axis=1) for month in months], axis=1)


def first_short(values: Mapping[str, Array], plan: Calculated) -> Array:
    """Return the first month in which each component needs more nodes than run today (run, component).

    Of one that never does, it is the month after the last.
    """
    is_short = values[PROVISIONED] > plan.values[TODAY]
    return np.where(is_short.any(axis=2), is_short.argmax(axis=2), plan.frame.months)


def closed_months(plan: Calculated) -> Iterator[tuple[int, float]]:
    """Yield the months of the plan that are closed, and what they cost: no run changes what was measured."""
    if not all(name in plan.values for name in MEASURED):
        return
    rows = zip(*(plan.values[name][0, :, 0].tolist() for name in MEASURED), strict=True)
    for month, cost, is_cost in rows:
        if is_cost == 1 and 0 <= month < plan.frame.months - 1:
            yield int(month), cost


def fan(figures: Array) -> Fan:
    """Return percentiles by month of figures (month, run)."""
    return Fan(*percentiles(figures))


def spread(cost: Array, budget: Array, plan: Array) -> Spread:
    """Return what costs and budgets (period, run) come to beside those of the plan (period)."""
    is_over = np.where(np.isnan(budget) | np.isnan(cost), np.nan, cost > budget)
    place = np.where(np.isnan(plan), np.nan, np.mean(cost <= plan[:, None], axis=1))
    p10, p50, p90 = percentiles(cost)
    return Spread(p10, p50, p90, cost.mean(axis=1), place, is_over.mean(axis=1), plan)


def percentiles(figures: Array) -> Array:
    """Return P10, P50 and P90 of figures (row, run), linear between two runs: (3, row)."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.percentile(figures, _SHARES, axis=1))
