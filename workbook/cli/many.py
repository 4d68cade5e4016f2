"""Many files for one command: folders into their workbooks, one after the other, and the highest exit code (roof)."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from workbook import actions
from workbook.cli.console import MANY, print_json, print_note
from workbook.cli.exit_codes import OF_REASON
from workbook.cli.group import show_fault, show_refusal
from workbook.problems import Reason, Refusal
from workbook.problems.sanitize import clean


def run_each(paths: Sequence[Path], run: Callable[[Path], int]) -> int:
    """Run a command on each file and return the highest exit code.

    What goes wrong with one of many files is shown, and the others go on. Raises UsageError for a folder without
    workbooks, and what `run` raises for a file that is the only one.
    """
    files = workbooks_of(paths)
    if is_one_file(paths):
        return run(files[0])
    context = click.get_current_context()
    context.meta[MANY] = True
    codes = []
    for place, file in enumerate(files, 1):
        print_note(f"{file} ({place} of {len(files)}):")
        codes.append(_run_one(file, run, context))
    failed = sum(code != 0 for code in codes)
    print_note(
        f"{len(files)} {'workbook' if len(files) == 1 else 'workbooks'}, {failed} of them with exit code above 0"
    )
    return max(codes)


def is_one_file(paths: Sequence[Path]) -> bool:
    """Whether a command was given one file, and no folder."""
    return len(paths) == 1 and not _is_folder(paths[0])


def workbooks_of(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return the files of a command line, each once, folders replaced by the workbooks in them.

    Raises UsageError for a folder that has none, or that cannot be read.
    """
    files: dict[str, Path] = {}
    for path in paths:
        for file in _in_folder(path) if _is_folder(path) else (path,):
            files.setdefault(os.path.realpath(file), file)
    return tuple(files.values())


def _is_folder(path: Path) -> bool:
    """Whether there is a folder; a path that the system does not take is none, and is refused where it is read."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _in_folder(folder: Path) -> tuple[Path, ...]:
    try:
        found = actions.find_workbooks(folder)
    except OSError as error:
        raise click.UsageError(f"The folder {folder} cannot be read: {error.strerror}.") from error
    if not found:
        raise click.UsageError(f"The folder {folder} is a folder without .xlsx or .xlsm files to read.")
    return found


def _run_one(file: Path, run: Callable[[Path], int], context: click.Context) -> int:
    try:
        return run(file)
    except Refusal as refusal:
        return show_refusal(refusal, file, context.params)
    except click.UsageError as error:
        click.echo(f"Error: {clean(error.format_message())}", err=True)
        told = error.format_message()
    except Exception as error:
        show_fault(error)
        told = f"internal error: {type(error).__name__}"
    if context.params.get("as_json") or context.params.get("form") == "json":
        print_json({"file": str(file), "error": told})
    return OF_REASON[Reason.USAGE]
