"""One sheet's XML into its cells and into what lies beside them (files floor).

The sheet is walked over once, values and formulas together. A cell that cannot be read is a cell with a fault, never an
exception: only XML that is not well formed stops the reading of the sheet, and only of this one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.parsers.expat import ExpatError

from workbook.address import MAX_COLUMNS, MAX_ROWS
from workbook.files.package.walk import new_parser
from workbook.files.reading.cell_values import CellContent, raw_cell, value_reader
from workbook.files.reading.plain_rows import Columns, PlainRow, PlainRows, Xml, attributes_of
from workbook.files.reading.relative import SharedFormula
from workbook.files.reading.sheet_content import BESIDE, TRUE, SheetContent
from workbook.files.reading.stored import Stored
from workbook.inputs.raw import RawCell

MOST_CELLS = 400_000
MOST_BYTES = 32 << 20
"""What a sheet may weigh without its empty rows: several times what the most cells that are read take."""

_ADDRESS = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})")
_ROW_NUMBER = re.compile(r"[1-9][0-9]{0,6}")
_MOST_FAULTS = 5
_MOST_KINDS = 1000
_IN_CELL = ("v", "f", "t", "rPh")


class TooManyCellsError(ValueError):
    """A sheet holds more filled cells than any plan needs."""


class TooMuchXmlError(ValueError):
    """A sheet weighs more than any plan's does, also without its empty rows."""


def read_cells(data: Xml, stored: Stored) -> SheetContent:
    """Read a sheet's part. Raises ExpatError or ValueError where its XML is not well formed or holds a DOCTYPE.

    Raises TooManyCellsError or TooMuchXmlError where it holds more than any plan needs.
    """
    reader = _Reader(stored)
    try:
        reader.run(PlainRows(data))
    except ExpatError:
        # The parser has not seen plain rows, so it counted wrong: it says where the fault is when it sees all.
        new_parser().Parse(data, True)
        raise
    return reader.content


class _Readers(dict[str, tuple[Callable[..., RawCell] | None, bool]]):
    """What reads the value of a plain cell with such attributes, None if it is not plain; whether its text is in it."""

    def __init__(self, stored: Stored) -> None:
        super().__init__()
        self.stored = stored

    def __missing__(self, text: str) -> tuple[Callable[..., RawCell] | None, bool]:
        if len(self) > _MOST_KINDS:
            self.clear()
        attributes = attributes_of(text)
        if attributes is None or "vm" in attributes:
            self[text] = None, False
        else:
            kind = attributes.get("t", "n")
            self[text] = value_reader(kind, attributes.get("s", "0"), self.stored), kind == "inlineStr"
        return self[text]


