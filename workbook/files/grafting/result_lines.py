"""The cells of result sheets into what they stand for, by which they are found on sheets laid out anew (files floor).

A row of a sheet with months is known by its line's id and its item, a column by its calendar month or its heading. On
other sheets a row is known by the heading of its table and its own label, a column by what stands above it; a cell that
only shows a line is known by that line. The head of a sheet, down to its first empty row, stays where it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from workbook.files.grafting.result_cells import ResultCells, read_result_cells
from workbook.files.grafting.run_periods import month_number, restore_periods, start_of_run
from workbook.files.package.book_parts import BookParts
from workbook.files.package.parts import SheetEntry
from workbook.files.package.shared_strings import shared_strings
from workbook.files.reading.formula_tokens import references
from workbook.naming import name_key
from workbook.renames import column_today, label_today, sheet_today
from workbook.sheets.layout import CONSTANT, CONTEXT_ROW, HEADER_ROW, ID, ITEM, LABEL, QUARTER_ROW, STATUS_ROW

Key = tuple[object, ...]
"""What a row, a column or a group of rows stands for: its kind, then what tells it from others of its kind."""
UNKNOWN_MONTH: Key = ("month", -1)
"""Stands for a column whose month nobody can read: it is found nowhere."""
_START = re.compile(r"months from ([0-9]{4})-([0-9]{2})")
_CURRENCY = ("line", "setting.currency", "", 0)


@dataclass(slots=True)
class SheetLines:
    """One result sheet: the key of each row, of each column, and of the group of rows that a row belongs to."""

    cells: ResultCells
    rows: dict[int, Key] = field(default_factory=dict)
    groups: dict[int, Key] = field(default_factory=dict)
    extents: dict[Key, tuple[int, int]] = field(default_factory=dict)
    headers: dict[int, int] = field(default_factory=dict)
    """Of each row of a table, the row of its headings."""
    months: dict[int, int] = field(default_factory=dict)
    """The calendar month of each column, counted as year × 12 + month - 1."""
    periods: dict[int, str] = field(default_factory=dict)
    """The fiscal year or quarter of each column."""

    @property
    def name(self) -> str:
        """The sheet's name."""
        return self.cells.name

    @property
    def today(self) -> str:
        """What the sheet is called today."""
        return sheet_today(self.name)

    def is_filled(self, row: int, column: int) -> bool:
        """Whether a cell holds anything."""
        if self.cells.has_months and row > HEADER_ROW and column in self.months:
            column = self.cells.first_month
        return bool(self.cells.filled.get(row, 0) >> column & 1)

    def text(self, row: int, column: int) -> str:
        """Return what a cell says."""
        return self.cells.texts.get(row, {}).get(column, "")

    def is_typed(self, row: int, column: int) -> bool:
        """Whether a cell holds a text and no formula."""
        return bool(self.cells.typed.get(row, 0) >> column & 1)


@dataclass(slots=True)
class BookLines:
    """All result sheets of a workbook, by the lower-case name; where each row and group is found by its key."""

    sheets: Mapping[str, SheetLines]
    rows: dict[Key, tuple[SheetLines, int]] = field(default_factory=dict)
    groups: dict[Key, tuple[SheetLines, int, int]] = field(default_factory=dict)
    shown: dict[Key, list[tuple[SheetLines, int, int]]] = field(default_factory=dict)
    shows: dict[tuple[str, int, int], tuple[Key, Key]] = field(default_factory=dict)
    """What a cell of a table shows: the keys of a line's row and column."""


def read_result_lines(package: BookParts, sheets: list[SheetEntry]) -> BookLines:
    """Read the result sheets of a workbook. Raises Refusal for damaged parts."""
    strings = shared_strings(package).texts
    cells = [read_result_cells(package, sheet.name, sheet.part, strings) for sheet in sheets]
    return book_lines(cells, is_1904=package.date_1904)


def book_lines(sheets: list[ResultCells], *, is_1904: bool) -> BookLines:
    """Return what the cells of result sheets stand for."""
    made = {cells.name.casefold(): SheetLines(cells) for cells in sheets}
    book = BookLines(made)
    for sheet in made.values():
        if sheet.cells.has_months:
            _read_months(sheet, is_1904)
    _as_of_the_run(made, is_1904)
    for sheet in made.values():
        if sheet.cells.has_months:
            _read_periods(sheet)
            _read_lines(sheet)
    currency = _currency(made)
    for sheet in made.values():
        if not sheet.cells.has_months:
            _read_tables(sheet, currency)
        _follow_blanks(sheet)
        for row, key in sheet.rows.items():
            book.rows.setdefault(key, (sheet, row))
        for key, (first, last) in sheet.extents.items():
            book.groups.setdefault(key, (sheet, first, last))
    for sheet in made.values():
        _read_shown(book, sheet)
    return book


