"""Which run the result sheets of a workbook come from, as their heads say (post).

The inputs of a workbook and its result sheets may come from two runs: somebody has edited the inputs since. A report
tells only what the sheets say, so the two must be one.
"""

from __future__ import annotations

import re
from collections.abc import Set

from workbook.files.package.package import Package
from workbook.files.package.shared_strings import shared_strings
from workbook.problems import Code, Problem, Reason, Refusal
from workbook.sheets.book import RESULT_SHEETS
from workbook.sheets.layout import STATUS_ROW

_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="%d"[^>]*>(.*?)</(?:\w+:)?row>' % STATUS_ROW, re.DOTALL)
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_SHARED = re.compile(rb"<(?:\w+:)?v>(\d+)</(?:\w+:)?v>")
_TEXT = re.compile(rb"<(?:\w+:)?t\b[^>]*>([^<]*)</(?:\w+:)?t>")
_RUN = re.compile(rb"Run ([0-9a-f]{8})")


def check_stamp(package: Package, run_id: str) -> None:
    """Refuse a workbook that was not planned, or whose inputs have changed since. Raises Refusal (inputs)."""
    check_runs(package.name, run_id, written_runs(package))


def check_runs(name: str, run_id: str, found: Set[str]) -> None:
    """Refuse a file whose inputs and result sheets are not of one run. Raises Refusal (inputs)."""
    if not found:
        problem = Problem(
            Code.REPORT_NOT_PLANNED,
            f"{name} holds no result sheets of a run",
            seen="no sheet that names its run",
            expected="a workbook that workbook plan has written",
            remedy=f"run: workbook plan {name}",
        )
        raise Refusal(problem, reason=Reason.INPUTS)
    if found != {run_id}:
        problem = Problem(
            Code.REPORT_STALE,
            f"the inputs of {name} have changed since the last run",
            seen=f"inputs of run {run_id}, result sheets of run {', '.join(sorted(found))}",
            expected="inputs and result sheets of one run",
            remedy=f"run workbook plan {name} first, then report",
        )
        raise Refusal(problem, reason=Reason.INPUTS)


def written_runs(package: Package) -> set[str]:
    """Return the runs that the heads of the tool's result sheets name; one, unless sheets of two runs are mixed."""
    shared = [text.encode() for text in shared_strings(package).texts]
    parts = [sheet.part for sheet in package.sheets if sheet.name in package.owners and sheet.name in RESULT_SHEETS]
    return {run for part in parts for run in _runs_in(package.read(part), shared)}


def _runs_in(sheet: bytes, shared: list[bytes]) -> set[str]:
    row = _ROW.search(sheet)
    texts = [_text(cell[1], cell[2], shared) for cell in _CELL.finditer(row[1])] if row else []
    return {match[1].decode() for text in texts if (match := _RUN.fullmatch(text))}


def _text(attributes: bytes, content: bytes, shared: list[bytes]) -> bytes:
    number = _SHARED.search(content)
    is_shared = re.search(rb'\bt="s"', attributes) and number and int(number[1]) < len(shared)
    return shared[int(number[1])] if is_shared and number else b"".join(_TEXT.findall(content))
