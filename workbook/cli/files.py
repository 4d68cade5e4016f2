"""What commands share about the files they are given: the ending of an output, and the plan of a workbook (roof)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbook import actions
from workbook.cli.console import show
from workbook.cli.exit_codes import OF_REASON
from workbook.problems import Problem, Reason, has_errors

if TYPE_CHECKING:
    from workbook.actions import Plan, ReadWorkbook


def check_ending(file: Path, output: Path | None, why: str = "") -> None:
    """Raise BadParameter (exit code 2) for an output of another ending than the file's."""
    if output and output.suffix.lower() != file.suffix.lower():
        raise click.BadParameter(f"{output.name} must end in {file.suffix}, as {file.name} does{why}", param_hint="-o")


def read_or_exit(file: Path, remarks: Sequence[Problem] = ()) -> tuple[ReadWorkbook, Plan]:
    """Return a workbook and its plan; with errors in it the command ends here, and shows them with `remarks`."""
    reading = actions.read_plan(file, remarks)
    if reading.plan is None or has_errors(reading.problems):
        show(reading.problems, file)
        sys.exit(OF_REASON[Reason.INPUTS])
    return reading, reading.plan
