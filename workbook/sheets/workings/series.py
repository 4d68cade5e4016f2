"""A content with sections into the layout of a sheet with a time axis (paper floor)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from workbook.expr.formula import Place
from workbook.expr.frame import Scope
from workbook.expr.tree import Expr, Ref, Text
from workbook.model.results import Results
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
    Caption,
    Chart,
    Layout,
    Live,
    Plain,
    Style,
)
from workbook.sheets.workings import Content
from workbook.sheets.workings.charts import charts_of

HEADINGS = {LABEL: "Line", ITEM: "Item", UNIT: "Unit", CONSTANT: "Constant", TOTAL: "Total", ID: "Id"}
WIDTHS = (30.0, 14.0, 10.0, 12.0, 12.0, 16.0)
"""At least; a column is as wide as its longest figure or name."""
CHART_ROWS = 17
SUMMARY = "Summary"


def context(results: Results) -> Expr:
    """Return the line that names the scenario, the currency and the months of the plan."""
    settings = results.plan.settings
    start, horizon = settings.plan_start, settings.horizon_months
    named = Text("Scenario: ") & Ref("setting.active_scenario") & "   ·   Currency: " & Ref("setting.currency")
    return named & f"   ·   {horizon} months from {start:%Y-%m}"


def head(name: str, results: Results) -> tuple[Live, ...]:
    """Return the cells on top of every sheet: plan name, scenario and currency, master check and stale inputs."""
    scalar = Place(name, Scope("", ""))
    return (
        Live(TITLE_ROW, LABEL, Ref("setting.plan_name") & f" · {name}", scalar, Style("title")),
        Live(CONTEXT_ROW, LABEL, context(results), scalar, Style("context")),
        Live(STATUS_ROW, LABEL, Ref("checks.master"), scalar, Style("status")),
        Live(STATUS_ROW, CONSTANT, Ref("snapshot.status"), scalar, Style("context")),
    )


def back_to_summary(column: int) -> Caption:
    """Return the link in a sheet's head that leads back to where a reader comes from."""
    return Caption(TITLE_ROW, column, f"← {SUMMARY}", Style("link"), target=SUMMARY)


def lay_out(content: Content, results: Results, is_first: bool) -> Layout:
    """Lay out one sheet: head, charts, then each section's lines in order; empty sections are left out."""
    charts = charts_of(content.charts, results)
    draft = _Draft(row=HEADER_ROW + 2 + (CHART_ROWS if charts else 0))
    for section in content.sections:
        if lines := results.section(section):
            draft.section(section.title, lines, results)
    return Layout(
        name=content.name,
        words=(back_to_summary(ID), *_column_heads(content), *draft.words),
        cells=(*head(content.name, results), *_axis(content.name, results, is_first)),
        bands=tuple(draft.bands),
        charts=tuple(_beside(chart, place) for place, chart in enumerate(charts)),
        plain=tuple(_found(content, results)),
        widths=WIDTHS,
        has_months=True,
        frozen=(HEADER_ROW, ITEM),
        statuses=((STATUS_ROW, LABEL, STATUS_ROW, LABEL),),
    )


@dataclass(slots=True)
class _Draft:
    row: int
    words: list[Caption] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)

    def section(self, title: str, lines: Sequence[str], results: Results) -> None:
        # The line under a heading runs as far as what stands before the months.
        texts = (title, *("",) * (ID - LABEL))
        self.words += [Caption(self.row, column, text, Style("section")) for column, text in enumerate(texts, LABEL)]
        self.row += 1
        for line in lines:
            self.bands.append(Band(self.row, line))
            self.row += len(results.items(line))
        self.row += 1


def _column_heads(content: Content) -> Iterator[Caption]:
    for row, title in ((YEAR_ROW, "Fiscal year"), (MONTH_ROW, "Plan month"), (HEADER_ROW, HEADINGS[LABEL])):
        yield Caption(row, LABEL, title, Style("header"))
        for column in range(ITEM, ID + 1):
            role = "header_figure" if column in (CONSTANT, TOTAL) else "header_word" if column == ID else "header"
            yield Caption(row, column, HEADINGS[column] if row == HEADER_ROW else "", Style(role))
    yield Caption(CONTEXT_ROW, CONSTANT + 1, content.purpose, Style("context"))
    if content.found:
        yield Caption(FOUND_ROW, LABEL, "Static: found by a search at the last run", Style("context"))


def _found(content: Content, results: Results) -> Iterator[Plain]:
    """Return the plain values that a search of the run has found; the lines of the sheet show them."""
    for name in content.found:
        value = results.frame.found[name]
        if value == value:  # noqa: PLR0124 - NaN: nothing was found
            yield Plain(FOUND_ROW, CONSTANT, value, Style("snapshot", results.lines[name].unit))


def _axis(name: str, results: Results, is_first: bool) -> Iterator[Live]:
    """Return the months on top; the first sheet calculates them, the others show them."""
    place = Place(name, Scope("", "month"))
    for line, row in HEADER_LINES.items():
        definition = results.lines[line]
        expr: Expr = definition.expr if is_first else Ref(line)
        style = Style("year", "fiscal year") if row == YEAR_ROW else Style("month", definition.unit)
        yield Live(row, FIRST_MONTH, expr, place, style, line if is_first else "")


def _beside(chart: Chart, place: int) -> Chart:
    return replace(chart, row=HEADER_ROW + 2, column=LABEL, offset=place * (chart.width + 20))
