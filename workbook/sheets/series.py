"""A content with sections into the layout of a sheet with a time axis (paper floor)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from workbook.expr.formula import Place
from workbook.expr.frame import Scope
from workbook.expr.tree import Expr, Ref, Text
from workbook.model.results import Results
from workbook.sheets.contents import ChartPlan, Content
from workbook.sheets.layout import (
    CONSTANT,
    CONTEXT_ROW,
    FIRST_MONTH,
    FOUND_ROW,
    HEADER_LINES,
    HEADER_ROW,
    ID,
    ITEM,
    LABEL,
    MONTH_ROW,
    STATUS_ROW,
    TITLE_ROW,
    TOTAL,
    UNIT,
    YEAR_ROW,
    Band,
    Chart,
    Layout,
    Live,
    Plain,
    Series,
    Style,
    Words,
)

HEADINGS = {LABEL: "Line", ITEM: "Item", UNIT: "Unit", CONSTANT: "Constant", TOTAL: "Total", ID: "Id"}
WIDTHS = (38.0, 22.0, 13.0, 13.0, 14.0, 27.0)
CHART_ROWS = 17
MOST_SERIES = 6


def head(name: str, results: Results) -> tuple[Live, ...]:
    """Give the cells on top of every sheet: plan name, scenario and currency, master check and stale inputs."""
    settings = results.plan.settings
    start, horizon = settings.plan_start, settings.horizon_months
    context = (
        Text("Scenario: ") & Ref("setting.active_scenario") & "   ·   Currency: " & Ref("setting.currency")
    ) & f"   ·   {horizon} months from {start:%Y-%m}"
    scalar = Place(name, Scope("", ""))
    return (
        Live(TITLE_ROW, LABEL, Ref("setting.plan_name") & f" · {name}", scalar, Style("title")),
        Live(CONTEXT_ROW, LABEL, context, scalar, Style("context")),
        Live(STATUS_ROW, LABEL, Ref("checks.master"), scalar, Style("status")),
        Live(STATUS_ROW, UNIT, Ref("snapshot.status"), scalar, Style("context")),
    )


def lay_out(content: Content, results: Results, is_first: bool) -> Layout:
    """Lay out one sheet: head, charts, then each section's lines in order; empty sections are left out."""
    charts = tuple(chart for plan in content.charts if (chart := chart_of(plan, results)))
    draft = _Draft(row=YEAR_ROW + 2 + (CHART_ROWS if charts else 0))
    for section in content.sections:
        lines = [line for line in section.lines if line in results.lines and results.items(line)]
        if lines:
            draft.section(section.title, lines, results)
    return Layout(
        name=content.name,
        words=(*_column_heads(content), *draft.words),
        cells=(*head(content.name, results), *_axis(content.name, results, is_first)),
        bands=tuple(draft.bands),
        charts=tuple(_beside(chart, place) for place, chart in enumerate(charts)),
        plain=tuple(_found(content, results)),
        widths=WIDTHS,
        has_months=True,
        frozen=(YEAR_ROW, ITEM),
        statuses=((STATUS_ROW, LABEL, STATUS_ROW, LABEL),),
    )


@dataclass(slots=True)
class _Draft:
    row: int
    words: list[Words] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)

    def section(self, title: str, lines: list[str], results: Results) -> None:
        self.words.append(Words(self.row, LABEL, title, Style("section")))
        self.row += 1
        for line in lines:
            self.bands.append(Band(self.row, line))
            self.row += len(results.items(line))
        self.row += 1


def _column_heads(content: Content) -> Iterator[Words]:
    for row, title in ((HEADER_ROW, HEADINGS[LABEL]), (MONTH_ROW, "Plan month"), (YEAR_ROW, "Fiscal year")):
        yield Words(row, LABEL, title, Style("header"))
        for column in range(ITEM, ID + 1):
            role = "header_figure" if column in (CONSTANT, TOTAL) else "header"
            yield Words(row, column, HEADINGS[column] if row == HEADER_ROW else "", Style(role))
    yield Words(CONTEXT_ROW, CONSTANT + 1, content.purpose, Style("context"))
    if content.found:
        yield Words(FOUND_ROW, LABEL, "Found by a search of the run; renewed by the next run", Style("context"))


def _found(content: Content, results: Results) -> Iterator[Plain]:
    """Give the plain values that a search of the run has found; the lines of the sheet show them."""
    for name in content.found:
        value = results.frame.found[name]
        if value == value:  # noqa: PLR0124 - NaN: nothing was found
            yield Plain(FOUND_ROW, CONSTANT, value, Style("snapshot", results.lines[name].unit))


def _axis(name: str, results: Results, is_first: bool) -> Iterator[Live]:
    """Give the months on top; the first sheet calculates them, the others show them."""
    place = Place(name, Scope("", "month"))
    for line, row in HEADER_LINES.items():
        definition = results.lines[line]
        expr: Expr = definition.expr if is_first else Ref(line)
        yield Live(row, FIRST_MONTH, expr, place, Style("month", definition.unit), line if is_first else "")


def chart_of(plan: ChartPlan, results: Results) -> Chart | None:
    """Give the chart of a plan; None where it has nothing to show."""
    series = [one for line in plan.lines for one in _series(line, results)]
    if plan.limit and results.value(plan.limit) is not None:
        series.append(Series(results.lines[plan.limit].title, plan.limit, is_limit=True))
    if plan.second:
        series.append(Series(results.lines[plan.second].title, plan.second, is_secondary=True))
    if not series:
        return None
    unit = plan.unit.replace("currency", results.plan.settings.currency)
    if unit == "GB" and "memory" in plan.lines[0]:
        unit = results.lines[plan.lines[0]].unit
    is_cut = any(len(results.items(line)) > MOST_SERIES for line in plan.lines)
    return Chart(
        plan.kind,
        f"{plan.title}, the {MOST_SERIES} largest" if is_cut else plan.title,
        tuple(series),
        unit,
        plan.description,
        second_unit=plan.second_unit,
        is_billed=plan.is_billed,
    )


def _series(line: str, results: Results) -> list[Series]:
    definition = results.lines[line]
    if not definition.item:
        return [Series(definition.title, line)]
    names = results.items(line)
    # More than six series cannot be told apart: the largest at the horizon are shown.
    last = results.values[line][0, :, -1 if line != "cost.category" else 0]
    largest = sorted(sorted(range(len(names)), key=lambda item: -float(last[item]))[:MOST_SERIES])
    return [Series(names[item], line, item) for item in largest]


def _beside(chart: Chart, place: int) -> Chart:
    return replace(chart, row=YEAR_ROW + 2, column=LABEL, offset=place * (chart.width + 20))
