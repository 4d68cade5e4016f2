"""Charges of bills into what each month costs, with what was left out and what cannot be (many floor)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import Struct, field

from workbook.history.importing.records import Basis, ImportOptions, month_of
from workbook.timeline import next_month

LONGEST_MONTH = timedelta(days=31)


class Charge(Struct, frozen=True):
    """Charges of one kind, added: when they were used and billed, what they are, and how much."""

    day: date
    billed: date
    currency: str
    category: str
    amount: float
    rows: int
    end: date | None = None
    """Day after the last one, where the bill says it."""
    is_correction: bool = False

    @property
    def is_long(self) -> bool:
        """Whether the charge is for more than a month."""
        return self.end is not None and self.end - self.day > LONGEST_MONTH


class Tally(Struct):
    """Rows and their amount."""

    rows: int = 0
    amount: float = 0.0

    def add(self, rows: int, amount: float) -> None:
        """Count more rows."""
        self.rows += rows
        self.amount += amount


class Ledger(Struct):
    """The charges of one bill, or of the files that make one up; filled row by row."""

    months: dict[date, Tally] = field(default_factory=dict)
    covered: set[date] = field(default_factory=set)
    """Months that have charges of their own, not corrections from a later bill alone."""
    currencies: dict[str, Tally] = field(default_factory=dict)
    counted: dict[str, Tally] = field(default_factory=dict)
    left_out: dict[str, Tally] = field(default_factory=dict)
    categories: set[str] = field(default_factory=set)
    reach: date = date.min
    """The last day with a charge."""

    @property
    def total(self) -> float:
        """What all charges amount to, counted or not."""
        return sum(tally.amount for tallies in (self.counted, self.left_out) for tally in tallies.values())

    def add(self, charge: Charge, options: ImportOptions) -> None:
        """Count a charge in its month, or in each of its months by their days."""
        self.categories.add(charge.category)
        self.reach = max(self.reach, charge.day)
        if options.leaves_out(charge.category):
            _tally(self.left_out, charge.category).add(charge.rows, charge.amount)
            return
        _tally(self.counted, charge.category).add(charge.rows, charge.amount)
        if charge.amount:
            _tally(self.currencies, charge.currency).add(charge.rows, charge.amount)
        if options.basis is Basis.CASH or not charge.is_correction:
            self.covered.add(month_of(charge.billed if options.basis is Basis.CASH else charge.day))
        rows = charge.rows
        for month, share in _shares(charge, options.basis):
            self.months.setdefault(month, Tally()).add(rows, charge.amount * share)
            rows = 0


def _tally(tallies: dict[str, Tally], name: str) -> Tally:
    return tallies.setdefault(name, Tally())


def _shares(charge: Charge, basis: Basis) -> Iterator[tuple[date, float]]:
    """Yield the months of a charge and the share of each: one month, or several by their days."""
    if basis is Basis.CASH:
        yield month_of(charge.billed), 1
        return
    if charge.end is None or not charge.is_long:
        yield month_of(charge.day), 1
        return
    day = charge.day
    while day < charge.end:
        until = min(next_month(day), charge.end)
        yield month_of(day), (until - day) / (charge.end - charge.day)
        day = until
