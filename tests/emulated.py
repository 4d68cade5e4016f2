"""What Excel and Google Sheets write when they save a workbook, made from a workbook's own parts.

Neither runs here. Excel: parts numbered by tab, shared strings, cell formats in an order of its own, a calculation
chain, whole numbers without a point, the path of the folder, AppVersion 16, no demand to recalculate. Google Sheets:
no tables, names, theme or document properties, shared strings, and shared formulas down each column.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from workbook.address import column_number

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_SHEETML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FOLDER = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    '<mc:Choice Requires="x15"><x15ac:absPath xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac"'
    ' url="C:\\Users\\anna\\Plans\\" xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"/>'
    "</mc:Choice></mc:AlternateContent>"
)
_APP = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<Application>Microsoft Excel</Application><AppVersion>16.0300</AppVersion></Properties>"
)


class _Book:
    """A workbook's parts as trees, edited in place and packed anew."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.book = self.tree("xl/workbook.xml")
        self.rels = self.tree("xl/_rels/workbook.xml.rels")
        self.types = self.tree("[Content_Types].xml")
        targets = {rel.get("Id"): _resolved("xl/workbook.xml", rel.get("Target", "")) for rel in self.rels}
        self.sheets = [targets[sheet.get(f"{{{_OFFICE}}}id")] for sheet in self.book.iter(f"{MAIN}sheet")]
        self.trees = {part: self.tree(part) for part in self.sheets}

    def tree(self, part: str) -> etree._Element:
        return etree.fromstring(self.parts[part])

    def cells(self) -> Iterator[etree._Element]:
        for part in self.sheets:
            yield from self.trees[part].iter(f"{MAIN}c")

    def drop(self, pattern: str) -> None:
        """Take parts out with the relationships and content types that name them."""
        gone = {name for name in self.parts if re.fullmatch(pattern, name)}
        for name in gone:
            del self.parts[name]
        for rel in [*self.rels]:
            if _resolved("xl/workbook.xml", rel.get("Target", "")) in gone:
                self.rels.remove(rel)
        for name in [name for name in self.parts if name.endswith(".rels")]:
            source = name.replace("_rels/", "").removesuffix(".rels")
            root = self.tree(name)
            for rel in [*root]:
                if rel.get("TargetMode") != "External" and _resolved(source, rel.get("Target", "")) in gone:
                    root.remove(rel)
            self.parts[name] = etree.tostring(root)
        for kind in [*self.types]:
            if kind.get("PartName", "").lstrip("/") in gone:
                self.types.remove(kind)

    def add(self, name: str, kind: str, content_type: str, data: bytes) -> None:
        """Add a part that hangs on the workbook."""
        self.parts[name] = data
        taken = {rel.get("Id") for rel in self.rels}
        free = next(f"rId{number}" for number in range(1, 9999) if f"rId{number}" not in taken)
        attributes = {"Id": free, "Type": f"{_OFFICE}/{kind}", "Target": name.removeprefix("xl/")}
        etree.SubElement(self.rels, f"{RELS}Relationship", attributes)
        etree.SubElement(self.types, f"{_TYPES}Override", PartName=f"/{name}", ContentType=content_type)

    def share_strings(self) -> None:
        """Move every text into a part of its own, in the order in which the sheets show them."""
        own = [*self.tree("xl/sharedStrings.xml")] if "xl/sharedStrings.xml" in self.parts else []
        self.drop(r"xl/sharedStrings\.xml")
        texts: dict[bytes, int] = {}
        count = 0
        for cell in self.cells():
            if cell.get("t") not in {"s", "inlineStr"}:
                continue
            inline, value = cell.find(f"{MAIN}is"), cell.find(f"{MAIN}v")
            item = own[int(value.text or 0)] if inline is None and value is not None else inline
            assert item is not None
            inner = b"".join(etree.tostring(child, with_tail=False) for child in item)
            for child in [*cell]:
                cell.remove(child)
            cell.set("t", "s")
            etree.SubElement(cell, f"{MAIN}v").text = str(texts.setdefault(inner, len(texts)))
            count += 1
        head = f'<sst xmlns="{MAIN[1:-1]}" count="{count}" uniqueCount="{len(texts)}">'.encode()
        body = b"".join(b"<si>" + text + b"</si>" for text in texts)
        self.add("xl/sharedStrings.xml", "sharedStrings", f"{_SHEETML}.sharedStrings+xml", head + body + b"</sst>")

    def plain_numbers(self) -> None:
        """Write numbers as both programs do: whole ones without a point."""
        for cell in self.cells():
            value = cell.find(f"{MAIN}v")
            if value is not None and value.text and cell.get("t", "n") == "n":
                number = float(value.text)
                value.text = str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number).upper()

    def packed(self) -> bytes:
        """Return the workbook, its trees first."""
        for part, root in (
            {"xl/workbook.xml": self.book, "xl/_rels/workbook.xml.rels": self.rels} | self.trees
        ).items():
            self.parts[part] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", etree.tostring(self.types))
            for name, data in self.parts.items():
                if name != "[Content_Types].xml":
                    archive.writestr(name, data)
        return out.getvalue()


