"""Times as files write them into days, and into seconds since 1970 (many floor)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from workbook.figures import MONTHS

_MONTH = re.compile(r"(\d{4})-(\d{1,2})|([A-Za-z]{3})[a-z]* (\d{4})|((?:19|20)\d{2})(\d{2})")
_EPOCH = re.compile(r"(\d{9,10})(\d{3})?(\.\d+)?")
_POINTS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(.*)")
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")

YEARS = range(1970, 2200)
"""Years of which something can be measured."""


class TypedTime(Struct, frozen=True):
    """A time of a file: `moment` without a zone if none is written, and whether it names a day or a month only."""

    moment: datetime
    is_day: bool = False
    is_month: bool = False

    def seconds(self, zone: tzinfo, fold: int = 0) -> float:
        """Return seconds since 1970; a time without an offset is one of the zone.

        When clocks are put back an hour comes twice: with `fold` 1 it is the second.
        """
        moment = self.moment if self.moment.tzinfo else self.moment.replace(tzinfo=zone, fold=fold)
        return moment.timestamp()


def zone_of(name: str) -> tzinfo:
    """Return a time zone by its name, UTC for a blank one."""
    return ZoneInfo(name) if name else UTC


def typed_time(text: str) -> TypedTime | None:
    """Return the time of a cell: ISO 8601, seconds or milliseconds since 1970, `31.03.2026`, a month; else None."""
    text = text.strip()
    try:
        found = _month(text) or _epoch(text) or _written(text)
    except (ValueError, OverflowError):
        return None
    return found if found.moment.year in YEARS else None


def _month(text: str) -> TypedTime | None:
    found = _MONTH.fullmatch(text)
    if found is None:
        return None
    if found[3]:
        number = MONTHS.index(found[3].capitalize()) + 1
        return TypedTime(datetime(int(found[4]), number, 1), is_day=True, is_month=True)
    year, number = int(found[1] or found[5]), int(found[2] or found[6])
    return TypedTime(datetime(year, number, 1), is_day=True, is_month=True)


def _epoch(text: str) -> TypedTime | None:
    found = _EPOCH.fullmatch(text)
    if found is None:
        return None
    return TypedTime(datetime.fromtimestamp(float(text) / (1000 if found[2] else 1), UTC))


def _written(text: str) -> TypedTime:
    text = text.removesuffix(" UTC") + "+00:00" if text.endswith(" UTC") else text
    if points := _POINTS.fullmatch(text):
        text = f"{points[3]}-{int(points[2]):02}-{int(points[1]):02}{points[4]}"
    moment = datetime.fromisoformat(text)
    return TypedTime(moment, is_day=re.fullmatch(r"\d{4}-?\d\d-?\d\d", text) is not None)


@lru_cache(maxsize=4096)
def day_in_utc(text: str) -> date | None:
    """Return the day of a charge in UTC; dates of Azure have the month first. None for what is no time."""
    text = text.strip()
    if american := _AMERICAN.match(text):
        month, day, year = american.groups()
        text = f"{year}-{int(month):02}-{int(day):02}"
    found = typed_time(text)
    if found is None:
        return None
    return (found.moment.astimezone(UTC) if found.moment.tzinfo else found.moment).date()
