"""One raw table into typed rows, as far as its cells can be read (plan floor)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from msgspec import Struct

from workbook.address import Area, Cell
from workbook.inputs.parse.cells import Value, read_cell
from workbook.inputs.parse.confusables import difference, look
from workbook.inputs.parse.draft import PlanDraft, validate
from workbook.inputs.parse.headers import HeaderMatch
from workbook.inputs.parse.plan_months import as_plan_month
from workbook.inputs.parse.surroundings import is_covered, merges
from workbook.inputs.parse.totals import grown, rows_below, without_totals
from workbook.inputs.plan import Table
from workbook.inputs.raw import NOTHING, RawCell, RawTable
from workbook.inputs.sheets.registry import MODELS
from workbook.naming import name_key
from workbook.problems import Code, Problem, Severity
from workbook.schema import Column, Row, Sheet, show

NEVER_COMPUTED = ("source", "notes")
_CASE = " (upper and lower case count as the same)"


class _Reader(Struct, frozen=True):
    """What reading the rows of one table needs, and where it leaves what it finds."""

    draft: PlanDraft
    sheet: Sheet
    raw: RawTable
    columns: tuple[tuple[Column, int], ...]
    by_field: Mapping[str, Column]
    match: HeaderMatch
    spelling: dict[tuple[int, str], str]
    first_cells: dict[str, Cell]
    first_looks: dict[str, tuple[Cell, str]]
    merged: tuple[Area, ...]


def read_table(draft: PlanDraft, sheet: Sheet, whole: RawTable, match: HeaderMatch) -> None:
    """Read a table row by row into the draft; blank rows are skipped and counted, a row of totals is left out."""
    whole_table = grown(sheet, whole, match.column_numbers)
    totals = without_totals(sheet, whole_table.table, match.column_numbers)
    raw = totals.table
    draft.problems.extend((*whole_table.problems, *totals.problems))
    reader = _reader(draft, sheet, raw, match)
    used = [row for row, cells in raw.rows.items() if not _is_blank(reader, cells)]
    rows = [row for row in used if row not in totals.between]
    good = {row: model for row in rows if (model := _read_row(reader, row, raw.rows[row])) is not None}
    draft.tables[sheet.id] = Table(
        sheet=sheet,
        title=raw.title,
        rows=tuple(good.values()),
        row_numbers=tuple(good),
        column_numbers=dict(match.column_numbers),
        first_row=raw.first_row,
        last_row=raw.last_row,
        spelling=reader.spelling,
        name=raw.name,
        filled=raw.filled,
    )
    if len(good) < len(used):
        draft.broken.add(sheet.id)
    draft.problems.extend(_row_counts(sheet, raw, len(used)))
    draft.problems.extend(rows_below(sheet, raw, match.column_numbers))


def _reader(draft: PlanDraft, sheet: Sheet, raw: RawTable, match: HeaderMatch) -> _Reader:
    present = match.column_numbers
    if sheet.key in present:
        draft.names[sheet.id] = {}
    return _Reader(
        draft=draft,
        sheet=sheet,
        raw=raw,
        columns=tuple((column, present[column.field]) for column in sheet.columns if column.field in present),
        by_field={column.field: column for column in sheet.columns},
        match=match,
        spelling={},
        first_cells={},
        first_looks={},
        merged=merges(raw, present),
    )


def _is_blank(reader: _Reader, cells: Mapping[int, RawCell]) -> bool:
    """Whether a person sees nothing in the columns that are computed with."""
    return all(
        cells.get(number, NOTHING).looks_blank
        for column, number in reader.columns
        if column.field not in NEVER_COMPUTED
    )


def _read_row(reader: _Reader, row: int, cells: Mapping[int, RawCell]) -> Row | None:
    """Read one row; None, and problems in the draft, if any of its cells cannot be used."""
    values: dict[str, Value] = {}
    bad = set(reader.match.missing)
    for column, number in reader.columns:
        if is_covered(reader.merged, row, number):  # told as the merge
            bad.add(column.field)
            continue
        raw, where = cells.get(number, NOTHING), Cell(reader.raw.title, row, number)
        reading = as_plan_month(reader.draft, column, read_cell(column, raw, where, reader.draft.program), raw, where)
        if column.field not in NEVER_COMPUTED:
            reader.draft.keep(where, raw)
        if reading.problem is not None:
            reader.draft.problems.append(reading.problem)
        if reading.is_bad:
            bad.add(column.field)
        elif reading.value is not None:
            values[column.field] = reading.value
        if reading.own_text:
            reader.spelling[row, column.field] = reading.own_text
        if column.is_key and reading.value is not None and not _is_new(reader, column, reading.value, where):
            bad.add(column.field)
    return _row_model(reader, row, values, bad)


def _row_model(reader: _Reader, row: int, values: Mapping[str, Value], bad: set[str]) -> Row | None:
    def place(name: str) -> Cell | str:
        number = reader.match.column_numbers.get(name)
        return f"{reader.raw.title}, row {row}" if number is None else Cell(reader.raw.title, row, number)

    model, problems = validate(MODELS[reader.sheet.id], values, reader.by_field, place)
    mine = [problem for problem in problems if problem.code is not Code.BLANK_REQUIRED]
    reader.draft.problems.extend(mine)
    return None if bad or mine else model


def _is_new(reader: _Reader, column: Column, value: Value, where: Cell) -> bool:
    """Remember a key; report it and give False if an earlier row has it already."""
    key = value.strftime("%Y-%m") if isinstance(value, date) else name_key(show(value))
    first = reader.first_cells.setdefault(key, where)
    reader.draft.names[reader.sheet.id].setdefault(key, show(value))
    if first == where:
        return column.kind != "name" or _looks_new(reader, column, str(value), where)
    reader.draft.problems.append(
        Problem(
            Code.DUPLICATE_NAME,
            f"{column.header} {show(value)!r} stands twice, here and in {first}",
            where,
            seen=show(value),
            expected=f"each {column.header.lower()} once" + (_CASE if column.kind == "name" else ""),
            remedy="rename or delete one of the two rows",
        )
    )
    return False


def _looks_new(reader: _Reader, column: Column, name: str, where: Cell) -> bool:
    """Remember how a name looks; report it and give False if an earlier one looks the same and is another."""
    first, earlier = reader.first_looks.setdefault(look(name), (where, name))
    if first == where:
        return True
    problems = reader.draft.problems
    if problems and problems[-1].code is Code.ODD_LETTERS and problems[-1].where == where:
        problems.pop()  # the same, told as less
    problems.append(
        Problem(
            Code.LOOK_ALIKE_NAMES,
            f"{column.header} {name!r} looks like {first}, but is another name: {difference(name, earlier)}",
            where,
            seen=f"{name!a} and {earlier!a}",
            expected="names that a person can tell apart",
            remedy="type both names again by hand; rename or delete one of the two rows",
        )
    )
    return False


def _row_counts(sheet: Sheet, raw: RawTable, used: int) -> Iterator[Problem]:
    blank = raw.last_row - raw.first_row + 1 - used
    if not used and not sheet.may_be_empty:
        yield _no_rows(sheet, raw)
    elif used and blank:
        rows = "1 row" if used == 1 else f"{used} rows"
        yield Problem(Code.BLANK_ROWS, f"{rows} read, {blank} blank skipped", raw.title, severity=Severity.INFO)


def _no_rows(sheet: Sheet, raw: RawTable) -> Problem:
    return Problem(
        Code.NO_ROWS,
        f"sheet {raw.title!r} has no rows",
        Cell(raw.title, raw.first_row, 1),
        seen="no rows",
        expected="at least one row",
        remedy=f"add a row to it. {sheet.purpose}",
    )
