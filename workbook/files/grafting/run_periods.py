"""The months and fiscal periods that result sheets showed at their run, whatever was recalculated since (files floor).

The heads of result sheets are live: as soon as a program recalculates a new Plan start or another start of the fiscal
year, every column and every period is named anew, while references to them keep their addresses. What a cell stood for
is what it stood for at the run, which the snapshot on Checks records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from workbook.files.grafting.result_cells import ResultCells
from workbook.files.reading.stored import moment
from workbook.inputs.sheets.registry import SETTINGS
from workbook.sheets.layout import CONSTANT, HEADER_ROW, ID, ITEM, LABEL, QUARTER_ROW
from workbook.timeline import Timeline

_HEADERS = {column.field: column.header for column in SETTINGS}


def month_number(text: str, is_1904: bool) -> int | None:
    """Return a date as it is stored, counted as year × 12 + month - 1; None for all that is no date."""
    try:
        day = datetime.fromisoformat(text) if "-" in text else moment(float(text), is_1904=is_1904, is_duration=False)
    except ValueError:
        return None
    return day.year * 12 + day.month - 1 if isinstance(day, datetime) else None


def start_of_run(sheets: Mapping[str, ResultCells], is_1904: bool) -> int | None:
    """Return the month of Plan start at the run, from its snapshot; None without one."""
    recorded = list(_recorded(sheets, _HEADERS["plan_start"]))
    return month_number(recorded[-1], is_1904) if recorded else None


def restore_periods(sheets: Mapping[str, ResultCells], start: int, shown: int, months: int) -> None:
    """Give fiscal years and quarters the names that they had at the run, where a recalculation has named them anew.

    `start` is the first month of the run, `shown` the first that the heads show now, `months` how many they show.
    """
    fiscal = [int(float(text)) for text in _recorded(sheets, _HEADERS["fiscal_year_start"]) if _is_month(text)]
    now = next((int(float(text)) for text in _settings(sheets, "setting.fiscal_year_start") if _is_month(text)), 1)
    then = fiscal[-1] if fiscal else now
    if (start, then) == (shown, now):
        return
    before, after = (Timeline(_first_day(first), months - 1, at) for first, at in ((start, then), (shown, now)))
    names = dict(zip(after.fiscal_years, before.fiscal_years, strict=False))
    names |= dict(zip(after.fiscal_quarters, before.fiscal_quarters, strict=False))
    for sheet in sheets.values():
        for row, texts in sheet.texts.items():
            is_head = sheet.has_months and row in (QUARTER_ROW, HEADER_ROW)
            for column in texts if is_head else (LABEL, ITEM):
                name, _, part = texts.get(column, "").partition(" (")
                if name in names and not sheet.typed.get(row, 0) >> column & 1:
                    texts[column] = names[name] + (f" ({part}" if part else "")


def _first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _is_month(text: str) -> bool:
    try:
        return 1 <= float(text) <= 12
    except ValueError:
        return False


def _recorded(sheets: Mapping[str, ResultCells], header: str) -> Iterator[str]:
    """Yield what sheets without months say beside the name of a setting; the snapshot comes last."""
    for sheet in sheets.values():
        for texts in () if sheet.has_months else sheet.texts.values():
            if texts.get(LABEL) == header and LABEL + 1 in texts:
                yield texts[LABEL + 1]


def _settings(sheets: Mapping[str, ResultCells], line: str) -> Iterator[str]:
    """Yield the value that the sheets show of a setting."""
    for sheet in sheets.values():
        for texts in sheet.texts.values() if sheet.has_months else ():
            if texts.get(ID) == line and CONSTANT in texts:
                yield texts[CONSTANT]
