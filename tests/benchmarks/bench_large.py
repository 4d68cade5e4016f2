"""A plan of 600 components over 60 months, over three million formula cells.

Run as `python -m tests.benchmarks.bench_large`, it prints writing and grafting against raw deflate of the same XML, the
memory that writing and grafting add, and the growth exponent of the whole run from 60 to 600 components.
"""

from __future__ import annotations

import io
import json
import math
import resource
import statistics
import sys
import tempfile
import time
import zipfile
import zlib
from pathlib import Path

from tests.benchmarks.processes import measure, python
from workbook import actions
from workbook.files.grafting.graft import graft
from workbook.files.package.opening import open_package
from workbook.files.writing.writer import write_book
from workbook.sheets.book import lay_out_book
from workbook.sheets.prefix import RESULT_SHEETS
from workbook.sheets.printing.print import print_book
from workbook.sheets.theme.look import load_theme

PAIRS = 9


def large_workbook(components: int, months: int) -> bytes:
    """Return an input workbook with so many components."""
    from tests.workbooks import valid_markdown, workbook_from_markdown  # noqa: PLC0415 - only the parent process needs it

    text = valid_markdown()
    names = [f"component {number:03d}" for number in range(components)]
    share = f"{1 / components!r}"
    rows = "\n".join(f"| {name} | {share} | {share} | Large | 2 |" for name in names)
    resilience = "\n".join(f"| {name} | 99.9 % | Multi-AZ | 1 | 3 |" for name in names)
    sections = {
        "Components": f"| Component | CPU share (%) | Memory share (%) | Node type | Minimum nodes |\n{rows}",
        "Resilience": f"| Component | Target availability (%) | Redundancy | k | Zones |\n{resilience}",
    }
    blocks = []
    for block in text.split("## ")[1:]:
        title = block.splitlines()[0].strip()
        body = sections.get(title, "\n".join(block.splitlines()[1:]))
        blocks.append(f"## {title}\n{body}\n")
    return workbook_from_markdown("\n".join(blocks).replace("| 24 ", f"| {months} "))


def peak_mb() -> float:
    """Return the peak resident megabytes of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def write_once(source: Path, folder: Path) -> dict[str, float]:
    """Write and graft one plan in this process, then deflate the XML of the written sheets."""
    reading = actions.read_plan(source)
    assert reading.plan is not None, reading.problems
    results = actions.calculate(reading.plan)
    before = peak_mb()
    started = time.process_time()
    out = folder / "out.xlsx"
    theme = load_theme()
    generated = write_book(print_book(lay_out_book(results), theme), theme, reading.package.default_font)
    with out.open("wb") as file:
        graft(reading.package, generated, file, spill=folder / "large-")
    seconds = time.process_time() - started
    added = peak_mb() - before
    xml, cells = _result_sheets(out)
    started = time.process_time()
    for part in xml:
        zlib.compress(part, 6)
    deflate = time.process_time() - started
    return {"write": seconds, "deflate": deflate, "memory": added, "cells": cells, "xml": sum(map(len, xml)) / 1e6}


def _result_sheets(path: Path) -> tuple[list[bytes], int]:
    data = path.read_bytes()
    package = open_package(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {sheet.name: sheet.part for sheet in package.sheets}
        xml = [archive.read(parts[name].lstrip("/")) for name in RESULT_SHEETS]
    return xml, sum(part.count(b"<f>") for part in xml)


def main() -> None:
    """Print the ratios; goals: at most 2.5, at most 30 MB, at most 1.05."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small, large = folder / "small.xlsx", folder / "large.xlsx"
        small.write_bytes(large_workbook(60, 60))
        large.write_bytes(large_workbook(600, 60))
        child = python("-m", "tests.benchmarks.bench_large", str(large), str(folder / "figures.json"))
        figures = []
        for _ in range(PAIRS):
            measure(child)
            figures.append(json.loads((folder / "figures.json").read_text()))
        ratios = [one["write"] / one["deflate"] for one in figures]
        last = figures[-1]
        print(f"formula cells: {last['cells']:,.0f}; XML of the written sheets: {last['xml']:.0f} MB")
        print(
            f"writing and grafting / raw deflate of the same XML: {statistics.median(ratios):.2f} (goal 2.5;"
            f" {min(ratios):.2f} to {max(ratios):.2f}, {PAIRS} runs)"
            f" · {last['write']:.2f} s / {last['deflate']:.2f} s"
        )
        print(f"memory added by writing and grafting: {max(one['memory'] for one in figures):.0f} MB (goal 30)")
        plan = [python("-m", "workbook", "plan", str(path), "-o", str(folder / "out.xlsx")) for path in (small, large)]
        measure(plan[0])
        runs = [[measure(command) for command in plan] for _ in range(PAIRS)]
        exponents = [math.log10(pair[1].cpu / pair[0].cpu) for pair in runs]
        print(
            f"growth exponent of the whole run, 60 to 600 components: {statistics.median(exponents):.2f} (goal 1.05;"
            f" {min(exponents):.2f} to {max(exponents):.2f}, {PAIRS} pairs)"
            f" · {runs[-1][0].cpu:.2f} s to {runs[-1][1].cpu:.2f} s, peak {runs[-1][1].peak_mb:.0f} MB"
        )


if __name__ == "__main__":
    if len(sys.argv) == 3:
        with tempfile.TemporaryDirectory() as scratch:
            Path(sys.argv[2]).write_text(json.dumps(write_once(Path(sys.argv[1]), Path(scratch))))
    else:
        main()
