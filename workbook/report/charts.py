"""Results into the charts of a report: which lines, and the finding that each chart shows (post)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from workbook.figures import month_text, percent_text
from workbook.model.results import Results
from workbook.report.drawing import HEIGHT, WIDTH, ChartSeries, Drawing, draw
from workbook.report.key_figures import as_number, date_of, fleet_today, is_assumed
from workbook.report.report import Picture, one_line
from workbook.report.wording import growth_text, value_text
from workbook.sheets.theme.look import Theme

MOST_SERIES = 6
_Chart = tuple[str, str, str, Drawing]


def charts_of(results: Results, theme: Theme) -> tuple[Picture, ...]:
    """Return two to four charts, drawn; one that has nothing to show is left out."""
    return tuple(
        Picture(
            key, one_line(finding), one_line(f"{finding} {shown}"),
            draw(drawing, theme.palette, theme.limit), WIDTH, HEIGHT,
        )
        for key, finding, shown, drawing in (*_nodes(results), *_cost(results), *_users(results), *_use(results))
    )  # fmt: skip


def _nodes(results: Results) -> Iterator[_Chart]:
    months = _months(results)
    today, most = fleet_today(results), as_number(results.value("nodes.peak"))
    when = date_of(results, "nodes.peak_date") or months[-1]
    assumed = " (assumed)" if is_assumed(results) else ""
    finding = (
        f"Nodes: {value_text(today)} today{assumed}, {value_text(most)} needed by {month_text(when)}."
        if most > today
        else f"Nodes: today's {value_text(today)}{assumed} are sufficient through {month_text(months[-1])}."
    )
    limit = _line(results, "limit.nodes", "Today's nodes", len(months))
    shown = "Stacked columns by month: nodes of each component, with a dashed line at the nodes of today."
    drawing = Drawing("column", "nodes", months, _series(results, "nodes.provisioned", len(months)), limit)
    yield "nodes", finding, shown, drawing


def _cost(results: Results) -> Iterator[_Chart]:
    months, currency = _months(results)[:-1], results.plan.settings.currency
    cost, budget = (_line(results, *line, len(months)) for line in (("cost.total", ""), ("budget.month", "Budget")))
    limit = budget if any(budget.values) else None
    over = date_of(results, "budget.first_over")
    texts = value_text(cost.values[0], currency), value_text(cost.values[-1], currency)
    finding = _moves("Monthly cost", texts, months[-1])
    finding += f"; over budget from {month_text(over)}." if over else "."
    shown = "Stacked columns by month: cost of nodes, storage, network and fixed items"
    shown += ", with a dashed line at the budget." if limit else "."
    series = _series(results, "cost.category", len(months))
    yield "cost", finding, shown, Drawing("column", f"{currency} per month", months, series, limit)


def _users(results: Results) -> Iterator[_Chart]:
    months = _months(results)
    users = _line(results, "users.all", "", len(months)).values
    now, then = users[0], users[-1]
    if not now and not then:
        return
    growth = results.value("users.growth")
    moved = f" ({growth_text(growth)})" if isinstance(growth, int | float) and growth else ""
    finding = f"{_moves('Users', (value_text(now), value_text(then) + moved), months[-1])}."
    shown = "Stacked areas by month: users of each segment."
    yield "users", finding, shown, Drawing("area", "users", months, _series(results, "users.total", len(months)))


def _use(results: Results) -> Iterator[_Chart]:
    months = _months(results)
    series = tuple(
        _line(results, line, name, len(months))
        for line, name in (("utilisation.cpu_highest", "CPU"), ("utilisation.memory_highest", "Memory"))
    )
    high = as_number(results.value("utilisation.highest"))
    low, top = results.plan.settings.utilisation_low, results.plan.settings.utilisation_high
    place = "above" if high > top else "within" if high >= low else "below"
    band_text = f"{percent_text(low).rstrip('%')}–{percent_text(top)}"
    finding = (
        f"Utilisation: the busiest component peaks at {percent_text(high)}, {place} the target band of {band_text}."
    )
    shown = "Lines by month: CPU and memory utilisation of the busiest component, over the shaded target band."
    band = ("Target band", low, top)
    yield "use", finding, shown, Drawing("line", "busiest component", months, series, band=band, is_ratio=True)


def _moves(what: str, texts: tuple[str, str], end: date) -> str:
    first, last = texts
    if first == last:
        return f"{what}: {last}, unchanged through {month_text(end)}"
    return f"{what}: {first} today, {last} by {month_text(end)}"


def _months(results: Results) -> tuple[date, ...]:
    return tuple(results.plan.timeline.date_of(month) for month in results.plan.timeline.months)


def _line(results: Results, line: str, name: str, count: int) -> ChartSeries:
    """Return a line of the whole plan as a series; a blank is 0."""
    return ChartSeries(name, tuple(as_number(results.value(line, 0, month)) for month in range(count)))


def _series(results: Results, line: str, count: int) -> tuple[ChartSeries, ...]:
    """Return a series per item; more than six look alike, so that the smaller ones are drawn as one."""
    every = [
        ChartSeries(one_line(name), tuple(as_number(results.value(line, item, month)) for month in range(count)))
        for item, name in enumerate(results.items(line))
    ]
    if len(every) <= MOST_SERIES:
        return tuple(every)
    ranked = sorted(range(len(every)), key=lambda place: (-_sum(every[place].values), place))
    kept = sorted(ranked[: MOST_SERIES - 1])
    others = [one for place, one in enumerate(every) if place not in kept]
    summed = tuple(_sum(values) for values in zip(*(one.values for one in others), strict=True))
    return (*(every[place] for place in kept), ChartSeries(f"{len(others)} others", summed))


def _sum(values: Sequence[float | None]) -> float:
    return sum(value or 0.0 for value in values)
