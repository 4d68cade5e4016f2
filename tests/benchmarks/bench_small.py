"""Planning the sample against a process that imports the same libraries and zips the same bytes again.

Run it as `python -m tests.benchmarks.bench_small`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.benchmarks.processes import in_turn, measure, python, show_ratio

SAMPLE = Path(__file__).parents[2] / "samples" / "erlmcp.xlsx"
FLOOR = """
import io, sys, zipfile
import click, lxml.etree, numpy, yaml
from openpyxl import load_workbook
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from xlsxwriter import Workbook
with zipfile.ZipFile(sys.argv[1]) as source, zipfile.ZipFile(sys.argv[2], "w", zipfile.ZIP_DEFLATED) as target:
    for info in source.infolist():
        target.writestr(info, source.read(info), zipfile.ZIP_DEFLATED)
"""


def main() -> None:
    """Print the ratio; the goal is at most 2.3."""
    with tempfile.TemporaryDirectory() as folder:
        out, copy = Path(folder) / "out.xlsx", Path(folder) / "copy.xlsx"
        plan = python("-m", "workbook", "plan", str(SAMPLE), "-o", str(out))
        measure(plan)
        floor = python("-c", FLOOR, str(out), str(copy))
        show_ratio("plan samples/erlmcp.xlsx / same imports and zip (goal 2.3)", *in_turn(plan, floor, 9))


if __name__ == "__main__":
    main()
