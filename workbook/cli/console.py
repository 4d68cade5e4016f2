"""What the commands print: data on standard output, everything else on standard error, colours where they help (roof).

A terminal may know no colour (`NO_COLOR`, `TERM=dumb`) and few letters (code page 1252): what it cannot show becomes
`?` instead of a crash. With --quiet only problems and what was asked for are said, with --verbose also the stages.
"""

from __future__ import annotations

import io
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import click

from workbook.problems import Code, Problem
from workbook.problems.render import Shown, as_format, brief_text, left_text, problems_text
from workbook.problems.sanitize import clean, clean_json

MANY = "workbook.many"
"""What the context of a command has under this key while it takes many files."""
_COLOURS = {"error": "red", "warning": "yellow", "info": "blue", "place": "bright_black", "help": "green"}


def prepare_streams() -> None:
    """Make standard output and error replace what their encoding lacks instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def is_quiet() -> bool:
    """Whether --quiet was given before the command."""
    return _option("quiet")


def is_verbose() -> bool:
    """Whether --verbose was given before the command."""
    return _option("verbose")


def print_result(text: str) -> None:
    """Print a result on standard output."""
    click.echo("\n".join(clean(line) for line in text.splitlines()))


def print_note(text: str) -> None:
    """Print on standard error what helps a user but is not a result; nothing with --quiet."""
    if not is_quiet():
        click.echo(clean(text), err=True)


def suggest(*words: object) -> None:
    """Print the command that comes next, quoted so that it can be copied; nothing while there are many files."""
    if not is_one_of_many():
        print_note(f"Next: {command_line(*words)}")


def command_line(*words: object) -> str:
    """Return a command as the system's shell takes it: `workbook check 'my plan.xlsx'`."""
    texts = [str(word) for word in words]
    if sys.platform == "win32":
        import subprocess  # noqa: PLC0415 - only its way of quoting, and only there

        return subprocess.list2cmdline(texts)
    return shlex.join(texts)


def show(problems: Sequence[Shown], file: Path, form: str = "text") -> None:
    """Print problems: as text on standard error, in another format, being data, on standard output."""
    if not problems:
        return
    if form == "text":
        if is_verbose():
            problems = [problem.in_full() if isinstance(problem, Problem) else problem for problem in problems]
        click.echo(problems_text(problems, file.name, paint) + "\n", err=True)
        if isinstance(problems[0].code, Code):
            print_note(f"More: workbook explain {problems[0].code}")
        return
    click.echo(as_format(problems, file.as_posix(), form))
    if left := left_text(problems):
        click.echo(left, err=True)


def show_briefly(problems: Sequence[Shown], file: Path) -> None:
    """Print one line per kind of problem on standard error, and where the details are; all of it with --verbose."""
    if is_verbose():
        show(problems, file)
    elif problems:
        click.echo(brief_text(problems, file.name, paint), err=True)
        print_note(f"Details: {command_line('workbook', 'check', file)}")


def print_json(data: object) -> None:
    """Print one JSON object on standard output, in ASCII where the output has another encoding than Unicode."""
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
    click.echo(clean_json(data, ascii_only=not encoding.startswith("utf")))


def print_object(file: Path, data: dict[str, object]) -> None:
    """Print the JSON object of a file; among the objects of many files it says which one it is of."""
    print_json({"file": str(file), **data} if is_one_of_many() else data)


def is_one_of_many() -> bool:
    """Whether the command that runs takes many files, one after the other."""
    context = click.get_current_context(silent=True)
    return bool(context and context.meta.get(MANY))


def shown_name(file: Path) -> str:
    """Return what a file is called: its name, and where it lies if it is one of many."""
    return str(file) if is_one_of_many() else file.name


def paint(text: str, role: str) -> str:
    """Return a word of a problem, coloured if standard error is a terminal that wants colours."""
    if not has_colours(sys.stderr):
        return text
    return click.style(text, fg=_COLOURS[role], bold=role == "error")


def has_colours(stream: IO[str]) -> bool:
    """Whether a stream is a terminal on which colours are welcome."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR")


def is_terminal(stream: IO[str]) -> bool:
    """Whether a stream is a terminal that can move its cursor."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _option(name: str) -> bool:
    context = click.get_current_context(silent=True)
    return bool(context and context.find_root().params.get(name))
