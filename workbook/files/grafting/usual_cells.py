"""The cells of a sheet in the forms in which most programs write them, found by a pattern (files floor).

A piece of sheet XML that splits no cell in, addresses with formulas and addresses with constants out. What is written
in another form is left to `cell_records`, which reads any form and takes ten times as long.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from workbook.files.grafting.cell_records import FilledCell, cells, normal_formulas, normal_texts, typed
from workbook.files.package.book_parts import BookParts
from workbook.files.package.made_rows import RECORD_END
from workbook.files.package.pieces import chunks_of, cut_at_cells

# No class of characters runs past a `<`, so that a part of open tags takes no longer than one of closed ones.
_FILLED = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^<>]*)>\s*<(?:(f|v)|is>\s*<t)([^<>]*)>([^<]*)')
_PLAIN_FORMULA = re.compile(rb"(?: (?:aca|ca)=\"[a-z0-9]*\")*")
_CELL = re.compile(rb'<c r="[A-Z]+[0-9]+"')
_TYPE = re.compile(rb' t="([A-Za-z]+)"')
_END = RECORD_END.encode()
Record = tuple[bytes, bytes]
"""An address and what its cell says."""


class UsualCells(NamedTuple):
    """What the cells of a piece say, as its XML has it, constants of white space included; how many cells it has."""

    formulas: Sequence[Record]
    constants: Sequence[Record]
    cells: int


def usual_cells(piece: bytes, strings: Sequence[bytes]) -> UsualCells | None:
    """Return the cells of a piece, whose texts by number are among `strings`; None where one has an unusual form."""
    found = _FILLED.findall(piece)
    kinds = Counter(kind for _, _, kind, _, _ in found)
    count = piece.count(b"<c ")
    is_usual = (
        kinds[b"f"] == piece.count(b"<f>") + piece.count(b"<f ")
        and kinds[b""] == piece.count(b"<is>")
        and all(map(_PLAIN_FORMULA.fullmatch, {rest for _, _, kind, rest, _ in found if kind == b"f"}))
        and len(_CELL.findall(piece)) == count
    )
    if not is_usual:
        return None
    constants = [
        (address, constant(attributes, text, strings) if kind else text)
        for address, attributes, kind, _, text in found
        if kind != b"f"
    ]
    return UsualCells([(address, text) for address, _, kind, _, text in found if kind == b"f"], constants, count)


def constant(attributes: bytes, value: bytes, strings: Sequence[bytes]) -> bytes:
    """Return what a stored value says, by the type among the attributes of its cell."""
    kind = _TYPE.search(attributes) if b" t=" in attributes else None
    return typed(kind[1] if kind else b"n", value, strings)


def filled_cells(package: BookParts, part: str, strings: Sequence[bytes]) -> list[FilledCell]:
    """Return each filled cell of a sheet as `cells` gives it, formulas and constants in an order of their own.

    Raises Refusal where the part is not well formed.
    """
    try:
        with package.stream(part) as file:
            found = _all_usual(cut_at_cells(chunks_of(file)), strings)
    except (ValueError, OverflowError):
        # What is wrong with it, or its encoding, is known where it is parsed.
        found = []
    return found or list(cells(package, part, strings))


def _all_usual(pieces: Iterable[bytes], strings: Sequence[bytes]) -> list[FilledCell]:
    """Return the filled cells of all pieces; none where one of the pieces is unusual."""
    filled: list[FilledCell] = []
    for piece in pieces:
        found = usual_cells(piece, strings)
        if found is None:
            return []
        filled += ((address, text, "") for address, text in _normal(found.formulas, normal_formulas))
        filled += ((address, "", text) for address, text in _normal(found.constants, normal_texts) if text)
    return filled


def _normal(records: Sequence[Record], normal: Callable[[bytes], bytes]) -> Iterator[tuple[str, str]]:
    """Yield records in one spelling, which costs least for all at once."""
    texts = normal(_END.join(text for _, text in records)).decode().split(RECORD_END) if records else []
    return zip((address.decode() for address, _ in records), texts, strict=True)
