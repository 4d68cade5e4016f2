"""Reading rows of 12 columns with the address, text and kind of every cell, against python-calamine's values.

Run it as `python -m tests.benchmarks.bench_read`, with python-calamine installed. 33,000 rows are as much as an input
sheet may hold; for 200,000 the reader's bounds are lifted. Both begin with the bytes of the file; what their libraries
take to load is not counted.
"""

from __future__ import annotations

import gc
import io
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import xlsxwriter

from tests.benchmarks.processes import python

SIZES, COLUMNS, PAIRS = (33_000, 200_000), 12, 9


def write_rows(path: Path, rows: int) -> None:
    """Write a sheet of so many rows: texts that come again, whole numbers, and fractions."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Users")
        for row in range(rows):
            for column in range(COLUMNS):
                kind = column % 3
                value = f"segment {row % 500}" if kind == 0 else row * column if kind == 1 else row / (column + 7)
                sheet.write(row, column, value)


def ours(path: str) -> float:
    """Return the CPU seconds of reading the first sheet as the tool reads an input sheet."""
    from workbook.files.package.opening import open_package  # noqa: PLC0415 - not for the other child
    from workbook.files.reading import sheet_cells  # noqa: PLC0415
    from workbook.files.reading.stored import read_stored  # noqa: PLC0415

    sheet_cells.MOST_CELLS = sheet_cells.MOST_BYTES = 1 << 30
    data = Path(path).read_bytes()
    started = time.process_time()
    gc.disable()  # as the tool does while it reads
    package = open_package(data, "rows.xlsx", for_writing=False)
    content = sheet_cells.read_cells(package.read_large(package.sheets[0].part), read_stored(package))
    taken = time.process_time() - started
    assert len(content.grid) in SIZES
    return taken


def calamine(path: str) -> float:
    """Return the CPU seconds of reading the same values with python-calamine."""
    from python_calamine import CalamineWorkbook  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415

    data = io.BytesIO(Path(path).read_bytes())
    started = time.process_time()
    rows = CalamineWorkbook.from_filelike(data).get_sheet_by_index(0).to_python()
    taken = time.process_time() - started
    assert len(rows) in SIZES
    return taken


def timed(reader: str, path: Path) -> float:
    """Return the seconds that a reader took in a process of its own."""
    command = python("-m", "tests.benchmarks.bench_read", reader, str(path))
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def compare(path: Path, rows: int) -> None:
    """Print how much longer the tool takes to read a sheet of so many rows."""
    write_rows(path, rows)
    pairs = [(timed("ours", path), timed("calamine", path)) for _ in range(PAIRS)]
    ratios = [mine / theirs for mine, theirs in pairs]
    print(
        f"reading {rows:,} rows of {COLUMNS} / calamine (goal 3): {statistics.median(ratios):.2f}"
        f" ({min(ratios):.2f} to {max(ratios):.2f}) · {pairs[-1][0]:.2f} s / {pairs[-1][1]:.2f} s"
    )


def main() -> None:
    """Print the ratios; the goal is at most 3."""
    with tempfile.TemporaryDirectory() as folder:
        for rows in SIZES:
            compare(Path(folder) / f"{rows}.xlsx", rows)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print({"ours": ours, "calamine": calamine}[sys.argv[1]](sys.argv[2]))
    else:
        main()
