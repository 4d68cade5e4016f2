"""A part of a package into the places of its formulas, each with the bytes that hold it (files floor).

Cells, rules, charts, tables, controls, links of text boxes and hyperlinks: all that reads cells of other sheets. A part
is walked once; one that names none of the wanted sheets is only looked over.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate

from msgspec import Struct

from workbook.address import a1, parse_a1
from workbook.files.package.book_parts import BookParts
from workbook.files.package.escapes import QUOTES, escape, unescape
from workbook.files.package.parts import SheetEntry, key
from workbook.files.package.pieces import chunks_of, overlapping
from workbook.files.package.refuse import XML_ERRORS, damaged
from workbook.files.package.splice import to_utf8
from workbook.files.package.walk import new_parser
from workbook.files.reading.formula_tokens import on_sheet

_TEXTS = frozenset({
    "f", "formula", "formula1", "formula2", "calculatedColumnFormula", "totalsRowFormula",
    "FmlaPict", "FmlaLink", "FmlaRange", "FmlaTxbx", "FmlaGroup",
})  # fmt: skip
_ATTRIBUTES = {
    "hyperlink": ("location",), "sp": ("textlink",), "cameraTool": ("cellRange",), "cfvo": ("val",),
    "formControlPr": ("fmlaLink", "fmlaRange", "fmlaTxbx", "fmlaGroup"), "controlPr": ("linkedCell", "listFillRange"),
}  # fmt: skip
_RULES = {"conditionalFormatting": "a conditional format", "dataValidation": "a validation", "sparkline": "a sparkline"}
_OPENING = re.compile(rb"<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?>")
_KINDS = {
    "charts": "a chart", "chartex": "a chart", "drawings": "a text box or picture", "ctrlprops": "a control",
    "worksheets": "an object", "tables": "a table", "pivotcache": "a pivot table",
}  # fmt: skip
_LONGEST_NAME = 1_024
_PIECE = re.compile(r"&[^;&]{1,8};|[^&]", re.DOTALL)


class FormulaPlace(Struct):
    """A formula: `text` as it reads, in the bytes from `start` to `end` of the part.

    `element` are the bytes of the whole element, `name` is how it is called there. `cell` is the formula's cell, the
    cells that a rule is for, or the cell of a hyperlink; `kind` says what it is, empty for a cell. `group` numbers the
    formula that cells share. `prefix` begins the text but is not in the bytes: a sheet that another attribute names.
    """

    kind: str
    cell: str
    text: str
    start: int
    end: int
    element: tuple[int, int]
    name: str
    group: str | None = None
    prefix: str = ""


class PartPlaces(Struct, frozen=True):
    """The places of one part, and its bytes in UTF-8."""

    part: str
    data: bytes
    places: list[FormulaPlace]


def users_parts(
    package: BookParts, ours: Collection[str], words: Collection[str] = ()
) -> Iterator[tuple[SheetEntry, str, PartPlaces | None]]:
    """Yield each part of the sheets that are not ours, in tab order, with its formulas if it may name one of ours.

    `ours` are names in lower case; with `words` also parts in which one of these occurs are read.
    """
    kept = [sheet for sheet in package.sheets if sheet.name.casefold() not in ours and sheet.part in package]
    owned = [sheet for sheet in package.sheets if sheet.name.casefold() in ours and sheet.part in package]
    seen = {key(part) for sheet in owned for part in (sheet.part, *package.reachable(sheet.part))}
    wanted = {*words, *_words(package, ours)}
    for sheet in kept:
        for part in (sheet.part, *package.reachable(sheet.part)):
            if key(part) not in seen and key(part).endswith((".xml", ".vml")):
                seen.add(key(part))
                yield sheet, part, formula_places(package, part, wanted)


def _words(package: BookParts, ours: Collection[str]) -> set[str]:
    """Return the names of which a formula that reads our sheets has one; others may stand around them as a span."""
    marks = [sheet.name.casefold() in ours for sheet in package.sheets]
    first, last = marks.index(True) if True in marks else 0, len(marks) - [*marks[::-1], True].index(True)
    is_last = all(marks[first:last]) and (first == 0 or last == len(marks))
    return {sheet.name for sheet in package.sheets if not is_last or sheet.name.casefold() in ours}


def formula_places(package: BookParts, part: str, words: Collection[str]) -> PartPlaces | None:
    """Read the formulas of a part; None for a part in which none of the words occurs. Raises Refusal if damaged."""
    try:
        if not _mentions(package, part, words):
            return None
        data = to_utf8(package.read(part))
        walk = _Walk(data, part)
        walk.parser.Parse(data, True)
    except (*XML_ERRORS, LookupError) as error:
        if key(part).endswith(".vml"):
            # Notes are drawn in a dialect that need not be XML.
            return None
        raise damaged(package.name, part, str(error)) from error
    return PartPlaces(part, data, walk.places)


def where(place: FormulaPlace, sheet: str) -> str:
    """Return a place as a user finds it."""
    if not place.kind:
        return f"{sheet}!{place.cell}"
    return f"{place.kind} in {place.cell} of {sheet}" if place.cell else f"{place.kind} on {sheet}"


def replaced(
    data: bytes, place: FormulaPlace, edits: Collection[tuple[int, int, str]]
) -> Iterator[tuple[int, int, bytes]]:
    """Yield splices for edits of a formula's text: only the bytes of what changes, however the rest is written."""
    if place.prefix:
        begin = len(place.prefix)
        edits = [(max(first - begin, 0), last - begin, text.removeprefix(place.prefix)) for first, last, text in edits]
    held = place.text.removeprefix(place.prefix)
    raw = data[place.start : place.end].decode()
    quote = data[place.start - 1 : place.start]
    offsets = _offsets(raw, held)
    if offsets is None:
        # Written in another way than by entities: all of it anew.
        yield place.start, place.end, escaped_text(applied(held, edits), quote)
        return
    for start, end, text in edits:
        yield place.start + offsets[start], place.start + offsets[end], escaped_text(text, quote)


