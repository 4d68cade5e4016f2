"""What a package discloses beside its visible cells (files floor).

Parts are searched as they are in the package, without reading them as a workbook: nothing that another program has
stored is left out because this one does not know it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from msgspec import Struct

from workbook.files.package.book_parts import OWNED
from workbook.files.package.names import defined_names
from workbook.files.package.package import Package
from workbook.files.package.pieces import chunks_of, overlapping

# Each pattern is tried once a word or once a tag, and none runs past a `<`, so that the time follows the size.
_ADDRESS = re.compile(
    rb"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,63}(?![A-Za-z0-9-])"
)
_LONGEST_ADDRESS, _MOST_ADDRESSES = 1_000, 1_000
_HIDDEN_ROW = re.compile(rb'<(?:\w{1,20}:)?row\b[^<>]*\bhidden="(?:1|true)"')
_HIDDEN_COLUMN = re.compile(rb'<(?:\w{1,20}:)?col\b[^<>]*\bhidden="(?:1|true)"')
_PROPERTY = r"<(?:\w{{1,20}}:)?{name}\b[^<>]*>([^<]{{1,2000}})<"
_FOLDER = re.compile(rb'<(?:\w{1,20}:)?absPath\b[^<>]*\burl="([^"<>]{1,2000})"')
_HEAD = 1 << 20
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


class Disclosures(Struct, frozen=True):
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
    folder: str = ""
    """The folder in which Excel has saved the file last."""
    commenters: tuple[str, ...] = ()
    """Who has written notes and comments."""
    hyperlinks: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    """Where linked pictures lie; a program that shows the file may fetch them."""


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
        folder=_folder(package),
        commenters=tuple(dict.fromkeys(_commenters(package))),
        hyperlinks=_targets(package, "/hyperlink"),
        pictures=_targets(package, "/image"),
    )


def _hidden_names(package: Package) -> Iterator[str]:
    for name in defined_names(package.workbook):
        if name.is_hidden and name.name != OWNED and not name.name.startswith(("_xlnm.", "_workbook.")):
            yield name.name


def _sheets_with(package: Package, pattern: re.Pattern[bytes]) -> Iterator[str]:
    return (sheet.name for sheet in package.sheets if sheet.part in package and _has(package, sheet.part, pattern))


def _has(package: Package, part: str, pattern: re.Pattern[bytes]) -> bool:
    with package.stream(part) as file:
        return any(pattern.search(piece) for piece, _ in overlapping(chunks_of(file), _LONGEST_ADDRESS))


def _number_of(package: Package, pattern: str) -> int:
    return sum(1 for part in package.entries if re.fullmatch(pattern, part))


def _people(package: Package) -> Iterator[tuple[str, str]]:
    for part in ("docprops/core.xml", "docprops/app.xml"):
        text = _head(package, part).decode("utf-8", "replace")
        for name in _PEOPLE:
            match = re.search(_PROPERTY.format(name=name), text)
            if match and match[1].strip():
                yield name, unescape(match[1].strip())


def _folder(package: Package) -> str:
    found = _FOLDER.search(_head(package, package.workbook_part))
    return unescape(found[1].decode("utf-8", "replace")) if found else ""


def _head(package: Package, part: str) -> bytes:
    if part not in package:
        return b""
    with package.stream(part) as file:
        return file.read(_HEAD)


def _commenters(package: Package) -> Iterator[str]:
    for part in package.entries:
        if re.fullmatch(_PARTS["notes"], part):
            yield from (author.text.strip() for author in package.root(part, 2).under("authors") if author.text.strip())
        elif re.fullmatch(r"xl/persons/[^/]*\.xml", part):
            names = (person.attributes.get("displayName", "") for person in package.root(part, 1).children)
            yield from (name for name in names if name)


def _targets(package: Package, kind: str) -> tuple[str, ...]:
    """Return where the arrows of a kind lead that lead outside."""
    sources = [name.replace("_rels/", "").removesuffix(".rels") for name in package.entries if name.endswith(".rels")]
    arrows = (arrow for source in sources for arrow in package.relationships(source))
    found = (arrow.target for arrow in arrows if arrow.is_external and arrow.kind.endswith(kind))
    return tuple(dict.fromkeys(target for target in found if not target.startswith("#")))


def _addresses(package: Package) -> tuple[str, ...]:
    parts = [part for part in package.entries if part.endswith(".xml") and part.startswith(("xl/", "docprops/"))]
    found: set[bytes] = set()
    for part in parts:
        with package.stream(part) as file:
            for number, (piece, is_last) in enumerate(overlapping(chunks_of(file), _LONGEST_ADDRESS)):
                # What touches the edge of a piece stands whole in the piece before it or behind it.
                inner = (
                    match[0]
                    for match in (_ADDRESS.finditer(piece) if b"@" in piece else ())
                    if (number == 0 or match.start() > 0) and (is_last or match.end() < len(piece))
                )
                found.update(inner)
                if len(found) >= _MOST_ADDRESSES:
                    break
    return tuple(sorted(match.decode() for match in found))
