"""Rules about what a sheet holds and how it is laid out (post)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from workbook.address import quote_sheet
from workbook.files.reading.survey import columns_text
from workbook.inputs.raw import RawCell
from workbook.lint.sheet import AXIS_LENGTH, SheetUnderLint, is_number
from workbook.lint.text_numbers import TextNumber, text_number
from workbook.lint.violations import Position, Violation, place, violation
from workbook.problems import Severity

_FORMAT_PART = re.compile(r"\"[^\"]*+\"?|\[[^\[\]]*+\]?|[\\_*].|.", re.DOTALL)
_FORMAT_UNIT = re.compile(r"[%‰$€£¥]|[dmyhs]|\[(?:h+|m+|s+)\]|\[\$[^-\]].*|\".*[^\W\d_].*", re.IGNORECASE | re.DOTALL)
_LONGEST_FORMAT = 255
_UNIT_TEXT = re.compile(r"[%$€£¥/]|\([^()]++\)|\[[^\[\]]++\]")
_LONG_ROWS, _LONG_COLUMNS = 60, 15


def error_values(sheet: SheetUnderLint) -> Iterator[Violation]:
    """FMC-error: a cell shows an error; #N/A is a warning, since charts leave such a month out."""
    cells: dict[str, list[Position]] = {}
    for cell, raw in sheet.cells():
        if raw.is_error and not _is_picture(sheet, cell, raw):
            cells.setdefault(str(raw.value), []).append(cell)
    for value, places in sorted(cells.items()):
        severity = Severity.WARNING if value == "#N/A" else None
        yield violation("FMC-error", place(sheet.name, places), f"cells show {value}", value, severity)


def lost_references(sheet: SheetUnderLint) -> Iterator[Violation]:
    """FMC-error: a formula refers to cells that were deleted, and shows no error of its own."""
    cells = [cell for cell, facts in sheet.formulas.items() if facts.is_broken]
    hidden = [cell for cell in cells if (raw := sheet.at(*cell)) is not None and not raw.is_error]
    if hidden:
        first = sheet.at(*min(hidden))
        seen = first.formula[:160] if first else ""
        yield violation("FMC-error", place(sheet.name, hidden), "formulas refer to cells that were deleted", seen)


def numbers_as_text(sheet: SheetUnderLint) -> Iterator[Violation]:
    """EU-text-number: a text that is meant as a number is among numbers, where sums leave it out."""
    texts = {
        cell: found
        for cell, raw in sheet.cells()
        if isinstance(raw.value, str) and not raw.formula and (found := text_number(raw.value))
    }
    cells = [cell for run in _column_runs(texts) for cell in run if _is_figure(sheet, texts, run, cell)]
    if cells:
        first = sheet.at(*min(cells))
        seen = repr(first.value) if first else ""
        yield violation("EU-text-number", place(sheet.name, cells), "numbers are stored as text", seen)


def hidden_figures(sheet: SheetUnderLint) -> Iterator[Violation]:
    """FMC-hidden: figures are where nobody sees them."""
    survey = sheet.survey
    if survey.state != "visible":
        if any(is_number(raw) for _, raw in sheet.cells()):
            state = "very hidden" if survey.state == "veryHidden" else "hidden"
            yield violation("FMC-hidden", quote_sheet(sheet.name), f"a {state} sheet contains figures", survey.state)
        return
    rows = sorted({row for (row, _), raw in sheet.cells() if row in survey.hidden_rows and is_number(raw)})
    columns = frozenset(col for (_, col), raw in sheet.cells() if col in survey.hidden_columns and is_number(raw))
    if rows:
        seen = "rows " + ", ".join(map(str, rows[:10])) + (f" and {len(rows) - 10} more" if len(rows) > 10 else "")
        yield violation(
            "FMC-hidden", f"{quote_sheet(sheet.name)}!{rows[0]}:{rows[-1]}", "hidden rows hold figures", seen
        )
    if columns:
        yield violation(
            "FMC-hidden", quote_sheet(sheet.name), "hidden columns hold figures", f"columns {columns_text(columns)}"
        )


def units(sheet: SheetUnderLint) -> Iterator[Violation]:
    """FAST-units: a row of figures along the axis of time states no unit."""
    axis = sheet.axis
    if axis is None:
        return
    bare = []
    for row, cells in sheet.survey.grid.items():
        figures = [column for column in range(axis.first_column, axis.last_column + 1) if sheet.is_number(row, column)]
        if row > axis.row and len(figures) >= AXIS_LENGTH and not _has_unit(sheet, row, axis.first_column):
            bare.append((row, min(cells)))
    if bare:
        row = bare[0][0]
        texts = [str(raw.value) for _, raw in sorted(sheet.survey.grid[row].items()) if isinstance(raw.value, str)]
        seen = texts[0] if texts else f"row {row}"
        yield violation("FAST-units", place(sheet.name, bare), "rows of figures have no unit", seen)


