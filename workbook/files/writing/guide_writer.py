"""The text of the Guide into the sheet that a person reads first (files floor)."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from msgspec import Struct, field
from xlsxwriter.format import Format

from workbook.files.writing.input_looks import Looks
from workbook.files.writing.page import section_breaks, set_page
from workbook.inputs.sheets.registry import GUIDE_TITLE, SHEETS
from workbook.inputs.template import Guide
from workbook.sheets.layout import TITLE_HEIGHT
from workbook.sheets.prefix import OPTIONAL_SHEETS, RESULT_SHEETS

_WIDTHS = (26, 100)
_LINE_LENGTH = 118
_ROW_HEIGHT = 18.0
_SHEET = re.compile(r"\{(\w+)\}")
"""How a text names a sheet, whose name may begin with a prefix."""
_CODE = re.compile(r"`([^`]+)`")
_SECTIONS = {
    "Input sheets": "You edit these.",
    "Result sheets": "Rewritten on every run.",
    "Further result sheets": "Written when the plan has something to show on them.",
}
_SAMPLES: dict[str, tuple[str, str, object]] = {
    "Required column": ("roles", "header", "Current users"),
    "Optional column": ("roles", "header_optional", "Peak ratio"),
    "Input": ("roles", "input", 1250),
    "Calculated": ("roles", "calculation", 1250),
    "Static": ("roles", "snapshot", 1250),
    "Check passed": ("states", "good", "OK"),
    "Check failed": ("states", "bad", "CHECK"),
}


def write_guide(
    package: Any,  # noqa: ANN401
    looks: Looks,
    guide: Guide,
    existing: Collection[str],
    prefix: str = "",
) -> None:
    """Write the Guide as the next sheet; sheets in `existing` are linked, those that a run adds are only named.

    The names of all sheets begin with `prefix`.
    """
    sheet = package.add_worksheet(prefix + GUIDE_TITLE)
    page = _Page(sheet, looks, guide, prefix)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    page.opening()
    page.numbered("What to do", guide.steps)
    page.sheets({name.casefold() for name in existing})
    page.legend()
    page.numbered("Rules", guide.rules)
    sheet.freeze_panes(1, 0)
    sheet.hide_gridlines(2)
    sheet.set_h_pagebreaks(section_breaks(page.headings, page.row, _WIDTHS, 0, _ROW_HEIGHT))
    set_page(sheet, _WIDTHS, looks.colour("guide_tab"))


class _Page(Struct):
    """The Guide under way: `row` is the next free row, counted from 0, `headings` are rows counted from 1."""

    sheet: Any
    looks: Looks
    guide: Guide
    prefix: str = ""
    row: int = 0
    headings: list[int] = field(default_factory=list)

    def opening(self) -> None:
        self.sheet.set_row(self.row, TITLE_HEIGHT)
        self.sheet.write_string(self.row, 0, self.guide.title, self.looks.role("title"))
        self.row += 1
        for text in self.guide.purpose:
            self.sheet.write_string(self.row, 0, text, self.looks.role("label"))
            self.row += 1

    def section(self, title: str, beside: str = "") -> None:
        self.row += 1
        self.headings.append(self.row + 1)
        self.sheet.write_string(self.row, 0, title, self.looks.role("section"))
        self.sheet.write_string(self.row, 1, beside, self.looks.role("section", bold=False, font_size=11, indent=1))
        self.row += 1

    def numbered(self, title: str, texts: Sequence[str]) -> None:
        self.section(title)
        for number, text in enumerate(texts, 1):
            look = self.looks.role("label", align="right", valign="vcenter", indent=1)
            self.sheet.write_number(self.row, 0, number, look)
            self.text(_SHEET.sub(lambda name: self.prefix + name[1], text))

    def sheets(self, existing: Collection[str]) -> None:
        """Write the table of sheets: those that a person edits, then those that every run and some runs write."""
        inputs = [sheet.title for sheet in SHEETS.values()]
        for (title, beside), names in zip(_SECTIONS.items(), (inputs, RESULT_SHEETS, OPTIONAL_SHEETS), strict=True):
            self.section(title, beside)
            for name, purpose in self.guide.sheets:
                if name in names:
                    self.sheet_name(self.prefix + name, (self.prefix + name).casefold() in existing)
                    self.text(purpose)

    def sheet_name(self, name: str, is_there: bool) -> None:
        if is_there:
            look = self.looks.role("link", valign="vcenter")
            quoted = name.replace("'", "''")
            self.sheet.write_url(self.row, 0, f"internal:'{quoted}'!A1", look, name, f"Go to {name}")
        else:
            self.sheet.write_string(self.row, 0, name, self.looks.role("label", valign="vcenter"))

    def legend(self) -> None:
        """Show each kind of cell as it looks on the sheets."""
        self.section("What the cells look like")
        for name, meaning in self.guide.legend:
            kind, key, value = _SAMPLES[name]
            look = self.sample(kind, key)
            write = self.sheet.write_string if isinstance(value, str) else self.sheet.write_number
            write(self.row, 0, value, look)
            self.text(f"{name}. {meaning}")

    def sample(self, kind: str, key: str) -> Format:
        properties = {"align": "center", "valign": "vcenter", "num_format": "#,##0"}
        if kind == "roles":
            return self.looks.role(key, **properties)
        return self.looks.role("check", **{**self.looks.theme.states[key], **properties})

    def text(self, text: str) -> None:
        """Write the text of the row, what is typed into a command line in the font of one, and go to the next row."""
        look = self.looks.role("label", text_wrap=True, valign="vcenter", indent=1)
        pieces = _CODE.split(text)
        if len(pieces) == 1:
            self.sheet.write_string(self.row, 1, text, look)
        else:
            code = self.looks.role("code")
            runs = [[piece] if place % 2 == 0 else [code, piece] for place, piece in enumerate(pieces) if piece]
            self.sheet.write_rich_string(self.row, 1, *(part for run in runs for part in run), look)
        self.sheet.set_row(self.row, _ROW_HEIGHT * (1 + len(text) // _LINE_LENGTH))
        self.row += 1
