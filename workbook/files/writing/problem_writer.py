"""The sheet Problems into a package of its own, to be grafted like the result sheets (files floor).

Every text is written as text, never as a formula, and every link leads to a cell of the same workbook.
"""

from __future__ import annotations

import math
import warnings
from datetime import datetime
from typing import Any

from xlsxwriter.format import Format

from workbook.address import quote_sheet
from workbook.files.package.made import MadeParts
from workbook.files.writing.formats import StyledWorkbook
from workbook.problems import Severity
from workbook.sheets.layout import TITLE_HEIGHT, Style
from workbook.sheets.problems_sheet import PROBLEMS_SHEET, TITLES, Place, ProblemPage
from workbook.sheets.theme.look import Theme

_EPOCH = datetime(2000, 1, 1)
_WIDTHS = (10, 9, 16, 9, 46, 26, 34, 46, 24)
_HEADER_ROW = 3  # from 0
_LINKS = (2, 3)
_MOST_LINKS = 60_000
"""Excel reads 65,530 links on a sheet."""
_TALLEST_ROW = 409
_LINE_HEIGHT = 15  # points; rows without a height lie over each other where a program does not fit them


def write_problems(page: ProblemPage, theme: Theme, font: tuple[str, float], *, is_1904: bool) -> MadeParts:
    """Return the sheet. Raises ValueError where XlsxWriter would only warn."""
    options = {
        "date_1904": is_1904,
        "default_format_properties": {"font_name": font[0], "font_size": font[1]},
        "max_url_length": 2079,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        package = StyledWorkbook(options, theme)
        package.set_properties({"created": _EPOCH})
        _write(package, page, theme)
        return package.parts()


def _write(package: Any, page: ProblemPage, theme: Theme) -> None:  # noqa: ANN401 - XlsxWriter
    sheet, rows = package.add_worksheet(page.name), page.rows

    def look(role: str, **more: object) -> Format:
        return package.styled(role, {**theme.look(Style(role)), **more})

    sheet.set_row(0, TITLE_HEIGHT)
    sheet.write_string(0, 0, PROBLEMS_SHEET, look("title"))
    sheet.write_string(1, 0, page.summary, look("context"))
    header = look("header")
    text, link = look("label", text_wrap=True, valign="top"), look("link", valign="top")
    for column, title in enumerate(TITLES):
        sheet.write_string(_HEADER_ROW, column, title, header)
    for number, row in enumerate(rows, _HEADER_ROW + 1):
        lines = max(math.ceil(len(words) * 1.1 / width) for words, width in zip(row.texts, _WIDTHS, strict=False))
        sheet.set_row(number, min(_LINE_HEIGHT * max(1, lines), _TALLEST_ROW))
        for column, words in enumerate(row.texts):
            is_link = column in _LINKS and words and row.target and 2 * number < _MOST_LINKS
            if is_link and row.target:
                sheet.write_url(number, column, _link(row.target), link, words)
            else:
                sheet.write_string(number, column, words, text)
    last = _HEADER_ROW + max(len(rows), 1)
    _arrange(package, sheet, last, theme)


def _arrange(package: Any, sheet: Any, last: int, theme: Theme) -> None:  # noqa: ANN401 - XlsxWriter
    """Set widths, the filter, panes, the mark of errors, and the printed page."""
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    bad = package.add_format(theme.states["bad"])
    rule = {"type": "cell", "criteria": "==", "value": f'"{Severity.ERROR.value}"', "format": bad}
    sheet.conditional_format(_HEADER_ROW + 1, 0, last, 0, rule)
    sheet.autofilter(_HEADER_ROW, 0, last, len(TITLES) - 1)
    sheet.freeze_panes(_HEADER_ROW + 1, 0)
    sheet.hide_gridlines(2)
    sheet.repeat_rows(_HEADER_ROW)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&F&C&A&RPage &P of &N")


def _link(target: Place) -> str:
    return f"internal:{quote_sheet(target.sheet)}!{target.cell or 'A1'}"
