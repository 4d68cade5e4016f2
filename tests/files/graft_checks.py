"""What must hold after every graft and every removal, whatever the host: used on hand-made and on collected files."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence

import openpyxl
from lxml import etree

from tests.files.hosts import generated
from tests.files.package_lint import lint
from workbook.files.grafting.graft import graft
from workbook.files.grafting.removal import remove
from workbook.files.package.book_parts import CONTENT_TYPES, BookParts
from workbook.files.package.opening import open_package
from workbook.files.package.package import Package
from workbook.files.package.parts import key, rels_name
from workbook.files.package.shared_strings import shared_strings
from workbook.files.package.splice import to_utf8


def grafted(host: bytes | Package, new: bytes | BookParts, mark: bool = True) -> bytes:
    out = io.BytesIO()
    parts = Package(io.BytesIO(new)) if isinstance(new, bytes) else new
    graft(open_package(host) if isinstance(host, bytes) else host, parts, out, mark=mark)
    return out.getvalue()


def removed(host: bytes | Package) -> bytes:
    out = io.BytesIO()
    remove(open_package(host) if isinstance(host, bytes) else host, out)
    return out.getvalue()


def fitting(host: bytes) -> bytes:
    return generated(date_1904=open_package(host).date_1904)


def editable(package: Package) -> set[str]:
    """Return the only parts of a host that a graft may edit."""
    book = package.workbook_part
    own = [package.follow(book, kind) for kind in ("styles", "sharedStrings")]
    return {key(name) for name in (CONTENT_TYPES, book, rels_name(book), *(rel.target for rel in own if rel))}


def lost_or_changed(before: Package, after: Package) -> list[str]:
    """Return the parts that are not as they were, though they had to be."""
    chain = before.follow(before.workbook_part, "calcChain")
    free = editable(before) | {key(chain.target) if chain else ""}
    wanted = {part: info.CRC for part, info in before.entries.items() if part not in free}
    found = {part: info.CRC for part, info in after.entries.items()}
    return [part for part, crc in wanted.items() if found.get(part) != crc or differs(before, after, part)]


def differs(before: Package, after: Package, part: str) -> bool:
    return hashlib.sha256(before.read(part)).digest() != hashlib.sha256(after.read(part)).digest()


def records(package: Package) -> dict[str, list[bytes]]:
    """Return each style container's records, in a form that namespace prefixes of the surroundings do not touch."""
    styles = package.follow(package.workbook_part, "styles")
    if styles is None or styles.target not in package:
        return {}
    root = etree.fromstring(to_utf8(package.read(styles.target)), etree.XMLParser(huge_tree=True))
    named = {etree.QName(child).localname: list(child.iterchildren("*")) for child in root.iterchildren("*")}
    return {name: [etree.tostring(item, method="c14n") for item in items] for name, items in named.items()}


def moved_styles(before: Package, after: Package) -> list[str]:
    """Return the containers whose old records are not the first of the new ones."""
    new = records(after)
    return [name for name, items in records(before).items() if new.get(name, [])[: len(items)] != items]


def strings_part(package: Package) -> bytes | None:
    """Return the shared strings as they are; None where there are none."""
    found = package.follow(package.workbook_part, "sharedStrings")
    return package.read(found.target) if found and found.target in package else None


def moved_texts(before: Package, after: Package) -> list[str]:
    """Say so where the host's shared strings are not the first of the new ones, number by number and byte by byte."""
    old, new = strings_part(before), strings_part(after)
    if old is None:
        return []
    texts = list(shared_strings(before).xml())
    is_same = new is not None and list(shared_strings(after).xml())[: len(texts)] == texts
    end = old.rfind(b"<") if texts else 0
    start = old.find(b"<si") if texts else 0
    return [] if is_same and old[start:end] in (new or b"") else ["shared strings"]


def new_sheets(package: Package) -> frozenset[str]:
    return frozenset(key(sheet.part) for sheet in package.sheets if sheet.name in package.owners)


def findings(host: bytes, new: bytes) -> list[str]:
    """Check everything that holds for every host; give what does not."""
    before = open_package(host)
    first = grafted(before, new)
    after = open_package(first)
    wrong = [f"lost or changed: {part}" for part in lost_or_changed(before, after)]
    wrong += [f"style moved: {name}" for name in moved_styles(before, after)]
    wrong += [f"text moved: {name}" for name in moved_texts(before, after)]
    wrong += list(lint(first, new_sheets(after)) - lint(host))
    wrong += [] if grafted(after, new) == first else ["a second graft changes something"]
    back = open_package(removed(after))
    wrong += [f"lost or changed by removal: {part}" for part in lost_or_changed(before, back)]
    wrong += [f"not given back: {part}" for part in not_given_back(before, back)]
    return wrong


def not_given_back(before: Package, back: Package) -> list[str]:
    """Return frame's parts whose content is another after removal; a default type and a calculation chain may be."""
    chain = {rel.id for rel in before.relationships(before.workbook_part) if rel.kind.endswith("/calcChain")}
    rels = [{rel for rel in p.relationships(p.workbook_part) if rel.id not in chain} for p in (before, back)]
    types = [{name for name in p.content_types.items() if name[0].startswith("/")} for p in (before, back)]
    types = [{item for item in found if "calcChain" not in item[1]} for found in types]
    # A part that the host did not have stays empty-handed: relationships and styles that came with the first graft.
    added = {f"/{key(part)}" for part in back.entries if part not in before}
    types = [{item for item in found if item[0] not in added} for found in types]
    books = [_canonical(p.read(p.workbook_part)) for p in (before, back)]
    texts = [strings_part(p) for p in (before, back)]
    pairs: dict[str, Sequence[object]] = {"workbook": books, "content types": types, "shared strings": texts}
    if rels_name(before.workbook_part) in before and before.follow(before.workbook_part, "styles"):
        pairs["relationships"] = rels
    return [name for name, (one, other) in pairs.items() if one != other]


def _canonical(book: bytes) -> bytes:
    root = etree.fromstring(to_utf8(book), etree.XMLParser(huge_tree=True))
    sheets = len(root.findall("{*}sheets/{*}sheet"))
    for view in root.iterfind("{*}bookViews/{*}workbookView"):
        # Tabs that were never there may have become ours for a while, and are the first since, which is the default.
        for attribute in ("activeTab", "firstSheet"):
            if attribute in view.attrib and not 0 < int(view.attrib[attribute]) < sheets:
                del view.attrib[attribute]
    for empty in root.findall("{*}definedNames"):
        if len(empty) == 0:
            root.remove(empty)
    text: bytes = etree.tostring(root, method="c14n")
    return text


def loads(data: bytes) -> bool:
    try:
        openpyxl.load_workbook(io.BytesIO(data))
    except Exception:  # noqa: BLE001, RUF100 (whatever ails openpyxl: only the difference counts)
        return False
    return True
