"""A template into a package of input sheets (files floor).

The schema gives each column its header, format, drop-down, range and message; the template gives the rows. The same
template gives the same bytes.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

from msgspec import Struct, field
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from workbook.address import a1, column_letters
from workbook.files.package.made import MadeParts
from workbook.files.writing.formats import StyledWorkbook
from workbook.files.writing.guide_writer import write_guide
from workbook.files.writing.input_looks import Looks
from workbook.files.writing.input_rules import ROOM_BELOW, KeyColumn, validation
from workbook.files.writing.input_widths import header_lines, header_width, text_lines
from workbook.files.writing.page import set_page
from workbook.inputs.sheets.registry import SHEETS
from workbook.inputs.template import Formula, Guide, TemplateSheet
from workbook.schema import Column, Sheet, show
from workbook.sheets.layout import TITLE_HEIGHT
from workbook.sheets.theme.look import Theme

_EPOCH = datetime(2000, 1, 1)
_TABLE_STYLE = "Table Style Light 1"
_LINE_HEIGHT, _HEADER_MARGIN = 15.0, 6.0
_NARROWEST, _WIDEST = 9, 34
_WIDTHS = {
    "meaning": 66,
    "source": 38,
    "notes": 44,
    "claim": 40,
    "explanation": 48,
    "reference": 20,
    "prepared_by": 22,
    "approved_by": 22,
    "approved_on": 14,
    "comment": 44,
    "why": 44,
    "confirmed": 14,
}
_SHARED = ("source", "notes")
_FIXED_SETTING_FIELDS = {"setting": "label", "unit": "unit", "meaning": "unit"}


class InputJob(Struct, frozen=True):
    """What one package of input sheets shall hold: the parts of a template, and the Guide before them if one is given.

    `keys` tells where names stand on sheets that are not written here, `existing` what other sheets the Guide may link.
    """

    parts: Sequence[TemplateSheet]
    theme: Theme
    guide: Guide | None = None
    font: tuple[str, float] = ("Calibri", 11)
    is_1904: bool = False
    existing: Collection[str] = ()
    keys: Mapping[str, KeyColumn] = field(default_factory=dict)
    prefix: str = ""
    """What the names of the sheets begin with."""


def write_inputs(job: InputJob) -> MadeParts:
    """Return a package of input sheets. Raises ValueError or a warning where XlsxWriter would only warn."""
    options = {
        "default_format_properties": {"font_name": job.font[0], "font_size": job.font[1]},
        "date_1904": job.is_1904,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        package = StyledWorkbook(options, job.theme)
        package.set_properties({"created": _EPOCH})
        looks = Looks(package, job.theme)
        if job.guide is not None:
            names = {*job.existing, *(job.prefix + part.sheet.title for part in job.parts)}
            write_guide(package, looks, job.guide, names, job.prefix)
        keys = {**{sheet.id: _own_key(sheet, job.prefix) for sheet in SHEETS.values()}, **job.keys}
        for part in job.parts:
            _SheetWriter(package.add_worksheet(job.prefix + part.sheet.title, _Sheet), looks, part, keys).write()
        return package.parts()


class _Sheet(Worksheet):  # type: ignore[misc]
    """A worksheet whose row heights are no fixed ones: Excel fits them anew when a person edits the row."""

    def _xml_start_tag_unencoded(self, tag: str, attributes: list[tuple[str, object]]) -> None:
        kept = [item for item in attributes if tag != "row" or item[0] != "customHeight"]
        super()._xml_start_tag_unencoded(tag, kept)


def _own_key(sheet: Sheet, prefix: str) -> KeyColumn:
    return KeyColumn(prefix + sheet.title, 1 + next((n for n, column in enumerate(sheet.columns) if column.is_key), 0))


class _SheetWriter(Struct, dict=True):
    """One input sheet under way; rows and columns count from 0 here, as XlsxWriter's do."""

    sheet: Any
    looks: Looks
    part: TemplateSheet
    keys: Mapping[str, KeyColumn]

    def write(self) -> None:
        self.table()
        for row, cells in enumerate(self.rows, 1):
            for number, value in enumerate(cells):
                self.cell(row, number, value)
            self.fit(row, cells)
        self.rules()
        self.mark_missing()
        self.mark_new()
        self.arrange()

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return self.part.sheet.columns

    @cached_property
    def rows(self) -> tuple[tuple[object, ...], ...]:
        """The rows to write: an Excel Table has at least one, blank if need be."""
        return self.part.rows or ((None,) * len(self.columns),)

    @property
    def last(self) -> int:
        """The last row in which the rules of a column hold: Settings takes no further rows."""
        return len(self.rows) + (0 if self.part.row_columns else ROOM_BELOW)

    def table(self) -> None:
        options = {
            "name": self.part.sheet.title.replace(" ", "_"),
            "style": _TABLE_STYLE,
            "banded_rows": False,
            "autofilter": not self.part.row_columns,
            "columns": [
                {"header": column.title, "header_format": self.looks.header(is_required=self.is_required(column))}
                for column in self.columns
            ],
        }
        _must_be_zero(self.sheet.add_table(0, 0, len(self.rows), len(self.columns) - 1, options))

    def cell(self, row: int, number: int, value: object) -> None:
        """Write one cell by the type of its value: a text is never taken for a formula or a number."""
        look = self.look(row, number)
        match value:
            case None:
                code = self.sheet.write_blank(row, number, None, look)
            case Formula(text, result):
                code = self.sheet.write_formula(row, number, text, look, result)
            case str():
                code = self.sheet.write_string(row, number, value, look)
            case date():
                code = self.sheet.write_datetime(row, number, datetime(value.year, value.month, value.day), look)
            case int() | float():
                code = self.sheet.write_number(row, number, value, look)
            case _:
                raise TypeError(f"a template cell of type {type(value).__name__}")
        _must_be_zero(code)

    def is_required(self, column: Column) -> bool:
        """Whether a column must be filled in; of Settings those that carry a setting."""
        must = column.required or column.is_either or column.is_both
        return must or (bool(self.part.row_columns) and column.field == "value")

    def column(self, row: int, number: int) -> Column:
        """Return what a cell holds: on Settings, each row's Value is a setting of its own."""
        column = self.columns[number]
        setting = self.part.row_columns[row - 1] if self.part.row_columns and column.field == "value" else None
        return setting or column

    def is_title(self, row: int) -> bool:
        """Whether a row is the title of a group of settings."""
        return bool(self.part.row_columns) and self.part.row_columns[row - 1] is None

    def look(self, row: int, number: int) -> Format:
        name = self.columns[number].field
        if self.is_title(row):
            return self.looks.role(
                "section", valign="vcenter", align="left", bottom=0, bg_color=self.looks.colour("tile")
            )
        if self.part.row_columns and name in _FIXED_SETTING_FIELDS:
            return self.looks.role(_FIXED_SETTING_FIELDS[name], text_wrap=True, valign="top", align="left", indent=1)
        if self.part.row_columns and name == "value":
            return self.looks.input(self.column(row, number))
        if self.part.sheet.is_kept and not self.columns[number].is_by_people:
            return self.looks.below(self.columns[number])
        return self.looks.input(self.column(row, number))

    def rules(self) -> None:
        """Offer and check what the schema says, below the table too; on Settings row by row."""
        for number, column in enumerate(self.columns):
            if self.part.row_columns and column.field == "value":
                for row in range(1, len(self.rows) + 1):
                    if not self.is_title(row):
                        self.rule(self.column(row, number), row, row, number)
            elif not (self.part.row_columns and column.field in _FIXED_SETTING_FIELDS):
                self.rule(column, 1, self.last, number)

    def rule(self, column: Column, first: int, last: int, number: int) -> None:
        rule = validation(column, first + 1, number + 1, self.keys)
        _must_be_zero(self.sheet.data_validation(first, number, last, number, rule))

    def mark_missing(self) -> None:
        """Mark a required cell that is blank while its row holds something else."""
        for first, last, number in self.required():
            row, end = first + 1, column_letters(len(self.columns))
            cell = a1(row, number + 1)
            formula = f"=AND(LEN({cell})=0,COUNTA($A{row}:${end}{row})>0)"
            rule = {"type": "formula", "criteria": formula, "format": self.looks.state("missing")}
            _must_be_zero(self.sheet.conditional_format(first, number, last, number, rule))

        self.mark_without_either()

    def mark_without_either(self) -> None:
        """Mark the cells of which one must be filled while none is and the row holds something else."""
        numbers = [number for number, column in enumerate(self.columns) if column.is_either]
        if numbers:
            row, end = 2, column_letters(len(self.columns))
            cells = ",".join(f"${column_letters(number + 1)}{row}" for number in numbers)
            formula = f"=AND(COUNTA({cells})=0,COUNTA($A{row}:${end}{row})>0)"
            rule = {"type": "formula", "criteria": formula, "format": self.looks.state("missing")}
            _must_be_zero(self.sheet.conditional_format(1, numbers[0], self.last, numbers[-1], rule))

    def mark_new(self) -> None:
        """Show a row that is typed under the table as the rows of the table are shown."""
        if self.part.row_columns:
            return
        first, end = len(self.rows) + 1, column_letters(len(self.columns))
        formula = f"=COUNTA($A{first + 1}:${end}{first + 1})>0"
        rule = {"type": "formula", "criteria": formula, "format": self.looks.new_row()}
        _must_be_zero(self.sheet.conditional_format(first, 0, self.last, len(self.columns) - 1, rule))

    def required(self) -> Iterator[tuple[int, int, int]]:
        """Return the cells that must not be blank, as first row, last row and column."""
        for number, column in enumerate(self.columns):
            if column.field == "value" and self.part.row_columns:
                settings = enumerate(self.part.row_columns, 1)
                yield from ((row, row, number) for row, own in settings if own is not None and own.required)
            elif (column.required or column.is_both) and not self.part.row_columns:
                yield 1, self.last, number

    def arrange(self) -> None:
        """Set widths, the header's height, panes and the printed page."""
        for number, (column, width) in enumerate(zip(self.columns, self.widths, strict=True)):
            is_plain = bool(self.part.row_columns) or self.part.sheet.is_kept
            is_optional = not (self.is_required(column) or is_plain or column.field in _SHARED)
            below = None if self.part.row_columns else self.looks.below(column)
            self.sheet.set_column(number, number, width, below, {"level": 1} if is_optional else {})
        lines = max(header_lines(column.title, width) for column, width in zip(self.columns, self.widths, strict=True))
        self.sheet.set_row(0, lines * _LINE_HEIGHT + _HEADER_MARGIN)
        self.sheet.freeze_panes(1, 1)
        self.sheet.repeat_rows(0)
        set_page(self.sheet, self.widths, self.looks.colour("control_tab" if self.part.sheet.is_kept else "input_tab"))

    def fit(self, row: int, cells: tuple[object, ...]) -> None:
        """Return a row the height of its longest text."""
        lines = max(text_lines(cell, width) for cell, width in zip(cells, self.widths, strict=True))
        if self.is_title(row):
            self.sheet.set_row(row, TITLE_HEIGHT)
        elif lines > 1:
            self.sheet.set_row(row, lines * _LINE_HEIGHT)

    @cached_property
    def widths(self) -> list[float]:
        return [self.width(number) for number in range(len(self.columns))]

    def width(self, number: int) -> float:
        """Return a column's width: of its longest value and header word, within bounds; longer texts wrap."""
        column = self.columns[number]
        if column.field in _WIDTHS:
            return _WIDTHS[column.field]
        shown = [_shown(cells[number], self.column(row, number)) for row, cells in enumerate(self.rows, 1)]
        return min(max(_NARROWEST, header_width(column.title), 2 + max(map(len, shown))), _WIDEST)


def _shown(value: object, column: Column) -> str:
    if isinstance(value, Formula):
        return show(round(value.value, 6), column.kind)
    if isinstance(value, int | float) and column.number_format.startswith("#,##0"):
        return f"{value:,.2f}" if "." in column.number_format else f"{value:,.0f}"
    return "" if value is None else show(value, column.kind)


def _must_be_zero(code: int | None) -> None:
    """Turn XlsxWriter's return codes into an error."""
    if code:
        raise ValueError(f"XlsxWriter refused with {code}")
