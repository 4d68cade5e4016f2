"""A workbook's sheet names and header texts into the sheets and columns of the schema (plan floor)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field

from workbook.address import Cell
from workbook.inputs.parse.confusables import difference
from workbook.inputs.parse.names import listing, nearest
from workbook.inputs.sheets.currencies import CURRENCIES
from workbook.inputs.sheets.registry import SETTING_MODELS, SHEETS, TOOL_SHEETS
from workbook.inputs.sheets.settings import Settings
from workbook.naming import fold
from workbook.problems import Code, Problem, Severity
from workbook.schema import Column, Sheet
from workbook.units import UNITS

_WITH_UNIT = re.compile(r"(.*?)\s*\(([^()]*)\)")
_NEVER_PREFIXED = "Problems"


class HeaderMatch(Struct, frozen=True):
    """Which column of the sheet is which field, and what is wrong with the headers."""

    column_numbers: Mapping[str, int]
    problems: tuple[Problem, ...] = ()
    missing: frozenset[str] = field(default_factory=frozenset)


def input_prefix(names: Sequence[str], prefix: str) -> str:
    """Return what the names of the input sheets begin with: `prefix`, unless only result sheets have it.

    In a workbook whose input sheets were there before the prefix, they are read under the names that they have.
    """
    return prefix if find_sheets(names, prefix)[0] else ""


def find_sheets(names: Sequence[str], prefix: str = "") -> tuple[dict[str, str], tuple[Problem, ...]]:
    """Return each input sheet's real name by its id, and the problems of sheets that are missing or not known.

    Only sheets whose names begin with `prefix` are input sheets; any other is the user's own.
    """
    titles = {sheet.id: prefix + sheet.title for sheet in SHEETS.values()}
    exact = frozenset(titles.values())
    by_key = {fold(name): name for name in (*reversed(names), *(name for name in names if name in exact))}
    found = {sheet_id: by_key[fold(title)] for sheet_id, title in titles.items() if fold(title) in by_key}
    made = {_NEVER_PREFIXED, *(prefix + title for title in TOOL_SHEETS)}
    others = [name for name in names if name not in found.values() and name not in made]
    problems: list[Problem] = []
    for name in list(others):
        if fold(name) in by_key and by_key[fold(name)] in found.values():
            others.remove(name)
            problems.append(_sheet_twice(name, by_key[fold(name)]))
    for sheet in SHEETS.values():
        title, free = titles[sheet.id], [name for name in others if fold(name).startswith(fold(prefix))]
        near = "" if sheet.id in found else nearest(title, free) or _copy_of(title, free)
        if near:
            others.remove(near)
        if sheet.id not in found and (sheet.required or near):
            problems.append(_missing_sheet(sheet, title, near))
    if others:
        problems.append(_unknown_sheets(others))
    return found, tuple(problems)


def match_columns(
    sheet: Sheet, title: str, header_row: int, headers: Mapping[int, str], settings: Settings | None = None
) -> HeaderMatch:
    """Find each column of a sheet by its header. `settings` decide which currency and which memory units fit."""
    if not headers:
        return HeaderMatch({}, (_no_headers(sheet, title, header_row),), frozenset(_required(sheet)))
    matched = {number: _find(sheet, text) for number, text in headers.items()}
    problems: list[Problem] = []
    places: dict[str, int] = {}
    for number, column in matched.items():
        where = Cell(title, header_row, number)
        if column is None:
            continue
        if column.field in places:
            problems.append(_duplicate(column, where, Cell(title, header_row, places[column.field])))
            continue
        places[column.field] = number
        problems.extend(_unit_problem(column, headers[number], where, settings))
    unknown = {number: headers[number] for number, column in matched.items() if column is None}
    problems.extend(_missing_columns(sheet, title, header_row, places, unknown))
    return HeaderMatch(places, tuple(problems), frozenset(_required(sheet) - places.keys()))


def count_matches(sheet: Sheet, headers: Mapping[int, str]) -> int:
    """Count the headers that name a column of the sheet."""
    return sum(_find(sheet, text) is not None for text in headers.values())


def _required(sheet: Sheet) -> set[str]:
    return {column.field for column in sheet.columns if _is_needed(sheet, column)}


def _is_needed(sheet: Sheet, column: Column) -> bool:
    """Whether a sheet says nothing without a column; a setting may be blank, but all of them need their column."""
    return column.required or (sheet.id in SETTING_MODELS and column.field == "value")


def _find(sheet: Sheet, text: str) -> Column | None:
    name = fold(_name_and_unit(text)[0])
    return next((column for column in sheet.columns if fold(column.header) == name), None)


def _name_and_unit(text: str) -> tuple[str, str]:
    match = _WITH_UNIT.fullmatch(" ".join(text.split()))
    return (match[1], match[2].strip()) if match else (text, "")


def _copy_of(title: str, others: Sequence[str]) -> str:
    return next((name for name in others if fold(name).startswith((f"{fold(title)} ", f"{fold(title)}("))), "")


def _unit_problem(column: Column, text: str, where: Cell, settings: Settings | None) -> Iterator[Problem]:
    unit = _name_and_unit(text)[1]
    if not unit or _fits(column, unit, settings):
        return
    wanted = _wanted_unit(column, settings)
    yield Problem(
        Code.WRONG_UNIT,
        f"{column.header} is in {wanted}, not in {unit}" if wanted else f"{column.header} has no unit",
        where,
        seen=" ".join(text.split()),
        expected=f"{column.header} ({wanted})" if wanted else column.header,
        remedy=f"convert the figures below to {wanted} and change the header" if wanted else "remove the unit",
    )


def _fits(column: Column, unit: str, settings: Settings | None) -> bool:
    if column.kind == "money" and settings is None:
        return unit.upper() in CURRENCIES
    wanted = _wanted_unit(column, settings)
    accepted = {wanted, *(UNITS[wanted].spellings if wanted in UNITS else ())}
    if column.is_memory and settings and settings.memory_unit_base == 1024:
        accepted.update(UNITS[wanted].spellings_of_memory)
    return fold(unit) in {fold(spelling) for spelling in accepted}


def _wanted_unit(column: Column, settings: Settings | None) -> str:
    if column.kind == "money":
        return settings.currency if settings else ""
    return column.unit


def _missing_columns(
    sheet: Sheet, title: str, header_row: int, places: Mapping[str, int], unknown: Mapping[int, str]
) -> Iterator[Problem]:
    """Report columns that are not there, each with an unknown header that may be meant, then the other unknown ones."""
    left = {number: _name_and_unit(text)[0] for number, text in unknown.items()}
    for column in sheet.columns:
        if column.field in places or column.is_former:
            continue
        near = nearest(column.header, left.values(), cutoff=0.6 if _is_needed(sheet, column) else 0.78)
        number = next((number for number, text in left.items() if near and text == near), None)
        if number is not None:
            del left[number]
            yield _renamed(column, unknown[number], Cell(title, header_row, number), _is_needed(sheet, column))
        elif _is_needed(sheet, column):
            yield _missing_column(column, title)
    if left:
        yield Problem(
            Code.UNKNOWN_COLUMN,
            f"columns that are not read: {listing(unknown[number] for number in left)}",
            Cell(title, header_row, min(left)),
            severity=Severity.INFO,
        )


def _renamed(column: Column, text: str, where: Cell, is_needed: bool) -> Problem:
    shown = " ".join(text.split())
    alike = difference(_name_and_unit(shown)[0], column.header)
    effect = "the column is required" if is_needed else "the column is not read, and defaults are used"
    return Problem(
        Code.MISSING_COLUMN,
        f"no column {column.header!r}, but one {shown!r}: {effect}",
        where,
        seen=shown,
        expected=column.title,
        remedy=f"did you mean {column.title!r}{f' ({alike})' if alike else ''}? Rename the header",
        severity=Severity.ERROR if is_needed else Severity.WARNING,
    )


def _missing_column(column: Column, title: str) -> Problem:
    return Problem(
        Code.MISSING_COLUMN,
        f"no column {column.header!r} on sheet {title!r}",
        title,
        expected=column.title,
        remedy=f"add a column {column.title!r}. {column.description}",
    )


def _duplicate(column: Column, where: Cell, first: Cell) -> Problem:
    return Problem(
        Code.DUPLICATE_COLUMN,
        f"column {column.header!r} stands twice, here and in {first}",
        where,
        expected="each header once",
        remedy="delete or rename one of the two",
    )


def _no_headers(sheet: Sheet, title: str, header_row: int) -> Problem:
    return Problem(
        Code.NO_HEADERS,
        f"sheet {title!r} has no headers in row {header_row}",
        Cell(title, header_row, 1),
        expected=listing(column.title for column in sheet.columns if column.required),
        remedy=f"type the headers into row {header_row}, the rows below them",
    )


def _missing_sheet(sheet: Sheet, title: str, near: str) -> Problem:
    alike = difference(near, title) if near else ""
    remedy = (
        f"did you mean the sheet {near!r}{f' ({alike})' if alike else ''}? Rename it to {title!r}"
        if near
        else "add it with: workbook new FILE --into"
    )
    return Problem(
        Code.MISSING_SHEET,
        f"no sheet {title!r}" + ("" if sheet.required else ": nothing is read for it"),
        near or title,
        seen=near,
        expected=title,
        remedy=f"{remedy}. {sheet.purpose}",
        severity=Severity.ERROR if sheet.required else Severity.WARNING,
    )


def _sheet_twice(name: str, read: str) -> Problem:
    return Problem(
        Code.SHEET_TWICE,
        f"the sheets {read!r} and {name!r} have the same name but for case and spaces; {read!r} is read",
        name,
        seen=repr(name),
        expected="each input sheet once",
        remedy="rename or delete the one that is not meant",
        severity=Severity.WARNING,
    )


def _unknown_sheets(names: Sequence[str]) -> Problem:
    return Problem(Code.UNKNOWN_SHEET, f"sheets that are not read: {listing(names)}", names[0], severity=Severity.INFO)
