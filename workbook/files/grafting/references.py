"""Where a person's own formulas read sheets of ours (files floor).

A package and the names of sheets in, places out, as a person finds them: cells, rules, charts and defined names that
would read nothing any more if those sheets went.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from xml.sax.saxutils import escape

from lxml import etree

from workbook.files.grafting.ownership import added_sheets
from workbook.files.grafting.workbook_part import is_ours
from workbook.files.package.names import defined_names
from workbook.files.package.package import Package
from workbook.files.package.parts import SheetEntry, key
from workbook.files.package.refuse import XML_ERRORS, damaged

_FORMULAS = tuple(f"{{*}}{name}" for name in (
    "f", "formula", "formula1", "formula2", "sqref", "FmlaPict", "FmlaLink", "FmlaRange", "hyperlink", "sp",
    "cameraTool", "formControlPr",
))  # fmt: skip
_ATTRIBUTES = ("location", "textlink", "cellRange", "fmlaLink", "fmlaRange")
_REFERENCE = r"(?:\$?[A-Za-z]{1,3}\$?[0-9]{1,7}|\$?[A-Za-z]{1,3}|\$?[0-9]{1,7})"


def readers_of(package: Package, sheets: Collection[str]) -> list[str]:
    """Return the places outside these sheets whose formulas name one of them, or a table on them; in tab order.

    Raises Refusal where a part that names one is not well formed.
    """
    gone = {name.casefold() for name in sheets}
    tables = [table.name for table in package.tables() if table.sheet.casefold() in gone]
    reading = _pattern(sheets, tables)
    kept = [sheet for sheet in package.sheets if sheet.name.casefold() not in gone and sheet.part in package]
    parts = _parts_of(package, gone)
    added = {*added_sheets(package)}  # the guide that was added with the inputs links to results: nobody loses by that
    found = [
        place
        for sheet in kept
        for place in _on_sheet(package, sheet, reading, parts)
        if sheet.name not in added or not place.startswith("a hyperlink")
    ]
    found += [f"a pivot table on {sheet.name}" for sheet in kept if _pivots_on(package, sheet) & gone]
    positions = {number for number, sheet in enumerate(package.sheets) if sheet.name.casefold() in gone}
    names = (name for name in defined_names(package.workbook) if name.sheet not in positions)
    return found + [f"the name {name.name}" for name in names if reading.search(name.text) and not is_ours(name)]


def without_readings(text: str, package: Package, sheets: Collection[str]) -> str:
    """Return a name's formula with `#REF!` for each reference to these sheets, as a deletion in Excel leaves it."""
    tables = [table.name for table in package.tables() if table.sheet in sheets]
    forms = "|".join(re.escape(name) for name in sheets)
    quoted = "|".join(re.escape(name.replace("'", "''")) for name in sheets)
    names = "|".join(map(re.escape, tables))
    own = rf"(?:(?<![\w.'\]!:])(?:{forms})|'(?:{quoted})')!{_REFERENCE}(?::{_REFERENCE})?(?![\w!(])"
    table = rf"|(?<![\w.])(?:{names})\[(?:[^\[\]]|\[[^\[\]]*+\])*+\]" if tables else ""
    left = re.sub(
        rf'"[^"]*+"|{own}{table}', lambda found: found[0] if found[0][0] == '"' else "#REF!", text, flags=re.I
    )
    is_left = _pattern(sheets, tables).search(re.sub(r'"[^"]*+"', '""', left))
    return "#REF!" if is_left else left


def _pattern(sheets: Collection[str], tables: Collection[str]) -> re.Pattern[str]:
    """Match a sheet before `!` or `:`, in quotes or not, and a table before its bracket."""
    forms = [re.escape(name) for name in sheets]
    quoted = [re.escape(name.replace("'", "''")) for name in sheets]
    parts = [
        rf"(?<![\w.'\]!])(?:{'|'.join(forms)})(?:![$A-Za-z0-9#]|:[^!:]*!)",
        rf"'(?:[^']*:)?(?:{'|'.join(quoted)})(?::[^']*)?'!",
        *([rf"(?<![\w.])(?:{'|'.join(map(re.escape, tables))})\["] if tables else []),
    ]
    return re.compile("|".join(parts), re.IGNORECASE)


def _parts_of(package: Package, gone: Collection[str]) -> set[str]:
    """Return the parts that hang on sheets which go, so that a chart there is not taken for a person's own."""
    sheets = [sheet.part for sheet in package.sheets if sheet.name.casefold() in gone and sheet.part in package]
    return {key(part) for sheet in sheets for part in (sheet, *package.reachable(sheet))}


def _on_sheet(package: Package, sheet: SheetEntry, reading: re.Pattern[str], gone: Collection[str]) -> Iterator[str]:
    for part in (sheet.part, *package.reachable(sheet.part)):
        if key(part) in gone:
            continue
        links = (link.target for link in package.relationships(part) if link.is_external)
        if any(link.startswith("#") and reading.search(link) for link in links):
            yield f"a hyperlink on {sheet.name}"
        if not key(part).endswith((".xml", ".vml")) or not _may_read(package, part, reading):
            continue
        for place in _in_part(package, part, reading):
            if place.startswith("a hyperlink"):
                yield place + sheet.name
                continue
            yield f"{sheet.name}!{place}" if part == sheet.part and place else f"{_kind(part)} on {sheet.name}"


def _may_read(package: Package, part: str, reading: re.Pattern[str]) -> bool:
    """Look the text over before it is parsed: most parts name no other sheet at all."""
    data = package.read(part)
    text = data.decode("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8", errors="replace")
    return bool(reading.search(text.replace("&apos;", "'").replace("&amp;", "&").replace(escape('"'), '"')))


def _in_part(package: Package, part: str, reading: re.Pattern[str]) -> Iterator[str]:
    """Return the cell of each formula that reads; one empty place for all that stands in no cell."""
    try:
        root = etree.fromstring(package.read(part), etree.XMLParser(resolve_entities=False, huge_tree=True))
    except XML_ERRORS as error:
        raise damaged(package.name, part, str(error)) from error
    is_elsewhere = False
    for element in root.iter(*_FORMULAS):
        texts = [element.text, *(element.get(name) for name in _ATTRIBUTES)]
        if any(text and reading.search(text) for text in texts):
            parent = element.getparent()
            is_cell = parent is not None and etree.QName(parent).localname == "c"
            address = parent.get("r") if parent is not None and is_cell else None
            if "ref" in element.attrib and element.get("location"):
                yield f"a hyperlink in {element.get('ref')} of "
            elif address:
                yield address
            is_elsewhere = is_elsewhere or not (address or element.get("location"))
    if is_elsewhere:
        yield ""


def _pivots_on(package: Package, sheet: SheetEntry) -> set[str]:
    """Return the names of the sheets that a sheet's pivot tables take their data from."""
    caches = [part for part in package.reachable(sheet.part) if "pivotcachedefinition" in key(part)]
    sources = (source for part in caches for source in package.root(part, 2).under("cacheSource"))
    return {source.attributes.get("sheet", "").casefold() for source in sources}


def _kind(part: str) -> str:
    folder = key(part).rpartition("/")[0].rpartition("/")[2]
    return {
        "charts": "a chart",
        "drawings": "a text box or picture",
        "ctrlprops": "a control",
        "worksheets": "a rule",
        "pivotcache": "a pivot table",
    }.get(folder, "an object")
