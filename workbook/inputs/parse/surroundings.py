"""What lies beside the cells of an input sheet and may mislead: merges, hidden rows, stray content (plan floor)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from workbook.address import Area, Cell, a1, column_letters
from workbook.inputs.parse.names import counted, counted_rows, listing
from workbook.inputs.raw import Marks, RawCell, RawTable, RawWorkbook
from workbook.problems import Code, Problem, Severity

BESIDE = ("source", "notes", "meaning", "unit")
_MANY_ROWS = 1000


def merges(raw: RawTable, column_numbers: Mapping[str, int]) -> tuple[Area, ...]:
    """Return the merged areas that reach into columns of the table that are computed with, headers included."""
    used = {number for field, number in column_numbers.items() if field not in BESIDE}
    return tuple(
        area
        for area in raw.marks.merged
        if area.first_row <= raw.last_row
        and area.last_row >= raw.header_row
        and any(area.first_column <= number <= area.last_column for number in used)
    )


def is_covered(areas: Sequence[Area], row: int, column: int) -> bool:
    """Whether a cell is hidden under a merge: inside one, but not its first cell."""
    return any(
        area.first_row <= row <= area.last_row
        and area.first_column <= column <= area.last_column
        and (row, column) != (area.first_row, area.first_column)
        for area in areas
    )


def shape_problems(raw: RawTable, column_numbers: Mapping[str, int]) -> Iterator[Problem]:
    """Return of merged, hidden, empty and stray cells, and of cells without an address."""
    for area in merges(raw, column_numbers):
        yield _merged(raw, area)
    yield from _hidden(raw, column_numbers)
    yield from _beside(raw.title, raw.marks)


def workbook_problems(raw: RawWorkbook, *, has_formulas: bool) -> Iterator[Problem]:
    """Return of hidden input sheets, of the other date system, and of results that may be stale."""
    if raw.hidden:
        names = listing(
            f"{name} (very hidden)" if state == "veryHidden" else name for name, state in raw.hidden.items()
        )
        yield Problem(
            Code.HIDDEN_SHEET,
            f"hidden sheets are read like the others: {names}",
            next(iter(raw.hidden)),
            severity=Severity.INFO,
        )
    if raw.date_1904:
        where = raw.tables["settings"].title if "settings" in raw.tables else ""
        yield Problem(
            Code.DATE_SYSTEM,
            "the workbook counts its days from 1904; dates are read as Excel shows them",
            where,
            severity=Severity.INFO,
        )
    if raw.is_manual and has_formulas:
        yield Problem(
            Code.MANUAL_CALCULATION,
            "Excel recalculates this workbook only when asked to, so results of formulas in the inputs may be old",
            raw.tables["settings"].title if "settings" in raw.tables else "",
            seen="calculation: manual",
            expected="calculation: automatic, or recalculated before saving",
            remedy="press F9 in Excel, save, and run again; Formulas > Calculation Options > Automatic keeps it so",
            severity=Severity.WARNING,
        )


def headers_elsewhere(raw: RawTable) -> Problem:
    """Return the problem of a table that does not begin in row 1 and is no Excel Table."""
    row = raw.likely_header_row
    return Problem(
        Code.HEADERS_ELSEWHERE,
        f"the headers of {raw.title!r} seem to stand in row {row}, but row 1 is read",
        Cell(raw.title, row, 1),
        seen=f"headers in row {row}",
        expected="headers in row 1, or an Excel Table",
        remedy=f"delete the rows above row {row}, or select the table and press Ctrl+T",
    )


def _merged(raw: RawTable, area: Area) -> Problem:
    return Problem(
        Code.MERGED_CELLS,
        f"{area} are merged, so all but the first of them are empty",
        Cell(raw.title, area.first_row, area.first_column),
        seen=f"{area} merged",
        expected="one cell a value",
        remedy=f"unmerge {area} and fill each row",
    )


def _hidden(raw: RawTable, column_numbers: Mapping[str, int]) -> Iterator[Problem]:
    marks = raw.marks
    rows = [row for row, cells in raw.rows.items() if row in marks.hidden_rows and _shows(cells.values())]
    columns = sorted(number for number in column_numbers.values() if number in marks.hidden_columns)
    if not rows and not columns:
        return
    parts = [counted_rows(rows)] if rows else []
    parts += [counted("column", map(column_letters, columns))] if columns else []
    cause = " by a filter" if marks.is_filtered and rows else ""
    yield Problem(
        Code.HIDDEN_CELLS,
        f"cells that are hidden{cause} are read like the others: {' and '.join(parts)}",
        Cell(raw.title, rows[0] if rows else raw.header_row, columns[0] if columns and not rows else 1),
        severity=Severity.INFO,
    )


def _shows(cells: Iterable[RawCell]) -> bool:
    return any(not cell.looks_blank for cell in cells)


def _beside(title: str, marks: Marks) -> Iterator[Problem]:
    if marks.empty_rows > _MANY_ROWS:
        yield Problem(
            Code.EMPTY_FORMATTED_ROWS,
            f"{marks.empty_rows:,} empty rows carry a format; clear them to make the file smaller",
            title,
            severity=Severity.INFO,
        )
    if marks.strays:
        first = marks.strays[0]
        cells = listing(a1(cell.row, cell.column) for cell in marks.strays)
        more = f" and others in {counted_rows(marks.stray_rows)}" if marks.strays_count > len(marks.strays) else ""
        yield Problem(
            Code.STRAY_CELLS,
            f"cells far away from the table are not read: {cells}{more}",
            first,
            seen="1 filled cell" if marks.strays_count == 1 else f"{marks.strays_count} filled cells",
            expected="nothing far below or beside the table",
            remedy="move them near the table if they belong to it; else clear them or move them to a sheet of your own",
            severity=Severity.WARNING,
        )
    if marks.faults:
        yield Problem(
            Code.NO_ADDRESS,
            f"the file stores cells of this sheet without a usable address: {listing(marks.faults)}",
            title,
            seen=listing(marks.faults),
            expected="an address such as B4",
            remedy="open the workbook in Excel, compare the sheet with what it should hold, save, and run again",
        )