def frozen_axis(sheet: SheetUnderLint) -> Iterator[Violation]:
    """FAST-frozen-axis: the axis of time, or the headers of a long table, scroll out of sight."""
    rows, columns = _extent(sheet)
    is_long = rows > _LONG_ROWS or (sheet.axis is not None and columns > _LONG_COLUMNS)
    if is_long and not sheet.survey.is_frozen and sheet.survey.state == "visible":
        seen = f"{rows} rows, {columns} columns"
        yield violation("FAST-frozen-axis", quote_sheet(sheet.name), "a long sheet has no frozen panes", seen)


def print_setup(sheet: SheetUnderLint) -> Iterator[Violation]:
    """FAST-print: a long sheet would be printed in pieces."""
    rows, columns = _extent(sheet)
    if (
        (rows > _LONG_ROWS or columns > _LONG_COLUMNS)
        and not sheet.survey.is_fitted
        and sheet.survey.state == "visible"
    ):
        seen = f"{rows} rows, {columns} columns"
        yield violation(
            "FAST-print", quote_sheet(sheet.name), "a long sheet is not fitted to the width of a page", seen
        )


def unreadable(sheet: SheetUnderLint) -> Iterator[Violation]:
    """NJ-readable: a sheet could not be looked through."""
    if sheet.survey.trouble:
        yield violation(
            "NJ-readable", quote_sheet(sheet.name), "the sheet was not looked through", sheet.survey.trouble
        )


def _is_picture(sheet: SheetUnderLint, cell: Position, raw: RawCell) -> bool:
    """Whether a cell holds a picture, which older programs show as #VALUE!."""
    is_image = not raw.formula or "IMAGE(" in raw.formula.upper()
    return raw.value == "#VALUE!" and is_image and cell in sheet.survey.rich_cells


def _column_runs(cells: Collection[Position]) -> Iterator[list[Position]]:
    """Yield cells that are directly below each other."""
    run: list[Position] = []
    for row, column in sorted(cells, key=lambda cell: (cell[1], cell[0])):
        if run and run[-1] != (row - 1, column):
            yield run
            run = []
        run.append((row, column))
    if run:
        yield run


def _is_figure(
    sheet: SheetUnderLint, texts: Mapping[Position, TextNumber], run: Sequence[Position], cell: Position
) -> bool:
    """Whether a number among texts is one of the figures around it, and neither a header nor a label."""
    text, (row, column) = texts[cell], cell
    above, below = (run[0][0] - 1, column), (run[-1][0] + 1, column)
    is_under, is_over = sheet.is_number(*above), sheet.is_number(*below)
    if text.is_year:
        return is_under and is_over
    if text.is_amount:
        return is_under or is_over or sheet.is_number(row, column - 1) or sheet.is_number(row, column + 1)
    header, total = sheet.at(*above), sheet.at(*below)
    is_first = is_over and header is not None and isinstance(header.value, str) and not (total and total.formula)
    is_header = any((row, column + step) in texts for step in (1, -1))
    return is_under or (is_first and not is_header)


def _has_unit(sheet: SheetUnderLint, row: int, axis_column: int) -> bool:
    """Whether a row has a unit: a second text before the axis, a sign in its label, or a number format."""
    cells = sheet.survey.grid[row]
    texts = [raw.value for column, raw in sorted(cells.items()) if column < axis_column and isinstance(raw.value, str)]
    first = cells.get(axis_column)
    has_format = first is not None and _shows_unit(first.number_format)
    return len(texts) > 1 or any(_UNIT_TEXT.search(text) for text in texts) or has_format


def _shows_unit(number_format: str) -> bool:
    """Whether a number format shows a unit: a sign, a word, a date or a duration; a colour or a condition is none."""
    if number_format.casefold() in ("general", "standard", "@"):
        return False
    parts = _FORMAT_PART.findall(number_format[:_LONGEST_FORMAT])
    return any(_FORMAT_UNIT.fullmatch(part) for part in parts)


def _extent(sheet: SheetUnderLint) -> tuple[int, int]:
    """Return the last row and the last column that hold something."""
    grid = sheet.survey.grid
    return max(grid, default=0), max((max(cells) for cells in grid.values() if cells), default=0)
