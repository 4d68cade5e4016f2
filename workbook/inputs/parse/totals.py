"""Rows of totals that people type under a table: they are left out, and the person is told (plan floor)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from workbook.address import Cell, column_number
from workbook.inputs.parse.names import counted_rows
from workbook.inputs.raw import NOTHING, RawCell, RawTable
from workbook.inputs.sheets.registry import SETTING_MODELS
from workbook.naming import fold
from workbook.problems import Code, Problem, Severity
from workbook.schema import Column, Sheet

_WORDS = frozenset(
    "total totals sum sums subtotal sub-total grand_total grand_sum overall_total total_general total_général"
    " összesen mindösszesen összeg gesamt gesamtsumme summe gesamtergebnis zwischensumme somme totaux total_geral"
    " totaal totale totali suma razem celkem spolu ukupno zbir totalt summa yhteensä toplam итого всего сума 合計 总计"
    " insgesamt"
    .replace("_", "\u00a0").split(" ")
)  # fmt: skip
_LOOSE = _WORDS | {"all", "alle", "every", "overall", "tous", "toutes", "todos"}
"""Words of a name such as `Total storage` or `All datasets`, which is one of totals if cells of the row are missing."""
_SUM = re.compile(r"=\s*(?:SUM|SUBTOTAL|AGGREGATE)\s*\((?:\s*\d+\s*,){0,2}\s*(.*)\)\s*", re.IGNORECASE)
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]+)(?::\$?([A-Z]{1,3})\$?([0-9]+))?", re.IGNORECASE)


class Totals(Struct, frozen=True):
    """A table without the row of totals at its end, what is told about it, and rows of sums between the others."""

    table: RawTable
    problems: tuple[Problem, ...] = ()
    between: frozenset[int] = frozenset()


def without_totals(sheet: Sheet, raw: RawTable, column_numbers: Mapping[str, int]) -> Totals:
    """Leave out a last row that sums those above it; tell of such rows in the middle, which cannot be left out."""
    columns = {column_numbers[column.field]: column for column in sheet.columns if column.field in column_numbers}
    label = _label_column(sheet, column_numbers)
    used = [row for row, cells in raw.rows.items() if _is_used(cells, columns)]
    sums = [row for row in used[1:] if _is_sum(raw, row, columns, used[0], label)]
    last = used[-1] if len(used) > 1 else 0
    problems = [_between(raw, row, label) for row in sums if row != last]
    table = raw
    is_named = (
        bool(last) and not _says_total(raw.rows[used[0]], label) and _names_totals(raw.rows[last], columns, label)
    )
    if last and (last in sums or is_named):
        table = replace(raw, rows={row: cells for row, cells in raw.rows.items() if row < last}, last_row=used[-2])
        problems.append(_left_out(raw, last, label))
    return Totals(table, tuple(problems), frozenset(row for row in sums if row != last))


def grown(sheet: Sheet, raw: RawTable, column_numbers: Mapping[str, int]) -> Totals:
    """Take rows of data that follow an Excel Table without a gap into the table: other programs do not extend it.

    Formulas and the next run refer to the extended range. A row of totals or a note ends it.
    """
    columns = {column_numbers[column.field]: column for column in sheet.columns if column.field in column_numbers}
    label, last = _label_column(sheet, column_numbers), raw.last_row
    while (taken := _rows_taken(sheet, raw, last, columns, label)) > 0:
        last += taken
    if last == raw.last_row:
        return Totals(raw)
    rows = {row: cells for row, cells in raw.below.items() if row <= last}
    below = {row: cells for row, cells in raw.below.items() if row > last}
    said = Problem(
        Code.ROWS_JOINED,
        f"{counted_rows(list(rows))} directly under table {raw.name!r} read as part of it",
        Cell(raw.title, raw.last_row + 1, min(rows[raw.last_row + 1])),
        severity=Severity.INFO,
    )
    return Totals(replace(raw, rows={**raw.rows, **rows}, below=below, last_row=last), (said,))


def _rows_taken(sheet: Sheet, raw: RawTable, last: int, columns: Mapping[int, Column], label: int) -> int:
    """Count the rows after `last` that belong to the table: a row of data, on Settings with its title, or none."""
    after, second = (raw.below.get(last + step, {}) for step in (1, 2))
    if after and _is_row(after, columns, label):
        return 1
    is_title = (
        sheet.id in SETTING_MODELS and _filled(after, columns) == [label] and not _names_totals(after, columns, label)
    )
    return 2 if is_title and second and _is_row(second, columns, label) else 0


def _is_row(cells: Mapping[int, RawCell], columns: Mapping[int, Column], label: int) -> bool:
    is_total = _names_totals(cells, columns, label) or _has_sum(cells, columns)
    return not is_total and _is_data(cells, columns, label)


def rows_below(sheet: Sheet, raw: RawTable, column_numbers: Mapping[str, int]) -> Iterator[Problem]:
    """Yield what rows under an Excel Table are: data after a gap, a row of totals, or other text."""
    columns = {column_numbers[column.field]: column for column in sheet.columns if column.field in column_numbers}
    label = _label_column(sheet, column_numbers)
    totals = [
        row for row, cells in raw.below.items() if _names_totals(cells, columns, label) or _has_sum(cells, columns)
    ]
    others = [row for row in raw.below if row not in totals]
    data = [row for row in others if _is_missed(raw.below[row], columns, label)]
    rest = [row for row in others if row not in data]
    for row in totals:
        yield _left_out(raw, row, label)
    if data:
        yield _rows_outside(raw, data)
    if rest:
        yield Problem(
            Code.TEXT_BELOW_TABLE,
            f"text under table {raw.name!r} is not read: {counted_rows(rest)}",
            Cell(raw.title, rest[0], min(raw.below[rest[0]])),
            severity=Severity.INFO,
        )


def _is_missed(cells: Mapping[int, RawCell], columns: Mapping[int, Column], label: int) -> bool:
    """Whether a row would count if it were in the table: it has a name, and a number or a value that is required."""
    if cells.get(label, NOTHING).looks_blank:
        return False
    required = [number for number, column in columns.items() if column.required and number != label]
    wanted = required or [number for number, column in columns.items() if _counts(column) and number != label]
    return any(_is_valid(cells.get(number, NOTHING), columns[number]) for number in wanted)


def _is_valid(cell: RawCell, column: Column) -> bool:
    if column.is_numeric:
        return isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    return column.kind in ("choice", "name", "text") and not cell.looks_blank and not column.is_numeric


def _label_column(sheet: Sheet, column_numbers: Mapping[str, int]) -> int:
    """Return the column in which a row's name stands: the key, or else the first column of the schema."""
    return column_numbers.get(sheet.key or "", 0) or column_numbers.get(sheet.columns[0].field, 0)


