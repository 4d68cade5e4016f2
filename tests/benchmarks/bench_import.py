"""Importing a bill of a million rows against csv.reader passing over the same file.

Run as `python -m tests.benchmarks.bench_import`, it prints times and peak memory of both, and the memory that importing
adds to a process that reads a file of one row.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from tests.benchmarks.processes import in_turn, measure, python, show_ratio
from tests.history.sources import FOCUS_COLUMNS, Row, focus_row
from workbook.history.importing.read import read_sources
from workbook.history.importing.records import ImportOptions, PlanFacts

ROWS = 1_000_000
HOURS = 31 * 24
PASS_OVER = """
import csv, sys
with open(sys.argv[1], newline="", encoding="utf-8") as text:
    for row in csv.reader(text):
        pass
"""


def bill(rows: int) -> Iterator[Row]:
    """Yield charges of January 2026, hour by hour, of about 670 bytes each."""
    filler = {name: f"{name} of one" for name in FOCUS_COLUMNS[20:]}
    for number in range(rows):
        start = datetime(2026, 1, 1) + timedelta(hours=number % HOURS)
        category = ("Usage", "Usage", "Usage", "Purchase", "Credit")[number % 5]
        yield {**filler, **focus_row(number % 97 / 7, date(2026, 1, 1), category, start, number % 89 / 7)}


def write_bill(path: Path, rows: int) -> None:
    """Write a bill in the format of FOCUS."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FOCUS_COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(bill(rows))


def main() -> None:
    """Print the figures; goals: at most 6 s, at most 50 MB."""
    with tempfile.TemporaryDirectory() as name:
        large, small = Path(name) / "large.csv", Path(name) / "small.csv"
        write_bill(large, ROWS)
        write_bill(small, 1)
        read = python("-m", "tests.benchmarks.bench_import", str(large))
        least = measure(python("-m", "tests.benchmarks.bench_import", str(small)))
        runs, passes = in_turn(read, python("-c", PASS_OVER, str(large)), 3)
        print(f"{ROWS:,} rows of {len(FOCUS_COLUMNS)} columns, {large.stat().st_size / 1e6:.0f} MB")
        show_ratio("import / csv.reader over the same file", runs, passes)
        most, bare = (max(run.peak_mb for run in group) for group in (runs, passes))
        print(f"slowest import: {max(run.cpu for run in runs):.2f} s (goal 6)")
        print(
            f"peak memory: {most:.0f} MB, csv.reader {bare:.0f} MB, import of one row {least.peak_mb:.0f} MB; "
            f"added: {most - least.peak_mb:.0f} MB (goal 50)"
        )


if __name__ == "__main__":
    if len(sys.argv) == 2:
        found = read_sources([Path(sys.argv[1])], ImportOptions(), PlanFacts("USD"))
        assert found.months, found.problems
    else:
        main()
