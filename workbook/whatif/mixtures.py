"""Two plans into the plans in between, which keep some places of the earlier one (many floor).

Frames of one structure can be runs of one evaluation. They share what they have in common: the columns of a sheet are
made once for all plans that keep the same places of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from workbook.expr.frame import Frame
from workbook.expr.functions import Array
from workbook.inputs.input_names import RowKey
from workbook.inputs.plan import Plan, Table
from workbook.inputs.sheets.demand import EVERY_SEGMENT
from workbook.inputs.sheets.registry import SHEETS
from workbook.inputs.sheets.settings import Settings
from workbook.model.dimensions import columns_of, frame_of, settings_of
from workbook.naming import name_key
from workbook.schema import Row, Sheet
from workbook.whatif.drivers import BY_ROW, NAMES, SHARES, driven_fields
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

Kept = frozenset[Place]
Structure = tuple[tuple[str, ...], ...]

_MIXED = tuple(sheet_id for sheet_id in SHEETS if sheet_id in NAMES or sheet_id == "seasonality")
_OF_SEGMENTS = ("growth", "features", "events")
"""The sheets whose rows name a segment, and fall out where it is not there."""


class _Mixed(Struct, frozen=True):
    """One sheet of a plan in between."""

    rows: tuple[Row, ...]
    columns: Mapping[tuple[str, str], Array]
    structure: tuple[str, ...]


class Mixtures:
    """The plans between two plans of one start, one horizon and one naming.

    A place that is kept is as it was; all others are as they are now.
    """

    def __init__(self, before: Plan, now: Plan) -> None:
        """Take two plans; nothing is mixed before it is asked for."""
        self._before, self._now = _plain(before), _plain(now)
        self._sheets: dict[tuple[str, Kept], _Mixed] = {}
        self._settings: dict[Kept, dict[str, Array]] = {}
        self._frames: dict[Structure, Frame] = {}

    def frame(self, kept: Kept) -> tuple[Structure, Frame]:
        """Return a plan in between as a frame, and its structure."""
        sheets = [self._sheet(sheet_id, kept) for sheet_id in _MIXED]
        structure = tuple(sheet.structure for sheet in sheets)
        if structure not in self._frames:
            self._frames[structure] = frame_of(self.plan(kept))
        frame = self._frames[structure]
        columns = dict(frame.columns)
        for sheet in sheets:
            columns |= sheet.columns
        return structure, replace(frame, columns=columns, settings=self._frame_settings(kept))

    def plan(self, kept: Kept) -> Plan:
        """Return a plan in between."""
        return _with_rows(
            replace(self._now, settings=self._mixed_settings(kept)),
            {sheet_id: self._sheet(sheet_id, kept).rows for sheet_id in _MIXED},
        )

    def _frame_settings(self, kept: Kept) -> dict[str, Array]:
        own = frozenset(place for place in kept if place.sheet == "settings")
        if own not in self._settings:
            self._settings[own] = settings_of(replace(self._now, settings=self._mixed_settings(own)))
        return self._settings[own]

    def _mixed_settings(self, kept: Kept) -> Settings:
        """Return the settings; there is one scenario, which has the name of the one that is active now."""
        fields = (place.field for place in kept if place.sheet == "settings" and place != ACTIVE_SCENARIO)
        before = {field: getattr(self._before.settings, field) for field in fields}
        return self._now.settings.model_copy(update=before)

    def _sheet(self, sheet_id: str, kept: Kept) -> _Mixed:
        own = frozenset(place for place in kept if _concerns(sheet_id, place))
        key = sheet_id, own
        if key not in self._sheets:
            self._sheets[key] = self._mixed(SHEETS[sheet_id], own)
        return self._sheets[key]

    def _mixed(self, sheet: Sheet, kept: Kept) -> _Mixed:
        rows = tuple(self._rows(sheet, kept))
        plan = _with_rows(self._now, {sheet.id: rows})
        return _Mixed(rows, columns_of(plan, sheet), tuple(_name(sheet, row) for row in rows))

    def _rows(self, sheet: Sheet, kept: Kept) -> Iterator[Row]:
        if sheet.id == "scenarios":
            return self._scenario(kept)
        if sheet.id == "seasonality":
            return iter((self._before if SEASONS in kept else self._now).rows("seasonality"))
        rows = self._growth(kept) if sheet.id == "growth" else self._by_name(sheet, kept)
        return self._of_segments(rows, kept) if sheet.id in _OF_SEGMENTS else rows

    def _scenario(self, kept: Kept) -> Iterator[Row]:
        """Yield the active scenario: one row of both plans, cell by cell, or one plan's row as it is."""
        (then_key, then), (key, now) = active_scenario(self._before), active_scenario(self._now)
        if ACTIVE_SCENARIO in kept:
            yield then.model_copy(update={"scenario": now.scenario})
        else:
            yield _with_cells(SHEETS["scenarios"], key, (then, now), kept) if then_key == key else now

    def _growth(self, kept: Kept) -> Iterator[Row]:
        then, here = curves(self._before), curves(self._now)
        for key in dict.fromkeys((*here, *then)):
            yield from (then if Place("growth", key) in kept else here).get(key, ())

    def _of_segments(self, rows: Iterator[Row], kept: Kept) -> Iterator[Row]:
        """Yield the rows whose segment is there."""
        users = self._sheet("users", kept)
        there = {EVERY_SEGMENT, *(name_key(str(getattr(row, "segment", ""))) for row in users.rows)}
        return (row for row in rows if name_key(str(getattr(row, "segment", ""))) in there)

    def _by_name(self, sheet: Sheet, kept: Kept) -> Iterator[Row]:
        """Yield now's rows without those added since, then those that were removed since."""
        then, here = named_rows(sheet, self._before), named_rows(sheet, self._now)
        shares = _shares if sheet.id == "components" else _as_it_is
        is_before = ALL_SHARES in kept
        for key, found in here.items():
            if key in then:
                rows = then[key].row, found.row
                yield shares(_with_cells(sheet, key, rows, kept), rows[0] if is_before else rows[1])
            elif row_driver(sheet.id, found.row) is None or Place(sheet.id, key) not in kept:
                yield shares(found.row, None if is_before else found.row)
        for key, found in then.items():
            if key not in here and (row_driver(sheet.id, found.row) is None or Place(sheet.id, key) in kept):
                yield shares(found.row, found.row if is_before else None)


