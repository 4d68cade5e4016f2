"""What every command shares: the group, its options, and how refusals become texts and exit codes (roof)."""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ParamSpec

import click

from workbook.cli.console import prepare_streams, print_object, show
from workbook.cli.exit_codes import INTERRUPTED, OF_REASON, PIPE_CLOSED
from workbook.cli.interrupts import ending_cleanly
from workbook.problems import Reason, Refusal
from workbook.problems.render import FORMATS
from workbook.problems.sanitize import clean
from workbook.version import VERSION

# On exit Python searches all objects for reference cycles, though the system reclaims their memory anyway.
atexit.register(gc.freeze)

P = ParamSpec("P")
_FEW_COLLECTIONS = 100_000
"""Objects between two collections: a command makes many that last until it ends, and hardly a circle."""
FILE = click.argument("file", type=click.Path(path_type=Path))
FILES = click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="FILE…")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="Format of problems: text (standard error), concise (one line each), json, or github (workflow commands); all "
    "but text go to standard output.",
)
FAIL_ON = click.option(
    "--fail-on",
    type=click.Choice(["error", "warning"]),
    default="error",
    show_default=True,
    help="Lowest severity that causes exit code 1.",
)


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """Return the command with refusals and internal errors shown as text, and with exit codes for them."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except Refusal as refusal:
            sys.exit(show_refusal(refusal, _file_of(kwargs), kwargs))
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            # Whoever read the output has seen enough, such as `head`; the stream must not fail again at the very end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(PIPE_CLOSED)
        except Exception as error:
            sys.exit(show_fault(error))

    return run


def show_refusal(refusal: Refusal, file: Path, options: Mapping[str, Any]) -> int:
    """Print a refusal in the format that was asked for, JSON with its text as well, and return the exit code."""
    problems = (refusal.problem, *refusal.more)
    form = "json" if options.get("as_json") else str(options.get("form", "text"))
    if form == "json":
        data: dict[str, object] = {"problems": [problem.as_json() for problem in problems]}
        is_check = click.get_current_context().info_name == "check"
        print_object(file, {"file": str(file), **data} if is_check else {"plan": {}, **data, "lines": {}})
    show(problems, file, "text" if form == "json" else form)
    return OF_REASON[refusal.reason]


def show_fault(error: Exception) -> int:
    """Print that the tool itself has failed, with a traceback if that was asked for, and return the exit code."""
    if click.get_current_context().find_root().params.get("debug"):
        traceback.print_exception(error)
    click.echo(clean(f"internal error: {type(error).__name__}: {error}"), err=True)
    click.echo("This is a fault of the tool; your file is unchanged. Details: workbook --debug …", err=True)
    return OF_REASON[Reason.USAGE]


def _file_of(options: Mapping[str, Any]) -> Path:
    """Return the one file that a command was given."""
    return Path(str(options.get("file") or next(iter(options.get("files") or ()), "")))


def _marked(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings with click's mark for lines that stay as they are; a raw docstring has it as two characters."""
    return {**settings, "help": settings["help"].replace(r"\b", "\b")} if settings.get("help") else settings


def _everywhere(context: click.Context, option: click.Parameter, given: bool) -> None:
    """Set an option of the group that was given behind the command."""
    if given and option.name:
        context.find_root().params[option.name] = True


def _common_options(*, is_group: bool) -> list[click.Parameter]:
    """Return the options that every command has, and the group too."""
    texts = {
        ("-q", "--quiet"): "Show problems and requested output only.",
        ("-v", "--verbose"): "Also show progress and timings.",
        ("--debug",): "Show a traceback on internal errors.",
    }
    settings: dict[str, Any] = {} if is_group else {"expose_value": False, "callback": _everywhere}
    return [click.Option(names, is_flag=True, help=text, **settings) for names, text in texts.items()]


class Command(click.Command):
    """A command whose docstring may be raw, with the options that all commands have."""

    def __init__(self, name: str | None, **settings: Any) -> None:  # noqa: ANN401 - as click declares them
        super().__init__(name, **_marked(settings))
        self.params += _common_options(is_group=False)


class Commands(click.Group):
    """The group: its streams never fail on a letter, and Ctrl-C ends with one plain line.

    `modules` names the module of each command, which is loaded when the command is asked for.
    """

    command_class = Command

    def __init__(self, name: str | None = None, **settings: Any) -> None:  # noqa: ANN401 - as click declares them
        super().__init__(name, **_marked(settings))
        self.params += _common_options(is_group=True)
        self.modules: dict[str, str] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click declares it
        """Return the names of all commands."""
        return sorted(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; None if there is none of that name."""
        if cmd_name in self.modules:
            importlib.import_module(f"workbook.cli.{self.modules[cmd_name]}")
        return super().get_command(ctx, cmd_name)

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as click declares it
        """Run a command line."""
        gc.set_threshold(_FEW_COLLECTIONS)
        prepare_streams()
        return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click declares it
        """Run the command; an interrupted one ends with exit code 130."""
        try:
            with ending_cleanly():
                return super().invoke(ctx)
        except click.UsageError as error:
            # A wrong option or argument is quoted as it was typed.
            told = error.format_message()
            shown = "\n".join(clean(line) for line in told.split("\n"))
            if shown == told:
                raise
            raise click.UsageError(shown, error.ctx) from error
        except KeyboardInterrupt:
            click.echo(
                "Interrupted. A file is replaced only when its result is complete, so yours is unchanged.", err=True
            )
            sys.exit(INTERRUPTED)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION)
def main(quiet: bool, verbose: bool, debug: bool) -> None:
    r"""Plan capacity in Excel: edit the input sheets, run one command, get the same file back with results.

    \b
    Examples:
      workbook new plan.xlsx            start from an example, edit it in Excel
      workbook check plan.xlsx          list every problem, change nothing
      workbook plan plan.xlsx           write the result sheets into the same file
      workbook plan plan.xlsx --mark    write the problems into a copy, as cell notes
      workbook explain WB309            explain a problem code
      workbook explain plan.xlsx 'Capacity!H40'
    """


__all__ = [
    "AS_JSON",
    "FAIL_ON",
    "FILE",
    "FILES",
    "FORMAT",
    "INTERRUPTED",
    "guarded",
    "main",
    "show_fault",
    "show_refusal",
]
