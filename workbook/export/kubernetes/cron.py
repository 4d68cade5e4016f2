"""A week's profile and dated periods into windows of cron (post floor).

KEDA takes a window for open while its next end comes before its next start. The windows of one trigger must therefore
alternate: start, end, start, end. Days are numbered 0 (Sunday) to 6; cron has no years.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from workbook.export.records import Period

_DAY, _WEEK = 24, 7 * 24


class Window(Struct, frozen=True):
    """When a minimum of replicas begins and ends, as cron says it."""

    start: str
    end: str
    replicas: int


class _Run(Struct, frozen=True):
    """Consecutive hours of the week with the same replicas; hour 0 is Monday's first."""

    start: int
    hours: int
    replicas: int


def week_windows(hours: Sequence[Sequence[int]], minimum: int) -> tuple[Window, ...]:
    """Return windows for the hours of a week above the minimum; runs that are alike on several days are one window."""
    days: dict[tuple[int, int, int], list[int]] = {}
    for run in _runs([replicas for day in hours for replicas in day]):
        if run.replicas > minimum:
            days.setdefault((run.start % _DAY, run.hours, run.replicas), []).append(run.start // _DAY)
    return tuple(window for alike, starts in days.items() for window in _weekly(*alike, starts))


def _runs(flat: list[int]) -> list[_Run]:
    """Return the runs of a week without an end: Sunday's last may go on into Monday.

    A week of one value is two runs, because a window that ends when it starts is none.
    """
    starts = [hour for hour in range(len(flat)) if flat[hour] != flat[hour - 1]]
    if flat and not starts:
        starts = [0, _WEEK // 2]
    ends = [*starts[1:], starts[0] + _WEEK] if starts else []
    return [_Run(start, end - start, flat[start]) for start, end in zip(starts, ends, strict=True)]


def _weekly(hour: int, length: int, replicas: int, starts: list[int]) -> Iterator[Window]:
    """Yield windows for runs that are alike but for their days; days are counted from Monday."""
    later, end = divmod(hour + length, _DAY)
    for span in _spans([((day + 1) % 7, (day + 1 + later) % 7) for day in starts]):
        first, last = (_days([days[side] for days in span]) for side in (0, 1))
        yield Window(f"0 {hour} * * {first}", f"0 {end} * * {last}", replicas)


def _spans(days: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Return days of start and end so parted that each part is one range: KEDA before 2.20 fails at a comma."""
    if len(days) == 7:
        return [days]
    spans: list[list[tuple[int, int]]] = []
    for start, end in sorted(days):
        if spans and spans[-1][-1] == (start - 1, end - 1):
            spans[-1].append((start, end))
        else:
            spans.append([(start, end)])
    return spans


def _days(days: list[int]) -> str:
    if len(days) == 7:
        return "*"
    return f"{days[0]}-{days[-1]}" if len(days) > 1 else str(days[0])


def period_window(period: Period) -> Window | None:
    """Return the window of a dated period; None for one that lasts a year or longer, which cron cannot express.

    29 February comes in leap years only: what begins on it begins a day earlier, what ends on it ends when it is over.
    """
    begins = period.begins.replace(second=0, microsecond=0)
    ends = period.ends + timedelta(minutes=1, microseconds=-1)
    ends = ends.replace(second=0, microsecond=0)
    begins = begins - timedelta(days=1) if _is_leap_day(begins) else begins
    ends = datetime(ends.year, 3, 1) if _is_leap_day(ends) else ends
    if ends <= begins or ends >= begins.replace(year=begins.year + 1):
        return None
    return Window(_yearly(begins), _yearly(ends), period.replicas)


def _is_leap_day(moment: datetime) -> bool:
    return (moment.month, moment.day) == (2, 29)


def _yearly(moment: datetime) -> str:
    return f"{moment.minute} {moment.hour} {moment.day} {moment.month} *"
