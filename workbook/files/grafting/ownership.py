"""Which sheets are ours, and whether they are still what was written (files floor).

A sheet that was written carries a hidden local name: the checksum of its bytes, the hash of its content, and its name.
A copy or a renamed sheet carries it too, with a name that is not its own, and counts as the person's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from workbook.address import parse_a1
from workbook.files.grafting.beside_cells import extras
from workbook.files.grafting.cell_records import FilledCell, escaped_strings
from workbook.files.grafting.content_hash import beside_with_charts, hash_of_cells, hashed_sheet
from workbook.files.grafting.plain_formulas import plain_form
from workbook.files.grafting.usual_cells import filled_cells
from workbook.files.package.archive import Packed
from workbook.files.package.book_parts import OWNED, BookParts
from workbook.files.package.names import DefinedName, defined_names
from workbook.files.package.package import Package, signature
from workbook.files.package.parts import SheetEntry, key

ADDED = "_workbook.added"
"""Marks an input sheet that was added to a workbook; it is the person's, and goes only when they say so."""
_MOST_DIFFERENT = 0.05
"""Above this share of its cells a sheet has been laid out anew, and no cell of it can be told to be edited."""


def ownership_mark(sheet: str, position: int, body: Packed, content: str) -> DefinedName:
    """Return the hidden name that says a sheet is ours: its hashes, and the name that a copy of it would not have."""
    digest = f"{signature(body.crc, body.size)}:{content}"
    return DefinedName(OWNED, position, f'"{digest} {_quoted(sheet)}"', is_hidden=True)


def added_mark(sheet: str, position: int) -> DefinedName:
    """Return the hidden name that says a sheet was added by us and is the person's since."""
    return DefinedName(ADDED, position, f'"{_quoted(sheet)}"', is_hidden=True)


def added_sheets(package: Package) -> list[str]:
    """Return the sheets that were added by us and still have their names."""
    return [sheet.name for sheet, marked in _marked(package, ADDED) if marked.casefold() == sheet.name.casefold()]


def renamed_sheets(package: Package) -> list[tuple[str, str]]:
    """Return the sheets of ours that a person renamed, as (name now, name as written); copies are not among them."""
    names = {sheet.name.casefold() for sheet in package.sheets}
    marked = ((sheet.name, text.partition(" ")[2]) for sheet, text in _marked(package, OWNED))
    return [(name, written) for name, written in marked if written.casefold() not in names]


def edited_sheets(package: Package) -> list[SheetEntry]:
    """Return the sheets of ours that say something else than was written.

    Bytes that are still the same cost nothing. Excel rewrites every sheet when it saves: then the content is compared.
    A program that keeps no charts has edited nothing.
    """
    strings: list[bytes] | None = None
    found = []
    for sheet in package.sheets:
        written, _, content = package.owners.get(sheet.name, "").partition(":")
        info = package.entries.get(key(sheet.part))
        if not content or info is None or signature(info.CRC, info.file_size) == written:
            continue
        if info.file_size > _most_bytes(_size(written)):
            found.append(sheet)
            continue
        strings = escaped_strings(package) if strings is None else strings
        if not _says(package, sheet, hashed_sheet(package, sheet.name, sheet.part, strings).digest):
            found.append(sheet)
    return found


def changed_cells(
    found: Package, edited: Sequence[SheetEntry], written: BookParts
) -> dict[str, tuple[str, ...] | None]:
    """Return the cells of edited sheets that differ from what would be written now; None for a sheet that has no edit.

    It has none where it says the same in formulas that are written otherwise: what would be written has the formulas
    that the mark knows, those that are found are the same without idle brackets, and constants, notes and what floats
    are what the mark knows. Otherwise constants are not compared, because they follow the inputs; no cells are given
    where so many differ that the rows themselves must have moved.
    """
    parts = {sheet.name: sheet.part for sheet in written.sheets}
    their_texts, our_texts = escaped_strings(found), escaped_strings(written)
    cells: dict[str, tuple[str, ...] | None] = {}
    for sheet in edited:
        part = parts.get(sheet.name)
        if part is None:
            continue
        # Once they are read, it is known how large ours are.
        ours = filled_cells(written, part, our_texts)
        if found.size(sheet.part) > _most_bytes(written.size(part)):
            cells[sheet.name] = ()
        else:
            cells[sheet.name] = _changed_cells(found, sheet, filled_cells(found, sheet.part, their_texts), ours)
    return cells


def _changed_cells(
    found: Package, sheet: SheetEntry, theirs: Sequence[FilledCell], ours: Sequence[FilledCell]
) -> tuple[str, ...] | None:
    now, before = ({address: formula for address, formula, _ in cells} for cells in (theirs, ours))
    differing = [cell for cell in {**before, **now} if not _is_same(before.get(cell), now.get(cell))]
    if not differing:
        said, known = hash_of_cells(sheet.name, theirs), hash_of_cells(sheet.name, ours)
        if _says(found, sheet, partial(said.with_formulas_of, known)):
            return None
    if len(differing) > max(5, _MOST_DIFFERENT * len(before)):
        return ()
    return tuple(sorted(differing, key=parse_a1))


def _is_same(one: str | None, other: str | None) -> bool:
    return one == other or (bool(one and other) and plain_form(one or "") == plain_form(other or ""))


def _says(package: Package, sheet: SheetEntry, digest: Callable[..., str]) -> bool:
    """Whether the hash of a sheet is the one in its mark, perhaps with charts that are lost."""
    content = package.owners.get(sheet.name, "").partition(":")[2]
    return any(digest(*beside) == content for beside in beside_with_charts(extras(package, sheet.part)))


def _size(signed: str) -> int:
    """Return the size that a signature tells; 0 for text that is none."""
    size = signed.rpartition("-")[2]
    return int(size, 16) if 0 < len(size) < 12 and set(size) <= set("0123456789abcdef") else 0


def _most_bytes(written: int) -> int:
    """Return what a sheet can weigh that Excel only saved anew; what is beyond was changed, and is not read."""
    return min(4 * written + (1 << 20), 1 << 27)


def _marked(package: Package, name: str) -> Iterator[tuple[SheetEntry, str]]:
    """Return the sheets with a local name of ours, and what it says."""
    for mark in defined_names(package.workbook):
        if mark.name == name and mark.sheet is not None and mark.sheet < len(package.sheets):
            yield package.sheets[mark.sheet], mark.text.strip().removeprefix('"').removesuffix('"').replace('""', '"')


def _quoted(name: str) -> str:
    return name.replace('"', '""')
