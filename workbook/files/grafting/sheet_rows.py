"""The rows of a person's sheet with the places of their cells, and other values in some of them (files floor).

A sheet's part in, its bytes with edits out: only the cells that are named, and the rows that hold them, change.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date

from msgspec import Struct

from workbook.address import Area, Cell, a1, parse_a1, parse_area
from workbook.files.package.escapes import escape
from workbook.files.package.package import Package
from workbook.files.package.parts import SheetEntry, whole
from workbook.files.package.splice import Element, tag, wrap
from workbook.files.writing.rows import ESCAPED
from workbook.problems.sanitize import xml_text
from workbook.timeline import serial_of

TextNumber = Callable[[bytes], int]
"""Returns the number of a text among the shared strings, given its XML."""
_BEFORE_CELLS = ("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols")


class CellEdit(Struct, frozen=True):
    """The new value of one cell: a number, a text or a date; None clears it. `like` is a cell whose look it takes.

    A cell that is there already keeps its own look.
    """

    cell: Cell
    value: object
    like: Cell | None = None


class SheetRows:
    """The rows of one sheet, and the cells of some of them. Raises Refusal where the part is not well formed.

    `wanted` are the rows whose cells are asked for; all for None. A sheet may have more cells than fit into a tree.
    """

    def __init__(self, package: Package, sheet: SheetEntry, wanted: Collection[int] | None = None) -> None:
        self.name, self._package = sheet.name, package
        self.page = package.splices(sheet.part, 4, None if wanted is None else _Rows(wanted))
        self.data = self.page.root.find("sheetData")
        self.rows: dict[int, Element] = {}
        self.cells: dict[tuple[int, int], Element] = {}
        for number, row in _numbered(self.data.children if self.data else [], "row"):
            self.rows[number] = row
            for column, cell in _numbered([one for one in row.children if one.name == "c"], "cell"):
                self.cells[number, column] = cell

    def has_formula(self, cell: Cell) -> bool:
        """Whether a cell holds a formula."""
        found = self.cells.get((cell.row, cell.column))
        return found is not None and found.find("f") is not None

    def filled_in(self, area: Area) -> Iterator[Cell]:
        """Yield the cells of an area that hold anything."""
        for (row, column), cell in self.cells.items():
            is_inside = area.first_row <= row <= area.last_row and area.first_column <= column <= area.last_column
            if is_inside and cell.children:
                yield Cell(self.name, row, column)

    def edited(self, edits: Sequence[CellEdit], number: TextNumber | None, *, is_1904: bool) -> bytes:
        """Return the sheet with the edits; `number` puts a text among the shared strings, else texts stay in cells."""
        writer = _CellWriter(self._prefix, number, is_1904)
        by_row: dict[int, dict[int, bytes]] = {}
        for edit in edits:
            row, column = edit.cell.row, edit.cell.column
            by_row.setdefault(row, {})[column] = writer.cell(row, column, self._style(edit), edit.value)
        for row, cells in sorted(by_row.items()):
            self._put(row, cells)
        self._widen([edit.cell for edit in edits])
        return self.page.result()

    @property
    def _prefix(self) -> str:
        return self.page.root.prefix

    def _style(self, edit: CellEdit) -> str:
        own = self.cells.get((edit.cell.row, edit.cell.column))
        model = self._model(edit.like) if edit.like else None
        found = own if own is not None and "s" in own.attributes else model
        return found.attributes.get("s", "") if found is not None else self._column_style(edit.cell.column)

    def _model(self, like: Cell) -> Element | None:
        """Return the cell whose look is taken, of this sheet or of another one."""
        if like.sheet == self.name:
            return self.cells.get((like.row, like.column))
        other = next(sheet for sheet in self._package.sheets if sheet.name == like.sheet)
        return SheetRows(self._package, other).cells.get((like.row, like.column))

    def _column_style(self, column: int) -> str:
        """Return the style that a column gives its cells."""
        for own in self.page.root.under("cols"):
            first, last = (whole(own.attributes.get(name, "")) or 0 for name in ("min", "max"))
            if first <= column <= last:
                return own.attributes.get("style", "")
        return ""

    def _put(self, row: int, cells: dict[int, bytes]) -> None:
        """Put the cells of one row where they belong: over those that are there, between them, or in a new row."""
        found = self.rows.get(row)
        if found is None:
            body = b"".join(cells[column] for column in sorted(cells))
            self._insert_row(row, wrap(self._prefix, "row", {"r": str(row)}, body))
            return
        self.page.set_attribute(found, "spans", None)
        added: dict[int, bytes] = {}
        for column, text in sorted(cells.items()):
            old = self.cells.get((row, column))
            if old is not None:
                self.page.replace(old, text)
            else:
                after = max((one for at, one in self.cells if at == row and one < column), default=0)
                added[after] = added.get(after, b"") + text
        for after, text in added.items():
            if found.is_self_closed:
                self.page.append(found, text)
            else:
                self.page.put(self.cells[row, after].end if after else found.open_end, text)

    def _insert_row(self, row: int, text: bytes) -> None:
        if self.data is None:
            self.page.insert(self.page.root, wrap(self._prefix, "sheetData", {}, text), after=_BEFORE_CELLS)
        elif self.data.is_self_closed:
            self.page.append(self.data, text)
        else:
            above = max((one for one in self.rows if one < row), default=0)
            self.page.put(self.rows[above].end if above else self.data.open_end, text)

    def _widen(self, cells: Sequence[Cell]) -> None:
        """Let the sheet say how far its cells reach."""
        found = self.page.root.find("dimension")
        if found is None:
            return
        try:
            old = parse_area(found.attributes.get("ref", ""))
        except ValueError:
            return
        rows, columns = [cell.row for cell in cells], [cell.column for cell in cells]
        new = Area(
            min(old.first_row, *rows),
            min(old.first_column, *columns),
            max(old.last_row, *rows),
            max(old.last_column, *columns),
        )
        if new != old:
            self.page.set_attribute(found, "ref", str(new))


class _CellWriter(Struct, frozen=True):
    prefix: str
    number: TextNumber | None
    is_1904: bool

    def cell(self, row: int, column: int, style: str, value: object) -> bytes:
        """Write one cell by the type of its value: a text is never taken for a formula or a number."""
        attributes = {"r": a1(row, column), **({"s": style} if style else {})}
        match value:
            case None:
                return tag(self.prefix, "c", attributes)
            case str():
                return self.text(attributes, value)
            case date():
                return self.value(attributes, str(int(serial_of(value, self.is_1904))))
            case int() | float():
                return self.value(attributes, repr(value))
            case _:
                raise TypeError(f"a cell of type {type(value).__name__}")

    def value(self, attributes: dict[str, str], text: str) -> bytes:
        return wrap(self.prefix, "c", attributes, tag(self.prefix, "v", {}, text))

    def text(self, attributes: dict[str, str], text: str) -> bytes:
        # What looks like the escape of a character is one of its own letters.
        text = ESCAPED.sub("_x005F_", text)
        space = ' xml:space="preserve"' if text != text.strip() else ""
        if self.number is not None:
            inside = f"<t{space}>{escape(xml_text(text))}</t>".encode()
            return self.value({**attributes, "t": "s"}, str(self.number(inside)))
        kept = {"xml:space": "preserve"} if space else {}
        body = wrap(self.prefix, "is", {}, tag(self.prefix, "t", kept, text))
        return wrap(self.prefix, "c", {**attributes, "t": "inlineStr"}, body)


class _Rows(Struct):
    """Enters the rows with some numbers, and everything that is no row."""

    wanted: Collection[int]
    last: int = 0

    def __call__(self, element: Element) -> bool:
        if element.name != "row":
            return True
        text = element.attributes.get("r", "")
        self.last = int(text) if text.isdecimal() else self.last + 1
        return self.last in self.wanted


def _numbered(elements: Sequence[Element], kind: str) -> Iterator[tuple[int, Element]]:
    """Yield rows or cells with their numbers: as they say, else one more than the one before."""
    last = 0
    for element in elements:
        text = element.attributes.get("r", "")
        if text:
            last = int(text) if kind == "row" else parse_a1(text)[1]
        else:
            last += 1
        yield last, element
