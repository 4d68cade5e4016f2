"""The filled cells of a sheet, in one spelling whichever program wrote them (files floor).

Sheet XML in any form in, (address, formula, constant) out, where one of the last two is empty. Styles, stored results,
spaces in formulas and the order of the shared strings are not part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import IO

from lxml import etree
from msgspec import Struct, field

from workbook.address import a1, parse_a1
from workbook.files.package import made_rows
from workbook.files.package.book_parts import BookParts
from workbook.files.package.escapes import escape
from workbook.files.package.refuse import XML_ERRORS, damaged
from workbook.files.package.shared_strings import shared_strings
from workbook.files.reading.relative import SharedFormula

_LONG = 1_000
"""Characters from which a shared formula counts as a long one; ours are shorter."""
_NUMERIC = re.compile(rb"&#(x?)([0-9A-Fa-f]+);")
SPACE = made_rows.SPACE.encode()
FilledCell = tuple[str, str, str]
"""A filled cell: its address, and its formula or its constant; the other one is empty."""


def escaped_strings(package: BookParts) -> list[bytes]:
    """Return each text that cells refer to by number, as it stands in XML. Raises Refusal for a damaged part."""
    try:
        return [escaped(text) for text in shared_strings(package).texts]
    except XML_ERRORS as error:
        arrow = package.follow(package.workbook_part, "sharedStrings")
        raise damaged(package.name, arrow.target if arrow else "", str(error)) from error


def cells(package: BookParts, part: str, strings: Sequence[bytes]) -> Iterator[FilledCell]:
    """Return each filled cell of a sheet as (address, formula, constant), both as in the hash, in any XML form.

    Raises Refusal where the part is not well formed.
    """
    try:
        with package.stream(part) as file:
            yield from read_cells(file, strings)
    except XML_ERRORS as error:
        raise damaged(package.name, part, str(error)) from error


class SharedFormulas(Struct):
    """The formulas that cells share, each with the cell that holds it.

    A long one that very many cells share is not followed to the last of them, so that a few kilobytes cost no minutes;
    no program shares so much.
    """

    masters: dict[str, SharedFormula] = field(default_factory=dict)
    left: int = 1 << 21

    def formula(self, group: str, row: int, column: int, text: str) -> str:
        """Return the formula of a cell that holds or shares one; `?` where it is not followed."""
        if text or group not in self.masters:
            self.masters[group] = SharedFormula(text, row, column)
            return text
        master = self.masters[group]
        self.left -= len(master.text) * (len(master.text) > _LONG)
        return master.at(row, column) if self.left > 0 else "?"


def read_cells(file: IO[bytes], strings: Sequence[bytes]) -> Iterator[FilledCell]:
    """Read sheet XML cell by cell: addresses may be missing, names prefixed, formulas shared. Raises XML errors."""
    shared = SharedFormulas()
    row = column = 0
    for event, element in etree.iterparse(file, events=("start", "end"), tag=("{*}row", "{*}c"), huge_tree=True):
        is_row = local_name(element) == "row"
        if event == "start":
            row, column = (int(element.get("r") or row + 1), 0) if is_row else (row, column)
        elif is_row:
            element.clear()
        else:
            row, column = parse_a1(element.get("r") or a1(row, column + 1))
            found = _content(element, row, column, shared, strings)
            if any(found):
                yield a1(row, column), *found
            element.clear()


def _content(
    cell: etree._Element, row: int, column: int, shared: SharedFormulas, strings: Sequence[bytes]
) -> tuple[str, str]:
    """Return a cell's formula and constant; one of them is empty."""
    formula = cell.find("{*}f")
    if formula is not None:
        text, group = formula.text or "", formula.get("si", "")
        if formula.get("t") == "shared":
            text = shared.formula(group, row, column, text)
        return normal_formulas(escaped(text)).decode(), ""
    inline, value = cell.find("{*}is"), cell.find("{*}v")
    if inline is not None:
        return "", normal_texts(_text_of(inline)).decode()
    stored = escaped(value.text or "") if value is not None else b""
    return "", normal_texts(typed(cell.get("t", "n").encode(), stored, strings)).decode()


def normal_formulas(formulas: bytes) -> bytes:
    """Return formulas in one spelling: no spaces, no quotes around names, no prefix of newer functions."""
    plain = without_spaces(spelled(formulas))
    for prefix in (b"_xlfn.", b"_xlws."):
        plain = plain.replace(prefix, b"")
    return plain.replace(b"TRUE()", b"TRUE").replace(b"FALSE()", b"FALSE")


def without_spaces(formulas: bytes) -> bytes:
    """Leave out what programs set as they like; most formulas have nothing of it, and to look is cheap."""
    has_some = any(char in formulas for char in (b" ", b"'", b"\n", b"\t", b"\r"))
    return formulas.translate(None, SPACE + b"'") if has_some else formulas


def normal_texts(texts: bytes) -> bytes:
    """Return constants in one spelling: no white space, which programs write in their own ways."""
    return spelled(texts).replace(b"_x000D_", b"").translate(None, SPACE)


def typed(kind: bytes, value: bytes, strings: Sequence[bytes]) -> bytes:
    """Return a constant by its type: a text stands as it is, a number behind `#` with 12 digits."""
    if kind == b"s":
        place = int(value) if value.isdigit() else -1
        return strings[place] if 0 <= place < len(strings) else b"?" + value
    if kind in {b"str", b"e", b"d"}:
        return value
    try:
        return made_rows.number_record(float(value)).encode() if value else b""
    except ValueError:
        return b"#" + value


def spelled(text: bytes) -> bytes:
    """Return XML text in which `&`, `<` and `>` are entities, and nothing else is."""
    if b"&#" in text:
        text = _NUMERIC.sub(lambda hit: escaped(chr(int(hit[2], 16 if hit[1] else 10))), text)
    return text.replace(b"&quot;", b'"').replace(b"&apos;", b"'").replace(b">", b"&gt;")


def escaped(text: str) -> bytes:
    """Return a text as it is written in XML."""
    return escape(text).encode()


def _text_of(item: etree._Element) -> bytes:
    """Return the whole text of a string item but for its reading aids."""
    return escaped("".join(text.text or "" for text in item.iter("{*}t") if local_name(text.getparent()) != "rPh"))


def local_name(element: etree._Element | None) -> str:
    """Return an element's name without its namespace."""
    return etree.QName(element).localname if element is not None else ""
