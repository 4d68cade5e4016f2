"""Command lines into calls, problems into text and exit codes (roof).

Exit codes of every command: 0 done, 1 errors in the workbook, 2 usage or a fault of ours, 4 a file that cannot be read,
5 a file that is busy, read-only or changed meanwhile. Data goes to standard output, everything else to standard error.
"""

from __future__ import annotations

import functools
import json
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec

import click

from workbook import __version__
from workbook.messages import count_text, explanation_text, problem_text, problems_text
from workbook.problems import Problem, Refusal, Severity, has_errors

if TYPE_CHECKING:
    from workbook.api import Reading, Written
    from workbook.model.results import Results

# Looking for pydantic's plugins reads the metadata of every installed package; this tool has none.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

P = ParamSpec("P")
FILE = click.argument("file", type=click.Path(path_type=Path))
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
FAIL_ON = click.option(
    "--fail-on",
    type=click.Choice(["error", "warning"]),
    default="error",
    show_default=True,
    help="What makes the exit code 1.",
)
TEMPLATE = click.option(
    "--template",
    default="erlmcp",
    show_default=True,
    help="What to begin with: erlmcp (the worked example), meridian (a company with several services) or blank.",
)

EXAMPLES = """\b
Examples:
  workbook new plan.xlsx            begin with an example, edit it in Excel
  workbook check plan.xlsx          list every problem, change nothing
  workbook plan plan.xlsx           write the result sheets into the same file
  workbook plan plan.xlsx -o q3.xlsx
  workbook explain plan.xlsx 'Capacity!H40'
"""


