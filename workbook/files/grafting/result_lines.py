"""The cells of result sheets into what they stand for, by which they are found on sheets laid out anew (files floor).

A row of a sheet with months is known by its line's id and its item, a column by its calendar month or its heading. On
other sheets a row is known by the heading of its table and its own label, a column by what stands above it; a cell that
only shows a line is known by that line. The head of a sheet, down to its first empty row, stays where it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from msgspec import Struct, field

from workbook.address import a1
from workbook.figures import MONTHS
from workbook.files.grafting.result_cells import ResultCells, read_result_cells
from workbook.files.grafting.run_periods import fiscal_start_of_run, month_number, restore_periods, start_of_run
from workbook.files.grafting.sheet_lines import Key, SheetLines, column_key
from workbook.files.package.book_parts import BookParts
from workbook.files.package.parts import SheetEntry
from workbook.files.package.shared_strings import shared_strings
from workbook.files.reading.formula_tokens import references
from workbook.naming import name_key
from workbook.renames import head_lines, label_today
from workbook.sheets.layout import CONSTANT, CONTEXT_ROW, HEADER_ROW, ID, ITEM, LABEL, QUARTER_ROW
from workbook.sheets.summary.tables import RIGHT
from workbook.sheets.summary.tiles import LAST_ROW
from workbook.sheets.time_axis import HEADINGS, SUMMARY

_START = re.compile(r"months from (?:([0-9]{4})-([0-9]{2})|([A-Z][a-z]{2}) ([0-9]{4}))")
"""How the head names the first month; version 0.1 wrote it as 2026-04."""
_LINKS_ROW, _LINKS = 4, "Results"
_CURRENCY = ("line", "setting.currency", "", 0)


class BookLines(Struct):
    """All result sheets of a workbook, by the lower-case name; where each row and group is found by its key."""

    sheets: Mapping[str, SheetLines]
    rows: dict[Key, tuple[SheetLines, int]] = field(default_factory=dict)
    groups: dict[Key, tuple[SheetLines, int, int]] = field(default_factory=dict)
    shown: dict[Key, list[tuple[SheetLines, int, int]]] = field(default_factory=dict)
    shows: dict[tuple[str, int, int], tuple[Key, Key]] = field(default_factory=dict)
    """What a cell of a table shows: the keys of a line's row and column."""
    fiscal_start: int | None = None
    """The month in which a fiscal year began at the run."""


def read_result_lines(package: BookParts, sheets: list[SheetEntry]) -> BookLines:
    """Read the result sheets of a workbook. Raises Refusal for damaged parts."""
    strings = shared_strings(package).texts
    cells = [read_result_cells(package, sheet.name, sheet.part, strings) for sheet in sheets]
    return book_lines(cells, is_1904=package.date_1904)


def book_lines(sheets: list[ResultCells], *, is_1904: bool) -> BookLines:
    """Return what the cells of result sheets stand for."""
    made = {cells.name.casefold(): SheetLines(cells) for cells in sheets}
    book = BookLines(made, fiscal_start=fiscal_start_of_run({name: sheet.cells for name, sheet in made.items()}))
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
            _renew_labels(sheet, currency)
            sheet.right = _right_of(sheet)
    halves = [half for sheet in made.values() for half in (sheet, sheet.right) if half]
    for half in halves:
        _read_half(book, half)
    for half in halves:
        _read_shown(book, half)
    return book


def _read_half(book: BookLines, half: SheetLines) -> None:
    """Read the rows of a sheet, or of one half of it."""
    if not half.cells.has_months:
        _read_tables(half)
    _follow_blanks(half)
    for row, key in half.rows.items():
        book.rows.setdefault(key, (half, row))
    for key, (first, last) in half.extents.items():
        book.groups.setdefault(key, (half, first, last))


def _read_months(sheet: SheetLines, is_1904: bool) -> None:
    """Read the calendar months above the figures; without stored results, from the first month that the head names."""
    heads = sheet.cells.texts.get(HEADER_ROW, {})
    columns = [column for column in heads if column >= sheet.cells.first_month]
    for column in columns:
        if (month := month_number(heads[column], is_1904)) is not None:
            sheet.months[column] = month
    start = _START.search(sheet.cells.formulas.get((CONTEXT_ROW, LABEL), ""))
    if start and not sheet.months and start[3] in (None, *MONTHS):
        year, month = (start[4], MONTHS.index(start[3])) if start[3] else (start[1], int(start[2]) - 1)
        first = int(year) * 12 + month
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
    _renew_labels(sheet, "")
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


