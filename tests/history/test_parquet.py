"""Parquet through DuckDB, and the way out without it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.history.sources import FOCUS_COLUMNS, csv_text, figures, focus_rows, gcp_rows, imported
from workbook.problems import Code

MARK = b"PAR1"


def test_parquet_without_duckdb_is_refused_with_a_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    (problem,) = imported(tmp_path, MARK).problems
    assert (problem.code, "pip install 'workbook[parquet]'" in problem.remedy) == (Code.SOURCE_FORMAT, True)


def test_parquet_is_read_as_csv_is(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    source, target = tmp_path / "bill.csv", tmp_path / "bill.parquet"
    source.write_text(csv_text(FOCUS_COLUMNS, focus_rows()))
    duckdb.sql(f"COPY (SELECT * FROM read_csv('{source}')) TO '{target}' (FORMAT parquet)")
    assert figures(imported(tmp_path, target.read_bytes())) == {"2026-01": 320, "2026-02": 410}


def test_nested_columns_of_parquet_are_read(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    target = tmp_path / "bill.parquet"
    rows = " UNION ALL ".join(
        f"SELECT TIMESTAMPTZ '2026-01-12 08:00:00+00' AS usage_start_time, {row['cost']} AS cost, 'USD' AS currency, "
        f"'{row['cost_type']}' AS cost_type, {{'month': '202601'}} AS invoice, "
        f"CAST('{row['credits'] or '[]'}'::JSON AS STRUCT(name VARCHAR, amount DOUBLE)[]) AS credits"
        for row in gcp_rows()
    )
    duckdb.sql(f"COPY ({rows}) TO '{target}' (FORMAT parquet)")
    assert figures(imported(tmp_path, target.read_bytes())) == {"2026-01": 127.5}


def test_damaged_parquet_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    (problem,) = imported(tmp_path, MARK + b"no more").problems
    assert problem.code is Code.SOURCE_FORMAT