def _says_total(cells: Mapping[int, RawCell], label: int) -> bool:
    text = cells.get(label, NOTHING).value
    return isinstance(text, str) and fold(text).rstrip(":").replace(" ", "\u00a0") in _WORDS


def _names_totals(cells: Mapping[int, RawCell], columns: Mapping[int, Column], label: int) -> bool:
    """Whether a row's name says that it is one of totals, alone or with a noun if the row could not be used anyway."""
    if _says_total(cells, label):
        return True
    words = fold(str(cells.get(label, NOTHING).value or "")).rstrip(":").split()
    is_loose = len(words) > 1 and bool({words[0], words[-1]} & _LOOSE)
    return is_loose and any(column.required and cells.get(n, NOTHING).looks_blank for n, column in columns.items())


def _is_used(cells: Mapping[int, RawCell], columns: Mapping[int, Column]) -> bool:
    return any(not cells.get(number, NOTHING).looks_blank for number, column in columns.items() if _counts(column))


def _counts(column: Column) -> bool:
    return column.field not in ("source", "notes")


def _is_data(cells: Mapping[int, RawCell], columns: Mapping[int, Column], label: int) -> bool:
    filled = _filled(cells, columns)
    return len(filled) > 1 or (filled == [label] and len(columns) == 1)


def _filled(cells: Mapping[int, RawCell], columns: Mapping[int, Column]) -> list[int]:
    return [n for n, column in columns.items() if _counts(column) and not cells.get(n, NOTHING).looks_blank]


