"""The ledgers of bills into what each month costs, and what is to be said of them (many floor)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct, field

from workbook.history.importing.layouts import AWS, AZURE, BillLayout, columns_of, missing_by_type
from workbook.history.importing.ledger import Ledger, Tally
from workbook.history.importing.records import (
    LEAST_DAYS,
    Basis,
    ImportOptions,
    MeasuredStatus,
    Measurement,
    Metric,
    SourceFormat,
    is_billed,
    last_day,
    length,
    month_of,
)
from workbook.history.importing.said import (
    ambiguous,
    categories_text,
    left_out,
    months_text,
    other_currency,
    partial_month,
    rows_text,
    unknown_format,
)
from workbook.history.importing.tables import SourceTable
from workbook.problems import Code, Problem, Severity

_FEW_ROWS = 2
_OF_AMORTISED = {"unusedreservation", "unusedsavingsplan"}


class Bill(Struct):
    """The ledger of one maker, and the files that it was read from."""

    layout: BillLayout
    ledger: Ledger = field(default_factory=Ledger)
    sources: list[str] = field(default_factory=list)
    contents: dict[tuple[int, float], str] = field(default_factory=dict)
    """The files by the number of their rows and their amount."""

    @property
    def source(self) -> str:
        """The names of its files."""
        return ", ".join(self.sources)


def faults(bill: Bill, table: SourceTable, options: ImportOptions) -> Iterator[Problem]:
    """Yield the errors that only the kinds of a bill's charges show, once a file has been read."""
    if bill.layout is AWS and options.basis is Basis.ACCRUAL:
        columns = columns_of(table.columns)
        if lacking := missing_by_type(bill.ledger.categories, columns):
            yield _lacks(table.source, lacking)
    if bill.layout is AZURE and (asked := _wrong_export(bill, table.source, options)):
        yield asked


def same_content(bill: Bill, source: str, rows: int, amount: float) -> Problem | None:
    """Return the error that a file has the rows and the amount of another one; None for the first."""
    other = bill.contents.setdefault((rows, round(amount, 6)), source)
    if other == source or rows < _FEW_ROWS or not amount:
        return None
    return ambiguous(
        source,
        f"{source} has as many rows as {other} and the same amount, and would be counted twice",
        f"{rows_text(rows)} in each",
        "each file of a bill once",
        "leave one of the two files out",
    )


def _lacks(source: str, columns: Sequence[str]) -> Problem:
    return unknown_format(
        source,
        "the report has savings plans or reservations, but lacks columns of what they cost",
        "no " + ", ".join(columns),
        "a report with the columns of savings plans and reservations",
        "export the report with these columns, or import it with --basis cash",
    )


def _wrong_export(bill: Bill, source: str, options: ImportOptions) -> Problem | None:
    is_said = options.format in (SourceFormat.AZURE_ACTUAL, SourceFormat.AZURE_AMORTISED)
    is_marked = bool(_OF_AMORTISED & {name.casefold() for name in bill.ledger.categories})
    is_amortised = options.format is SourceFormat.AZURE_AMORTISED or (is_marked and not is_said)
    if options.basis is Basis.CASH and is_amortised:
        return _other_export(source, "amortised", "cash", "the export of actual costs")
    if options.basis is Basis.ACCRUAL and options.format is SourceFormat.AZURE_ACTUAL:
        return _other_export(source, "actual", "accrual", "the export of amortised costs")
    if options.basis is Basis.ACCRUAL and not is_amortised:
        return _unsaid(source)
    return None


def _other_export(source: str, kind: str, basis: str, expected: str) -> Problem:
    return ambiguous(
        source,
        f"an export of {kind} costs does not have the costs of the {basis} basis",
        f"{kind} costs, --basis {basis}",
        expected,
        f"export the other kind of costs, or choose --basis {'accrual' if basis == 'cash' else 'cash'}",
    )


def _unsaid(source: str) -> Problem:
    return ambiguous(
        source,
        "the export does not show whether its costs are amortised or actual",
        "no row of type UnusedReservation or UnusedSavingsPlan",
        "amortised costs, in which reservations are spread over their months",
        "say --format azure-amortised if they are, or import actual costs with --basis cash",
    )


def bill_months(
    bills: Sequence[Bill], currency: str, options: ImportOptions
) -> tuple[list[Measurement], list[Problem]]:
    """Return what each month costs in all bills together, and what is to be said of them."""
    problems = [problem for bill in bills for problem in _said(bill, currency, options)]
    known = [bill for bill in bills if bill.ledger.categories]
    if not known or any(problem.severity is Severity.ERROR for problem in problems):
        return [], problems
    reach = min(bill.ledger.reach for bill in known)
    made = [_measured(month, known, reach) for month in sorted(set().union(*(bill.ledger.covered for bill in known)))]
    problems += [
        partial_month(one.source, one.month, one.days, length(one.month)) for one in made if one.days is not None
    ]
    return made, problems


def _measured(month: date, bills: Sequence[Bill], reach: date) -> Measurement:
    tallies = [(bill.source, bill.ledger.months[month]) for bill in bills if month in bill.ledger.months]
    days = reach.day if month == month_of(reach) else length(month) if month < reach else 0
    return Measurement(
        month,
        Metric.COST,
        sum(tally.amount for _, tally in tallies),
        MeasuredStatus.FINAL if is_billed(month, reach) else MeasuredStatus.PRELIMINARY,
        ", ".join(source for source, _ in tallies),
        sum(tally.rows for _, tally in tallies),
        float(days) if 0 < days < LEAST_DAYS * last_day(month).day else None,
    )


def _said(bill: Bill, currency: str, options: ImportOptions) -> Iterator[Problem]:
    ledger = bill.ledger
    if set(ledger.currencies) - {currency}:
        yield other_currency(bill.source, currency, _pairs(ledger.currencies))
        return
    if ledger.counted:
        yield left_out(
            bill.source, "the cost consists of these categories", categories_text(_pairs(ledger.counted), currency)
        )
    if ledger.left_out:
        seen = categories_text(_pairs(ledger.left_out), currency)
        yield left_out(bill.source, "these categories do not count", seen)
    if options.basis is Basis.ACCRUAL:
        yield from _corrections_alone(bill)


def _corrections_alone(bill: Bill) -> Iterator[Problem]:
    ledger = bill.ledger
    months = [month for month in ledger.months if month not in ledger.covered and month <= month_of(ledger.reach)]
    if months:
        yield Problem(
            Code.PARTIAL_MONTH,
            "the bill has only corrections or shares of some months, which are not measured by them",
            bill.source,
            seen=months_text(months),
            expected="the bills of these months too",
            remedy="import the bills of these months together with this one",
            severity=Severity.WARNING,
        )


def _pairs(tallies: Mapping[str, Tally]) -> dict[str, tuple[int, float]]:
    return {name: (tally.rows, tally.amount) for name, tally in tallies.items()}
