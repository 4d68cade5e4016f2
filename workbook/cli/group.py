"""What every command shares: the group, its options, the guard that turns refusals into words and exit codes (roof)."""

from __future__ import annotations

import functools
import json
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ParamSpec

import click

from workbook import __version__
from workbook.messages import problem_text, problems_text
from workbook.problems import Problem, Refusal, Severity, has_errors

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

EXAMPLES = """\b
Examples:
  workbook new plan.xlsx            begin with an example, edit it in Excel
  workbook check plan.xlsx          list every problem, change nothing
  workbook plan plan.xlsx           write the result sheets into the same file
  workbook plan plan.xlsx -o q3.xlsx
  workbook explain plan.xlsx 'Capacity!H40'
"""


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """Show a refusal in words and a fault of ours as one line; a person never sees a traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except Refusal as refusal:
            if kwargs.get("as_json"):
                print_json({"plan": {}, "problems": [refusal.problem.as_json()], "lines": {}})
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


def show(problems: Sequence[Problem], file: Path) -> None:
    """Print problems on standard error."""
    if problems:
        click.echo(problems_text(problems, file.name) + "\n", err=True)


def exit_code(problems: Sequence[Problem], fail_on: str) -> int:
    """Give 1 where the problems make a run fail, else 0."""
    fails = has_errors(problems) or (
        fail_on == "warning" and any(problem.severity is Severity.WARNING for problem in problems)
    )
    return 1 if fails else 0


def print_json(data: object) -> None:
    """Print one JSON object on standard output."""
    click.echo(json.dumps(data, ensure_ascii=False, allow_nan=False))
