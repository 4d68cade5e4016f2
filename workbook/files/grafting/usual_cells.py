"""The cells of a sheet in the forms in which most programs write them, found by a pattern (files floor).

A piece of sheet XML that splits no cell in, addresses with formulas and addresses with constants out. What is written
in another form is left to `cell_records`, which reads any form and takes ten times as long.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from workbook.address import parse_a1
from workbook.files.grafting.cell_records import (
    FilledCell,
    SharedFormulas,
    cells,
    escaped,
    normal_formulas,
    normal_texts,
    spelled,
    typed,
)
from workbook.files.package.book_parts import BookParts
from workbook.files.package.escapes import unescape
from workbook.files.package.made_rows import RECORD_END
from workbook.files.package.pieces import chunks_of, cut_at_cells
from workbook.files.package.refuse import damaged

_ADDRESS = (
    rb"(?:[A-Z]{1,2}|[A-W][A-Z]{2}|X[A-E][A-Z]|XF[A-D])"
    rb"(?:[1-9][0-9]{0,5}|10[0-3][0-9]{4}|104[0-7][0-9]{3}|1048[0-4][0-9]{2}|10485[0-6][0-9]|104857[0-6])"
)
"""A cell within the largest sheet."""
# No class of characters runs past a `<`, so that a part of open tags takes no longer than one of closed ones.
_FILLED = re.compile(rb'<c r="(' + _ADDRESS + rb')"([^<>]*)>\s*+<(?:(f|v)|is>\s*+<t)([^<>]*)>([^<]*)')
_CELL = re.compile(rb'<c r="' + _ADDRESS + rb'"')
_ATTRIBUTES = re.compile(rb'(?: (?:s|t|cm|vm|ph)="[A-Za-z0-9]*")*+')
_TEXT = re.compile(rb'(?: xml:space="preserve")?')
_PLAIN_FORMULA = re.compile(rb"(?: (?:aca|ca)=\"[a-z0-9]*\")*+")
_SHARED_FORMULA = re.compile(rb' t="shared"(?: ref="[A-Z0-9:]+")? si="([0-9]+)"/?')
_TYPE = re.compile(rb' t="([A-Za-z]+)"')
_OTHER_ENCODING = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*\sencoding\s*=\s*[\"'](?!utf-?8[\"'])", re.IGNORECASE)
_END = RECORD_END.encode()
_Found = tuple[bytes, bytes, bytes, bytes, bytes]
"""Of a cell: address, attributes, `f`, `v` or nothing for a text of its own, attributes within, and its text."""
Record = tuple[bytes, bytes]
"""An address and what its cell says."""


class UsualCells(NamedTuple):
    """What the cells of a piece say, as its XML has it, white space too, and whether it has any cell."""

    formulas: Sequence[Record]
    constants: Sequence[Record]
    has_cells: bool


class UsualForm:
    """Finds the cells of one sheet, piece by piece from its top; `strings` are the texts that cells name by number."""

    def __init__(self, strings: Sequence[bytes]) -> None:
        self._strings, self._shared = strings, SharedFormulas()

    def cells(self, piece: bytes) -> UsualCells | None:
        """Return the cells of the next piece; None where one has another form, and what was found before is void."""
        found, count = _FILLED.findall(piece), piece.count(b"<c ")
        if not _is_usual(piece, found, count):
            return None
        constants = [
            (address, constant(attributes, text, self._strings) if kind else text)
            for address, attributes, kind, _, text in found
            if kind != b"f"
        ]
        formulas = [
            (address, self._formula(address, rest, text) if rest else text)
            for address, _, kind, rest, text in found
            if kind == b"f"
        ]
        # A cell whose formula is blank counts as nothing.
        return UsualCells(formulas, constants, count > 0) if all(text.strip() for _, text in formulas) else None

    def _formula(self, address: bytes, rest: bytes, text: bytes) -> bytes:
        """Return the formula of a cell as XML has it, also where the cell shares that of another one."""
        shared = _SHARED_FORMULA.fullmatch(rest)
        if shared is None:
            return text
        held = "" if rest.endswith(b"/") else unescape(spelled(text).decode())
        return escaped(self._shared.formula(shared[1].decode(), *parse_a1(address.decode()), held))


def _is_usual(piece: bytes, found: Sequence[_Found], count: int) -> bool:
    """Whether all cells of a piece that say something were found, and nothing about them is out of the ordinary.

    `count` is the number of cells. A comment, a section of plain characters or a prefix could hide one.
    """
    _, attributes, every_kind, rests, _ = zip(*found, strict=True) if found else ((),) * 5
    kinds = Counter(every_kind)
    return (
        len(found) == piece.count(b"</c>")
        and len(_CELL.findall(piece)) == count
        and kinds[b"f"] == piece.count(b"<f>") + piece.count(b"<f ")
        and kinds[b""] == piece.count(b"<is>")
        and (not kinds[b""] or kinds[b""] == piece.count(b"<t>") + piece.count(b"<t "))
        and all(map(_ATTRIBUTES.fullmatch, set(attributes)))
        and all(map(_has_usual_attributes, set(zip(every_kind, rests, strict=True))))
        and not (b"<!" in piece or b":c>" in piece or _OTHER_ENCODING.match(piece))
        and _is_utf8(piece)
    )


def _has_usual_attributes(inner: tuple[bytes, bytes]) -> bool:
    kind, rest = inner
    if kind == b"f":
        return bool(_PLAIN_FORMULA.fullmatch(rest) or _SHARED_FORMULA.fullmatch(rest))
    return _TEXT.fullmatch(rest) is not None


def _is_utf8(piece: bytes) -> bool:
    try:
        piece.decode()
    except UnicodeDecodeError:
        return False
    return True


def constant(attributes: bytes, value: bytes, strings: Sequence[bytes]) -> bytes:
    """Return what a stored value says, by the type among the attributes of its cell."""
    kind = _TYPE.search(attributes) if b" t=" in attributes else None
    return typed(kind[1] if kind else b"n", value, strings)


def filled_cells(package: BookParts, part: str, strings: Sequence[bytes]) -> list[FilledCell]:
    """Return each filled cell of a sheet as `cells` gives it, formulas and constants in an order of their own.

    Raises Refusal for a character that XML cannot have, and where a part that is read by `cells` is not well formed.
    """
    try:
        with package.stream(part) as file:
            found = _all_usual(cut_at_cells(chunks_of(file)), UsualForm(strings))
    except (OverflowError, ValueError) as error:
        raise damaged(package.name, part, str(error)) from error
    return found or list(cells(package, part, strings))


def _all_usual(pieces: Iterable[bytes], form: UsualForm) -> list[FilledCell]:
    """Return the filled cells of all pieces; none where one of them has another form."""
    filled: list[FilledCell] = []
    for piece in pieces:
        found = form.cells(piece)
        if found is None:
            return []
        filled += ((address, text, "") for address, text in _normal(found.formulas, normal_formulas))
        filled += ((address, "", text) for address, text in _normal(found.constants, normal_texts) if text)
    return filled


def _normal(records: Sequence[Record], normal: Callable[[bytes], bytes]) -> Iterator[tuple[str, str]]:
    """Yield records in one spelling, which costs least for all at once."""
    texts = normal(_END.join(text for _, text in records)).decode().split(RECORD_END) if records else []
    return zip((address.decode() for address, _ in records), texts, strict=True)