def _offsets(raw: str, held: str) -> Sequence[int] | None:
    """Return at which byte of a text in XML each of its characters begins; None where it is written in another way."""
    if raw == held and raw.isascii():
        return range(len(raw) + 1)
    pieces = _PIECE.findall(raw)
    if len(pieces) != len(held) or any(_character(piece) != at for piece, at in zip(pieces, held, strict=True)):
        return None
    return [0, *accumulate(len(piece.encode()) for piece in pieces)]


def applied(text: str, edits: Collection[tuple[int, int, str]]) -> str:
    """Return a text with its edits made."""
    pieces, at = [], 0
    for start, end, new in sorted(edits):
        pieces += [text[at:start], new]
        at = end
    return "".join([*pieces, text[at:]])


def escaped_text(text: str, quote: bytes = b"") -> bytes:
    """Return a text as XML holds it, within these quotes where it is an attribute's."""
    mark = quote.decode()
    return escape(text, {mark: QUOTES[mark]} if mark in QUOTES else None).encode()


def _character(piece: str) -> str:
    if not piece.startswith("&"):
        return piece
    if piece.startswith("&#"):
        number = piece[2:-1]
        return chr(int(number[1:], 16) if number.startswith("x") else int(number))
    return unescape(piece)


def _mentions(package: BookParts, part: str, words: Collection[str]) -> bool:
    """Whether a part may name one of these words: letters may be written as numbers, and not all are ASCII."""
    forms = {_form(word) for word in words}
    with package.stream(part) as file:
        for piece, _ in overlapping(chunks_of(file), _LONGEST_NAME):
            lower = piece.lower()
            # A NUL is half a letter of UTF-16, in which nothing is looked for.
            if b"&#" in lower or b"\0" in lower or any(form in lower for form in forms):
                return True
    return False