def _renew_labels(sheet: SheetLines, currency: str) -> None:
    """Take labels, headings and titles of earlier versions as they read today, with a sign for the currency."""
    if currency:
        for texts in sheet.cells.texts.values():
            texts |= {column: text.replace(currency, "¤") for column, text in texts.items() if currency in text}
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


def has_links_above(sheet: SheetLines) -> bool:
    """Whether a sheet is a Summary of an earlier version, which had links in its head and one column of tables."""
    return sheet.is_typed(_LINKS_ROW, LABEL) and sheet.text(_LINKS_ROW, LABEL) == _LINKS


def head_line(sheet: SheetLines, row: int, column: int) -> tuple[Key, Key] | None:
    """Return the row and column of the line that a figure in the head of a sheet of an earlier version is."""
    line = head_lines().get(f"{sheet.today}!{a1(row, column)}") if sheet.is_filled(row, column) else None
    return (("line", line, "", 0), ("heading", HEADINGS[CONSTANT], 0, 0)) if line else None


def _right_of(sheet: SheetLines) -> SheetLines | None:
    """Return the right half of a Summary below its tiles; the sheet itself keeps the rest."""
    if not sheet.name.endswith(SUMMARY) or has_links_above(sheet):
        return None
    cells, first = sheet.cells, RIGHT[0]
    right, mask = ResultCells(cells.name, last_column=cells.last_column), (1 << first) - 1
    below = [row for row in cells.filled if row > LAST_ROW]
    for marks, kept in ((cells.filled, right.filled), (cells.typed, right.typed)):
        for row in below:
            bits = marks.pop(row, 0)
            kept.update({row: bits & ~mask} if bits & ~mask else {})
            marks.update({row: bits & mask} if bits & mask else {})
    for row in below:
        texts = cells.texts.pop(row, {})
        right.texts[row] = {column: text for column, text in texts.items() if column >= first}
        cells.texts[row] = {column: text for column, text in texts.items() if column < first}
    moved = [place for place in cells.formulas if place[0] > LAST_ROW and place[1] >= first]
    right.formulas = {place: cells.formulas.pop(place) for place in moved}
    return SheetLines(right, first)


def _read_tables(sheet: SheetLines) -> None:
    """Read the rows of a sheet without months: its head, then tables and lists between empty rows."""
    taken: Counter[str] = Counter()
    for number, block in enumerate(_blocks(sheet)):
        if number == 0 and sheet.first == LABEL:
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
    title = block[0] if sheet.cells.filled[block[0]] == 1 << sheet.first and len(block) > 1 else 0
    header = next((row for row in block if row != title and sheet.cells.typed.get(row, 0).bit_count() > 1), 0)
    # A table without a title is known by its first two headings: any of the others may have been added.
    text = sheet.text(title, sheet.first) if title else label_today(" | ".join(_typed(sheet, header)[:2]))
    taken[text] += 1
    heading: Key = ("table", sheet.today, text, taken[text])
    sheet.rows |= {row: (kind, *heading) for row, kind in ((title, "title"), (header, "headings")) if row}
    sheet.headers |= {row: header for row in block if header and row >= header}
    labels = {row: _label(sheet, row, row - block[0], title) for row in block if row not in (title, header)}
    counts = Counter(labels.values())
    seen: Counter[str] = Counter()
    for row, label in labels.items():
        # Labels that come several times are known by their order only, which holds while there are as many of them.
        key = ("label", *heading, label, seen[label], counts[label])
        seen[label] += 1
        _add(sheet, row, key, heading if row in sheet.headers else ("list", *heading, label))


def _label(sheet: SheetLines, row: int, place: int, title: int) -> str:
    """Return what a row is called: its label; where it has none its place, with the texts that are in it.

    In a table without a title, such as the tiles, a reference is a figure and no label.
    """
    if sheet.is_typed(row, sheet.first) or (title and _is_reference(sheet.cells.formulas.get((row, sheet.first), ""))):
        return sheet.text(row, sheet.first)
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
        if home is None or read.last:
            continue
        home = home.half(read.first.row, read.first.column)
        line = home.rows.get(read.first.row)
        if line and line[0] in ("line", "label"):
            keys = line, column_key(home, read.first.row, read.first.column)
            book.shows[sheet.name.casefold(), row, column] = keys
            book.shown.setdefault((sheet.name, *keys), []).append((sheet, row, column))
