"""A table with a column of times, such as Grafana's, into series (many floor)."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import timedelta, tzinfo
from statistics import median

from workbook.history.importing.bills import doubtful_decimals
from workbook.history.importing.filtering import chosen_rows, unknown_columns
from workbook.history.importing.numbers import (
    AmbiguousDecimalsError,
    decimal_sign,
    is_missing,
    is_no_number,
    slowly,
)
from workbook.history.importing.records import ImportOptions, Metric, PlanFacts, SourceFormat, SourceReading
from workbook.history.importing.said import ambiguous, bad_value, header_text
from workbook.history.importing.series import Series, metric_of, scale
from workbook.history.importing.tables import SourceTable
from workbook.history.importing.times import TypedTime, typed_time, zone_of
from workbook.problems import Problem

_MOST_BAD = 20
_A_MONTH = timedelta(days=28).total_seconds()

Answer = tuple[SourceReading, list[Series], list[Problem]]


def time_column(table: SourceTable) -> int | None:
    """Return the first column that begins with a time or a month and goes on so; None if there is none."""
    for index in range(len(table.header)):
        values = [text for text in table.sampled(index) if text.strip()]
        if values and typed_time(values[0]) and 2 * sum(map(bool, map(typed_time, values))) > len(values):
            return index
    return None


def read_columns(table: SourceTable, at: int, options: ImportOptions, facts: PlanFacts) -> Answer:
    """Return the series of a table whose times stand in a column, and the errors for which there is none."""
    kind = SourceFormat.GRAFANA if table.header[at] == "Time" and at == 0 else SourceFormat.CSV
    chosen, problems = _assigned(table, at, options)
    reading = SourceReading(table.source, kind, 0, table.delimiter)
    if not chosen:
        return reading, [], problems
    try:
        sign = decimal_sign((text for one in chosen for text in table.sampled(one)), table.delimiter)
    except AmbiguousDecimalsError as error:
        return reading, [], [*problems, doubtful_decimals(table, error)]
    if asked := _zone_needed(table, at, options):
        return reading, [], [*problems, asked]
    columns = _Columns(table, at, chosen, sign, zone_of(options.zone), options.sums)
    rows = columns.read(options)
    series = columns.series(facts)
    reading = SourceReading(table.source, kind, rows, table.delimiter, sign)
    return reading, series, [*problems, *columns.problems]


def _assigned(table: SourceTable, at: int, options: ImportOptions) -> tuple[dict[int, Metric], list[Problem]]:
    """Return the metric of each column that is to be read."""
    named = {name: metric for metric, name in options.assignments.items() if name}
    if unknown := unknown_columns(table, tuple(named), "--as METRIC=COLUMN"):
        return {}, unknown
    chosen = {index: metric for name, metric in named.items() if (index := table.column(name)) is not None}
    filtered = {table.column(column) for column, _ in options.where}
    left = [index for index in range(len(table.header)) if index not in (at, *chosen, *filtered)]
    for metric in [metric for metric, name in options.assignments.items() if not name]:
        if len(left) != 1 and not (options.sums and len(options.assignments) == 1):
            return {}, [_which_column(table, metric.value, left)]
        chosen |= dict.fromkeys(left, metric)
    if not options.assignments:
        chosen = {index: told for index in left if (told := metric_of(table.header[index]))}
    return chosen, [] if chosen else [_which_column(table, "users", left)]


def _which_column(table: SourceTable, metric: str, left: list[int]) -> Problem:
    return ambiguous(
        table.source,
        "the file does not say which column is which metric",
        header_text([table.header[index] for index in left]),
        f"one column per metric: {', '.join(Metric)}",
        f"name it with --as {metric}=COLUMN, or add several with --as {metric} --sum",
    )


def _zone_needed(table: SourceTable, at: int, options: ImportOptions) -> Problem | None:
    """Return the error that times have no offset and no zone was given; None where days are enough."""
    times = [found for text in table.sampled(at) if (found := typed_time(text))]
    if options.zone or all(one.is_day or one.moment.tzinfo for one in times):
        return None
    return ambiguous(
        table.source,
        "its times have no offset, so their time zone is not known; Grafana writes those of the browser",
        table.sampled(at)[0],
        "times such as 2026-03-31T23:00:00Z, or the name of their zone",
        "name the zone with --zone, such as --zone Europe/Berlin or --zone UTC",
    )


class _Columns:
    """The chosen columns of a table while its rows are read."""

    def __init__(
        self, table: SourceTable, at: int, chosen: Mapping[int, Metric], sign: str, zone: tzinfo, sums: bool
    ) -> None:
        self.table, self.at, self.chosen, self.sign, self.zone, self.sums = table, at, chosen, sign, zone, sums
        self.samples: dict[int, dict[float, float]] = {index: {} for index in chosen}
        self.dropped = dict.fromkeys(chosen, 0)
        self.problems: list[Problem] = []
        self.are_days = True
        self.has_repeats = False

    def read(self, options: ImportOptions) -> int:
        """Read the rows; return how many there are."""
        count = 0
        for row in chosen_rows(self.table, options.where):
            if any(row):
                count += 1
                self._row(row)
        if self.has_repeats and not self.sums:
            self.problems.append(self._repeated())
        return count

    def _row(self, row: Sequence[str]) -> None:
        time = typed_time(row[self.at]) if self.at < len(row) else None
        if time is None:
            self._bad(self.at, row, "a time such as 2026-03-31T00:00:00Z")
            return
        self.are_days &= time.is_day
        for index in self.chosen:
            self._cell(index, row, time)

    def _cell(self, index: int, row: Sequence[str], time: TypedTime) -> None:
        text = row[index] if index < len(row) else ""
        if is_missing(text):
            return
        if is_no_number(text):
            self.dropped[index] += 1
            return
        try:
            value = slowly(text, self.sign)
        except ValueError:
            self._bad(index, row, "a number without its unit")
            return
        samples, seconds = self.samples[index], time.seconds(self.zone)
        if seconds in samples:
            seconds = time.seconds(self.zone, fold=1)
        self.has_repeats |= seconds in samples
        samples[seconds] = samples.get(seconds, 0.0) + value

    def _bad(self, index: int, row: Sequence[str], expected: str) -> None:
        if len(self.problems) < _MOST_BAD:
            value = row[index] if index < len(row) else ""
            where = self.table.line()
            self.problems.append(bad_value(self.table.source, where, self.table.header[index], value, expected))

    def _repeated(self) -> Problem:
        return ambiguous(
            self.table.source,
            "several rows have the same time, so that there is more than one series",
            f"times in column {self.table.header[self.at]}",
            "one row per time",
            "choose the rows with --where COLUMN=VALUE, or add them with --sum",
        )

    def series(self, facts: PlanFacts) -> list[Series]:
        """Return what was read, column by column."""
        return [self._series(index, metric, facts) for index, metric in self.chosen.items()]

    def _series(self, index: int, metric: Metric, facts: PlanFacts) -> Series:
        name, found = self.table.header[index], self.samples[index]
        divisor = scale(name, metric, facts)
        samples = {time: value / divisor for time, value in found.items()}
        times = sorted(samples)
        steps = [after - before for before, after in itertools.pairwise(times)]
        is_by_month = self.are_days and (median(steps) >= _A_MONTH if steps else True)
        return Series(name, metric, samples, self.table.source, self.dropped[index], is_by_month, len(samples))