def as_excel_saves(data: bytes) -> bytes:
    """Return a workbook with the traits of a save in Excel."""
    made = _Book(data)
    made.share_strings()
    made.plain_numbers()
    _turn_formats_round(made)
    made.drop(r"xl/calcChain\.xml")
    chain = b"".join(
        b'<c r="%b" i="%d"/>' % (cell.get("r", "").encode(), number)
        for number, part in enumerate(made.sheets, start=1)
        for cell in made.trees[part].iter(f"{MAIN}c")
        if cell.find(f"{MAIN}f") is not None
    )
    chain = b'<calcChain xmlns="%b">%b</calcChain>' % (MAIN[1:-1].encode(), chain)
    made.add("xl/calcChain.xml", "calcChain", f"{_SHEETML}.calcChain+xml", chain)
    properties = made.book.find(f"{MAIN}calcPr")
    if properties is not None:
        if "fullCalcOnLoad" in properties.attrib:
            del properties.attrib["fullCalcOnLoad"]
        properties.set("calcId", "191029")
    made.book.insert(2, etree.fromstring(_FOLDER))
    made.parts["docProps/app.xml"] = _APP
    _number_by_tab(made)
    return made.packed()


def as_google_sheets_saves(data: bytes) -> bytes:
    """Return a workbook with the traits of a download from Google Sheets."""
    made = _Book(data)
    made.share_strings()
    made.plain_numbers()
    for part in made.sheets:
        root = made.trees[part]
        _share_formulas(root)
        for name in ("tableParts", "extLst", "conditionalFormatting"):
            for element in [*root.iter(f"{MAIN}{name}")]:
                root.remove(element)
    for name in ("definedNames", "calcPr"):
        for element in [*made.book.iter(f"{MAIN}{name}")]:
            made.book.remove(element)
    made.drop(r"xl/tables/.*|xl/theme/.*|docProps/.*")
    _drop_package_links(made)
    return made.packed()


def _turn_formats_round(made: _Book) -> None:
    """Number the cell formats the other way round, all but the first."""
    styles = made.tree("xl/styles.xml")
    formats = styles.find(f"{MAIN}cellXfs")
    assert formats is not None
    count = len(formats)
    for one in [*formats][-2:0:-1]:
        formats.append(one)  # which moves it
    for part in made.sheets:
        for element in made.trees[part].iter(f"{MAIN}c", f"{MAIN}row", f"{MAIN}col"):
            name = "style" if element.tag == f"{MAIN}col" else "s"
            if number := int(element.get(name, "0")):
                element.set(name, str(count - number))
    made.parts["xl/styles.xml"] = etree.tostring(styles)


def _number_by_tab(made: _Book) -> None:
    """Give the sheets' parts the numbers of their tabs."""
    moved = {part: f"xl/worksheets/sheet{number}.xml" for number, part in enumerate(made.sheets, start=1)}
    links = {part: made.parts.pop(_links_of(part)) for part in moved if _links_of(part) in made.parts}
    for part in moved:
        del made.parts[part]
    for element in [*made.rels, *made.types]:
        for name, prefix in (("Target", "xl/"), ("PartName", "/")):
            old = _resolved("xl/workbook.xml", element.get(name, "")) if name == "Target" else element.get(name, "")[1:]
            if old in moved:
                new = moved[old]
                element.set(name, new.removeprefix(prefix) if name == "Target" else prefix + new)
    made.parts |= {_links_of(moved[part]): data for part, data in links.items()}
    made.trees = {moved[part]: made.trees[part] for part in made.sheets}
    made.sheets = [moved[part] for part in made.sheets]


def _share_formulas(root: etree._Element) -> None:
    """Write a formula that is the same in a row of cells, seen from each of them, once for all."""
    for row in root.iter(f"{MAIN}row"):
        first: etree._Element | None = None
        start = last = group = ""
        for number, cell in enumerate(row):
            address, formula = cell.get("r", ""), cell.find(f"{MAIN}f")
            text = _seen_from(address, formula.text or "") if formula is not None else ""
            if first is not None and formula is not None and text == last and '"' not in text:
                first.attrib.update({"t": "shared", "ref": f"{start}:{address}", "si": group})
                formula.attrib.update({"t": "shared", "si": group})
                formula.text = None
            else:
                first, last, start, group = formula, text, address, f"{row.get('r')}{number:05d}"


def _seen_from(address: str, formula: str) -> str:
    """Return a formula with the columns of its relative references counted from its own cell."""
    own = column_number(re.match("[A-Z]+", address)[0])  # type: ignore[index]
    return re.sub(
        r"(?<![\w$.])(\$?)([A-Z]{1,3})(?=\$?\d)(?!\d+\()",
        lambda hit: hit[0] if hit[1] else f"C[{column_number(hit[2]) - own}]",
        formula,
    )


def _drop_package_links(made: _Book) -> None:
    root = made.tree("_rels/.rels")
    for rel in [*root]:
        if rel.get("Target", "").lstrip("/") not in made.parts:
            root.remove(rel)
    made.parts["_rels/.rels"] = etree.tostring(root)


def _links_of(part: str) -> str:
    folder, _, file = part.rpartition("/")
    return f"{folder}/_rels/{file}.rels"


def _resolved(source: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/" + posixpath.dirname(source), target)).lstrip("/")
