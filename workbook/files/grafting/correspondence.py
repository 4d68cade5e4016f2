"""Where the cells of the result sheets of a workbook are on the sheets laid out anew (files floor).

A cell is found by what it stands for: its line, item and calendar month. A range over all items of a line stays all
items; otherwise its ends follow, and what lies between them joins or leaves with the plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct, field

from workbook.address import MAX_COLUMNS, MAX_ROWS, Area, a1, parse_a1
from workbook.files.grafting.landing import Landed, Loss, Lost
from workbook.files.grafting.result_lines import BookLines, has_links_above, head_line
from workbook.files.grafting.run_periods import named_by_months
from workbook.files.grafting.sheet_lines import (
    Key,
    SheetLines,
    column_key,
    column_of,
    column_words,
    gains_periods,
    row_words,
)
from workbook.naming import name_key
from workbook.renames import heads_of_summary, lines_by_month, moved_heads, today
from workbook.sheets.layout import CONSTANT, FIRST_PERIOD
from workbook.sheets.outputs import NAME as OUTPUTS


class Correspondence(Struct, dict=True):
    """The result sheets as they are and as they will be; each area is looked up once."""

    old: BookLines
    new: BookLines
    known: dict[tuple[str, Area], Landed | Lost] = field(default_factory=dict)
    _arrivals: dict[tuple[tuple[str, int], tuple[str, int]], tuple[list[int], list[int], list[int]]] = field(
        default_factory=dict
    )

    @cached_property
    def _periods(self) -> Mapping[str, str]:
        """What fiscal periods are called today where the fiscal year begins in another month: they are their months."""
        then, now = self.old.fiscal_start, self.new.fiscal_start
        if then is None or now is None or then == now:
            return {}
        names = {name for sheet in self.old.sheets.values() for name in sheet.periods.values()}
        found = named_by_months(names, then, now)
        return found | {name_key(name): name_key(today) for name, today in found.items()}

    def _by_months(self, key: Key) -> Key:
        return tuple(self._periods.get(part, part) if isinstance(part, str) else part for part in key)

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of today's lines."""
        return frozenset(str(key[1]) for key in self.new.groups if key[0] == "line")

    def moves(self, sheet: str) -> bool:
        """Whether any row or month of a result sheet is elsewhere in the new plan, or gone; Outputs never moves."""
        if self.is_fixed(sheet):
            return False
        before, after = self.old.sheets[sheet.casefold()], self.new.sheets.get(sheet.casefold())
        return after is None or before.places != after.places or bool(self._periods)

    def is_fixed(self, sheet: str) -> bool:
        """Whether the addresses of a result sheet never move: those of Outputs, whatever its prefix."""
        target = self.new.sheets.get(sheet.casefold())
        return target is not None and target.name.endswith(OUTPUTS)

    def find(self, sheet: str, area: Area) -> Landed | Lost:
        """Return where the cells of an area of a result sheet are now. Whole rows and columns are areas as well."""
        asked = sheet.casefold(), area
        if asked not in self.known:
            self.known[asked] = self._find(self.old.sheets[asked[0]].half(area.first_row, area.first_column), area)
        return self.known[asked]

    def _find(self, sheet: SheetLines, area: Area) -> Landed | Lost:
        if self.is_fixed(sheet.name):
            return Landed(self.new.sheets[sheet.name.casefold()].name, area)
        has_all_rows = (area.first_row, area.last_row) == (1, MAX_ROWS)
        has_all_columns = (area.first_column, area.last_column) == (1, MAX_COLUMNS)
        if has_all_rows:
            return self._whole_columns(sheet, area, has_all_columns)
        is_cell = not has_all_columns and area == Area(*(area.first_row, area.first_column) * 2)
        known = self._known_cell(sheet, area.first_row, area.first_column) if is_cell else None
        if known:
            return known
        rows = self._rows(sheet, area.first_row, area.last_row)
        if isinstance(rows, Lost):
            return self._without_lost_rows(sheet, area, rows)
        target, first_row, last_row = rows
        if has_all_columns:
            return Landed(target.name, Area(first_row, 1, last_row, MAX_COLUMNS))
        first = self._column(sheet, area.first_row, area.first_column, target, first_row)
        last = first if is_cell else self._column(sheet, area.last_row, area.last_column, target, last_row)
        if isinstance(first, Lost) or isinstance(last, Lost):
            return self._without_lost_columns(sheet, area, rows)
        if first > last:
            return Lost(Loss.RANGE, "its ends would cross")
        if gains_periods(sheet, area, target):
            return Lost(Loss.RANGE, "columns of fiscal years and quarters would come between its ends")
        return Landed(target.name, Area(first_row, first, last_row, last))

    def _whole_columns(self, sheet: SheetLines, area: Area, has_all: bool) -> Landed | Lost:
        """Return whole columns: those of a sheet with months follow their months, others stay."""
        target = self.new.sheets.get(sheet.today.casefold())
        if target is None:
            return Lost(Loss.LINE, f"the sheet {sheet.name}")
        if split := self._split(sheet, target):
            return split
        if has_all or not sheet.cells.has_months:
            return Landed(target.name, area)
        if gains_periods(sheet, area, target):
            return Lost(Loss.RANGE, "columns of fiscal years and quarters would come between its ends")
        first, last = (self._month_column(sheet, column, target) for column in (area.first_column, area.last_column))
        if isinstance(first, Lost) or isinstance(last, Lost):
            return self._without_lost_columns(sheet, area, (target, 1, MAX_ROWS))
        return Landed(target.name, Area(1, first, MAX_ROWS, last))

    def _split(self, sheet: SheetLines, target: SheetLines) -> Lost | None:
        """Return on which other sheets rows of a sheet are now; None if there are no such rows."""
        keys = (key for key in sheet.rows.values() if key[0] in ("line", "label"))
        found = (self.new.rows.get(self._today(key)) for key in keys)
        others = dict.fromkeys(one[0].name for one in found if one and one[0].name != target.name)
        return Lost(Loss.RANGE, f"lines of {sheet.name} are on {', '.join(others)} now") if others else None

    def _known_cell(self, sheet: SheetLines, row: int, column: int) -> Landed | None:
        """Return where a cell is that is known by itself: by what it shows, or in the head of an earlier Summary."""
        heads = heads_of_summary() if has_links_above(sheet) else {}
        if a1(row, column) in heads:
            to = parse_a1(heads[a1(row, column)])
            return Landed(sheet.name, Area(*to, *to))
        return self._shown(sheet, row, column)

    def _shown(self, sheet: SheetLines, row: int, column: int) -> Landed | None:
        """Return where a line is shown that a cell of a table shows: on the same sheet, else where the line is."""
        keys = self.old.shows.get((sheet.name.casefold(), row, column)) or head_line(sheet, row, column)
        if keys is None:
            return None
        line, at = self._today(keys[0]), self._by_months(keys[1])
        group = sheet.groups.get(row)
        places = self.new.shown.get((sheet.name, line, at), [])
        best = next((place for place in places if place[0].groups.get(place[1]) == group), next(iter(places), None))
        if best is None and line in self.new.rows:
            target, found = self.new.rows[line]
            home = column_of(target, found, at)
            best = (target, found, home) if home and target.is_filled(found, home) else None
        return Landed(best[0].name, Area(best[1], best[2], best[1], best[2])) if best else None

    def _today(self, key: Key) -> Key:
        """Return a key with the id that its line has today, and the names that its periods have."""
        key = self._by_months(key)
        if key[0] == "below":
            inner = self._today(key[1:-1])
            return ("below", *inner, key[-1])
        if key[0] == "line":
            return ("line", today(str(key[1]), self.ids), *key[2:])
        if "table" in key[:2] and key not in self.new.rows and key not in self.new.groups:
            # A table that has left its sheet is on the workings of the sheet.
            at = key.index("table") + 1
            return (*key[:at], f"{key[at]} workings", *key[at + 1 :])
        return key

    def _row(self, sheet: SheetLines, row: int) -> tuple[SheetLines, int] | Lost:
        key = sheet.rows.get(row)
        if key is None:
            # Below everything: it stays there.
            target = self.new.sheets.get(sheet.today.casefold())
            if target is None:
                return Lost(Loss.LINE, f"the sheet {sheet.name}")
            last = target.cells.last_row
            return target, row if row > last else min(last + row - sheet.cells.last_row, MAX_ROWS)
        found = self.new.rows.get(self._today(key))
        if found is None or (key[0] == "head" and not found[0].cells.filled.get(found[1])):
            return Lost(Loss.LINE, row_words(key, sheet, row))
        return found

    def _rows(self, sheet: SheetLines, first: int, last: int) -> tuple[SheetLines, int, int] | Lost:
        if first == last:
            found = self._row(sheet, first)
            return found if isinstance(found, Lost) else (found[0], found[1], found[1])
        top, bottom = self._end(sheet, first, last, 0), self._end(sheet, first, last, 1)
        if isinstance(top, Lost):
            return top
        if isinstance(bottom, Lost):
            return bottom
        if top[0] is not bottom[0] or top[1] > bottom[1]:
            return Lost(Loss.RANGE, "its ends would cross or lie on two sheets")
        if self._mixes(sheet, first, last, top[0], top[1], bottom[1]):
            has_left = MAX_ROWS + 1 in self._arrived(sheet, top[0])[0][first : last + 1]
            split = self._split(sheet, top[0]) if has_left else None
            return split or Lost(Loss.RANGE, "other rows would come between its ends")
        return top[0], top[1], bottom[1]

    def _end(self, sheet: SheetLines, first: int, last: int, end: int) -> tuple[SheetLines, int] | Lost:
        """Return one end of a range of rows: that of its group where all of the group is inside, else its own row."""
        row = (first, last)[end]
        group = sheet.groups.get(row)
        extent = sheet.extents.get(group, (0, 0)) if group else (0, 0)
        if group and extent[0] != extent[1] and first <= extent[0] and extent[1] <= last:
            found = self.new.groups.get(self._today(group))
            return (found[0], found[2] if end else found[1]) if found else Lost(Loss.LINE, row_words(group, sheet, row))
        return self._row(sheet, row)

    def _mixes(self, sheet: SheetLines, first: int, last: int, target: SheetLines, top: int, bottom: int) -> bool:
        """Whether a row that is in both plans would come into the range or leave it."""
        arrivals, counts, origins = self._arrived(sheet, target)
        inside = [row for row in arrivals[first : last + 1] if row]
        if _sum(counts, first, last) != _sum(origins, top, bottom):
            return True
        return bool(inside) and not (top <= min(inside) and max(inside) <= bottom)

    def _arrived(self, sheet: SheetLines, target: SheetLines) -> tuple[list[int], list[int], list[int]]:
        """Return the new row of each row, and running counts of rows that are in both plans, by old and by new row."""
        asked = (sheet.name, sheet.first), (target.name, target.first)
        if asked not in self._arrivals:
            arrivals = [0] * (sheet.cells.last_row + 1)
            kept, origins = [0] * len(arrivals), [0] * (target.cells.last_row + 1)
            for row, key in sheet.rows.items():
                found = self.new.rows.get(self._today(key)) if key[0] != "below" else None
                if found:
                    kept[row] = 1
                    if found[0] is target:
                        arrivals[row], origins[found[1]] = found[1], 1
                    else:
                        # It went to another sheet: for this one it is a row outside every range.
                        arrivals[row] = MAX_ROWS + 1
            self._arrivals[asked] = arrivals, _running(kept), _running(origins)
        return self._arrivals[asked]

    def _column(self, sheet: SheetLines, row: int, column: int, target: SheetLines, to: int) -> int | Lost:
        """Return the column in the new row that stands for what a column stands for in the old one."""
        if sheet.cells.has_months and target.cells.has_months:
            found = self._month_column(sheet, column, target)
        else:
            key = self._by_months(column_key(sheet, row, column))
            found = column_of(target, to, key) or Lost(Loss.LINE, f"the column {column_words(key)}")
        if isinstance(found, Lost) or not sheet.is_filled(row, column) or target.is_filled(to, found):
            return found
        was = sheet.rows.get(row, ("",))
        moved = moved_heads().get(a1(row, column)) if was[0] == "head" else None
        if moved and target.is_filled(*parse_a1(moved)):
            return parse_a1(moved)[1]
        is_by_month = was[0] == "line" and self._today(was)[1] in lines_by_month()
        if is_by_month and column == CONSTANT and target.is_filled(to, target.cells.first_month):
            return target.cells.first_month
        return Lost(Loss.LINE, f"{row_words(was, sheet, row)} has no value in that column")

    def _month_column(self, sheet: SheetLines, column: int, target: SheetLines) -> int | Lost:
        key = self._by_months(column_key(sheet, 0, column))
        if key[0] == "column":
            last = max(target.months, default=FIRST_PERIOD)
            return (
                column if column > last else min(last + column - max(sheet.months, default=FIRST_PERIOD), MAX_COLUMNS)
            )
        found = column_of(target, 0, key)
        return found or Lost(Loss.MONTH, column_words(key))

    def _without_lost_rows(self, sheet: SheetLines, area: Area, lost: Lost) -> Lost:
        """Return what is lost, with the rows that are left where an end of a range is gone."""
        if area.first_row == area.last_row or lost.loss is Loss.RANGE:
            return lost
        known = (
            row for row in range(area.first_row, min(area.last_row, sheet.cells.last_row) + 1) if row in sheet.rows
        )
        rows = [row for row in known if sheet.rows[row][0] != "below" and not isinstance(self._row(sheet, row), Lost)]
        if not rows or (rows[0], rows[-1]) == (area.first_row, area.last_row):
            return lost
        left = self.find(sheet.name, Area(rows[0], area.first_column, rows[-1], area.last_column))
        return Lost(lost.loss, lost.what, left if isinstance(left, Landed) else left.left)

    def _without_lost_columns(self, sheet: SheetLines, area: Area, rows: tuple[SheetLines, int, int]) -> Lost:
        """Return what is lost, with the columns that are left where an end of a range is gone."""
        target, first_row, last_row = rows
        last_column = min(area.last_column, max(sheet.cells.last_column, area.first_column))
        places = [
            self._column(sheet, area.first_row, column, target, first_row)
            for column in range(area.first_column, last_column + 1)
        ]
        found = [place for place in places if isinstance(place, int)]
        lost = next((place for place in places if isinstance(place, Lost)), None)
        left = Landed(target.name, Area(first_row, min(found), last_row, max(found))) if found else None
        return Lost(lost.loss, lost.what, left) if lost else Lost(Loss.RANGE, "its ends are of two tables", left)


def _sum(running: list[int], first: int, last: int) -> int:
    """Return how many of the marks from a first to a last row are set; rows below the sheet have none."""
    end = len(running) - 1
    return running[min(last, end)] - running[min(first - 1, end)]


def _running(marks: list[int]) -> list[int]:
    total, sums = 0, []
    for mark in marks:
        total += mark
        sums.append(total)
    return sums
