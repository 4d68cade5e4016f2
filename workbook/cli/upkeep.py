"""The commands for a file that a run has written: restore a backup, remove the sheets (roof)."""

from __future__ import annotations

from pathlib import Path

import click

from workbook import actions
from workbook.cli.console import print_result, show, suggest
from workbook.cli.group import FILE, guarded, main
from workbook.problems.sanitize import clean


@main.command()
@FILE
@click.option("--list", "lists", is_flag=True, help="List the backups; change nothing.")
@click.option("--backup", "number", type=click.IntRange(min=1), help="Which backup, by its number; else the newest.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Put it there; FILE stays as it is.")
@guarded
def restore(file: Path, lists: bool, number: int | None, output: Path | None) -> None:
    """Put a backup of FILE back in its place; FILE as it is becomes a backup first.

    \b
    Examples:
      workbook restore plan.xlsx
      workbook restore plan.xlsx --list
      workbook restore plan.xlsx --backup 3
      workbook restore plan.xlsx --backup 3 -o old.xlsx

    FILE may be missing, empty or damaged. What stood there is the newest backup then, so that another restore undoes
    this one. The next step is to open FILE in Excel.
    """  # noqa: D301 (click's mark for lines that stay as they are)
    if lists:
        _list(file)
        return
    if output and output.suffix.lower() != file.suffix.lower():
        raise click.BadParameter(f"{output.name} must end in {file.suffix}, as {file.name} does", param_hint="-o")
    done = actions.restore_backup(file, number, output)
    show(done.remarks, file)
    print_result(f"{done.path} is as it was saved {done.backup.saved:%Y-%m-%d %H:%M} (backup {done.backup.number}).")
    if done.kept:
        print_result(f"What stood there before: {done.kept}")
        if output is None:
            suggest("workbook", "restore", file, "--list")


@main.command()
@FILE
@click.option("--inputs", is_flag=True, help="Also the input sheets that `workbook new --into` added, as filled in.")
@click.option("--anyway", is_flag=True, help="Even where formulas of your own read these sheets.")
@guarded
def remove(file: Path, inputs: bool, anyway: bool) -> None:
    r"""Take the result sheets out of FILE; everything else in it stays as it is.

    \b
    Examples:
      workbook remove plan.xlsx
      workbook remove budget.xlsx --inputs

    A backup is kept beside FILE. Sheets that you copied or renamed are yours and stay. Formulas, charts and names of
    your own that read the result sheets are listed first, and nothing is removed, unless you say --anyway.
    """
    removed = actions.remove_sheets(file, inputs, anyway)
    show(removed.problems, file)
    print_result(f"Removed from {file.name}: {', '.join(removed.sheets)}.")
    if removed.backup:
        print_result(f"The file as it was: {removed.backup}")
    suggest("workbook", "restore", file)


def _list(file: Path) -> None:
    """Print number, time, size and name of each backup."""
    found = actions.list_backups(file)
    if not found:
        print_result(f"{file.name} has no backup beside it.")
        return
    for backup in found:
        damage = "" if actions.is_sound(backup) else "   damaged"
        size = f"{backup.size / 1000:,.0f} kB"
        line = f"{backup.number:>3}   {backup.saved:%Y-%m-%d %H:%M}   {size:>9}   {backup.path.name}{damage}"
        click.echo(clean(line))
    suggest("workbook", "restore", file, "--backup", found[0].number)
