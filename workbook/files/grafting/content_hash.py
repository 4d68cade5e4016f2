"""What the cells of a sheet say, as one short hash (files floor).

Sheet XML in, a hash out that stays when Excel or LibreOffice saves the sheet anew and changes when a person edits it.
It covers each cell's formula, or its constant where it has none; stored results, styles and the order of the shared
strings are not in it, nor are spaces in formulas. Notes and the number of charts and pictures are.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from workbook.address import MAX_ROWS, parse_a1
from workbook.files.grafting.beside_cells import extras
from workbook.files.grafting.cell_records import (
    SPACE,
    FilledCell,
    cells,
    escaped_strings,
    normal_formulas,
    normal_texts,
    without_spaces,
)
from workbook.files.grafting.usual_cells import UsualForm, constant, filled_cells
from workbook.files.package.book_parts import BookParts
from workbook.files.package.made_rows import RECORD_END, RowPiece
from workbook.files.package.pieces import chunks_of, cut_at_cells
from workbook.files.package.refuse import damaged
from workbook.sheets.comments import HEADER, PARKED, takes_comments
from workbook.sheets.layout import LABEL

_WRITTEN_FORMULA = re.compile(rb'<c r="([^"]+)"[^<]*<f>([^<]*)')
_WRITTEN_TEXT, _WRITTEN_VALUE = re.compile(rb"<is><t[^>]*>([^<]*)"), re.compile(rb'"><v>([^<]*)')
_END = RECORD_END.encode()
_MOST_CHARTS = 60


class ContentHash:
    """Takes a sheet's XML in pieces that split no cell; `strings` are the texts that cells name by number."""

    def __init__(self, strings: Sequence[bytes] = ()) -> None:
        self._form = UsualForm(strings)
        self._formulas, self._constants = hashlib.sha256(), hashlib.sha256()
        self.has_cells = False

    def update(self, piece: bytes) -> bool:
        """Take one piece; False says that it holds cells in an unusual form, and the hash is void."""
        found = self._form.cells(piece)
        if found is None:
            return False
        self.has_cells = self.has_cells or found.has_cells
        self._take(found.formulas, found.constants, normal_formulas)
        return True

    def update_written(self, piece: bytes) -> None:
        """Take one piece that was written here: no shared strings, no texts of several looks, nothing unusual."""
        self._take(_WRITTEN_FORMULA.findall(piece), _written_constants(piece), without_spaces)

    def take_rows(self, piece: RowPiece) -> None:
        """Take rows as they are made here: nothing unusual, and no texts by number."""
        self._formulas.update(without_spaces(piece.formulas.encode()))
        self._constants.update(normal_texts(piece.constants.encode()))

    def _take(
        self,
        formulas: Sequence[tuple[bytes, bytes]],
        constants: Iterable[tuple[bytes, bytes]],
        normal: Callable[[bytes], bytes],
    ) -> None:
        if formulas:
            self._formulas.update(normal(_END.join(chain.from_iterable(formulas))) + _END)
        filled = [record for record in constants if record[1].strip(SPACE)]
        if filled:
            self._constants.update(normal_texts(_END.join(chain.from_iterable(filled))) + _END)

    def take_cells(self, cells: Iterable[FilledCell]) -> None:
        """Take cells as `cells` gives them."""
        for address, formula, value in cells:
            record = address.encode() + _END + (formula or value).encode() + _END
            (self._formulas if formula else self._constants).update(record)

    def digest(self, *extras: bytes) -> str:
        """Return the hash of all that was taken and of what else shall count; 32 letters."""
        return self.with_formulas_of(self, *extras)

    def with_formulas_of(self, other: ContentHash, *extras: bytes) -> str:
        """Return the hash of the constants that were taken here and the formulas that another one took."""
        both = other._formulas.digest() + self._constants.digest()
        return hashlib.sha256(both + _END.join(extras)).hexdigest()[:32]