def column_key(sheet: SheetLines, row: int, column: int) -> Key:
    """Return what a column stands for in a row."""
    if sheet.cells.has_months:
        if column in sheet.months:
            return ("month", sheet.months[column])
        if column in sheet.periods:
            return ("period", sheet.periods[column])
        if not sheet.is_filled(HEADER_ROW, column):
            return ("column", column)
        heading = sheet.text(HEADER_ROW, column)
        return ("heading", column_today(heading), 0, 0) if heading else UNKNOWN_MONTH
    header = sheet.headers.get(row)
    if header is None:
        if sheet.rows.get(row, ("",))[0] == "head" and row > STATUS_ROW and sheet.is_typed(row, column):
            return ("typed", sheet.text(row, column))
        return ("column", column)
    above = [at for at in sheet.cells.texts[header] if at <= column and sheet.text(header, at)]
    if not above:
        return ("column", column)
    nearest = max(above)
    text = sheet.text(header, nearest)
    return ("heading", text, sum(sheet.text(header, at) == text for at in above), column - nearest)


def column_of(sheet: SheetLines, row: int, key: Key) -> int | None:
    """Return the column that stands for a key in a row; None where none does."""
    if key[0] == "column":
        column = key[1]
        return column if isinstance(column, int) and column_key(sheet, row, column) == key else None
    if key[0] == "month":
        return next((column for column, month in sheet.months.items() if month == key[1]), None)
    if key[0] == "period":
        return next((column for column, period in sheet.periods.items() if period == key[1]), None)
    where = HEADER_ROW if sheet.cells.has_months else sheet.headers.get(row, row)
    offset = key[3] if key[0] == "heading" and isinstance(key[3], int) else 0
    columns = (column + offset for column in sheet.cells.texts.get(where, {}))
    return next((column for column in columns if column_key(sheet, row, column) == key), None)


def _read_months(sheet: SheetLines, is_1904: bool) -> None:
    """Read the calendar months above the figures; without stored results, from the first month that the head names."""
    heads = sheet.cells.texts.get(HEADER_ROW, {})
    columns = [column for column in heads if column >= sheet.cells.first_month]
    for column in columns:
        if (month := month_number(heads[column], is_1904)) is not None:
            sheet.months[column] = month
    start = _START.search(sheet.cells.formulas.get((CONTEXT_ROW, LABEL), ""))
    if start and not sheet.months:
        first = int(start[1]) * 12 + int(start[2]) - 1
        sheet.months = {column: first + place for place, column in enumerate(sorted(columns))}


def _read_periods(sheet: SheetLines) -> None:
    """Read the fiscal years and quarters above the columns before the months; nothing without stored results."""
    heads, quarters = (sheet.cells.texts.get(row, {}) for row in (HEADER_ROW, QUARTER_ROW))
    for column in range(ID + 1, sheet.cells.first_month):
        if name := quarters.get(column, "") or heads.get(column, "").partition(" (")[0]:
            sheet.periods[column] = name


def _as_of_the_run(sheets: Mapping[str, SheetLines], is_1904: bool) -> None:
    """Take months and fiscal periods as they were at the run, not as they have been recalculated since."""
    cells = {name: sheet.cells for name, sheet in sheets.items()}
    shown = next((min(sheet.months.values()) for sheet in sheets.values() if sheet.months), None)
    start = start_of_run(cells, is_1904)
    if shown is None or start is None:
        return
    restore_periods(cells, start, shown, max(len(sheet.months) for sheet in sheets.values()))
    for sheet in sheets.values():
        sheet.months = {column: month - shown + start for column, month in sheet.months.items()}


def _read_lines(sheet: SheetLines) -> None:
    """Read the rows of a sheet with months: its head, its axis, its sections, its lines."""
    _renew_labels(sheet)
    seen: Counter[Key] = Counter()
    for row, texts in sheet.cells.texts.items():
        if row < HEADER_ROW - 2:
            sheet.rows[row] = ("head", sheet.today, row)
        elif row <= HEADER_ROW:
            sheet.rows[row] = ("axis", sheet.today, texts.get(LABEL, ""))
        elif line := texts.get(ID, ""):
            key: Key = ("line", line, name_key(_plain(texts.get(ITEM, ""))))
            _add(sheet, row, (*key, seen[key]), ("line", line))
            seen[key] += 1
        elif title := texts.get(LABEL, ""):
            key = ("section", sheet.today, title)
            sheet.rows[row] = (*key, seen[key])
            seen[key] += 1


def _renew_labels(sheet: SheetLines) -> None:
    """Take labels, headings and titles of earlier versions as they read today."""
    for row, texts in sheet.cells.texts.items():
        texts |= {column: label_today(text) for column, text in texts.items() if sheet.is_typed(row, column)}


