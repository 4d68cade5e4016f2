"""The rows or series that count, by the values of their columns or labels (many floor)."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence

from workbook.history.importing.said import header_text, unknown_format
from workbook.history.importing.tables import SourceTable
from workbook.problems import Problem


def alternatives(where: Sequence[tuple[str, str]]) -> dict[str, set[str]]:
    """Return the values that count of each column."""
    wanted: dict[str, set[str]] = {}
    for column, value in where:
        wanted.setdefault(column, set()).add(value)
    return wanted


def chosen_rows(table: SourceTable, where: Sequence[tuple[str, str]]) -> Iterator[Sequence[str]]:
    """Yield the rows whose columns have the wanted values; all rows where nothing is wanted."""
    if not where:
        return table.rows
    wanted = [(table.column(column), values) for column, values in alternatives(where).items()]
    return (
        row
        for row in table.rows
        if all(at is not None and at < len(row) and row[at] in values for at, values in wanted)
    )


def chosen_labels(labels: Mapping[str, str], where: Sequence[tuple[str, str]]) -> bool:
    """Whether the labels of a series have the wanted values."""
    return all(labels.get(name) in values for name, values in alternatives(where).items())


def unknown_columns(table: SourceTable, names: Sequence[str], option: str) -> list[Problem]:
    """Return an error for each column that was asked for and is not there."""
    return [_unknown(table, name, option) for name in names if table.column(name) is None]


def _unknown(table: SourceTable, name: str, option: str) -> Problem:
    near = difflib.get_close_matches(name, table.header, 1)
    meant = f"; did you mean {near[0]}?" if near else ""
    return unknown_format(
        table.source,
        f"there is no column {name!r}{meant}",
        header_text(table.header),
        "a column of the file",
        f"name one of the file's columns in {option}",
    )
