"""What the cells of a sheet say, as one short hash (files floor).

Sheet XML in, a hash out that stays when Excel or LibreOffice saves the sheet anew and changes when a person edits it.
It covers each cell's formula, or its constant where it has none; stored results, styles and the order of the shared
strings are not in it, nor are spaces in formulas. Notes and the number of charts and pictures are.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import IO
from xml.sax.saxutils import escape

from lxml import etree

from workbook.address import a1, column_letters, column_number, parse_a1
from workbook.files.package.archive import CHUNK
from workbook.files.package.book_parts import BookParts
from workbook.files.package.refuse import XML_ERRORS, damaged
from workbook.files.package.shared_strings import shared_strings
from workbook.files.package.walk import tree_parser

# Cells as XlsxWriter, Excel and LibreOffice write them; what is written otherwise is read by `cells`, which is slower.
_FILLED = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)><(f|v|is><t)([^>]*)>([^<]*)')
_WRITTEN_FORMULA = re.compile(rb'<c r="([^"]+)"[^<]*<f>([^<]*)')
_WRITTEN_TEXT, _WRITTEN_VALUE = re.compile(rb"<is><t[^>]*>([^<]*)"), re.compile(rb'"><v>([^<]*)')
_PLAIN_FORMULA = re.compile(rb"(?: (?:aca|ca)=\"[a-z0-9]*\")*")
_CELL = re.compile(rb'<c r="[A-Z]+[0-9]+"')
_TYPE = re.compile(rb' t="([A-Za-z]+)"')
_NUMERIC = re.compile(rb"&#(x?)([0-9A-Fa-f]+);")
_SPACE = b" \t\r\n"
_END = b"\x01"
"""Stands between two records: no XML may hold it."""
_REFERENCE = re.compile(
    r"""("(?:[^"]|"")*"|'(?:[^']|'')*'|\[[^\]]*\])|(?<![\w.$])(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})(?![\w(.!])"""
)


class ContentHash:
    """Takes a sheet's XML in pieces that split no cell; `strings` are the texts that cells name by number."""

    def __init__(self, strings: Sequence[bytes] = ()) -> None:
        self._strings = strings
        self._formulas, self._constants = hashlib.sha256(), hashlib.sha256()
        self.has_cells = False

    def update(self, piece: bytes) -> bool:
        """Take one piece; False says that it holds cells in an unusual form, and the hash is void."""
        found = _FILLED.findall(piece)
        kinds = Counter(kind for _, _, kind, _, _ in found)
        count = piece.count(b"<c ")
        self.has_cells = self.has_cells or count > 0
        self._take(
            [(address, text) for address, _, kind, _, text in found if kind == b"f"],
            [
                (address, text if kind != b"v" else _constant(attributes, text, self._strings))
                for address, attributes, kind, _, text in found
                if kind != b"f"
            ],
            _normal_formulas,
        )
        return (
            kinds[b"f"] == piece.count(b"<f>") + piece.count(b"<f ")
            and kinds[b"is><t"] == piece.count(b"<is>")
            and all(map(_PLAIN_FORMULA.fullmatch, {rest for _, _, kind, rest, _ in found if kind == b"f"}))
            and len(_CELL.findall(piece)) == count
        )

    def update_written(self, piece: bytes) -> None:
        """Take one piece that was written here: no shared strings, no texts of several looks, nothing unusual."""
        self._take(_WRITTEN_FORMULA.findall(piece), _written_constants(piece), _without_spaces)

    def _take(
        self,
        formulas: Sequence[tuple[bytes, bytes]],
        constants: Iterable[tuple[bytes, bytes]],
        normal: Callable[[bytes], bytes],
    ) -> None:
        if formulas:
            self._formulas.update(normal(_END.join(chain.from_iterable(formulas))) + _END)
        filled = [record for record in constants if record[1].strip(_SPACE)]
        if filled:
            self._constants.update(_normal_texts(_END.join(chain.from_iterable(filled))) + _END)

    def take_cells(self, cells: Iterable[tuple[str, str, str]]) -> None:
        """Take cells as `cells` gives them."""
        for address, formula, constant in cells:
            record = address.encode() + _END + (formula or constant).encode() + _END
            (self._formulas if formula else self._constants).update(record)

    def digest(self, *extras: bytes) -> str:
        """Return the hash of all that was taken and of what else shall count; 32 letters."""
        whole = hashlib.sha256(self._formulas.digest() + self._constants.digest() + _END.join(extras))
        return whole.hexdigest()[:32]


