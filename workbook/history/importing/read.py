"""Source files into what they measure of each month (many floor).

A bill gives the cost, samples and tables give the metrics that their names tell or that are asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from msgspec import Struct, field
from msgspec.structs import replace

from workbook.history.importing.billed import Bill, bill_months, faults, same_content
from workbook.history.importing.bills import read_bill
from workbook.history.importing.columns import read_columns, time_column
from workbook.history.importing.documents import read_document, single_row
from workbook.history.importing.filtering import unknown_columns
from workbook.history.importing.layouts import BillLayout
from workbook.history.importing.opening import UNREADABLE, damaged, is_parquet, open_source
from workbook.history.importing.parquet import open_parquet
from workbook.history.importing.prometheus import is_answer, read_answer
from workbook.history.importing.recognising import bill_layout, no_format
from workbook.history.importing.records import (
    Imported,
    ImportOptions,
    Measurement,
    Metric,
    PlanFacts,
    SourceFormat,
    SourceReading,
)
from workbook.history.importing.said import ambiguous, left_out
from workbook.history.importing.samples import months_of
from workbook.history.importing.series import Series, counters, joined
from workbook.history.importing.tables import SourceTable, read_table
from workbook.problems import Problem, Reason, Refusal, has_errors, in_order

_DIGITS = 12
_BEGIN = 100


class _Sources(Struct):
    """What the files had that were read so far."""

    options: ImportOptions
    facts: PlanFacts
    bills: dict[SourceFormat, Bill] = field(default_factory=dict)
    series: list[Series] = field(default_factory=list)
    readings: list[SourceReading] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_sources(paths: Sequence[Path], options: ImportOptions, facts: PlanFacts) -> Imported:
    """Return what the files measure of each month; the same file gives the same figures.

    Files of one maker are one bill, and files of one series are one series. Raises Refusal (unreadable) for a file
    that cannot be opened.
    """
    found = _Sources(options, facts)
    for path in {path.resolve(): path for path in paths}.values():
        _read(path, found)
    months = _months(found)
    order = list(Metric)
    found.problems += _nothing_chosen(found)
    months.sort(key=lambda one: (one.month, order.index(one.metric)))
    rounded = tuple(replace(one, value=float(f"{one.value:.{_DIGITS}g}")) for one in months)
    # What holds for each column of a file is said once.
    return Imported(rounded, tuple(found.readings), in_order(dict.fromkeys(found.problems)))


def _months(found: _Sources) -> list[Measurement]:
    """Return the months of bills and of series; none of either while something is wrong with it."""
    if has_errors(found.problems):
        return []
    months, said = bill_months(tuple(found.bills.values()), found.facts.currency, found.options)
    found.problems += said
    series, several = joined(found.series, found.options.sums)
    counting = counters(found.series)
    found.problems += [*several, *counting]
    if several or counting:
        return months
    for one in series:
        measured, said = months_of(one, found.options, found.facts)
        months += measured
        found.problems += said
    if found.bills and not series and found.options.assignments and Metric.COST not in found.options.assignments:
        found.problems.append(_no_metric_of_bills(found))
        return []
    if found.bills and any(one.metric is Metric.COST for one in series):
        found.problems.append(_cost_twice(found))
        return []
    return months


def _read(path: Path, found: _Sources) -> None:
    try:
        if is_parquet(path):
            with open_parquet(path) as table:
                _read_table(table, found)
            return
        with open_source(path) as text:
            begin = text.read(_BEGIN).lstrip()
            text.seek(0)
            if begin.startswith(("{", "[")):
                _read_json(path.name, text, found)
            else:
                _read_table(read_table(path.name, text), found)
    except Refusal as refused:
        if refused.reason is Reason.UNREADABLE:
            raise
        found.problems.append(refused.problem)
    except (*UNREADABLE, ValueError) as error:
        found.problems.append(damaged(path, error))


def _read_json(source: str, text: TextIO, found: _Sources) -> None:
    document = read_document(source, text)
    if isinstance(document, SourceTable):
        _read_table(document, found)
    elif is_answer(document):
        reading, series, problems = read_answer(source, document, found.options, found.facts)
        found.readings.append(reading)
        found.series += series
        found.problems += problems
    else:
        _read_table(single_row(source, document), found)


def _read_table(table: SourceTable, found: _Sources) -> None:
    layout = bill_layout(table, found.options)
    if isinstance(layout, Problem):
        found.problems.append(layout)
    elif unknown := unknown_columns(table, [column for column, _ in found.options.where], "--where COLUMN=VALUE"):
        found.problems += unknown
    elif layout:
        _read_bill(table, layout, found)
    elif (at := time_column(table)) is None:
        found.problems.append(no_format(table, found.options.basis))
    else:
        reading, series, problems = read_columns(table, at, found.options, found.facts)
        found.readings.append(reading)
        found.series += series
        found.problems += problems


def _read_bill(table: SourceTable, layout: BillLayout, found: _Sources) -> None:
    bill = found.bills.setdefault(layout.format, Bill(layout))
    bill.sources.append(table.source)
    before = bill.ledger.total
    reading, problems = read_bill(table, layout, found.options, bill.ledger)
    found.readings.append(reading)
    found.problems += problems
    if twice := same_content(bill, table.source, reading.rows, bill.ledger.total - before):
        found.problems.append(twice)
    if not problems:
        found.problems += faults(bill, table, found.options)


def _nothing_chosen(found: _Sources) -> list[Problem]:
    """Return a remark for each file none of whose rows has the wanted values."""
    wanted = ", ".join(f"{column}={value}" for column, value in found.options.where)
    empty = [one.source for one in found.readings if wanted and not one.rows]
    return [left_out(source, "no row has the wanted values", wanted) for source in empty]


def _no_metric_of_bills(found: _Sources) -> Problem:
    asked = ", ".join(found.options.assignments)
    return ambiguous(
        ", ".join(bill.source for bill in found.bills.values()),
        f"a bill has the cost, and no {asked}",
        f"--as {asked}",
        "--as cost, or no --as",
        "leave --as out, or name a file that has it",
    )


def _cost_twice(found: _Sources) -> Problem:
    return ambiguous(
        ", ".join(bill.source for bill in found.bills.values()),
        "both a bill and another file have the cost",
        ", ".join(reading.source for reading in found.readings),
        "one source of cost",
        "import the bill and the other file one at a time",
    )
