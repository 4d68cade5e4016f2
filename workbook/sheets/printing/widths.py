"""Figures and words into the widths of columns that show them (paper floor).

Widths are counted in digits of the default font, as Excel counts them. A figure too wide for its column shows as `###`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from workbook.expr.evaluate import evaluate
from workbook.model.periods import has_periods, over_time_text
from workbook.sheets.book import Book
from workbook.sheets.layout import (
    CONSTANT,
    ID,
    ITEM,
    LABEL,
    OVER_TIME,
    ROW_PIXELS,
    UNIT,
    Band,
    Layout,
    Live,
    Style,
    columns_of,
)
from workbook.sheets.theme.look import Theme
from workbook.units import UNITS

GAP, NARROWEST_PERIOD = 1.5, 11.0
"""Between quarters and months; of a period, whose head takes two lines where the plan has a part of it."""
SLACK = 2.0
"""Room for one more digit and its comma: figures follow edits, widths do not."""
NARROWEST_MONTH, WIDEST_NAME, WIDEST_ITEM, WIDEST_WORD = 9.5, 44.0, 60.0, 34.0
_DEFAULT = 8.43
"""What Excel gives a column that has no width of its own."""
_USUAL_SIZE = 11
_LETTER = 0.95
"""A letter's width for a digit's, on the average of a word."""
_NARROW = {",": 0.5, ".": 0.5, "(": 0.6, ")": 0.6, "-": 0.7, "%": 1.5, " ": 0.5}
_DATES = re.compile(r"[ymd]{2,}")


def figure_width(value: float, code: str) -> float:
    """Return the width of a figure in a number format, in digits of the default font."""
    if code == "General":
        return min(11.0, _text_width(f"{value:.10g}"))
    section = _section(code, value < 0)
    digits = format(abs(value) * section.factor, section.digits) if section.digits else ""
    return _text_width(digits + section.around) + section.more


class _Section(NamedTuple):
    """A section of a number format: how Python writes its digits, and what stands around them."""

    around: str
    digits: str = ""
    factor: int = 1
    more: float = 0.0


@lru_cache(maxsize=256)
def _section(code: str, is_negative: bool) -> _Section:
    """Return what a number format does to a figure; a date's figures are as wide as its letters."""
    sections = code.split(";")
    if _DATES.search(sections[0]):
        return _Section(re.sub(r"_.", "", sections[0]), more=1.0)
    pattern = sections[1] if is_negative and len(sections) > 1 else sections[0]
    literal = "".join(re.findall(r'"([^"]*)"', pattern))
    pattern = re.sub(r'"[^"]*"|_.', "", pattern)
    decimals = len(pattern.partition(".")[2].strip("%() ").replace("#", "0"))
    around = "".join(letter for letter in pattern if letter in "()%") or ")"
    return _Section(around + literal, f"{',' * (',' in pattern)}.{decimals}f", 100 if "%" in pattern else 1)


def _text_width(text: str) -> float:
    return sum(_NARROW.get(letter, 1.0) for letter in text)