def content_hash(package: BookParts, part: str, strings: Sequence[bytes] | None = None) -> str:
    """Return the hash of a sheet as it lies in a package. Raises Refusal where the part is damaged."""
    texts = escaped_strings(package) if strings is None else strings
    found = ContentHash(texts)
    try:
        with package.stream(part) as file:
            is_usual = all(found.update(piece) for piece in cut_at_cells(iter(lambda: file.read(CHUNK), b"")))
    except (OverflowError, ValueError) as error:
        raise damaged(package.name, part, str(error)) from error
    if not (is_usual and found.has_cells):
        found = ContentHash(texts)
        found.take_cells(cells(package, part, texts))
    return found.digest(*extras(package, part))


def escaped_strings(package: BookParts) -> list[bytes]:
    """Return each text that cells refer to by number, as it stands in XML. Raises Refusal for a damaged part."""
    try:
        return [_escaped(text) for text in shared_strings(package).texts]
    except XML_ERRORS as error:
        arrow = package.follow(package.workbook_part, "sharedStrings")
        raise damaged(package.name, arrow.target if arrow else "", str(error)) from error


def cells(package: BookParts, part: str, strings: Sequence[bytes]) -> Iterator[tuple[str, str, str]]:
    """Return each filled cell of a sheet as (address, formula, constant), both as in the hash, in any XML form.

    Raises Refusal where the part is not well formed.
    """
    try:
        with package.stream(part) as file:
            yield from read_cells(file, strings)
    except XML_ERRORS as error:
        raise damaged(package.name, part, str(error)) from error


def extras(package: BookParts, part: str) -> list[bytes]:
    """Return what counts beside the cells: each note with its cell, and how many charts, pictures and shapes float."""
    notes: list[bytes] = []
    floating: list[str] = []
    for rel in package.relationships(part):
        if rel.is_external or rel.target not in package:
            continue
        if rel.kind.endswith(("/comments", "/threadedComment")):
            notes += _notes(_tree(package, rel.target))
        elif rel.kind.endswith("/drawing"):
            anchors = _tree(package, rel.target).iterfind("{*}*/{*}*")
            floating += [name for item in anchors if (name := _local(item)) in {"graphicFrame", "pic", "sp", "grpSp"}]
    return [*sorted(notes), *(name.encode() for name in sorted(floating))]


