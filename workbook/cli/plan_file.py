"""Plan one file: read, calculate, write or mark, and print what became of it (roof)."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from workbook import actions
from workbook.cli.console import print_object, show, show_briefly
from workbook.cli.exit_codes import of_problems
from workbook.cli.files import check_ending
from workbook.cli.outcome import plan_json, print_marked, print_written
from workbook.cli.prefix_option import asked_prefix
from workbook.cli.progress import Progress, progress
from workbook.cli.reference_options import reference_policy
from workbook.cli.sampling_options import as_asked
from workbook.problems import Problem, Reason, Refusal, Severity, has_errors, in_order

if TYPE_CHECKING:
    from workbook.actions import Marked, ReadWorkbook, Results, Written


class PlanOptions(Struct, frozen=True):
    """What is asked of a run: where to write, in which style, how to print problems, and which of them make it fail."""

    output: Path | None
    theme: Path | None
    form: str
    fail_on: str
    mark: bool

    @property
    def is_json(self) -> bool:
        """Whether lines and problems are printed as data."""
        return self.form == "json"

    @property
    def is_writing(self) -> bool:
        """Whether the run may write a file."""
        return self.output is not None or not self.is_json


class _Planned(Struct, frozen=True):
    """What a run has come to: `marks` are the problems that go into a copy."""

    reading: ReadWorkbook
    results: Results | None
    written: Written | None
    marks: tuple[Problem, ...]
    code: int


def plan_file(file: Path, asked: PlanOptions) -> int:
    """Plan a file, print the outcome, and return the exit code. Raises Refusal as reading and writing do."""
    check_ending(file, asked.output, ", because macros are kept")
    with ExitStack() as held:
        planned = _plan(file, asked, held)
        if not asked.is_json:
            _print_planned(planned, file, asked)
        marked, code = None, planned.code
        if planned.marks:
            marked = _marked_copy(planned, asked.output)
            code = of_problems((*planned.reading.problems, *marked.problems), asked.fail_on)
        if marked and not asked.is_json:
            show(marked.problems, file, asked.form)
            print_marked(marked, asked.form)
        if asked.is_json:
            _print_json(planned, marked, code)
        return code


def _plan(file: Path, asked: PlanOptions, held: ExitStack) -> _Planned:
    """Read, calculate and write; the locks are kept as long as `held` is."""
    output, mark = asked.output, asked.mark
    with progress() as run:
        run.stage("reading")
        # With --mark the run may end in a copy, and the file itself is not needed until it is written.
        is_held = asked.is_writing and (output or not mark)
        remarks = held.enter_context(actions.hold(file, output)) if is_held else ()
        with asked_prefix() as prefix:
            reading = actions.read_plan(file, remarks, asked.theme, prefix)
        reading = as_asked(reading)
        marks = _to_mark(reading.problems) if mark and asked.is_writing else ()
        code = of_problems(reading.problems, asked.fail_on)
        results = _calculated(reading, run)
        written = None
        if results and code == 0 and asked.is_writing and not (marks and output):
            if mark:
                held.enter_context(actions.hold(file, output))
            run.stage("writing")
            written, refused = _written(reading, results, output, mark=mark)
            if refused:
                reading = replace(reading, problems=in_order((*reading.problems, *refused)))
                marks, code = _to_mark(reading.problems), of_problems(reading.problems, asked.fail_on)
    return _Planned(reading, results, written, marks, code)


def _print_planned(planned: _Planned, file: Path, asked: PlanOptions) -> None:
    reading, written = planned.reading, planned.written
    if written and asked.form == "text":
        show_briefly(reading.problems, written.path)
        show(written.problems, written.path)
    else:
        show((*reading.problems, *(written.problems if written else ())), file, asked.form)
    print_written(reading, written, asked.form, is_marked=bool(planned.marks))


def _print_json(planned: _Planned, marked: Marked | None, code: int) -> None:
    reading, results, written = planned.reading, planned.results, planned.written
    is_preview = results is not None and code == 0 and not (written or marked)
    preview = actions.preview_references(reading, results, reference_policy()) if results and is_preview else None
    print_object(reading.path, plan_json(reading, results, written or marked or preview))


def _calculated(reading: ReadWorkbook, run: Progress) -> Results | None:
    """Return the results of a plan that has no errors, else None."""
    if reading.plan is None or has_errors(reading.problems):
        return None
    run.stage("calculating")
    return actions.calculate(reading.plan, run.done)


def _written(
    reading: ReadWorkbook, results: Results, output: Path | None, *, mark: bool
) -> tuple[Written | None, tuple[Problem, ...]]:
    """Write the results; return instead, if they are to be marked, the problems for which the workbook takes none."""
    try:
        return actions.write_plan(reading, results, output, reference_policy()), ()
    except Refusal as refusal:
        if not mark or refusal.reason is not Reason.INPUTS:
            raise
        return None, (refusal.problem, *refusal.more)


def _marked_copy(planned: _Planned, output: Path | None) -> Marked:
    reading, results = planned.reading, planned.results if output and planned.code == 0 else None
    with progress() as run:
        run.stage("marking")
        return actions.mark_problems(reading, _to_mark(reading.problems), output, results, reference_policy())


def _to_mark(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return the problems that are written into a copy: all of them, if any is worth a look."""
    return problems if any(problem.severity is not Severity.INFO for problem in problems) else ()
