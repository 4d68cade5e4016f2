"""The parts of a package by name, and the records of what leads to them (files floor)."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote

from msgspec import Struct

from workbook.address import Area


class Relationship(Struct, frozen=True):
    """One arrow from a part: `target` is a part's name, or the address as written if it leads outside."""

    id: str
    kind: str
    target: str
    is_external: bool


class SheetEntry(Struct, frozen=True):
    """One `<sheet>` of the workbook part, in tab order; `part` is empty where the relationship is missing."""

    name: str
    sheet_id: str
    rel_id: str
    part: str
    state: str


class TableEntry(Struct, frozen=True):
    """One Excel Table: the sheet it stands on, its name in formulas, its range with headers and totals."""

    sheet: str
    name: str
    area: Area
    header_rows: int
    totals_rows: int


def whole(text: str) -> int | None:
    """Return the number that an attribute holds; None for all that is no sensible count or id."""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def key(part: str) -> str:
    """Return a part's name as it is compared: no leading slash, slashes one way, letters as such, lower case."""
    plain = unquote(part) if "%" in part else part
    return plain.replace("\\", "/").lstrip("/").lower()


def resolve(part: str, target: str) -> str:
    """Return the part that a relationship of `part` leads to."""
    target = target.replace("\\", "/").partition("#")[0]
    return posixpath.normpath(posixpath.join("/" + posixpath.dirname(part), target)).lstrip("/")


def rels_name(part: str) -> str:
    """Return the name of the relationships part that belongs to a part."""
    folder, _, file = part.rpartition("/")
    return f"{folder}/_rels/{file}.rels".lstrip("/")