def cut_at_cells(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut a stream of sheet XML anew so that no tag, and no cell with its content, is split between two pieces."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        at = rest.rfind(b"<c ")
        at = rest.rfind(b"<") if at < 0 else at
        if at > 0:
            yield rest[:at]
            rest = rest[at:]
    yield rest


def read_cells(file: IO[bytes], strings: Sequence[bytes]) -> Iterator[tuple[str, str, str]]:
    """Read sheet XML cell by cell: addresses may be missing, names prefixed, formulas shared. Raises XML errors."""
    masters: dict[str, tuple[int, int, str]] = {}
    row = column = 0
    for event, element in etree.iterparse(file, events=("start", "end"), tag=("{*}row", "{*}c"), huge_tree=True):
        is_row = _local(element) == "row"
        if event == "start":
            row, column = (int(element.get("r") or row + 1), 0) if is_row else (row, column)
        elif is_row:
            element.clear()
        else:
            row, column = parse_a1(element.get("r") or a1(row, column + 1))
            found = _content(element, row, column, masters, strings)
            if any(found):
                yield a1(row, column), *found
            element.clear()


def _content(
    cell: etree._Element, row: int, column: int, masters: dict[str, tuple[int, int, str]], strings: Sequence[bytes]
) -> tuple[str, str]:
    """Return a cell's formula and constant; one of them is empty."""
    formula = cell.find("{*}f")
    if formula is not None:
        text, group = formula.text or "", formula.get("si", "")
        if formula.get("t") == "shared" and text:
            masters[group] = row, column, text
        elif formula.get("t") == "shared" and group in masters:
            from_row, from_column, master = masters[group]
            text = _shifted(master, row - from_row, column - from_column)
        return _normal_formulas(_escaped(text)).decode(), ""
    inline, value = cell.find("{*}is"), cell.find("{*}v")
    if inline is not None:
        return "", _normal_texts(_text_of(inline)).decode()
    stored = _escaped(value.text or "") if value is not None else b""
    return "", _normal_texts(_typed(cell.get("t", "n").encode(), stored, strings)).decode()


def _normal_formulas(formulas: bytes) -> bytes:
    """Return formulas in one spelling: no spaces, no quotes around names, no prefix of newer functions."""
    plain = _without_spaces(_spelled(formulas))
    for prefix in (b"_xlfn.", b"_xlws."):
        plain = plain.replace(prefix, b"")
    return plain.replace(b"TRUE()", b"TRUE").replace(b"FALSE()", b"FALSE")


def _without_spaces(formulas: bytes) -> bytes:
    """Leave out what programs set as they like; most formulas have nothing of it, and to look is cheap."""
    has_some = any(char in formulas for char in (b" ", b"'", b"\n", b"\t", b"\r"))
    return formulas.translate(None, _SPACE + b"'") if has_some else formulas


def _normal_texts(texts: bytes) -> bytes:
    """Return constants in one spelling: no white space, which programs write in their own ways."""
    return _spelled(texts).replace(b"_x000D_", b"").translate(None, _SPACE)


def _written_constants(piece: bytes) -> list[tuple[bytes, bytes]]:
    """Return the constants with their addresses, from left to right; they are few among the formulas."""
    found = []
    for hit in chain(_WRITTEN_TEXT.finditer(piece), _WRITTEN_VALUE.finditer(piece)):
        start = piece.rindex(b'<c r="', 0, hit.start()) + 6
        address, _, attributes = piece[start : hit.start() + 1].partition(b'"')
        is_text = piece.startswith(b"<is>", hit.start())
        found.append((start, address, hit[1] if is_text else _constant(attributes, hit[1], ())))
    return [(address, value) for _, address, value in sorted(found)]


def _constant(attributes: bytes, value: bytes, strings: Sequence[bytes]) -> bytes:
    kind = _TYPE.search(attributes) if b" t=" in attributes else None
    return _typed(kind[1] if kind else b"n", value, strings)


def _typed(kind: bytes, value: bytes, strings: Sequence[bytes]) -> bytes:
    """Return a constant by its type: a text stands as it is, a number behind `#` with 12 digits."""
    if kind == b"s":
        place = int(value) if value.isdigit() else -1
        return strings[place] if 0 <= place < len(strings) else b"?" + value
    if kind in {b"str", b"e", b"d"}:
        return value
    try:
        return b"#%.12g" % float(value) if value else b""
    except ValueError:
        return b"#" + value


def _spelled(text: bytes) -> bytes:
    """Return XML text with no other entities than those for `&`, `<` and `>`."""
    if b"&#" in text:
        text = _NUMERIC.sub(lambda hit: _escaped(chr(int(hit[2], 16 if hit[1] else 10))), text)
    return text.replace(b"&quot;", b'"').replace(b"&apos;", b"'")


def _escaped(text: str) -> bytes:
    return escape(text).encode()


def _shifted(formula: str, rows: int, columns: int) -> str:
    """Return a shared formula as it reads in a cell so far from its first one."""

    def moved(hit: re.Match[str]) -> str:
        if hit[1]:
            return hit[0]
        column = hit[3] if hit[2] else column_letters(column_number(hit[3]) + columns)
        return f"{hit[2]}{column}{hit[4]}{hit[5] if hit[4] else int(hit[5]) + rows}"

    return _REFERENCE.sub(moved, formula)


def _text_of(item: etree._Element) -> bytes:
    """Return the whole text of a string item but for its reading aids."""
    return _escaped("".join(text.text or "" for text in item.iter("{*}t") if _local(text.getparent()) != "rPh"))


def _notes(root: etree._Element) -> list[bytes]:
    found = []
    for note in root.iter("{*}comment", "{*}threadedComment"):
        text = "".join(item.text or "" for item in note.iter("{*}t", "{*}text"))
        found.append(f"{note.get('ref')} ".encode() + _normal_texts(_escaped(text)))
    return found


def _tree(package: BookParts, part: str) -> etree._Element:
    if package.budget:
        package.budget.spend(package, part)
    try:
        return etree.fromstring(package.read(part), tree_parser())
    except XML_ERRORS as error:
        raise damaged(package.name, part, str(error)) from error


def _local(element: etree._Element | None) -> str:
    return etree.QName(element).localname if element is not None else ""
