"""The rows of a bill into the charges of a ledger, without keeping them (many floor).

Millions of rows pass: what tells charges apart is read as text, equal ones are added at once, and only then is a time
or a category made of it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter

from msgspec import Struct

from workbook.history.importing.filtering import chosen_rows
from workbook.history.importing.layouts import BillLayout, amount_of, columns_of
from workbook.history.importing.ledger import Charge, Ledger
from workbook.history.importing.numbers import AmbiguousDecimalsError, decimal_sign, reader, slowly
from workbook.history.importing.records import Basis, ImportOptions, SourceReading
from workbook.history.importing.said import ambiguous, bad_value
from workbook.history.importing.tables import SourceTable
from workbook.history.importing.times import day_in_utc
from workbook.problems import Problem

_BATCH = 50_000
_MOST_BAD = 20

Key = tuple[str, ...]
Sums = dict[Key, list[float]]


class _Reading(Struct):
    """A bill while it is read."""

    table: SourceTable
    layout: BillLayout
    options: ImportOptions
    columns: Mapping[str, int]
    decimal: str
    problems: list[Problem]
    rows: int = 0

    def said(self, column: str, value: str, expected: str, line: int = 0) -> None:
        """Keep the error of a cell, one of the first."""
        if len(self.problems) < _MOST_BAD:
            self.problems.append(bad_value(self.table.source, line, column, value, expected))


def read_bill(
    table: SourceTable, layout: BillLayout, options: ImportOptions, ledger: Ledger
) -> tuple[SourceReading, list[Problem]]:
    """Write a bill into the ledger; return how it was read, and the errors of its rows."""
    columns = columns_of(table.columns)
    try:
        sign = decimal_sign(_amounts(table, layout, columns), table.delimiter)
    except AmbiguousDecimalsError as error:
        return SourceReading(table.source, layout.format, 0, table.delimiter), [doubtful_decimals(table, error)]
    reading = _Reading(table, layout, options, columns, sign, [])
    rows = chosen_rows(table, options.where)
    for first in rows:
        batch = itertools.chain((first,), itertools.islice(rows, _BATCH))
        for key, (amount, count) in _added(batch, reading).items():
            if charge := _charge(key, amount, int(count), reading):
                ledger.add(charge, options)
    return SourceReading(table.source, layout.format, reading.rows, table.delimiter, sign), reading.problems


def doubtful_decimals(table: SourceTable, error: Exception) -> Problem:
    """Return the error that the numbers of a file do not show their decimal sign."""
    return ambiguous(
        table.source,
        "a comma or a point in its numbers may separate decimals or thousands",
        str(error)[:60],
        "numbers with one decimal sign throughout",
        "export numbers without separators of thousands, or columns separated by commas",
    )


def _amounts(table: SourceTable, layout: BillLayout, columns: Mapping[str, int]) -> list[str]:
    names = {layout.cash, *layout.accrual}
    return [text for name in names if name in columns for text in table.sampled(columns[name])]


def _key_columns(reading: _Reading) -> tuple[str, ...]:
    layout = reading.layout
    of_basis = (layout.billed,) if reading.options.basis is Basis.CASH else (layout.end, layout.class_)
    names = (layout.day, layout.currency, layout.category, *of_basis)
    return tuple(name for name in names if name in reading.columns)


def _added(rows: Iterator[Sequence[str]], reading: _Reading) -> Sums:
    """Return the amounts of some rows, added where nothing but the amount differs."""
    key_of: Callable[[Sequence[str]], Key] = itemgetter(*(reading.columns[name] for name in _key_columns(reading)))
    number = reader(reading.decimal)
    amount_in = amount_of(reading.layout, reading.columns, reading.options.basis, number)
    sums: Sums = {}
    for row in rows:
        try:
            key, amount = key_of(row), amount_in(row)
        except (ValueError, IndexError, TypeError):
            if not row or (slow := _slow_amount(row, reading)) is None:
                continue
            key, amount = key_of(row), slow
        if found := sums.get(key):
            found[0] += amount
            found[1] += 1
        else:
            sums[key] = [amount, 1]
    reading.rows += int(sum(count for _, count in sums.values()))
    return sums


def _slow_amount(row: Sequence[str], reading: _Reading) -> float | None:
    """Return the amount of a row with blanks or thousands; None, and an error, for one that has none."""
    if len(row) < len(reading.table.header):
        reading.said("the row", ", ".join(row), f"{len(reading.table.header)} columns", reading.table.line())
        return None
    layout, basis = reading.layout, reading.options.basis
    try:
        return amount_of(layout, reading.columns, basis, lambda text: slowly(text, reading.decimal))(row)
    except (ValueError, TypeError):
        names = (*layout.accrual, *layout.in_both)
        seen = ", ".join(row[reading.columns[name]] for name in names)
        reading.said("the amount", seen, "a number", reading.table.line())
        return None


def _charge(key: Key, amount: float, rows: int, reading: _Reading) -> Charge | None:
    """Return the charge that a key and its amount say; None, and an error, where a time cannot be read."""
    layout = reading.layout
    texts = dict(zip(_key_columns(reading), key, strict=True))
    day, billed = day_in_utc(texts[layout.day]), day_in_utc(texts.get(layout.billed) or texts[layout.day])
    if day is None or billed is None or not math.isfinite(amount):
        name, value = (layout.billed, texts.get(layout.billed, "")) if day else (layout.day, texts[layout.day])
        reading.said(name, value if math.isfinite(amount) else str(amount), "a time such as 2026-03-31T00:00:00Z")
        return None
    return Charge(
        day,
        billed,
        texts[layout.currency].strip().upper(),
        texts[layout.category].strip(),
        amount,
        rows,
        day_in_utc(texts.get(layout.end, "")),
        texts.get(layout.class_, "").strip().casefold() == "correction",
    )
