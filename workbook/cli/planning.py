"""The commands around a plan: begin, check, plan (roof)."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbook import actions
from workbook.cli.console import print_json, print_note, print_result, show, show_briefly, suggest
from workbook.cli.exit_codes import OF_REASON, of_problems
from workbook.cli.files import check_ending
from workbook.cli.group import AS_JSON, FAIL_ON, FILE, FORMAT, guarded, main
from workbook.cli.outcome import plan_json, print_marked, print_written, summarise
from workbook.cli.prefix_option import PREFIX, asked_prefix
from workbook.cli.progress import Progress, progress
from workbook.cli.reference_options import reference_options, reference_policy
from workbook.cli.sampling_options import as_asked, sampling_options
from workbook.problems import Problem, Reason, Refusal, Severity, count_text, has_errors, in_order

if TYPE_CHECKING:
    from workbook.actions import Marked, ReadWorkbook, Results, SheetsMet, Theme, Written

TEMPLATE = click.option(
    "--template",
    default="example",
    show_default=True,
    help="Starting point: example (an online shop), meridian (a payment company), erlmcp (a plan from a published "
    "document) or blank.",
)

THEME = click.option(
    "--theme",
    type=click.Path(path_type=Path),
    help="Override styles, colours and number formats from this YAML file.",
)


@main.command()
@FILE
@TEMPLATE
@THEME
@click.option("--into", is_flag=True, help="Add the missing input sheets to an existing FILE; change nothing else.")
@PREFIX
@guarded
def new(file: Path, template: str, theme: Path | None, into: bool) -> None:
    r"""Write a new input workbook to FILE.

    \b
    Examples:
      workbook new plan.xlsx
      workbook new plan.xlsx --template blank
      workbook new budget.xlsx --into
      workbook new budget.xlsx --into --prefix "Plan "

    The next step is to edit the yellow cells in Excel, then: workbook check FILE
    """
    known = actions.template_names()
    if template not in known:
        raise click.BadParameter(f"{template!r} is none of {', '.join(known)}", param_hint="--template")
    if file.suffix.lower() not in (".xlsx", *([".xlsm"] if into else [])):
        raise click.BadParameter(f"{file.name} must end in .xlsx, as Excel workbooks do", param_hint="FILE")
    look = _theme(theme)
    if into:
        with asked_prefix() as prefix:
            met = actions.sheets_met(file, prefix)
            added = actions.add_input_sheets(file, template, look, prefix)
        print_result(f"Added to {file.name}: {', '.join(added)}" if added else f"{file.name} has every input sheet.")
        if added:
            print_note("They contain example values; replace them. Your own sheets were not changed.")
        _print_met(met)
    else:
        with asked_prefix() as prefix:
            if prefix is not None:
                raise click.UsageError("--prefix is for --into: a new workbook has no sheets of your own.")
        actions.new_workbook(file, template, look)
        print_result(f"Wrote {file}. Edit its yellow cells in Excel, save and close it.")
    suggest("workbook", "plan", file)


def _print_met(met: SheetsMet) -> None:
    """Print which sheets were there already under names that mean something to a plan."""
    if met.inputs:
        names = ", ".join(met.inputs)
        other = "" if met.prefix else " To keep them and add input sheets under other names, use --prefix 'Plan '."
        print_note(
            f"Already there and read as input sheets: {names}. Rename those that are not meant as inputs.{other}"
        )
    if met.results:
        names = ", ".join(met.results)
        other = "" if met.prefix else " To keep yours, plan with --prefix 'Plan '."
        print_note(f"Rename before planning: {names}. The result sheets need these names.{other}")


@main.command()
@FILE
@FORMAT
@AS_JSON
@FAIL_ON
@guarded
def check(file: Path, form: str, as_json: bool, fail_on: str) -> None:
    r"""List every problem of the inputs in FILE; change nothing.

    \b
    Examples:
      workbook check plan.xlsx
      workbook check plan.xlsx --fail-on warning
      workbook check plan.xlsx --format github

    The next step is to correct the reported problems, or: workbook plan FILE
    """
    with progress() as run:
        run.stage("checking")
        problems = actions.read_plan(file).problems
    if as_json or form == "json":
        print_json({"file": str(file), "problems": [problem.as_json() for problem in problems]})
    else:
        show(problems, file, form)
        summarise(f"{file.name}: {count_text(problems)}", form)
        if has_errors(problems):
            suggest("workbook", "plan", file, "--mark")
        else:
            suggest("workbook", "plan", file)
    sys.exit(of_problems(problems, fail_on))


@main.command()
@FILE
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write the result to this file; FILE is not changed."
)
@click.option("--mark", is_flag=True, help="Write the problems into a copy: a sheet Problems, and cell notes.")
@PREFIX
@reference_options
@sampling_options
@THEME
@FORMAT
@AS_JSON
@FAIL_ON
@guarded
def plan(
    file: Path, output: Path | None, mark: bool, theme: Path | None, form: str, as_json: bool, fail_on: str
) -> None:
    r"""Check FILE, calculate, and write the result sheets into it (a backup is kept next to it).

    \b
    Examples:
      workbook plan plan.xlsx
      workbook plan plan.xlsx -o q3.xlsx
      workbook plan plan.xlsx --mark
      workbook plan plan.xlsx --json

    With --json nothing is written unless -o is given. With --mark errors and warnings are written into a copy, such as
    plan.problems.xlsx, or the file of -o; the next successful run on it removes them again. Your own formulas, charts,
    names and conditional formats that read result sheets follow the line, item and month, and are listed. If such a
    line, item or month no longer exists, nothing is written unless you choose --anyway or --keep-references. The next
    step is to open the file in Excel, or: workbook explain FILE 'Capacity!H40'
    """
    check_ending(file, output, ", because macros are kept")
    as_json = as_json or form == "json"
    with progress() as run:
        run.stage("reading")
        # With --mark the run may end in a copy, and the file itself is not needed until it is written.
        context = click.get_current_context()
        is_writing = output or not as_json
        held = context.with_resource(actions.hold(file, output)) if is_writing and (output or not mark) else ()
        with asked_prefix() as prefix:
            reading = actions.read_plan(file, held, theme, prefix)
        reading = as_asked(reading)
        marks = _to_mark(reading.problems) if mark and is_writing else ()
        code = of_problems(reading.problems, fail_on)
        results = _calculated(reading, run)
        written = None
        if results and code == 0 and is_writing and not (marks and output):
            if mark:
                context.with_resource(actions.hold(file, output))
            run.stage("writing")
            written, refused = _written(reading, results, output, mark=mark)
            if refused:
                reading = replace(reading, problems=in_order((*reading.problems, *refused)))
                marks, code = _to_mark(reading.problems), of_problems(reading.problems, fail_on)
    if not as_json:
        if written and form == "text":
            show_briefly(reading.problems, written.path)
            show(written.problems, written.path)
        else:
            show((*reading.problems, *(written.problems if written else ())), file, form)
        print_written(reading, written, form, is_marked=bool(marks))
    marked = None
    if marks:
        marked = _marked_copy(reading, output, results if output and code == 0 else None)
        code = of_problems((*reading.problems, *marked.problems), fail_on)
    if marked and not as_json:
        show(marked.problems, file, form)
        print_marked(marked, form)
    if as_json:
        is_preview = results is not None and code == 0 and not (written or marked)
        preview = actions.preview_references(reading, results, reference_policy()) if results and is_preview else None
        print_json(plan_json(reading, results, written or marked or preview))
    sys.exit(code)


def _theme(path: Path | None) -> Theme | None:
    """Read a theme file and show what is wrong with it; errors end the command."""
    if path is None:
        return None
    theme, problems = actions.read_theme(path)
    show(problems, path)
    if theme is None:
        sys.exit(OF_REASON[Reason.INPUTS])
    return theme


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


def _marked_copy(reading: ReadWorkbook, output: Path | None, results: Results | None) -> Marked:
    with progress() as run:
        run.stage("marking")
        return actions.mark_problems(reading, _to_mark(reading.problems), output, results, reference_policy())


def _to_mark(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return the problems that are written into a copy: all of them, if any is worth a look."""
    return problems if any(problem.severity is not Severity.INFO for problem in problems) else ()
