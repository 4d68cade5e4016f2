"""The commands around a plan: begin, check, plan (roof)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbook import actions
from workbook.cli.console import print_json, print_note, print_result, show, shown_name, suggest
from workbook.cli.exit_codes import OF_REASON, of_problems
from workbook.cli.group import AS_JSON, FAIL_ON, FILE, FILES, FORMAT, guarded, main
from workbook.cli.many import is_one_file, run_each
from workbook.cli.outcome import summarise
from workbook.cli.plan_file import PlanOptions, plan_file
from workbook.cli.prefix_option import PREFIX, asked_prefix
from workbook.cli.progress import progress
from workbook.cli.reference_options import reference_options
from workbook.cli.sampling_options import sampling_options
from workbook.problems import Reason, count_text, has_errors

if TYPE_CHECKING:
    from workbook.actions import SheetsMet, Theme

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
@FILES
@FORMAT
@AS_JSON
@FAIL_ON
@guarded
def check(files: tuple[Path, ...], form: str, as_json: bool, fail_on: str) -> None:
    r"""List every problem of the inputs in each FILE; change nothing.

    \b
    Examples:
      workbook check plan.xlsx
      workbook check plan.xlsx --fail-on warning
      workbook check plan.xlsx --format github
      workbook check plans/ --json

    A folder means the .xlsx and .xlsm files in it. With several files --json prints one object per line, and the
    exit code is the highest. The next step is to correct the reported problems, or: workbook plan FILE
    """
    sys.exit(run_each(files, lambda file: _check(file, "json" if as_json else form, fail_on)))


def _check(file: Path, form: str, fail_on: str) -> int:
    with progress() as run:
        run.stage("checking")
        problems = actions.read_plan(file).problems
    if form == "json":
        print_json({"file": str(file), "problems": [problem.as_json() for problem in problems]})
    else:
        show(problems, file, form)
        summarise(f"{shown_name(file)}: {count_text(problems)}", form)
        if has_errors(problems):
            suggest("workbook", "plan", file, "--mark")
        else:
            suggest("workbook", "plan", file)
    return of_problems(problems, fail_on)


@main.command()
@FILES
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
    files: tuple[Path, ...],
    output: Path | None,
    mark: bool,
    theme: Path | None,
    form: str,
    as_json: bool,
    fail_on: str,
) -> None:
    r"""Check each FILE, calculate, and write the result sheets into it (a backup is kept next to it).

    \b
    Examples:
      workbook plan plan.xlsx
      workbook plan plan.xlsx -o q3.xlsx
      workbook plan plan.xlsx --mark
      workbook plan plan.xlsx --json
      workbook plan plans/

    A folder means the .xlsx and .xlsm files in it; with several files the exit code is the highest. With --json
    nothing is written unless -o is given. With --mark errors and warnings are written into a copy, such as
    plan.problems.xlsx, or the file of -o; the next successful run on it removes them again. Your own formulas, charts,
    names and conditional formats that read result sheets follow the line, item and month, and are listed. If such a
    line, item or month no longer exists, nothing is written unless you choose --anyway or --keep-references. The next
    step is to open the file in Excel, or: workbook explain FILE 'Capacity!H40'
    """
    if output and not is_one_file(files):
        raise click.UsageError("-o is for one file: with several files each result is written into its own file.")
    asked = PlanOptions(output, theme, "json" if as_json else form, fail_on, mark=mark)
    sys.exit(run_each(files, lambda file: plan_file(file, asked)))


def _theme(path: Path | None) -> Theme | None:
    """Read a theme file and show what is wrong with it; errors end the command."""
    if path is None:
        return None
    theme, problems = actions.read_theme(path)
    show(problems, path)
    if theme is None:
        sys.exit(OF_REASON[Reason.INPUTS])
    return theme
