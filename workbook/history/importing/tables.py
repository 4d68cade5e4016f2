"""The text of a CSV file into a header and rows, its delimiter and decimal sign sniffed (many floor)."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TextIO

from msgspec import Struct

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 200
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z])")


class SourceTable(Struct, frozen=True):
    """A table of a file: `rows` can be read once, `sample` are the first of them."""

    source: str
    header: tuple[str, ...]
    sample: tuple[Sequence[str], ...]
    rows: Iterator[Sequence[str]]
    line: Callable[[], int]
    """The line of the file that was read last."""
    delimiter: str = ""

    @property
    def columns(self) -> dict[str, int]:
        """The position of each column, by its name in words: `line_item_usage_start_date`."""
        return {in_words(name): index for index, name in reversed(tuple(enumerate(self.header)))}

    def column(self, name: str) -> int | None:
        """Return the position of a column by its exact name, else by its words; None if there is none."""
        return self.header.index(name) if name in self.header else self.columns.get(in_words(name))

    def sampled(self, column: int) -> list[str]:
        """Return the first values of a column."""
        return [row[column] for row in self.sample if len(row) > column]


def in_words(name: str) -> str:
    """Return a name of a column as all makers could write it: `BilledCost`, `lineItem/UsageType`, `invoice.month`."""
    return re.sub(r"[^a-z0-9]+", "_", _WORD.sub("_", name.strip()).lower()).strip("_")


def read_table(source: str, text: TextIO) -> SourceTable:
    """Return the table of a CSV file: its header is the first line that is not blank."""
    first = next((line for line in text if line.strip()), "")
    if told := re.fullmatch(r'"?sep=(.)"?\s*', first):
        delimiter, first = told[1], text.readline()
    else:
        delimiter = _delimiter(first)
    lines = itertools.chain((first,), text)
    reader = csv.reader(lines, delimiter=delimiter)
    header = tuple(name.strip() for name in next(reader, ()))
    return table_of(source, header, reader, delimiter)


def table_of(source: str, header: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str = "") -> SourceTable:
    """Return a table whose first rows are at hand."""
    reading = _Lines(rows)
    every = itertools.chain(reading.again(), reading.rows)
    return SourceTable(source, tuple(header), reading.sample, every, reading.line, delimiter)


class _Lines:
    """Rows of a file, the first of them at hand, and the line of the one that was given last."""

    def __init__(self, rows: Iterable[Sequence[str]]) -> None:
        self.rows = iter(rows)
        first = [(row, self._line()) for row in itertools.islice(self.rows, _SAMPLE)]
        self.sample = tuple(row for row, _ in first)
        self._lines = [line for _, line in first]
        self._at: int | None = None

    def again(self) -> Iterator[Sequence[str]]:
        """Yield the first rows once more."""
        for row, line in zip(self.sample, self._lines, strict=True):
            self._at = line
            yield row
        self._at = None

    def line(self) -> int:
        """Return the line of the file that was given last; 0 where rows are no lines."""
        return self._line() if self._at is None else self._at

    def _line(self) -> int:
        return getattr(self.rows, "line_num", 0)


def _delimiter(line: str) -> str:
    """Return the sign that parts a header into most columns; the earlier one where two do."""
    counts = [len(next(csv.reader([line], delimiter=sign), [])) for sign in DELIMITERS]
    return DELIMITERS[counts.index(max(counts))]
