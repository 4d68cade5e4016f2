"""A JSON file into one document, or into a table of its rows (many floor)."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TextIO

from workbook.history.importing.tables import SourceTable, table_of

_LONGEST = 400_000_000
"""Letters of a document that is read at once."""
_SAMPLE = 200


def read_document(source: str, text: TextIO) -> Mapping[str, Any] | SourceTable:
    """Return a document, or the table of a list of rows or of one row a line.

    Raises ValueError for what is no JSON, or is too long.
    """
    first = text.readline(_LONGEST)
    row = _parsed(first)
    if isinstance(row, dict) and (second := text.readline(_LONGEST)).strip():
        lines = itertools.chain((first, second), text)
        return _table(source, (json.loads(line) for line in lines if line.strip()))
    whole = first + text.read(_LONGEST)
    if len(whole) >= _LONGEST:
        raise ValueError(f"more than {_LONGEST:,} letters")
    data = json.loads(whole)
    if isinstance(data, list):
        return _table(source, data)
    if not isinstance(data, dict):
        raise ValueError("neither an object nor a list of rows")
    return data


def _parsed(line: str) -> object:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _table(source: str, rows: Iterable[Any]) -> SourceTable:
    """Return rows of fields as a table; the first of them say which fields there are."""
    reading = iter(rows)
    first = [_flat(row) for row in itertools.islice(reading, _SAMPLE)]
    header = tuple(dict.fromkeys(name for row in first for name in row))
    every = itertools.chain(first, map(_flat, reading))
    return table_of(source, header, ([row.get(name, "") for name in header] for row in every))


def _flat(row: Any, prefix: str = "") -> dict[str, str]:  # noqa: ANN401 - as JSON is
    """Return the fields of a row as texts; those inside others as `invoice.month`."""
    if not isinstance(row, dict):
        raise ValueError("a row that is no object")
    return dict(_fields(row, prefix))


def _fields(row: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in row.items():
        if isinstance(value, dict):
            yield from _fields(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", _text(value)


def _text(value: Any) -> str:  # noqa: ANN401 - as JSON is
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def single_row(source: str, data: Mapping[str, Any]) -> SourceTable:
    """Return a document as a table of one row."""
    return _table(source, [data])
