"""Printed sheets into a new .xlsx package: formulas with values, charts, formats (files floor)."""

from __future__ import annotations

import re
import warnings
from collections.abc import Collection
from datetime import datetime
from pathlib import PureWindowsPath

from msgspec import Struct, field
from xlsxwriter.worksheet import Worksheet

from workbook.address import column_letters, quote_sheet
from workbook.files.package.made import MadeParts
from workbook.files.writing.formats import StyledWorkbook
from workbook.files.writing.marks import ignore_marks, mark_states, mark_years
from workbook.files.writing.native_charts import add_chart, add_sparkline
from workbook.files.writing.page import section_breaks, set_page
from workbook.files.writing.rows import WrittenRows
from workbook.sheets.layout import HEADER_ROW, ITEM, YEAR_ROW
from workbook.sheets.printing.printed import Link, PrintedBook, PrintedSheet
from workbook.sheets.theme.look import Theme

_EPOCH = datetime(2000, 1, 1)
_RESERVED = re.compile(r"""[\x00-\x20"#%:<>?\[\\\]^`{|}]""")
"""Characters that a link must not have as they are."""
_LONGEST_LINK = 2000
"""Characters; Excel reads 2,079."""


class _Sheet(Worksheet):  # type: ignore[misc]
    """A worksheet with rows of ours; only what stands around them is XlsxWriter's."""

    rows: WrittenRows

    def put_rows(self, rows: WrittenRows, last_row: int, last_column: int) -> None:
        """Take the rows from top to bottom."""
        self.rows = rows
        self._check_dimensions(0, 0)
        self._check_dimensions(last_row - 1, last_column - 1)

    def put_link(self, link: Link) -> None:
        """Link a cell whose text is written with its row to a row of another sheet, or to a file."""
        if link.is_file:
            target = _file_url(link.sheet)
            if len(target) < _LONGEST_LINK:
                self.write_url(link.row - 1, link.column - 1, f"external:{target}", None, link.sheet)
            return
        sheet = link.sheet.replace("'", "''")
        target = f"internal:'{sheet}'!A{link.target_row}"
        self.write_url(link.row - 1, link.column - 1, target, None, link.sheet)

    def _write_hyperlinks(self) -> None:
        super()._write_hyperlinks()
        for link in self.external_hyper_links:
            # As URLs have it, which programs on every system understand.
            link[1] = link[1].replace("\\", "/")

    def _write_sheet_data(self) -> None:
        self._xml_start_tag("sheetData")
        self.fh.part.put(self.rows)
        self._xml_end_tag("sheetData")


def _file_url(path: str) -> str:
    """Return the link to a file at a path with slashes, seen from the workbook or with a drive."""
    drive = PureWindowsPath(path).drive
    # A colon would be taken for the end of a scheme.
    return drive + _RESERVED.sub(lambda match: f"%{ord(match[0]):02X}", path[len(drive) :])


def write_book(
    book: PrintedBook,
    theme: Theme,
    font: tuple[str, float] = ("Calibri", 11),
    unnamed: Collection[str] = (),
) -> MadeParts:
    """Return all sheets of a book as a package of their own, without the names `unnamed` in any case.

    Raises ValueError where XlsxWriter would only warn.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # A chart may name a sheet that is written later; its values are given, so nothing is looked up.
        warnings.filterwarnings("ignore", "Unknown worksheet reference")
        options = {
            "date_1904": book.is_1904,
            "default_format_properties": {"font_name": font[0], "font_size": font[1]},
        }
        package = StyledWorkbook(options, theme)
        package.set_properties({"created": _EPOCH})
        writer = _Writer(book, theme, package, frozenset(name.casefold() for name in unnamed))
        for sheet in book.sheets:
            writer.write(sheet)
        return package.parts()


class _Writer(Struct):
    book: PrintedBook
    theme: Theme
    package: StyledWorkbook
    unnamed: frozenset[str]
    formats: list[int] = field(default_factory=list)
    """The index of each style's format, in the order of the book's styles."""

    def write(self, printed: PrintedSheet) -> None:
        """Write one sheet: what stands around its rows and floats above them."""
        sheet = self.package.add_worksheet(printed.name, _Sheet)
        self.add_formats()
        sheet.put_rows(WrittenRows(printed.rows, self.formats), printed.last_row, printed.last_column)
        for link in printed.links:
            sheet.put_link(link)
        self.arrange(sheet, printed)
        for name, (row, column) in printed.names.items():
            if name.casefold() not in self.unnamed:
                cell = f"${column_letters(column)}${row}"
                self.package.define_name(name, f"={quote_sheet(printed.name)}!{cell}")
        for chart in printed.charts:
            add_chart(self.package, sheet, chart, self.theme)
        for sparkline in printed.sparklines:
            add_sparkline(sheet, sparkline, self.theme)

    def add_formats(self) -> None:
        """Make the formats of the styles that have come with the last sheet."""
        for style in self.book.styles[len(self.formats) :]:
            self.formats.append(self.package.styled(style.role, self.theme.look(style))._get_xf_index())

    def arrange(self, sheet: _Sheet, printed: PrintedSheet) -> None:
        """Set widths, panes, marks by state, and the printed page."""
        for column, width in enumerate(printed.widths):
            level = printed.levels[column] if printed.levels else 0
            sheet.set_column(column, column, width, None, {"level": level})
        repeated = printed.frozen[0]
        if printed.has_months:
            repeated = HEADER_ROW - YEAR_ROW + 1
            sheet.repeat_rows(YEAR_ROW - 1, HEADER_ROW - 1)
            sheet.repeat_columns(0, ITEM - 1)
            columns = self.book.columns
            mark_years(self.package, sheet, columns.first_month, columns.months, printed.last_row)
        elif repeated:
            sheet.repeat_rows(0, repeated - 1)
        if printed.levels:
            # What folds away stands to the right of what it adds up to.
            sheet.outline_settings(symbols_right=False)
        sheet.freeze_panes(*printed.frozen)
        sheet.hide_gridlines(2)
        mark_states(self.package, sheet, printed)
        ignore_marks(sheet, printed)
        bottom, right = printed.printed
        sheet.print_area(0, 0, bottom - 1, right - 1)
        widths = printed.widths[:right]
        if printed.sections and not printed.page_height:
            sheet.set_h_pagebreaks(section_breaks(printed.sections, bottom, widths, repeated))
        set_page(sheet, widths, self.theme.roles[printed.tab]["bg_color"], self.book.run_id, printed.page_height)
