"""A sheet of the user's own, put into a planned workbook, that reads result sheets in every way that Excel knows."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from tests.edits import rewritten
from tests.workbooks import workbook_from_markdown
from workbook.address import column_letters, parse_a1
from workbook.files.package.opening import open_package

CONSTANT = 4

MINE = "Mine"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument."
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_SPACES = (
    f'xmlns="{_MAIN}" xmlns:r="{_OFFICE}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"'
)


def sheet_xml(cells: str, below: str = "") -> str:
    """Return a worksheet's part from its rows and what stands below them."""
    return f"{_DECLARED}<worksheet {_SPACES}><sheetData>{cells}</sheetData>{below}</worksheet>"


def formula_rows(formulas: Mapping[str, str], attributes: Mapping[str, str] | None = None) -> str:
    """Return rows with one formula each, in column B; the keys are only for the reader of a test."""
    more = attributes or {}
    return "".join(
        f'<row r="{row}"><c r="B{row}"><f{more.get(name, "")}>{escape(text)}</f></c></row>'
        for row, (name, text) in enumerate(formulas.items(), 1)
    )


def with_mine(
    data: bytes,
    sheet: str,
    *,
    parts: Mapping[str, str] | None = None,
    relations: str = "",
    names: Mapping[str, str] | None = None,
) -> bytes:
    """Return a workbook with the sheet Mine behind all others, with further parts, its relationships and names."""
    own = {"xl/worksheets/mine.xml": sheet, **(parts or {})}
    if relations:
        own["xl/worksheets/_rels/mine.xml.rels"] = _relations(relations)
    types = "".join(
        f'<Override PartName="/{name}" ContentType="{_TYPES}{_kind(name)}+xml"/>'
        for name in own
        if not name.endswith(".rels")
    )
    defined = "".join(
        f"<definedName name={quoteattr(name)}>{escape(text)}</definedName>" for name, text in (names or {}).items()
    )

    def change(name: str, content: bytes) -> bytes:
        if name == "[Content_Types].xml":
            return content.replace(b"</Types>", types.encode() + b"</Types>")
        if name == "xl/workbook.xml":
            entry = f'<sheet xmlns:mine="{_OFFICE}" name="{MINE}" sheetId="900" mine:id="rId900"/></sheets>'
            content = content.replace(b"</sheets>", entry.encode())
            if b"<definedNames>" in content:
                return content.replace(b"<definedNames>", b"<definedNames>" + defined.encode(), 1)
            return content.replace(
                b"</sheets>", f"</sheets><definedNames>{defined}</definedNames>".encode() if defined else b"</sheets>"
            )
        if name == "xl/_rels/workbook.xml.rels":
            arrow = (
                f'<Relationship Id="rId900" Type="{_OFFICE}/worksheet" Target="worksheets/mine.xml"/></Relationships>'
            )
            return content.replace(b"</Relationships>", arrow.encode())
        return content

    return rewritten(data, change, own)


def _relations(arrows: str) -> str:
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{_DECLARED}<Relationships xmlns="{space}">{arrows}</Relationships>'


def relation(number: int, kind: str, target: str) -> str:
    """Return one relationship; a target that begins with # leads to a cell."""
    mode = ' TargetMode="External"' if target.startswith("#") else ""
    return f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target={quoteattr(target)}{mode}/>'


def relations_part(*arrows: str) -> str:
    """Return a relationships part."""
    return _relations("".join(arrows))


def _kind(name: str) -> str:
    if "/charts/" in name:
        return "drawingml.chart"
    if "/drawings/" in name:
        return "drawing"
    return "spreadsheetml.worksheet"


