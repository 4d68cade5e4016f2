"""Comments that people type beside figures of result sheets, and that every run puts back (paper floor).

A comment belongs to a version, a table and the row of an item. One whose row is gone is parked at the foot of the
sheet, never dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from workbook.sheets.layout import LABEL, Caption, Grid, Style
from workbook.sheets.page import Page
from workbook.sheets.time_axis import heading

HEADER, PARKED, COMPARED_WITH = "Comment", "Parked comments", "Compared with"
COMMENTED = ("Bridge",)
"""The sheets on which people comment."""
BELONGS = "Comments belong to "
"""Stands before the version on a sheet with comments: a text, which no program that saves the file leaves out."""
NO_VERSION = "no version"
SPAN = 4
PARKED_HEADERS = (PARKED, "Table", "Row", HEADER)
"""Of the columns of parked comments; the first has the version."""


class Comment(Struct, frozen=True):
    """What a comment stands beside: the version compared with, the title of a table, and the name of its row."""

    version: str
    table: str
    item: str

    def key(self) -> tuple[str, str, str]:
        """Return what is compared: upper and lower case are the same."""
        return self.version.casefold(), self.table.casefold(), self.item.casefold()


def takes_comments(sheet: str) -> bool:
    """Whether people comment on a result sheet of this name, whatever its prefix."""
    return sheet.endswith(COMMENTED)


Comments = Mapping[Comment, str]
OfSheets = Mapping[str, Comments]
"""The comments of each result sheet, by its name without a prefix."""


class CommentColumns(Struct):
    """The comments of one sheet under way: what is put beside rows, and what is left to be parked."""

    version: str
    left: dict[tuple[str, str, str], tuple[Comment, str]]

    @classmethod
    def of(cls, version: str, comments: Comments) -> CommentColumns:
        """Return the comments of a sheet that compares with a version."""
        return cls(version, {comment.key(): (comment, text) for comment, text in comments.items()})

    def beside(self, grid: Grid, names: Sequence[str]) -> Iterator[Caption]:
        """Yield the column of comments at the right end of a table, with the text of each row."""
        column = grid.last_column + 1
        for place in range(SPAN):
            yield Caption(grid.row, column + place, "" if place else HEADER, Style("header_run"))
        for row, name in enumerate(names, grid.row + 1):
            _, text = self.left.pop(Comment(self.version, grid.title, name).key(), (None, ""))
            yield from (Caption(row, column + place, "" if place else text, Style("input")) for place in range(SPAN))

    def belongs(self, row: int, column: int) -> Caption:
        """Return the text that says which version the comments of the sheet are about."""
        return Caption(row, column, BELONGS + (self.version or NO_VERSION), Style("context"))

    def parked(self, page: Page) -> Iterator[Caption]:
        """Yield what is left, as a table at the foot of a page."""
        if not self.left:
            return
        yield from heading(page.row, (LABEL, page.last_column), PARKED)
        yield from (
            Caption(page.row + 1, LABEL + place, text, Style("header_run")) for place, text in _spread(PARKED_HEADERS)
        )
        for row, (comment, text) in enumerate(self.left.values(), page.row + 2):
            said = (comment.version, comment.table, comment.item, text)
            yield from (Caption(row, LABEL + place, one, Style("input")) for place, one in _spread(said))
        page.row += len(self.left) + 3


def _spread(texts: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield texts with their columns: one for the version, three for each of the others."""
    yield 0, texts[0]
    yield from ((1 + 3 * place, text) for place, text in enumerate(texts[1:]))
