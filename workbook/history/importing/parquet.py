"""A Parquet file into a table of texts, through DuckDB where it is installed (many floor)."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workbook.history.importing.opening import damaged
from workbook.history.importing.said import unknown_format
from workbook.history.importing.tables import SourceTable, table_of
from workbook.problems import Problem, Reason, Refusal

_BATCH = 10_000
_NESTED = ("STRUCT", "MAP", "UNION")


@contextmanager
def open_parquet(path: Path) -> Iterator[SourceTable]:
    """Open a Parquet file as a table. Raises Refusal where DuckDB is missing, or the file is damaged."""
    try:
        duckdb = importlib.import_module("duckdb")
    except ImportError as error:
        raise Refusal(_missing(path), Reason.INPUTS) from error
    try:
        with duckdb.connect() as connection:
            described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
            columns = ", ".join(_as_text(name, kind) for name, kind, *_ in described)
            found = connection.execute(f"SELECT {columns} FROM read_parquet(?)", [str(path)])
            yield table_of(path.name, [name for name, *_ in described], _rows(found))
    except duckdb.Error as error:
        raise Refusal(damaged(path, error), Reason.INPUTS) from error


def _as_text(name: str, kind: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    return f"{f'to_json({quoted})' if kind.startswith(_NESTED) or kind.endswith('[]') else quoted}::VARCHAR"


def _rows(found: Any) -> Iterator[Sequence[str]]:  # noqa: ANN401 - DuckDB is not installed everywhere
    while batch := found.fetchmany(_BATCH):
        for row in batch:
            yield ["" if value is None else value for value in row]


def _missing(path: Path) -> Problem:
    return unknown_format(
        path.name,
        f"{path.name} is a Parquet file, which needs the package duckdb",
        "no package duckdb",
        "CSV or JSON, or the package duckdb",
        "install it with this tool: pip install 'workbook[parquet]'; or export the file as CSV",
    )
