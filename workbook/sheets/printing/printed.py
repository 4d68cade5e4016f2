"""The records of a printed sheet: what a file needs to know of it, with no line, result or tree in it (paper floor).

Rows and columns count from 1. A cell's style is a number: the place of its `Style` in the printed book's list,
which holds all styles of a sheet as soon as the sheet is printed, before its rows are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from workbook.expr.formula import COLUMN, PREVIOUS
from workbook.sheets.layout import Columns, StateRule, Style

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column."""


class TextCell(NamedTuple):
    """A text as such, whatever it looks like."""

    column: int
    style: int
    text: str


class NumberCell(NamedTuple):
    """A number that follows nothing."""

    column: int
    style: int
    value: float


class BlankCell(NamedTuple):
    """A cell that has a style and no content."""

    column: int
    style: int


class FormulaCells(NamedTuple):
    """One formula along a row, its template printed once, each cell with its value.

    In the template `COLUMN` stands for the letters of a cell's column and `PREVIOUS` for those of the column before.
    """

    column: int
    style: int
    template: str
    values: Sequence[float | str]


PrintedCell = TextCell | NumberCell | BlankCell | FormulaCells


class PrintedRow(Struct):
    """A row with its cells from left to right; a height in points, 0 for the usual one."""

    number: int
    cells: Sequence[PrintedCell]
    height: float = 0


class Link(Struct, frozen=True):
    """A cell that leads to a row of another sheet, or to a file; its text is printed with its row.

    With `is_file`, `sheet` is the path of the file as seen from the workbook, with slashes.
    """

    row: int
    column: int
    sheet: str
    target_row: int
    is_file: bool = False


class PrintedSeries(Struct, frozen=True):
    """One series of a chart: the cells of its figures, and the figures; None leaves a gap.

    A limit is dashed, the lower one of two is dotted.
    """

    name: str
    sheet: str
    area: Area
    values: Sequence[float | None]
    is_limit: bool
    is_lower: bool
    name_cell: str = ""
    """The cell that has its name, if it is not a text of its own."""


class PrintedChart(Struct, frozen=True):
    """A native chart: its title is the text of a cell, its categories are those of an area of `months_sheet`.

    They are months, or names of items.
    """

    kind: str
    title: str
    title_cell: str
    series: Sequence[PrintedSeries]
    months_sheet: str
    months_area: Area
    months: Sequence[float | str]
    unit: str
    number_format: str
    description: str
    row: int
    column: int
    offset: int
    width: int
    height: int
    lowest: float | None = 0.0
    """Where the value axis begins; None leaves it to the program that draws it."""


class PrintedSparkline(Struct, frozen=True):
    """A small line in a cell; `source` is the reference to its figures."""

    row: int
    column: int
    source: str


class PrintedSheet(Struct, frozen=True):
    """One sheet. Its rows are made each time they are asked for, so that none waits in memory.

    `levels` are the outline levels of the columns, `printed` the last row and column on paper, `page_height` the points
    of the printed rows where they make one page, else 0, `sections` the rows of headings at which a page may end early.
    """

    name: str
    tab: str
    rows: Iterable[PrintedRow]
    last_row: int
    last_column: int
    widths: Sequence[float]
    links: Sequence[Link]
    charts: Sequence[PrintedChart]
    sparklines: Sequence[PrintedSparkline]
    has_months: bool
    levels: Sequence[int]
    frozen: tuple[int, int]
    printed: tuple[int, int]
    page_height: float
    sections: Sequence[int]
    statuses: Sequence[Area]
    findings: Sequence[StateRule]
    names: Mapping[str, tuple[int, int]]


class PrintedBook(Struct, frozen=True):
    """The printed sheets in their order; each is printed when it is its turn.

    `columns` are the blocks of its time axis.
    """

    sheets: Iterable[PrintedSheet]
    styles: Sequence[Style]
    columns: Columns
    is_1904: bool
    run_id: str


__all__ = [
    "COLUMN",
    "PREVIOUS",
    "Area",
    "BlankCell",
    "FormulaCells",
    "Link",
    "NumberCell",
    "PrintedBook",
    "PrintedCell",
    "PrintedChart",
    "PrintedRow",
    "PrintedSeries",
    "PrintedSheet",
    "PrintedSparkline",
    "TextCell",
]
