"""Small workbooks made by hand, one for each trap that real files hold, and a generated one to graft into them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import IO, cast

import xlsxwriter

from workbook.files.package.package import Package

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SHEET_ML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHEET = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>'
STYLES = (
    f'<styleSheet xmlns="{MAIN}">'
    '<fonts count="2"><font><sz val="10"/><name val="Arial"/></font><font><b/></font></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1"><xf numFmtId="0" fontId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles><dxfs count="0"/></styleSheet>'
)


def pack(parts: Mapping[str, str | bytes]) -> bytes:
    """Zip parts in the order given."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def relationships(*rows: tuple[str, str, str]) -> str:
    """Return a relationships part of (id, kind, target)."""
    body = "".join(
        f'<Relationship Id="{rel_id}" Type="{OFFICE}/{kind}" Target="{target}"/>' for rel_id, kind, target in rows
    )
    return f'<Relationships xmlns="{PACKAGE}">{body}</Relationships>'


def content_types(overrides: Mapping[str, str], default_xml: str = "application/xml") -> str:
    """Return the content types: a default for .rels and .xml, and overrides by part name."""
    body = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in overrides.items())
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'<Types xmlns="{TYPES}">{rels}<Default Extension="xml" ContentType="{default_xml}"/>{body}</Types>'


