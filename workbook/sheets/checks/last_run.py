"""The snapshot on the Checks sheet of a planned workbook into what the inputs were at the last run (paper floor)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct

from workbook.inputs.sheets.registry import SETTINGS
from workbook.sheets.checks.snapshot import rows_title
from workbook.sheets.layout import LABEL

Cells = Mapping[int, Mapping[int, object]]
"""The values of a sheet, by row and column."""
_START = next(column.header for column in SETTINGS if column.field == "plan_start")


class LastRun(Struct, frozen=True):
    """Plan start at the last run, and the cells of the sheet on which that run left its snapshot."""

    plan_start: date
    cells: Cells

    def numbers(self, title: str, header: str) -> Counter[tuple[str, float]]:
        """Return the numbers that a column of an input sheet held, each with the name in the first column."""
        rows = self._rows(title)
        places = [column for column, text in (rows[0] if rows else {}).items() if text == header]
        found = ((row.get(LABEL + 1), row.get(places[0])) for row in rows[1:]) if places else ()
        return Counter((str(name), float(value)) for name, value in found if isinstance(value, int | float))

    def _rows(self, title: str) -> list[Mapping[int, object]]:
        """Return the rows of a table's copy, its header row first."""
        below = [row for row in sorted(self.cells) if row > self._title_row(title)]
        end = next((row for row in below[1:] if self.cells[row].get(LABEL)), below[-1] + 1 if below else 0)
        return [self.cells[row] for row in below if row < end]

    def _title_row(self, title: str) -> int:
        rows = [row for row, cells in self.cells.items() if cells.get(LABEL) == rows_title(title)]
        return rows[-1] if rows else max(self.cells)


def read_last_run(cells: Cells) -> LastRun | None:
    """Return what the last run saw, from the cells of the Checks sheet; None if they hold no snapshot."""
    starts = [row.get(LABEL + 1) for row in cells.values() if row.get(LABEL) == _START]
    if not starts or not isinstance(starts[-1], date):
        return None
    start = starts[-1]
    return LastRun(start.date() if isinstance(start, datetime) else start, cells)
