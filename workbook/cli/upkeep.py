"""The commands for a file that a run has written: restore a backup, remove the sheets (roof)."""

from __future__ import annotations

from pathlib import Path

import click

from workbook import actions
from workbook.cli.console import print_result, show, suggest
from workbook.cli.files import check_ending
from workbook.cli.group import FILE, guarded, main
from workbook.problems.sanitize import clean


@main.command()
@FILE
@click.option("--list", "lists", is_flag=True, help="List the backups; change nothing.")
@click.option("--backup", "number", type=click.IntRange(min=1), help="Number of the backup; by default the newest.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Restore to this file; FILE is not changed.")
@guarded
def restore(file: Path, lists: bool, number: int | None, output: Path | None) -> None:
    """Restore FILE from a backup; the current file is backed up first.

    \b
    Examples:
      workbook restore plan.xlsx
      workbook restore plan.xlsx --list
      workbook restore plan.xlsx --backup 3
      workbook restore plan.xlsx --backup 3 -o old.xlsx

    FILE may be missing, empty or damaged. Its current content becomes the newest backup, so another restore undoes
    this one. The next step is to open FILE in Excel.
    """  # noqa: D301 (click's mark for lines that stay as they are)
    if lists:
        _list(file)
        return
    check_ending(file, output)
    done = actions.restore_backup(file, number, output)
    show(done.remarks, file)
    print_result(f"{done.path} is as it was saved {done.backup.saved:%Y-%m-%d %H:%M} (backup {done.backup.number}).")
    if done.kept:
        print_result(f"Backup of the current file: {done.kept}")
        if output is None:
            suggest("workbook", "restore", file, "--list")


@main.command()
@FILE
@click.option(
    "--inputs", is_flag=True, help="Also remove the input sheets that `workbook new --into` added, with their values."
)
@click.option("--versions", is_flag=True, help="Also remove the sheets of approved versions, and the log of rolls.")
@click.option("--anyway", is_flag=True, help="Remove even if your own formulas read these sheets.")
@guarded
def remove(file: Path, inputs: bool, versions: bool, anyway: bool) -> None:
    r"""Remove the result sheets from FILE; everything else is kept unchanged.

    \b
    Examples:
      workbook remove plan.xlsx
      workbook remove budget.xlsx --inputs

    A backup is kept next to FILE. Sheets that you copied or renamed are yours and stay. If your own formulas, charts or
    names read the result sheets, they are listed and nothing is removed, unless you use --anyway.
    """
    removed = actions.remove_sheets(file, inputs, anyway, versions)
    show(removed.problems, file)
    print_result(f"Removed from {file.name}: {', '.join(removed.sheets)}.")
    if removed.backup:
        print_result(f"Backup: {removed.backup}")
    suggest("workbook", "restore", file)


def _list(file: Path) -> None:
    """Print number, time, size and name of each backup."""
    found = actions.list_backups(file)
    if not found:
        print_result(f"{file.name} has no backup.")
        return
    for backup in found:
        damage = "" if actions.is_sound(backup) else "   damaged"
        size = f"{backup.size / 1000:,.0f} kB"
        line = f"{backup.number:>3}   {backup.saved:%Y-%m-%d %H:%M}   {size:>9}   {backup.path.name}{damage}"
        click.echo(clean(line))
    suggest("workbook", "restore", file, "--backup", found[0].number)