def _concerns(sheet_id: str, place: Place) -> bool:
    """Whether the rows of a sheet depend on what is kept at a place: its own, or whether a segment is there."""
    if place.sheet == "users" and not place.field:
        return sheet_id in ("users", *_OF_SEGMENTS)
    return place.sheet == sheet_id or (sheet_id == "scenarios" and place == ACTIVE_SCENARIO)


def _with_cells(sheet: Sheet, key: RowKey, rows: tuple[Row, Row], kept: Kept) -> Row:
    """Return a row of both plans: by row if it is one input, else cell by cell."""
    then, now = rows
    if sheet.id in BY_ROW:
        return then if Place(sheet.id, key) in kept else now
    fields = [field for field in driven_fields(sheet.id) if Place(sheet.id, key, field) in kept]
    return now.model_copy(update={field: getattr(then, field) for field in fields}) if fields else now


_Shares = Callable[[Row, Row | None], Row]


def _as_it_is(row: Row, _: Row | None) -> Row:
    return row


def _shares(row: Row, of: Row | None) -> Row:
    """Return a component with the shares of one plan: none where it is not there."""
    return row.model_copy(update={field: getattr(of, field) if of else 0.0 for field in SHARES})


def _name(sheet: Sheet, row: Row) -> str:
    """Return what names a row, and what kind it is."""
    return "\t".join(str(getattr(row, field)) for field in NAMES.get(sheet.id, ("month",)))


def _plain(plan: Plan) -> Plan:
    """Return a plan of values alone: without cells, and without the sheets that move nothing."""
    mixed = {sheet_id: plan.rows(sheet_id) for sheet_id in _MIXED}
    bare = replace(plan, cells={}, dates={}, setting_spelling={}, setting_cells={}, tables={})
    return _with_rows(bare, mixed)


def _with_rows(plan: Plan, rows: Mapping[str, tuple[Row, ...]]) -> Plan:
    """Return a plan with other rows of some sheets; a sheet without rows is not there."""
    tables = {**plan.tables, **{sheet_id: _table(SHEETS[sheet_id], own) for sheet_id, own in rows.items()}}
    return replace(plan, tables={sheet_id: table for sheet_id, table in tables.items() if table.rows})


def _table(sheet: Sheet, rows: tuple[Row, ...]) -> Table[Row]:
    return Table(sheet, sheet.title, rows, tuple(range(len(rows))), {}, 1, len(rows))