def _form(word: str) -> bytes:
    """Return the longest piece of a word that is written in one way: other letters fold, and signs are escaped."""
    pieces: list[str] = re.findall(r"[a-z0-9_ ]*", word.lower())
    return max(pieces, key=len).encode()


class _Walk:
    """Hears of a part's elements and collects the places of formulas."""

    def __init__(self, data: bytes, part: str) -> None:
        self.data = data
        self.kind = _KINDS.get(key(part).rpartition("/")[0].rpartition("/")[2], "an object")
        self.places: list[FormulaPlace] = []
        self.cell = ""
        self.row = self.column = 0
        self.rule: tuple[str, str, int] | None = None
        self.open: tuple[str, int, dict[str, str]] | None = None
        self.pieces: list[str] = []
        self.parser = new_parser()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "c":
            self.open_cell(attributes)
        elif local == "row":
            number = attributes.get("r", "")
            self.row, self.column = int(number) if number.isdecimal() and len(number) < 8 else self.row + 1, 0
        elif local in _TEXTS or local == "sqref":
            self.open = name, self.parser.CurrentByteIndex, attributes
            self.pieces.clear()
        elif local in _RULES:
            self.rule = _RULES[local], attributes.get("sqref", ""), len(self.places)
        if local == "worksheetSource" and attributes.get("sheet"):
            self.attribute(name, "ref", attributes, prefix=on_sheet(attributes["sheet"], ""))
        elif local in _ATTRIBUTES:
            for attribute in _ATTRIBUTES[local]:
                if attributes.get(attribute):
                    self.attribute(name, attribute, attributes)

    def characters(self, text: str) -> None:
        if self.open:
            self.pieces.append(text)

    def open_cell(self, attributes: dict[str, str]) -> None:
        """Take a cell's address; a cell without one follows the cell before it."""
        try:
            self.row, self.column = parse_a1(attributes["r"])
        except (KeyError, ValueError):
            self.column += 1
        self.cell = a1(self.row, self.column)

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local == "c":
            self.cell = ""
        elif self.open and name == self.open[0]:
            self.text(local)
        elif self.rule and local in _RULES:
            kind, area, first = self.rule
            for place in self.places[first:]:
                place.kind, place.cell = kind, area
            self.rule = None

    def text(self, local: str) -> None:
        """Keep the element that has ended."""
        name, at, attributes = self.open or ("", 0, {})
        text = "".join(self.pieces)
        self.open = None
        if local == "sqref" and self.rule:
            self.rule = self.rule[0], text, self.rule[2]
            return
        opening = self.opening(at)
        end = self.parser.CurrentByteIndex
        is_closed = opening.endswith(b"/>")
        element = at, at + len(opening) if is_closed else self.data.index(b">", end) + 1
        first = at + len(opening)
        group = attributes.get("si") if attributes.get("t") == "shared" else None
        if text or group is not None:
            kind = "" if self.cell else self.kind
            last = first if is_closed else end
            self.places.append(FormulaPlace(kind, self.cell, text, first, last, element, name, group))

    def attribute(self, name: str, attribute: str, attributes: dict[str, str], prefix: str = "") -> None:
        """Keep an attribute that holds a reference."""
        at = self.parser.CurrentByteIndex
        opening = self.opening(at)
        found = re.search(rb"\s" + attribute.encode() + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", opening)
        if found is None:
            return
        span = found.span(1) if found[1] is not None else found.span(2)
        is_link = attribute == "location"
        cell = attributes.get("ref", "") if is_link else ""
        kind = "a hyperlink" if is_link else self.kind
        text = prefix + attributes[attribute]
        element = at, at + len(opening)
        place = FormulaPlace(kind, cell, text, at + span[0], at + span[1], element, name, prefix=prefix)
        self.places.append(place)

    def opening(self, at: int) -> bytes:
        """Return the bytes of the tag that begins at an offset."""
        found = _OPENING.match(self.data, at)
        if found is None:
            raise ValueError(f"no start tag at byte {at}")
        return found[0]