def _has_sum(cells: Mapping[int, RawCell], columns: Mapping[int, Column]) -> bool:
    return any(_SUM.fullmatch(cell.formula) for number, cell in cells.items() if number in columns)


def _is_sum(raw: RawTable, row: int, columns: Mapping[int, Column], first: int, label: int) -> bool:
    """Whether a row's numbers are formulas that sum rows of the same table above it."""
    cells = [(n, raw.rows[row][n]) for n, column in columns.items() if column.is_numeric and n in raw.rows[row]]
    sums = [(columns[number], _summed(cell.formula, number, raw)) for number, cell in cells if cell.formula]
    name = raw.rows[row].get(label, NOTHING)
    if name.looks_blank or _says_total(raw.rows[row], label):
        return any(rows is not None and first <= rows.start and rows.stop <= row for _, rows in sums)
    # a row with a name of its own is a total only where nothing else can be meant
    return any(rows == range(first, row) and column.kind != "percent" for column, rows in sums)


def _summed(formula: str, column: int, raw: RawTable) -> range | None:
    """Return the rows of the same column that a formula sums, if that is what it does."""
    match = _SUM.fullmatch(formula)
    if match is None:
        return None
    inner = match[1].strip()
    if raw.name and fold(inner).startswith((fold(raw.name) + "[", "[")):
        return range(raw.first_row, raw.last_row)
    area = _RANGE.fullmatch(inner)
    if area is None or not area[3] or not column_number(area[1]) == column_number(area[3]) == column:
        return None
    low, high = sorted((int(area[2]), int(area[4])))
    return range(low, high + 1)


def _name(cells: Mapping[int, RawCell], label: int) -> str:
    text = cells.get(label, NOTHING).value
    return f" ({text!r})" if isinstance(text, str) and text.strip() else ""


def _left_out(raw: RawTable, row: int, label: int) -> Problem:
    cells = raw.rows.get(row) or raw.below[row]
    return Problem(
        Code.TOTALS_ROW,
        f"row {row}{_name(cells, label)} is taken for a row of totals and left out",
        Cell(raw.title, row, label or 1),
        seen=str(cells.get(label, NOTHING).value or "sums of the rows above"),
        expected="no row of totals under the table: the tool sums by itself",
        remedy="delete the row; if it is no total, give it another name",
        severity=Severity.WARNING,
    )


def _between(raw: RawTable, row: int, label: int) -> Problem:
    return Problem(
        Code.SUBTOTAL_ROW,
        f"row {row}{_name(raw.rows[row], label)} sums rows above it, in the middle of the table",
        Cell(raw.title, row, label or 1),
        seen=next(cell.formula for cell in raw.rows[row].values() if _SUM.fullmatch(cell.formula)),
        expected="no sums between the rows: they would count twice",
        remedy="delete the row; the tool sums by itself",
    )


def _rows_outside(raw: RawTable, rows: list[int]) -> Problem:
    return Problem(
        Code.ROWS_OUTSIDE_TABLE,
        f"{counted_rows(rows)} of sheet {raw.title!r}: outside table {raw.name!r}, after blank rows, and not included",
        Cell(raw.title, rows[0], min(raw.below[rows[0]])),
        seen=counted_rows(rows),
        expected="rows directly under the last row of the table",
        remedy="move them up to the table, drag the table's lower right corner down over them, or delete them",
    )
