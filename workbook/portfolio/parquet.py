"""Tables into Parquet files, through DuckDB where it is installed (post floor)."""

from __future__ import annotations

import csv
import importlib
import tempfile
from collections.abc import Mapping
from pathlib import Path

from workbook.portfolio.engines import EngineError
from workbook.portfolio.tables import Table


def parquet_files(tables: Mapping[str, Table]) -> dict[str, bytes]:
    """Return the Parquet file of each table by its name. Raises EngineError where DuckDB is missing."""
    try:
        duckdb = importlib.import_module("duckdb")
    except ImportError as error:
        raise EngineError("Parquet needs a package: pip install 'workbook[parquet]'") from error
    made = {}
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        for name, table in tables.items():
            source, target = Path(folder) / f"{name}.csv", Path(folder) / f"{name}.parquet"
            with source.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(table.rows)
            # Names and types are this module's; the paths are of a folder made here.
            columns = ", ".join(f"'{column}': '{kind}'" for column, kind in table.columns.items())
            connection.execute(
                f"COPY (SELECT * FROM read_csv(?, header=false, columns={{{columns}}}, quote='\"', escape='\"')) "
                f"TO '{target.as_posix()}' (FORMAT PARQUET)",
                [str(source)],
            )
            made[f"{name}.parquet"] = target.read_bytes()
    return made
