"""The records of a laid-out sheet (paper floor).

On every sheet with a time axis the columns mean the same: line, item, unit, total or constant, how it adds up over
time, id, then a column per fiscal year, per fiscal quarter and per month. Rows and columns count from 1.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from workbook.expr.formula import Place
from workbook.expr.frame import Frame
from workbook.expr.tree import PERIODS, Expr
from workbook.model.board import largest

TITLE_HEIGHT = 24.0
"""Of the row with the title, in points: its letters are larger than a usual row."""
ROW_PIXELS = 20
"""The height of a row that has none of its own."""
LABEL, ITEM, UNIT, CONSTANT, OVER_TIME, ID, FIRST_PERIOD = range(1, 8)
TITLE_ROW, CONTEXT_ROW, STATUS_ROW, QUARTER_ROW, YEAR_ROW, MONTH_ROW, HEADER_ROW = range(1, 8)
NAME_LINES = {
    "fiscal_year": "year.name",
    "fiscal_quarter": "quarter.name",
    "decision": "decision.component",
    "measured month": "measured.name",
    "fiscal month": "outlook.month_name",
    **largest.NAMES,
}
"""Dimensions whose items are named by a line: another start of the fiscal year or another order names them otherwise.
"""
HEADER_LINES = {
    "time.date": HEADER_ROW,
    "time.month": MONTH_ROW,
    "time.fiscal_year": YEAR_ROW,
    "time.quarter_name": QUARTER_ROW,
}
"""The time axis above the months: the periods that they belong to, and right above the figures the dates."""
PERIOD_HEADS = {
    "fiscal_year": {YEAR_ROW: "year.number", MONTH_ROW: "year.end_month", HEADER_ROW: "year.head"},
    "fiscal_quarter": {
        QUARTER_ROW: "quarter.name",
        YEAR_ROW: "quarter.fiscal_year",
        MONTH_ROW: "quarter.end_month",
        HEADER_ROW: "quarter.head",
    },
}
"""What the same rows show above the fiscal years and quarters: their keys, their last months, their names."""


class Columns(Struct, frozen=True):
    """The blocks of columns of a time axis: fiscal years, fiscal quarters, months, from left to right."""

    years: int
    quarters: int
    months: int

    @property
    def first_month(self) -> int:
        """The column of month 0; an empty one lies before it, from which months are counted."""
        return FIRST_PERIOD + self.years + self.quarters + 1

    @property
    def last(self) -> int:
        """The last column."""
        return self.first_month + self.months - 1

    @property
    def periods(self) -> Mapping[str, tuple[int, int]]:
        """The first and the last column of each block of periods."""
        last_year = FIRST_PERIOD + self.years - 1
        return {"fiscal_year": (FIRST_PERIOD, last_year), "fiscal_quarter": (last_year + 1, last_year + self.quarters)}


def columns_of(frame: Frame) -> Columns:
    """Return the blocks of columns of a plan."""
    years, quarters = (len(frame.periods[over]) for over in PERIODS)
    return Columns(years, quarters, frame.months)


class Style(Struct, frozen=True):
    """What a cell is (`role`) and the unit of its figure, from which a theme makes its look."""

    role: str
    unit: str = ""


class Caption(Struct, frozen=True):
    """A text that is no figure: a heading, a label.

    With `target` it is a link to a sheet of the same workbook, with `target_line` to the row of a line there.
    """

    row: int
    column: int
    text: str
    style: Style
    target: str = ""
    target_line: str = ""


class Live(Struct, frozen=True):
    """One cell with a formula, or one a column where its place has an axis; `line` tells whose home it is."""

    row: int
    column: int
    expr: Expr
    place: Place
    style: Style
    line: str = ""


class Plain(Struct, frozen=True):
    """A value as of the run; only a snapshot has such cells."""

    row: int
    column: int
    value: float | str | bool
    style: Style


class Band(Struct, frozen=True):
    """One line: a row an item, with its periods and months across, or its constant.

    On a sheet without a time axis there are only a label and, from the second column on, the values. `emphasis` is
    what the rows are in a statement: nothing special, a `total` or a `ratio`.
    """

    row: int
    line: str
    emphasis: str = ""


class Grid(Struct, frozen=True):
    """Constant lines side by side: a row an item, a column a line under its heading.

    `is_home` tells that the lines live here; `spans` how many columns a line of long texts may run over.
    """

    row: int
    column: int
    dimension: str
    title: str
    lines: Mapping[str, str]
    is_home: bool = False
    spans: Mapping[str, int] = field(default_factory=dict)
    title_span: int = 1
    """How many columns the names run over."""
    units: tuple[str, ...] = ()
    """The unit of each item's figures, in the lines of various units."""
    most: int = 0
    """How many items are shown, the first ones; 0 for all."""

    def count(self, length: int) -> int:
        """Return how many of a dimension's items are shown."""
        return min(self.most or length, length)

    def columns(self) -> dict[str, int]:
        """Return the column of each line, from left to right."""
        places, column = {}, self.column + self.title_span
        for line in self.lines:
            places[line] = column
            column += self.spans.get(line, 1)
        return places

    @property
    def last_column(self) -> int:
        """The last column that a line runs over."""
        return self.column + self.title_span - 1 + sum(self.spans.get(line, 1) for line in self.lines)