def _guarded(command: Callable[P, None]) -> Callable[P, None]:
    """Show a refusal in words and a fault of ours as one line; a person never sees a traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except Refusal as refusal:
            if kwargs.get("as_json"):
                _print_json({"plan": {}, "problems": [refusal.problem.as_json()], "lines": {}})
            name = kwargs.get("file")
            click.echo(problem_text(refusal.problem, getattr(name, "name", "")), err=True)
            sys.exit(refusal.exit_code)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if click.get_current_context().find_root().params.get("debug"):
                traceback.print_exc()
            click.echo(f"internal error: {type(error).__name__}: {error}", err=True)
            click.echo("This is a fault of the tool; your file is unchanged. Details: workbook --debug …", err=True)
            sys.exit(2)

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXAMPLES)
@click.version_option(__version__)
@click.option("--debug", is_flag=True, help="Show a traceback for a fault of the tool.")
def main(debug: bool) -> None:
    """Plan capacity in Excel: edit the input sheets, run one command, get the same file back with results."""


@main.command()
@FILE
@TEMPLATE
@click.option("--into", is_flag=True, help="Add the input sheets that an existing FILE lacks; change nothing else.")
@_guarded
def new(file: Path, template: str, into: bool) -> None:
    """Write a new input workbook to FILE."""
    from workbook import api  # noqa: PLC0415 - help and version do without
    from workbook.inputs.template import template_names  # noqa: PLC0415

    if template not in template_names():
        raise click.BadParameter(f"{template!r} is none of {', '.join(template_names())}", param_hint="--template")
    if file.suffix.lower() not in (".xlsx", *([".xlsm"] if into else [])):
        raise click.BadParameter(f"{file.name} must end in .xlsx, as Excel workbooks do", param_hint="FILE")
    if into:
        added = api.add_input_sheets(file, template)
        click.echo(f"Added to {file.name}: {', '.join(added)}" if added else f"{file.name} has every input sheet.")
    else:
        api.new_workbook(file, template)
        click.echo(f"Wrote {file}. Edit its yellow cells in Excel, save and close it.")
    click.echo(f"Next: workbook plan {file}", err=True)


@main.command()
@FILE
@AS_JSON
@FAIL_ON
@_guarded
def check(file: Path, as_json: bool, fail_on: str) -> None:
    """List every problem of the inputs in FILE; change nothing."""
    from workbook import api  # noqa: PLC0415 - help and version do without

    problems = api.read_plan(file).problems
    if as_json:
        _print_json({"file": str(file), "problems": [problem.as_json() for problem in problems]})
    else:
        _show(problems, file)
        click.echo(f"{file.name}: {count_text(problems)}")
        if not has_errors(problems):
            click.echo(f"Next: workbook plan {file}", err=True)
    sys.exit(_exit_code(problems, fail_on))


@main.command()
@FILE
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write a copy there; FILE stays as it is.")
@AS_JSON
@FAIL_ON
@_guarded
def plan(file: Path, output: Path | None, as_json: bool, fail_on: str) -> None:
    """Check FILE, calculate, and write the result sheets into it (a backup is kept beside it).

    With --json nothing is written unless -o is given.
    """
    from workbook import api  # noqa: PLC0415 - help and version do without

    _check_ending(file, output)
    reading = api.read_plan(file)
    results = api.calculate(reading.plan) if reading.plan and not has_errors(reading.problems) else None
    written = None
    code = _exit_code(reading.problems, fail_on)
    if results and code == 0 and (output or not as_json):
        written = api.write_plan(reading, results, output)
    if as_json:
        _print_json(_plan_json(reading, results))
    else:
        _show(reading.problems, file)
        _tell(file, reading, written)
    sys.exit(code)


@main.command()
@FILE
@click.argument("target")
@click.option("--item", default="", help="With a line's id: the item, such as a component's name.")
@click.option("--month", default=0, show_default=True, help="With a line's id: the plan month.")
@AS_JSON
@_guarded
def explain(file: Path, target: str, item: str, month: int, as_json: bool) -> None:
    """Tell where a figure of FILE comes from, down to the input cells and their sources.

    TARGET is a cell of a result sheet, such as 'Capacity!H40', or a line's id, such as nodes.provisioned.
    """
    from workbook import api  # noqa: PLC0415 - help and version do without
    from workbook.explain import explain as explained  # noqa: PLC0415
    from workbook.locate import find  # noqa: PLC0415
    from workbook.sheets.book import lay_out_book  # noqa: PLC0415

    reading = api.read_plan(file)
    if reading.plan is None or has_errors(reading.problems):
        _show(reading.problems, file)
        sys.exit(1)
    book = lay_out_book(api.calculate(reading.plan))
    try:
        found = find(book, target, item, month)
    except LookupError as error:
        raise click.BadParameter(str(error.args[0]), param_hint="TARGET") from error
    explanation = explained(book, found)
    if as_json:
        _print_json(explanation.as_json())
    else:
        click.echo(explanation_text(explanation))


def _check_ending(file: Path, output: Path | None) -> None:
    if output and output.suffix.lower() != file.suffix.lower():
        raise click.BadParameter(
            f"{output.name} must end in {file.suffix}, as {file.name} does: macros and all are kept", param_hint="-o"
        )


def _plan_json(reading: Reading, results: Results | None) -> dict[str, object]:
    problems = [problem.as_json() for problem in reading.problems]
    if results is None:
        return {"plan": {}, "problems": problems, "lines": {}}
    settings = results.plan.settings
    plan = {
        "file": str(reading.path),
        "name": settings.plan_name,
        "start": settings.plan_start.isoformat(),
        "horizon": settings.horizon_months,
        "currency": settings.currency,
        "scenario": settings.active_scenario,
        "checks": results.value("checks.master"),
    }
    return {"plan": plan, "problems": problems, "lines": results.as_json()}


def _tell(file: Path, reading: Reading, written: Written | None) -> None:
    if written is None:
        click.echo(f"{file.name}: {count_text(reading.problems)}; nothing was written, the file is unchanged", err=True)
        return
    results = written.results
    click.echo(f"Wrote {written.path}: {count_text(reading.problems)}; {results.value('checks.master')}.")
    for line in ("summary.verdict", "summary.order_by"):
        click.echo(str(results.value(line)))
    currency = results.plan.settings.currency
    this_year, next_year = results.value("cost.this_year"), results.value("cost.next_year")
    click.echo(f"Cost: {this_year:,.0f} {currency} this fiscal year, {next_year:,.0f} {currency} the next.")
    if written.backup:
        click.echo(f"The file as it was: {written.backup}", err=True)
    click.echo(f"Next: open {written.path} in Excel and start at Summary", err=True)


def _show(problems: Sequence[Problem], file: Path) -> None:
    if problems:
        click.echo(problems_text(problems, file.name) + "\n", err=True)


def _exit_code(problems: Sequence[Problem], fail_on: str) -> int:
    fails = has_errors(problems) or (
        fail_on == "warning" and any(problem.severity is Severity.WARNING for problem in problems)
    )
    return 1 if fails else 0


def _print_json(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, allow_nan=False))
