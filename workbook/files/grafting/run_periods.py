"""The months and fiscal periods that result sheets showed at their run, whatever was recalculated since (files floor).

The heads of result sheets are live: as soon as a program recalculates a new Plan start or another start of the fiscal
year, every column and every period is named anew, while references to them keep their addresses. What a cell stood for
is what it stood for at the run, which the snapshot on Checks records.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from workbook.figures import month_text
from workbook.files.grafting.result_cells import ResultCells
from workbook.files.reading.stored import moment
from workbook.inputs.sheets.registry import SETTINGS
from workbook.sheets.layout import CONSTANT, HEADER_ROW, ID, ITEM, LABEL, QUARTER_ROW
from workbook.timeline import Timeline

_PERIOD = re.compile(r"FY([0-9]{4})(?: Q([1-4]))?")
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
    now = next((int(float(text)) for text in _settings(sheets, "setting.fiscal_year_start") if _is_month(text)), 1)
    then = fiscal_start_of_run(sheets) or now
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


def fiscal_start_of_run(sheets: Mapping[str, ResultCells]) -> int | None:
    """Return the month in which fiscal years began at the run, from its snapshot; None without one."""
    found = [int(float(text)) for text in _recorded(sheets, _HEADERS["fiscal_year_start"]) if _is_month(text)]
    return found[-1] if found else None


def named_by_months(names: Iterable[str], then: int, now: int) -> dict[str, str]:
    """Return what periods of a fiscal year that began in one month are called when it begins in another.

    A period of months that none has any more is called by its first one, which no period is.
    """
    found = {}
    for name in names:
        if match := _PERIOD.fullmatch(name):
            length = 3 if match[2] else 12
            first = (int(match[1]) - (then > 1)) * 12 + then - 1 + 3 * (int(match[2] or 1) - 1)
            today = Timeline(_first_day(first), 1, now)
            is_same = (first - now + 1) % length == 0
            again = today.quarter_name(0) if match[2] else f"FY{today.fiscal_year(0)}"
            found[name] = again if is_same else f"{name} from {month_text(today.start)}"
    return found


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
