"""Makes the printed sheets of a group, cell by cell; rows and columns count from 1 (post floor)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from msgspec import Struct, field

from workbook.sheets.layout import TITLE_HEIGHT, StateRule
from workbook.sheets.printing.print import PRESENTATION, USUAL_HEIGHT
from workbook.sheets.printing.printed import (
    BlankCell,
    FormulaCells,
    Link,
    NumberCell,
    PrintedCell,
    PrintedChart,
    PrintedRow,
    PrintedSheet,
    TextCell,
)
from workbook.sheets.printing.style_numbers import StyleNumbers
from workbook.timeline import serial_of

HEAD_ROW, FIRST_ROW = 4, 5
"""The row of a list's titles, and that of its first entry."""
_NARROW, _WIDE, _FIGURES = 7.0, 44.0, 13.0
_HEAD_HEIGHT, _MOST_LINES = 32.0, 20
_MANY = 400
"""So many rows say how wide a column is."""


class Column(Struct, frozen=True):
    """A column of a list: its title, and the unit of its figures, empty for a text."""

    title: str
    unit: str = ""


class Maker(Struct):
    """One sheet while it is made."""

    name: str
    styles: StyleNumbers
    cells: dict[int, dict[int, PrintedCell]] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    charts: list[PrintedChart] = field(default_factory=list)

    def text(self, row: int, column: int, text: str, role: str = "label") -> None:
        """Put a text; nothing for an empty one.

        A label is indented, because a figure may be next to it; a `text` runs over several lines.
        """
        if text:
            if role == "text":
                lines = min(_MOST_LINES, math.ceil((len(text) * 1.1 + 3) / _WIDE))
                self.heights[row] = max(self.heights.get(row, USUAL_HEIGHT), lines * USUAL_HEIGHT)
            unit = "text" if role == "label" and column > 1 else ""
            self._put(row, TextCell(column, self.styles.number(role, unit), text))

    def blanks(self, row: int, columns: range, role: str) -> None:
        """Give the cells of a row that have no content a look."""
        for column in columns:
            if column not in self.cells.get(row, {}):
                self._put(row, BlankCell(column, self.styles.number(role)))

    def number(self, row: int, column: int, value: float | None, unit: str, role: str = "calculation") -> None:
        """Put a number that follows nothing; nothing for None."""
        if value is not None and math.isfinite(value):
            self._put(row, NumberCell(column, self.styles.number(role, unit), value))

    def day(self, row: int, column: int, iso: str | None) -> None:
        """Put a date, given as an ISO text."""
        if iso:
            self.number(row, column, serial_of(date.fromisoformat(iso)), "date")

    def formula(self, row: int, column: int, formula: str, value: float, unit: str, role: str = "calculation") -> None:
        """Put a formula with its value."""
        self._put(row, FormulaCells(column, self.styles.number(role, unit), formula, [value]))

    def value(self, row: int, column: int) -> float:
        """Return the value of a figure; 0 where there is none."""
        match self.cells.get(row, {}).get(column):
            case NumberCell(value=value):
                return value
            case FormulaCells(values=values):
                return float(values[0])
            case _:
                return 0.0

    def label(self, row: int, column: int) -> str:
        """Return the text of a cell, empty where there is none."""
        cell = self.cells.get(row, {}).get(column)
        return cell.text if isinstance(cell, TextCell) else ""

    def head(self, title: str, context: str) -> None:
        """Put the title of the sheet, and a line about it."""
        self.heights[1] = TITLE_HEIGHT
        self.text(1, 1, title, "title")
        self.text(2, 1, context, "context")

    def titles(self, row: int, columns: Sequence[Column]) -> None:
        """Put the titles of a list."""
        self.heights[row] = _HEAD_HEIGHT
        for place, column in enumerate(columns, 1):
            self.text(row, place, column.title, "header_figure" if column.unit else "header_word")

    def done(
        self,
        columns: Sequence[Column],
        *,
        frozen: tuple[int, int],
        printed: int = 0,
        height: bool = False,
        findings: Sequence[StateRule] = (),
    ) -> PrintedSheet:
        """Return the sheet; `printed` is the last column on paper, and with `height` it is printed on one page."""
        last_row, last = max(self.cells), len(columns)
        return PrintedSheet(
            name=self.name,
            tab=PRESENTATION,
            rows=[self._row(row) for row in sorted(self.cells)],
            last_row=last_row,
            last_column=last,
            widths=[self._width(place, column) for place, column in enumerate(columns, 1)],
            links=self.links,
            charts=self.charts,
            sparklines=(),
            has_months=False,
            levels=(),
            frozen=frozen,
            printed=(last_row, printed or last),
            page_height=sum(self.heights.get(row, USUAL_HEIGHT) for row in range(1, last_row + 1)) if height else 0,
            sections=(),
            statuses=(),
            findings=findings,
            names={},
        )

    def _put(self, row: int, cell: PrintedCell) -> None:
        self.cells.setdefault(row, {})[cell.column] = cell

    def _row(self, number: int) -> PrintedRow:
        cells = self.cells[number]
        return PrintedRow(number, [cells[column] for column in sorted(cells)], self.heights.get(number, 0))

    def _width(self, place: int, column: Column) -> float:
        if column.unit and column.unit != "row":
            return max(_FIGURES, self._longest_word(column.title))
        rows = [row for row in sorted(self.cells)[: _MANY + HEAD_ROW] if row >= HEAD_ROW]
        longest = max((len(self.label(row, place)) for row in rows), default=0)
        return float(min(_WIDE, max(_NARROW, longest * 1.1 + 3)))

    @staticmethod
    def _longest_word(title: str) -> float:
        return max(len(word) for word in title.split() or [""]) * 1.2 + 2


def year_names(years: Sequence[int]) -> list[str]:
    """Return the names of fiscal years."""
    return [f"FY{year}" for year in years]