def _plain(text: str) -> str:
    """Return a number as every program stores it alike, and a text as it is."""
    try:
        return format(float(text), ".12g")
    except ValueError:
        return text


def _currency(sheets: Mapping[str, SheetLines]) -> str:
    """Return the currency that labels name: a plan in another currency has the same lines."""
    for sheet in sheets.values():
        for row, key in sheet.rows.items():
            if key == _CURRENCY:
                return sheet.text(row, CONSTANT)
    return ""


def _read_tables(sheet: SheetLines, currency: str) -> None:
    """Read the rows of a sheet without months: its head, then tables and lists between empty rows."""
    if currency:
        for texts in sheet.cells.texts.values():
            texts |= {column: text.replace(currency, "¤") for column, text in texts.items() if currency in text}
    _renew_labels(sheet)
    taken: Counter[str] = Counter()
    for number, block in enumerate(_blocks(sheet)):
        if number == 0:
            sheet.rows |= {row: ("head", sheet.today, row) for row in block}
        else:
            _read_table(sheet, block, taken)


def _blocks(sheet: SheetLines) -> list[list[int]]:
    blocks: list[list[int]] = []
    for row in sorted(sheet.cells.filled):
        if blocks and blocks[-1][-1] == row - 1:
            blocks[-1].append(row)
        else:
            blocks.append([row])
    return blocks


def _read_table(sheet: SheetLines, block: list[int], taken: Counter[str]) -> None:
    title = block[0] if sheet.cells.filled[block[0]] == 1 << LABEL and len(block) > 1 else 0
    header = next((row for row in block if row != title and sheet.cells.typed.get(row, 0).bit_count() > 1), 0)
    # A table without a title is known by its first two headings: any of the others may have been added.
    text = sheet.text(title, LABEL) if title else " | ".join(_typed(sheet, header)[:2])
    taken[text] += 1
    heading: Key = ("table", sheet.today, text, taken[text])
    sheet.rows |= {row: (kind, *heading) for row, kind in ((title, "title"), (header, "headings")) if row}
    sheet.headers |= {row: header for row in block if header and row >= header}
    labels = {row: _label(sheet, row, row - block[0]) for row in block if row not in (title, header)}
    counts = Counter(labels.values())
    seen: Counter[str] = Counter()
    for row, label in labels.items():
        # Labels that come several times are known by their order only, which holds while there are as many of them.
        key = ("label", *heading, label, seen[label], counts[label])
        seen[label] += 1
        _add(sheet, row, key, heading if row in sheet.headers else ("list", *heading, label))


def _label(sheet: SheetLines, row: int, place: int) -> str:
    """Return what a row is called: its label; where it has none its place, with the texts that are in it."""
    if sheet.is_typed(row, LABEL) or _is_reference(sheet.cells.formulas.get((row, LABEL), "")):
        return sheet.text(row, LABEL)
    return f"row {place} {' | '.join(_typed(sheet, row))}"


def _typed(sheet: SheetLines, row: int) -> list[str]:
    return [text for column, text in sheet.cells.texts.get(row, {}).items() if sheet.is_typed(row, column)]


def _is_reference(formula: str) -> bool:
    found = next(references(formula), None)
    return found is not None and (found.start, found.end) == (0, len(formula))


def _add(sheet: SheetLines, row: int, key: Key, group: Key) -> None:
    sheet.rows[row], sheet.groups[row] = key, group
    first, last = sheet.extents.get(group, (row, row))
    # Rows of one group that do not touch are no range of their own.
    sheet.extents[group] = (first, row) if row - last <= 1 else (first, last)


def _follow_blanks(sheet: SheetLines) -> None:
    """Know an empty row by what is above it: the last row of a group stands for the group."""
    above: Key = ("top", sheet.today)
    place = 0
    for row in range(1, sheet.cells.last_row + 1):
        if row in sheet.rows:
            group = sheet.groups.get(row)
            above = group if group and sheet.extents[group][1] == row else sheet.rows[row]
            place = row
        elif row not in sheet.cells.filled:
            sheet.rows[row] = ("below", *above, row - place)


def _read_shown(book: BookLines, sheet: SheetLines) -> None:
    """Find the cells of tables that only show a cell of a line."""
    for (row, column), formula in sheet.cells.formulas.items():
        if sheet.cells.has_months or not _is_reference(formula):
            continue
        read = next(references(formula))
        home = book.sheets.get(read.sheets[0].casefold()) if len(read.sheets) == 1 else None
        if home is None or read.last or not home.cells.has_months:
            continue
        line = home.rows.get(read.first.row)
        if line and line[0] == "line":
            keys = line, column_key(home, read.first.row, read.first.column)
            book.shows[sheet.name.casefold(), row, column] = keys
            book.shown.setdefault((sheet.name, *keys), []).append((sheet, row, column))
