"""Which run the result sheets of a workbook come from, as their heads say (post).

The inputs of a workbook and its result sheets may come from two runs: somebody has edited the inputs since. A report
shows only what the sheets show, so the two must be one.
"""

from __future__ import annotations

from collections.abc import Set

from workbook.files.package.package import Package
from workbook.files.reading.run_marks import WrittenRun, written_runs
from workbook.problems import Code, Problem, Reason, Refusal
from workbook.sheets.layout import STATUS_ROW
from workbook.sheets.prefix import every_result_sheet
from workbook.version import MODEL_VERSION


def check_stamp(package: Package, run_id: str) -> None:
    """Raise Refusal (inputs) for a workbook that was not planned, or whose inputs have changed since."""
    check_runs(package.name, run_id, written_runs(package, every_result_sheet(package.prefix), STATUS_ROW))


def check_runs(name: str, run_id: str, found: Set[WrittenRun]) -> None:
    """Raise Refusal (inputs) for a file whose inputs and result sheets are not of one run."""
    if not found:
        problem = Problem(
            Code.REPORT_NOT_PLANNED,
            f"{name} has no result sheets of a run",
            seen="no sheet that names its run",
            expected="a workbook that workbook plan has written",
            remedy=f"run: workbook plan {name}",
        )
        raise Refusal(problem, reason=Reason.INPUTS)
    if any(run.model != MODEL_VERSION for run in found):
        problem = Problem(
            Code.REPORT_OTHER_VERSION,
            f"{name} was planned by another version of the tool",
            seen=f"model version {', '.join(sorted({str(run.model or 'not stated') for run in found}))}",
            expected=f"model version {MODEL_VERSION}",
            remedy=f"run workbook plan {name} first, then report",
        )
        raise Refusal(problem, reason=Reason.INPUTS)
    runs = {run.run_id for run in found}
    if runs != {run_id}:
        problem = Problem(
            Code.REPORT_STALE,
            f"the inputs of {name} have changed since the last run",
            seen=f"inputs of run {run_id}, result sheets of run {', '.join(sorted(runs))}",
            expected="inputs and result sheets of one run",
            remedy=f"run workbook plan {name} first, then report",
        )
        raise Refusal(problem, reason=Reason.INPUTS)
