"""What a package discloses beside its visible cells (files floor).

Parts are searched as they are in the package, without reading them as a workbook: nothing that another program has
stored is left out because this one does not know it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from workbook.files.package.book_parts import OWNED
from workbook.files.package.names import defined_names
from workbook.files.package.package import Package

_ADDRESS = re.compile(rb"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*\bhidden="(?:1|true)"')
_HIDDEN_COLUMN = re.compile(rb'<(?:\w+:)?col\b[^>]*\bhidden="(?:1|true)"')
_PROPERTY = r"<(?:\w+:)?{name}\b[^>]*>([^<]*)</(?:\w+:)?{name}>"
_PEOPLE = ("creator", "lastModifiedBy", "Company", "Manager")
_PARTS = {
    "notes": r"xl/comments[^/]*\.xml|.*/comments/.*\.xml",
    "comments": r"xl/threadedcomments/.*\.xml",
    "links": r"xl/externallinks/[^/]*\.xml",
    "connections": r"xl/connections\.xml",
    "pivots": r"xl/pivotcache/pivotcacherecords.*\.xml",
    "macros": r"xl/vbaproject\.bin",
    "properties": r"docprops/custom\.xml",
    "data": r"customxml/item[^/]*\.xml",
    "files": r".*/embeddings/.*",
}


@dataclass(frozen=True, slots=True)
class Disclosures:
    """What lies in a package: names of hidden things, numbers of parts by kind, who worked on it, addresses."""

    sheets: tuple[str, ...]
    names: tuple[str, ...]
    sheets_with_rows: tuple[str, ...]
    sheets_with_columns: tuple[str, ...]
    parts: tuple[tuple[str, int], ...]
    """Of each kind that there is: its name, such as `notes` or `macros`, and the number of parts."""
    people: tuple[tuple[str, str], ...]
    """Properties of the document, by name, such as `creator`."""
    addresses: tuple[str, ...]


def read_disclosures(package: Package) -> Disclosures:
    """Return what a copy of the package would disclose."""
    return Disclosures(
        sheets=tuple(sheet.name for sheet in package.sheets if sheet.state != "visible"),
        names=tuple(_hidden_names(package)),
        sheets_with_rows=tuple(_sheets_with(package, _HIDDEN_ROW)),
        sheets_with_columns=tuple(_sheets_with(package, _HIDDEN_COLUMN)),
        parts=tuple((kind, count) for kind, pattern in _PARTS.items() if (count := _number_of(package, pattern))),
        people=tuple(_people(package)),
        addresses=_addresses(package),
    )


def _hidden_names(package: Package) -> Iterator[str]:
    for name in defined_names(package.workbook):
        if name.is_hidden and name.name != OWNED and not name.name.startswith(("_xlnm.", "_workbook.")):
            yield name.name


def _sheets_with(package: Package, pattern: re.Pattern[bytes]) -> Iterator[str]:
    return (sheet.name for sheet in package.sheets if sheet.part and pattern.search(package.read(sheet.part)))


def _number_of(package: Package, pattern: str) -> int:
    return sum(1 for part in package.entries if re.fullmatch(pattern, part))


def _people(package: Package) -> Iterator[tuple[str, str]]:
    for part in ("docprops/core.xml", "docprops/app.xml"):
        text = package.read(part).decode("utf-8", "replace") if part in package else ""
        for name in _PEOPLE:
            match = re.search(_PROPERTY.format(name=name), text)
            if match and match[1].strip():
                yield name, unescape(match[1].strip())


def _addresses(package: Package) -> tuple[str, ...]:
    parts = [part for part in package.entries if part.endswith(".xml") and part.startswith(("xl/", "docprops/"))]
    return tuple(sorted({match.decode() for part in parts for match in _ADDRESS.findall(package.read(part))}))