def content_hash(package: BookParts, part: str, strings: Sequence[bytes] | None = None) -> str:
    """Return the hash of a sheet as it lies in a package. Raises Refusal where the part is damaged."""
    return hashed(package, part, strings).digest(*extras(package, part))


def hashed(package: BookParts, part: str, strings: Sequence[bytes] | None = None) -> ContentHash:
    """Return the cells of a sheet as a hash that is complete. Raises Refusal where the part is damaged."""
    texts = escaped_strings(package) if strings is None else strings
    found = ContentHash(texts)
    try:
        with package.stream(part) as file:
            is_usual = all(found.update(piece) for piece in cut_at_cells(chunks_of(file)))
    except (OverflowError, ValueError) as error:
        raise damaged(package.name, part, str(error)) from error
    if is_usual and found.has_cells:
        return found
    found = ContentHash(texts)
    found.take_cells(cells(package, part, texts))
    return found


def hashed_sheet(package: BookParts, name: str, part: str, strings: Sequence[bytes] | None = None) -> ContentHash:
    """Return the cells of a result sheet as `hashed` does, without the comments that people have typed."""
    if not takes_comments(name):
        return hashed(package, part, strings)
    texts = escaped_strings(package) if strings is None else strings
    return hash_of_cells(name, filled_cells(package, part, texts))


def hash_of_cells(name: str, cells_found: Iterable[FilledCell]) -> ContentHash:
    """Return the hash of a result sheet's cells, without the comments that people have typed."""
    found = ContentHash()
    found.take_cells(without_comments(cells_found) if takes_comments(name) else cells_found)
    return found


def without_comments(cells_found: Iterable[FilledCell]) -> Iterator[FilledCell]:
    """Yield the cells of a sheet, as `cells` gives them, but what people may type into its columns of comments."""
    filled = list(cells_found)
    header, parked = (normal_texts(text.encode()).decode() for text in (HEADER, PARKED))
    texts = {parse_a1(address): constant for address, _, constant in filled if constant}
    columns = {row: column for (row, column), text in texts.items() if text == header}
    end = min((row for row in columns if texts.get((row, LABEL)) == parked), default=MAX_ROWS)
    for cell in filled:
        row, column = parse_a1(cell[0])
        above = max((head for head in columns if head < row), default=0)
        is_beside = (
            above and column == columns[above] and all((place, LABEL) in texts for place in range(above, row + 1))
        )
        # The heading of parked comments is in the row above their header.
        if row < end - 1 and not is_beside:
            yield cell


def beside_with_charts(found: Sequence[bytes]) -> Iterator[list[bytes]]:
    """Yield what stands beside the cells: as it was found, then with a chart more each time.

    Programs that keep no charts lose those of a sheet, and nobody has edited it by that.
    """
    for lost in range(_MOST_CHARTS):
        yield sorted([*found, *[b"graphicFrame"] * lost], key=lambda one: (one.isalpha(), one))


def cells_of(piece: RowPiece) -> Iterator[FilledCell]:
    """Yield the filled cells of rows, as `cells` gives them: those with formulas, then those with constants."""
    records = normal_formulas(piece.formulas.encode()).decode().split(RECORD_END)
    yield from ((at, formula, "") for at, formula in zip(records[:-1:2], records[1::2], strict=True))
    records = normal_texts(piece.constants.encode()).decode().split(RECORD_END)
    yield from ((at, "", constant) for at, constant in zip(records[:-1:2], records[1::2], strict=True))


def _written_constants(piece: bytes) -> list[tuple[bytes, bytes]]:
    """Return the constants with their addresses, from left to right; they are few among the formulas."""
    found = []
    for hit in chain(_WRITTEN_TEXT.finditer(piece), _WRITTEN_VALUE.finditer(piece)):
        start = piece.rindex(b'<c r="', 0, hit.start()) + 6
        address, _, attributes = piece[start : hit.start() + 1].partition(b'"')
        is_text = piece.startswith(b"<is>", hit.start())
        found.append((start, address, hit[1] if is_text else constant(attributes, hit[1], ())))
    return [(address, value) for _, address, value in sorted(found)]
