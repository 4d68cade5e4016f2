"""Planning the sample against what a user would pick instead: openpyxl to write, LibreOffice to calculate.

Run it as `python -m tests.benchmarks.bench_peers`. openpyxl gets everything ready-made: it loads the same inputs,
writes the cells of the same result sheets, without their looks, and as many charts of the same areas. LibreOffice then
opens that file and saves it with its values.
"""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
from pathlib import Path

from openpyxl import load_workbook

from tests.benchmarks.bench_large import large_workbook
from tests.benchmarks.bench_small import PAIRS, SAMPLE
from tests.benchmarks.processes import Run, measure, python, show_ratio
from workbook.sheets.prefix import OPTIONAL_SHEETS, RESULT_SHEETS

PEER = """
import json, sys
from openpyxl import load_workbook
from openpyxl.chart import LineChart, Reference, Series
source, given, out = sys.argv[1:]
with open(given) as file:
    job = json.load(file)
book = load_workbook(source)
for name, rows in job["sheets"].items():
    sheet = book.create_sheet(name)
    for row in rows:
        sheet.append(row)
for place, series in job["charts"]:
    chart = LineChart()
    for area in series:
        chart.series.append(Series(Reference(range_string=area)))
    book[place].add_chart(chart)
book.save(out)
"""


def ready_made(planned: Path) -> dict[str, object]:
    """Return the cells of the result sheets of a planned workbook, and a sheet and the areas of each of its charts."""
    book = load_workbook(planned)
    names = [name for name in (*RESULT_SHEETS, *OPTIONAL_SHEETS) if name in book.sheetnames]
    sheets = {
        name: [[_plain(value) for value in row] for row in book[name].iter_rows(values_only=True)] for name in names
    }
    with zipfile.ZipFile(planned) as archive:
        parts = [name for name in archive.namelist() if re.search(r"charts/chart\d+\.xml$", name)]
        areas = [re.findall(r"<c:val><c:numRef><c:f>([^<]+)</c:f>", archive.read(name).decode()) for name in parts]
    return {"sheets": sheets, "charts": [(names[number % len(names)], found) for number, found in enumerate(areas)]}


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def compare(title: str, source: Path, folder: Path, pairs: int) -> None:
    """Print how much longer openpyxl takes than planning, and openpyxl with LibreOffice."""
    planned, given, peer = folder / "planned.xlsx", folder / "job.json", folder / "peer.xlsx"
    plan = python("-m", "workbook", "plan", str(source), "-o", str(planned))
    measure(plan)
    given.write_text(json.dumps(ready_made(planned)), encoding="utf-8")
    write = python("-c", PEER, str(source), str(given), str(peer))
    profile, converted = f"-env:UserInstallation={(folder / 'profile').as_uri()}", folder / "converted"
    office = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(converted), str(peer)]
    runs: list[tuple[Run, Run, Run]] = []
    for number in range(pairs + 1):
        taken = measure(plan), measure(write), measure(office)
        # The first round warms up, and makes the profile of the office.
        runs += [taken] if number else []
    ours, written, calculated = (list(column) for column in zip(*runs, strict=True))
    both = [Run(one.cpu + other.cpu, 0) for one, other in zip(written, calculated, strict=True)]
    show_ratio(f"{title}: openpyxl / plan (goal at least 3)", written, ours)
    show_ratio(f"{title}: openpyxl and LibreOffice / plan (goal at least 10)", both, ours)


def main() -> None:
    """Print the ratios of the sample, and of 60 components over 60 months."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compare("sample", SAMPLE, folder, PAIRS)
        large = folder / "large.xlsx"
        large.write_bytes(large_workbook(60, 60))
        compare("60 components, 60 months", large, folder, PAIRS)


if __name__ == "__main__":
    main()