class Widths:
    """The widths of all sheets of a book; on sheets with a time axis the columns are alike, statements or workings."""

    def __init__(self, book: Book, theme: Theme) -> None:
        self.book, self.theme, self.results = book, theme, book.results
        self.axis: dict[int, float] = defaultdict(float)
        self.labels: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        self._known: dict[str, list[float]] = {}
        series = [layout for layout in book.layouts if layout.has_months]
        for layout in series:
            needed = [
                *enumerate(layout.widths, 1),
                *(pair for band in layout.bands for pair in self._with_months(band)),
            ]
            for column, width in needed:
                widths = self.labels[layout.tab] if column <= ID else self.axis
                widths[column] = max(widths[column], width)

    @property
    def month(self) -> float:
        """The width of a month's column."""
        return max(NARROWEST_MONTH, self.axis[columns_of(self.results.frame).first_month])

    def far_corner(self, layout: Layout) -> tuple[int, int]:
        """Return the last row and column that charts reach; 0 without charts."""
        widths, row, column = self.of(layout), 0, 0
        for chart in layout.charts:
            last, left = chart.column, float(chart.offset + chart.width)
            while (left := left - _pixels(widths[last - 1] if last <= len(widths) else _DEFAULT)) > 0:
                last += 1
            row, column = max(row, chart.row + chart.height // ROW_PIXELS), max(column, last)
        return row, column

    def takes_two_lines(self, line: str) -> bool:
        """Whether a line's words are longer than a month's column is wide."""
        definition = self.results.lines[line]
        if definition.unit != "text" or not definition.axis:
            return False
        longest = max(map(_word_width, _flat(self.results.values[line])), default=0.0)
        return longest > self.month

    def of(self, layout: Layout) -> list[float]:
        """Return the widths of a sheet's columns, from the first one on."""
        if layout.name not in self._known:
            self._known[layout.name] = self._of(layout)
        return self._known[layout.name]

    def _of(self, layout: Layout) -> list[float]:
        if layout.has_months:
            columns = columns_of(self.results.frame)
            years, quarters = (max(NARROWEST_PERIOD, self.axis[first]) for first, _ in columns.periods.values())
            periods = [years] * columns.years + [quarters] * columns.quarters
            labels = self.labels[layout.tab]
            return [labels[column] for column in range(LABEL, ID + 1)] + periods + [GAP] + [self.month] * columns.months
        needed = dict(enumerate(layout.widths, 1))
        for column, width in self._without_months(layout):
            needed[column] = max(needed.get(column, 0.0), width)
        return [needed.get(column, _DEFAULT) for column in range(1, max(needed, default=0) + 1)]

    def _with_months(self, band: Band) -> Iterator[tuple[int, float]]:
        line, values = self.results.lines[band.line], self.results.values[band.line][0]
        columns = columns_of(self.results.frame)
        yield LABEL, min(WIDEST_NAME, len(line.title) * _LETTER + 1)
        if line.item:
            yield ITEM, min(WIDEST_NAME, max(map(len, self.results.items(line.id)), default=0) * _LETTER + 2)
        yield UNIT, len(UNITS[line.unit].shown(self.results.plan.settings.currency)) * _LETTER + 1
        if has_periods(line):
            yield OVER_TIME, min(WIDEST_WORD, _word_width(over_time_text(line, self.results.lines)))
        is_word = line.unit == "text"
        if line.axis or not is_word:
            # A word without an axis runs on to the right.
            width = _two_lines(values) if is_word else self._widest(values, line.unit)
            yield columns.first_month if line.axis else CONSTANT, width
        if line.adds_up:
            # Totals are bold.
            yield CONSTANT, 1.1 * self._widest(values.sum(axis=1), line.unit)
        for over, (first, _) in columns.periods.items() if has_periods(line) and not is_word else ():
            yield first, 1.1 * self._widest(self.book.periods[over][line.id][0], line.unit)

    def _without_months(self, layout: Layout) -> Iterator[tuple[int, float]]:
        for band in layout.bands:
            line, values = self.results.lines[band.line], self.results.values[band.line][0]
            if line.unit != "text":
                for place in range(values.shape[1]):
                    yield LABEL + 1 + place, self._widest(values[:, place], line.unit)
        for cell in layout.cells:
            if cell.style.unit not in ("", "text"):
                yield from self._in_cell(cell)
        for grid in layout.grids:
            if grid.title_span == 1:
                names = self.results.frame.items[grid.dimension]
                yield grid.column, min(WIDEST_ITEM, max(map(len, names), default=0) * _LETTER + 1)
            for line_id, number in grid.columns().items():
                line = self.results.lines[line_id]
                runs_on = number == grid.last_column or grid.spans.get(line_id, 1) > 1
                if not (line.unit == "text" and runs_on):
                    yield number, self._widest(self.results.values[line_id][0, :, 0], line.unit)

    def _in_cell(self, cell: Live) -> Iterator[tuple[int, float]]:
        """Yield the width of a figure in a cell of its own, of one along its axis each; large letters take more."""
        results, look = self.results, self.theme.look(cell.style)
        values = evaluate(cell.expr, cell.place.scope, results.lines, results.values, results.frame)[0, cell.place.item]
        larger = look.get("font_size", _USUAL_SIZE) / _USUAL_SIZE
        for step in range(len(values)):
            yield cell.column + step, larger * self._widest(values[step : step + 1], cell.style.unit)

    def _widest(self, values: Any, unit: str) -> float:  # noqa: ANN401 - an array of any shape
        """Return the width for the longest of an array's values with some slack; NaN shows as nothing."""
        if unit == "text":
            return min(WIDEST_WORD, max(map(_label_width, _flat(values)), default=0.0))
        code = self.theme.look(Style("calculation", unit))["num_format"]
        known = values[values == values]  # noqa: PLR0124 - without NaN
        if not known.size:
            return 0.0
        return max(figure_width(float(end), code) for end in (known.min(), known.max())) + SLACK


def _pixels(width: float) -> float:
    return width * 7 + 5


def _label_width(text: str) -> float:
    """Return the width of a text with its indent; one in capitals is a bold verdict."""
    return sum(1.3 if letter.isupper() else _LETTER for letter in text) + 3


def _word_width(text: str) -> float:
    """Return the width of a month's word with room beside it; those are written a little smaller than figures."""
    return len(text) * 0.85 + 1.5


def _two_lines(values: Any) -> float:  # noqa: ANN401 - an array of texts
    """Return the width in which the longest of some texts takes two lines at most."""
    texts = set(_flat(values))
    halves = (max(len(text) / 2, *map(len, text.split())) for text in texts if text)
    return max((half * 0.85 + 1.5 for half in halves), default=0.0)


def _flat(values: Any) -> Sequence[str]:  # noqa: ANN401 - an array of texts
    return values.ravel().tolist()  # type: ignore[no-any-return]