class Series(Struct, frozen=True):
    """One series of a chart: a monthly line, of one item if it has items.

    A limit is what demand is held against.
    """

    name: str
    line: str
    item: int = 0
    is_limit: bool = False
    name_line: str = ""
    """The line that names it, where another item may come up in its place."""


class Chart(Struct, frozen=True):
    """A native chart over the months of a sheet. `kind` is line, area or column; the last two are stacked.

    Its title is the text of a line at one of its items, live. `unit` is the title of the value axis; `description` is
    the alternative text.
    """

    kind: str
    title: tuple[str, int]
    series: tuple[Series, ...]
    unit: str
    description: str
    row: int = 0
    column: int = 1
    offset: int = 0
    width: int = 620
    height: int = 320
    is_billed: bool = False
    is_share: bool = False
    """Whether its values are parts of a whole, shown in per cent."""


class ItemChart(Struct, frozen=True):
    """A native chart over the items of a dimension: a column an item, a series a line under its name.

    Its title is the text of a line, live. The lines are constants of one sheet; a waterfall's first series is unseen.
    `limit` is the line that the others are held against.
    """

    kind: str
    title_line: str
    dimension: str
    lines: Mapping[str, str]
    unit: str
    description: str
    limit: str = ""
    most: int = 0
    """How many items are shown, the first ones; 0 for all."""
    row: int = 0
    column: int = 1
    offset: int = 0
    width: int = 620
    height: int = 320


def rows_behind(chart: Chart | ItemChart) -> range:
    """Return the rows that a chart covers, where they have no height of their own."""
    return range(chart.row, chart.row + -(-chart.height // ROW_PIXELS))


class Sparkline(Struct, frozen=True):
    """A small line in a cell: a monthly line over all months, or over the billed ones."""

    row: int
    column: int
    line: str
    is_billed: bool = False


class StateRule(Struct, frozen=True):
    """An area (first row, first column, last row, last column) of words, of which one is good news.

    Any other word is bad news, or only `bad` where that is given: as the whole text, or as its start. With `is_status`
    the words are OK, REVIEW, ACTION and NOT ASSESSED, each in its colour.
    """

    area: tuple[int, int, int, int]
    good: str
    bad: str = ""
    is_start: bool = False
    is_status: bool = False


class Layout(Struct, frozen=True):
    """One sheet, ready to be written."""

    name: str
    words: tuple[Caption, ...] = ()
    cells: tuple[Live, ...] = ()
    plain: tuple[Plain, ...] = ()
    bands: tuple[Band, ...] = ()
    grids: tuple[Grid, ...] = ()
    charts: tuple[Chart | ItemChart, ...] = ()
    sparklines: tuple[Sparkline, ...] = ()
    heights: Mapping[int, float] = field(default_factory=dict)
    """Rows of a height of their own, in points."""
    widths: tuple[float, ...] = ()
    has_months: bool = False
    frozen: tuple[int, int] = (0, 0)
    statuses: tuple[tuple[int, int, int, int], ...] = ()
    """Areas (first row, first column, last row, last column) of OK/CHECK words, marked by colour as well."""
    findings: tuple[StateRule, ...] = ()
    mark: tuple[int, int] = (STATUS_ROW, ITEM)
    """The cell that names the run."""
    tab: str = "presentation_tab"
    """The role whose colour the tab has: what kind of sheet it is."""
    printed: tuple[int, int] = (0, 0)
    """The last row and the last column on paper; 0 for all that there are."""
    runs_on: bool = False
    """Whether what is printed may take more than one page, on a sheet that people read."""
    names: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Workbook names of single cells, as row and column."""