def plain_parts(inside: str = "", sheets: str = "") -> dict[str, str | bytes]:
    """Return the parts of a small host: one sheet `Mine`, styles; `inside` stands behind the sheets in the workbook."""
    listed = sheets or f'<sheet name="Mine" sheetId="7" xmlns:q="{OFFICE}" q:id="rId1"/>'
    return {
        "[Content_Types].xml": content_types(
            {
                "xl/workbook.xml": f"{SHEET_ML}.sheet.main+xml",
                "xl/worksheets/sheet1.xml": f"{SHEET_ML}.worksheet+xml",
                "xl/styles.xml": f"{SHEET_ML}.styles+xml",
            }
        ),
        "_rels/.rels": relationships(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}"><sheets>{listed}</sheets>{inside}</workbook>',
        "xl/_rels/workbook.xml.rels": relationships(
            ("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "styles", "/xl/styles.xml")
        ),
        "xl/worksheets/sheet1.xml": SHEET,
        "xl/styles.xml": STYLES,
    }


def prefixed() -> dict[str, str | bytes]:
    """Every part of the frame with a prefix, as some producers write it."""
    parts = plain_parts()
    for name, uri, prefix in (
        ("[Content_Types].xml", TYPES, "ct"),
        ("xl/_rels/workbook.xml.rels", PACKAGE, "p"),
        ("xl/workbook.xml", MAIN, "x"),
        ("xl/styles.xml", MAIN, "x"),
    ):
        text = str(parts[name]).replace(f'xmlns="{uri}"', f'xmlns:{prefix}="{uri}"')
        parts[name] = text.replace("</", "\0").replace("<", f"<{prefix}:").replace("\0", f"</{prefix}:")
    return parts


def wide(bom: bool) -> dict[str, str | bytes]:
    """The workbook part in UTF-16, with or without a byte order mark."""
    parts = plain_parts()
    text = '<?xml version="1.0" encoding="UTF-16"?>' + str(parts["xl/workbook.xml"]).replace("Mine", "Árvíz")
    parts["xl/workbook.xml"] = text.encode("utf-16" if bom else "utf-16-le")
    return parts


def streamed() -> bytes:
    """A zip with 64-bit sizes, sizes behind the data, a comment and a name that is not ASCII."""
    out = io.BytesIO()
    with zipfile.ZipFile(cast(IO[bytes], _Forwards(out)), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**plain_parts(), "xl/média/képek.xml": "<x/>"}.items():
            with archive.open(name, "w", force_zip64=True) as file:
                file.write(data.encode() if isinstance(data, str) else data)
        archive.comment = b"made as it went"
    return out.getvalue()


class _Forwards:
    """A file that can only be written onwards, so that the zip cannot go back to fill sizes in."""

    def __init__(self, out: io.BytesIO) -> None:
        self.write, self.flush = out.write, out.flush


def self_closed() -> dict[str, str | bytes]:
    """Containers without content: defined names, formats, calculation properties with a person's mode."""
    parts = plain_parts('<definedNames/><calcPr calcMode="manual" iterate="1"/><oleSize ref="A1"/>')
    parts["xl/styles.xml"] = str(parts["xl/styles.xml"]).replace('<dxfs count="0"/>', "<numFmts/><dxfs/>")
    return parts


def without_styles(dangling: bool) -> dict[str, str | bytes]:
    """No styles part; `dangling` leaves its relationship and its content type behind."""
    parts = plain_parts()
    del parts["xl/styles.xml"]
    if not dangling:
        parts["xl/_rels/workbook.xml.rels"] = relationships(("rId1", "worksheet", "worksheets/sheet1.xml"))
        parts["[Content_Types].xml"] = str(parts["[Content_Types].xml"]).replace("styles", "strange")
    return parts


def at_root() -> dict[str, str | bytes]:
    """The workbook part at the root of the package, and a directory entry."""
    parts = {name.removeprefix("xl/"): data for name, data in plain_parts().items()}
    return {"folder/": b"", **{name: str(data).replace("xl/", "") for name, data in parts.items()}}


def with_backslashes() -> dict[str, str | bytes]:
    """Backslashes in the names inside the zip, and names in other case than their relationships."""
    return {name.replace("xl/", "XL\\"): data for name, data in plain_parts().items()}


def with_strange_views() -> dict[str, str | bytes]:
    """Views that look at tabs which are not there, and calculation that a person switched off at opening."""
    parts = plain_parts('<calcPr calcId="191029" fullCalcOnLoad="0"/>')
    views = '<bookViews><workbookView activeTab="-1" firstSheet="40"/></bookViews><sheets>'
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace("<sheets>", views)
    return parts


def with_calculation_chain() -> dict[str, str | bytes]:
    """A calculation chain, a macro part, an external link and names local to a sheet."""
    names = (
        '<externalReferences><externalReference r:id="rId9"/></externalReferences><definedNames>'
        '<definedName name="_xlnm.Print_Area" localSheetId="0">Mine!$A$1</definedName>'
        '<definedName name="Rate">Mine!$A$1</definedName></definedNames><calcPr calcId="191029"/>'
    )
    parts = plain_parts(names)
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace("<workbook ", f'<workbook xmlns:r="{OFFICE}" ')
    parts["xl/_rels/workbook.xml.rels"] = relationships(
        ("rId1", "worksheet", "worksheets/sheet1.xml"),
        ("rId2", "styles", "styles.xml"),
        ("rId3", "calcChain", "calcChain.xml"),
        ("rId4", "vbaProject", "vbaProject.bin"),
        ("rId9", "externalLink", "externalLinks/externalLink1.xml"),
    )
    parts["[Content_Types].xml"] = content_types(
        {
            "xl/workbook.xml": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            "xl/worksheets/sheet1.xml": f"{SHEET_ML}.worksheet+xml",
            "xl/styles.xml": f"{SHEET_ML}.styles+xml",
            "xl/calcChain.xml": f"{SHEET_ML}.calcChain+xml",
            "xl/vbaProject.bin": "application/vnd.ms-office.vbaProject",
            "xl/externalLinks/externalLink1.xml": f"{SHEET_ML}.externalLink+xml",
            "xl/worksheets/sheet2.xml": f"{SHEET_ML}.worksheet+xml",
        },
        default_xml=f"{SHEET_ML}.worksheet+xml",
    )
    parts["xl/calcChain.xml"] = f'<calcChain xmlns="{MAIN}"><c r="A1" i="7"/></calcChain>'
    parts["xl/vbaProject.bin"] = bytes(range(256)) * 40
    parts["xl/externalLinks/externalLink1.xml"] = f'<externalLink xmlns="{MAIN}"/>'
    return parts


def made_by_xlsxwriter(date_1904: bool = False) -> bytes:
    """A host with a chart, a table, a comment, a picture-less drawing and formats of its own."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": date_1904})
    bold = book.add_format({"bold": True, "num_format": '0.000 "x"'})
    sheet = book.add_worksheet("Inputs")
    sheet.write(0, 0, "text", bold)
    sheet.write_comment("A1", "a note")
    sheet.add_table("C1:D4", {"name": "Users", "columns": [{"header": "a"}, {"header": "b"}]})
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Inputs!$C$2:$C$4"})
    sheet.insert_chart("F2", chart)
    book.add_worksheet("Other").write_formula("A1", "=Inputs!A1", None, 0)
    book.define_name("Taken", "=Inputs!$A$1")
    book.close()
    return out.getvalue()


def generated(sheets: tuple[str, ...] = ("Results", "Cost"), date_1904: bool = False, value: float = 1.0) -> bytes:
    """Make what the tool would generate: formats, charts, tables, comments, conditional formats, print titles."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": date_1904})
    strong = book.add_format({"bold": True, "num_format": '0.000 "x"', "bg_color": "#FFEEDD", "border": 1})
    alarm = book.add_format({"font_color": "#C00000", "num_format": "#,##0.0"})
    for name in sheets:
        sheet = book.add_worksheet(name)
        sheet.write_string(0, 0, 'é < & "quoted"', strong)
        sheet.write_rich_string(0, 1, "a ", strong, "b", " c")
        for row in range(1, 9):
            sheet.write_formula(row, 0, f"={row}*2", alarm, row * value)
        sheet.set_column(0, 2, 12, strong)
        sheet.set_row(20, 20, alarm)
        sheet.write_url(10, 1, "https://example.org/")
        sheet.write_comment("A1", "a note")
        columns = [{"header": "a", "format": strong}, {"header": "b", "formula": "=[@a]*2"}]
        sheet.add_table("A31:B33", {"name": f"T{name}", "columns": columns})
        sheet.write_formula("D1", f"=SUM(T{name}[a])", None, 0)
        sheet.conditional_format("A1:A9", {"type": "cell", "criteria": ">", "value": 3, "format": alarm})
        sheet.conditional_format("B1:B9", {"type": "data_bar", "bar_solid": True})
        sheet.repeat_rows(0)
        sheet.print_area("A1:F40")
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": f"='{name}'!$A$2:$A$9"})
        sheet.insert_chart("E2", chart)
    book.define_name("ResultOfAll", f"='{sheets[0]}'!$A$2")
    book.close()
    return out.getvalue()


def generated_parts() -> Package:
    """Return what the tool would generate as the parts to be grafted."""
    return Package(io.BytesIO(generated()), "the generated workbook")


HAND_MADE = {
    "plain": plain_parts,
    "prefixed": prefixed,
    "utf-16 with mark": lambda: wide(bom=True),
    "utf-16 without mark": lambda: wide(bom=False),
    "self-closed": self_closed,
    "no styles": lambda: without_styles(dangling=False),
    "dangling styles": lambda: without_styles(dangling=True),
    "workbook at the root": at_root,
    "backslashes": with_backslashes,
    "calculation chain, macros": with_calculation_chain,
    "strange views": with_strange_views,
}
