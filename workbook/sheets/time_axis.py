"""The head and the time axis that sheets with months have in common, and lines put below each other (paper floor).

The axis is calculated once, on one sheet; every other sheet shows it in the same columns.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from workbook.expr.formula import Place
from workbook.expr.frame import Scope
from workbook.expr.tree import Expr, OfPeriod, Ref, Text
from workbook.figures import month_text
from workbook.model.results import Results
from workbook.sheets.layout import (
    CONSTANT,
    CONTEXT_ROW,
    HEADER_LINES,
    HEADER_ROW,
    ID,
    ITEM,
    LABEL,
    MONTH_ROW,
    OVER_TIME,
    PERIOD_HEADS,
    QUARTER_ROW,
    STATUS_ROW,
    TITLE_ROW,
    UNIT,
    YEAR_ROW,
    Band,
    Caption,
    Columns,
    Layout,
    Live,
    Style,
    columns_of,
)

HEADINGS = {
    LABEL: "Line",
    ITEM: "Item",
    UNIT: "Unit",
    CONSTANT: "Total or constant",
    OVER_TIME: "Over time",
    ID: "Id",
}
WIDTHS = (30.0, 14.0, 10.0, 12.0, 9.0, 10.0)
"""At least; a column is as wide as its longest figure or name."""
HEAD_HEIGHT = 31.0
"""Of the row with the names of periods, which take two lines where the plan has a part of one; in points."""
SUMMARY, AXIS_HOME = "Summary", "Demand workings"
_AXIS_TITLES = {QUARTER_ROW: "Fiscal quarter", YEAR_ROW: "Fiscal year", MONTH_ROW: "Plan month"}


def context(results: Results) -> Expr:
    """Return the line that names the scenario, the currency and the months of the plan."""
    settings = results.plan.settings
    start, horizon = settings.plan_start, settings.horizon_months
    named = Text("Scenario: ") & Ref("setting.active_scenario") & "   ·   Currency: " & Ref("setting.currency")
    return named & f"   ·   {horizon} months from {month_text(start)}"


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


def heading(row: int, columns: tuple[int, int], text: str) -> list[Caption]:
    """Return a section's heading, underlined from the first column to the last."""
    first, last = columns
    return [Caption(row, column, "" if column > first else text, Style("section")) for column in range(first, last + 1)]


class Lines(Struct):
    """Lines put below each other under headings; `row` is the next free one, `width` the last column of headings."""

    row: int
    width: int
    words: list[Caption] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)

    def heading(self, title: str) -> None:
        """Put a heading; the line under it runs as far as the periods do."""
        self.words += heading(self.row, (LABEL, self.width), title)
        self.row += 1

    def line(self, line: str, results: Results, emphasis: str = "") -> None:
        """Put a line, a row an item."""
        self.bands.append(Band(self.row, line, emphasis))
        self.row += len(results.items(line))


def lay_out_time_sheet(name: str, purpose: str, lines: Lines, results: Results) -> Layout:
    """Return the layout of a sheet with a time axis above some lines."""
    return Layout(
        name=name,
        words=(
            back_to_summary(ID),
            Caption(CONTEXT_ROW, CONSTANT, purpose, Style("context")),
            *_column_heads(columns_of(results.frame)),
            *lines.words,
        ),
        cells=(*head(name, results), *_axis(name, results)),
        bands=tuple(lines.bands),
        widths=WIDTHS,
        heights={HEADER_ROW: HEAD_HEIGHT},
        has_months=True,
        frozen=(HEADER_ROW, ITEM),
        statuses=((STATUS_ROW, LABEL, STATUS_ROW, LABEL),),
    )


def _column_heads(columns: Columns) -> Iterator[Caption]:
    first, last = columns.periods["fiscal_year"]
    yield from (Caption(QUARTER_ROW, column, "", Style("header")) for column in range(first, last + 1))
    gap = columns.first_month - 1
    yield from (Caption(row, gap, "", Style("header")) for row in range(QUARTER_ROW, HEADER_ROW + 1))
    for row in range(QUARTER_ROW, HEADER_ROW + 1):
        for column in range(LABEL, ID + 1):
            text = HEADINGS[column] if row == HEADER_ROW else _AXIS_TITLES[row] if column == LABEL else ""
            role = "header_figure" if column == CONSTANT else "header_word" if column > CONSTANT else "header"
            yield Caption(row, column, text, Style(role))


def _axis(name: str, results: Results) -> Iterator[Live]:
    """Yield the heads of months and periods; the home of the axis calculates them, other sheets show them."""
    is_home, columns = name == AXIS_HOME, columns_of(results.frame)
    for line, row in HEADER_LINES.items():
        definition = results.lines[line]
        expr: Expr = definition.expr if is_home else Ref(line)
        style = Style("year", "fiscal year") if row == YEAR_ROW else Style("month", definition.unit)
        yield Live(row, columns.first_month, expr, Place(name, Scope("", "month")), style, line if is_home else "")
    for over, heads in PERIOD_HEADS.items():
        place = Place(name, Scope("", over))
        for row, line in heads.items():
            style = Style("period") if row == HEADER_ROW else Style("key", "key")
            yield Live(row, columns.periods[over][0], OfPeriod(Ref(line)), place, style)
