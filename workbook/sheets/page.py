"""Tables put below each other on a sheet without months (paper floor)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from workbook.model.results import Results
from workbook.sheets.layout import LABEL, Caption, Grid, Layout, Live
from workbook.sheets.time_axis import back_to_summary, head, heading

Columns = Mapping[str, tuple[str, int]]
"""What stands above the figures of each line, and how many columns it runs over."""


class Page(Struct):
    """Tables put below each other; `row` is the next free one, `last_column` how far headings run."""

    results: Results
    row: int
    last_column: int
    words: list[Caption] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    top: int = 0
    """The first row below the head and the sentences, which stay in view."""

    def __post_init__(self) -> None:
        self.top = self.row

    def table(self, title: str, dimension: str, name: str, lines: Columns, *, title_span: int = 1) -> Grid | None:
        """Put the lines of a dimension side by side under a heading; nothing where there are no items.

        The names run over `title_span` columns.
        """
        count = self.results.frame.length(dimension)
        if not count or not all(line in self.results.lines for line in lines):
            return None
        self.words += heading(self.row, (LABEL, self.last_column), title)
        shown = {line: text for line, (text, _) in lines.items()}
        spans = {line: span for line, (_, span) in lines.items()}
        grid = Grid(self.row + 1, LABEL, dimension, name, shown, is_home=True, spans=spans, title_span=title_span)
        self.grids.append(grid)
        self.row += count + 3
        return grid

    def laid_out(self, name: str, widths: tuple[float, ...], cells: Iterable[Live] = ()) -> Layout:
        """Return the sheet of what was put on the page, under the head that all have, and of further cells."""
        return Layout(
            name=name,
            words=(back_to_summary(LABEL + 8), *self.words),
            cells=(*head(name, self.results), *cells),
            grids=tuple(self.grids),
            widths=widths,
            frozen=(self.top - 1, LABEL),
            statuses=((3, LABEL, 3, LABEL),),
            printed=(self.row - 2, self.last_column),
            runs_on=True,
        )
