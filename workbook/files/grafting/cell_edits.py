"""Values into cells of a person's sheets, and rows and columns onto their tables (files floor).

A package and edits in, a new package out: the cells that are named hold something else, tables that grow say so, and
every other byte stays. Texts join the shared strings, as those of result sheets do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO

from msgspec import Struct, field
from msgspec.structs import replace

from workbook.address import Area, Cell
from workbook.files.grafting import workbook_part
from workbook.files.grafting.changes import Changes, Receipt
from workbook.files.grafting.sheet_rows import CellEdit, SheetRows
from workbook.files.grafting.text_pool import TextPool
from workbook.files.grafting.workbook_part import RECALCULATE, STRINGS
from workbook.files.package.names import defined_names
from workbook.files.package.package import Package
from workbook.files.package.parts import TableEntry, whole
from workbook.files.package.soundness import check_writable
from workbook.files.package.splice import Element, Splices, tag
from workbook.inputs.plan import KeptTable, Table
from workbook.problems import Code, Problem, Reason, Refusal, listed
from workbook.schema import Row

__all__ = ["CellEdit", "Edits", "add_columns", "append_rows", "edit_cells"]

_MOST_NAMED = 8


class Edits(Struct, frozen=True):
    """What shall differ in a workbook: cells, and the new areas of Excel Tables by their names."""

    cells: tuple[CellEdit, ...] = ()
    areas: Mapping[str, Area] = field(default_factory=dict)

    def __add__(self, other: Edits) -> Edits:
        """Return both; a table that grows in both directions grows in both."""
        areas = dict(self.areas)
        for name, area in other.areas.items():
            areas[name] = _around(areas[name], area) if name in areas else area
        return Edits((*self.cells, *other.cells), areas)


def _around(one: Area, other: Area) -> Area:
    return Area(
        min(one.first_row, other.first_row),
        min(one.first_column, other.first_column),
        max(one.last_row, other.last_row),
        max(one.last_column, other.last_column),
    )


def append_rows(
    host: Package,
    table: Table[Row] | KeptTable,
    rows: Sequence[Mapping[str, object]],
    looks: Mapping[str, Cell] | None = None,
) -> Edits:
    """Return the edits that put rows, values by field, behind the last used row of a table.

    A new row looks like the one above it, but for the fields whose cells look like those of `looks`. An Excel Table
    grows as far as it has no blank rows left. Raises KeyError for a field whose column is absent.
    """
    used = max(table.row_numbers, default=table.first_row - 1)
    pattern = max(used, table.first_row)
    cells = tuple(
        CellEdit(
            Cell(table.title, used + place, number),
            row.get(name),
            (looks or {}).get(name, Cell(table.title, pattern, number)),
        )
        for place, row in enumerate(rows, 1)
        for name, number in _columns(table, row).items()
    )
    excel_table = _excel_table(host, table)
    last = used + len(rows)
    if excel_table is None or last <= excel_table.area.last_row:
        return Edits(cells)
    return Edits(cells, {excel_table.name: replace(excel_table.area, last_row=last)})


def _columns(table: Table[Row] | KeptTable, row: Mapping[str, object]) -> Mapping[str, int]:
    if missing := [name for name in row if name not in table.column_numbers]:
        raise KeyError(missing[0])
    return table.column_numbers


def add_columns(host: Package, table: Table[Row] | KeptTable, headers: Sequence[str]) -> tuple[Edits, tuple[int, ...]]:
    """Return the edits that put blank columns at the right end of a table, and the numbers of the columns."""
    excel_table = _excel_table(host, table)
    last = excel_table.area.last_column if excel_table else max(table.column_numbers.values())
    head = excel_table.area.first_row if excel_table else table.first_row - 1
    numbers = tuple(range(last + 1, last + 1 + len(headers)))
    cells = [
        CellEdit(Cell(table.title, row, number), header if row == head else None, Cell(table.title, row, last))
        for number, header in zip(numbers, headers, strict=True)
        for row in (head, *table.row_numbers)
    ]
    if excel_table is None:
        return Edits(tuple(cells)), numbers
    area = replace(excel_table.area, last_column=numbers[-1])
    return Edits(tuple(cells), {excel_table.name: area}), numbers


def _excel_table(host: Package, table: Table[Row] | KeptTable) -> TableEntry | None:
    return next((one for one in host.tables() if one.sheet == table.title and one.name == table.name), None)


def edit_cells(host: Package, out: BinaryIO, edits: Edits) -> Receipt:
    """Write the host to `out` with other values in some cells.

    Raises Refusal (inputs) where a cell holds a formula, where a table would grow over cells that are filled in, or
    where it has a row of totals: it names them all, and nothing is written.
    """
    check_writable(host)
    changes = Changes(host, [])
    pool = TextPool(changes, host.sheets)
    entries = {sheet.name: sheet for sheet in host.sheets}
    by_sheet: dict[str, list[CellEdit]] = {}
    for edit in edits.cells:
        by_sheet.setdefault(edit.cell.sheet, []).append(edit)
    pages = {name: SheetRows(host, entries[name], _rows_of(host, name, edits)) for name in by_sheet}
    _check_room(host, pages, edits)
    for name, mine in by_sheet.items():
        number = pool.number if pool.takes_texts else None
        changes.edited[entries[name].part] = pages[name].edited(mine, number, is_1904=host.date_1904)
    for part, area, headers in _growing(host, edits):
        changes.edited[part] = _grown(host.splices(part, 2), area, headers)
    book = host.splices(host.workbook_part, 2)
    coming = [*pool.write(), *workbook_part.recalculation_mark(book)]
    leaving = [name for name in defined_names(host.workbook) if name.name in {RECALCULATE, STRINGS}]
    workbook_part.set_names(book, leaving, coming)
    workbook_part.require_recalculation(book)
    changes.edited[host.workbook_part] = book.result()
    return changes.write(out)


def _rows_of(host: Package, sheet: str, edits: Edits) -> set[int]:
    """Return the rows of a sheet that are written, looked at for their looks, or grown over."""
    cells = [cell for edit in edits.cells for cell in (edit.cell, edit.like) if cell and cell.sheet == sheet]
    grown = [(table.area, edits.areas[table.name]) for table in host.tables() if table.name in edits.areas]
    over = (row for old, new in grown for row in range(old.last_row + 1, new.last_row + 1))
    return {*(cell.row for cell in cells), *over}


def _growing(host: Package, edits: Edits) -> Iterator[tuple[str, Area, tuple[str, ...]]]:
    """Yield the part of each Excel Table that grows, its new area, and the headers of the columns that it gains."""
    for sheet in host.sheets:
        for rel in host.relationships(sheet.part):
            if rel.kind.endswith("/table") and rel.target in host:
                own = host.root(rel.target, 0).attributes
                area = edits.areas.get(own.get("displayName") or own.get("name", ""))
                if area:
                    heads = [edit for edit in edits.cells if edit.cell.sheet == sheet.name]
                    yield rel.target, area, _headers(heads, area)


def _headers(edits: Iterable[CellEdit], area: Area) -> tuple[str, ...]:
    found = {edit.cell.column: str(edit.value) for edit in edits if edit.cell.row == area.first_row}
    return tuple(found[column] for column in sorted(found) if area.first_column <= column <= area.last_column)


def _grown(table: Splices, area: Area, headers: Sequence[str]) -> bytes:
    """Return the part of an Excel Table with its new area, filter and columns."""
    table.set_attribute(table.root, "ref", str(area))
    if found := table.root.find("autoFilter"):
        table.set_attribute(found, "ref", str(area))
    columns = table.root.find("tableColumns")
    if columns and headers:
        _with_columns(table, columns, headers)
    return table.result()


def _with_columns(table: Splices, columns: Element, headers: Sequence[str]) -> None:
    used = [number for column in columns.children if (number := whole(column.attributes.get("id", ""))) is not None]
    table.set_attribute(columns, "count", str(len(columns.children) + len(headers)))
    for number, header in enumerate(headers, 1 + max(used, default=0)):
        table.append(columns, tag(columns.prefix, "tableColumn", {"id": str(number), "name": header}))


def _check_room(host: Package, pages: Mapping[str, SheetRows], edits: Edits) -> None:
    """Raise Refusal for formulas in the cells to be edited, and for what is in the way of tables that grow."""
    held = [edit.cell for edit in edits.cells if pages[edit.cell.sheet].has_formula(edit.cell)]
    tables = [table for table in host.tables() if table.name in edits.areas]
    totals = [table.sheet for table in tables if table.totals_rows and edits.areas[table.name] != table.area]
    taken = [
        cell
        for table in tables
        for cell in pages[table.sheet].filled_in(edits.areas[table.name])
        if not _inside(cell, table.area)
    ]
    if held or totals or taken:
        raise Refusal(_in_the_way(held, totals, taken), reason=Reason.INPUTS)


def _inside(cell: Cell, area: Area) -> bool:
    return area.first_row <= cell.row <= area.last_row and area.first_column <= cell.column <= area.last_column


def _in_the_way(held: Sequence[Cell], totals: Sequence[str], taken: Sequence[Cell]) -> Problem:
    said = [
        *(f"{cell} holds a formula of your own" for cell in held),
        *(f"the table of sheet {sheet!r} has a row of totals" for sheet in totals),
        *(f"{cell} is filled in" for cell in taken),
    ]
    seen, whole_text = listed(said, _MOST_NAMED)
    first = next(iter((*held, *taken)), None)
    sheets = {cell.sheet for cell in (*held, *taken)} | set(totals)
    return Problem(
        Code.NO_ROOM,
        f"cells of {', '.join(sorted(sheets))} cannot be written: something of your own is in them",
        first or totals[0],
        seen=seen,
        expected="input cells without formulas, and free cells below and to the right of the table",
        remedy="move what is in the way to another place, switch the row of totals off (Table Design > Total Row), "
        "and run again",
        whole=whole_text,
    )
