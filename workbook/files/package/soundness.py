"""Tells whether a sound package is a workbook that may be read, and one that may be written (files floor).

A package in, nothing or a `Refusal` out: another Office file, another dialect, sheets or relationships told twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NoReturn

from workbook.files.package import sniff
from workbook.files.package.book_parts import CONTENT_TYPES, MAIN
from workbook.files.package.budget import STRINGS, STYLES
from workbook.files.package.caps import Caps, way_out
from workbook.files.package.package import Package
from workbook.files.package.parts import key, rels_name
from workbook.files.package.refuse import FileTrouble, no_workbook, not_a_workbook, other_format, refusal
from workbook.problems import Code

STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_SINGLE = {"officeDocument", "styles", "sharedStrings", "calcChain"}


def check_workbook(package: Package, caps: Caps) -> None:
    """Refuse what is a sound package but no workbook that Excel writes by default. Raises FileTrouble."""
    if CONTENT_TYPES not in package:
        _refuse_foreign_zip(package)
    _check_content_types(package)
    _check_root(package)
    _check_relationships(package)
    _check_sheets(package, caps)
    if package.budget:
        for kind, price in (("styles", STYLES), ("sharedStrings", STRINGS)):
            for rel in package.relationships(package.workbook_part):
                if rel.kind.endswith("/" + kind) and rel.target in package:
                    package.budget.spend(package, rel.target, price)


def check_writable(package: Package) -> None:
    """Refuse a workbook that may be read but takes no new sheet. Raises Refusal (unreadable)."""
    if package.follow(package.workbook_part, "revisionHeaders"):
        raise refusal(
            Code.SHARED_WORKBOOK, package.name, "is a shared workbook with a change history",
            "Stop sharing it with Review > Unshare Workbook, save it and run again.",
        )  # fmt: skip
    if any(part.startswith("_xmlsignatures/") for part in package.entries):
        raise refusal(
            Code.SIGNED, package.name, "carries a digital signature, which any change would void",
            "Remove the signature with File > Info > View Signatures, or write to another file.",
        )  # fmt: skip
    locked = package.workbook.find("workbookProtection")
    if locked is not None and locked.attributes.get("lockStructure", "0") in {"1", "true"}:
        raise refusal(
            Code.STRUCTURE_LOCKED, package.name, "has a protected structure, so no sheet can be added",
            "Switch it off with Review > Protect Workbook, save it and run again.",
        )  # fmt: skip
    sharing = package.workbook.find("fileSharing")
    if sharing is not None and (sharing.attributes.get("reservationPassword") or sharing.attributes.get("hashValue")):
        raise refusal(
            Code.WRITE_RESERVED, package.name, "has a password to modify, so only who knows it may change the file",
            "Remove it with File > Save As > Tools > General Options, or save the file under another name without it.",
        )  # fmt: skip


def _refuse_foreign_zip(package: Package) -> NoReturn:
    """Refuse a zip without content types by what it is instead. Raises FileTrouble."""
    names = [info.filename for info in package.zip.infolist()]
    kind = sniff.zip_kind(names)
    if "mimetype" in package:
        with package.stream("mimetype") as file:
            kind = sniff.open_document_kind(file.read(100)) or kind
    if kind:
        is_sheet = ".ods" in kind or "Numbers" in kind or ".xlsb" in kind
        raise other_format(kind) if is_sheet else not_a_workbook(kind)
    inside = next((name for name in names if name.lower().endswith((".xlsx", ".xlsm"))), "")
    if inside:
        raise FileTrouble(
            Code.NOT_A_WORKBOOK, f"is a zip archive that contains the workbook {inside}",
            f"Unpack it, and give {inside.rpartition('/')[2]} instead.",
        )  # fmt: skip
    raise no_workbook("it contains " + (", ".join(names[:3]) or "nothing"))


def _check_content_types(package: Package) -> None:
    """Refuse two content types for one part: which of them holds is anybody's guess."""
    told: dict[str, str] = {}
    for element in package.root(CONTENT_TYPES, 1).children:
        own = element.attributes.get
        name = "/" + key(own("PartName", "")) if element.name == "Override" else "." + own("Extension", "").lower()
        kind = own("ContentType", "")
        if told.setdefault(name, kind) != kind:
            raise _told_twice(f"gives {name[1:]} two content types")


def _check_root(package: Package) -> None:
    content = package.content_type(package.workbook_part)
    if "binary" in content or package.workbook_part.endswith(".bin"):
        raise other_format("an Excel Binary Workbook (.xlsb)")
    if kind := sniff.office_kind(content):
        raise not_a_workbook(kind)
    root = package.workbook
    namespace = root.scope.get(root.prefix, "")
    if namespace == STRICT_MAIN:
        raise FileTrouble(
            Code.STRICT_FORMAT, "is saved as Strict Open XML, which most programs cannot read",
            "In Excel choose File > Save As > Excel Workbook (.xlsx).",
        )  # fmt: skip
    if namespace != MAIN or root.name != "workbook":
        raise no_workbook(f"its main part is a {root.name} of {namespace or 'no namespace'}")


def _check_relationships(package: Package) -> None:
    for part in ("", package.workbook_part):
        twice = _first_repeated(rel.id for rel in package.relationships(part))
        if twice is not None:
            raise _told_twice(f"has two relationships called {twice!r} in its part {rels_name(part)}")
        kinds = {(rel.kind.rpartition("/")[2], key(rel.target)) for rel in package.relationships(part)}
        kind = _first_repeated(kind for kind, _ in kinds if kind in _SINGLE)
        if kind is not None:
            raise _told_twice(f"leads to two parts as its {kind}")


def _check_sheets(package: Package, caps: Caps) -> None:
    sheets = package.sheets
    if len(sheets) > caps.parts:
        raise FileTrouble(Code.TOO_LARGE, f"lists {len(sheets)} sheets; {caps.parts} are allowed", way_out())
    name = _first_repeated(sheet.name.casefold() for sheet in sheets)
    if name is not None:
        shown = next(sheet.name for sheet in sheets if sheet.name.casefold() == name)
        raise _told_twice(f"has two sheets called {shown!r}")
    part = _first_repeated(key(sheet.part) for sheet in sheets if sheet.part)
    if part is not None:
        both = [sheet.name for sheet in sheets if key(sheet.part) == part]
        raise _told_twice(f"has the sheets {both[0]!r} and {both[1]!r} in one part")


def _first_repeated(names: Iterable[str]) -> str | None:
    return next((name for name, count in Counter(names).items() if count > 1), None)


def _told_twice(trouble: str) -> FileTrouble:
    return FileTrouble(
        Code.TOLD_TWICE, f"{trouble}, so that programs would read different data",
        "Open it in Excel (it may offer to repair it), check what it shows, and save it under a new name.",
    )  # fmt: skip
