"""Two plans into the inputs that moved between them, found by name and not by position (many floor).

Both plans begin in the same month and name their rows alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from workbook.figures import MINUS, NONE, share_text
from workbook.inputs.input_names import FoundRow, RowKey, input_text, row_name
from workbook.inputs.plan import Plan, identity
from workbook.inputs.sheets.demand import SeasonalIndex
from workbook.inputs.sheets.registry import SETTINGS, SHEET_OF_SETTING, SHEETS
from workbook.schema import Column, Row, Sheet
from workbook.whatif.drivers import BY_ROW, NAMES, REMARKS, ROWS, SHARES, Driver, driver_of
from workbook.whatif.places import (
    ACTIVE_SCENARIO,
    ALL_SHARES,
    SEASONS,
    Place,
    active_scenario,
    curves,
    named_rows,
    row_driver,
)

OF_COMPARISONS = ("compare_with", "closed_through")
"""Settings that say what is compared, and nothing of the plan."""
ADDED, REMOVED, CHANGED = "row added", "row removed", "changed"


class Moved(Struct, frozen=True):
    """One input that moved, and what it was and is in words.

    Without a driver it moves no cost, no node and no date. Of a setting the row is its name; of a whole row there is no
    column.
    """

    place: Place
    driver: Driver | None
    sheet: str
    row: str
    column: str
    was: str
    now: str
    change: str = CHANGED


class _Pair(Struct, frozen=True):
    """One sheet of both plans."""

    sheet: Sheet
    before: Plan
    now: Plan

    @property
    def title(self) -> str:
        table = self.now.tables.get(self.sheet.id) or self.before.tables.get(self.sheet.id)
        return table.title if table else self.sheet.title

    @property
    def rows(self) -> tuple[Mapping[RowKey, FoundRow], Mapping[RowKey, FoundRow]]:
        return named_rows(self.sheet, self.before), named_rows(self.sheet, self.now)


def moved_inputs(before: Plan, now: Plan) -> tuple[Moved, ...]:
    """Return the inputs that moved, in the order of the sheets: settings, then changed, added and removed rows."""
    pairs = [_Pair(sheet, before, now) for sheet in SHEETS.values()]
    return (*_settings(before, now), *(moved for pair in pairs for moved in _of_sheet(pair)))


def _of_sheet(pair: _Pair) -> Iterable[Moved]:
    match pair.sheet.id:
        case "growth":
            return _growth(pair)
        case "seasonality":
            return _seasonality(pair)
        case "scenarios":
            return _scenarios(pair)
        case "components":
            return (*_rows(pair, without=SHARES), *_shares(pair))
        case sheet if sheet in BY_ROW:
            return _row_by_row(pair)
        case _:
            return _rows(pair)


def _settings(before: Plan, now: Plan) -> Iterator[Moved]:
    is_other_scenario = active_scenario(before)[0] != active_scenario(now)[0]
    for column in SETTINGS:
        old, new = before.setting(column.field), now.setting(column.field)
        place = Place("settings", field=column.field)
        is_moved = is_other_scenario if place == ACTIVE_SCENARIO else identity(old) != identity(new)
        if is_moved and not column.is_structural and column.field not in OF_COMPARISONS:
            driver = driver_of(SHEET_OF_SETTING[column.field], column.field)
            yield Moved(place, driver, now.setting_sheet(column.field), column.header, "", *_texts(column, old, new))


def _rows(pair: _Pair, without: tuple[str, ...] = ()) -> Iterator[Moved]:
    """Yield cells that changed, rows added and rows removed."""
    then, here = pair.rows
    for key, found in here.items():
        if key in then:
            yield from _cells(pair, key, (then[key].row, found.row), without)
    yield from _added_and_removed(pair)


def _cells(pair: _Pair, key: RowKey, rows: tuple[Row, Row], without: tuple[str, ...] = ()) -> Iterator[Moved]:
    for column in changed_columns(pair.sheet, *rows):
        if column.field not in without:
            old, new = (getattr(row, column.field) for row in rows)
            place, driver = Place(pair.sheet.id, key, column.field), driver_of(pair.sheet.id, column.field)
            name = row_name(pair.sheet, rows[1])
            yield Moved(place, driver, pair.title, name, column.header, *_texts(column, old, new))


def _added_and_removed(pair: _Pair) -> Iterator[Moved]:
    then, here = pair.rows
    for key, found in here.items():
        if key not in then:
            yield _whole_row(pair, key, found.row, ADDED)
    for key, found in then.items():
        if key not in here:
            yield _whole_row(pair, key, found.row, REMOVED)


def _whole_row(pair: _Pair, key: RowKey, row: Row, change: str) -> Moved:
    place, driver = Place(pair.sheet.id, key), row_driver(pair.sheet.id, row)
    return Moved(place, driver, pair.title, row_name(pair.sheet, row), "", NONE, NONE, change)


def _row_by_row(pair: _Pair) -> Iterator[Moved]:
    """Yield each row with a cell that changed as one input."""
    then, here = pair.rows
    for key, found in here.items():
        cells = list(_cells(pair, key, (then[key].row, found.row))) if key in then else []
        if cells:
            place, name = Place(pair.sheet.id, key), row_name(pair.sheet, found.row)
            yield Moved(place, ROWS[pair.sheet.id], pair.title, name, "", *_sides(cells))
    yield from _added_and_removed(pair)


def _sides(cells: list[Moved]) -> tuple[str, str]:
    """Return what several cells were, and what they are."""
    was, now = (
        [f"{cell.column} {text}" for cell, text in zip(cells, texts, strict=True)]
        for texts in (
            [cell.was for cell in cells],
            [cell.now for cell in cells],
        )
    )
    return ", ".join(was), ", ".join(now)


def _growth(pair: _Pair) -> Iterator[Moved]:
    """Yield each segment whose curve moved, the whole curve as one input."""
    then, here = curves(pair.before), curves(pair.now)
    for key in dict.fromkeys((*here, *then)):
        sides = tuple({row.month: row for row in side.get(key, ())} for side in (then, here))
        if texts := _by_month(pair.sheet, "total_growth", sides):
            segment = (here.get(key) or then[key])[0].segment
            yield Moved(Place("growth", key), ROWS["growth"], pair.title, segment, *texts)


def _seasonality(pair: _Pair) -> Iterator[Moved]:
    """Yield the seasons as one input."""
    tables = (plan.rows("seasonality") for plan in (pair.before, pair.now))
    sides = tuple({row.month: row for row in rows if isinstance(row, SeasonalIndex)} for rows in tables)
    if texts := _by_month(pair.sheet, "index", sides):
        yield Moved(SEASONS, ROWS["seasonality"], pair.title, "", *texts)


def _by_month(sheet: Sheet, field: str, sides: tuple[Mapping[int, Row], ...]) -> tuple[str, str, str] | None:
    """Return the header, and what the months that differ were and are: `month 6: 50%, month 12: 100%`."""
    old, new = sides
    months = sorted(month for month in {*old, *new} if _differ(sheet, old.get(month), new.get(month)))
    if not months:
        return None
    column = sheet.column(field)
    was, now = (
        ", ".join(
            f"month {month}: {input_text(column, getattr(side[month], field))}" for month in months if month in side
        )
        for side in sides
    )
    return column.header, was or NONE, now or NONE


def _scenarios(pair: _Pair) -> Iterator[Moved]:
    """Yield cells of scenarios; a multiplier counts for its driver only in a row that is active in both plans."""
    active = {active_scenario(plan)[0] for plan in (pair.before, pair.now)}
    for moved in _rows(pair):
        yield moved if active == {moved.place.row} else replace(moved, driver=None)


def _shares(pair: _Pair) -> Iterator[Moved]:
    """Yield the shares of all components as one input, with those that changed."""
    then, here = pair.rows
    was: list[str] = []
    now: list[str] = []
    for key in dict.fromkeys((*here, *then)):
        old, new = (_share_text(pair.sheet, side.get(key)) for side in (then, here))
        if old != new:
            was, now = [*was, old], [*now, new]
    if was:
        column = " and ".join(pair.sheet.column(name).header for name in SHARES)
        driver = driver_of("components", SHARES[0])
        yield Moved(ALL_SHARES, driver, pair.title, "", column, ", ".join(was), ", ".join(now))


def _share_text(sheet: Sheet, found: FoundRow | None) -> str:
    """Return the shares of a component: `gateway 40% and 35%`, or a dash without it."""
    if found is None:
        return NONE
    shares = (input_text(sheet.column(name), getattr(found.row, name)) for name in SHARES)
    return f"{row_name(sheet, found.row)} {' and '.join(shares)}"


def changed_columns(sheet: Sheet, then: Row, now: Row) -> list[Column]:
    """Return the columns in which two rows differ, but those that name or remark; months by their numbers."""
    unwatched = (*REMARKS, *NAMES.get(sheet.id, ()))
    return [
        column
        for column in sheet.columns
        if column.field not in unwatched
        and identity(getattr(then, column.field)) != identity(getattr(now, column.field))
    ]


def _differ(sheet: Sheet, then: Row | None, now: Row | None) -> bool:
    return then is None or now is None or bool(changed_columns(sheet, then, now))


def _texts(column: Column, old: object, new: object) -> tuple[str, str, str]:
    return input_text(column, old), input_text(column, new), _change(old, new)


def _change(old: object, new: object) -> str:
    """Return by how much a number moved, as a share of what it was; anything else has changed."""
    match old, new:
        case ((int() | float()), (int() | float())) if old:
            return f"{MINUS if new < old else '+'}{share_text(abs((new - old) / old))}"
        case _:
            return CHANGED