DRAWING = (
    f'{_DECLARED}<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    "<xdr:twoCellAnchor><xdr:from><xdr:col>5</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row>"
    "<xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>9</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>9</xdr:row>"
    "<xdr:rowOff>0</xdr:rowOff></xdr:to>"
    '<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="2" name="Chart"/><xdr:cNvGraphicFramePr/>'
    '</xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic>'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
    '<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    f'xmlns:r="{_OFFICE}" r:id="rId1"/></a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/>'
    "</xdr:twoCellAnchor><xdr:twoCellAnchor><xdr:from><xdr:col>5</xdr:col><xdr:colOff>0</xdr:colOff>"
    "<xdr:row>12</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>7</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>14</xdr:row>"
    '<xdr:rowOff>0</xdr:rowOff></xdr:to><xdr:sp macro="" textlink="{textlink}"><xdr:nvSpPr>'
    '<xdr:cNvPr id="3" name="Box"><a:hlinkClick xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships" r:id="rId2"/></xdr:cNvPr><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr>'
    '<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="9525" cy="9525"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr><xdr:txBody><a:bodyPr/>'
    "<a:p><a:r><a:t>0</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>"
)
CHART = (
    f'{_DECLARED}<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart><c:plotArea>'
    '<c:layout/><c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/><c:ser><c:idx val="0"/>'
    '<c:order val="0"/><c:tx><c:strRef><c:f>{title}</c:f></c:strRef></c:tx>'
    "<c:cat><c:numRef><c:f>{months}</c:f></c:numRef></c:cat><c:val><c:numRef><c:f>{values}</c:f></c:numRef></c:val>"
    '</c:ser><c:axId val="1"/><c:axId val="2"/></c:lineChart><c:catAx><c:axId val="1"/><c:scaling/>'
    '<c:delete val="0"/><c:axPos val="b"/><c:crossAx val="2"/></c:catAx><c:valAx><c:axId val="2"/><c:scaling/>'
    '<c:delete val="0"/><c:axPos val="l"/><c:crossAx val="1"/></c:valAx></c:plotArea></c:chart></c:chartSpace>'
)


def everything(first: str, second: str, line: str, text: str = "") -> dict[str, Any]:
    """Return the parts of a sheet that reads cells of result sheets in every way, for `with_mine`.

    `first` and `second` are cells as `Cost!$J$140`, `line` is a row of months as `Cost!$G$140:$R$140`; a
    chart has the same months. `text` is what texts within formulas say, which no run changes; the first cell if it is
    not given.
    """
    text = text or first
    sheet, _, cell = first.partition("!")
    formulas = {
        "plain": f"-{sheet}!{cell.replace('$', '')}",
        "quoted": f"'{sheet}'!{cell}&\"{text}\"",
        "link": f'HYPERLINK("#{text}",{first})',
        "sum": f"SUM({line})",
    }
    rules = (
        f'<conditionalFormatting sqref="D1"><cfRule type="expression" priority="1"><formula>D1&gt;{first}</formula>'
        f"</cfRule></conditionalFormatting>"
        f'<dataValidations count="1"><dataValidation type="decimal" operator="lessThan" sqref="D2">'
        f"<formula1>{second}</formula1></dataValidation></dataValidations>"
        f'<hyperlinks><hyperlink ref="A1" location="{first}" display="there"/></hyperlinks><drawing r:id="rId1"/>'
        '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"><x14:dataValidations count="1">'
        f'<x14:dataValidation type="list"><x14:formula1><xm:f>{line}</xm:f></x14:formula1><xm:sqref>D3</xm:sqref>'
        "</x14:dataValidation></x14:dataValidations></ext>"
        '<ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"><x14:conditionalFormattings><x14:conditionalFormatting>'
        '<x14:cfRule type="expression" priority="2" id="{00000000-0000-0000-0000-000000000001}">'
        f"<xm:f>{second}</xm:f>"
        "</x14:cfRule><xm:sqref>D4</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst>"
    )
    drawing = [relation(1, "chart", "../charts/mine.xml"), relation(2, "hyperlink", f"#{first}")]
    months = re.sub(r"\d+", "7", line)
    return {
        "sheet": sheet_xml(formula_rows(formulas), rules),
        "parts": {
            "xl/drawings/mine.xml": DRAWING.format(textlink=second),
            "xl/drawings/_rels/mine.xml.rels": relations_part(*drawing),
            "xl/charts/mine.xml": CHART.format(title=first, months=months, values=line),
        },
        "relations": relation(1, "drawing", "../drawings/mine.xml"),
        "names": {"Mine_total": first},
    }


Period = date | str
"""What a column stands for: a calendar month, or a fiscal year or quarter such as FY2026 or FY2026 Q1."""


