"""Plan months to calendar months, fiscal quarters and fiscal years (ground floor)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


def months_between(start: date, day: date) -> int:
    """Return the calendar months from one month to another, whatever the days; negative for one before."""
    return (day.year - start.year) * 12 + day.month - start.month


@dataclass(frozen=True, slots=True)
class Timeline:
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
        day = self.date_of(month)
        return day.year + (self.fiscal_start > 1 and day.month >= self.fiscal_start)

    def fiscal_quarter(self, month: int) -> int:
        """Return the quarter 1..4 of a plan month within its fiscal year."""
        return (self.date_of(month).month - self.fiscal_start) % 12 // 3 + 1

    @property
    def fiscal_years(self) -> tuple[str, ...]:
        """Names of as many fiscal years as the billed months can touch, wherever a fiscal year starts."""
        first = self.fiscal_year(0)
        return tuple(f"FY{first + place}" for place in range(2 + (self.horizon - 2) // 12))

    @property
    def fiscal_quarters(self) -> tuple[str, ...]:
        """Names of as many fiscal quarters as the billed months can touch, wherever a fiscal year starts."""
        first = self.fiscal_year(0) * 4 + self.fiscal_quarter(0) - 1
        numbers = range(first, first + 2 + (self.horizon - 2) // 3)
        return tuple(f"FY{number // 4} Q{number % 4 + 1}" for number in numbers)
