"""Plans of charts into charts: which series are shown, with which limits, under which finding (paper floor)."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from workbook.model.board import largest
from workbook.model.results import Results
from workbook.sheets.layout import NAME_LINES, Chart, Series
from workbook.sheets.statements.records import ChartPlan
from workbook.units import UNITS

MOST_SERIES = largest.MOST_SHOWN
"""More parts or lines than six cannot be told apart; limits are drawn over them."""
COUNTED = ("users", "nodes")
"""Units that a chart's title names, so that its axis need not."""

NAMES = {
    "cpu.total": "Demand",
    "cpu.required": "Required, with headroom",
    "cpu.provisioned": "Provisioned",
    "memory.total": "Demand",
    "memory.required": "Required, with safety factor",
    "memory.provisioned": "Provisioned",
    "nodes.total": "Planned nodes",
    "nodes.base_total": "Load with headroom",
    "limit.nodes": "Nodes today",
    "utilisation.cpu_highest": "CPU",
    "utilisation.memory_highest": "Memory",
    "limit.band_low": "Band, lower limit",
    "limit.band_high": "Band, upper limit",
    "demand.total": "Peak requests",
    "utilisation.cpu_loss_highest": "CPU",
    "utilisation.memory_loss_highest": "Memory",
    "service.stable_load": "Saturation point",
    "limit.budget": "Budget",
    "cost.cumulative": "Cumulative cost",
    "budget.cumulative": "Cumulative budget",
    "users.all": "Total users",
    "storage.provisioned_total": "Total storage",
}
"""What series are called in a legend, which has less room than a row."""


def charts_of(plans: Sequence[ChartPlan], results: Results) -> list[Chart]:
    """Return the charts that have something to show, in the order of their plans."""
    return [chart for plan in plans if (chart := chart_of(plan, results))]


def chart_of(plan: ChartPlan, results: Results) -> Chart | None:
    """Return the chart of a plan; None where it has nothing to show."""
    limits = [
        Series(_name(line, results), line, is_limit=True) for line in plan.limits if results.value(line) is not None
    ]
    every = [one for line in plan.lines for part in largest.shown(line, results) for one in _series(part, results)]
    if not every:
        return None
    is_cut = len(every) > MOST_SERIES
    shown = _largest(every, MOST_SERIES - 1, results) if is_cut else every
    measured = UNITS[results.lines[plan.lines[0]].unit]
    currency = results.plan.settings.currency
    unit = plan.unit.replace("currency", currency) or measured.shown(currency)
    said = f"{len(shown)} largest of {len(every)}" if is_cut else ""
    # Shares show their unit, and what is counted is named by the chart's title.
    names = [*([] if measured.is_share or measured.id in COUNTED else [unit]), *filter(None, [said])]
    return Chart(
        plan.kind,
        ("finding.title", plan.insight.row),
        (*shown, *limits),
        ", ".join(names),
        plan.description,
        is_billed=plan.is_billed,
        is_share=measured.is_share,
    )


def _name(line: str, results: Results) -> str:
    return NAMES.get(line, results.lines[line].title)


def _series(line: str, results: Results) -> list[Series]:
    definition = results.lines[line]
    if not definition.item:
        return [Series(_name(line, results), line)]
    if named := NAME_LINES.get(definition.item):
        items = range(len(results.items(line)))
        return [Series(str(results.value(named, item)), line, item, name_line=named) for item in items]
    return [Series(name, line, item) for item, name in enumerate(results.items(line))]


def _largest(series: Sequence[Series], count: int, results: Results) -> list[Series]:
    """Return the largest over the whole plan, in their own order."""

    def size(one: Series) -> float:
        return -sum(float(value) for value in results.values[one.line][0, one.item].tolist() if isfinite(value))

    kept = sorted(series, key=size)[:count]
    return [one for one in series if one in kept]