class _Reader:
    """Hears of the sheet's elements one by one and fills a `SheetContent`.

    Elements are known by the prefix of the root; others with the same name, such as those of extensions, are none.
    """

    def __init__(self, stored: Stored) -> None:
        self.stored = stored
        self.content = SheetContent()
        self.row = self.column = self.count = self.weight = 0
        self.address: tuple[int, int] = (0, 0)
        self.cell: CellContent | None = None
        self.pieces: list[str] | None = None
        self.is_phonetic = False
        self.columns = Columns()
        self.readers = _Readers(stored)
        self.shared: dict[str, SharedFormula] = {}
        self.names: dict[str, str] = {}
        self.parser = new_parser()
        self.parser.StartElementHandler = self.root
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text

    def run(self, rows: PlainRows) -> None:
        """Walk over the sheet: plain rows are taken as they are, the parser is fed everything else."""
        data = memoryview(rows.data)
        self.feed(data[: rows.begin])
        is_ours = f"{rows.prefix}row" in self.names
        place = rows.begin
        while place < len(data):
            end = self.taken(rows, place) if is_ours and self.cell is None else None
            if end is None:
                end = rows.end_of_row(place)
                self.feed(data[place:end])
            place = end
        self.parser.Parse(b"", True)

    def feed(self, data: memoryview) -> None:
        """Give the parser the next bytes."""
        self.weigh(len(data))
        self.parser.Parse(data, False)

    def weigh(self, size: int) -> None:
        """Count what the sheet weighs without its empty rows."""
        self.weight += size
        if self.weight > MOST_BYTES:
            raise TooMuchXmlError

    def taken(self, rows: PlainRows, place: int) -> int | None:
        """Take the plain or empty rows at a place; return where they end, None if there are none."""
        if empty := rows.empty_at(place):
            self.row, self.column = empty.last, 0
            self.content.empty_rows += empty.count
            return empty.end
        row = rows.at(place)
        return row.end if row and self.take(row, row.end - place) else None

    def take(self, row: PlainRow, size: int) -> bool:
        """Take a plain row whole, or nothing of it."""
        attributes = attributes_of(row.attributes)
        if attributes is None or row.number > MAX_ROWS:
            return False
        cells: dict[int, RawCell] = {}
        readers, columns = self.readers, self.columns
        for letters, rest, value, text in row.cells:
            read, is_inline = readers[rest]
            column = columns[letters]
            if read is None or not column or column in cells or (text and not is_inline):
                return False
            if value or text:
                cells[column] = read(value or text)
        if row.number in self.content.grid:
            return False
        self.begin_row(row.number, attributes)
        if cells:
            self.weigh(size)
            self.add(len(cells))
            self.content.grid[row.number] = cells
        else:
            self.content.empty_rows += 1
        return True

    def root(self, name: str, _: dict[str, str]) -> None:
        """Take the root, whose prefix the sheet's elements have."""
        prefix, colon, _local = name.rpartition(":")
        self.names = {prefix + colon + local: local for local in (*_IN_CELL, *BESIDE, "c", "row")}
        self.parser.StartElementHandler = self.start

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take an element's begin."""
        local = self.names.get(name)
        if local == "c":
            self.open_cell(attributes)
        elif local is None:
            return
        elif self.cell is not None:
            self.inside_cell(self.cell, local, attributes)
        elif local == "row":
            self.open_row(attributes)
        elif local in BESIDE:
            BESIDE[local](self.content, attributes)

    def end(self, name: str) -> None:
        """Take an element's end."""
        cell = self.cell
        if cell is None:
            return
        local = self.names.get(name)
        if local == "c":
            self.close_cell(cell)
        elif local == "rPh":
            self.is_phonetic = False
        elif self.pieces is not None:
            text = self.pieces[0] if len(self.pieces) == 1 else "".join(self.pieces)
            self.pieces = None
            if local == "v":
                cell.value = text
            elif local == "f":
                cell.formula = text
            elif local == "t":
                cell.text = (cell.text or "") + text

    def text(self, text: str) -> None:
        """Take text, where it belongs to a cell."""
        if self.pieces is not None:
            self.pieces.append(text)

    def inside_cell(self, cell: CellContent, local: str, attributes: dict[str, str]) -> None:
        """Take the begin of an element in a cell: its value, its formula, its text."""
        if local == "v":
            self.pieces = []
        elif local == "f":
            self.pieces = []
            cell.formula_kind, cell.group = attributes.get("t", ""), attributes.get("si", "")
        elif local == "rPh":
            self.is_phonetic = True
        elif local == "t" and not self.is_phonetic:
            self.pieces = []

    def open_row(self, attributes: dict[str, str]) -> None:
        """Take a row's number; a row without one follows the row before it."""
        text = attributes.get("r", "")
        self.begin_row(int(text) if _ROW_NUMBER.fullmatch(text) else self.row + 1, attributes)

    def begin_row(self, number: int, attributes: dict[str, str]) -> None:
        """Go on with a row, and take what it says about itself."""
        self.row, self.column = number, 0
        if attributes.get("hidden") in TRUE:
            self.content.hidden_rows.add(self.row)
            if attributes.get("outlineLevel", "0") != "0":
                self.content.folded_rows.add(self.row)

    def open_cell(self, attributes: dict[str, str]) -> None:
        """Take a cell's address; a cell without one follows the cell before it."""
        text = attributes.get("r")
        row, column = (self.row, self.column + 1) if text is None else self.position(text)
        if not 1 <= row <= MAX_ROWS or not 1 <= column <= MAX_COLUMNS:
            if len(self.content.faults) < _MOST_FAULTS:
                self.content.faults.append(f"a cell in row {row}" if text is None else repr(text[:40]))
            row = 0
        else:
            self.column = column
        self.address = row, column
        self.cell = CellContent(attributes.get("t", "n"), attributes.get("s", "0"))
        if "vm" in attributes:
            self.content.rich_cells.add(self.address)

    def position(self, text: str) -> tuple[int, int]:
        """Return (row, column) of an address, (0, 0) for what is none."""
        match = _ADDRESS.fullmatch(text)
        return (0, 0) if match is None else (int(match[2]), self.columns[match[1]])

    def close_cell(self, cell: CellContent) -> None:
        """Keep the cell that has ended, unless it is empty."""
        self.cell = self.pieces = None
        row, column = self.address
        if row == 0 or not (cell.value or cell.formula is not None or cell.text):
            return
        if cell.formula is not None:
            cell.formula = self.formula(cell, row, column)
        raw = raw_cell(cell, self.stored)
        self.add(1)
        cells = self.content.grid.setdefault(row, {})
        before = cells.get(column)
        cells[column] = raw if before is None else _twice(before, raw)

    def add(self, count: int) -> None:
        """Count filled cells."""
        self.count += count
        if self.count > MOST_CELLS:
            raise TooManyCellsError

    def formula(self, cell: CellContent, row: int, column: int) -> str:
        """Return a formula's text; one that is shared is stored with the first of its cells only."""
        text = cell.formula or ""
        if cell.formula_kind == "dataTable":
            return "=TABLE()"
        if cell.formula_kind != "shared":
            return f"={text}"
        if text:
            self.shared[cell.group] = SharedFormula(text, row, column)
            return f"={text}"
        first = self.shared.get(cell.group)
        if first is None:
            return "="
        self.content.shared[row, column] = first.row, first.column
        return "=" + first.at(row, column)


def _twice(first: RawCell, second: RawCell) -> RawCell:
    values = " and ".join("nothing" if cell.value is None else repr(cell.value)[:40] for cell in (first, second))
    return RawCell(formula=second.formula, fault=f"the file contains it twice, as {values}")
