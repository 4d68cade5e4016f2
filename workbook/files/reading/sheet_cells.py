"""One sheet's XML into its cells and into what lies beside them (files floor).

The sheet is walked over once, values and formulas together. A cell that cannot be read is a cell with a fault, never an
exception: only XML that is not well formed stops the reading of the sheet, and only of this one.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct, field

from workbook.address import MAX_COLUMNS, MAX_ROWS, Area, column_number, parse_area
from workbook.files.package.walk import new_parser
from workbook.files.reading.cell_values import CellContent, raw_cell
from workbook.files.reading.empty_rows import without_empty_rows
from workbook.files.reading.relative import SharedFormula
from workbook.files.reading.stored import Stored
from workbook.inputs.raw import RawCell

MOST_CELLS = 400_000

_ADDRESS = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})")
_ROW_NUMBER = re.compile(r"[1-9][0-9]{0,6}")
_MOST_FAULTS = 5

Grid = dict[int, dict[int, RawCell]]


class TooManyCellsError(ValueError):
    """A sheet holds more filled cells than any plan needs."""


class SheetContent(Struct):
    """The cells of a sheet that are not empty, by row and column, and what the sheet says about rows and columns.

    `folded_rows` are the hidden rows of collapsed groups, `rich_cells` have a picture or a data type besides a value,
    and `shared` gives the first cell of the formula that a cell shares.
    Columns are bits of a number: an element for all columns may be there half a million times.
    """

    grid: Grid = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    column_bits: int = 0
    folded_rows: set[int] = field(default_factory=set)
    folded_column_bits: int = 0
    rich_cells: set[tuple[int, int]] = field(default_factory=set)
    shared: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    filters: list[Area] = field(default_factory=list)
    is_filtered: bool = False
    is_frozen: bool = False
    is_fitted: bool = False
    empty_rows: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def hidden_columns(self) -> set[int]:
        """The columns that are hidden, folded away in a group or not."""
        return _numbers(self.column_bits)

    @property
    def folded_columns(self) -> set[int]:
        """The columns that a collapsed group folds away."""
        return _numbers(self.folded_column_bits)


def read_cells(data: bytes | bytearray, stored: Stored) -> SheetContent:
    """Read a sheet's part. Raises ExpatError or ValueError where its XML is not well formed or holds a DOCTYPE.

    Raises TooManyCellsError or TooMuchXmlError where it holds more than any plan needs.
    """
    slim, empty_rows = without_empty_rows(data)
    reader = _Reader(stored, SheetContent(empty_rows=empty_rows))
    reader.run(slim)
    return reader.content


class _Reader:
    """Hears of the sheet's elements one by one and fills a `SheetContent`.

    Elements are known by the prefix of the root; others with the same name, such as those of extensions, are none.
    """

    def __init__(self, stored: Stored, content: SheetContent) -> None:
        self.stored = stored
        self.content = content
        self.row = self.column = self.count = 0
        self.row_text = ""
        self.address: tuple[int, int] = (0, 0)
        self.cell: CellContent | None = None
        self.pieces: list[str] | None = None
        self.is_phonetic = False
        self.columns: dict[str, int] = {}
        self.shared: dict[str, SharedFormula] = {}
        self.names: dict[str, str] = {}
        self.parser = new_parser()

    def run(self, data: bytes | bytearray) -> None:
        """Walk over the sheet."""
        self.parser.StartElementHandler = self.root
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.Parse(data, True)

    def root(self, name: str, _: dict[str, str]) -> None:
        """Take the root, whose prefix the sheet's elements have."""
        prefix, colon, _local = name.rpartition(":")
        self.names = {prefix + colon + local: local for local in (*_IN_CELL, *_BESIDE, "c", "row")}
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
        elif local in _BESIDE:
            _BESIDE[local](self.content, attributes)

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
        self.row = int(text) if _ROW_NUMBER.fullmatch(text) else self.row + 1
        self.row_text = str(self.row)
        self.column = 0
        if attributes.get("hidden") in _TRUE:
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
        """Return (row, column) of an address, (0, 0) for what is none; most addresses end as their row says."""
        if text.endswith(self.row_text):
            column = self.columns.get(text[: -len(self.row_text)] if self.row_text else text)
            if column is not None:
                return self.row, column
        match = _ADDRESS.fullmatch(text)
        if match is None:
            return 0, 0
        column = self.columns.setdefault(match[1], column_number(match[1]))
        return int(match[2]), column

    def close_cell(self, cell: CellContent) -> None:
        """Keep the cell that has ended, unless it is empty."""
        self.cell = self.pieces = None
        row, column = self.address
        if row == 0 or not (cell.value or cell.formula is not None or cell.text):
            return
        if cell.formula is not None:
            cell.formula = self.formula(cell, row, column)
        raw = raw_cell(cell, self.stored)
        self.count += 1
        if self.count > MOST_CELLS:
            raise TooManyCellsError
        cells = self.content.grid.setdefault(row, {})
        before = cells.get(column)
        cells[column] = raw if before is None else _twice(before, raw)

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


def _merge(content: SheetContent, attributes: dict[str, str]) -> None:
    try:
        content.merged.append(parse_area(attributes.get("ref", "")))
    except ValueError:
        return


def _column(content: SheetContent, attributes: dict[str, str]) -> None:
    bounds = [attributes.get(name, "") for name in ("min", "max")]
    if attributes.get("hidden") not in _TRUE or not all(text.isdecimal() and len(text) < 6 for text in bounds):
        return
    first, last = int(bounds[0]), min(int(bounds[1]), MAX_COLUMNS)
    bits = ((1 << max(last - first + 1, 0)) - 1) << first
    content.column_bits |= bits
    if attributes.get("outlineLevel", "0") != "0":
        content.folded_column_bits |= bits


def _numbers(bits: int) -> set[int]:
    return {number for number, bit in enumerate(reversed(f"{bits:b}")) if bit == "1"}


def _filter_area(content: SheetContent, attributes: dict[str, str]) -> None:
    try:
        content.filters.append(parse_area(attributes.get("ref", "")))
    except ValueError:
        return


def _pane(content: SheetContent, attributes: dict[str, str]) -> None:
    content.is_frozen = content.is_frozen or attributes.get("state", "").startswith("frozen")


def _page(content: SheetContent, attributes: dict[str, str]) -> None:
    content.is_fitted = content.is_fitted or attributes.get("fitToPage") in _TRUE


def _filter(content: SheetContent, _: dict[str, str]) -> None:
    content.is_filtered = True


_TRUE = ("1", "true")
_IN_CELL = ("v", "f", "t", "rPh")
_BESIDE: dict[str, Callable[[SheetContent, dict[str, str]], None]] = {
    "mergeCell": _merge,
    "col": _column,
    "autoFilter": _filter_area,
    "filterColumn": _filter,
    "pane": _pane,
    "pageSetUpPr": _page,
}
