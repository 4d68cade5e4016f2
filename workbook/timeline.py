"""Plan months to calendar months, fiscal quarters and fiscal years (ground floor)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from msgspec import Struct

_EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}


def serial_of(day: date, is_1904: bool = False) -> float:
    """Return the number that a sheet holds for a day in the 1900 or the 1904 date system."""
    return float((day - _EPOCHS[is_1904]).days)


def day_of(serial: float, is_1904: bool = False) -> date:
    """Return the day that a sheet's number means."""
    return _EPOCHS[is_1904] + timedelta(days=int(serial))


def months_between(start: date, day: date) -> int:
    """Return the calendar months from one month to another, whatever the days; negative for one before."""
    return (day.year - start.year) * 12 + day.month - start.month


def next_month(day: date) -> date:
    """Return the first day of the month after a day's own."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def fiscal_year_of(day: date, fiscal_start: int) -> int:
    """Return the calendar year in which the fiscal year of a day ends."""
    return day.year + (fiscal_start > 1 and day.month >= fiscal_start)


class Timeline(Struct, frozen=True):
    """Months 0..horizon of a plan; months 0..horizon−1 are billed, month `horizon` is the state at the end.

    A fiscal year is named by the calendar year in which it ends (help: model, Time).
    """

    start: date
    horizon: int
    fiscal_start: int = 1

    @property
    def months(self) -> range:
        """All plan months, the horizon included."""
        return range(self.horizon + 1)

    def date_of(self, month: int) -> date:
        """Return the first day of a plan month."""
        years, index = divmod(self.start.month - 1 + month, 12)
        return date(self.start.year + years, index + 1, 1)

    def month_of(self, day: date) -> int | None:
        """Return the plan month of a calendar month; None outside the plan."""
        month = months_between(self.start, day)
        return month if month in self.months else None

    def fiscal_year(self, month: int) -> int:
        """Return the calendar year in which the fiscal year of a plan month ends."""
        return fiscal_year_of(self.date_of(month), self.fiscal_start)

    def fiscal_quarter(self, month: int) -> int:
        """Return the quarter 1..4 of a plan month within its fiscal year."""
        return (self.date_of(month).month - self.fiscal_start) % 12 // 3 + 1

    @property
    def months_of_first_year(self) -> tuple[date, ...]:
        """The first days of the twelve months of the fiscal year in which the plan begins."""
        before = (self.start.month - self.fiscal_start) % 12
        return tuple(self.date_of(month - before) for month in range(12))

    @property
    def fiscal_years(self) -> tuple[str, ...]:
        """Names of the fiscal years that the billed months touch."""
        return tuple(f"FY{number}" for number in dict.fromkeys(map(self.fiscal_year, self.months[:-1])))

    @property
    def fiscal_quarters(self) -> tuple[str, ...]:
        """Names of the fiscal quarters that the billed months touch."""
        return tuple(dict.fromkeys(map(self.quarter_name, self.months[:-1])))

    def quarter_name(self, month: int) -> str:
        """Return the fiscal year and quarter of a plan month, such as FY2026 Q1."""
        return f"FY{self.fiscal_year(month)} Q{self.fiscal_quarter(month)}"

    def periods(self, names: Callable[[int], object]) -> tuple[range, ...]:
        """Return the billed months of each period, by what names the period of a month."""
        keys = [names(month) for month in self.months[:-1]]
        return tuple(range(keys.index(key), keys.index(key) + keys.count(key)) for key in dict.fromkeys(keys))