@dataclass(frozen=True)
class LineCells:
    """The cells of planned sheets as a reader of the workbook finds them: by Id, Item and what is above them."""

    rows: dict[tuple[str, str], list[tuple[str, int]]]
    months: dict[str, dict[date, int]]
    periods: dict[str, dict[str, int]]
    """The column of each fiscal year and quarter."""
    filled: frozenset[str]
    """Constants, totals, figures of periods and first months that hold something."""

    def row(self, line: str, item: str = "") -> tuple[str, int]:
        """Return the sheet and row of a line's item."""
        return self.rows[line, item][0]

    def letters(self, sheet: str, period: Period | None = None) -> str:
        """Return the letters of the column of a month or period, of the constants without one."""
        return column_letters(self.column(sheet, period))

    def column(self, sheet: str, period: Period | None = None) -> int:
        """Return the column of a month or period, of the constants without one."""
        if period is None:
            return CONSTANT
        return self.periods[sheet][period] if isinstance(period, str) else self.months[sheet][period]

    def cell(self, line: str, item: str = "", period: Period | None = None, *, fixed: bool = True) -> str:
        """Return the address of a line's cell, its constant without a month or period."""
        sheet, row = self.row(line, item)
        mark = "$" if fixed else ""
        return f"{quoted(sheet)}!{mark}{self.letters(sheet, period)}{mark}{row}"

    def at(self, address: str) -> tuple[str, str, Period | None]:
        """Return line, item and month or period of a cell."""
        sheet, _, cell = address.replace("$", "").replace("'", "").capitalize().partition("!")
        row, column = parse_a1(cell)
        return (*self.keys[sheet, row], self.columns[sheet].get(column))

    def has(self, sheet: str, period: Period) -> bool:
        """Whether a sheet has a column of a month or period."""
        return period in self.columns[sheet].values()

    @cached_property
    def keys(self) -> dict[tuple[str, int], tuple[str, str]]:
        """The line and item of each row."""
        return {place: key for key, places in self.rows.items() for place in places}

    @cached_property
    def columns(self) -> dict[str, dict[int, Period]]:
        """The month or period of each column."""
        found: dict[str, dict[int, Period]] = {}
        for sheet, months in self.months.items():
            found[sheet] = {column: period for period, column in self.periods[sheet].items()}
            found[sheet] |= {column: month for month, column in months.items()}
        return found


def quoted(sheet: str) -> str:
    """Return a sheet's name as formulas write it."""
    return f"'{sheet}'" if " " in sheet else sheet


def line_cells(data: bytes) -> LineCells:
    """Read a planned workbook with openpyxl, which knows nothing of what the tool reads."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    made = LineCells({}, {}, {}, frozenset())
    filled: set[str] = set()
    for sheet in book.worksheets:
        if sheet.cell(7, 6).value == "Id":
            months = made.months[sheet.title] = _months(sheet)
            periods = made.periods[sheet.title] = _periods(sheet, min(months.values()))
            filled |= _filled(sheet, [CONSTANT, *periods.values(), min(months.values())])
            for row in range(8, sheet.max_row + 1):
                line, item = sheet.cell(row, 6).value, sheet.cell(row, 2).value
                if line:
                    key = str(line), "" if item is None else str(item)
                    made.rows.setdefault(key, []).append((sheet.title, row))
    return replace(made, filled=frozenset(filled))


def _months(sheet: Worksheet) -> dict[date, int]:
    heads = ((column, sheet.cell(7, column).value) for column in range(7, sheet.max_column + 1))
    return {day.date(): column for column, day in heads if isinstance(day, datetime)}


def _periods(sheet: Worksheet, first_month: int) -> dict[str, int]:
    """Return the columns before the months: quarters are named in row 4, years by their numbers in row 5."""
    found: dict[str, int] = {}
    for column in range(7, first_month):
        quarter, year = sheet.cell(4, column).value, sheet.cell(5, column).value
        if quarter or year:
            found[str(quarter) if quarter else f"FY{year:.0f}"] = column
    return found


def _filled(sheet: Worksheet, columns: list[int]) -> set[str]:
    return {
        f"{quoted(sheet.title)}!{column_letters(column)}{row}"
        for row in range(8, sheet.max_row + 1)
        for column in columns
        if sheet.cell(row, 6).value and sheet.cell(row, column).value is not None
    }


def with_inputs(data: bytes, markdown: str) -> bytes:
    """Return a workbook whose input sheets hold what a Markdown text says; everything else stays."""
    made = open_package(workbook_from_markdown(markdown, inline=True))
    known = {sheet.name: sheet.part for sheet in open_package(data).sheets}
    parts = {known[sheet.name]: made.read(sheet.part) for sheet in made.sheets}

    def change(name: str, content: bytes) -> bytes:
        return parts.get(name, content)

    return rewritten(data, change)
